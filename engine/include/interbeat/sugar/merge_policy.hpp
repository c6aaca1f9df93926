// Merge policy: what a merge does about an input that the others have overtaken, and about items that
// come after their time was given up. Fields that a node with several inputs takes over as they are;
// users set them in YAML. A node with `static constexpr Duration wait, idle_after` has fixed ones; one
// with neither waits for ever.
//
//   MergeWait<3> wait;   IdleAfter<10> idle_after;   OnMissing on_missing;   LateItems late;
//   Out<"late_a", Interval, OutSpec{.doc = "...", .late = true}> late_a;   // k-th one: of the k-th input
//
// Thread: set in [control], read on [exec].
#pragma once

#include <interbeat/sugar/fields.hpp>

namespace ib {

/// How long an input that others have overtaken is waited for, beyond its path's latency.
template <int Seconds>
using MergeWait =
    Param<"wait",
          NumberSpec{.min = 0,
                     .max = 600,
                     .def = Seconds,
                     .unit = "s",
                     .doc = "How long an input that others have overtaken is waited for, beyond "
                            "the latency of its path."}>;

/// Silent for this long, an input is waited for no more.
template <int Seconds>
using IdleAfter =
    Param<"idle_after",
          NumberSpec{.min = 0,
                     .max = 3600,
                     .def = Seconds,
                     .unit = "s",
                     .doc = "Silent for this long beyond the latency of its path, an input "
                            "is idle: it is waited for no more."}>;

/// What becomes of time in which an input was not heard.
struct OnMissing
    : Choice<"on_missing",
             ChoiceSpec{
                 .labels = {"partial", "wait", "skip"},
                 .doc =
                     "Time in which an input was not heard. partial: goes on with the others and "
                     "says so; wait: stands still until it speaks or ends; skip: is left out."}> {
  bool waits() const { return value == 1; }
  bool skips() const { return value == 2; }
};

/// What becomes of an item whose time was given up before it came.
struct LateItems
    : Choice<"late",
             ChoiceSpec{.labels = {"drop", "side"},
                        .doc = "Items that come after their time was given up. drop: counted and "
                               "left out; side: counted, and sent through late_<input>."}> {
  bool aside() const { return value == 1; }
};

namespace detail {

template <class N>
concept GivesUp = requires(N& n) {
  n.wait;
  n.idle_after;
};
constexpr Duration as_duration(Duration d) { return d; }
template <class P>
requires requires(const P& p) { p.duration(); }
Duration as_duration(const P& p) { return p.duration(); }

template <class N>
bool waits_for_ever(const N& node) {
  if constexpr (!GivesUp<const N>) return true;
  else if constexpr (requires { node.on_missing; }) return node.on_missing.waits();
  else return false;
}
template <class N>
bool skips_missing([[maybe_unused]] const N& node) {
  if constexpr (requires { node.on_missing; }) return node.on_missing.skips();
  else return false;
}
/// How long a merge may stand behind the path of a silent input; in the worst case all its other
/// inputs are kept for as long. One that waits for ever keeps ten minutes: more is its error.
template <class N>
Duration longest_wait(const N& node) {
  if constexpr (GivesUp<const N>) {
    if (!waits_for_ever(node)) return as_duration(node.wait) + as_duration(node.idle_after);
    return 600s;
  } else {
    return Duration{};
  }
}

}  // namespace detail
}  // namespace ib
