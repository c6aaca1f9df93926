#include "bluetooth/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <deque>
#include <utility>

#include <interbeat/keyed_random.hpp>

#include "bluetooth/asio.hpp"
#include "bluetooth/family.hpp"
#include "bluetooth/hub.hpp"
#include "bluetooth/usable_adapter.hpp"

namespace ib::bluetooth {
namespace {

using namespace std::chrono_literals;
using device::Notification;

constexpr auto name_heard_for = 2s;  // another device of the same name has this long to be heard
constexpr auto resolve_wait = 10s;
constexpr auto silence = 30s;
constexpr auto first_back_off = 1s, longest_back_off = 60s;
constexpr auto busy_wait = 300ms;  // "operation in progress": again after this, so often
constexpr unsigned most_busy = 30;
constexpr unsigned most_tries = 3;     // of a call that nobody answers
constexpr auto farewell_wait = 700ms;  // of one thing that a device is told at the end
constexpr auto farewell_pause = 30ms;  // so that one fade of the radio does not take both
constexpr unsigned farewell_tries = 2;
constexpr auto stop_wait = 2500ms, parting_wait = 500ms;  // of all of it, and of the disconnection

Arrival now() {
  timespec t{};
  clock_gettime(CLOCK_BOOTTIME, &t);
  return {std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec};
}

}  // namespace

std::string_view name(LinkState state) {
  switch (state) {
    case LinkState::waiting: return "waiting";
    case LinkState::seeking: return "seeking";
    case LinkState::queueing: return "queueing";
    case LinkState::connecting: return "connecting";
    case LinkState::resolving: return "resolving";
    case LinkState::subscribing: return "subscribing";
    case LinkState::streaming: return "streaming";
    case LinkState::backing_off: return "backing off";
    case LinkState::refused: return "refused";
    case LinkState::stopped: return "stopped";
  }
  return "?";
}

struct Link::Impl {
  Impl(Link& self, Hub& the_hub, Target the_target, std::unique_ptr<device::Protocol> the_protocol,
       Choose the_choice, device::Inbox& the_inbox, std::function<void(const Link&)> the_told)
      : link(self),
        hub(the_hub),
        target(std::move(the_target)),
        protocol(std::move(the_protocol)),
        choose(std::move(the_choice)),
        inbox(the_inbox),
        told(std::move(the_told)),
        chance(0, target.address + target.name),
        timer(hub.io()),
        protocol_timer(hub.io()),
        write_timer(hub.io()) {}

  // -- states ---------------------------------------------------------------------------------------

  void enter(LinkState next, std::string reason = {}) {
    ++visit;
    timer.cancel();
    is_choosing = false;  // it waited by that timer
    state = next;
    why = std::move(reason);
    if (told) told(link);
  }
  /// It stays where it is, and this is why.
  void say(std::string reason) {
    if (why == reason) return;
    why = std::move(reason);
    if (told) told(link);
  }
  /// After `wait`, if it is still the same visit to the same state.
  template <class Then>
  void later(std::chrono::nanoseconds wait, Then then) {
    timer.expires_after(wait);
    timer.async_wait([this, at = visit, then,
                      alive = std::weak_ptr<int>(life)](const boost::system::error_code& error) {
      if (!error && alive.lock() && at == visit) then();
    });
  }
  /// A callback that is void once this state has been left.
  template <class Then>
  Bluez::Done here(Then then) {
    return [this, at = visit, then, alive = std::weak_ptr<int>(life)](const Failure* failure) {
      if (alive.lock() && at == visit) then(failure);
    };
  }

  void look() {
    if (state == LinkState::stopped || state == LinkState::refused) return;
    auto& bluez = hub.bluez();
    if (!bluez.ready()) {
      auto reason = bluez.why_not_ready();
      if (state != LinkState::waiting || why != reason) lose(std::move(reason));
      return;
    }
    switch (state) {
      case LinkState::waiting: return seek();
      case LinkState::seeking: return look_around();
      case LinkState::resolving: return look_for_values();
      case LinkState::subscribing:
      case LinkState::streaming: return look_whether_it_is_there();
      default: return;
    }
  }

