// An evaluation told: as tables for people, as JSON for programs, as one HTML page with plots.
//
// Thread: any; pure.
#pragma once

#include "evaluate/evaluation.hpp"

#include <cstddef>
#include <string>

namespace ib::evaluate {

/// A table of records for each way, the worst three named, the summary with its bars. `quiet`: the summary alone.
std::string text_of(const Evaluation& evaluation, bool quiet, std::size_t room);
/// Everything. What is absent is null.
std::string json_of(const Evaluation& evaluation);
/// One page that needs nothing else: no script, no other file; light and dark.
std::string html_of(const Evaluation& evaluation);

/// "0.9945"; "-" where it is absent. What JSON and tables share is the rounding of people's numbers.
std::string shown(const std::optional<double>& value, int digits);
/// "97.3 %" of a share; "-" where it is absent.
std::string percent(const std::optional<double>& share);
/// What a bar came to: "f1_median 0.9945 >= 0.992: met", "...: missed by 0.0012", "absent: missed".
std::string verdict_text(const Verdict& verdict);
/// "n = 16 records", and below ten: "a figure, not a proof".
std::string count_text(const Summary& summary);

}  // namespace ib::evaluate
