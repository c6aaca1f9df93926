#include "files/recorded_stream.hpp"

#include <interbeat/sugar/activation.hpp>
#include <interbeat/sugar/emit.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace ib::files {

using source::Poured;

namespace {

/// What a block tells of what lies in front of it. Its end is the feed's own to tell.
constexpr std::uint32_t kept_flags = IB_BLOCK_LOST | IB_BLOCK_RESTARTED;

Anchor anchor_of(const RecordedBlock& b) {
  return {b.anchor.index, b.anchor.t_ns, b.anchor.dt_q32};
}

bool same_clock(const ib_anchor& a, const ib_anchor& b, Duration shift) {
  return a.index == b.index && a.t_ns == b.t_ns + shift.count() && a.dt_q32 == b.dt_q32;
}

}  // namespace

RecordedStream::RecordedStream(source::Signal signal, RecordedBlocks blocks,
                               std::uint32_t item_bytes, bool regular, RecordedExtent extent)
    : signal_(signal),
      blocks_(std::move(blocks)),
      item_bytes_(item_bytes),
      regular_(regular),
      extent_(extent) {}

void RecordedStream::place(Time origin) {
  shift_ = origin - Time{};
  if (extent_.begin < forever) extent_.begin = extent_.begin + shift_;
  if (extent_.end > never) extent_.end = extent_.end + shift_;
}

Poured RecordedStream::pour(const source::Outlets& out, Time limit, Time) {
  using enum Poured::Why;
  ib_block* block = out[index_of(signal_)];
  while (find_next()) {
    const Time t = next_time();
    if (t > limit) {
      given_ = std::max(given_, limit);
      return {reached, limit, t};
    }
    if (block != nullptr && must_cut(*block)) {
      given_ = std::max(given_, t - Duration{1});
      return {blocked, t - Duration{1}, t};
    }
    if (block != nullptr) head(*block);
    headed_ = true;
    if (const auto* gap = gap_here()) {
      if (block != nullptr) add_gap(*block, Time{gap->from_ns} + shift_, Time{gap->to_ns} + shift_);
      ++gap_;
      if (at_ == hand_.n) {
        given_ = std::max(given_, t);
        continue;
      }
    }
    const auto n = fitting(block, limit);
    if (block != nullptr) append(*block, n);
    at_ += n;
    given_ = time_of(at_ - 1);
  }
  return {ended, limit, std::max(extent_.end, given_)};
}

/// Goes to the next item or gap; false: there is none any more.
bool RecordedStream::find_next() {
  for (;;) {
    if (held_) {
      skip_passed();
      if (has_next()) return true;
    }
    const auto* block = blocks_.next();
    held_ = block != nullptr;
    if (!held_) return false;
    take(*block);
  }
}

bool RecordedStream::has_next() const { return at_ < hand_.n || gap_ < hand_.gaps.size(); }

void RecordedStream::take(const RecordedBlock& block) {
  hand_ = block;
  at_ = gap_ = 0;
  headed_ = false;
  if (regular_) lost_ += block.lost;
  owed_ += block.lost;
  marks_ |= block.flags & kept_flags;
}

/// Leaves out what lies before what was given. A gap before that was known when it was passed.
void RecordedStream::skip_passed() {
  while (at_ < hand_.n && time_of(at_) <= given_) {
    ++at_;
    ++out_of_order_;
  }
  while (gap_ < hand_.gaps.size() && hand_.gaps[gap_].at < at_) ++gap_;
}

Time RecordedStream::time_of(std::uint32_t item) const {
  return (regular_ ? anchor_of(hand_).at(hand_.first_index + item) : Time{hand_.times[item]}) +
         shift_;
}

/// Of what stands next: an item, with the gap in front of it, or a gap behind the last item, which is known when
/// it ends: just before what may come at its end.
Time RecordedStream::next_time() const {
  if (at_ < hand_.n) return time_of(at_);
  return std::max(Time{hand_.gaps[gap_].to_ns} + shift_ - Duration{1}, given_);
}

const ib_gap* RecordedStream::gap_here() const {
  return gap_ < hand_.gaps.size() && hand_.gaps[gap_].at == at_ ? &hand_.gaps[gap_] : nullptr;
}

/// A full block, or one that something would break that stands in front of what comes: it leaves first.
bool RecordedStream::must_cut(const ib_block& out) const {
  if (out.n == out.capacity) return true;
  if (out.n == 0 && out.n_gaps == 0 && out.lost == 0 && out.flags == 0) return false;
  if (!headed_ && (owed_ > 0 || marks_ != 0)) return true;
  if (!regular_) return out.uncertainty_ns != hand_.uncertainty_ns;
  return out.n == 0 || gap_here() != nullptr || at_ == hand_.n ||
         out.first_index + out.n != hand_.first_index + at_ ||
         !same_clock(out.anchor, hand_.anchor, shift_) ||
         out.uncertainty_ns != hand_.uncertainty_ns || out.sample_flags != nullptr ||
         !hand_.sample_flags.empty();
}

/// What a block says before its first item.
void RecordedStream::head(ib_block& out) {
  if (!headed_) {
    out.lost += owed_;
    out.flags |= marks_;
    owed_ = 0;
    marks_ = 0;
  }
  if (out.n > 0) return;
  out.uncertainty_ns = hand_.uncertainty_ns;
  if (!regular_) return;
  out.anchor = hand_.anchor;
  out.anchor.t_ns += shift_.count();
  out.first_index = hand_.first_index + at_;
  if (hand_.sample_flags.empty()) out.sample_flags = nullptr;
}

/// As many items from the next one on as the block has room for and the limit allows, up to the next gap; the
/// first is one of them.
std::uint32_t RecordedStream::fitting(const ib_block* out, Time limit) const {
  std::uint32_t n = hand_.n - at_;
  if (gap_ < hand_.gaps.size()) n = std::min(n, hand_.gaps[gap_].at - at_);
  if (out != nullptr) n = std::min(n, out->capacity - out->n);
  if (time_of(at_ + n - 1) <= limit) return n;
  std::uint32_t within = 0;  // and n - 1 is not
  for (std::uint32_t after = n - 1; after - within > 1;) {
    const std::uint32_t middle = within + (after - within) / 2;
    (time_of(at_ + middle) > limit ? after : within) = middle;
  }
  return within + 1;
}

void RecordedStream::append(ib_block& out, std::uint32_t n) {
  auto* items = static_cast<std::byte*>(const_cast<void*>(out.data));  // NOLINT: our slot
  std::memcpy(items + std::size_t{out.n} * item_bytes_,
              hand_.items.data() + std::size_t{at_} * item_bytes_, std::size_t{n} * item_bytes_);
  if (!regular_)
    for (std::uint32_t i = 0; i < n; ++i) writable_times(out)[out.n + i] = time_of(at_ + i).ns;
  if (regular_ && !hand_.sample_flags.empty() && out.sample_flags != nullptr)
    std::copy_n(hand_.sample_flags.data() + at_, n, writable_flags(out) + out.n);
  out.n += n;
}

}  // namespace ib::files
