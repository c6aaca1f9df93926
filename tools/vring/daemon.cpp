#include "vring/daemon.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <map>
#include <tuple>
#include <utility>

#include "bluetooth/asio.hpp"
#include "bluetooth/asio_bus.hpp"

namespace ib::vring {
namespace {

using Dict = std::map<std::string, sdbus::Variant>;
using Octets = std::vector<std::uint8_t>;
using namespace std::chrono_literals;

constexpr const char* adapter_path = "/org/bluez/hci0";
constexpr const char* manager_path = "/org/bluez";
constexpr const char* manager_interface = "org.bluez.AgentManager1";
constexpr const char* agent_interface = "org.bluez.Agent1";
constexpr const char* adapter_interface = "org.bluez.Adapter1";
constexpr const char* device_interface = "org.bluez.Device1";
constexpr const char* service_interface = "org.bluez.GattService1";
constexpr const char* value_interface = "org.bluez.GattCharacteristic1";
constexpr auto between_adverts = 200ms;
constexpr std::uint16_t att_mtu = 247;

std::vector<std::byte> bytes_of(const Octets& octets) {
  std::vector<std::byte> bytes;
  bytes.reserve(octets.size());
  for (const auto o : octets) bytes.push_back(std::byte{o});
  return bytes;
}

Octets octets_of(wire::Bytes bytes) {
  Octets octets;
  octets.reserve(bytes.size());
  for (const auto b : bytes) octets.push_back(std::to_integer<std::uint8_t>(b));
  return octets;
}

std::string path_of(const Peripheral& p) {
  auto address = p.address();
  std::replace(address.begin(), address.end(), ':', '_');
  return std::string(adapter_path) + "/dev_" + address;
}

}  // namespace

struct Daemon::Impl {
  /// A device on the bus.
  struct Guest final : Voice {
    Guest(Impl& the_daemon, Peripheral& its_body, const Manners& its_manners)
        : daemon(the_daemon), body(its_body), manners(its_manners), timer(daemon.io) {}

    struct Value {
      std::string uuid, path;
      std::unique_ptr<sdbus::IObject> object;
      bool notifying{};
      bool subscribing{};  ///< a StartNotify hangs
      int socket = -1;     ///< of whoever has acquired it; -1: nobody

      Value() = default;
      Value(const Value&) = delete;
      Value& operator=(const Value&) = delete;
      ~Value() { let_go(); }
      void let_go() {
        if (socket >= 0) ::close(std::exchange(socket, -1));
      }
    };

    bool notify(std::string_view characteristic, wire::Bytes value) override {
      for (auto& v : values) {
        if (v->uuid != characteristic || !connected) continue;
        if (v->socket >= 0) return daemon.send(*this, *v, value);
        if (!v->notifying) continue;
        auto signal =
            v->object->createSignal("org.freedesktop.DBus.Properties", "PropertiesChanged");
        signal << std::string(value_interface) << Dict{{"Value", sdbus::Variant{octets_of(value)}}}
               << std::vector<std::string>{};
        v->object->emitSignal(signal);
        daemon.pump_soon();
        return true;
      }
      return false;
    }

    Impl& daemon;
    Peripheral& body;
    Manners manners;
    boost::asio::steady_timer timer;
    std::unique_ptr<sdbus::IObject> object;
    std::vector<std::unique_ptr<sdbus::IObject>> services;
    std::vector<std::unique_ptr<Value>> values;
    bool connected{}, resolved{}, paired{};
    std::array<bool, call_names.size()> hangs{};
    std::shared_ptr<sdbus::Result<>> connecting;  ///< a Connect that was not answered yet
    std::int16_t rssi{-60};
    std::chrono::steady_clock::time_point silent_until{};
  };

  explicit Impl(boost::asio::io_context& loop) : io(loop), adverts(io), back(io) {}

  void pump_soon() {
    if (std::exchange(pumping, true)) return;
    boost::asio::post(io, [this] {
      pumping = false;
      if (bus) bus->pump();
    });
  }
  void tell(const Guest* guest, const std::string& what) {
    if (event) event(guest == nullptr ? nullptr : &guest->body, what);
  }

  // -- on the bus ---------------------------------------------------------------------------------------

