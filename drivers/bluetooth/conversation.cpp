#include "bluetooth/conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace ib::bluetooth {
namespace {

using namespace std::chrono_literals;
using device::Notification;

constexpr auto silence = 30s;
constexpr auto farewell_wait = 700ms;  // of one thing that a device is told at the end
constexpr auto farewell_pause = 30ms;  // so that one fade of the radio does not take both
constexpr unsigned farewell_tries = 2;
constexpr auto longest_farewell = 2500ms;
constexpr std::size_t most_waiting = 64;

Arrival now() {
  timespec t{};
  clock_gettime(CLOCK_BOOTTIME, &t);
  return {std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec};
}

/// As the protocol wants it, unless the characteristic takes the other kind of write alone.
bool acknowledged(const device::Request& request, const Characteristic& value) {
  const bool with = value.has("write"), without = value.has("write-without-response");
  return with != without ? with : request.acknowledged;
}

}  // namespace

const Characteristic* find_value(const std::vector<Characteristic>& values,
                                 std::string_view service, std::string_view uuid) {
  for (const auto& v : values)
    if (v.service == service && v.uuid == uuid) return &v;
  return nullptr;
}

std::string no_answer(std::string_view call, unsigned tries, std::chrono::milliseconds wait) {
  return fmt::format(
      "no answer came to {} within {:g} s{}; charge the device or hold it nearer, and if it "
      "stays so: systemctl restart bluetooth",
      call, std::chrono::duration<double>(wait).count(),
      tries > 1 ? fmt::format(", asked {} times", tries) : "");
}

Conversation::Conversation(boost::asio::io_context& io, Bluez& bluez, device::Protocol& protocol,
                           std::vector<Characteristic> values, device::Inbox& inbox,
                           std::function<void(const End&)> over)
    : io_(io),
      bluez_(bluez),
      protocol_(protocol),
      values_(std::move(values)),
      inbox_(inbox),
      over_(std::move(over)),
      silence_timer_(io),
      protocol_timer_(io),
      write_timer_(io) {}

void Conversation::begin() {
  inbox_.put(Notification::of(Notification::Kind::connected, now()));
  heard_last_ = Clock::now();
  watch_silence(silence);
  device::Outbox out;
  protocol_.begin(now(), out);
  send(out);
}

void Conversation::received(std::uint8_t from, wire::Bytes bytes, Arrival arrival) {
  if (!open_) return;
  inbox_.put(Notification::of(from, bytes, arrival));
  heard_last_ = Clock::now();
  heard_ = true;
  device::Outbox out;
  protocol_.received(from, bytes, arrival, out);
  send(out);
}

void Conversation::want(const source::PerSignal<bool>& listened) {
  if (!open_) return;
  device::Outbox out;
  protocol_.want(listened, now(), out);
  send(out);
}

void Conversation::watch_silence(std::chrono::nanoseconds wait) {
  after(silence_timer_, wait, [this] {
    const auto quiet = Clock::now() - heard_last_;
    if (quiet >= silence) return close({"nothing came for 30 s"});
    watch_silence(silence - quiet);
  });
}

/// No timer and no answer finds it any more.
void Conversation::close(End end) {
  open_ = false;
  life_ = std::make_shared<int>();
  boost::asio::post(io_, [over = over_, end = std::move(end), there = std::weak_ptr<int>(there_)] {
    if (there.lock()) over(end);  // which may be the end of this
  });
}

// -- what the protocol says -----------------------------------------------------------------------------

void Conversation::send(const device::Outbox& out) {
  if (out.anew()) inbox_.put(Notification::of(Notification::Kind::asked_anew, *out.anew()));
  for (const auto& request : out.requests()) to_write_.push_back(request);
  while (to_write_.size() > most_waiting) {
    to_write_.pop_front();
    ++failed_writes_;
  }
  write_next();
  set_protocol_timer();
  if (auto failure = protocol_.failure(); !failure.empty() && open_) close({std::move(failure)});
}

void Conversation::set_protocol_timer() {
  const auto deadline = protocol_.deadline();
  protocol_timer_.cancel();
  if (deadline >= device::Protocol::never_due) return;
  const auto wait = std::max<std::int64_t>(0, deadline.ns - now().ns);
  after(protocol_timer_, std::chrono::nanoseconds(wait), [this] {
    device::Outbox out;
    protocol_.due(now(), out);
    send(out);
  });
}

