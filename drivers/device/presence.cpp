#include "device/presence.hpp"

#include <fmt/format.h>

#include <array>

namespace ib::device {
namespace {

/// A line of the log: what does not fit is cut.
template <class... T>
void say(const Log& log, fmt::format_string<T...> form, T&&... values) {
  std::array<char, 160> text{};
  fmt::format_to_n(text.data(), text.size() - 1, form, std::forward<T>(values)...);
  log.info(text.data());
}

/// "0.4 s" tells more than "0 s", "12.3 s" no more than "12 s".
void say_after(const Log& log, const char* what, Duration d) {
  if (d < std::chrono::seconds(10)) say(log, "{} after {:.1f} s", what, seconds(d));
  else say(log, "{} after {:.0f} s", what, seconds(d));
}

}  // namespace

void Presence::lost(Time t) {
  if (since_ns_.load(std::memory_order_relaxed) != IB_NEVER) return;
  if (t < Time{} && !begun_) {
    lost_before_ = true;
    return;
  }
  leave(t);
}

void Presence::leave(Time t) {
  begun_ = true;
  wear_ = Wear::unknown;
  since_ns_.store(t.ns, std::memory_order_relaxed);
  breaks_.fetch_add(1, std::memory_order_relaxed);
  say(log_, "out of reach at {:.0f} s; it is sought", seconds(t));
}

void Presence::back(Time t) {
  if (t < Time{} && !begun_) {
    lost_before_ = false;
    return;
  }
  begin();
  const Time since{since_ns_.load(std::memory_order_relaxed)};
  if (since == never) return;
  away_ns_.fetch_add((t - since).count(), std::memory_order_relaxed);
  since_ns_.store(IB_NEVER, std::memory_order_relaxed);
  say_after(log_, "back", t - since);
}

void Presence::begin() {
  if (begun_) return;
  begun_ = true;
  if (lost_before_) leave(Time{});
}

void Presence::note(const DeviceStatus& said, Time t) {
  const auto before = wear_;
  switch (said.event) {
    case DeviceEvent::worn:
      wear_ = Wear::on;
      if (before == Wear::off || before == Wear::charging)
        say_after(log_, "worn again", t - off_since_);
      return;
    case DeviceEvent::not_worn:
      wear_ = Wear::off;
      if (before != Wear::off) say(log_, "not worn");
      break;
    case DeviceEvent::charging:
      wear_ = Wear::charging;
      if (before != Wear::charging) say(log_, "charging; it measures nothing meanwhile");
      break;
    default: return;
  }
  if (before != Wear::off && before != Wear::charging) off_since_ = t;
}

DevicePresence Presence::figures() const {
  return {breaks_.load(std::memory_order_relaxed), away_ns_.load(std::memory_order_relaxed),
          since_ns_.load(std::memory_order_relaxed)};
}

}  // namespace ib::device
