#include "bluetooth/link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <utility>

#include <interbeat/keyed_random.hpp>

#include "bluetooth/asio.hpp"
#include "bluetooth/conversation.hpp"
#include "bluetooth/family.hpp"
#include "bluetooth/hub.hpp"
#include "bluetooth/usable_adapter.hpp"

namespace ib::bluetooth {
namespace {

using namespace std::chrono_literals;
using device::Notification;

constexpr auto name_heard_for = 2s;  // another device of the same name has this long to be heard
constexpr auto resolve_wait = 10s;
constexpr auto first_back_off = 1s, longest_back_off = 60s;
constexpr auto parting_wait = 500ms;

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
        timer(hub.io()) {}

  // -- states ---------------------------------------------------------------------------------------

  /// `of_bluetooth`: the reason is of the daemon or the adapter.
  void enter(LinkState next, std::string reason = {}, bool of_bluetooth = false) {
    ++visit;
    timer.cancel();
    is_choosing = false;  // it waited by that timer
    state = next;
    why = std::move(reason);
    without_bluetooth = of_bluetooth;
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
    enter(LinkState::waiting, std::move(reason), true);
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
    if (found.path.empty() && why != found.why)
      enter(LinkState::waiting, std::move(found.why), true);
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

  void subscribe() {
    enter(LinkState::subscribing);
    to_subscribe = 0;
    subscribed = 0;
    if (protocol == nullptr && !choose_protocol()) return;
    for (const auto& s : protocol->subscriptions()) {
      if (!s.required || find_value(values, s.service, s.characteristic) != nullptr) continue;
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
      const auto* value = find_value(values, wanted[which].service, wanted[which].characteristic);
      if (value == nullptr) {
        ++to_subscribe;
        continue;
      }
      const auto heard = [this, which, alive = std::weak_ptr<int>(life)](wire::Bytes bytes,
                                                                         Arrival arrival) {
        if (alive.lock() && talk) talk->received(static_cast<std::uint8_t>(which), bytes, arrival);
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

  /// What came while subscribing waits at no place: the protocol has not begun, and what a device sends
  /// by itself it sends again.
  void stream() {
    ++connected_before;
    enter(LinkState::streaming);
    talk = std::make_unique<Conversation>(hub.io(), hub.bluez(), *protocol, values, inbox,
                                          [this](const Conversation::End& end) { over(end); });
    talk->begin();
  }
  void over(const Conversation::End& end) {
    if (state != LinkState::streaming) return;
    if (end.wants_pairing) return wants_pairing();
    drop(end.why);
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
    busy = unanswered = 0;
    if (!talk) return;
    if (talk->heard()) attempts = 0;
    failed_writes += talk->failed_writes();
    talk.reset();
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
    hub.turn_over(link);
    inbox.put(Notification::of(Notification::Kind::disconnected, now()));
    enter(LinkState::stopped);
    parted = std::move(done);
    talk->end([this] { part(); });
  }
  void part() {
    talk.reset();
    hub.bluez().disconnect(device, here([this](const Failure*) { end(); }));
    later(parting_wait, [this] { end(); });
  }
  void end() {
    if (const auto done = std::exchange(parted, nullptr)) done();
  }

  Link& link;
  Hub& hub;
  Target target;
  std::unique_ptr<device::Protocol> protocol;  ///< null: not chosen yet
  Choose choose;
  device::Inbox& inbox;
  std::function<void(const Link&)> told;
  KeyedRandom chance;
  boost::asio::steady_timer timer;
  std::shared_ptr<int> life = std::make_shared<int>();
  std::uint64_t visit{};

  LinkState state{LinkState::waiting};
  bool without_bluetooth{};  ///< `why` is of the daemon or the adapter
  std::string why;
  std::string adapter, device;  // paths
  std::string address;
  std::vector<Characteristic> values;
  std::size_t to_subscribe{}, subscribed{};
  bool is_choosing{};
  unsigned busy{}, unanswered{}, attempts{};
  std::function<void()> parted;  ///< after the farewell
  std::uint64_t heard_at_first{}, connected_before{}, failed_writes{};
  std::unique_ptr<Conversation> talk;  ///< while it streams, and until the farewell is said
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
    return impl_->enter(LinkState::waiting, problem, true);
  impl_->look();
}

void Link::want(const source::PerSignal<bool>& listened) {
  if (impl_->protocol == nullptr) return;  // nobody knows yet what it is
  if (impl_->talk) return impl_->talk->want(listened);
  device::Outbox unsaid;  // `begin` says it
  impl_->protocol->want(listened, now(), unsaid);
}

void Link::stop(std::function<void()> done) { impl_->stop(std::move(done)); }
LinkState Link::state() const { return impl_->state; }
bool Link::without_bluetooth() const { return impl_->without_bluetooth; }

const std::string& Link::why() const { return impl_->why; }
const std::string& Link::address() const { return impl_->address; }
std::uint64_t Link::connections() const { return impl_->connected_before; }
std::uint64_t Link::failed_writes() const {
  return impl_->failed_writes + (impl_->talk ? impl_->talk->failed_writes() : 0);
}
void Link::look() { impl_->look(); }
void Link::your_turn() { impl_->connect(); }

}  // namespace ib::bluetooth
