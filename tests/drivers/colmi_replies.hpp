// Frames of Colmi / Yawell rings as published clients recorded or test them, with what they say.
#pragma once

#include "colmi/frame.hpp"
#include "colmi/messages.hpp"

#include "support/hex.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ib::test {

struct ColmiReply {
  std::string frame;
  colmi::Decoded says;
};

/// The payload of a frame, for the messages that keep all of it.
inline std::array<std::uint8_t, 14> colmi_payload(std::string_view frame) {
  const auto all = bytes(frame);
  std::array<std::uint8_t, 14> payload{};
  std::transform(all.begin() + 1, all.begin() + 15, payload.begin(),
                 [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
  return payload;
}

/// A frame out of its first bytes: padded, with its checksum.
inline std::vector<std::byte> colmi_frame(std::string_view first_bytes) {
  auto frame = bytes(first_bytes);
  frame.resize(colmi::frame_size - 1);
  frame.push_back(static_cast<std::byte>(colmi::checksum(frame)));
  return frame;
}

inline const std::vector<ColmiReply>& colmi_replies() {
  using namespace colmi;
  using colmi::Log;  // and not the voice of a node
  constexpr auto red = RawChannel::spo2, green = RawChannel::ppg;
  const auto log = [](Log of, std::string frame) {
    return ColmiReply{frame, LogPacket{of, colmi_payload(frame)}};
  };
  const std::string capability = "01000100220000000001003001001066";
  static const std::vector<ColmiReply> replies{
      {"03400000000000000000000000000043", Battery{64, false}},
      {"0347000000000000000000000000004a", Battery{71, false}},
      {capability, Capability{.temperature = false,
                              .spo2 = true,
                              .blood_pressure = false,
                              .new_sleep_protocol = true,
                              .manual_heart_rate = true,
                              .blood_sugar = false,
                              .stress = true,
                              .hrv = false,
                              .all = colmi_payload(capability)}},
      {"2ff10000000000000000000000000020", PacketLength{241}},
      {"6901004e0000000000000000000000b8", Measured{Measurement::heart_rate, Reading::value, 78}},
      {"6901010000000000000000000000006b",  // the bytes of the request to start
       Measured{Measurement::heart_rate, Reading::not_worn, 0}},
      {"9eee000000000000000000000000008c", RefusedCommand{0x1E}},
      {"1601013c000000000000000000000054", HeartRateLogSetting{true, 60}},
      {"1601023c000000000000000000000055", HeartRateLogSetting{false, 60}},
      {"1601011e05000000000000000000003b", HeartRateLogSetting{true, 30}},
      {"16020100000000000000000000000019", Acknowledged{0x16}},
      {"730c1500000000000000000000000094", Battery{21, false}},
      {"730c2b010000000000000000000000ab", Battery{43, true}},
      {"730c64010000000000000000000000e4", Battery{100, true}},
      {"7312000bef0222090007cf0000000082", LiveActivity{3055, 139785, 1999}},
      {"480003dc000000007f6c0002f1000f14", Totals{988, 0, 32620, 753, 15}},
      {"4800041400000000874c00031f000f64", Totals{1044, 0, 34636, 799, 15}},
      log(Log::hrv, "3900051e00000000000000000000005c"),
      log(Log::hrv, "390100330038002e002c003700330069"),
      log(Log::hrv, "39ff0000000000000000000000000038"),
      log(Log::steps, "43ff0000000000000000000000000042"),
      log(Log::steps, "43f00101000000000000000000000035"),
      log(Log::steps, "432410155c0001790015001000000087"),
      log(Log::steps, "43f00501000000000000000000000039"),
      log(Log::steps, "43230813100005c80030001b000000a9"),
      log(Log::steps, "43230813140105b618aa046903000083"),
      log(Log::steps, "432308131802053804e1009500000052"),
      log(Log::steps, "432308131c030505026c004800000060"),
      log(Log::steps, "432308134c0405ef016300440000006d"),
      log(Log::steps, "432606174c06072d05e800a9000000a2"),
      log(Log::steps, "43260617480507a32a8406670500009d"),
      log(Log::steps, "4326061744040776133b037a02000018"),
      log(Log::steps, "432606174003074714290393020000ec"),
      log(Log::steps, "432606173c02077f231f06860400001c"),
      log(Log::steps, "432606172c010757000f000b0000002b"),
      log(Log::steps, "4326061728000798001b00130000007b"),
      {"a10100a000c20072009501000000000c", RawOptical{red, 160, 194, 114, 149, true}},
      {"a10229812acd29c1010c01000000003c", RawOptical{green, 10625, 10957, 10689, 268, true}},
      {"a10312030b0d170400000000000000ec", RawAcceleration{.x = 372, .y = 291, .z = 189}},
      {"a103deb4fdc8fb3e0000000000000034", RawAcceleration{.x = -66, .y = -540, .z = -40}},
      {"a103000c1f06fb0300000000000000d3", RawAcceleration{.x = -77, .y = 12, .z = 502}},
      {"a102066320281f5100d700000000009b", RawOptical{green, 1635, 8232, 8017, 215, false}},
      {"a101007d007d0042003b01000000001a", RawOptical{red, 125, 125, 66, 59, true}},
      {"a101004a0088004c0065010000000026", RawOptical{red, 74, 136, 76, 101, true}},
      {"a102325e3276311e0158010000000084", RawOptical{green, 12894, 12918, 12574, 344, true}},
      {"a101000000c20072009501000000006c", RawHole{red}},
      {"a10200002acd29c1010c010000000092", RawHole{green}},
  };
  return replies;
}

}  // namespace ib::test
