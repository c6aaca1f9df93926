#include "polar/terms.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

namespace ib::polar {
namespace {

constexpr double usual_acceleration_hz = 50;
constexpr std::uint32_t most_bits = 32, ppg_channels = 4;

double rate_wish(Measurement m, const Wishes& w) {
  switch (m) {
    case Measurement::ecg: return w.ecg_hz;
    case Measurement::ppg: return w.ppg_hz;
    default: return w.acceleration_hz;
  }
}

std::string_view rate_param(Measurement m) {
  switch (m) {
    case Measurement::ecg: return "ecg_rate";
    case Measurement::ppg: return "ppg_rate";
    default: return "acc_rate";
  }
}

/// "25, 50 or 100"
std::string listed(const Values& values) {
  constexpr std::size_t shown = 16;
  const auto n = std::min(values.size(), shown);
  std::string text;
  for (std::size_t k = 0; k < n; ++k) {
    if (k > 0) text += k + 1 == n ? " or " : ", ";
    text += std::to_string(values[k]);
  }
  return text;
}

/// The value whose distance is least, the first of several.
template <class Distance>
std::optional<std::uint16_t> nearest(const Values& values, Distance distance) {
  std::optional<std::uint16_t> found;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (values[k] == 0 || values[k] > UINT16_MAX) continue;
    const double d = distance(static_cast<double>(values[k]));
    if (d >= least) continue;
    least = d;
    found = static_cast<std::uint16_t>(values[k]);
  }
  return found;
}
std::optional<std::uint16_t> greatest(const Values& values) {
  return nearest(values, [](double v) { return -v; });
}
std::optional<std::uint16_t> exactly(const Values& values, double wish) {
  return nearest(values,
                 [&](double v) { return v == wish ? 0 : std::numeric_limits<double>::infinity(); });
}

std::optional<std::uint16_t> usual_rate(Measurement m, const Values& rates) {
  if (m != Measurement::acceleration) return greatest(rates);
  return nearest(rates, [](double v) { return std::abs(v - usual_acceleration_hz); });
}

}  // namespace

Chosen choose(Measurement m, const Settings& offered, const Wishes& wishes) {
  Chosen chosen;
  const double rate = rate_wish(m, wishes);
  auto& choice = chosen.term.choice;
  choice.rate_hz = rate > 0 ? exactly(offered.rate_hz, rate) : usual_rate(m, offered.rate_hz);
  if (!choice.rate_hz) {
    if (rate > 0 && !offered.rate_hz.empty())
      chosen.problem = fmt::format(
          "its {} comes at {} Hz, not at {:g} Hz; write one of these as {}, or "
          "leave it out",
          name_of(m), listed(offered.rate_hz), rate, rate_param(m));
    return chosen;
  }
  if (m == Measurement::acceleration) {
    choice.range =
        wishes.range_g > 0 ? exactly(offered.range, wishes.range_g) : greatest(offered.range);
    if (!choice.range && wishes.range_g > 0 && !offered.range.empty()) {
      chosen.problem = fmt::format(
          "its {} has a range of {} g, not of {:g} g; write one of these as acc_range, "
          "or leave it out",
          name_of(m), listed(offered.range), wishes.range_g);
      return chosen;
    }
  }
  if (const auto bits = greatest(offered.resolution_bits); bits && *bits <= most_bits)
    choice.resolution_bits = bits;
  if (const auto channels = greatest(offered.channels); channels && *channels <= UINT8_MAX)
    choice.channels = static_cast<std::uint8_t>(*channels);
  // Of a waveform with other channels nobody has said what they are.
  if (m == Measurement::ppg && choice.channels && *choice.channels != ppg_channels) return chosen;
  chosen.term.rate_hz = *choice.rate_hz;
  chosen.term.offered = true;
  return chosen;
}

std::string_view name_of(Measurement m) {
  switch (m) {
    case Measurement::ecg: return "electrocardiogram";
    case Measurement::ppg: return "pulse waveform";
    case Measurement::acceleration: return "acceleration";
    case Measurement::pp_interval: return "pulse intervals";
    case Measurement::gyroscope: return "rotation";
    case Measurement::magnetometer: return "magnetic field";
    case Measurement::skin_temperature: return "skin temperature";
    case Measurement::sdk_mode: break;
  }
  return "SDK mode";
}

std::string sentence_of(Error error, Measurement m) {
  const auto why = [&]() -> std::string_view {
    switch (error) {
      case Error::bad_operation: return "it does not know the request; is its firmware up to date?";
      case Error::bad_type:
      case Error::not_supported:
        return "it has no such measurement; leave this port out, or take a sensor that has it";
      case Error::bad_length:
      case Error::bad_parameter:
      case Error::bad_resolution:
      case Error::bad_rate:
      case Error::bad_range:
      case Error::bad_channels:
        return "it does not take the settings that it offers itself; is its firmware up to date?";
      case Error::already_in_state:
        return "another program has started it; close that, or disconnect the sensor";
      case Error::bad_mtu:
        return "the connection carries too little at once (MTU); BlueZ 5.50 or later asks for more";
      case Error::bad_state:
        return "it is busy with something else; end what it measures or records";
      case Error::charging: return "it is being charged; take it off the charger";
      case Error::disk_full: return "its memory is full; transfer or delete its recordings";
      case Error::none:
      case Error::unknown: break;
    }
    return "it does not say why; switch it off and on";
  }();
  return fmt::format("it refuses to measure {} (error {}): {}", name_of(m),
                     static_cast<unsigned>(error), why);
}

}  // namespace ib::polar
