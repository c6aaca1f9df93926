#include "isolated_changes.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace ib {

IsolatedChanges::IsolatedChanges(std::uint32_t params)
    : in_force_(params, std::numeric_limits<double>::quiet_NaN()) {}

void IsolatedChanges::activate(const ib_activation& a) {
  given_ns_.clear();
  for (std::uint32_t i = 0; i < a.n_in; ++i)
    given_ns_.push_back((a.in[i]->flags & IB_STREAM_CONNECTED) != 0 ? IB_NEVER : IB_FOREVER);
}

void IsolatedChanges::remember(const ib_process& p) {
  for (std::uint32_t i = 0; i < p.n_events && n_ < changes_.size(); ++i) {
    auto at = n_++;
    for (; at > 0 && changes_[at - 1].event.t_ns > p.events[i].t_ns; --at)
      changes_[at] = changes_[at - 1];
    changes_[at] = {p.events[i], false};
  }
}

std::uint32_t IsolatedChanges::put(std::span<ib_event> room) {
  n_put_ = 0;
  for (std::size_t i = 0; i < n_ && n_put_ < room.size(); ++i) {
    if (!changes_[i].told) room[n_put_++] = changes_[i].event;
  }
  return n_put_;
}

void IsolatedChanges::answered(const ib_process& p) {
  std::int64_t closed = IB_FOREVER;
  for (std::uint32_t i = 0; i < p.n_in; ++i) {
    if (p.in[i] != nullptr) given_ns_[i] = std::max(given_ns_[i], p.in[i]->settled_ns);
    closed = std::min(closed, given_ns_[i]);
  }
  for (std::size_t i = 0; i < n_ && n_put_ > 0; ++i) {
    if (!std::exchange(changes_[i].told, true)) --n_put_;
  }
  auto* end = changes_.data() + n_;
  auto* waiting = std::find_if(changes_.data(), end, [&](const Change& change) {
    return !change.told || change.event.t_ns > closed;
  });
  for (auto* change = changes_.data(); change != waiting; ++change) {
    if (change->event.param < in_force_.size())
      in_force_[change->event.param] = change->event.number;
  }
  n_ = static_cast<std::size_t>(std::copy(waiting, end, changes_.data()) - changes_.data());
}

void IsolatedChanges::tell_again() {
  for (std::size_t i = 0; i < n_; ++i) changes_[i].told = false;
}

}  // namespace ib
