#include "files/stamp_file.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "files/head.hpp"
#include "files/line_reader.hpp"
#include "files/time_column.hpp"

namespace ib::files {
namespace {

std::optional<std::int64_t> unix_ns_of(std::string_view cell, std::int64_t ns_per_unit) {
  std::int64_t value{};
  const auto* const end = cell.data() + cell.size();
  const auto read = std::from_chars(cell.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  const auto per_s = 1'000'000'000 / ns_per_unit;
  if (value / per_s < static_cast<std::int64_t>(unix_min_s)) return std::nullopt;
  if (value / per_s > static_cast<std::int64_t>(unix_max_s)) return std::nullopt;
  return value * ns_per_unit;
}

}  // namespace

Result<StampFile> StampFile::read(const std::filesystem::path& path, std::string_view column,
                                  std::int64_t ns_per_unit) {
  auto lines = LineReader::open(path);
  if (!lines) return {std::nullopt, std::move(lines.problems)};
  std::string_view line;
  const auto names = lines->next(line) ? split(line, ',') : std::vector<std::string>{};
  const auto named = std::find(names.begin(), names.end(), column);
  if (named == names.end())
    return {std::nullopt,
            {{path, 1, names.empty() ? "the file is empty" : "the header row is " + in_quotes(line),
              "a column " + std::string(column), "the file is left out"}}};
  const auto index = static_cast<std::size_t>(named - names.begin());

  StampFile found;
  ProblemList problems;
  const auto refuse = [&](std::string_view what, std::string expected) {
    ++found.refused;
    if (!problems.wants_more()) return problems.count_only();
    problems.add({path, lines->line_number(), "the stamp is " + in_quotes(what),
                  std::move(expected), "it is left out"});
  };
  while (lines->next(line)) {
    if (trimmed(line).empty()) continue;
    const auto cells = split(line, ',');
    const std::string cell = index < cells.size() ? cells[index] : "";
    const auto ns = unix_ns_of(cell, ns_per_unit);
    if (found.unix_ns.size() == stamps_max) {
      problems.add_last({path, lines->line_number(), "there are more than 4 million stamps",
                         "a recording of some days", "the rest is left out"});
      break;
    }
    if (!ns) refuse(cell, ns_per_unit == 1 ? "nanoseconds since 1970" : "microseconds since 1970");
    else if (!found.unix_ns.empty() && *ns <= found.unix_ns.back())
      refuse(cell, "one after that of the row before");
    else found.unix_ns.push_back(*ns);
  }
  if (lines->problem()) problems.add_last(*lines->problem());
  return {std::move(found), told_of(problems)};
}

}  // namespace ib::files
