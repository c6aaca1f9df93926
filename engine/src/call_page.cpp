#include "call_page.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <utility>

namespace ib {
namespace {

long futex(const std::atomic<std::uint32_t>& word, int what, std::uint32_t value,
           const timespec* limit) {
  return syscall(SYS_futex, &word, what, value, limit, nullptr, 0);
}

}  // namespace

CallLayout::CallLayout(std::vector<BlockShape> in, std::vector<BlockShape> out,
                       std::size_t state_room)
    : state_room_(state_room) {
  in_ = placed(std::move(in));
  out_ = placed(std::move(out));
  for (auto& at : state_at_) at = take(state_room);
}

std::vector<CallLayout::Place> CallLayout::placed(std::vector<BlockShape> shapes) {
  std::vector<Place> places;
  for (const auto& s : shapes) {
    Place p{s, 0, 0, 0, 0};
    p.data = take(std::size_t{s.capacity} * s.item_bytes);
    p.times = take(s.regular ? 0 : s.capacity * sizeof(std::int64_t));
    p.flags = take(s.regular ? s.capacity : 0);
    p.gaps = take(s.gaps() * sizeof(ib_gap));
    places.push_back(p);
  }
  return places;
}

/// Each part on lines of its own.
std::size_t CallLayout::take(std::size_t bytes) {
  const auto at = bytes_;
  bytes_ += (bytes + 63) / 64 * 64;
  return at;
}

bool wait_word(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
               std::chrono::nanoseconds at_most) {
  if (at_most.count() <= 0) return false;
  const timespec limit{static_cast<time_t>(at_most.count() / 1'000'000'000),
                       static_cast<long>(at_most.count() % 1'000'000'000)};
  return futex(word, FUTEX_WAIT, seen, &limit) == 0 || errno != ETIMEDOUT;
}

void wait_word(const std::atomic<std::uint32_t>& word, std::uint32_t seen) {
  futex(word, FUTEX_WAIT, seen, nullptr);
}

void wake_word(std::atomic<std::uint32_t>& word) { futex(word, FUTEX_WAKE, INT_MAX, nullptr); }

void put_text(CallPage& page, std::byte* memory, std::string_view text) {
  if (text.size() > CallLayout::text_room)
    throw std::length_error("the node's description is too long");
  std::memcpy(memory + CallLayout::text_at, text.data(), text.size());
  page.text_bytes = static_cast<std::uint32_t>(text.size());
}

std::string take_text(const CallPage& page, const std::byte* memory) {
  const auto n = std::min<std::size_t>(page.text_bytes, CallLayout::text_room);
  return {reinterpret_cast<const char*>(memory + CallLayout::text_at), n};
}

}  // namespace ib
