// Ours beside published or independently made reference values, read from a folder of JSON files that is not part of
// this project: hrv_series.json and hrv_reference.json (heart rate variability of six series), filters.json.
//
// Thread: [control].
#pragma once

#include "verify/comparison.hpp"

#include <filesystem>
#include <string>

namespace ib::verify {

/// What the folder holds of it. `problem`: a sentence where a file is there and can't be read.
Comparisons reference_vectors(const std::filesystem::path& folder, std::string& problem);

}  // namespace ib::verify
