#include "tap_lane.hpp"

#include "plan_steps.hpp"
#include "stage.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace ib::detail {
namespace {

constexpr std::uint32_t piece_items = 64;
constexpr std::size_t lane_bytes = 1U << 20U;
constexpr std::size_t least_pieces = 4, most_pieces = 1024;

/// Marks alone are not shown.
bool shows(const ib_block& b) {
  return b.n > 0 || b.n_gaps > 0 || b.lost > 0 || (b.flags & IB_BLOCK_FINISHED) != 0;
}

}  // namespace

void TapLane::prepare(const BlockShape& port) {
  shape_ = port;
  shape_.capacity = std::min(port.capacity, piece_items);
  const auto pieces =
      std::clamp(lane_bytes / std::max<std::size_t>(1, shape_.bytes()), least_pieces, most_pieces);
  ring_ = std::make_unique<Ring<BlockSlot>>(pieces, 1);
  memory_ = Arena();
  for (auto& slot : ring_->slots()) want(memory_, slot, shape_);
  memory_.allocate();
  for (auto& slot : ring_->slots()) slot.prepare(shape_);
  dropped_.store(0, std::memory_order_relaxed);
}

bool TapLane::copy(const BlockSlot& from) {
  const ib_block& b = from.head;
  if (!shows(b)) return false;
  std::uint32_t first = 0;
  do {
    const auto n = std::min(b.n - first, shape_.capacity);
    BlockSlot* slot = ring_->reserve();
    if (slot == nullptr) {
      dropped_.fetch_add(b.n - first, std::memory_order_relaxed);
      return true;
    }
    copy_piece(*slot, from, first, n, shape_);
    ring_->publish();
    first += n;
  } while (first < b.n);
  return true;
}

/// True: something came.
bool TapLane::offer(const Stage& s) {
  if (stage_.load(std::memory_order_relaxed) != &s) return false;
  busy_.store(true);  // seq_cst, as the load behind it: see the head of tap_lane.hpp
  bool came = false;
  if (stage_.load() == &s) {
    const ib_block* out = s.out[port_];
    came = out != nullptr && copy(slot_of(*out));
  }
  busy_.store(false);
  return came;
}

Taps::~Taps() {
  if (const int fd = fd_.load(); fd >= 0) ::close(fd);
}

TapLane* Taps::open(Stage& s, std::uint32_t port) {
  for (auto& lane : lanes_) {
    if (lane.used_ || lane.busy_.load()) continue;
    lane.used_ = true;
    lane.port_ = port;
    lane.prepare(s.ports[port].shape);
    lane.stage_.store(&s);
    s.attention.fetch_or(attend_tap, std::memory_order_release);
    return &lane;
  }
  return nullptr;
}

void Taps::close(TapLane& lane) {
  Stage* s = lane.stage_.exchange(nullptr);
  lane.used_ = false;
  const auto same = [&](const TapLane& other) { return other.stage_.load() == s; };
  if (s == nullptr || std::any_of(lanes_.begin(), lanes_.end(), same)) return;
  s->attention.fetch_and(std::uint8_t(~attend_tap), std::memory_order_relaxed);
}

int Taps::wake_fd() {
  if (fd_.load() < 0) fd_.store(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  return fd_.load();
}

void Taps::wake() {
  if (!asleep_.exchange(false, std::memory_order_acq_rel)) return;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(fd_.load(std::memory_order_relaxed), &one, sizeof one);
}

void Taps::offer(const Stage& s) {
  bool came = false;
  for (auto& lane : lanes_) came = lane.offer(s) || came;
  if (came) wake();
}

}  // namespace ib::detail
