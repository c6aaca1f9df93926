// Opening of Bluetooth devices: from the name in a graph to a feed that streams, or a sentence.
// Thread: [control]; takes as long as connecting takes.
#pragma once

#include <interbeat/sugar/host_clock.hpp>
#include <interbeat/sugar/wake.hpp>

#include <cstdint>
#include <string>

#include "source/source_node.hpp"

namespace ib::source {

/// What a source node gives its device to work with.
struct DeviceHost {
  Duration connect_timeout{};
  HostClock clock;
  Wake wake;
};

/// The address or the advertised name that a device's name in a graph stands for; empty: none.
std::string named_device(const std::string& device);

/// Whatever it is, by its services.
Opened open_ble(const std::string& device, const DeviceHost& host);
Opened open_heart_rate(const std::string& device, const DeviceHost& host);
struct BclChoices {
  bool raw{};  ///< its full sensor stream, instead of light and intervals
  double
      counts_per_g{};  ///< of its acceleration beside its intervals; 0: as the book has it, or not known
};
Opened open_bcl(const std::string& device, const BclChoices& choices, const DeviceHost& host);
/// `wave_hz`: of its waveform, 0: as its family has it; `as_sent`: not turned over.
Opened open_viatom(const std::string& device, double wave_hz, bool as_sent, const DeviceHost& host);

struct ColmiChoices {
  enum class Spot : std::uint8_t { none, spo2, stress, hrv } spot{};  ///< measured on request
  Duration spot_every{};                                              ///< how often
  bool raw{};       ///< samples instead of a heart rate
  double raw_hz{};  ///< how many a second
  enum class Clock : std::uint8_t { local, utc, keep } clock{};  ///< what its clock is set to
};
Opened open_colmi(const std::string& device, const ColmiChoices& choices, const DeviceHost& host);
struct ColmiHistoryChoices {
  unsigned days{};          ///< 1..7, today among them
  bool utc{};               ///< its clock shows UTC; else the local time of this machine
  Duration read_timeout{};  ///< for all logs together, once it is connected
};
/// Connects, reads its logs, and lets it go; nothing of it is set. Takes as long as that takes.
Opened open_colmi_history(const std::string& device, const ColmiHistoryChoices& choices,
                          const DeviceHost& host);

/// 0: as the sensor has it.
struct PolarWishes {
  double ecg_hz{}, ppg_hz{}, acceleration_hz{}, range_g{};
  bool invert_ppg{true};
  double most_error_ms{30};  ///< of an interval
};
/// Waits for what the sensor offers, too.
Opened open_polar(const std::string& device, const PolarWishes& wishes, const DeviceHost& host);

}  // namespace ib::source
