// The filter that a design of reference/filters.json asks for.
#pragma once

#include <nlohmann/json.hpp>

#include "dsp/iir_design.hpp"

namespace ib::test {

inline dsp::Sos designed(const nlohmann::json& d) {
  const nlohmann::json& edge = d["cutoff_hz"];
  const double rate = d["fs"];
  if (d["kind"] == "notch") return dsp::notch(edge, d["Q"], rate);
  const int order = d["order"];
  if (d["kind"] == "cheby2")
    return dsp::chebyshev2_band_pass(order, d["rs"], edge[0], edge[1], rate);
  if (d["btype"] == "bandpass") return dsp::butterworth_band_pass(order, edge[0], edge[1], rate);
  if (d["btype"] == "lowpass") return dsp::butterworth_low_pass(order, edge, rate);
  return dsp::butterworth_high_pass(order, edge, rate);
}

}  // namespace ib::test
