#include "manual/table_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <stdexcept>

namespace ib::manual {
namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char c : line) {
    if (c == ',') out.emplace_back();
    else out.back() += c;
  }
  return out;
}

}  // namespace

TableFile::TableFile(const std::filesystem::path& file) : name_(file.filename().string()) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("the graph wrote no file " + name_);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    auto cells = cells_of(line);
    if (head_.empty()) {
      head_ = std::move(cells);
      continue;
    }
    cells.resize(head_.size());
    rows_.push_back(std::move(cells));
  }
}

std::size_t TableFile::column(const std::string& name) const {
  const auto at = std::find(head_.begin(), head_.end(), name);
  if (at == head_.end())
    throw std::runtime_error(
        fmt::format("{} has no column {}: it has {}", name_, name, fmt::join(head_, ", ")));
  return static_cast<std::size_t>(at - head_.begin());
}

double TableFile::number(std::size_t row, std::size_t column) const {
  const auto& text = rows_[row][column];
  double x = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  const bool whole = error == std::errc() && end == text.data() + text.size() && !text.empty();
  return whole ? x : std::numeric_limits<double>::quiet_NaN();
}

bool TableFile::holds(std::size_t row, const std::map<std::string, std::string>& words) const {
  return std::all_of(words.begin(), words.end(),
                     [&](const auto& w) { return word(row, column(w.first)) == w.second; });
}

}  // namespace ib::manual
