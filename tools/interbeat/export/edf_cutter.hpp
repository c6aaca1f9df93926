// EdfCutter: where the samples of a regular stream stand in the records of an EDF file. The first sample begins a
// record; each next one stands at the free place nearest to its time; one that lies behind the record's end begins
// the next, at its own time. So a short gap is some empty places, a long one lies between two records.
// Thread: one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace ib::tool {

struct EdfPlace {
  std::uint64_t record{};
  std::uint32_t slot{};
  std::int64_t error_ns{};  ///< time of the sample less that of its place
};

class EdfCutter {
 public:
  /// Records of so many places, so far apart. At least 1; above 0.
  EdfCutter(std::uint32_t samples, double period_ns)
      : samples_(samples), period_ns_(period_ns), length_ns_(std::llround(samples * period_ns)) {}

  /// Of the next sample; times rise.
  EdfPlace place(std::int64_t t) {
    if (!begun_) return begin(t, 0, t);
    const double away = static_cast<double>(t - onset_ns_) / period_ns_;
    auto slot = samples_;
    if (away < samples_ - 0.5) slot = static_cast<std::uint32_t>(std::lround(std::max(0.0, away)));
    slot = std::max(slot, next_);
    if (slot >= samples_) return begin(std::max(t, onset_ns_ + length_ns_), record_ + 1, t);
    next_ = slot + 1;
    return {record_, slot, t - onset_ns_ - std::llround(slot * period_ns_)};
  }
  /// When the record of the last place begins.
  std::int64_t onset_ns() const { return onset_ns_; }

 private:
  EdfPlace begin(std::int64_t onset, std::uint64_t record, std::int64_t t) {
    begun_ = true;
    onset_ns_ = onset;
    record_ = record;
    next_ = 1;
    return {record, 0, t - onset};
  }
  std::uint32_t samples_;
  double period_ns_;
  std::int64_t length_ns_;
  bool begun_{};
  std::int64_t onset_ns_{};
  std::uint64_t record_{};
  std::uint32_t next_{};
};

}  // namespace ib::tool
