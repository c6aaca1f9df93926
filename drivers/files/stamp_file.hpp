// A column of points in time, each an event: the systolic peaks and the tags of an EmbracePlus.
//
// Stamps are whole numbers since 1970 and are kept to the nanosecond, which a double would not. A
// stamp that is none, or does not lie after the one before, is left out and counted.
// Bounds: 4 million stamps, 32 MB; what is beyond is left out with a problem.
// Thread: [control]; blocks on the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "files/problem.hpp"

namespace ib::files {

struct StampFile {
  static constexpr std::size_t stamps_max = 4'000'000;

  std::vector<std::int64_t> unix_ns;  ///< rising
  std::uint64_t refused{};

  /// `column`: its name in the header row. `ns_per_unit`: of what is written, 1 or 1000.
  /// Problems beside a value: stamps left out.
  static Result<StampFile> read(const std::filesystem::path& path, std::string_view column,
                                std::int64_t ns_per_unit);
};

}  // namespace ib::files
