// How old items were when the nodes of a run gave them, bin by bin: what `interbeat inspect` shows of a live run.
// Of a node without such figures it says why. Equal nodes of a `for_each:` are one.
//
// Thread: [any] while the run runs, as its report.
#pragma once

#include "plan_impl.hpp"

#include <nlohmann/json.hpp>

namespace ib::detail {

/// {"bounds_s": […], "nodes": [{"path", "type", "n", "p50_s", "p95_s", "max_s", "declared_s", "within": […]} or
/// {"path", "type", "why"}]}; `within` counts items up to each bound. `report` is of this plan, with histograms.
nlohmann::ordered_json decisions_json(const PlanImpl& plan, const RunReport& report);

}  // namespace ib::detail
