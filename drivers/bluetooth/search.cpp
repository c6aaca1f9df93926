#include "bluetooth/search.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <tuple>
#include <utility>

#include "bluetooth/hub.hpp"
#include "bluetooth/link.hpp"
#include "bluetooth/usable_adapter.hpp"
#include "heart_rate/decode.hpp"
#include "heart_rate/uuid.hpp"

namespace ib::bluetooth {
namespace {

using namespace std::chrono_literals;

/// A device of the Device Information service, and where its text goes.
struct Text {
  std::string_view uuid;
  std::string DeviceInformation::*text;
};
constexpr std::array texts{
    Text{"00002a29-0000-1000-8000-00805f9b34fb", &DeviceInformation::manufacturer},
    Text{"00002a24-0000-1000-8000-00805f9b34fb", &DeviceInformation::model},
    Text{"00002a27-0000-1000-8000-00805f9b34fb", &DeviceInformation::hardware},
    Text{"00002a26-0000-1000-8000-00805f9b34fb", &DeviceInformation::firmware},
    Text{"00002a28-0000-1000-8000-00805f9b34fb", &DeviceInformation::software},
};

/// Listens to nothing: it is there to be connected.
class Silent final : public device::Protocol {
 public:
  std::span<const device::Subscription> subscriptions() const override { return {}; }
  void begin(Arrival, device::Outbox&) override {}
  void received(std::uint8_t, wire::Bytes, Arrival, device::Outbox&) override {}
  Arrival deadline() const override { return never_due; }
  void due(Arrival, device::Outbox&) override {}
  void end(Arrival, device::Outbox&) override {}
};

/// Says why no adapter can be used; empty, and `path`: one can.
std::string adapter_there(Hub& hub, const std::string& wanted, std::string& path) {
  if (!hub.problem().empty()) return hub.problem();
  if (auto why = hub.bluez().why_not_ready(); !why.empty()) return why;
  auto found = usable_adapter(hub.bluez(), wanted);
  path = std::move(found.path);
  return std::move(found.why);
}

std::string wait_for_adapter(Hub& hub, const std::string& wanted, std::string& path) {
  std::string why;
  for (auto left = bluetooth_wait / 100ms; left > 0; --left) {
    hub.run([&] { why = adapter_there(hub, wanted, path); });
    if (why.empty()) break;
    std::this_thread::sleep_for(100ms);
  }
  return why;
}

/// Why a device could not be examined; read off the link on the hub's thread.
struct Progress {
  std::mutex mutex;
  std::condition_variable changed;
  LinkState state{LinkState::waiting};
  std::string why;

  void note(const Link& link) {
    const std::lock_guard lock(mutex);
    state = link.state();
    why = link.why();
    changed.notify_all();
  }
  bool streams_within(Duration timeout) {
    std::unique_lock lock(mutex);
    const auto decided = [this] {
      return state == LinkState::streaming || state == LinkState::refused;
    };
    return changed.wait_for(lock, timeout, decided) && state == LinkState::streaming;
  }
};

/// Connected to a device as long as this lives.
class Visit {
 public:
  explicit Visit(const Target& target) : target_(target) {}
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit() {
    if (!link_) return;
    const auto let_go = std::make_shared<std::promise<void>>();
    hub_->run([&] { link_->stop([let_go] { let_go->set_value(); }); });
    let_go->get_future().wait_for(3s);
    hub_->run([this] { link_.reset(); });
  }
  /// Empty, or why it is not connected.
  std::string arrive(Duration timeout) {
    std::string path;
    if (auto why = wait_for_adapter(*hub_, target_.adapter, path); !why.empty()) return why;
    hub_->run([this] {
      link_ = std::make_unique<Link>(*hub_, target_, std::make_unique<Silent>(), inbox_,
                                     [this](const Link& l) { progress_.note(l); });
      link_->start();
    });
    if (progress_.streams_within(timeout)) return {};
    const std::lock_guard lock(progress_.mutex);
    return progress_.why.empty() ? "it was not heard" : progress_.why;
  }
  /// On the hub's thread.
  template <class With>
  void look(With with) {
    hub_->run([&] {
      for (const auto* d : hub_->bluez().devices())
        if (d->connected && d->address == link_->address()) with(*d);
    });
  }
  Hub& hub() { return *hub_; }

