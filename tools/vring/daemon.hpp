// Daemon: bluetoothd as its clients see it, with peripherals that exist in this process alone.
//
// It owns org.bluez on the bus it is given and serves the objects that a central uses: one adapter,
// devices once somebody discovers, their services and characteristics once somebody connects. What goes
// over the bus is what BlueZ 5.66 sends; only the air is missing.
// A device that wants to be paired takes the way without display and keys ("just works"), by an agent.
// Values come by StartNotify or, over a socket, by AcquireNotify; who has one is refused the other (NotPermitted).
// Not offered: AcquireWrite, descriptors, other ways to pair.
// Thread: that of the loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "vring/call.hpp"
#include "vring/peripheral.hpp"

namespace boost::asio {
class io_context;
}

namespace ib::vring {

/// How the daemon treats one device; all zero: as a healthy one.
struct Manners {
  std::chrono::milliseconds appears_after{30};   ///< of discovery
  std::chrono::milliseconds connects_after{50};  ///< of Connect
  std::chrono::milliseconds resolves_after{0};   ///< of the connection
  bool resolves_first{};                         ///< before Connect has been answered
  bool never_resolves{};
  unsigned refusals{};  ///< so many Connects fail
  bool
      wants_pairing{};  ///< its values are for the paired alone; a bond outlives the daemon's restart
};

class Daemon {
 public:
  explicit Daemon(boost::asio::io_context& io);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// On the system bus (DBUS_SYSTEM_BUS_ADDRESS). Empty, or why not.
  std::string open();

  /// Before or after `open`. The peripheral outlives the daemon.
  void add(Peripheral& peripheral, const Manners& manners = {});

  // -- what can happen to it --------------------------------------------------------------------------
  void power(bool on);
  /// The adapter is pulled out, with all that was found by it, or put in again; before `open`, too.
  void plug(bool in);
  /// The next so many attempts to discover are refused: the adapter is busy.
  void refuse_discovery(unsigned times);
  /// Leaves the bus and comes back after `away`, having forgotten everything.
  void restart(std::chrono::milliseconds away);
  /// The link of a device breaks; it is not heard for `away`.
  void lose(const Peripheral& peripheral, std::chrono::milliseconds away);

  /// Calls of this kind to a device, or to its characteristics, get no answer and do nothing.
  void hang(const Peripheral& peripheral, Call call, bool on);

  /// [any count] What it did, for tests: "connect", "disconnect", "start-notify" ... of a device.
  void on_event(std::function<void(const Peripheral*, const std::string&)> event);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ib::vring
