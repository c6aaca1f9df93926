// CsvTable: a file that sink.csv wrote, by the names of its columns. An empty cell is an absent
// value. Thread: one at a time; whole files in memory.
#pragma once

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <charconv>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/gz_lines.hpp"

namespace ib::test {

class CsvTable {
 public:
  /// Leaves `problem()` when the file is absent or a row has another number of cells than the
  /// header.
  explicit CsvTable(const std::filesystem::path& path) {
    GzLines lines(path);
    if (!lines.is_open()) {
      problem_ = path.string() + " is absent";
      return;
    }
    for (std::string line; lines.next(line);) {
      if (line.empty()) continue;
      if (line[0] == '#') remarks_.push_back(line);
      else if (columns_.empty()) columns_ = cells_of(line);
      else rows_.push_back(cells_of(line));
      if (!rows_.empty() && rows_.back().size() != columns_.size())
        problem_ = path.string() + ": row " + std::to_string(rows_.size()) + " has other cells";
    }
  }

  const std::string& problem() const { return problem_; }
  const std::vector<std::string>& columns() const { return columns_; }
  const std::vector<std::string>& remarks() const { return remarks_; }  ///< `# lost ...`
  std::size_t rows() const { return rows_.size(); }
  bool has(std::string_view column) const {
    return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
  }

  const std::string& text(std::size_t row, std::string_view column) const {
    return rows_.at(row).at(index(column));
  }
  std::optional<double> number(std::size_t row, std::string_view column) const {
    const auto& cell = text(row, column);
    double value = 0;
    const auto end = std::from_chars(cell.data(), cell.data() + cell.size(), value).ptr;
    if (cell.empty() || end != cell.data() + cell.size()) return std::nullopt;
    return value;
  }
  /// The values of a column, absent ones left out.
  std::vector<double> numbers(std::string_view column) const {
    std::vector<double> values;
    for (std::size_t row = 0; row < rows(); ++row)
      if (const auto v = number(row, column)) values.push_back(*v);
    return values;
  }

 private:
  // No text that nodes write has a comma or a quote in it.
  static std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') cells.emplace_back();
      else cells.back() += c;
    }
    return cells;
  }
  std::size_t index(std::string_view column) const {
    const auto found = std::find(columns_.begin(), columns_.end(), column);
    if (found == columns_.end()) throw std::out_of_range("no column " + std::string(column));
    return static_cast<std::size_t>(found - columns_.begin());
  }

  std::vector<std::string> columns_, remarks_;
  std::vector<std::vector<std::string>> rows_;
  std::string problem_;
};

}  // namespace ib::test
