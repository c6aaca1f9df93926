// Why a node waits: which of its inputs holds it, and how far behind the newest source it stands.
// Thread: [any]; every number is read from an atomic.
#pragma once

#include "plan_impl.hpp"

namespace ib::detail {

/// [any] Session time of this moment, of a live run that is on; else of its end; never: it was not live.
Time session_now(const PlanImpl& plan);
/// Of each component what lags are measured against: while a live run is on, this moment, so that they grow although
/// all of its sources are silent; once these have ended, and offline, the newest settled time among them. never() of
/// one that has not begun.
std::vector<Time> newest_time(PlanImpl& plan);
/// What this stage adds to its line: the slowest of equal nodes stands in it.
void add_waiting(NodeReport& r, const PlanImpl& plan, const Stage& s, Time newest);
/// How far a time lies behind the newest one, in seconds; 0 before anything came.
double lag_s(Time newest, Time at);

}  // namespace ib::detail
