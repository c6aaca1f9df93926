// TableFile: a CSV file as the sinks write it, read back by column. Thread: [control].
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ib::manual {

class TableFile {
 public:
  /// Throws std::runtime_error when it can't be read.
  explicit TableFile(const std::filesystem::path& file);

  std::size_t rows() const { return rows_.size(); }
  /// Throws std::runtime_error, with the columns that there are.
  std::size_t column(const std::string& name) const;
  const std::string& word(std::size_t row, std::size_t column) const { return rows_[row][column]; }
  /// NaN where the cell is empty or no number.
  double number(std::size_t row, std::size_t column) const;
  /// Whether the row holds these words in these columns.
  bool holds(std::size_t row, const std::map<std::string, std::string>& words) const;

 private:
  std::string name_;
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;  ///< as many cells each as the head
};

}  // namespace ib::manual
