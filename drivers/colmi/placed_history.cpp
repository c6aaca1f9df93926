#include "colmi/placed_history.hpp"

#include <algorithm>

#include "colmi/wall_instant.hpp"

namespace ib::colmi {
namespace {

using source::Timed;
using std::chrono::sys_seconds;

/// Before the earliest is known.
template <class T>
struct At {
  sys_seconds at;
  T item;
};

template <class T>
std::vector<At<T>> placed(const std::vector<Shown<T>>& shown, const Zone& zone,
                          std::uint64_t& unplaced) {
  std::vector<At<T>> all;
  for (const auto& one : shown) {
    const auto instant = instant_of(one.at, zone);
    if (!instant.at) {
      ++unplaced;
      continue;
    }
    all.push_back({*instant.at, one.item});
    all.back().item.ambiguous = instant.ambiguous;
  }
  return all;
}

/// From its start on a night goes as time goes, whatever was done to clocks meanwhile.
std::vector<At<LoggedSleep>> placed(const std::vector<ShownNight>& nights, const Zone& zone,
                                    std::uint64_t& unplaced) {
  std::vector<At<LoggedSleep>> all;
  for (const auto& night : nights) {
    const auto start = instant_of(night.start, zone);
    if (!start.at) {
      unplaced += night.stages.size();
      continue;
    }
    for (const auto& stage : night.stages) {
      LoggedSleep item;
      item.lasts_s = static_cast<double>(std::chrono::seconds{stage.lasts}.count());
      item.stage = stage.stage;
      item.ambiguous = start.ambiguous;
      all.push_back({*start.at + stage.from_start, item});
    }
  }
  return all;
}

template <class T>
sys_seconds end_of(const At<T>& one) {
  return one.at + std::chrono::seconds{1};  // what begins with it is in its place
}
sys_seconds end_of(const At<LoggedSleep>& one) {
  return one.at + std::chrono::seconds{static_cast<std::int64_t>(one.item.lasts_s)};
}

/// In order of time; of two in one place the first that was told.
template <class T>
void settle_places(std::vector<At<T>>& all, PlacedHistory& counts) {
  std::stable_sort(all.begin(), all.end(),
                   [](const At<T>& a, const At<T>& b) { return a.at < b.at; });
  std::size_t n = 0;
  for (const auto& one : all) {
    const bool taken = n > 0 && one.at < end_of(all[n - 1]);
    if (!taken) {
      all[n++] = one;
      continue;
    }
    const bool same = one.at == all[n - 1].at && one.item == all[n - 1].item;
    ++(same ? counts.repeated : counts.overlapping);
  }
  all.resize(n);
}

template <class T>
void put(const std::vector<At<T>>& from, sys_seconds zero, std::vector<Timed<T>>& to) {
  for (const auto& one : from) to.push_back({Time{} + Duration{one.at - zero}, one.item});
}

}  // namespace

PlacedHistory place(const History& history, const Zone& zone) {
  PlacedHistory all;
  auto rates = placed(history.rates, zone, all.unplaced);
  auto steps = placed(history.steps, zone, all.unplaced);
  auto spo2 = placed(history.spo2, zone, all.unplaced);
  auto temperatures = placed(history.temperatures, zone, all.unplaced);
  auto sleep = placed(history.nights, zone, all.unplaced);
  auto first = sys_seconds::max();
  const auto settle = [&](auto& items) {
    settle_places(items, all);
    if (!items.empty()) first = std::min(first, items.front().at);
  };
  settle(rates);
  settle(steps);
  settle(spo2);
  settle(temperatures);
  settle(sleep);
  if (first == sys_seconds::max()) return all;
  all.zero = first;
  put(rates, first, all.rates);
  put(steps, first, all.steps);
  put(spo2, first, all.spo2);
  put(temperatures, first, all.temperatures);
  put(sleep, first, all.sleep);
  return all;
}

}  // namespace ib::colmi
