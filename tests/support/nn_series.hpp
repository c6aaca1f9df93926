// Windows of heartbeat intervals for tests: by hand, by chance, and the reference's six series.
#pragma once

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "dsp/nn_interval.hpp"
#include "support/reference_json.hpp"

namespace ib::test {

using NnSeries = std::vector<dsp::NnInterval>;

inline NnSeries unbroken(const std::vector<std::int32_t>& us) {
  NnSeries out;
  for (const auto x : us) out.push_back({x, !out.empty()});
  return out;
}

/// Two windows with lost beats between.
inline NnSeries with_gap(NnSeries before, NnSeries after) {
  if (!after.empty()) after.front().continues = false;
  before.insert(before.end(), after.begin(), after.end());
  return before;
}

/// Independent, evenly between 700 and 900 ms.
inline NnSeries noise(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::int32_t> us(n);
  for (auto& x : us) x = static_cast<std::int32_t>(700'000 + random() % 200'001);
  return unbroken(us);
}

/// A series of the reference. Two are not whole microseconds (half and third ones): `series` is in
/// units of 1/`parts` us, so that a tolerance tests the arithmetic and not the input's rounding.
struct NnReference {
  std::string name;
  NnSeries series;
  int parts = 1;
  nlohmann::json expected;
};

/// All six, or none and a "skipped" line where they are absent.
inline std::vector<NnReference> nn_reference_series() {
  const auto inputs = reference("hrv_series.json");
  const auto expected = reference("hrv_reference.json");
  std::vector<NnReference> out;
  if (inputs.is_null() || expected.is_null()) return out;
  for (const auto& [name, entry] : inputs.items()) {
    const int parts = name == "biosppy_rri" ? 2 : name == "systole_rr" ? 3 : 1;
    std::vector<std::int32_t> units;
    for (const double ms : numbers(entry.at("rr")))
      units.push_back(static_cast<std::int32_t>(std::lround(ms * 1000 * parts)));
    out.push_back({name, unbroken(units), parts, expected.at(name)});
  }
  return out;
}

}  // namespace ib::test
