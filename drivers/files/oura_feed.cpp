#include "files/oura_feed.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "files/beat_items.hpp"
#include "source/listed_items.hpp"

namespace ib::files {
namespace {

using source::ListedItems;
using source::Signal;
using source::Timed;

std::int64_t earliest_ms(const OuraFile& file) {
  std::int64_t first = INT64_MAX;
  for (const auto& rate : file.heart_rates) first = std::min(first, rate.unix_ms);
  for (const auto& period : file.periods) {
    first = std::min(first, period.start_unix_ms);
    for (const auto& series : period.series) first = std::min(first, series.unix_ms);
  }
  return first;
}

/// "long_sleep begins", cut where an item ends.
Marker oura_mark(std::string_view type, std::string_view what) {
  Marker mark;
  std::string text(type.empty() ? "period" : type);
  text += what;
  text.resize(std::min(text.size(), sizeof mark.text - 1));
  std::copy(text.begin(), text.end(), mark.text);
  return mark;
}

/// In order of time, no two at one: the later of them a nanosecond on.
template <class T>
void put_in_order(std::vector<Timed<T>>& items) {
  std::stable_sort(items.begin(), items.end(),
                   [](const Timed<T>& a, const Timed<T>& b) { return a.t < b.t; });
  for (std::size_t k = 1; k < items.size(); ++k)
    items[k].t = std::max(items[k].t, items[k - 1].t + Duration{1});
}

template <class T>
EventExtent extent_of(const std::vector<Timed<T>>& items) {
  EventExtent extent;
  for (const auto& item : items) extent.add(item.t);
  return extent;
}

}  // namespace

Result<std::unique_ptr<source::Feed>> OuraFeed::open(const std::filesystem::path& path) {
  auto file = read_oura(path);
  if (!file) return {std::nullopt, std::move(file.problems)};
  if (earliest_ms(*file) == INT64_MAX)
    return {std::nullopt,
            {{path, 0, "there is no heart rate, night or session in it", "at least one", {}}}};
  return {std::unique_ptr<source::Feed>(new OuraFeed(*file)), std::move(file.problems)};
}

OuraFeed::OuraFeed(const OuraFile& file) : zero_unix_ms_(earliest_ms(file)) {
  const auto at = [this](std::int64_t unix_ms, double later_s = 0) {
    return Time{} + std::chrono::milliseconds(unix_ms - zero_unix_ms_) + from_seconds(later_s);
  };
  std::vector<Timed<HeartRate>> rates;
  std::vector<Timed<Marker>> marks;
  for (const auto& told : file.heart_rates) {
    HeartRate rate;
    rate.heart_rate_bpm = static_cast<double>(told.bpm);
    rates.push_back({at(told.unix_ms), rate});
  }
  for (const auto& period : file.periods) {
    marks.push_back({at(period.start_unix_ms), oura_mark(period.type, " begins")});
    marks.push_back({at(period.end_unix_ms), oura_mark(period.type, " ends")});
    for (const auto& series : period.series) {
      if (series.quantity != OuraQuantity::heart_rate) continue;
      for (std::size_t k = 0; k < series.items.size(); ++k) {
        HeartRate rate;
        if (std::isnan(series.items[k])) rate.reason = ib::Reason::low_quality;
        else rate.heart_rate_bpm = static_cast<double>(series.items[k]);
        rates.push_back({at(series.unix_ms, series.interval_s * static_cast<double>(k + 1)), rate});
      }
    }
  }
  put_in_order(rates);
  put_in_order(marks);
  const auto of_rates = extent_of(rates);
  const auto of_marks = extent_of(marks);
  last_ = std::max({Time{}, of_rates.last, of_marks.last});
  rates_per_second_ = rates.empty() ? 0 : std::max(1.0, of_rates.most_per_second);
  marks_per_second_ = marks.empty() ? 0 : std::max(1.0, of_marks.most_per_second);
  auto rate_stream = std::make_unique<source::EventStream<HeartRate>>(
      Signal::heart_rate, std::make_unique<ListedItems<HeartRate>>(std::move(rates)), last_);
  auto mark_stream = std::make_unique<source::EventStream<Marker>>(
      Signal::markers, std::make_unique<ListedItems<Marker>>(std::move(marks)), last_);
  rates_ = rate_stream.get();
  marks_ = mark_stream.get();
  add(std::move(rate_stream));
  add(std::move(mark_stream));
}

void OuraFeed::describe(ib_source_info& info) const {
  info.utc_start_ns = zero_unix_ms_ * 1'000'000;
  info.duration_ns = last_.ns;
}

source::Shape OuraFeed::shape(Signal s) const {
  const double most = s == Signal::heart_rate ? rates_per_second_
                      : s == Signal::markers  ? marks_per_second_
                                              : 0;
  return {most > 0, 0, 1, most};
}

std::string OuraFeed::why_absent(Signal s) const {
  if (s == Signal::heart_rate) return "the file holds none";
  if (s == Signal::markers) return "the file holds no night and no session";
  return "the maker gives means of some minutes alone";
}

source::Losses OuraFeed::losses() const {
  source::Losses losses;
  losses.refused_rows = rates_->out_of_order() + marks_->out_of_order();
  return losses;
}

}  // namespace ib::files
