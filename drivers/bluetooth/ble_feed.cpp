#include "bluetooth/ble_feed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "bluetooth/usable_adapter.hpp"

namespace ib::bluetooth {
namespace {

using namespace std::chrono_literals;
constexpr auto farewell = 4s;  // of a device that does not answer any more

/// What it was doing when the time was up.
std::string_view doing(LinkState state) {
  switch (state) {
    case LinkState::waiting: return "Bluetooth was not ready";
    case LinkState::seeking: return "it was not heard; is it charged, worn and near?";
    case LinkState::queueing: return "others were connecting";
    case LinkState::connecting: return "it did not answer; is it connected to a phone?";
    case LinkState::resolving: return "it did not say what it offers";
    case LinkState::subscribing: return "it did not begin to send";
    case LinkState::streaming: return "";
    case LinkState::backing_off: return "the connection failed";
    case LinkState::refused: return "it is another kind of device";
    case LinkState::stopped: return "it was stopped";
  }
  return "";
}

}  // namespace

BleFeed::BleFeed(const Target& target, std::unique_ptr<device::Protocol> protocol,
                 std::unique_ptr<device::Decoder> decoder, HostClock clock,
                 std::function<void()> wake)
    : DeviceFeed(std::move(decoder), clock), hub_(Hub::shared()), target_(target) {
  inbox().on_arrival(std::move(wake));
  name_channels(device::channel_names(protocol->subscriptions()));
  hub_->run([&] {
    link_ = std::make_unique<Link>(*hub_, target, std::move(protocol), inbox(),
                                   [this](const Link& link) { told(link); });
    link_->start();
  });
}

BleFeed::BleFeed(const Target& target, DeviceWishes wishes, HostClock clock,
                 std::function<void()> wake)
    : DeviceFeed(nullptr, clock), hub_(Hub::shared()), target_(target) {
  inbox().on_arrival(std::move(wake));
  hub_->run([&] {
    link_ = std::make_unique<Link>(
        *hub_, target,
        [this, wished = std::move(wishes)](const Found& found) { return chosen(found, wished); },
        inbox(), [this](const Link& link) { told(link); });
    link_->start();
  });
}

BleFeed::~BleFeed() {
  bool stopped = false;
  hub_->run([&] {
    link_->stop([&] {
      const std::lock_guard lock(mutex_);
      stopped = true;
      changed_.notify_all();
    });
  });
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, farewell, [&] { return stopped; });
  }
  hub_->run([this] { link_.reset(); });
}

void BleFeed::start(const source::PerSignal<bool>& listened, Duration max_step) {
  DeviceFeed::start(listened, max_step);
  hub_->run([&] { link_->want(listened); });
}

void BleFeed::told(const Link& link) {
  const std::lock_guard lock(mutex_);
  if (state_ != LinkState::waiting) not_ready_since_ = std::chrono::steady_clock::now();
  state_ = link.state();
  why_ = link.why();
  if (!why_.empty()) {
    why_before_ = why_;
    before_was_bluetooth_ = link.without_bluetooth();
  }
  const bool is_heard_with = state_ == LinkState::seeking && before_was_bluetooth_;
  if (is_heard_with || state_ == LinkState::streaming) why_before_.clear();
  if (!link.address().empty()) device_ = link.address();
  connections_.store(link.connections(), std::memory_order_relaxed);
  changed_.notify_all();
}

std::string BleFeed::device() {
  const std::lock_guard lock(mutex_);
  return device_;
}

Choice BleFeed::chosen(const Found& found, const DeviceWishes& wishes) {
  auto chosen = choose(found, wishes);
  const std::lock_guard lock(mutex_);
  decoder_ = std::move(chosen.parts.decoder);
  if (chosen.parts.protocol != nullptr)
    channels_ = device::channel_names(chosen.parts.protocol->subscriptions());
  family_ = chosen.family;
  return {std::move(chosen.parts.protocol), std::move(chosen.refusal)};
}

std::string BleFeed::why_absent(source::Signal s) const {
  auto why = DeviceFeed::why_absent(s);
  return !why.empty() || family_ == nullptr ? why : bluetooth::why_absent(*family_, s);
}

std::string BleFeed::wait(Duration timeout) {
  using Clock = std::chrono::steady_clock;
  std::unique_lock lock(mutex_);
  const auto until = Clock::now() + timeout;
  const auto decided = [this] {
    return state_ == LinkState::streaming || state_ == LinkState::refused;
  };
  const auto patience = [&] {
    return state_ == LinkState::waiting ? std::min(until, not_ready_since_ + bluetooth_wait)
                                        : until;
  };
  while (!decided() && Clock::now() < patience()) changed_.wait_until(lock, patience());
  if (state_ == LinkState::streaming) {
    if (decoder_ != nullptr) {
      decode_with(std::move(decoder_));
      name_channels(std::move(channels_));
    }
    return {};
  }
  const auto name = text_of(target_);
  const bool is_ready = state_ != LinkState::waiting || why_.empty();
  if (state_ == LinkState::refused || !is_ready) return fmt::format("{}: {}", name, why_);
  auto reason = why_.empty() ? std::string(doing(state_)) : why_;
  if (why_.empty() && !why_before_.empty()) reason += "; before that: " + why_before_;
  return fmt::format("{} did not stream within {:g} s: {}", name, seconds(timeout), reason);
}

}  // namespace ib::bluetooth
