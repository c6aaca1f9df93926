#include "virtual_ring/truth.hpp"

#include "virtual_ring/pulse_wave.hpp"
#include "virtual_ring/ring.hpp"

namespace ib::virtual_ring {

std::vector<Beat> Truth::beats_until(Time until) const {
  std::vector<Beat> beats;
  Heart heart(options_);
  const Time start = Time{} - from_seconds(options_.lead_in_s);
  for (Beat beat = heart.next(); beat.heart < until; beat = heart.next())
    if (beat.heart >= start) beats.push_back(beat);
  return beats;
}

std::vector<Interval> Truth::motion(Time from, Time to) const {
  return motion_of(options_).between(from, to);
}
std::vector<Interval> Truth::contact_loss(Time from, Time to) const {
  return contact_loss_of(options_).between(from, to);
}
std::vector<Interval> Truth::stalls(Time from, Time to) const {
  return stalls_of(options_).between(from, to);
}

}  // namespace ib::virtual_ring
