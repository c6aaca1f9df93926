#include "bluetooth/bluez.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <utility>

#include "bluetooth/asio.hpp"
#include "bluetooth/asio_bus.hpp"

namespace ib::bluetooth {
namespace {

using Dict = std::map<std::string, sdbus::Variant>;
using Interfaces = std::map<std::string, Dict>;
using Octets = std::vector<std::uint8_t>;

constexpr const char* daemon_name = "org.bluez";
constexpr const char* access_denied = "org.freedesktop.DBus.Error.AccessDenied";
constexpr const char* adapter_interface = "org.bluez.Adapter1";
constexpr const char* device_interface = "org.bluez.Device1";
constexpr const char* service_interface = "org.bluez.GattService1";
constexpr const char* value_interface = "org.bluez.GattCharacteristic1";
constexpr const char* agent_manager_path = "/org/bluez";
constexpr const char* agent_manager_interface = "org.bluez.AgentManager1";
constexpr const char* agent_interface = "org.bluez.Agent1";
constexpr const char* agent_path = "/interbeat/agent";
constexpr const char* manager_interface = "org.freedesktop.DBus.ObjectManager";

Arrival now() {
  timespec t{};
  clock_gettime(CLOCK_BOOTTIME, &t);
  return {std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec};
}

std::string cut(std::string text) {
  if (text.size() > Bluez::most_text) text.resize(Bluez::most_text);
  return text;
}

std::string small(std::string text) {
  text = cut(std::move(text));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

template <class T>
std::optional<T> property(const Dict& from, const char* name) {
  const auto found = from.find(name);
  if (found == from.end() || !found->second.containsValueOfType<T>()) return std::nullopt;
  return found->second.get<T>();
}

template <class T>
void take(const Dict& from, const char* name, T& to) {
  if (auto value = property<T>(from, name)) to = std::move(*value);
}

void take_text(const Dict& from, const char* name, std::string& to) {
  if (auto value = property<std::string>(from, name)) to = cut(std::move(*value));
}

void take_path(const Dict& from, const char* name, std::string& to) {
  if (auto value = property<sdbus::ObjectPath>(from, name)) to = *value;
}

std::vector<std::byte> bytes_of(const Octets& octets) {
  const auto n = std::min(octets.size(), Bluez::most_value);
  std::vector<std::byte> bytes(n);
  std::transform(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(n), bytes.begin(),
                 [](std::uint8_t b) { return std::byte{b}; });
  return bytes;
}

Octets octets_of(wire::Bytes bytes) {
  Octets octets(bytes.size());
  std::transform(bytes.begin(), bytes.end(), octets.begin(),
                 [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
  return octets;
}

/// As bluetoothd says where an earlier call succeeded whose answer came too late.
bool notifies_already(const Failure& failure) { return failure.message == "Already notifying"; }

struct Service {
  std::string uuid, device;
};

}  // namespace

bool Characteristic::has(std::string_view flag) const {
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

struct Bluez::Impl {
  explicit Impl(boost::asio::io_context& loop) : io(loop) {}

  // -- calls ----------------------------------------------------------------------------------------

  using Pack = std::function<void(sdbus::MethodCall&)>;
  using Unpack = std::function<void(const Failure*, sdbus::MethodReply*)>;

  /// Each call has a proxy of its own, so that none is cut short because another's object went.
  void call(const std::string& path, const char* interface, const char* method, const Pack& pack,
            Unpack then, std::optional<std::chrono::milliseconds> wait = {}) {
    if (!connection) return fail_soon(std::move(then), {"", "there is no bus"});
    const auto id = next_call++;
    try {
      auto proxy = sdbus::createProxy(*connection, daemon_name, path);
      auto message = proxy->createMethodCall(interface, method);
      if (pack) pack(message);
      auto& kept = calls[id] = std::move(proxy);
      kept->callMethod(
          message,
          [this, id, then](sdbus::MethodReply& reply, const sdbus::Error* error) {
            answered(id, then, reply, error);
          },
          wait.value_or(waits.usual));
    } catch (const sdbus::Error& error) {
      calls.erase(id);
      return fail_soon(std::move(then), {error.getName(), error.getMessage()});
    }
    pump_soon();
  }
  /// sdbus-c++ 1.2 swallows what a callback throws.
  void answered(std::uint64_t id, const Unpack& then, sdbus::MethodReply& reply,
                const sdbus::Error* error) {
    const auto call = calls.extract(id);
    if (!call.empty()) done_calls.push_back(std::move(call.mapped()));
    boost::asio::post(io, [this] { done_calls.clear(); });  // not from inside its own callback
    try {
      if (error == nullptr) return then(nullptr, &reply);
      const Failure failure{error->getName(), error->getMessage()};
      then(&failure, nullptr);
    } catch (const std::exception&) {
      ++unreadable;
    }
  }
  void fail_soon(Unpack then, Failure failure) {
    boost::asio::post(io, [then = std::move(then), failure = std::move(failure)] {
      if (then) then(&failure, nullptr);
    });
  }
  void pump_soon() {
    boost::asio::post(io, [this] {
      if (bus && !bus->pump()) left();
    });
  }
  static Unpack telling(Done done) {
    return [done = std::move(done)](const Failure* failure, sdbus::MethodReply*) {
      if (done) done(failure);
    };
  }

  // -- pairing ----------------------------------------------------------------------------------------

  /// Whom bluetoothd asks, there as long as the pairing takes: nobody else's pairing is agreed to.
  void pair(const std::string& device, Done done) {
    if (!connection || agent) return fail_soon(telling(std::move(done)), {"", "it is busy"});
    try {
      make_agent(device);
    } catch (const sdbus::Error& error) {
      agent.reset();
      return fail_soon(telling(std::move(done)), {error.getName(), error.getMessage()});
    }
    call(
        agent_manager_path, agent_manager_interface, "RegisterAgent",
        [](sdbus::MethodCall& call) {
          call << sdbus::ObjectPath(agent_path) << std::string("NoInputNoOutput");
        },
        [this, device, done = std::move(done)](const Failure* failure, sdbus::MethodReply*) {
          if (failure != nullptr) return paired(failure, done);
          call(
              device, device_interface, "Pair", {},
              [this, done](const Failure* refused, sdbus::MethodReply*) { paired(refused, done); },
              waits.pair);
        });
  }
  void make_agent(const std::string& device) {
    agent = sdbus::createObject(*connection, agent_path);
    agent->registerMethod("RequestAuthorization")
        .onInterface(agent_interface)
        .implementedAs([device](const sdbus::ObjectPath& asked) {
          if (asked != device) throw sdbus::Error("org.bluez.Error.Rejected", "not this device");
        });
    agent->registerMethod("Cancel").onInterface(agent_interface).implementedAs([] {});
    agent->registerMethod("Release").onInterface(agent_interface).implementedAs([] {});
    agent->finishRegistration();
  }
  void paired(const Failure* failure, const Done& done) {
    call(
        agent_manager_path, agent_manager_interface, "UnregisterAgent",
        [](sdbus::MethodCall& call) { call << sdbus::ObjectPath(agent_path); }, telling({}));
    boost::asio::post(io, [this] { agent.reset(); });
    const bool there = failure != nullptr && failure->name == "org.bluez.Error.AlreadyExists";
    if (done) done(there ? nullptr : failure);
  }

  // -- the daemon and what it shows ------------------------------------------------------------------

  void listen() {
    const auto listen_to = [this](const std::string& rule, auto member) {
      connection->addMatch(
          rule,
          [this, member](sdbus::Message& message) {
            try {
              (this->*member)(message);
            } catch (const std::exception&) {
              ++unreadable;
            }
          },
          sdbus::floating_slot);
    };
    const std::string from_daemon = "type='signal',sender='org.bluez',";
    listen_to(from_daemon +
                  "interface='org.freedesktop.DBus.Properties',"
                  "member='PropertiesChanged',path_namespace='/org/bluez'",
              &Impl::properties_changed);
    listen_to(from_daemon +
                  "interface='org.freedesktop.DBus.ObjectManager',"
                  "member='InterfacesAdded'",
              &Impl::interfaces_added);
    listen_to(from_daemon +
                  "interface='org.freedesktop.DBus.ObjectManager',"
                  "member='InterfacesRemoved'",
              &Impl::interfaces_removed);
    listen_to(
        "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',"
        "arg0='org.bluez'",
        &Impl::owner_changed);
  }
  void look() {
    call("/", manager_interface, "GetManagedObjects", {},
         [this](const Failure* failure, sdbus::MethodReply* reply) {
           if (failure != nullptr) {  // nobody there, and NameOwnerChanged will tell; or not for us
             if (failure->name == access_denied) denial = sentence_of(*failure);
             return tell();
           }
           denial.clear();
           std::map<sdbus::ObjectPath, Interfaces> objects;
           *reply >> objects;
           for (const auto& [path, interfaces] : objects) add(path, interfaces);
           is_ready = true;
           tell();
         });
  }
  void left() {
    denial.clear();
    if (is_ready) ++departures;
    is_ready = false;
    adapters.clear();
    devices.clear();
    services.clear();
    values.clear();
    notified.clear();
    tell();
  }
  /// In the loop's next turn, once for whatever comes together.
  void tell() {
    if (std::exchange(is_telling, true)) return;
    boost::asio::post(io, [this] {
      is_telling = false;
      if (changed) changed();
    });
  }

  void properties_changed(sdbus::Message& message) {
    const auto arrival = now();  // before anything else is done with it
    std::string interface;
    Dict values_now;
    message >> interface >> values_now;
    const auto path = message.getPath();
    if (interface == value_interface) return value_changed(path, values_now, arrival);
    update(path, interface, values_now);
    tell();
  }
  void value_changed(const std::string& path, const Dict& what, Arrival arrival) {
    const auto value = property<Octets>(what, "Value");
    const auto reader = notified.find(path);
    if (!value || reader == notified.end()) return;
    const auto bytes = bytes_of(*value);
    const auto notify = reader->second;  // it may stop itself
    notify(bytes, arrival);
  }
  void interfaces_added(sdbus::Message& message) {
    sdbus::ObjectPath path;
    Interfaces interfaces;
    message >> path >> interfaces;
    add(path, interfaces);
    tell();
  }
  void interfaces_removed(sdbus::Message& message) {
    sdbus::ObjectPath path;
    std::vector<std::string> interfaces;
    message >> path >> interfaces;
    for (const auto& interface : interfaces) {
      if (interface == adapter_interface) adapters.erase(path);
      if (interface == device_interface) devices.erase(path);
      if (interface == service_interface) services.erase(path);
      if (interface == value_interface) {
        values.erase(path);
        notified.erase(path);
      }
    }
    tell();
  }
  void owner_changed(sdbus::Message& message) {
    std::string name, before, after;
    message >> name >> before >> after;
    if (!before.empty()) left();
    if (!after.empty()) look();
  }

  void add(const std::string& path, const Interfaces& interfaces) {
    for (const auto& [interface, properties] : interfaces) update(path, interface, properties);
  }
  void update(const std::string& path, const std::string& interface, const Dict& properties) {
    if (interface == adapter_interface) return update_adapter(path, properties);
    if (interface == device_interface) return update_device(path, properties);
    const bool full = services.size() >= most_values || values.size() >= most_values;
    if (full && services.count(path) + values.count(path) == 0) {
      ++unkept;
      return;
    }
    if (interface == service_interface) {
      auto& s = services[path];
      if (auto uuid = property<std::string>(properties, "UUID")) s.uuid = small(std::move(*uuid));
      take_path(properties, "Device", s.device);
    }
    if (interface == value_interface) {
      auto& c = values[path];
      c.path = path;
      if (auto uuid = property<std::string>(properties, "UUID")) c.uuid = small(std::move(*uuid));
      take_path(properties, "Service", c.service);  // its UUID is looked up when asked for
      take(properties, "Flags", c.flags);
    }
  }
  void update_adapter(const std::string& path, const Dict& properties) {
    auto& a = adapters[path];
    a.path = path;
    take_text(properties, "Address", a.address);
    take(properties, "Powered", a.powered);
    take(properties, "Discovering", a.discovering);
  }
  void update_device(const std::string& path, const Dict& properties) {
    if (devices.find(path) == devices.end() && devices.size() >= most_devices) {
      ++unkept;
      return;
    }
    auto& d = devices[path];
    d.path = path;
    take_path(properties, "Adapter", d.adapter);
    take_text(properties, "Address", d.address);
    take_text(properties, "Name", d.name);
    if (const auto rssi = property<std::int16_t>(properties, "RSSI")) {
      d.rssi_dbm = *rssi;
      ++d.sightings;
    }
    take(properties, "Connected", d.connected);
    take(properties, "ServicesResolved", d.resolved);
    take(properties, "Paired", d.paired);
    if (auto uuids = property<std::vector<std::string>>(properties, "UUIDs")) {
      uuids->resize(std::min(uuids->size(), std::size_t{64}));
      d.services.clear();
      for (auto& uuid : *uuids) d.services.push_back(small(std::move(uuid)));
    }
    using Company = std::map<std::uint16_t, sdbus::Variant>;
    if (const auto told = property<Company>(properties, "ManufacturerData")) {
      d.manufacturer_data.clear();
      for (const auto& [company, data] : *told) {
        if (d.manufacturer_data.size() < 16 && data.containsValueOfType<Octets>())
          d.manufacturer_data[company] = bytes_of(data.get<Octets>());
      }
    }
  }

  boost::asio::io_context& io;
  std::unique_ptr<sdbus::IConnection> connection;
  std::unique_ptr<sdbus::IObject> agent;  ///< while a pairing goes on
  std::unique_ptr<AsioBus> bus;
  std::map<std::uint64_t, std::unique_ptr<sdbus::IProxy>> calls;
  std::vector<std::unique_ptr<sdbus::IProxy>> done_calls;
  std::uint64_t next_call{}, unreadable{}, unkept{}, departures{};
  std::map<std::string, Adapter> adapters;
  std::map<std::string, Device> devices;
  std::map<std::string, Service> services;
  std::map<std::string, Characteristic> values;
  std::map<std::string, Notified> notified;
  std::function<void()> changed;
  Waits waits;
  bool is_ready{}, is_telling{};
  std::string denial;  ///< why this user may not talk to the daemon
};

Bluez::Bluez(boost::asio::io_context& io) : impl_(std::make_unique<Impl>(io)) {}

// What is posted still holds the Impl: the loop must not run once this is gone.
Bluez::~Bluez() {
  impl_->calls.clear();
  impl_->done_calls.clear();
  impl_->agent.reset();
  impl_->bus.reset();
}

std::string Bluez::open() {
  try {
    impl_->connection = sdbus::createSystemBusConnection();
    impl_->listen();
    impl_->bus = std::make_unique<AsioBus>(impl_->io, *impl_->connection);
  } catch (const sdbus::Error& error) {
    impl_->bus.reset();
    impl_->connection.reset();
    const char* address = std::getenv("DBUS_SYSTEM_BUS_ADDRESS");
    return "there is no D-Bus system bus" +
           (address == nullptr ? std::string() : " at " + std::string(address)) + " (" +
           error.getMessage() +
           "), and without it no Bluetooth; start dbus, or in a container mount "
           "/run/dbus/system_bus_socket";
  }
  impl_->look();
  return {};
}

void Bluez::set_waits(const Waits& waits) { impl_->waits = waits; }
const Bluez::Waits& Bluez::waits() const { return impl_->waits; }

bool Bluez::ready() const { return impl_->is_ready; }
std::string Bluez::why_not_ready() const {
  if (impl_->is_ready) return {};
  return impl_->denial.empty() ? "bluetoothd does not run; start it: systemctl start bluetooth"
                               : impl_->denial;
}
std::uint64_t Bluez::departures() const { return impl_->departures; }
void Bluez::on_change(std::function<void()> changed) { impl_->changed = std::move(changed); }

std::vector<Adapter> Bluez::adapters() const {
  std::vector<Adapter> all;
  for (const auto& [path, a] : impl_->adapters) all.push_back(a);
  return all;
}

const Adapter* Bluez::adapter(std::string_view path) const {
  const auto found = impl_->adapters.find(std::string(path));
  return found == impl_->adapters.end() ? nullptr : &found->second;
}

std::vector<const Device*> Bluez::devices() const {
  std::vector<const Device*> all;
  for (const auto& [path, d] : impl_->devices) all.push_back(&d);
  return all;
}

const Device* Bluez::device(std::string_view path) const {
  const auto found = impl_->devices.find(std::string(path));
  return found == impl_->devices.end() ? nullptr : &found->second;
}

std::vector<Characteristic> Bluez::characteristics(std::string_view device) const {
  std::vector<Characteristic> all;
  for (const auto& [path, c] : impl_->values) {
    const auto service = impl_->services.find(c.service);
    if (service == impl_->services.end() || service->second.device != device) continue;
    all.push_back(c);
    all.back().device = service->second.device;
    all.back().service = service->second.uuid;
  }
  return all;
}

void Bluez::discover(const std::string& adapter, bool on, Done done) {
  if (!on)
    return impl_->call(adapter, adapter_interface, "StopDiscovery", {},
                       Impl::telling(std::move(done)));
  // Low energy alone, and each advertisement, not the first alone: a device that comes back is heard.
  impl_->call(
      adapter, adapter_interface, "SetDiscoveryFilter",
      [](sdbus::MethodCall& call) {
        call << Dict{{"Transport", sdbus::Variant{std::string("le")}},
                     {"DuplicateData", sdbus::Variant{true}}};
      },
      Impl::telling({}));
  impl_->call(adapter, adapter_interface, "StartDiscovery", {}, Impl::telling(std::move(done)));
}

void Bluez::connect(const std::string& device, Done done) {
  impl_->call(device, device_interface, "Connect", {}, Impl::telling(std::move(done)),
              impl_->waits.connect);
}

void Bluez::disconnect(const std::string& device, Done done) {
  impl_->call(device, device_interface, "Disconnect", {}, Impl::telling(std::move(done)));
}

void Bluez::pair(const std::string& device, Done done) { impl_->pair(device, std::move(done)); }

void Bluez::notify(const std::string& characteristic, Notified notified, Done done) {
  impl_->notified[characteristic] = std::move(notified);  // the first value may precede the reply
  impl_->call(
      characteristic, value_interface, "StartNotify", {},
      [impl = impl_.get(), characteristic, done = std::move(done)](const Failure* failure,
                                                                   sdbus::MethodReply*) {
        if (failure != nullptr && notifies_already(*failure)) failure = nullptr;
        if (failure != nullptr) impl->notified.erase(characteristic);
        if (done) done(failure);
      },
      impl_->waits.value);
}

void Bluez::stop_notifying(const std::string& characteristic, Done done) {
  impl_->notified.erase(characteristic);
  impl_->call(characteristic, value_interface, "StopNotify", {}, Impl::telling(std::move(done)));
}

void Bluez::write(const std::string& characteristic, wire::Bytes value, bool acknowledged,
                  Done done) {
  impl_->call(
      characteristic, value_interface, "WriteValue",
      [&](sdbus::MethodCall& call) {
        call << octets_of(value)
             << Dict{{"type", sdbus::Variant{std::string(acknowledged ? "request" : "command")}}};
      },
      Impl::telling(std::move(done)), impl_->waits.value);
}

void Bluez::read(const std::string& characteristic, Got got) {
  impl_->call(
      characteristic, value_interface, "ReadValue", [](sdbus::MethodCall& call) { call << Dict{}; },
      [got = std::move(got)](const Failure* failure, sdbus::MethodReply* reply) {
        if (failure != nullptr) return got(failure, {});
        Octets octets;
        *reply >> octets;
        const auto bytes = bytes_of(octets);
        got(nullptr, bytes);
      },
      impl_->waits.value);
}

}  // namespace ib::bluetooth
