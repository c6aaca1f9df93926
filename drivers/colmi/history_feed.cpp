#include "colmi/history_feed.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "files/beat_items.hpp"
#include "source/event_stream.hpp"
#include "source/listed_items.hpp"

namespace ib::colmi {
namespace {

using source::Signal;
using source::Timed;

template <class T>
Time last_of(const std::vector<Timed<T>>& items) {
  return items.empty() ? Time{} : items.back().t;
}

}  // namespace

source::Opened HistoryFeed::open(const History& history, const Zone& zone, const std::string& who) {
  source::Opened opened;
  for (const auto& remark : history.remarks) opened.problems.push_back(who + ": " + remark);
  auto placed = colmi::place(history, zone);
  if (placed.unplaced > 0)
    opened.problems.push_back(
        who + ": " + std::to_string(placed.unplaced) +
        " items stand in an hour that never was, as clocks were set on; they are left out");
  const bool any = !placed.rates.empty() || !placed.steps.empty() || !placed.spo2.empty() ||
                   !placed.temperatures.empty() || !placed.sleep.empty();
  if (any) opened.feed = std::unique_ptr<source::Feed>(new HistoryFeed(history, std::move(placed)));
  else
    opened.problems.push_back(who +
                              ": its logs hold nothing of these days; does it log by itself? "
                              "Its application switches that on");
  return opened;
}

HistoryFeed::HistoryFeed(const History& history, PlacedHistory placed) : zero_(placed.zero) {
  losses_.bad_packets = history.bad_packets;
  losses_.unknown_packets = history.unknown_packets;
  losses_.refused_rows = history.refused + placed.unplaced;
  losses_.missing_logs = history.missing_logs;
  losses_.doubtful_logs = history.doubtful_logs;
  losses_.repeated = placed.repeated;
  losses_.overlapping = placed.overlapping;
  last_ = std::max({last_of(placed.rates), last_of(placed.steps), last_of(placed.spo2),
                    last_of(placed.temperatures), last_of(placed.sleep)});
  give(Signal::logged_rate, std::move(placed.rates));
  give(Signal::logged_steps, std::move(placed.steps));
  give(Signal::logged_spo2, std::move(placed.spo2));
  give(Signal::logged_temperature, std::move(placed.temperatures));
  give(Signal::logged_sleep, std::move(placed.sleep));
}

template <class T>
void HistoryFeed::give(Signal signal, std::vector<Timed<T>> items) {
  files::EventExtent extent;
  for (const auto& item : items) extent.add(item.t);
  shapes_[source::index_of(signal)] = {true, 0, 1, std::max(1.0, extent.most_per_second)};
  add(std::make_unique<source::EventStream<T>>(
      signal, std::make_unique<source::ListedItems<T>>(std::move(items)), last_));
}

void HistoryFeed::describe(ib_source_info& info) const {
  info.utc_start_ns = std::chrono::nanoseconds{zero_.time_since_epoch()}.count();
  info.duration_ns = last_.ns;
}

source::Shape HistoryFeed::shape(Signal s) const { return shapes_[source::index_of(s)]; }

}  // namespace ib::colmi