void Conversation::write_next() {
  if (is_writing_ || to_write_.empty()) return;
  const auto request = to_write_.front();
  to_write_.pop_front();
  const auto* value = value_of(request);
  if (value == nullptr) {
    ++failed_writes_;
    return write_next();
  }
  is_writing_ = true;
  if (request.read) return read(request, value->path);
  bluez_.write(value->path, request.value, acknowledged(request, *value),
               here([this, request](const Failure* failure) { written(request, failure); }));
}

void Conversation::read(const device::Request& request, const std::string& path) {
  bluez_.read(path, [this, request, alive = std::weak_ptr<int>(life_)](const Failure* failure,
                                                                       wire::Bytes value) {
    if (!alive.lock()) return;
    const auto wanted = protocol_.subscriptions();
    for (std::size_t k = 0; failure == nullptr && k < wanted.size(); ++k)
      if (wanted[k].characteristic == request.characteristic)
        received(static_cast<std::uint8_t>(k), value, now());
    if (open_) written(request, failure);
  });
}

void Conversation::written(const device::Request& request, const Failure* failure) {
  if (failure != nullptr && failure->name == "org.bluez.Error.InProgress" && ++busy_ < most_busy)
    return write_again(request, busy_wait);
  if (failure != nullptr && is_silence(*failure)) {
    if (++unanswered_ < most_tries) return write_again(request, 0ns);
    return close(
        {no_answer(request.read ? "ReadValue" : "WriteValue", most_tries, bluez_.waits().value)});
  }
  if (failure != nullptr && bluetooth::wants_pairing(*failure)) return close({{}, true});
  busy_ = unanswered_ = 0;
  if (failure != nullptr) ++failed_writes_;
  write_after(std::max<std::chrono::nanoseconds>(protocol_.pause(), 0ns));
}

void Conversation::write_again(const device::Request& request, std::chrono::nanoseconds wait) {
  to_write_.push_front(request);
  write_after(wait);
}

void Conversation::write_after(std::chrono::nanoseconds wait) {
  after(write_timer_, wait, [this] {
    is_writing_ = false;
    write_next();
  });
}

// -- the farewell ---------------------------------------------------------------------------------------

void Conversation::end(std::function<void()> done) {
  device::Outbox out;
  protocol_.end(now(), out);
  open_ = false;
  life_ = std::make_shared<int>();
  parted_ = std::move(done);
  unanswered_ = 0;
  to_write_.assign(out.requests().begin(), out.requests().end());
  after(silence_timer_, longest_farewell, [this] { part(); });
  say_farewell();
}

/// One after the other. A device that did not hear it measures until its battery is empty.
void Conversation::say_farewell() {
  while (!to_write_.empty() && value_of(to_write_.front()) == nullptr) to_write_.pop_front();
  if (to_write_.empty()) return part();
  const auto& request = to_write_.front();
  const auto& value = *value_of(request);
  const bool sure = value.has("write");
  const auto turn = ++farewell_turn_;
  bluez_.write(value.path, request.value, sure, here([this, turn, sure](const Failure* failure) {
                 if (turn == farewell_turn_) told_farewell(sure && failure == nullptr);
               }));
  after(write_timer_, farewell_wait, [this, turn] {
    if (turn == farewell_turn_) told_farewell(false);
  });
}

void Conversation::told_farewell(bool agreed) {
  ++farewell_turn_;
  if (agreed || ++unanswered_ == farewell_tries) {
    to_write_.pop_front();
    unanswered_ = 0;
  }
  if (to_write_.empty()) return part();
  after(write_timer_, std::max<std::chrono::nanoseconds>(protocol_.pause(), farewell_pause),
        [this] { say_farewell(); });
}

void Conversation::part() {
  life_ = std::make_shared<int>();
  boost::asio::post(io_,
                    [done = std::exchange(parted_, nullptr), there = std::weak_ptr<int>(there_)] {
                      if (there.lock()) done();
                    });
}

}  // namespace ib::bluetooth
