// LiveFamily: the families that can be read live: how each is talked to, and what its notifications mean.
// One line each; which one a device is of, `probe` says (family.hpp).
//
// Thread: [any].
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bluetooth/family.hpp"
#include "device/decoder.hpp"
#include "device/protocol.hpp"

namespace ib::bluetooth {

/// What the user may say of a device, beside its name.
struct DeviceWishes {
  std::string family;     ///< id that it must be of; empty: any
  std::string said_at;    ///< where the family is named: "devices.yaml:3:3"
  double counts_per_g{};  ///< of its acceleration; 0: not known
  std::string driver{};   ///< type of the source node that must be able to read it; empty: any
  double wave_hz{};       ///< rate of its waveform; 0: as its family has it
  bool wave_as_sent{};    ///< systole points up in it already, whatever its family does
};

/// The two halves of a driver.
struct Parts {
  std::unique_ptr<device::Protocol> protocol;
  std::unique_ptr<device::Decoder> decoder;
};

struct LiveFamily {
  std::string_view id;  ///< Family::id
  Parts (*make)(const DeviceWishes&);
};
std::span<const LiveFamily> live_families();

/// What reads a device, or the reason why nothing does.
struct Chosen {
  Parts parts;
  const Family* family{};
  std::string refusal;  ///< a sentence; empty: it can be read
};
/// By its services alone. A device of a family that is not read, but with the standard heart rate service,
/// is read as a heart rate sensor.
Chosen choose(const Found& found, const DeviceWishes& wishes);

/// Why a device of this family gives no such signal, for the middle of a sentence.
std::string why_absent(const Family& family, source::Signal signal);

}  // namespace ib::bluetooth
