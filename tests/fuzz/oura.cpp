// Fuzz target: any text as a file of the Oura cloud: refused with a reason, or values within their ranges.
#include "files/oura.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto found = ib::files::parse_oura(text, "fuzz.json");
  require(found.value.has_value() || !found.problems.empty());
  if (!found.value) return 0;
  for (const auto& item : found.value->heart_rates) require(item.bpm >= 1 && item.bpm <= 300);
  for (const auto& period : found.value->periods)
    for (const auto& series : period.series) {
      require(series.interval_s > 0);
      for (const auto x : series.items) require(std::isnan(x) || x >= 0);
    }
  return 0;
}
