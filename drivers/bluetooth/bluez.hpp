// Bluez: Bluetooth as this machine has it: what bluetoothd shows on D-Bus, as plain data, and calls
// that tell how they ended. It decides nothing: who is looked for, connected to and asked is the
// business of a Link.
//
// Everything that a device can say of itself (its name, its services, its values) is hostile until
// parsed: texts are cut at `most_text`, a value at `most_value`, and no more than `most_devices` with `most_values` characteristics are kept.
// Thread: that of the loop. Callbacks come from the loop, never from inside a call.
#pragma once

#include <interbeat/time.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/reader.hpp"

namespace boost::asio {
class io_context;
}

namespace ib::bluetooth {

/// What D-Bus says: "org.bluez.Error.NotReady" and a text.
struct Failure {
  std::string name, message;
};

struct Adapter {
  std::string path;  ///< "/org/bluez/hci0"
  std::string address;
  bool powered{}, discovering{};
};

struct Device {
  std::string path, adapter;
  std::string address;  ///< "AA:BB:CC:DD:EE:FF"
  std::string name;     ///< as it advertises itself; empty: it does not
  std::optional<int> rssi_dbm;
  std::uint64_t sightings{};               ///< how often it was heard advertising
  bool connected{}, resolved{}, paired{};  ///< resolved: its characteristics are there
  std::vector<std::string> services;       ///< UUIDs, small letters
  std::map<std::uint16_t, std::vector<std::byte>> manufacturer_data;  ///< by company
};

struct Characteristic {
  std::string path, device;
  std::string service;  ///< UUID, small letters
  std::string uuid;     ///< UUID, small letters
  std::vector<std::string> flags;
  bool has(std::string_view flag) const;
};

class Bluez {
 public:
  static constexpr std::size_t most_text = 248, most_value = 512, most_devices = 500,
                               most_values = 4096;

  using Done = std::function<void(const Failure*)>;  ///< null: it is done
  using Got = std::function<void(const Failure*, wire::Bytes)>;
  /// A value that a device sent, and when it came: CLOCK_BOOTTIME.
  using Notified = std::function<void(wire::Bytes, Arrival)>;

  /// How long bluetoothd may take to answer. A call without an answer fails with `is_silence`.
  struct Waits {
    std::chrono::milliseconds usual{25'000};
    std::chrono::milliseconds connect{45'000};  ///< a scan for the device is part of it
    std::chrono::milliseconds pair{25'000};
    std::chrono::milliseconds value{3'000};  ///< of a characteristic: two of the longest intervals
  };
  void set_waits(const Waits& waits);
  const Waits& waits() const;

  explicit Bluez(boost::asio::io_context& io);
  ~Bluez();
  Bluez(const Bluez&) = delete;
  Bluez& operator=(const Bluez&) = delete;

  /// Connects to the system bus (DBUS_SYSTEM_BUS_ADDRESS, if set). Empty, or a sentence why not.
  std::string open();
  /// bluetoothd is there and has shown what it has.
  bool ready() const;
  /// Empty: it is; else a sentence: it is not there, or this user may not talk to it.
  std::string why_not_ready() const;
  /// How often bluetoothd left the bus: what was connected before is void.
  std::uint64_t departures() const;
  /// Called after anything changed but values: adapters, devices, characteristics, the daemon itself.
  void on_change(std::function<void()> changed);

  std::vector<Adapter> adapters() const;
  const Adapter* adapter(std::string_view path) const;
  std::vector<const Device*> devices() const;
  const Device* device(std::string_view path) const;
  /// Of a device that is resolved; in the order of their paths.
  std::vector<Characteristic> characteristics(std::string_view device) const;

  void discover(const std::string& adapter, bool on, Done done);
  void connect(const std::string& device, Done done);
  void disconnect(const std::string& device, Done done);
  /// Makes a bond with a device that has neither display nor keys, and says yes to what bluetoothd asks
  /// meanwhile; one at a time. Done, too, where there is a bond already.
  void pair(const std::string& device, Done done);
  /// Values of this characteristic from now on, until stopped or gone.
  void notify(const std::string& characteristic, Notified notified, Done done);
  void stop_notifying(const std::string& characteristic, Done done);
  /// `acknowledged`: the device confirms it. Else it is sent, and done when the daemon has taken it.
  void write(const std::string& characteristic, wire::Bytes value, bool acknowledged, Done done);
  void read(const std::string& characteristic, Got got);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A sentence for a person: what is wrong, and what to do about it.
std::string sentence_of(const Failure& failure);
/// The device gives its values to those alone who paired it.
bool wants_pairing(const Failure& failure);
/// Nobody answered in time; what was asked for may have been done all the same.
bool is_silence(const Failure& failure);
/// The call will succeed when tried again soon.
bool is_passing(const Failure& failure);

}  // namespace ib::bluetooth
