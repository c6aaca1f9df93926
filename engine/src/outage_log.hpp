// Outages of isolated nodes in the admitted log: written when a run is over, imposed when it is played.
//
// Thread: [control], while nothing runs.
#pragma once

#include "plan_impl.hpp"

#include <span>
#include <string>
#include <vector>

namespace ib::detail {

void log_outages(std::span<const Outage> outages, AdmittedLog& log);
void log_outages(const PlanImpl& plan, AdmittedLog& log);
/// Sentences about outages that this plan was not built for.
std::vector<std::string> impose_outages(PlanImpl& plan, const AdmittedLog& log);

}  // namespace ib::detail
