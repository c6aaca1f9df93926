// ClockTrack: where one person's clock stood, by session time: the newest models of the last seconds.
//
// A grid point is decided some seconds after its time, and what the clock left open then is what the
// newest model before it said. Room for what devices send at most (20 a second) while a point waits;
// the oldest makes way. Thread: one. No allocation.
#pragma once

#include <interbeat/clock_model.hpp>
#include <interbeat/time.hpp>

#include <array>
#include <cstddef>
#include <optional>

namespace ib {

class ClockTrack {
 public:
  void clear() { n_ = 0; }
  /// In order of time.
  void push(Time t, const ClockModel& model) { models_[n_++ % models_.size()] = {t, model}; }
  /// The newest at or before t; none: there was none, or it is forgotten.
  std::optional<ClockModel> at(Time t) const {
    const auto kept = n_ < models_.size() ? n_ : models_.size();
    for (std::size_t k = 1; k <= kept; ++k) {
      const auto& known = models_[(n_ - k) % models_.size()];
      if (known.t <= t) return known.model;
    }
    return std::nullopt;
  }

 private:
  struct Known {
    Time t;
    ClockModel model;
  };
  std::array<Known, 128> models_{};
  std::size_t n_{};
};

}  // namespace ib
