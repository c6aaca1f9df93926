// DecisionLatency: a sink that notes how old each beat is when it comes out, on the clock of the
// samples that the detector gets: time of the newest sample less time of the beat.
//
// Run the graph with steps of one sample, so that nothing newer than what decided a beat is there
// yet. Thread: as the plan; one plan with this sink at a time.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <vector>

namespace ib::test {

struct DecisionLatency {
  static constexpr About about{"test.decision_latency", "1.0.0",
                               "How old beats are when they come."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_DETERMINISTIC;

  In<"samples", float, InSpec{.doc = "What the detector gets."}> samples;
  In<"detected", Beat, InSpec{.doc = "What the detector gives."}> detected;
  In<"rated", Beat, InSpec{.doc = "The same beats with their quality."}> rated;
  static constexpr auto fields =
      std::tuple{&DecisionLatency::samples, &DecisionLatency::detected, &DecisionLatency::rated};

  /// What the run left behind: every beat, and those from `skip` on, when the detector looks often.
  struct Log {
    Duration skip{};
    double filter_delay_s{};    ///< group delay that the samples' times already make up for
    double declared_bound_s{};  ///< of the detector alone
    std::vector<double> detected_s, rated_s;
    std::vector<double> all_detected_s;
  };
  static inline Log* log = nullptr;

  bool activate(Activation& a) {
    log->filter_delay_s = 1e-9 * static_cast<double>(a.in(0).latency_ns);
    log->declared_bound_s = 1e-9 * static_cast<double>(a.in(1).latency_ns - a.in(0).latency_ns);
    return true;
  }

  ib_status process(ib_process& p) {
    if (const ib_block* b = p.in[0]; b != nullptr && b->n > 0) {
      newest = Samples{*b}.time(b->n - 1);
      if (first == never) first = Samples{*b}.time(0);
    }
    note(p.in[1], log->skip, log->detected_s);
    note(p.in[2], log->skip, log->rated_s);
    note(p.in[1], {}, log->all_detected_s);
    return IB_OK;
  }

  void note(const ib_block* b, Duration skip, std::vector<double>& latencies) const {
    for (std::uint32_t i = 0; b != nullptr && i < b->n; ++i) {
      const Time beat{b->t_ns[i]};
      if (beat - first >= skip) latencies.push_back(seconds(newest - beat));
    }
  }

  Time first = never, newest = never;
};

}  // namespace ib::test
