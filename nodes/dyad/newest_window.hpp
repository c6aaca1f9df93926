// NewestWindow: the newest window of a grid of slopes, correlated at lags to 5 s. What dyad.wcc
// sends and dyad.linkage shows beside its test. Thread: one. Allocation: only in the constructor.
#pragma once

#include <interbeat/types/pair.hpp>
#include <interbeat/types/wcc.hpp>
#include "dsp/wcc.hpp"
#include "dyad/widest_error.hpp"

#include <cstdint>

namespace ib {

/// A slope in whole steps, as correlations count it.
dsp::Fixed fixed(Maybe slope);

class NewestWindow {
 public:
  static constexpr double max_lag_s = 5;

  NewestWindow(double window_s, double rate_hz);

  void reset();
  void push(const PairSlope& v);
  /// Of the grid points so far; `newest` is the last of them.
  WccRow row(const PairSlope& newest) const;

  const dsp::WccConfig& config() const { return config_; }
  /// Grid points that it remembers: more missing ones than these, and it is as fresh.
  std::int64_t length() const { return std::int64_t{config_.window} + config_.max_lag; }

 private:
  Reason reason_for(const dsp::Correlogram& c, const PairSlope& newest) const;

  double rate_;
  dsp::WccConfig config_;
  dsp::Wcc wcc_;
  WidestError error_;
};

}  // namespace ib
