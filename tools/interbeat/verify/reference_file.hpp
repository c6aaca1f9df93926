// What is read from a folder of reference vectors. The files are somebody else's: whatever stands in them, reading ends
// in values within their bounds or in an exception whose text says what was expected.
//
// Thread: [control]. Bounds: 64 MiB a file, a million numbers a list.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ib::verify {

/// The parsed file; nothing if it is not there. Throws if it is larger than 64 MiB or no JSON.
std::optional<nlohmann::json> read_json(const std::filesystem::path& file);

/// A list of numbers, `null` as NaN. Throws if it is none, or holds more than a million.
std::vector<double> numbers(const nlohmann::json& list);
/// A number from `least` to `most`; throws with `what` otherwise.
double number_in(const nlohmann::json& number, double least, double most, const char* what);
/// Samples a second, 1 to 10000.
double rate_of(const nlohmann::json& rate);
/// Intervals in ms as whole microseconds; throws unless there are 2 to 65000 of them, each from 1 ms to 16 s.
std::vector<std::int32_t> microseconds(const nlohmann::json& rr_ms);

}  // namespace ib::verify