  std::string come() {
    try {
      connection = sdbus::createSystemBusConnection();
      connection->requestName("org.bluez");
      root = sdbus::createObject(*connection, "/");
      root->addObjectManager();
      make_agent_manager();
      if (plugged) make_adapter();
      bus = std::make_unique<bluetooth::AsioBus>(io, *connection);
    } catch (const sdbus::Error& error) {
      return std::string("the bus can't be served: ") + error.what();
    }
    return {};
  }
  void go() {
    for (auto& guest : guests) part(*guest, false);
    discovering = false;
    adverts.cancel();
    bus.reset();
    adapter.reset();
    agent.reset();
    agents.reset();
    root.reset();
    connection.reset();  // its objects and its name go with it
  }

  void make_agent_manager() {
    agents = sdbus::createObject(*connection, manager_path);
    agents->registerMethod("RegisterAgent")
        .onInterface(manager_interface)
        .implementedAs([this](const sdbus::ObjectPath& path, const std::string& capability) {
          if (agent) throw sdbus::Error("org.bluez.Error.AlreadyExists", "Already Exists");
          const auto owner = agents->getCurrentlyProcessedMessage()->getSender();
          if (capability == "NoInputNoOutput") agent = sdbus::createProxy(*connection, owner, path);
          tell(nullptr, "register-agent " + capability);
        });
    agents->registerMethod("UnregisterAgent")
        .onInterface(manager_interface)
        .implementedAs([this](const sdbus::ObjectPath&) {
          tell(nullptr, "unregister-agent");
          boost::asio::post(io, [this] { agent.reset(); });
        });
    agents->finishRegistration();
  }
  void make_adapter() {
    adapter = sdbus::createObject(*connection, adapter_path);
    const auto property = [this](const char* name, auto getter) {
      adapter->registerProperty(name).onInterface(adapter_interface).withGetter(getter);
    };
    property("Address", [] { return std::string("00:00:00:00:5A:AD"); });
    property("Name", [] { return std::string("virtual"); });
    property("Powered", [this] { return powered; });
    property("Discovering", [this] { return discovering; });
    adapter->registerMethod("SetDiscoveryFilter")
        .onInterface(adapter_interface)
        .implementedAs([](const Dict&) {});
    adapter->registerMethod("StartDiscovery").onInterface(adapter_interface).implementedAs([this] {
      if (!powered) throw sdbus::Error("org.bluez.Error.NotReady", "Resource Not Ready");
      if (busy_discoveries > 0) {
        --busy_discoveries;
        throw sdbus::Error("org.bluez.Error.InProgress", "Operation already in progress");
      }
      discovering = true;
      discovering_since = std::chrono::steady_clock::now();
      tell(nullptr, "start-discovery");
      adapter_changed("Discovering");
      advertise();
    });
    adapter->registerMethod("StopDiscovery").onInterface(adapter_interface).implementedAs([this] {
      if (!discovering) throw sdbus::Error("org.bluez.Error.Failed", "No discovery started");
      discovering = false;
      tell(nullptr, "stop-discovery");
      adapter_changed("Discovering");
    });
    adapter->registerMethod("RemoveDevice")
        .onInterface(adapter_interface)
        .implementedAs([this](const sdbus::ObjectPath& path) {
          auto* guest = find(path);
          if (guest == nullptr || !guest->object)
            throw sdbus::Error("org.bluez.Error.DoesNotExist", "Does Not Exist");
          boost::asio::post(io, [this, guest] { part(*guest, true); });
        });
    adapter->finishRegistration();
    adapter->emitInterfacesAddedSignal();
  }
  void plug(bool in) {
    if (std::exchange(plugged, in) == in || !bus) return;
    tell(nullptr, in ? "plugged" : "unplugged");
    if (in) make_adapter();
    else {
      for (auto& guest : guests) part(*guest, true);
      discovering = false;
      adverts.cancel();
      adapter->emitInterfacesRemovedSignal({adapter_interface});
      adapter.reset();
    }
    pump_soon();
  }
  void adapter_changed(const char* property) {
    adapter->emitPropertiesChangedSignal(adapter_interface, {property});
    pump_soon();
  }
  Guest* find(const std::string& path) {
    for (auto& guest : guests)
      if (path_of(guest->body) == path) return guest.get();
    return nullptr;
  }

