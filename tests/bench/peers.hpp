// What a peer program measures: the engine and other people's work in one program, both sides in every
// round. tests/bench/main.cpp runs it; each program (tests/bench, tests/bench/optional) has its list.
#pragma once

#include <vector>

#include "bench/experiment.hpp"

namespace ib::bench {

const std::vector<Offer>& peers();

}  // namespace ib::bench