  /// Back to the beginning: there is no daemon, or no adapter.
  void lose(std::string reason) {
    leave_device();
    hub.seek(link, {}, false);
    enter(LinkState::waiting, std::move(reason));
  }

  void seek() {
    const auto found = usable_adapter();
    if (found.empty()) return;
    adapter = found;
    enter(LinkState::seeking);
    heard_at_first = seen_of(device_here());
    hub.seek(link, adapter, true);
    look_around();
  }
  /// Empty: none, and `why` says so.
  std::string usable_adapter() {
    auto found = bluetooth::usable_adapter(hub.bluez(), target.adapter);
    if (found.path.empty() && why != found.why) enter(LinkState::waiting, std::move(found.why));
    return found.path;
  }

  bool is_target(const Device& d) const {
    if (d.adapter != adapter) return false;
    return target.address.empty() ? d.name == target.name : d.address == target.address;
  }
  std::vector<const Device*> devices_here() const {
    auto all = hub.bluez().devices();
    std::erase_if(all, [this](const Device* d) { return !is_target(*d); });
    return all;
  }
  const Device* device_here() const {
    const auto all = devices_here();
    return all.empty() ? nullptr : all.front();
  }
  static std::uint64_t seen_of(const Device* d) { return d == nullptr ? 0 : d->sightings; }

  void look_around() {
    if (state != LinkState::seeking) return;
    if (usable_adapter().empty()) {  // it was switched off or pulled out
      hub.seek(link, {}, false);
      return;
    }
    auto all = devices_here();
    if (connected_before > 0)  // one of that name that another link reads is not this one
      std::erase_if(all, [this](const Device* d) { return !hub.is_free(link, d->address); });
    if (all.empty() || is_choosing) return;
    const auto* d = all.front();
    const bool heard = d->connected || connected_before == 0 || d->sightings > heard_at_first;
    if (!heard) return;
    if (!target.address.empty() || connected_before > 0) return queue(*d);
    is_choosing = true;  // by name: is it the only one?
    later(name_heard_for, [this] {
      is_choosing = false;
      const auto found = devices_here();
      if (found.empty()) return;
      if (found.size() == 1) return queue(*found.front());
      std::string reason = fmt::format(
          "{} devices are called {}; name the one you mean by its address:", found.size(),
          target.name);
      for (const auto* f : found) reason += " " + f->address;
      refuse(reason);
    });
  }
  void queue(const Device& chosen) {
    device = chosen.path;
    address = chosen.address;
    if (!hub.claim(link, address)) return refuse("another node reads this device already");
    hub.seek(link, {}, false);
    enter(LinkState::queueing);
    hub.ask_for_turn(link);
  }

  void connect() {
    if (state != LinkState::queueing) return hub.turn_over(link);
    enter(LinkState::connecting);
    const auto* d = hub.bluez().device(device);
    if (d != nullptr && d->connected) return resolve();
    hub.bluez().connect(device, here([this](const Failure* failure) { connected(failure); }));
  }
  void connected(const Failure* failure) {
    if (failure != nullptr && failure->name == "org.bluez.Error.InProgress" && ++busy < most_busy)
      return later(busy_wait, [this] {
        hub.bluez().connect(device, here([this](const Failure* f) { connected(f); }));
      });
    if (failure != nullptr && failure->name != "org.bluez.Error.AlreadyConnected") {
      hub.turn_over(link);
      if (is_silence(*failure)) return drop(no_answer("Connect", 1, hub.bluez().waits().connect));
      return back_off(sentence_of(*failure));
    }
    resolve();
  }
  void resolve() {
    busy = 0;
    enter(LinkState::resolving);
    later(resolve_wait, [this] {
      hub.turn_over(link);
      drop("its services were not found within 10 s");
    });
    look_for_values();
  }
  void look_for_values() {
    const auto* d = hub.bluez().device(device);
    if (d == nullptr) {
      hub.turn_over(link);
      return back_off("it is not there any more");
    }
    if (!d->resolved) return;
    values = hub.bluez().characteristics(device);
    if (values.empty()) return;  // they are shown one by one, right after
    hub.turn_over(link);
    subscribe();
  }

