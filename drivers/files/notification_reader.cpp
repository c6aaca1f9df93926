#include "files/notification_reader.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "files/head.hpp"
#include "files/time_column.hpp"
#include "source/rr_1024.hpp"

namespace ib::files {

NotificationLayout NotificationLayout::of(std::span<const std::string> names) {
  const auto place = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  NotificationLayout layout;
  layout.arrival = place("arrival_s");
  layout.list = place("rr_1024");
  if (const auto hr = place("hr_bpm"); hr < names.size()) layout.heart_rate = hr;
  return layout;
}

NotificationReader::NotificationReader(LineReader lines, NotificationLayout layout)
    : lines_(std::move(lines)), layout_(layout) {}

NotificationReader::Got NotificationReader::next() {
  n_ = 0;
  hr_bpm_.reset();
  std::string_view line;
  do {
    if (lines_.next(line)) continue;
    if (lines_.problem()) problems_.add_last(*lines_.problem());
    return Got::end;
  } while (line.empty() || line.front() == '#');
  return place(split(line, layout_.delimiter));
}

NotificationReader::Got NotificationReader::place(const std::vector<std::string>& cells) {
  if (cells.size() <= std::max(layout_.arrival, layout_.list))
    return refuse("the row has fewer cells than the header row", {});
  const auto arrival = number(cells[layout_.arrival], layout_.decimal);
  if (!arrival) return refuse("the row has no readable arrival_s", {});
  const double arrival_s = *arrival - layout_.zero_s;
  const double last_s = last_ ? seconds(*last_) : 0;
  if (!(std::abs(arrival_s - last_s) <= recording_max_s))
    return refuse("time jumps by more than 7 days", {});
  if (std::abs(arrival_s) > session_max_s) return refuse("the time is beyond a year", {});
  const Time at = Time{} + from_seconds(arrival_s);
  if (last_ && at < *last_) return refuse("time goes backwards", {});
  last_ = at;
  if (!read_list(cells[layout_.list]))
    return refuse(in_quotes(cells[layout_.list]) + " is no list of intervals",
                  "at most 64 whole numbers of 1/1024 s, 1 to 65535, separated by ';'");
  if (layout_.heart_rate && *layout_.heart_rate < cells.size())
    hr_bpm_ = number(cells[*layout_.heart_rate], layout_.decimal);
  return Got::row;
}

/// Where ';' parts the columns, blanks part the list.
bool NotificationReader::read_list(std::string_view list) {
  if (list.empty()) return true;
  for (const auto& item : split(list, layout_.delimiter == ';' ? ' ' : ';')) {
    const auto raw = number(item);
    if (!raw || *raw < 1 || *raw > source::rr_1024_max || *raw != std::floor(*raw) ||
        n_ == list_max)
      return false;
    list_[n_++] = static_cast<std::int32_t>(*raw);
  }
  return true;
}

NotificationReader::Got NotificationReader::refuse(std::string what, std::string expected) {
  n_ = 0;
  ++refused_;
  problems_.add({lines_.path(), lines_.line_number(), std::move(what), std::move(expected),
                 "the row is left out"});
  return Got::refused;
}

}  // namespace ib::files
