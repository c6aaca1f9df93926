// Frames of a BCL ring: those that are published, and a reader of all that a decoded one holds.
#pragma once

#include "bcl/decode.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ib::test {

/// What the ring says. Constructed from published layouts: there are no public captures.
inline constexpr std::array<std::string_view, 20> bcl_replies{
    "0005310003482d1ee40d",
    "0005310000",
    "000531020703200338032003",
    "0005310101021027000000000000000420270000000001000004",
    "000531ff64",
    "0002120055",
    // The other kinds of frame.
    "00051002 0068e5cf8b010000 a068e5cf8b010000 a168e5cf8b010000",
    "00041100 52312e302e33",
    "00031201 01",
    "00003202",
    "0005320003 4861 e40d",
    "00053201 09 01 40420f00 80841e00 0000 f4ff f401",
    "00053202 03 01 0068e5cf8b010000 01000000 02000000 03000000"
    "0a00 1400 e803 0100 ffff 0000 b482 f07d 0000",
    "00053c01 03 01 0068e5cf8b010000 01000000 02000000 03000000"
    "0a00 1400 e803 0100 ffff 0000 b482 f07d 0000",
    "00053c01 0068e5cf8b010000 f8",
    "00053c04",
    "00074006 0100 0200 0300 0400 0500 0600",
    "00074006 00 0100 0200 0300 0400 0500 0600",
    "00074004 00 0100 0200 0300",
    "00074006 01",
};

/// A sum over every field and item, so that each is read.
class BclReader {
 public:
  std::uint64_t operator()(const bcl::Refused& m) const { return value(m.reason); }
  std::uint64_t operator()(const bcl::Acknowledged& m) const { return value(m.command, m.sub); }
  std::uint64_t operator()(const bcl::TimeSync& m) const {
    return value(m.host_ms, m.ring_receive_ms, m.ring_send_ms);
  }
  std::uint64_t operator()(const bcl::Version& m) const {
    std::uint64_t sum = value(m.of);
    for (const char c : m.text) sum += value(c);
    return sum;
  }
  std::uint64_t operator()(const bcl::Battery& m) const { return value(m.percent, m.pushed); }
  std::uint64_t operator()(const bcl::BatteryState& m) const { return value(m.code); }
  std::uint64_t operator()(const bcl::Contact& m) const { return value(m.of, m.event); }
  std::uint64_t operator()(const bcl::HeartRateResult& m) const {
    return value(m.hr_bpm.value_or(0), m.hrv_score, m.stress_score, m.temperature_centi_degc);
  }
  std::uint64_t operator()(const bcl::Spo2Result& m) const {
    return value(m.hr_bpm.value_or(0), m.spo2_percent.value_or(0), m.temperature_centi_degc);
  }
  std::uint64_t operator()(const bcl::Progress& m) const { return value(m.of, m.percent); }
  std::uint64_t operator()(const bcl::SensorsStarted& m) const { return value(m.unix_ms, m.hours); }
  template <class List>
  std::uint64_t operator()(const List& m) const {
    std::uint64_t sum = 0;
    for (std::size_t k = 0; k < m.items.size(); ++k) sum += item(m.items[k]);
    return sum;
  }

 private:
  template <class... Field>
  static std::uint64_t value(Field... field) {
    return (std::uint64_t{} + ... + static_cast<std::uint64_t>(field));
  }
  static std::uint64_t axes(const bcl::Axes& a) { return value(a[0], a[1], a[2]); }
  static std::uint64_t item(const bcl::RrInterval& i) { return value(i.rr_ms.value_or(0)); }
  static std::uint64_t item(const bcl::GreenSample& i) {
    return value(i.green_counts) + axes(i.acceleration_counts);
  }
  static std::uint64_t item(const bcl::RedSample& i) {
    return value(i.red_counts, i.infrared_counts) + axes(i.acceleration_counts);
  }
  static std::uint64_t item(const bcl::SensorSample& i) {
    const auto& t = i.temperature_milli_degc;
    return value(i.green_counts, i.red_counts, i.infrared_counts, t[0], t[1], t[2]) +
           axes(i.acceleration_counts) + axes(i.rotation_counts);
  }
  static std::uint64_t item(const bcl::MotionSample& i) {
    return axes(i.acceleration_counts) + axes(i.rotation_counts);
  }
  static std::uint64_t item(const bcl::AccelerationSample& i) {
    return axes(i.acceleration_counts);
  }
};

/// Bytes of all items of a list; 0 of what is none.
inline std::size_t bcl_item_bytes(const bcl::Decoded& decoded) {
  return std::visit(
      [](const auto& message) -> std::size_t {
        if constexpr (requires { message.items[0]; })
          return message.items.size() * decltype(message.items[0])::bytes;
        else return 0;
      },
      decoded);
}

}  // namespace ib::test