  /// Each device is heard several times a second while somebody discovers.
  void advertise() {
    adverts.expires_after(10ms);
    adverts.async_wait([this](const boost::system::error_code& error) {
      if (error || !discovering) return;
      const auto now = std::chrono::steady_clock::now();
      bool all_heard = true;
      for (auto& guest : guests) {
        const bool heard = now - discovering_since >= guest->manners.appears_after &&
                           now >= guest->silent_until && !guest->connected;
        all_heard = all_heard && (heard || guest->connected);
        if (heard) hear(*guest, now);
      }
      advertise();
    });
  }
  void hear(Guest& guest, std::chrono::steady_clock::time_point now) {
    if (!guest.object) return appear(guest);
    auto& last = heard_at[&guest];
    if (now - last < between_adverts) return;
    last = now;
    guest.rssi = static_cast<std::int16_t>(guest.rssi == -60 ? -61 : -60);
    device_changed(guest, {"RSSI"});
  }
  void appear(Guest& guest) {
    guest.object = sdbus::createObject(*connection, path_of(guest.body));
    auto& object = *guest.object;
    const auto property = [&](const char* name, auto getter) {
      object.registerProperty(name).onInterface(device_interface).withGetter(getter);
    };
    property("Address", [&guest] { return guest.body.address(); });
    property("AddressType", [] { return std::string("random"); });
    property("Name", [&guest] { return guest.body.name(); });
    property("Alias", [&guest] { return guest.body.name(); });
    property("RSSI", [&guest] { return guest.rssi; });
    property("Paired", [&guest] { return guest.paired; });
    property("Connected", [&guest] { return guest.connected; });
    property("ServicesResolved", [&guest] { return guest.resolved; });
    property("Adapter", [] { return sdbus::ObjectPath(adapter_path); });
    property("UUIDs", [&guest] {
      std::vector<std::string> uuids;  // rings don't advertise theirs: known once resolved
      if (guest.resolved)
        for (const auto& s : guest.body.services()) uuids.push_back(s.uuid);
      return uuids;
    });
    object.registerMethod("Connect")
        .onInterface(device_interface)
        .implementedAs([this, &guest](sdbus::Result<>&& result) {
          connect(guest, std::make_shared<sdbus::Result<>>(std::move(result)));
        });
    object.registerMethod("Disconnect").onInterface(device_interface).implementedAs([this, &guest] {
      boost::asio::post(io, [this, &guest] { disconnect(guest); });
    });
    object.registerMethod("Pair")
        .onInterface(device_interface)
        .implementedAs([this, &guest](sdbus::Result<>&& result) {
          pair(guest, std::make_shared<sdbus::Result<>>(std::move(result)));
        });
    object.finishRegistration();
    object.emitInterfacesAddedSignal();
    pump_soon();
  }
  void device_changed(Guest& guest, const std::vector<std::string>& properties) {
    if (!guest.object) return;
    guest.object->emitPropertiesChangedSignal(device_interface, properties);
    pump_soon();
  }

  /// The caller waits for an answer until it gives up.
  bool hangs(Guest& guest, Call call) {
    const auto which = static_cast<std::size_t>(call);
    if (guest.hangs[which]) tell(&guest, "hang " + std::string(call_names[which]));
    return guest.hangs[which];
  }

  // -- connections ----------------------------------------------------------------------------------------

  using Answer = std::shared_ptr<sdbus::Result<>>;

