// The head of a delimited text file: `# key: value` lines, the header row, and a look at the first
// rows that decides the delimiter and the decimal mark. Decided from content, once, at opening.
//
// A comma is either a delimiter or a decimal mark; where the rows leave that open, the file is
// refused with both readings named, never guessed.
// Bounds: 256 `#` lines, 1,024 columns, the first 1,024 rows or 256 KiB.
// Thread: [control]; allocates.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "files/line_reader.hpp"
#include "files/problem.hpp"

namespace ib::files {

struct MetaValue {
  std::string text;
  std::size_t line{};
};
using Meta = std::map<std::string, MetaValue, std::less<>>;

struct HeadRow {
  std::string text;
  std::size_t line{};
};

struct Head {
  static constexpr std::size_t meta_max = 256, columns_max = 1024, rows_max = 1024;
  static constexpr std::size_t bytes_max = 256 * 1024;

  Meta meta;
  std::vector<std::string> names;  ///< of the header row; empty if the first row is all numbers
  std::size_t header_line{};       ///< rows begin after this line
  char delimiter{','};             ///< ',' ';' or tab
  char decimal{'.'};               ///< '.' or ','; 0 = no cell of the head has a mark
  std::vector<HeadRow> rows;       ///< without comments and, if more than one column, blank lines
};

/// Reads the head from a fresh reader. Without value: the file can't be read as a table, and the
/// problems say why. A head without a header row (`names` empty) is given with its rows.
Result<Head> read_head(LineReader& lines);

/// Cells of a line; double quotes guard delimiters, `""` is a quote. Blanks around a cell go.
std::vector<std::string> split(std::string_view line, char delimiter);

/// The whole of `text` as a finite number, decimal point or `decimal`; blanks around it allowed.
std::optional<double> number(std::string_view text, char decimal = '.');

/// A number from `meta`; a problem if it is there and isn't one.
std::optional<double> meta_number(const Meta& meta, std::string_view key,
                                  const std::filesystem::path& file,
                                  std::vector<Problem>& problems);

/// A line that was meant as `# key: VALUE` and is not: `# fs: 50`, `# Fs_Hz: 50`, `# fs_hz = 50`.
std::optional<Problem> near_key(const Meta& meta, std::string_view key,
                                const std::filesystem::path& file);

std::string_view trimmed(std::string_view text);

}  // namespace ib::files
