// A line for people on a terminal on which a table is drawn anew in place: it goes above the table, which moves down.
// Thread: any. Pure functions.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace ib::tool {

/// What a terminal is sent whose cursor stands at the beginning of the line below the table; there it stands again.
inline std::string above_table(std::string_view line, std::size_t table_lines,
                               std::size_t columns) {
  while (line.ends_with('\n')) line.remove_suffix(1);
  if (table_lines == 0) return std::string(line) + "\n";
  const auto rows = std::max<std::size_t>(1, (line.size() + columns - 1) / columns);
  // Room below, so that nothing of the table falls off the screen; then as many lines above it.
  return fmt::format("{}\x1b[{}A\x1b[{}L{}\r\x1b[{}B", std::string(rows, '\n'), table_lines + rows,
                     rows, line, table_lines + 1);
}

}  // namespace ib::tool
