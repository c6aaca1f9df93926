// Conversation: what a device and its protocol say to each other over a connection that stands, from the
// subscriptions to the farewell.
//
// What is written goes out one after the other, as far apart as the protocol wants it. It is over where
// nothing came for 30 s, where a call got no answer three times, and where the protocol gave up; that is told
// once, in the loop's next turn, so whoever is told may end it.
// Thread: [io].
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bluetooth/asio.hpp"
#include "bluetooth/bluez.hpp"
#include "device/inbox.hpp"
#include "device/protocol.hpp"

namespace ib::bluetooth {

/// The characteristic `uuid` of a service; null: it is not among them.
const Characteristic* find_value(const std::vector<Characteristic>& values,
                                 std::string_view service, std::string_view uuid);
/// Why a call was given up, for people. It would have been answered, were bluetoothd and the device well.
std::string no_answer(std::string_view call, unsigned tries, std::chrono::milliseconds wait);

/// How long and how often bluetoothd may be busy with something else, and leave a call without an answer.
inline constexpr std::chrono::milliseconds busy_wait{300};
inline constexpr unsigned most_busy = 30, most_tries = 3;

class Conversation {
 public:
  struct End {
    std::string why;
    bool wants_pairing{};  ///< it talks to those alone who paired it
  };

  /// `values`: all that the device offers.
  Conversation(boost::asio::io_context& io, Bluez& bluez, device::Protocol& protocol,
               std::vector<Characteristic> values, device::Inbox& inbox,
               std::function<void(const End&)> over);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  void begin();
  void received(std::uint8_t from, wire::Bytes bytes, Arrival arrival);
  void want(const source::PerSignal<bool>& listened);
  /// Nothing more is heard. The device is told to stop measuring: each thing it acknowledges, or it is told
  /// twice. `done`: after that, at most 2.5 s later.
  void end(std::function<void()> done);

  /// Something came, since it began.
  bool heard() const { return heard_; }
  std::uint64_t failed_writes() const { return failed_writes_; }

 private:
  using Clock = std::chrono::steady_clock;

  void watch_silence(std::chrono::nanoseconds wait);
  void send(const device::Outbox& out);
  void set_protocol_timer();
  void write_next();
  void read(const device::Request& request, const std::string& path);
  void written(const device::Request& request, const Failure* failure);
  void write_again(const device::Request& request, std::chrono::nanoseconds wait);
  void write_after(std::chrono::nanoseconds wait);
  void say_farewell();
  void told_farewell(bool agreed);
  void part();
  void close(End end);

  const Characteristic* value_of(const device::Request& request) const {
    return find_value(values_, request.service, request.characteristic);
  }
  template <class Then>
  void after(boost::asio::steady_timer& timer, std::chrono::nanoseconds wait, Then then) {
    timer.expires_after(wait);
    timer.async_wait(
        [then, alive = std::weak_ptr<int>(life_)](const boost::system::error_code& error) {
          if (!error && alive.lock()) then();
        });
  }
  /// A callback that is void once this is gone, or over.
  template <class Then>
  Bluez::Done here(Then then) {
    return [then, alive = std::weak_ptr<int>(life_)](const Failure* failure) {
      if (alive.lock()) then(failure);
    };
  }

  boost::asio::io_context& io_;
  Bluez& bluez_;
  device::Protocol& protocol_;
  std::vector<Characteristic> values_;
  device::Inbox& inbox_;
  std::function<void(const End&)> over_;
  boost::asio::steady_timer silence_timer_, protocol_timer_, write_timer_;
  std::shared_ptr<int> life_ = std::make_shared<int>();   ///< of its timers and calls
  std::shared_ptr<int> there_ = std::make_shared<int>();  ///< of what it tells
  bool open_{true};                                       ///< until it is over or ends
  bool heard_{}, is_writing_{};
  Clock::time_point heard_last_;
  std::deque<device::Request> to_write_;
  unsigned busy_{}, unanswered_{};
  std::uint64_t failed_writes_{}, farewell_turn_{};
  std::function<void()> parted_;
};

}  // namespace ib::bluetooth
