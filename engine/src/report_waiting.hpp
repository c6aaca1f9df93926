// Why a node waits: which of its inputs holds it, and how far behind the newest source it stands.
// Thread: [any]; every number is read from an atomic.
#pragma once

#include "plan_impl.hpp"

namespace ib::detail {

/// Newest settled time among the sources of each component; never() of one that has not begun.
std::vector<Time> newest_settled(PlanImpl& plan);
/// What this stage adds to its line: the slowest of equal nodes stands in it.
void add_waiting(NodeReport& r, const PlanImpl& plan, const Stage& s, Time newest);
/// How far a time lies behind the newest one, in seconds; 0 before anything came.
double lag_s(Time newest, Time at);

}  // namespace ib::detail