  const Characteristic* value_of(std::string_view service, std::string_view uuid) const {
    for (const auto& v : values)
      if (v.service == service && v.uuid == uuid) return &v;
    return nullptr;
  }
  const Characteristic* value_of(const device::Request& request) const {
    return value_of(request.service, request.characteristic);
  }
  void subscribe() {
    enter(LinkState::subscribing);
    to_subscribe = 0;
    subscribed = 0;
    if (protocol == nullptr && !choose_protocol()) return;
    for (const auto& s : protocol->subscriptions()) {
      if (!s.required || value_of(s.service, s.characteristic) != nullptr) continue;
      drop({});
      return refuse(
          fmt::format("it does not have what such a device has (characteristic {}); it offers {}{}",
                      s.characteristic, offered(), kind()));
    }
    subscribe_next();
  }
  /// False: it is none of those that are known, and was refused.
  bool choose_protocol() {
    std::vector<std::string> services;
    std::vector<FoundCharacteristic> characteristics;
    for (const auto& v : values) {
      if (services.empty() || services.back() != v.service) services.push_back(v.service);
      characteristics.push_back({v.uuid, {}});
    }
    Found found{services, characteristics, std::nullopt};
    const auto* d = hub.bluez().device(device);
    if (d != nullptr && !d->manufacturer_data.empty())
      found.company = d->manufacturer_data.begin()->first;
    auto choice = choose(found);
    protocol = std::move(choice.protocol);
    if (protocol != nullptr) return true;
    drop({});
    refuse(std::move(choice.refusal));
    return false;
  }
  std::string offered() const {
    std::string text;
    std::string_view last;
    for (const auto& v : values) {
      if (v.service == last) continue;
      last = v.service;
      text += (text.empty() ? "service " : ", ") + v.service;
    }
    return text.empty() ? "nothing" : text;
  }
  /// What it is instead, if that is known.
  std::string kind() const {
    std::vector<std::string> services;
    std::vector<FoundCharacteristic> characteristics;
    for (const auto& v : values) {
      services.push_back(v.service);
      characteristics.push_back({v.uuid, {}});
    }
    const auto probed = probe({services, characteristics, {}});
    if (probed.family == nullptr) return {};
    const auto driver = probed.driver();
    return fmt::format("; by that it is: {}{}{}", probed.family->name,
                       driver.empty() ? "" : "; take ", driver);
  }
  void subscribe_next() {
    const auto wanted = protocol->subscriptions();
    while (to_subscribe < wanted.size()) {
      const auto which = to_subscribe;
      const auto* value = value_of(wanted[which].service, wanted[which].characteristic);
      if (value == nullptr) {
        ++to_subscribe;
        continue;
      }
      const auto heard = [this, which, alive = std::weak_ptr<int>(life)](wire::Bytes bytes,
                                                                         Arrival arrival) {
        if (alive.lock()) received(static_cast<std::uint8_t>(which), bytes, arrival);
      };
      return hub.bluez().notify(value->path, heard,
                                here([this](const Failure* failure) { notifies(failure); }));
    }
    stream();
  }

  /// While a call that nobody answered is still on its way, bluetoothd says so: another try, as good as none.
  void notifies(const Failure* failure) {
    const bool in_progress = failure != nullptr && failure->name == "org.bluez.Error.InProgress";
    if (in_progress && unanswered == 0) {
      say("bluetoothd is busy with an earlier subscription to it (" + failure->name + ")");
      if (++busy == most_busy) return drop(why);
      return later(busy_wait, [this] { subscribe_next(); });
    }
    if (in_progress || (failure != nullptr && is_silence(*failure))) {
      const auto wait = hub.bluez().waits().value;
      if (++unanswered == most_tries) return drop(no_answer("StartNotify", most_tries, wait));
      return in_progress ? later(wait, [this] { subscribe_next(); }) : subscribe_next();
    }
    if (failure != nullptr && bluetooth::wants_pairing(*failure)) return wants_pairing();
    if (failure != nullptr) return drop(sentence_of(*failure));
    busy = unanswered = 0;
    ++subscribed;
    ++to_subscribe;
    subscribe_next();
  }
  /// Nobody is paired by the way: that is its owner's word. Once it was read, its bond may be remade meanwhile.
  void wants_pairing() {
    drop(fmt::format("it wants to be paired first, once: interbeat devices pair ble:{}", address));
    if (connected_before == 0) refuse(why);
  }
  /// Of a call to bluetoothd; it would answer, were it or the device well.
  static std::string no_answer(const char* call, unsigned tries, std::chrono::milliseconds wait) {
    return fmt::format(
        "no answer came to {} within {:g} s{}; charge the device or hold it nearer, and if it "
        "stays so: systemctl restart bluetooth",
        call, std::chrono::duration<double>(wait).count(),
        tries > 1 ? fmt::format(", asked {} times", tries) : "");
  }

