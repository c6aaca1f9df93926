#include "files/beat_items.hpp"

#include <algorithm>

namespace ib::files {

BeatItems::BeatItems(IntervalFile file, Duration shift) : file_(std::move(file)), shift_(shift) {}

bool BeatItems::refill() {
  n_ = file_.read(rows_);
  at_ = 0;
  return n_ > 0;
}

std::optional<source::Timed<Beat>> BeatItems::next() {
  if (at_ == n_ && !refill()) return std::nullopt;
  if (!started_) {
    started_ = true;
    const auto first = file_.first_beat();
    if (first && *first < rows_[at_].t_end)
      return source::Timed<Beat>{*first + shift_, {{}, false, true, Reason::gap, {}, {}, {}}};
  }
  const auto& row = rows_[at_++];
  return source::Timed<Beat>{
      row.t_end + shift_,
      {row.ibi_us, row.contiguous, row.ok, row.ok ? Reason::none : Reason::low_quality, {}, {}, {}}};
}

void EventExtent::add(Time t) {
  const auto second = t.ns / 1'000'000'000;
  if (last == never || second != second_) in_second_ = 0;
  second_ = second;
  most_per_second = std::max(most_per_second, ++in_second_);
  last = std::max(last, t);
}

EventExtent EventExtent::of(BeatItems& beats) {
  EventExtent extent;
  while (const auto beat = beats.next()) extent.add(beat->t);
  return extent;
}

}  // namespace ib::files
