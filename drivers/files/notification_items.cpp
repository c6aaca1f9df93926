#include "files/notification_items.hpp"

#include <algorithm>

#include "files/beat_items.hpp"
#include "source/rr_1024.hpp"

namespace ib::files {

std::optional<source::Timed<RrNotification>> NotificationItems::next() {
  auto& reader = *file_.notifications();
  while (!row_) {
    const auto got = reader.next();
    if (got == NotificationReader::Got::end) return std::nullopt;
    row_ = got == NotificationReader::Got::row;
    given_ = 0;
  }
  source::Timed<RrNotification> one{std::max(reader.at(), last_ + Duration{1}), {}};
  if (const auto hr = reader.hr_bpm()) one.item.hr_bpm = *hr;
  const auto left = reader.rr_1024().subspan(given_);
  const auto n = std::min<std::size_t>(left.size(), RrNotification::most);
  for (std::size_t i = 0; i < n; ++i)
    one.item.rr_us[i] = static_cast<double>(source::rr_1024_us(left[i]));
  given_ += n;
  row_ = n < left.size();
  last_ = one.t;
  return one;
}

double densest_second(NotificationItems& items) {
  EventExtent extent;
  while (const auto one = items.next()) extent.add(one->t);
  return extent.most_per_second;
}

}  // namespace ib::files