  void stream() {
    ++connected_before;
    enter(LinkState::streaming);
    is_begun = true;
    inbox.put(Notification::of(Notification::Kind::connected, now()));
    heard_last = std::chrono::steady_clock::now();
    watch_silence();
    device::Outbox out;
    protocol->begin(now(), out);
    send(out);
  }
  /// What came while subscribing waits at no place: the protocol has not begun, and what a device sends
  /// by itself it sends again.
  void received(std::uint8_t from, wire::Bytes bytes, Arrival arrival) {
    if (state != LinkState::streaming) return;
    inbox.put(Notification::of(from, bytes, arrival));
    heard_last = std::chrono::steady_clock::now();
    attempts = 0;
    device::Outbox out;
    protocol->received(from, bytes, arrival, out);
    send(out);
  }
  void watch_silence() {
    later(silence, [this] {
      const auto quiet = std::chrono::steady_clock::now() - heard_last;
      if (quiet >= silence) return drop("nothing came for 30 s");
      watch_silence_for(silence - quiet);
    });
  }
  void watch_silence_for(std::chrono::nanoseconds wait) {
    later(wait, [this] {
      if (std::chrono::steady_clock::now() - heard_last >= silence)
        return drop("nothing came for 30 s");
      watch_silence();
    });
  }
  void look_whether_it_is_there() {
    const auto* d = hub.bluez().device(device);
    if (d != nullptr && d->connected) return;
    gone();
  }
  /// The connection was lost, by itself: it may be back at any moment.
  void gone() {
    heard_at_first = seen_of(hub.bluez().device(device));
    leave_device();
    enter(LinkState::waiting, "the connection was lost");
    seek();
  }
  /// The connection is given up.
  void drop(std::string reason) {
    hub.bluez().disconnect(device, {});
    leave_device();
    back_off(std::move(reason));
  }
  void leave_device() {
    hub.turn_over(link);
    protocol_timer.cancel();
    write_timer.cancel();
    to_write.clear();
    is_writing = false;
    busy = unanswered = 0;
    if (std::exchange(is_begun, false))
      inbox.put(Notification::of(Notification::Kind::disconnected, now()));
  }
  void back_off(std::string reason) {
    const auto doubled = first_back_off * (1U << std::min(attempts, 6U));
    const auto wait = std::min<std::chrono::nanoseconds>(doubled, longest_back_off);
    const double more = chance.uniform(attempts++) / 4;
    enter(LinkState::backing_off, std::move(reason));
    later(wait + std::chrono::duration_cast<std::chrono::nanoseconds>(wait * more), [this] {
      enter(LinkState::waiting, why);
      look();
    });
  }
  void refuse(std::string reason) {
    hub.seek(link, {}, false);
    hub.turn_over(link);
    enter(LinkState::refused, std::move(reason));
  }

  // -- the protocol -----------------------------------------------------------------------------------

