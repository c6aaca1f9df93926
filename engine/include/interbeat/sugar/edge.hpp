// SettledEdge: the settled-time state of one input of a merging node; the whole of it.
//
//   settled  nothing at or before this comes any more (items and marks of the edge itself)
//   closed   max(settled, seen - path latency - wait): settled, or given up by an in-band mark
//   hole     a stretch that was given up; what then still arrives for it is late
//
// An edge closes its own time by nothing but its own sequence of items and marks. What the merge has
// already fired never decides what is late: that would let another input's thread decide.
// Thread: [exec], owned by its node.
#pragma once

#include <interbeat/time.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace ib {

/// What stood behind a moment of an input when the merge used it.
enum class Side : std::uint8_t { settled, given_up, idle };
inline std::array<const char*, 3> labels(Side) { return {"settled", "given_up", "idle"}; }

/// How long a merge waits for an input that other inputs have overtaken.
struct Patience {
  Duration latency{};                         ///< declared by the path, filled in by the plan
  Duration wait = Duration::max() / 8;        ///< on top of the path's latency; default: for ever
  Duration idle_after = Duration::max() / 8;  ///< silent for this long: wait becomes 0
};

class SettledEdge {
 public:
  SettledEdge() = default;
  /// [control] Only who gives up needs room for what it gave up.
  explicit SettledEdge(Patience p) {
    if (p.wait >= Patience{}.wait) return;
    given_up_ = std::make_unique<GivenUp>();
    given_up_->patience = p;
  }

  /// An item at t: true if it is in time; then the edge is settled up to it.
  bool item(Time t) {
    if (t <= closed_) {
      ++late_;
      return false;
    }
    settle(t);
    return true;
  }
  void settle(Time t) {
    settled_ = std::max(settled_, t);
    closed_ = std::max(closed_, settled_);
  }
  /// All that had arrived at session time `now` lies before this mark. Who waits for ever gives
  /// nothing up; one that has not spoken yet is silent since its first mark.
  void seen(Time now) {
    seen_ = std::max(seen_, now);
    if (given_up_ == nullptr) return;
    auto& [patience, first_seen, n, holes] = *given_up_;
    if (first_seen == never) first_seen = now;
    const Time heard = settled_ > never ? settled_ : first_seen;
    const bool idle = now - heard > patience.idle_after + patience.latency;
    const auto wait = idle ? Duration{} : patience.wait;
    const Time give_up = now - patience.latency - wait;
    if (give_up <= closed_) return;
    remember({closed_, give_up, idle});
    closed_ = give_up;
  }

  /// The stream has ended: behind what was closed by then this side is idle. Before it nothing may
  /// change, because a merge may have fired there already.
  void finish() { ended_at_ = std::min(ended_at_, closed_); }

  Time settled() const { return settled_; }
  Time closed() const { return closed_; }
  Time seen_mark() const { return seen_; }
  std::uint64_t late() const { return late_; }

  /// settled unless t lies in a hole; idle once the hole before t is longer than idle_after.
  Side state(Time t) const {
    if (t > ended_at_) return Side::idle;
    if (given_up_ == nullptr) return Side::settled;
    for (std::size_t i = 0; i < given_up_->n; ++i) {
      const auto& h = given_up_->holes[i];
      if (t > h.from && t <= h.to) {
        return t - h.from > given_up_->patience.idle_after ? Side::idle : Side::given_up;
      }
    }
    return Side::settled;
  }

 private:
  struct Hole {
    Time from, to;
    bool idle{};
  };
  static constexpr std::size_t max_holes = 16;  // beyond: the oldest is forgotten

  struct GivenUp {
    Patience patience;
    Time first_seen = never;
    std::size_t n{};
    std::array<Hole, max_holes> holes;
  };

  void remember(Hole h) {
    auto& [patience, first_seen, n, holes] = *given_up_;
    if (n > 0 && holes[n - 1].to == h.from) {  // one silence, several marks
      holes[n - 1].to = h.to;
      return;
    }
    if (n == max_holes) std::copy(holes.begin() + 1, holes.begin() + n--, holes.begin());
    holes[n++] = h;
  }

  Time settled_ = never, closed_ = never, seen_ = never;
  Time ended_at_ = forever;
  std::uint64_t late_{};
  std::unique_ptr<GivenUp> given_up_;  ///< of one that waits for ever: null
};

}  // namespace ib
