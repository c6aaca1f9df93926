#include "verify/graph_run.hpp"

#include "registry.hpp"

#include <interbeat/engine.hpp>
#include <interbeat/graph.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace ib::verify {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) out.push_back(cell);
  return out;
}

}  // namespace

Rows::Rows(const fs::path& csv_file) {
  std::ifstream in(csv_file);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (columns_.empty()) columns_ = cells(line);
    else rows_.push_back(cells(line));
  }
}

std::string_view Rows::text(std::size_t row, std::string_view column) const {
  const auto at = static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), column) -
                                           columns_.begin());
  if (at == columns_.size()) throw std::logic_error("no column " + std::string(column));
  const auto& values = rows_.at(row);
  return at < values.size() ? std::string_view(values[at]) : std::string_view();
}

std::optional<double> Rows::number(std::size_t row, std::string_view column) const {
  const auto cell = text(row, column);
  double x = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), x);
  if (error != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
  return x;
}

GraphRun::GraphRun() {
  auto name = (fs::temp_directory_path() / "interbeat-verify-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("no folder could be made in " + fs::temp_directory_path().string());
  folder_ = name;
}

GraphRun::~GraphRun() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void GraphRun::write(const std::string& name, const std::string& text) const {
  std::ofstream(folder_ / name) << text;
}

void GraphRun::run(const std::string& graph_text) const {
  const auto registry = tool::make_registry();
  Diagnostics problems;
  const auto graph = read_graph_text(graph_text, "verify", folder_, {}, registry, problems);
  if (!graph) throw std::runtime_error(problems.text());
  PlanOptions options;
  options.out_dir = folder_;
  const auto built = Plan::build(*graph, options, problems);
  if (built == nullptr) throw std::runtime_error(problems.text());
  const auto report = run_replay(*built, {});
  if (!report.failures.empty()) throw std::runtime_error(report.failures.front());
}

}  // namespace ib::verify
