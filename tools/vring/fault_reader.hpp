// FaultReader: the faults of a scenario: what happens to whom, when and how much.
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>

#include "vring/scenario.hpp"

namespace ib {
struct Yaml;
}

namespace ib::vring {

/// What is wrong is said in `out`. The scenario has its rings already.
void read_faults(const Yaml& root, Diagnostics& out, Scenario& scenario);

}  // namespace ib::vring