  void send(const device::Outbox& out) {
    for (const auto& request : out.requests()) to_write.push_back(request);
    while (to_write.size() > most_waiting) {
      to_write.pop_front();
      ++failed_writes;
    }
    write_next();
    set_protocol_timer();
    if (auto failure = protocol->failure(); !failure.empty() && state == LinkState::streaming)
      drop(std::move(failure));
  }
  void write_next() {
    if (is_writing || to_write.empty()) return;
    const auto request = to_write.front();
    to_write.pop_front();
    const auto* value = value_of(request);
    if (value == nullptr) {
      ++failed_writes;
      return write_next();
    }
    is_writing = true;
    if (request.read) return read(request, value->path);
    const auto at = visit;
    hub.bluez().write(
        value->path, request.value, acknowledged(request, *value),
        [this, at, request, alive = std::weak_ptr<int>(life)](const Failure* failure) {
          if (!alive.lock() || at != visit) return;
          written(request, failure);
        });
  }
  void read(const device::Request& request, const std::string& path) {
    hub.bluez().read(path, [this, at = visit, request, alive = std::weak_ptr<int>(life)](
                               const Failure* failure, wire::Bytes value) {
      if (!alive.lock() || at != visit) return;
      const auto wanted = protocol->subscriptions();
      for (std::size_t k = 0; failure == nullptr && k < wanted.size(); ++k)
        if (wanted[k].characteristic == request.characteristic)
          received(static_cast<std::uint8_t>(k), value, now());
      if (at == visit) written(request, failure);
    });
  }
  /// As the protocol wants it, unless the characteristic takes the other kind of write alone.
  static bool acknowledged(const device::Request& request, const Characteristic& value) {
    const bool with = value.has("write"), without = value.has("write-without-response");
    return with != without ? with : request.acknowledged;
  }
  void written(const device::Request& request, const Failure* failure) {
    if (failure != nullptr && failure->name == "org.bluez.Error.InProgress" && ++busy < most_busy) {
      to_write.push_front(request);
      return write_after(busy_wait);
    }
    if (failure != nullptr && is_silence(*failure)) {
      if (++unanswered == most_tries)
        return drop(no_answer(request.read ? "ReadValue" : "WriteValue", most_tries,
                              hub.bluez().waits().value));
      to_write.push_front(request);
      return write_after(0ns);
    }
    if (failure != nullptr && bluetooth::wants_pairing(*failure)) return wants_pairing();
    busy = unanswered = 0;
    if (failure != nullptr) ++failed_writes;
    write_after(std::max<std::chrono::nanoseconds>(protocol->pause(), 0ns));
  }
  void write_after(std::chrono::nanoseconds wait) {
    wait_to_write(wait, [this] {
      is_writing = false;
      write_next();
    });
  }
  template <class Then>
  void wait_to_write(std::chrono::nanoseconds wait, Then then) {
    write_timer.expires_after(wait);
    write_timer.async_wait([this, then, at = visit, alive = std::weak_ptr<int>(life)](
                               const boost::system::error_code& error) {
      if (!error && alive.lock() && at == visit) then();
    });
  }
  void set_protocol_timer() {
    const auto deadline = protocol->deadline();
    protocol_timer.cancel();
    if (deadline >= device::Protocol::never_due) return;
    protocol_timer.expires_after(
        std::chrono::nanoseconds(std::max<std::int64_t>(0, deadline.ns - now().ns)));
    protocol_timer.async_wait([this, at = visit, alive = std::weak_ptr<int>(life)](
                                  const boost::system::error_code& error) {
      if (error || !alive.lock() || at != visit) return;
      device::Outbox out;
      protocol->due(now(), out);
      send(out);
    });
  }

