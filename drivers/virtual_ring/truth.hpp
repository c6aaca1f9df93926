// Truth: what really happened to a virtual person, for tests and evaluations.
//
// Computed anew from the options on each call, so it knows nothing of what the radio delivered and
// any number of readers may ask, in any order.
// Thread: any, const; allocates. Cost: beats_until walks from the start of the stream.
#pragma once

#include <interbeat/time.hpp>
#include <utility>
#include <vector>

#include "virtual_ring/episodes.hpp"
#include "virtual_ring/heart.hpp"
#include "virtual_ring/options.hpp"

namespace ib::virtual_ring {

class Truth {
 public:
  explicit Truth(Options options) : options_(std::move(options)) {}

  /// All beats that the heart made from the start of the stream (-lead_in) until before `until`.
  std::vector<Beat> beats_until(Time until) const;

  /// Bursts of movement, lost contacts and radio stalls that touch [from, to).
  std::vector<Interval> motion(Time from, Time to) const;
  std::vector<Interval> contact_loss(Time from, Time to) const;
  std::vector<Interval> stalls(Time from, Time to) const;

 private:
  Options options_;
};

}  // namespace ib::virtual_ring
