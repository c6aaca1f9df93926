// TagItems: presses of a wristband's button as markers "tag 1", "tag 2", ...: as the wearer made them.
//
// Thread: made [control], read [exec] of the source; no allocation after it was made.
#pragma once

#include <interbeat/physio.hpp>

#include <cstddef>
#include <optional>
#include <vector>

#include "source/event_stream.hpp"

namespace ib::files {

class TagItems final : public source::Items<Marker> {
 public:
  /// In any order; one of several at a time counts.
  explicit TagItems(std::vector<Time> times);

  std::optional<source::Timed<Marker>> next() override;
  /// In any whole second, at least 1.
  double most_per_second() const { return most_per_second_; }

 private:
  std::vector<Time> times_;
  std::size_t at_{};
  double most_per_second_{1};
};

}  // namespace ib::files
