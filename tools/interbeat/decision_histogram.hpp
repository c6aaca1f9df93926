// How old the items of a running node were when it gave them, as a small histogram beside the latency that the node
// declares: what `interbeat inspect` shows of a live run. Thread: any; pure functions.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace ib::tool {

/// `answer`: of the run, to {"do": "decisions"}. Every node that has this path or this type; empty: there is none.
std::string decision_histograms(const nlohmann::json& answer, const std::string& word,
                                std::size_t width);

/// The paths of all its nodes.
std::vector<std::string> paths_in(const nlohmann::json& answer);

}  // namespace ib::tool
