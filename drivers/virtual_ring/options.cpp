#include "virtual_ring/options.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

namespace ib::virtual_ring {

namespace {

using O = Options;

constexpr double window_limit_s = 1e6;

constexpr std::array table{
    OptionInfo{"seed", "", 0, 0, &O::seed,
               "Who this is. All randomness follows from it. Without: from graph and node."},
    OptionInfo{"hr", "bpm", 30, 200, &O::hr_bpm, "Mean heart rate."},
    OptionInfo{
        "rsa", "ms", 0, 200, &O::rsa_ms,
        "Respiratory sinus arrhythmia: standard deviation of the intervals that breathing makes."},
    OptionInfo{"resp", "Hz", 0.05, 0.6, &O::resp_hz, "Mean breathing rate."},
    OptionInfo{"slow", "ms", 0, 200, &O::slow_ms,
               "Standard deviation of the intervals by the slow rhythm near 0.1 Hz."},
    OptionInfo{"vlf", "ms", 0, 200, &O::vlf_ms,
               "Standard deviation of the intervals by movements over 10 s to minutes."},
    OptionInfo{"ectopic", "/min", 0, 60, &O::ectopic_per_min,
               "Premature beats, each followed by a compensatory pause. At most every other beat."},
    OptionInfo{"couple", "", 0, 0, &O::couple,
               "Seed of the person whose heart-rate movements this heart follows."},
    OptionInfo{"coupling", "1", 0, 2, &O::coupling,
               "Strength k: own movement + k times the other's, so their correlation is "
               "k / sqrt(1 + k^2)."},
    OptionInfo{"lag", "s", -30, 30, &O::lag_s,
               "How much later than the other this heart moves; negative = earlier."},
    OptionInfo{"windows", "s", 0, window_limit_s, &O::windows,
               "When it follows, in session time, as 300-600;900-1200. Without: always."},
    OptionInfo{"rate", "Hz", 10, 1000, &O::rate_hz,
               "Nominal sampling rate, as the device claims it."},
    OptionInfo{"ppm", "ppm", -50000, 50000, &O::ppm,
               "Error of the device's clock: the true rate is rate * (1 + ppm * 1e-6)."},
    OptionInfo{"pulse_delay", "ms", 0, 600, &O::pulse_delay_ms,
               "From the heart beat to the peak of its pulse at the sensor."},
    OptionInfo{"noise", "1", 0, 10, &O::noise,
               "Standard deviation of the sensor noise, in pulse heights."},
    OptionInfo{"wander", "1", 0, 20, &O::wander,
               "Standard deviation of the baseline wander, in pulse heights."},
    OptionInfo{"motion", "/min", 0, 6, &O::motion_per_min,
               "Bursts of movement of 2 to 5 s, seen by pulse sensor and accelerometer."},
    OptionInfo{"motion_size", "1", 0, 20, &O::motion_size,
               "Standard deviation of the pulse signal in a burst, in pulse heights."},
    OptionInfo{"contact_loss", "/h", 0, 60, &O::contact_loss_per_h,
               "How often the sensor loses the skin: the signal falls flat to near zero."},
    OptionInfo{"contact_loss_for", "s", 0.5, 50, &O::contact_loss_for_s, "How long each time."},
    OptionInfo{"acc", "", 0, 1, &O::accelerometer, "Three-axis accelerometer: on or off."},
    OptionInfo{"packet", "samples", 1, 256, &O::packet, "Samples per radio packet."},
    OptionInfo{"latency", "ms", 0, 5000, &O::latency_ms,
               "Shortest time from the last sample of a packet to its arrival."},
    OptionInfo{"jitter", "ms", 0, 2000, &O::jitter_ms,
               "Further delay, uniform from 0 to this. Packets never overtake each other."},
    OptionInfo{"loss", "1", 0, 0.9, &O::loss, "Share of the packets that the radio loses."},
    OptionInfo{"stall", "/min", 0, 6, &O::stall_per_min,
               "Radio stalls; the packets held back arrive together at the end of each."},
    OptionInfo{"stall_for", "s", 0.05, 60, &O::stall_for_s, "How long each stall lasts."},
    OptionInfo{"silent_after", "s", 0, 1e7, &O::silent_after_s,
               "Session time after which the device stops sending."},
    OptionInfo{"silent_for", "s", 0.1, 86400, &O::silent_for_s,
               "How long it is silent; what it measured meanwhile is lost. Without: for ever."},
    OptionInfo{"duration", "s", 0.1, 1e7, &O::duration_s,
               "Session time at which the stream ends. Without: endless."},
    OptionInfo{
        "lead_in", "s", 0, 3600, &O::lead_in_s,
        "Signal from before the session, at negative times: it is there when the session starts."},
};

std::string with_unit(double value, std::string_view unit) {
  if (unit.empty() || unit == "1") return fmt::format("{}", value);
  return fmt::format("{}{}{}", value, unit.front() == '/' ? "" : " ", unit);
}

void check_bounds(const Options& options, std::vector<std::string>& problems) {
  for (const auto& o : table) {
    std::optional<double> value;
    if (const auto* real = std::get_if<double O::*>(&o.field)) value = options.*(*real);
    if (const auto* count = std::get_if<int O::*>(&o.field)) value = options.*(*count);
    if (!value || (*value >= o.min && *value <= o.max)) continue;
    const auto* real = std::get_if<double O::*>(&o.field);
    if (real != nullptr && *value == O::never && Options{}.*(*real) == O::never) continue;
    problems.push_back(fmt::format("{}={} is out of range: {}.", o.name, *value, o.bounds_text()));
  }
}

void check_windows(const Options& options, std::vector<std::string>& problems) {
  double last_end = 0;
  for (const auto& [from, to] : options.windows) {
    if (!(from >= 0 && from < to && to <= window_limit_s))
      problems.push_back(
          fmt::format("windows: {}-{} must start at 0 s or later, end after its "
                      "start, and end by {} s.",
                      from, to, window_limit_s));
    else if (from < last_end)
      problems.push_back(
          fmt::format("windows: {}-{} starts before the window in front of it ends; "
                      "windows stand in order and apart.",
                      from, to));
    last_end = std::max(last_end, to);
  }
}

void check_together(const Options& o, std::span<const std::string_view> given,
                    std::vector<std::string>& problems) {
  const auto says = [&](std::string_view name) {
    return std::find(given.begin(), given.end(), name) != given.end();
  };
  // Without a seed of its own a ring gets one from its graph, which is nobody's.
  if (o.couple && *o.couple == o.seed && (given.empty() || says("seed")))
    problems.push_back(
        fmt::format("couple={} is this ring's own seed; name the other person's.", *o.couple));
  const Options defaults;
  if (!o.couple && (o.coupling != defaults.coupling || o.lag_s != defaults.lag_s ||
                    !o.windows.empty() || says("coupling") || says("lag")))
    problems.emplace_back("coupling, lag and windows need couple=SEED, the person to follow.");
  if (o.silent_for_s != O::never && o.silent_after_s == O::never)
    problems.emplace_back("silent_for needs silent_after, the time at which the silence starts.");
  if (o.ectopic_per_min > o.hr_bpm / 2)
    problems.push_back(
        fmt::format("ectopic={} is more than every other beat: at hr={} bpm at most "
                    "{}/min.",
                    o.ectopic_per_min, o.hr_bpm, o.hr_bpm / 2));
  const double interval_ms = 60000 / o.hr_bpm;
  const double spread_ms = std::hypot(o.rsa_ms, o.slow_ms, o.vlf_ms);
  if (spread_ms > 0.2 * interval_ms)
    problems.push_back(
        fmt::format("rsa, slow and vlf together spread the intervals by {:.0f} ms; at "
                    "hr={} bpm at most {:.0f} ms (a fifth of the mean interval).",
                    spread_ms, o.hr_bpm, 0.2 * interval_ms));
}

}  // namespace

std::span<const OptionInfo> option_table() { return table; }

std::string OptionInfo::default_text() const {
  const Options defaults;
  const auto text = [&](auto member) -> std::string {
    const auto& value = defaults.*member;
    using Value = std::decay_t<decltype(value)>;
    if constexpr (std::is_same_v<Value, bool>) return value ? "on" : "off";
    else if constexpr (std::is_same_v<Value, double>)
      return value == O::never ? "none" : with_unit(value, unit);
    else if constexpr (std::is_same_v<Value, std::uint64_t>) return "of the graph";
    else if constexpr (std::is_integral_v<Value>)
      return with_unit(static_cast<double>(value), unit);
    else return "none";
  };
  return std::visit(text, field);
}

std::string OptionInfo::bounds_text() const {
  return fmt::format("{} to {}", min, with_unit(max, unit));
}

std::vector<std::string> check(const Options& options, std::span<const std::string_view> given) {
  std::vector<std::string> problems;
  check_bounds(options, problems);
  check_windows(options, problems);
  if (problems.empty()) check_together(options, given, problems);
  return problems;
}

}  // namespace ib::virtual_ring
