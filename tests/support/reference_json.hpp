// Reference vectors as JSON. NaN stands as null in the files.
#pragma once

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/shared_data.hpp"

namespace ib::test {

/// The parsed file below reference/, or a null value and a "skipped" line if it is absent.
inline nlohmann::json reference(const std::string& file) {
  const std::string relative = "reference/" + file;
  if (const auto path = shared(relative)) return nlohmann::json::parse(std::ifstream(*path));
  skip_absent(relative);
  return nullptr;
}

inline std::vector<double> numbers(const nlohmann::json& array) {
  std::vector<double> out;
  for (const auto& v : array)
    out.push_back(v.is_null() ? std::numeric_limits<double>::quiet_NaN() : v.get<double>());
  return out;
}

}  // namespace ib::test
