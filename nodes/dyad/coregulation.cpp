#include "dyad/coregulation.hpp"

namespace ib {
namespace {

constexpr const char* text = R"(interbeat: 1
description: Linkage of two persons' heart-rate slopes, tested against chance.
parameters:
  window:  {type: duration, default: 30 s, min: 10 s, max: 60 s, doc: Correlation window.}
  step:    {type: duration, default: 5 s, min: 1 s, max: 60 s, doc: Time between rows.}
  horizon: {type: duration, default: 300 s, min: 180 s, max: 600 s, doc: What is tested.}
  align:   {type: string, default: linear, doc: "Between two beats: linear, hold or nearest."}
  wait:    {type: duration, default: 3 s, min: 0 s, max: 600 s, doc: "How long a silent person is waited for."}
  idle_after: {type: duration, default: 10 s, min: 0 s, max: 3600 s, doc: "Silent for this long: waited for no more."}
  on_missing: {type: string, default: partial, doc: "Time without one of them: partial, wait or skip."}
  late:    {type: string, default: drop, doc: "Items that came too late: drop, or side (late_a, late_b)."}
inputs:
  a: Intervals of one person.
  b: Intervals of the other person.
  clock_a: {doc: The clock of a's device., optional: true}
  clock_b: {doc: The clock of b's device., optional: true}
nodes:
  align:   {type: dyad.align, a: a, b: b, clock_a: clock_a, clock_b: clock_b, align: $align, wait: $wait, idle_after: $idle_after, on_missing: $on_missing, late: $late}
  slope:   {type: dyad.slope, in: align}
  wcc:     {type: dyad.wcc, in: slope, window: $window, step: $step}
  linkage: {type: dyad.linkage, in: slope, window: $window, step: $step, horizon: $horizon}
outputs: {out: linkage, wcc: wcc, late_a: align.late_a, late_b: align.late_b}
)";

}  // namespace

ModuleType coregulation_module() { return {"dyad.coregulation", text}; }

}  // namespace ib
