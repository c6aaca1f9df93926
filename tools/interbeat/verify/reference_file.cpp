#include "verify/reference_file.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <stdexcept>

namespace ib::verify {
namespace {

using nlohmann::json;

constexpr std::uintmax_t most_bytes = std::uintmax_t{64} << 20;
constexpr std::size_t most_numbers = 1'000'000;
constexpr std::size_t most_intervals = 65'000;  // as many as statistics hold

}  // namespace

std::optional<json> read_json(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return std::nullopt;
  if (std::filesystem::file_size(file) > most_bytes)
    throw std::runtime_error(file.filename().string() + " has more than 64 MiB");
  return json::parse(in);
}

std::vector<double> numbers(const json& list) {
  if (!list.is_array() || list.size() > most_numbers)
    throw std::runtime_error("a list of at most 1000000 numbers was expected");
  std::vector<double> out;
  out.reserve(list.size());
  for (const auto& x : list)
    out.push_back(x.is_null() ? std::numeric_limits<double>::quiet_NaN() : x.get<double>());
  return out;
}

double number_in(const json& number, double least, double most, const char* what) {
  const double x = number.get<double>();
  if (!(x >= least && x <= most))
    throw std::runtime_error(fmt::format("{} is {}, and not from {} to {}", what, x, least, most));
  return x;
}

double rate_of(const json& rate) { return number_in(rate, 1, 10'000, "a sampling rate in Hz"); }

// What no heart does would be undefined further on.
std::vector<std::int32_t> microseconds(const json& rr_ms) {
  if (rr_ms.size() < 2 || rr_ms.size() > most_intervals)
    throw std::runtime_error("a series has " + std::to_string(rr_ms.size()) +
                             " intervals, and 2 to 65000 can be compared");
  std::vector<std::int32_t> out;
  for (const double ms : rr_ms) {
    if (!(ms >= 1 && ms < 16'000))
      throw std::runtime_error("an interval is not between 1 and 16000 ms");
    out.push_back(static_cast<std::int32_t>(std::lround(ms * 1000)));
  }
  return out;
}

}  // namespace ib::verify
