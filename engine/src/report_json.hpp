// The report as JSON: for run.json, `interbeat top` and whoever reads the control socket.
#pragma once

#include <interbeat/engine.hpp>

#include <nlohmann/json.hpp>

namespace ib {

nlohmann::ordered_json report_json(const RunReport& report);

}  // namespace ib
