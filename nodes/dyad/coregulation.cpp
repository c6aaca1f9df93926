#include "dyad/coregulation.hpp"

namespace ib {
namespace {

constexpr const char* text = R"(interbeat: 1
description: Linkage of two persons' heart-rate slopes, tested against chance.
parameters:
  window:  {type: duration, default: 30 s, min: 10 s, max: 60 s, doc: Correlation window.}
  step:    {type: duration, default: 5 s, min: 1 s, max: 60 s, doc: Time between rows.}
  horizon: {type: duration, default: 300 s, min: 180 s, max: 600 s, doc: What is tested.}
inputs:
  a: Intervals of one person.
  b: Intervals of the other person.
nodes:
  align:   {type: dyad.align, a: a, b: b}
  slope:   {type: dyad.slope, in: align}
  linkage: {type: dyad.linkage, in: slope, window: $window, step: $step, horizon: $horizon}
outputs: {out: linkage}
)";

}  // namespace

ModuleType coregulation_module() { return {"dyad.coregulation", text}; }

}  // namespace ib
