// Where the reference vectors and recordings lie that tests read but the project does not ship.
// Root: $INTERBEAT_SHARED, else ../shared beside the source tree. Absent = said on one line and
// skipped; with CI set, absent = failure.
#pragma once

#include "support/places.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ib::test {

inline std::filesystem::path shared_root() {
  if (const char* root = std::getenv("INTERBEAT_SHARED")) return root;
  return std::filesystem::path(source_folder) / ".." / "shared";
}

inline std::optional<std::filesystem::path> shared(std::string_view relative) {
  auto path = shared_root() / relative;
  if (std::filesystem::exists(path)) return path;
  return std::nullopt;
}

inline void skip_absent(std::string_view relative) {
  const auto text = "absent: " + (shared_root() / relative).string();
  if (std::getenv("CI") != nullptr) BOOST_ERROR(text << " (required when CI is set)");
  else BOOST_TEST_MESSAGE(text << ": test skipped");
}

}  // namespace ib::test
