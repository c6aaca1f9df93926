// Link: one device, from "somewhere out there" to "streaming", and back there after each loss.
//
//   state        goes on when                                       else
//   waiting      bluetoothd is there, an adapter is on              says what is missing
//   seeking      the device was heard (by name: for 2 s, alone)     discovery goes on
//   queueing     no other link is connecting                        waits for its turn
//   connecting   connected                                          45 s: backing off
//   resolving    its characteristics are there                      10 s: backing off
//   subscribing  all subscriptions stand, as its family has them    another family: refused
//   streaming    —                                                  lost: seeking at once;
//                                                                   silent for 30 s, or its protocol gave
//                                                                   up: disconnected, then backing off
//   backing off  1, 2, 4 … 60 s, with up to a quarter more, by chance that follows from the address
//   refused      —  (it is not what the graph says it is)
//   stopped      —
//
// A device that went away is sought by discovery and connected to as soon as it is heard; backing off is
// for one that is there and fails. bluetoothd's departure brings every link back to waiting.
// Thread: [io]. Notifications go to the Inbox as they come, the protocol sees them after that.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bluetooth/family.hpp"
#include "bluetooth/target.hpp"
#include "device/inbox.hpp"
#include "device/protocol.hpp"

namespace ib::bluetooth {

class Hub;

enum class LinkState : std::uint8_t {
  waiting,
  seeking,
  queueing,
  connecting,
  resolving,
  subscribing,
  streaming,
  backing_off,
  refused,
  stopped,
};
std::string_view name(LinkState state);

/// How a device is talked to, chosen by what it turned out to be.
struct Choice {
  std::unique_ptr<device::Protocol> protocol;
  std::string refusal;  ///< without a protocol: why
};
using Choose = std::function<Choice(const Found&)>;

class Link {
 public:
  /// `told`: after each change of state.
  Link(Hub& hub, Target target, std::unique_ptr<device::Protocol> protocol, device::Inbox& inbox,
       std::function<void(const Link&)> told = {});
  /// `choose`: called once, when the services of the device are known for the first time.
  Link(Hub& hub, Target target, Choose choose, device::Inbox& inbox,
       std::function<void(const Link&)> told = {});
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Begins, and goes on until stopped.
  void start();
  /// Ends the measurement on the device itself, then lets it go: within 3 s, whatever it answers. What it is
  /// told the device acknowledges, or it is told twice.
  void stop(std::function<void()> done);

  /// Which signals somebody listens to.
  void want(const source::PerSignal<bool>& listened);

  LinkState state() const;
  /// What it waits for or why it failed, for people; empty while all is well.
  const std::string& why() const;
  /// That is of the daemon or the adapter, not of the device.
  bool without_bluetooth() const;
  /// Of the device that it chose; empty: none was found yet.
  const std::string& address() const;
  std::uint64_t connections() const;  ///< that reached streaming
  std::uint64_t failed_writes() const;

  /// The hub: something changed.
  void look();
  /// The hub: nobody else is connecting.
  void your_turn();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace ib::bluetooth
