#include "verify/vectors.hpp"

#include "verify/reference_file.hpp"

#include "dsp/activation.hpp"

#include <cmath>
#include <optional>
#include <string>

namespace ib::verify {
namespace {

using nlohmann::json;

std::optional<double> present(double x) {
  return std::isfinite(x) ? std::optional(x) : std::nullopt;
}

}  // namespace

void compare_activation(const json& file, Comparisons& all) {
  constexpr const char* group =
      "Activation of stress.classifier, second by second (stress_state.json)";
  const auto& p = file.at("params");
  dsp::Baseline::References rest{};
  rest[0] = {.mu = number_in(p.at("rest_hr"), 20, 200, "a heart rate at rest"),
             .s_eff = number_in(p.at("rest_hr_sd"), 0.1, 100, "its spread")};
  rest[1] = {.mu = number_in(p.at("rest_ln"), -10, 10, "ln RMSSD at rest"),
             .s_eff = number_in(p.at("rest_ln_sd"), 0.01, 10, "its spread")};
  const auto baseline = dsp::Baseline::stored(rest, Time{});
  const auto hr = numbers(file.at("hr")), ln_rmssd = numbers(file.at("ln_rmssd")),
             quality = numbers(file.at("quality"));
  dsp::ActivationTracker tracker;
  Worst average;
  unsigned other_states = 0;
  const auto& trace = file.at("trace");
  for (std::size_t i = 0; i < trace.size(); ++i) {
    dsp::ActivationInput in;
    in.t = Time{} + std::chrono::seconds(i);
    in.features[dsp::Feature::hr] = present(hr.at(i));
    in.features[dsp::Feature::ln_rmssd] = present(ln_rmssd.at(i));
    in.accepted_share = quality.at(i);
    in.activity_g = 0;
    const auto now = tracker.tick(in, baseline);
    auto expected = trace.at(i).at(2).get<std::string>();
    if (expected == "flooded") expected = "high_arousal";  // the file's older name of it
    other_states += name(now.state) == expected ? 0U : 1U;
    const auto& ema = trace.at(i).at(1);
    if (now.ema.has_value() == ema.is_null()) average.absent();
    else if (now.ema) average.absolute(*now.ema, ema);
  }
  all.push_back(average.comparison(group, "smoothed probability", 1e-9));
  all.push_back({group, "seconds in another state", "", 0, static_cast<double>(other_states), 0,
                 "of " + std::to_string(trace.size()), false, 0});
}

}  // namespace ib::verify
