#include "validator/pages.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <new>

namespace ib::validator {
namespace {

constexpr unsigned char fence = 0xA5;

/// One entry per mapping that lives, for the signal handler; what finds no place is not told by name.
struct Known {
  const std::byte *from, *to, *data;
  std::size_t bytes;
  char what[96];
};
std::array<Known, 512> known;
std::mutex
    knowing;  // two benches may run at once; a handler reads without it, its own thread's alone

std::size_t page() {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}
std::size_t rounded(std::size_t n, std::size_t to) { return (n + to - 1) / to * to; }

}  // namespace

Pages::Pages(std::string_view what, std::size_t bytes, std::size_t align) : bytes_(bytes) {
  usable_bytes_ = rounded(std::max<std::size_t>(1, bytes), page());
  mapped_ = usable_bytes_ + 2 * page();
  void* m = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (m == MAP_FAILED) throw std::bad_alloc();
  mapping_ = static_cast<std::byte*>(m);
  usable_ = mapping_ + page();
  if (mprotect(usable_, usable_bytes_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  data_ = usable_ + usable_bytes_ - rounded(bytes, align);
  std::memset(usable_, fence, static_cast<std::size_t>(data_ - usable_));
  std::memset(data_, fence, static_cast<std::size_t>(usable_ + usable_bytes_ - data_));
  const std::lock_guard lock(knowing);
  for (auto& k : known) {
    if (k.from != nullptr) continue;
    const auto n = what.copy(k.what, sizeof k.what - 1);
    k.what[n] = '\0';
    k.to = mapping_ + mapped_;
    k.data = data_;
    k.bytes = bytes;
    k.from = mapping_;
    return;
  }
}

Pages::~Pages() {
  {
    const std::lock_guard lock(knowing);
    for (auto& k : known) {
      if (k.from == mapping_) k.from = nullptr;
    }
  }
  munmap(mapping_, mapped_);
}

void Pages::fill_anew() {
  static thread_local unsigned char rubbish = 0xA5;  // of all nodes: twins get different ones
  rubbish = static_cast<unsigned char>(rubbish * 5 + 13);
  std::memset(data_, rubbish, bytes_);
}
void Pages::make_read_only() const { mprotect(usable_, usable_bytes_, PROT_READ); }
void Pages::make_writable() const { mprotect(usable_, usable_bytes_, PROT_READ | PROT_WRITE); }

bool Pages::intact() const {
  const auto whole = [](const std::byte* from, const std::byte* to) {
    return std::all_of(from, to, [](std::byte x) { return x == std::byte{fence}; });
  };
  return whole(usable_, data_) && whole(data_ + bytes_, usable_ + usable_bytes_);
}

bool tell_of_pages_at(const void* address, char* sentence, std::size_t room) {
  const auto* at = static_cast<const std::byte*>(address);
  for (const auto& k : known) {
    if (k.from == nullptr || at < k.from || at >= k.to) continue;
    if (at < k.data) {
      std::snprintf(sentence, room, "it reached %zu bytes in front of %s",
                    static_cast<std::size_t>(k.data - at), k.what);
    } else if (at >= k.data + k.bytes) {
      std::snprintf(sentence, room, "it reached byte %zu of %s, which has %zu",
                    static_cast<std::size_t>(at - k.data), k.what, k.bytes);
    } else {
      std::snprintf(sentence, room, "it wrote to %s, which is lent for reading", k.what);
    }
    return true;
  }
  return false;
}

}  // namespace ib::validator
