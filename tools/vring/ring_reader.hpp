// RingReader: the rings of a scenario, each with its device, its radio and the person who wears it.
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>

#include "vring/scenario.hpp"

namespace ib {
struct Yaml;
}

namespace ib::vring {

/// What is wrong is said in `out`. The scenario has its seed already.
void read_rings(const Yaml& root, Diagnostics& out, Scenario& scenario);

}  // namespace ib::vring