  void stop(std::function<void()> done) {
    hub.seek(link, {}, false);
    if (state != LinkState::streaming) {
      const bool is_connected = state == LinkState::connecting || state == LinkState::resolving ||
                                state == LinkState::subscribing;
      if (is_connected) hub.bluez().disconnect(device, {});
      leave_device();
      enter(LinkState::stopped);
      return done();
    }
    device::Outbox out;
    protocol->end(now(), out);
    leave_device();
    enter(LinkState::stopped);
    parted = std::move(done);
    to_write.assign(out.requests().begin(), out.requests().end());
    later(stop_wait, [this] { part(); });
    say_farewell();
  }
  /// One after the other. A device that was not heard to agree goes on measuring until its battery is empty.
  void say_farewell() {
    while (!to_write.empty() && value_of(to_write.front()) == nullptr) to_write.pop_front();
    if (to_write.empty()) return part();
    const auto& request = to_write.front();
    const auto& value = *value_of(request);
    const bool sure = value.has("write");
    const auto turn = ++farewell_turn;
    hub.bluez().write(value.path, request.value, sure,
                      here([this, turn, sure](const Failure* failure) {
                        if (turn == farewell_turn) told_farewell(sure && failure == nullptr);
                      }));
    wait_to_write(farewell_wait, [this, turn] {
      if (turn == farewell_turn) told_farewell(false);
    });
  }
  void told_farewell(bool agreed) {
    ++farewell_turn;
    if (agreed || ++unanswered == farewell_tries) {
      to_write.pop_front();
      unanswered = 0;
    }
    if (to_write.empty()) return part();
    wait_to_write(std::max<std::chrono::nanoseconds>(protocol->pause(), farewell_pause),
                  [this] { say_farewell(); });
  }
  /// The daemon keeps the order of calls: what was written goes out before the disconnection.
  void part() {
    write_timer.cancel();
    to_write.clear();
    enter(LinkState::stopped);  // what is still to be answered is void
    hub.bluez().disconnect(device, here([this](const Failure*) { end(); }));
    later(parting_wait, [this] { end(); });
  }
  void end() {
    if (const auto done = std::exchange(parted, nullptr)) done();
  }

  static constexpr std::size_t most_waiting = 64;

  Link& link;
  Hub& hub;
  Target target;
  std::unique_ptr<device::Protocol> protocol;  ///< null: not chosen yet
  Choose choose;
  device::Inbox& inbox;
  std::function<void(const Link&)> told;
  KeyedRandom chance;
  boost::asio::steady_timer timer, protocol_timer, write_timer;
  std::shared_ptr<int> life = std::make_shared<int>();
  std::uint64_t visit{};

  LinkState state{LinkState::waiting};
  std::string why;
  std::string adapter, device;  // paths
  std::string address;
  std::vector<Characteristic> values;
  std::size_t to_subscribe{}, subscribed{};
  std::deque<device::Request> to_write;
  bool is_writing{}, is_choosing{}, is_begun{};
  unsigned busy{}, unanswered{}, attempts{};
  std::uint64_t farewell_turn{};
  std::function<void()> parted;  ///< after the farewell
  std::uint64_t heard_at_first{}, connected_before{}, failed_writes{};
  std::chrono::steady_clock::time_point heard_last;
};

Link::Link(Hub& hub, Target target, std::unique_ptr<device::Protocol> protocol,
           device::Inbox& inbox, std::function<void(const Link&)> told)
    : impl_(std::make_unique<Impl>(*this, hub, std::move(target), std::move(protocol), Choose{},
                                   inbox, std::move(told))) {}

Link::Link(Hub& hub, Target target, Choose choose, device::Inbox& inbox,
           std::function<void(const Link&)> told)
    : impl_(std::make_unique<Impl>(*this, hub, std::move(target), nullptr, std::move(choose), inbox,
                                   std::move(told))) {}

Link::~Link() { impl_->hub.remove(*this); }

void Link::start() {
  impl_->hub.add(*this);
  if (const auto& problem = impl_->hub.problem(); !problem.empty())
    return impl_->enter(LinkState::waiting, problem);
  impl_->look();
}

void Link::want(const source::PerSignal<bool>& listened) {
  device::Outbox out;
  if (impl_->protocol == nullptr) return;  // nobody knows yet what it is
  impl_->protocol->want(listened, now(), out);
  if (impl_->state == LinkState::streaming) impl_->send(out);
}

void Link::stop(std::function<void()> done) { impl_->stop(std::move(done)); }
LinkState Link::state() const { return impl_->state; }
const std::string& Link::why() const { return impl_->why; }
const std::string& Link::address() const { return impl_->address; }
std::uint64_t Link::connections() const { return impl_->connected_before; }
std::uint64_t Link::failed_writes() const { return impl_->failed_writes; }
void Link::look() { impl_->look(); }
void Link::your_turn() { impl_->connect(); }

}  // namespace ib::bluetooth
