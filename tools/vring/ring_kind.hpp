// RingKind: the kinds of virtual devices that a scenario can name. A new kind is a line in the table.
// Thread: values, any; `make` on the loop's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "virtual_ring/options.hpp"
#include "vring/colmi_firmware.hpp"
#include "vring/peripheral.hpp"
#include "vring/radio.hpp"

namespace boost::asio {
class io_context;
}

namespace ib::vring {

/// All that makes a device.
struct DeviceSpec {
  std::string address, name;     ///< as it advertises itself
  virtual_ring::Options wearer;  ///< with what of its sensor is told
  RadioOptions radio;
  ColmiFirmware firmware;  ///< of a Colmi ring
  bool old_firmware{};     ///< of a bcl: it has no full sensor stream, and stops by another command
};

struct RingKind {
  using Make = std::unique_ptr<Peripheral> (*)(boost::asio::io_context& io, const DeviceSpec& spec,
                                               std::chrono::steady_clock::time_point start);
  std::string_view name;
  bool has_radio;     ///< `interval` and `retry` mean something to it
  bool has_checksum;  ///< its values bear one
  bool has_contact;   ///< it knows whether it is worn, and says so
  bool has_clock;     ///< one of its own, which can be wrong
  bool can_stop;      ///< it measures only when it was asked to
  unsigned
      counts_per_g;  ///< of its acceleration, where its maker would not say; 0: it says so itself
  Make make;
  std::string_view doc;
};

std::span<const RingKind> ring_kinds();
/// Null: there is none of that name.
const RingKind* find_ring_kind(std::string_view name);

}  // namespace ib::vring
