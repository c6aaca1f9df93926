// A report as Prometheus reads it (text exposition format 0.0.4): counters end in _total, units are part
// of the names, equal nodes of a `for_each:` are one series. Thread: [control].
#pragma once

#include <interbeat/engine.hpp>

#include <string>

namespace ib {

/// `report` with its histograms.
std::string metrics_text(const RunReport& report);

}  // namespace ib
