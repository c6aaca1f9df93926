// The memory of one block as a node under test meets it: every part of it between guarded pages.
// Thread: one.
#pragma once

#include "validator/pages.hpp"

#include <interbeat/abi.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace ib::validator {

/// A struct of the ABI as a later minor version has it: longer, and what is new in it says nothing to
/// whoever was built before.
template <class T>
struct Grown {
  explicit Grown(bool later = false) { reset(later); }
  void reset(bool later) {
    std::memset(more, 0xA5, sizeof more);
    v = T{};
    v.struct_size = static_cast<std::uint32_t>(later ? sizeof(Grown) : sizeof(T));
  }
  T v;
  std::byte more[96];
};

class OutRoom {
 public:
  OutRoom(const std::string& port, std::size_t capacity, std::size_t item_size,
          std::uint32_t channels, bool later);
  /// As the host presets it before a call.
  ib_block* open(std::int64_t settled_ns);
  bool intact() const;

 private:
  std::size_t capacity_;
  Pages data_, times_, flags_, gaps_;
  Grown<ib_block> block_;
};

/// A copy of an input block, which can be made read-only.
class InRoom {
 public:
  InRoom(const std::string& port, std::size_t capacity, std::size_t item_size, bool later);
  const ib_block* take(const ib_block& from, bool read_only);
  /// What lies there is what was taken.
  bool unchanged() const { return checksum() == before_; }
  /// So that the next block can be taken.
  void reopen();

 private:
  std::uint64_t checksum() const;
  std::size_t item_size_, n_{}, n_gaps_{};
  Pages head_, data_, times_, flags_, gaps_;
  bool later_;
  bool locked_{};
  std::uint64_t before_{};
};

}  // namespace ib::validator
