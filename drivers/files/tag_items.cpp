#include "files/tag_items.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>

#include "files/beat_items.hpp"

namespace ib::files {

TagItems::TagItems(std::vector<Time> times) : times_(std::move(times)) {
  std::sort(times_.begin(), times_.end());
  times_.erase(std::unique(times_.begin(), times_.end()), times_.end());
  EventExtent extent;
  for (const Time t : times_) extent.add(t);
  most_per_second_ = std::max(1.0, extent.most_per_second);
}

std::optional<source::Timed<Marker>> TagItems::next() {
  if (at_ == times_.size()) return std::nullopt;
  Marker tag;
  constexpr std::string_view name = "tag ";
  char* const end = std::copy(name.begin(), name.end(), tag.text);
  std::to_chars(end, std::end(tag.text) - 1, at_ + 1);
  return source::Timed<Marker>{times_[at_++], tag};
}

}  // namespace ib::files
