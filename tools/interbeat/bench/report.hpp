// Outcomes as a table for people and as JSON for programs. The text says of every experiment which of
// its rounds count and why others don't, so that a number is never read without it.
// Thread: [control].
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "bench/suite.hpp"

namespace ib::bench {

/// One experiment: its title, its figures with bars and verdicts, its rounds.
std::string text_of(const Outcome& outcome);

/// Machine, method and every outcome with every round.
nlohmann::json json_of(const Machine& machine, const std::vector<Outcome>& outcomes);

/// "3.14", "314", "0.00031": three digits that count.
std::string three_digits(double x);

/// "0 1 2 4-8": indices, runs of them joined.
std::string index_list(const std::vector<std::size_t>& indices);

}  // namespace ib::bench
