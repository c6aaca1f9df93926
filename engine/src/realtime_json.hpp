// The real-time profile of a run and what was granted of it, for run.json.
#pragma once

#include <interbeat/realtime.hpp>

#include <nlohmann/json.hpp>

#include <vector>

namespace ib {

nlohmann::ordered_json realtime_json(const RealtimeProfile& profile,
                                     const std::vector<RealtimeReport>& granted);

}  // namespace ib
