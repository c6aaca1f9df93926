// Scene: a scenario as it happens: its devices behind a daemon, each through a channel, and its faults at
// their times. The scene's time begins with `open`.
//
// Between faults it waits for nothing: devices that nobody is connected to need no turn of the loop.
// Thread: that of the loop.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "bluetooth/asio.hpp"
#include "vring/channel.hpp"
#include "vring/daemon.hpp"
#include "vring/ledger.hpp"
#include "vring/scenario.hpp"
#include "vring/schedule.hpp"

namespace ib::vring {

class Scene {
 public:
  Scene(boost::asio::io_context& io, Scenario scenario);
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  /// Comes to the system bus (DBUS_SYSTEM_BUS_ADDRESS), and begins. Empty, or why not.
  std::string open();

  Daemon& daemon() { return daemon_; }
  /// By its place in the scenario.
  Channel& channel(std::size_t ring) { return *channels_[ring]; }
  Ledger ledger() const;

 private:
  void plan();
  void turn(const Turn& turn);
  void happen(std::size_t ring, const Turn& turn);

  boost::asio::io_context& io_;
  Scenario scenario_;
  Schedule schedule_;
  std::chrono::steady_clock::time_point start_;
  boost::asio::steady_timer timer_;
  std::vector<std::unique_ptr<Channel>> channels_;
  std::uint64_t daemon_restarts_{}, adapter_off_{}, adapter_unplugged_{};
  Daemon daemon_;  ///< behind the channels: it goes before them
};

}  // namespace ib::vring
