// ClockRun: a clock of a device over a simulated link: every time it gave beside the truth.
#pragma once

#include <interbeat/clock/packet.hpp>
#include <interbeat/clock_model.hpp>

#include "support/radio_link.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace ib::test {

/// How a link's packets are counted: by arrival alone, by a number of 8 bits, by an index of the
/// device.
enum class Counted { by_arrival, by_number, by_index };

struct GivenTime {
  std::uint64_t i{};  ///< true index
  Time t;
  double error_ms{};  ///< t - truth
  double jitter_ms{}, delay_least_ms{}, delay_most_ms{};

  /// The truth lies where the model says.
  bool inside() const {
    return error_ms <= delay_most_ms + jitter_ms && error_ms >= delay_least_ms - jitter_ms;
  }
};

struct ClockRun {
  std::vector<GivenTime> given;
  ClockModel last;
  int epochs{}, backward{}, losses{};
  std::uint64_t late{}, lost{}, true_index{};
  double true_hz{};  ///< of the last seconds

  double median_ms(double from) const {
    std::vector<double> e;
    for (const auto& g : given)
      if (seconds(g.t) >= from) e.push_back(g.error_ms);
    return median(std::move(e));
  }
};

template <class Clock>
ClockRun run_clock(const Radio& radio, ClockOptions options, Counted counted) {
  if (counted == Counted::by_number) options.numbers = 256;
  Clock clock(options);
  ClockRun run;
  Time before = never;
  for (const auto& p : radio.packets()) {
    ClockPacket packet{.at = p.at, .n = p.n};
    if (counted == Counted::by_number) packet.number = p.number % 256;
    if (counted == Counted::by_index) packet.index = DeviceIndex{p.first + p.n - 1};
    const auto step = clock.packet(packet);
    run.epochs += step.kind == ClockStep::Kind::begins ? 1 : 0;
    run.losses += step.lost > 0 ? 1 : 0;
    run.late += step.late;
    run.lost += step.lost;
    run.true_index = p.first + p.n - 1;
    const auto& m = clock.model();
    for (std::uint64_t j = step.late; j < p.n; ++j) {
      const Time t = step.times.at(step.first.value + j);
      run.backward += t <= before ? 1 : 0;
      before = t;
      run.given.push_back({p.first + j, t, (seconds(t) - radio.truth_s(p.first + j)) * 1e3,
                           m.jitter_ms, m.delay_least_ms, m.delay_most_ms});
    }
  }
  run.last = clock.model();
  const auto end = run.true_index;
  run.true_hz = 100 / (radio.truth_s(end) - radio.truth_s(end - 100));
  return run;
}

}  // namespace ib::test