 private:
  std::shared_ptr<Hub> hub_ = Hub::shared();
  Target target_;
  device::Inbox inbox_;
  Progress progress_;
  std::unique_ptr<Link> link_;
};

struct ReadValue {
  std::string text;  ///< bytes; empty: it has none, or does not tell
  bool wants_pairing{};
};
ReadValue read_value(Hub& hub, const std::vector<Characteristic>& values, std::string_view uuid) {
  const auto found = std::find_if(values.begin(), values.end(), [&](const Characteristic& c) {
    return c.uuid == uuid && c.has("read");
  });
  if (found == values.end()) return {};
  const auto told = std::make_shared<std::promise<ReadValue>>();
  auto answer = told->get_future();
  hub.post([&hub, path = found->path, told] {
    hub.bluez().read(path, [told](const Failure* failure, wire::Bytes bytes) {
      ReadValue read;
      if (failure == nullptr)
        for (const auto b : bytes)
          read.text += static_cast<char>(std::to_integer<unsigned char>(b));
      else read.wants_pairing = wants_pairing(*failure);
      told->set_value(std::move(read));
    });
  });
  return answer.wait_for(5s) == std::future_status::ready ? answer.get() : ReadValue();
}

void read_texts(Hub& hub, const std::vector<Characteristic>& values, Examined& into) {
  const auto text_of_value = [&](std::string_view uuid) {
    auto read = read_value(hub, values, uuid);
    into.wants_pairing = into.wants_pairing || read.wants_pairing;
    return std::move(read.text);
  };
  for (const auto& [uuid, text] : texts) into.information.*text = text_of_value(uuid);
  const auto charge = text_of_value(heart_rate::uuid::battery_level);
  if (const auto percent = heart_rate::battery_percent(std::as_bytes(std::span(charge))))
    into.battery_percent = *percent;
}

}  // namespace

Reach scan(Duration length, const std::string& adapter) {
  Reach reach;
  const auto hub = Hub::shared();
  std::string path;
  reach.problem = wait_for_adapter(*hub, adapter, path);
  if (!reach.problem.empty()) return reach;
  hub->run([&] { hub->bluez().discover(path, true, {}); });
  std::this_thread::sleep_for(length);
  hub->run([&] {
    hub->bluez().discover(path, false, {});
    for (const auto* d : hub->bluez().devices())
      if (d->adapter == path && (d->rssi_dbm || d->connected))
        reach.devices.push_back({d->address, d->name, d->rssi_dbm, d->connected});
  });
  std::sort(reach.devices.begin(), reach.devices.end(), [](const Heard& a, const Heard& b) {
    return std::tuple(a.name.empty(), -a.rssi_dbm.value_or(-999), a.address) <
           std::tuple(b.name.empty(), -b.rssi_dbm.value_or(-999), b.address);
  });
  return reach;
}

Examined examine(const Target& target, Duration timeout) {
  Examined found;
  Visit visit(target);
  found.problem = visit.arrive(timeout);
  if (!found.problem.empty()) return found;
  auto& hub = visit.hub();
  std::vector<Characteristic> values;
  visit.look([&](const Device& d) {
    found.address = d.address;
    found.name = d.name;
    values = hub.bluez().characteristics(d.path);
  });
  for (const auto& v : values) {
    if (std::find(found.services.begin(), found.services.end(), v.service) == found.services.end())
      found.services.push_back(v.service);
    std::string flags;
    for (const auto& f : v.flags) flags += (flags.empty() ? "" : ", ") + f;
    found.characteristics.push_back({v.uuid, flags});
  }
  read_texts(hub, values, found);
  found.probed = probe({found.services, found.characteristics, std::nullopt});
  return found;
}

Bond pair(const Target& target, Duration timeout) {
  Bond bond;
  Visit visit(target);
  bond.problem = visit.arrive(timeout);
  if (!bond.problem.empty()) return bond;
  std::string path;
  visit.look([&](const Device& d) {
    bond.address = d.address;
    bond.name = d.name;
    path = d.path;
  });
  const auto told = std::make_shared<std::promise<std::string>>();
  visit.hub().run([&] {
    visit.hub().bluez().pair(path, [told](const Failure* failure) {
      told->set_value(failure == nullptr ? std::string() : sentence_of(*failure));
    });
  });
  bond.problem = told->get_future().get();  // bluetoothd's answer has its time
  return bond;
}

}  // namespace ib::bluetooth
