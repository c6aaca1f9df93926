// Peripheral: a Bluetooth LE device as a central meets it: what it advertises, what it offers, and how it
// answers. The daemon calls it; it sends through a Voice.
//
// Thread: that of the loop. Time: the loop's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vring/logged_truth.hpp"
#include "wire/reader.hpp"

namespace ib::vring {

struct GattCharacteristic {
  std::string uuid;
  std::vector<std::string>
      flags;  ///< as BlueZ names them: "read", "write-without-response", "notify"
};

struct GattService {
  std::string uuid;
  std::vector<GattCharacteristic> characteristics;
};

/// The number that a value bears, where its device numbers what it sends.
struct Numbered {
  std::string_view
      stream;  ///< "wave": each stream has numbers of its own; lives as long as the program
  std::uint8_t number{};  ///< goes up by one with each value, modulo 256, and begins anew at 0
  std::uint64_t measurement{};  ///< goes up where it begins anew
};

/// How a peripheral is heard.
class Voice {
 public:
  virtual ~Voice() = default;
  /// A value on its way to the central. False: nobody has subscribed, or the link is down.
  virtual bool notify(std::string_view characteristic, wire::Bytes value) = 0;
};

class Peripheral {
 public:
  virtual ~Peripheral() = default;

  virtual std::string address() const = 0;
  virtual std::string name() const = 0;
  virtual std::vector<GattService> services() const = 0;

  virtual void connected(Voice& voice) = 0;
  virtual void disconnected() = 0;
  /// Somebody listens to it, or no longer.
  virtual void subscribed(std::string_view characteristic, bool on) = 0;
  /// Empty: taken; else the name of a D-Bus error, such as "org.bluez.Error.InvalidValueLength".
  virtual std::string written(std::string_view characteristic, wire::Bytes value) = 0;
  virtual std::vector<std::byte> read(std::string_view characteristic) = 0;

  /// None: values of this kind bear no number.
  virtual std::optional<Numbered> numbered(wire::Bytes) const { return std::nullopt; }
  /// What its memory held of the logs that it was asked for, in order of log and time.
  virtual std::vector<LoggedTruth> logged() const { return {}; }

  /// Its central went while it measured, and it goes on: a real one until its battery is empty.
  virtual bool left_measuring() const { return false; }

  // -- what can happen to it; false: not to such a device ---------------------------------------------------
  /// It is put on or taken off.
  virtual bool put_on(bool) { return false; }
  /// It stops measuring by itself and says nothing.
  virtual bool halt() { return false; }
  /// From now on its clock is wrong by so many parts in a million.
  virtual bool drift(double) { return false; }
};

}  // namespace ib::vring
