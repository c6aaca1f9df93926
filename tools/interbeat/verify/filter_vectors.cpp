#include "verify/vectors.hpp"

#include "verify/reference_file.hpp"

#include "dsp/dc_blocker.hpp"
#include "dsp/iir_design.hpp"
#include "dsp/moving_average.hpp"
#include "dsp/savitzky_golay.hpp"
#include "dsp/sos_filter.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace ib::verify {
namespace {

using nlohmann::json;

void refuse(const std::optional<std::string>& problem) {
  if (problem) throw std::runtime_error("a design can't be made: " + *problem);
}

dsp::Sos designed(const json& d) {
  const auto& edge = d.at("cutoff_hz");
  const double rate = d.at("fs");
  if (d.at("kind") == "notch") {
    refuse(dsp::notch_error(edge, d.at("Q"), rate));
    return dsp::notch(edge, d.at("Q"), rate);
  }
  const int order = static_cast<int>(number_in(d.at("order"), 0, 1000, "a filter order"));
  refuse(dsp::order_error(order));
  if (edge.is_array()) refuse(dsp::band_error(edge.at(0), edge.at(1), rate));
  else refuse(dsp::edge_error(edge, rate));
  if (d.at("kind") == "cheby2") refuse(dsp::stop_error(d.at("rs")));
  if (d.at("kind") == "cheby2")
    return dsp::chebyshev2_band_pass(order, d.at("rs"), edge.at(0), edge.at(1), rate);
  if (d.at("btype") == "bandpass")
    return dsp::butterworth_band_pass(order, edge.at(0), edge.at(1), rate);
  if (d.at("btype") == "lowpass") return dsp::butterworth_low_pass(order, edge, rate);
  return dsp::butterworth_high_pass(order, edge, rate);
}

/// Output of a filter beside the expected one; a missing sample counts as absent.
template <class Filter>
void compare_output(Worst& worst, Filter& filter, const std::vector<double>& input,
                    const std::vector<double>& expected) {
  std::size_t k = 0;
  for (const double x : input) {
    const std::optional<double> y = filter(x);
    if (!y) continue;
    if (k < expected.size()) worst.absolute(*y, expected[k]);
    ++k;
  }
  for (; k < expected.size(); ++k) worst.absent();
}

std::vector<double> newest_first(std::vector<double> weights) {
  std::reverse(weights.begin(), weights.end());
  return weights;
}

/// Outputs and frequency responses of recursive filters. Rows of second-order sections are not compared: their order
/// and scale are free.
void compare_designs(const json& designs, Comparisons& all) {
  Worst impulse, response, delay, from_zero, from_steady;
  for (const auto& d : designs) {
    const auto sos = designed(d);
    const double rate = rate_of(d.at("fs"));
    dsp::SosFilter filter(sos);
    std::vector<double> one(d.at("impulse_response").size());
    if (!one.empty()) one.front() = 1;
    compare_output(impulse, filter, one, numbers(d.at("impulse_response")));
    if (d.contains("test_input") && !d.at("test_input").empty()) {
      const auto input = numbers(d.at("test_input"));
      filter.restart_from_zero();
      compare_output(from_zero, filter, input, numbers(d.at("output_zero_state")));
      filter.restart(input.front());
      compare_output(from_steady, filter, input, numbers(d.at("output_zi")));
    }
    if (!d.contains("freq_hz")) continue;
    const auto hz = numbers(d.at("freq_hz")), size = numbers(d.at("mag")),
               phase = numbers(d.at("phase_rad")), seconds = numbers(d.at("group_delay_s"));
    for (std::size_t i = 0; i < hz.size(); ++i) {
      response.absolute(
          std::abs(dsp::response(sos, hz[i], rate) - std::polar(size.at(i), phase.at(i))), 0);
      // Where nothing passes, the delay of it hangs on rounding.
      if (size[i] > 1e-3 && std::isfinite(seconds.at(i)))
        delay.absolute(dsp::group_delay_s(sos, hz[i], rate), seconds[i]);
    }
  }
  const auto n = std::to_string(designs.size());
  const auto add = [&](const Worst& worst, const std::string& metric, double allowed) {
    if (!worst.empty()) all.push_back(worst.comparison("Filters", metric, allowed));
  };
  add(impulse, "impulse responses of " + n + " designs", 1e-9);
  add(from_zero, "outputs from rest", 1e-9);
  add(from_steady, "outputs from a steady state", 1e-9);
  add(response, "frequency responses", 1e-9);
  add(delay, "group delays, s", 1e-6);
}

}  // namespace

void compare_filters(const json& filters, Comparisons& all) {
  compare_designs(filters.at("designs"), all);
  const auto add = [&](const Worst& worst, const std::string& metric, double allowed) {
    all.push_back(worst.comparison("Filters", metric, allowed));
  };
  if (filters.contains("dc_blocker")) {
    const auto& d = filters.at("dc_blocker");
    const double edge = d.at("fc"), rate = rate_of(d.at("fs"));
    refuse(dsp::edge_error(edge, rate));
    dsp::DcBlocker block(edge, rate);
    Worst worst;
    compare_output(worst, block, numbers(d.at("input")), numbers(d.at("output")));
    add(worst, "DC blocker", 1e-9);
  }
  if (filters.contains("moving_average")) {
    const auto& d = filters.at("moving_average");
    const auto n = static_cast<std::size_t>(
        number_in(d.at("n"), 1, dsp::MovingAverage::length_max, "the length of a moving average"));
    if (n % 2 == 0) throw std::runtime_error("the length of a moving average is even");
    dsp::MovingAverage mean(n);
    Worst worst;
    compare_output(worst, mean, numbers(d.at("input")), numbers(d.at("output_full_only")));
    add(worst, "moving average", 1e-9);
  }
  if (filters.contains("savgol")) {
    const auto& d = filters.at("savgol");
    Worst worst;
    for (const auto& [key, n, of] : {std::tuple{"smooth", 7U, dsp::SavitzkyGolayOf::value},
                                     {"deriv1_per_sample_conv", 7U, dsp::SavitzkyGolayOf::slope},
                                     {"deriv1_5pt_poly2", 5U, dsp::SavitzkyGolayOf::slope}}) {
      const auto ours = newest_first(dsp::savitzky_golay_weights(n, 2, of));
      const auto expected = numbers(d.at(key));  // in the order of a convolution
      for (std::size_t i = 0; i < ours.size(); ++i) worst.absolute(ours[i], expected.at(i));
    }
    add(worst, "Savitzky-Golay weights", 1e-12);
  }
}

}  // namespace ib::verify