  template <class Then>
  void after(Guest& guest, std::chrono::milliseconds wait, Then then) {
    guest.timer.expires_after(wait);
    guest.timer.async_wait([then](const boost::system::error_code& error) {
      if (!error) then();
    });
  }
  void connect(Guest& guest, const Answer& answer) {
    tell(&guest, "connect");
    if (hangs(guest, Call::connect)) return;
    if (guest.connected) return reply(answer);
    guest.connecting = answer;
    after(guest, guest.manners.connects_after, [this, &guest, answer] {
      guest.connecting.reset();
      const bool heard = std::chrono::steady_clock::now() >= guest.silent_until;
      if (guest.manners.refusals > 0 || !heard || !powered) {
        if (guest.manners.refusals > 0) --guest.manners.refusals;
        return refuse(answer);
      }
      guest.connected = true;
      tell(&guest, "connected");
      device_changed(guest, {"Connected"});
      if (guest.manners.never_resolves) return reply(answer);
      if (guest.manners.resolves_first) {
        resolve(guest);
        return reply(answer);
      }
      reply(answer);
      after(guest, guest.manners.resolves_after, [this, &guest] { resolve(guest); });
    });
  }
  /// Whoever registered the agent is asked; without one there is nobody who may say yes.
  void pair(Guest& guest, const Answer& answer) {
    tell(&guest, "pair");
    if (guest.paired) throw sdbus::Error("org.bluez.Error.AlreadyExists", "Already Exists");
    if (!agent) throw sdbus::Error("org.bluez.Error.AuthenticationFailed", "Authentication Failed");
    agent->callMethodAsync("RequestAuthorization")
        .onInterface(agent_interface)
        .withArguments(sdbus::ObjectPath(path_of(guest.body)))
        .uponReplyInvoke([this, &guest, answer](const sdbus::Error* error) {
          if (error != nullptr) {
            answer->returnError(
                sdbus::Error("org.bluez.Error.AuthenticationRejected", "Authentication Rejected"));
            return pump_soon();
          }
          guest.paired = true;
          device_changed(guest, {"Paired"});
          reply(answer);
        });
    pump_soon();
  }
  /// As bluetoothd translates what the device answers.
  static void check_paired(const Guest& guest) {
    if (guest.manners.wants_pairing && !guest.paired)
      throw sdbus::Error("org.bluez.Error.NotPermitted", "Not paired");
  }
  /// `type` of a write; without it, the kind that the characteristic takes.
  static void check_write(const Dict& options, bool takes_request, bool takes_command) {
    std::string type = takes_request ? "request" : "command";
    if (const auto said = options.find("type"); said != options.end()) {
      if (!said->second.containsValueOfType<std::string>())
        throw sdbus::Error("org.bluez.Error.InvalidArguments", "Invalid arguments in method call");
      type = said->second.get<std::string>();
    }
    if (type != "request" && type != "command" && type != "reliable")
      throw sdbus::Error("org.bluez.Error.InvalidArguments", "Invalid arguments in method call");
    if (!(type == "request" && takes_request) && !(type == "command" && takes_command))
      throw sdbus::Error("org.bluez.Error.NotSupported", "Operation is not supported");
  }
  void reply(const Answer& answer) {
    answer->returnResults();
    pump_soon();
  }
  void refuse(const Answer& answer) {
    answer->returnError(sdbus::Error("org.bluez.Error.Failed", "le-connection-abort-by-local"));
    pump_soon();
  }
  void resolve(Guest& guest) {
    if (!guest.connected || guest.resolved) return;
    int handle = 16;
    for (const auto& s : guest.body.services()) make_service(guest, s, handle);
    guest.resolved = true;
    guest.body.connected(guest);
    device_changed(guest, {"ServicesResolved", "UUIDs"});
  }
  void make_service(Guest& guest, const GattService& s, int& handle) {
    const auto hex = [&handle] {
      std::string text = "0000";
      for (int k = 3, h = handle++; k >= 0; --k, h /= 16)
        text[static_cast<std::size_t>(k)] = "0123456789abcdef"[h % 16];
      return text;
    };
    const auto path = path_of(guest.body) + "/service" + hex();
    auto service = sdbus::createObject(*connection, path);
    service->registerProperty("UUID").onInterface(service_interface).withGetter([uuid = s.uuid] {
      return uuid;
    });
    service->registerProperty("Primary").onInterface(service_interface).withGetter([] {
      return true;
    });
    service->registerProperty("Device").onInterface(service_interface).withGetter([&guest] {
      return sdbus::ObjectPath(path_of(guest.body));
    });
    service->finishRegistration();
    service->emitInterfacesAddedSignal();
    guest.services.push_back(std::move(service));
    for (const auto& c : s.characteristics) make_value(guest, c, path, path + "/char" + hex());
  }
  void make_value(Guest& guest, const GattCharacteristic& c, const std::string& service,
                  const std::string& path) {
    auto& value = *guest.values.emplace_back(std::make_unique<Guest::Value>());
    value.uuid = c.uuid;
    value.path = path;
    value.object = sdbus::createObject(*connection, path);
    auto& object = *value.object;
    const auto property = [&](const char* name, auto getter) {
      object.registerProperty(name).onInterface(value_interface).withGetter(getter);
    };
    property("UUID", [uuid = c.uuid] { return uuid; });
    property("Service", [service] { return sdbus::ObjectPath(service); });
    property("Flags", [flags = c.flags] { return flags; });
    property("Notifying", [&value] { return value.notifying; });
    property("MTU", [] { return att_mtu; });
    const auto can = [flags = c.flags](const char* flag) {
      return std::find(flags.begin(), flags.end(), flag) != flags.end();
    };
    const bool sends = can("notify") || can("indicate");
    object.registerMethod("StartNotify")
        .onInterface(value_interface)
        .implementedAs([=, this, &guest, &value](sdbus::Result<>&& result) {
          if (value.subscribing) throw sdbus::Error("org.bluez.Error.InProgress", "In Progress");
          if (value.socket >= 0)
            throw sdbus::Error("org.bluez.Error.NotPermitted", "Notify acquired");
          value.subscribing = hangs(guest, Call::start_notify);
          if (value.subscribing) return;
          check_paired(guest);
          if (!sends)
            throw sdbus::Error("org.bluez.Error.NotSupported", "Operation is not supported");
          if (value.notifying)
            throw sdbus::Error("org.bluez.Error.InProgress", "Already notifying");
          value.notifying = true;
          tell(&guest, "start-notify");
          value.object->emitPropertiesChangedSignal(value_interface, {"Notifying"});
          boost::asio::post(io, [&guest, uuid = value.uuid] { guest.body.subscribed(uuid, true); });
          result.returnResults();
        });
    object.registerMethod("StopNotify")
        .onInterface(value_interface)
        .implementedAs([this, &guest, &value] {
          if (!value.notifying)
            throw sdbus::Error("org.bluez.Error.Failed", "No notify session started");
          value.notifying = false;
          boost::asio::post(io,
                            [&guest, uuid = value.uuid] { guest.body.subscribed(uuid, false); });
        });
    property("NotifyAcquired", [&value] { return value.socket >= 0; });
    object.registerMethod("AcquireNotify")
        .onInterface(value_interface)
        .implementedAs([=, this, &guest, &value](const Dict&) {
          check_paired(guest);
          if (!sends)
            throw sdbus::Error("org.bluez.Error.NotSupported", "Operation is not supported");
          if (value.socket >= 0 || value.notifying || value.subscribing)
            throw sdbus::Error("org.bluez.Error.NotPermitted", "Notify acquired");
          return std::tuple{acquire(guest, value), att_mtu};
        });
    object.registerMethod("WriteValue")
        .onInterface(value_interface)
        .implementedAs([=, this, &guest, &value](sdbus::Result<>&& result, const Octets& octets,
                                                 const Dict& options) {
          if (hangs(guest, Call::write_value)) return;
          check_paired(guest);
          check_write(options, can("write"), can("write-without-response"));
          if (octets.empty() || octets.size() > 512)
            throw sdbus::Error("org.bluez.Error.InvalidValueLength", "Invalid Length");
          const auto why = guest.body.written(value.uuid, bytes_of(octets));
          if (!why.empty()) throw sdbus::Error(why, "refused");
          result.returnResults();
        });
    object.registerMethod("ReadValue")
        .onInterface(value_interface)
        .implementedAs([this, &guest, &value](sdbus::Result<Octets>&& result, const Dict&) {
          if (hangs(guest, Call::read_value)) return;
          check_paired(guest);
          result.returnResults(octets_of(guest.body.read(value.uuid)));
        });
    object.finishRegistration();
    object.emitInterfacesAddedSignal();
  }
  /// The other end of a socket, over which values come from now on.
  sdbus::UnixFd acquire(Guest& guest, Guest::Value& value) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_LOCAL, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw sdbus::Error("org.bluez.Error.Failed", "no socket");
    value.socket = ends[0];
    tell(&guest, "acquire-notify");
    value.object->emitPropertiesChangedSignal(value_interface, {"NotifyAcquired"});
    boost::asio::post(io, [&guest, uuid = value.uuid] { guest.body.subscribed(uuid, true); });
    return {ends[1], sdbus::adopt_fd};
  }
  /// False: whoever had acquired it has closed the socket.
  bool send(Guest& guest, Guest::Value& value, wire::Bytes bytes) {
    if (::send(value.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
      return true;
    if (errno == EAGAIN) return false;  // its buffer is full: this value is lost
    value.let_go();
    value.object->emitPropertiesChangedSignal(value_interface, {"NotifyAcquired"});
    boost::asio::post(io, [&guest, uuid = value.uuid] { guest.body.subscribed(uuid, false); });
    pump_soon();
    return false;
  }
  void disconnect(Guest& guest) {
    if (!guest.connected) return;
    tell(&guest, "disconnect");
    cut(guest);
    device_changed(guest, {"Connected", "ServicesResolved"});
  }
  void cut(Guest& guest) {
    guest.timer.cancel();
    if (const auto answer = std::exchange(guest.connecting, nullptr)) refuse(answer);
    if (guest.resolved) guest.body.disconnected();
    guest.connected = guest.resolved = false;
    for (auto& v : guest.values)
      if (bus) v->object->emitInterfacesRemovedSignal({value_interface});
    for (auto& s : guest.services)
      if (bus) s->emitInterfacesRemovedSignal({service_interface});
    guest.values.clear();
    guest.services.clear();
  }
  void part(Guest& guest, bool told) {
    cut(guest);
    if (guest.object && told) {
      guest.object->emitInterfacesRemovedSignal({device_interface});
      pump_soon();
    }
    guest.object.reset();
  }

  boost::asio::io_context& io;
  boost::asio::steady_timer adverts, back;
  std::unique_ptr<sdbus::IConnection> connection;
  std::unique_ptr<sdbus::IObject> root, adapter, agents;
  std::unique_ptr<sdbus::IProxy> agent;  ///< without display and keys; null: nobody registered one
  std::deque<std::unique_ptr<Guest>> guests;  // their objects before the connection they are on
  std::map<Guest*, std::chrono::steady_clock::time_point> heard_at;
  std::unique_ptr<bluetooth::AsioBus> bus;
  std::function<void(const Peripheral*, const std::string&)> event;
  std::chrono::steady_clock::time_point discovering_since;
  unsigned busy_discoveries{};
  bool plugged{true}, powered{true}, discovering{}, pumping{};
};

Daemon::Daemon(boost::asio::io_context& io) : impl_(std::make_unique<Impl>(io)) {}

Daemon::~Daemon() { impl_->go(); }

std::string Daemon::open() { return impl_->come(); }

void Daemon::add(Peripheral& peripheral, const Manners& manners) {
  impl_->guests.push_back(std::make_unique<Impl::Guest>(*impl_, peripheral, manners));
}

void Daemon::power(bool on) {
  if (impl_->powered == on || !impl_->bus) return;
  impl_->powered = on;
  if (!on) {
    for (auto& guest : impl_->guests) impl_->disconnect(*guest);
    impl_->discovering = false;
  }
  if (!impl_->adapter) return;
  impl_->adapter->emitPropertiesChangedSignal(adapter_interface, {"Powered", "Discovering"});
  impl_->pump_soon();
}

void Daemon::refuse_discovery(unsigned times) { impl_->busy_discoveries = times; }

void Daemon::plug(bool in) { impl_->plug(in); }

void Daemon::restart(std::chrono::milliseconds away) {
  impl_->tell(nullptr, "restart");
  boost::asio::post(impl_->io, [this, away] {
    impl_->go();
    impl_->back.expires_after(away);
    impl_->back.async_wait([this](const boost::system::error_code& error) {
      if (!error) impl_->come();
    });
  });
}

void Daemon::lose(const Peripheral& peripheral, std::chrono::milliseconds away) {
  for (auto& guest : impl_->guests) {
    if (&guest->body != &peripheral) continue;
    guest->silent_until = std::chrono::steady_clock::now() + away;
    impl_->disconnect(*guest);
  }
}

void Daemon::hang(const Peripheral& peripheral, Call call, bool on) {
  for (auto& guest : impl_->guests)
    if (&guest->body == &peripheral) guest->hangs[static_cast<std::size_t>(call)] = on;
}

void Daemon::on_event(std::function<void(const Peripheral*, const std::string&)> event) {
  impl_->event = std::move(event);
}

}  // namespace ib::vring
