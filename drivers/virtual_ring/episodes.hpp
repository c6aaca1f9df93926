// Episodes: things that happen now and then for a while (a movement, a lifted finger, a radio
// stall), as a pure function of (seed, path, time).
//
// Time is cut into equal slots; each slot holds at most one episode, wholly inside it, with a
// chance that gives the stated mean rate. So any moment can be asked without walking there, memory
// is one slot, and two episodes never overlap. Thread: one at a time. Invariant: the answer never
// depends on what was asked before.
#pragma once

#include <algorithm>
#include <cstdint>
#include <interbeat/keyed_random.hpp>
#include <interbeat/time.hpp>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace ib::virtual_ring {

/// Half-open: [from, to).
struct Interval {
  Time from, to;
  bool operator==(const Interval&) const = default;
  constexpr bool contains(Time t) const { return from <= t && t < to; }
};

class Episodes {
 public:
  struct Shape {
    Duration slot;               ///< > 0
    double chance;               ///< of an episode in one slot, 0..1
    Duration shortest, longest;  ///< uniform between; 0 < shortest <= longest <= slot
  };

  Episodes(std::uint64_t seed, std::string_view path, Shape shape)
      : random_(seed, path), shape_(shape) {}

  /// The episode that holds `t`, if one does.
  std::optional<Interval> at(Time t) {
    if (shape_.chance <= 0) return std::nullopt;
    const auto slot = slot_of(t);
    if (slot != slot_) {
      slot_ = slot;
      episode_ = in_slot(slot);
    }
    return episode_ && episode_->contains(t) ? episode_ : std::nullopt;
  }

  /// All episodes that touch [from, to), in order. Allocates: for truth and tests.
  std::vector<Interval> between(Time from, Time to) const {
    std::vector<Interval> found;
    if (shape_.chance <= 0) return found;
    for (auto slot = slot_of(from); slot <= slot_of(to); ++slot) {
      const auto episode = in_slot(slot);
      if (episode && episode->from < to && from < episode->to) found.push_back(*episode);
    }
    return found;
  }

 private:
  std::int64_t slot_of(Time t) const {
    const auto width = shape_.slot.count();
    return t.ns >= 0 ? t.ns / width : -((-t.ns + width - 1) / width);
  }

  std::optional<Interval> in_slot(std::int64_t slot) const {
    const auto draw = [&](std::uint64_t which) {
      return random_.uniform(3 * static_cast<std::uint64_t>(slot) + which);
    };
    if (!(draw(0) < shape_.chance)) return std::nullopt;
    const auto scaled = [](double share, Duration d) {
      return Duration{static_cast<std::int64_t>(share * static_cast<double>(d.count()))};
    };
    const Duration length = shape_.shortest + scaled(draw(1), shape_.longest - shape_.shortest);
    const Time from = Time{slot * shape_.slot.count()} + scaled(draw(2), shape_.slot - length);
    return Interval{from, from + length};
  }

  KeyedRandom random_;
  Shape shape_;
  std::int64_t slot_ = std::numeric_limits<std::int64_t>::min();
  std::optional<Interval> episode_;
};

}  // namespace ib::virtual_ring
