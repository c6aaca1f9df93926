// Family: which kind of device this is, by the services it has after connecting, and what it can feed.
// Names never decide: one name is worn by rings of four makers, and rings of one maker by forty names.
//
// Thread: any; `probe` does not allocate.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bluetooth/capability.hpp"

namespace ib::bluetooth {

struct Family {
  std::string_view id;      ///< "polar"
  std::string_view name;    ///< for a person
  std::string_view driver;  ///< type of the source node; empty: it is only recognised
  std::array<std::string_view, 2> services;         ///< one of these decides
  std::array<std::string_view, 2> characteristics;  ///< and these must be there
  std::span<const Capability> feeds;

  const Capability* find(Kind kind) const;
};

/// All families, the first that fits before the others.
std::span<const Family> families();

struct FoundCharacteristic {
  std::string uuid;
  std::string flags;  ///< "notify, write"
};

/// What was found on a device. UUIDs in lower or upper case, as 128 bits or as 16 ("180d").
struct Found {
  std::span<const std::string> services;
  std::span<const FoundCharacteristic> characteristics;
  std::optional<std::uint16_t> company;  ///< of the advertised data
};

struct Probed {
  const Family* family{};  ///< null: unknown
  bool heart_rate{};       ///< the standard heart rate service is there, too
  /// The source node that can read it; empty: none can.
  std::string_view driver() const;
};

Probed probe(const Found& found);

/// Strings of the Device Information service. Its serial number is not among them: it is the owner's.
struct DeviceInformation {
  std::string manufacturer, model, hardware, firmware, software;
};

/// What the owner of a device that is not read as it should be may send to us: as what it is known, services, characteristics and
/// versions; no address, no name, no serial number. Control bytes are replaced by '?'.
std::string support_text(const Found& found, const DeviceInformation& information);

}  // namespace ib::bluetooth
