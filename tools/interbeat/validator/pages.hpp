// Pages: memory that a node is lent, with pages behind and in front of it that nobody may touch, and known
// bytes in what alignment leaves between. A touch kills the process; traps.hpp makes a sentence of it.
//
// Thread: one; the table of all pages is read by a signal handler on the same thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ib::validator {

class Pages {
 public:
  /// `what` is what a sentence calls it: "the times of output `beats`".
  Pages(std::string_view what, std::size_t bytes, std::size_t align);
  ~Pages();
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }
  /// Other rubbish at each call, so that who relies on it differs from run to run.
  void fill_anew();
  /// From now on whoever writes is caught; and may write again.
  void make_read_only() const;
  void make_writable() const;
  /// Nothing was written between the memory and the pages that are guarded.
  bool intact() const;

 private:
  std::byte *mapping_{}, *usable_{}, *data_{};
  std::size_t mapped_{}, usable_bytes_{}, bytes_{};
};

/// [signal handler] Writes what lies at an address into `sentence`: false, if it is none of ours.
bool tell_of_pages_at(const void* address, char* sentence, std::size_t room);

}  // namespace ib::validator
