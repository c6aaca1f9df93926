// GraphRun: a graph run as a user would run it: over files that it finds in its folder, to files that are read back.
//
// Thread: [control]. Works in a folder of its own below the temporary one, which goes with it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib::verify {

/// A table that a sink wrote.
class Rows {
 public:
  explicit Rows(const std::filesystem::path& csv_file);
  std::size_t size() const { return rows_.size(); }
  /// Empty where the row has none.
  std::string_view text(std::size_t row, std::string_view column) const;
  /// Nothing where the cell holds none.
  std::optional<double> number(std::size_t row, std::string_view column) const;
  const std::vector<std::string>& columns() const { return columns_; }

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;
};

class GraphRun {
 public:
  GraphRun();
  ~GraphRun();
  GraphRun(const GraphRun&) = delete;
  GraphRun& operator=(const GraphRun&) = delete;

  /// A file for the graph's sources.
  void write(const std::string& name, const std::string& text) const;
  /// To its end. Throws std::runtime_error with what the graph, its plan or its run says.
  void run(const std::string& graph) const;
  Rows rows(const std::string& name) const { return Rows(folder_ / name); }

 private:
  std::filesystem::path folder_;
};

}  // namespace ib::verify
