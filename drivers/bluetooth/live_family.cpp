#include "bluetooth/live_family.hpp"

#include "bcl/live_decoder.hpp"
#include "bcl/live_protocol.hpp"
#include "colmi/live_decoder.hpp"
#include "colmi/live_protocol.hpp"
#include "heart_rate/live.hpp"
#include "viatom/live_decoder.hpp"
#include "viatom/live_protocol.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>

#include <fmt/format.h>

namespace ib::bluetooth {
namespace {

using source::Signal;

template <class Protocol, class Decoder>
Parts make(const DeviceWishes& wishes) {
  if constexpr (std::is_constructible_v<Decoder, double>)
    return {std::make_unique<Protocol>(), std::make_unique<Decoder>(wishes.counts_per_g)};
  else return {std::make_unique<Protocol>(), std::make_unique<Decoder>()};
}

/// For the display of a ring. Thread: [io], while it connects.
viatom::WallTime wall_now() {
  const std::time_t now = std::time(nullptr);
  std::tm here{};
  localtime_r(&now, &here);
  const auto byte = [](int value) { return static_cast<std::uint8_t>(value); };
  return {static_cast<std::uint32_t>(now),
          {static_cast<std::uint16_t>(here.tm_year + 1900), byte(here.tm_mon + 1),
           byte(here.tm_mday), byte(here.tm_hour), byte(here.tm_min), byte(here.tm_sec)}};
}

/// Its heart rate; its raw sensors are `ring.colmi`'s to ask for.
Parts make_colmi(const DeviceWishes&) {
  const auto wall = [] {
    const auto utc = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const std::time_t t = std::chrono::system_clock::to_time_t(utc);
    std::tm here{};
    localtime_r(&t, &here);
    return colmi::wall_time(utc, std::chrono::seconds{here.tm_gmtoff}, colmi::Clock::local);
  };
  return {std::make_unique<colmi::LiveProtocol>(colmi::Measure::heart_rate, wall),
          std::make_unique<colmi::LiveDecoder>(colmi::Measure::heart_rate, 1)};
}

template <viatom::Generation generation>
Parts make_viatom(const DeviceWishes& wishes) {
  return {std::make_unique<viatom::LiveProtocol>(generation, &wall_now),
          std::make_unique<viatom::LiveDecoder>(generation, wishes.wave_hz, wishes.wave_as_sent)};
}

constexpr LiveFamily live[] = {
    {"bcl", &make<bcl::LiveProtocol, bcl::LiveDecoder>},
    {"colmi", &make_colmi},
    {"viatom", &make_viatom<viatom::Generation::o2ring>},
    {"viatom_s", &make_viatom<viatom::Generation::o2ring_s>},
    {"heart_rate", &make<heart_rate::SensorProtocol, heart_rate::SensorDecoder>},
};

constexpr double least_wave_hz = 20;  // beat.ppg's own bound: below, no pulse can be found

const LiveFamily* find_live(std::string_view id) {
  const auto at = std::find_if(std::begin(live), std::end(live),
                               [&](const LiveFamily& l) { return l.id == id; });
  return at == std::end(live) ? nullptr : at;
}

const Family* find_family(std::string_view id) {
  const auto all = families();
  const auto at = std::find_if(all.begin(), all.end(), [&](const Family& f) { return f.id == id; });
  return at == all.end() ? nullptr : &*at;
}

std::string what_it_is(const Probed& probed) {
  if (probed.family != nullptr) return std::string(probed.family->name);
  return "a device of no family that is known";
}

std::optional<Kind> kind_of(Signal signal) {
  switch (signal) {
    case Signal::ppg: return Kind::ppg;
    case Signal::acceleration: return Kind::acceleration;
    case Signal::temperature: return Kind::temperature;
    case Signal::rr: return Kind::rr;
    case Signal::ecg: return Kind::ecg;
    case Signal::heart_rate: return Kind::heart_rate;
    case Signal::spo2: return Kind::spo2;
    default: return std::nullopt;
  }
}

}  // namespace

std::span<const LiveFamily> live_families() { return live; }

Chosen choose(const Found& found, const DeviceWishes& wishes) {
  Chosen chosen;
  const auto probed = probe(found);
  chosen.family = probed.family;
  const bool as_sensor =
      probed.heart_rate && (wishes.family == "heart_rate" || chosen.family == nullptr ||
                            find_live(chosen.family->id) == nullptr);
  if (as_sensor) chosen.family = find_family("heart_rate");
  if (!wishes.family.empty() && (chosen.family == nullptr || chosen.family->id != wishes.family)) {
    chosen.refusal =
        fmt::format("{} says that it is of the family {}, but by its services it is {}",
                    wishes.said_at, wishes.family, what_it_is(probed));
    return chosen;
  }
  if (!wishes.driver.empty() && chosen.family != nullptr &&
      chosen.family->driver != wishes.driver) {
    chosen.refusal =
        fmt::format("it is {}, which {} does not read; take {}", chosen.family->name, wishes.driver,
                    chosen.family->driver.empty() ? "another device" : chosen.family->driver);
    return chosen;
  }
  const auto* driver = chosen.family == nullptr ? nullptr : find_live(chosen.family->id);
  if (driver == nullptr && chosen.family != nullptr && !chosen.family->driver.empty())
    chosen.refusal =
        fmt::format("it is {}, which `source` does not read; take {{type: {}, device: …}}",
                    chosen.family->name, chosen.family->driver);
  else if (driver == nullptr)
    chosen.refusal = fmt::format(
        "it is {}, which this version can't read; `interbeat devices probe DEVICE --support` prints what "
        "may be sent to us",
        what_it_is(probed));
  else chosen.parts = driver->make(wishes);
  return chosen;
}

std::string why_absent(const Family& family, Signal signal) {
  if (signal == Signal::beats)
    return fmt::format("a device sends intervals, not beats; {}",
                       family.find(Kind::rr) != nullptr ? "beat.rr makes beats of its `rr`"
                                                        : "this one sends not even these");
  const auto kind = kind_of(signal);
  if (!kind) return fmt::format("{}: it measures nothing like this", family.name);
  const auto* can = family.find(*kind);
  if (can == nullptr && *kind == Kind::rr)
    return fmt::format("{}: it sends no intervals between beats, and none are made of a heart rate",
                       family.name);
  if (can == nullptr) return fmt::format("{}: it has no {}", family.name, to_text(*kind));
  if (can->reading == Reading::live && !can->only.empty())
    return fmt::format("{}: its {} is that of {}", family.name, to_text(*kind), can->only);
  if (can->quality == Quality::score)
    return fmt::format("{}: its {} is the maker's own number and no measurement", family.name,
                       to_text(*kind));
  if (*kind == Kind::ppg && can->rate_hz > 0 && can->rate_hz < least_wave_hz)
    return fmt::format("{}: its {} has {:g} samples a second, in which no beat can be found",
                       family.name, to_text(*kind), can->rate_hz);
  return fmt::format("{}: its {} is not read by this version", family.name, to_text(*kind));
}

}  // namespace ib::bluetooth
