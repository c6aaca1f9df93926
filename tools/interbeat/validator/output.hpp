// Output: everything that one output of a node sent, independent of how it was cut into blocks.
// Thread: values, any.
#pragma once

#include <interbeat/abi.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ib::validator {

struct Output {
  struct Gap {
    std::int64_t from_ns, to_ns;
    std::uint64_t before;  ///< number of the item behind it
    bool operator==(const Gap&) const = default;
  };
  std::vector<std::int64_t> t_ns;
  std::vector<std::byte> bytes;
  std::vector<std::uint8_t> flags;  ///< regular: IB_SAMPLE_* per sample
  std::vector<Gap> gaps;
  std::int64_t mark = IB_NEVER, seen = IB_NEVER;
  bool finished{};
  bool operator==(const Output&) const = default;

  /// In front of one item lies one gap, in however many blocks it came.
  void add_gap(const Gap& g);
  std::size_t item_size() const { return t_ns.empty() ? 0 : bytes.size() / t_ns.size(); }
  /// The items alone, behind that time.
  Output beyond(std::int64_t mark_ns) const;
  std::uint64_t hash(std::uint64_t seed) const;
};

/// Where two runs of one output part; empty: they are the same.
std::string difference(const Output& a, const Output& b);
std::string difference(const std::vector<Output>& a, const std::vector<Output>& b);

/// FNV-1a over bytes.
std::uint64_t hash_bytes(const void* p, std::size_t n, std::uint64_t from);
inline constexpr std::uint64_t first_hash = 14695981039346656037U;

}  // namespace ib::validator
