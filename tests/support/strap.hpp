// Strap: a chest strap that sends its intervals once a second, and a radio that delays, stalls and
// loses. What the heart did is known.
#pragma once

#include <interbeat/time.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace ib::test {

struct StrapNotification {
  double sent_s{}, arrival_s{};
  std::vector<std::int32_t> rr_1024;  ///< of the beats since the one before
  std::size_t first_beat{};           ///< number of the first of these
};

/// What a strap sends of a heart that breathes: intervals around `mean_ms`, in 1/1024 s.
struct Strap {
  std::vector<double> beats_s;  ///< beat k closes interval k
  std::vector<std::int32_t> rr_1024;
  std::vector<StrapNotification> sent;

  Strap(unsigned seed, double length_s, double mean_ms = 800, double swing_ms = 60,
        double clock_ppm = 0) {
    std::mt19937 random(seed);
    std::normal_distribution<double> scatter(0, 12);
    std::uniform_real_distribution<double> phase(0, 1);
    double t = phase(random);
    while (t < length_s) {
      const double ms = mean_ms + swing_ms * std::sin(2 * std::numbers::pi * 0.23 * t) +
                        0.5 * swing_ms * std::sin(2 * std::numbers::pi * 0.09 * t) +
                        scatter(random);
      rr_1024.push_back(static_cast<std::int32_t>(std::lround(ms * 1.024)));
      t += rr_1024.back() / 1024.0 * (1 + clock_ppm * 1e-6);
      beats_s.push_back(t);
    }
    std::size_t k = 0;
    for (double at = 0; at < length_s; at += 1) {  // the first when it is connected, of no beat
      StrapNotification n{at, at, {}, k};
      for (; k < beats_s.size() && beats_s[k] <= at; ++k) n.rr_1024.push_back(rr_1024[k]);
      sent.push_back(n);
    }
  }

  /// Each arrives after `delay_s` and up to `jitter_s` more, never before the one before it.
  Strap& radio(unsigned seed, double delay_s, double jitter_s) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> late(0, 1);
    double last = 0;
    for (auto& n : sent) {
      n.arrival_s = std::max(n.sent_s + delay_s + jitter_s * late(random), last + 1e-3);
      last = n.arrival_s;
    }
    return *this;
  }
  /// Nothing arrives from `at_s` on for `for_s`; then it all comes at once.
  Strap& stall(double at_s, double for_s) {
    double next = at_s + for_s;
    for (auto& n : sent) {
      if (n.arrival_s < at_s || n.arrival_s >= next) continue;
      n.arrival_s = next;
      next += 1e-3;
    }
    return *this;
  }
  /// The notification sent at this second, or the first after it that holds a beat, never arrives.
  /// Returns the number of the first beat behind it.
  std::size_t lose(double at_s) {
    auto n = std::find_if(sent.begin(), sent.end(), [&](const StrapNotification& x) {
      return x.sent_s >= at_s && !x.rr_1024.empty();
    });
    const auto next = n->first_beat + n->rr_1024.size();
    sent.erase(n);
    return next;
  }
};

}  // namespace ib::test
