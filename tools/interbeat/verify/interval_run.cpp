#include "verify/interval_run.hpp"

#include "registry.hpp"

#include <interbeat/engine.hpp>
#include <interbeat/graph.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numbers>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace ib::verify {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) out.push_back(cell);
  return out;
}

/// Of a CSV file: numbers of its last row, by the names in its head.
std::map<std::string, double> last_row_of(const fs::path& file) {
  std::ifstream in(file);
  std::string head, last;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (head.empty()) head = line;
    else last = line;
  }
  const auto names = cells(head), values = cells(last);
  std::map<std::string, double> row;
  for (std::size_t i = 0; i < std::min(names.size(), values.size()); ++i) {
    double x = 0;
    const auto& text = values[i];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
    if (error == std::errc() && end == text.data() + text.size()) row[names[i]] = x;
  }
  return row;
}

std::string graph_around(std::string node) {
  node.insert(node.rfind('}'), ", intervals: clean, trust_source: true");
  return R"(interbeat: 1
nodes:
  rr:    {type: source.intervals, path: rr.csv}
  clean: {type: interval.clean, beats: rr, trust_source: true, rule: none, shortest: 200 ms, longest: 5000 ms}
  hrv:   )" +
         node + R"(
  file:  {type: sink.csv, in: hrv, path: row.csv}
)";
}

}  // namespace

Lengths swinging(double mean_ms, double amplitude_ms, double hz, double seconds) {
  Lengths out;
  for (std::int64_t t_us = 0; static_cast<double>(t_us) < seconds * 1e6; t_us += out.back()) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(t_us) * 1e-6;
    out.push_back(std::llround(1000 * (mean_ms + amplitude_ms * std::sin(phase))));
  }
  return out;
}

IntervalRun::IntervalRun() {
  auto name = (fs::temp_directory_path() / "interbeat-verify-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("no folder could be made in " + fs::temp_directory_path().string());
  folder_ = name;
}

IntervalRun::~IntervalRun() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::map<std::string, double> IntervalRun::last_row(const Lengths& lengths,
                                                    const std::string& node) {
  {
    std::ofstream file(folder_ / "rr.csv");
    file << "rr_us\n";
    for (const auto us : lengths) file << us << "\n";
  }
  const auto registry = tool::make_registry();
  Diagnostics problems;
  const auto graph = read_graph_text(graph_around(node), "verify", folder_, {}, registry, problems);
  if (!graph) throw std::runtime_error(problems.text());
  PlanOptions options;
  options.out_dir = folder_;
  const auto built = Plan::build(*graph, options, problems);
  if (built == nullptr) throw std::runtime_error(problems.text());
  const auto report = run_replay(*built, {});
  if (!report.failures.empty()) throw std::runtime_error(report.failures.front());
  return last_row_of(folder_ / "row.csv");
}

std::optional<double> value(const std::map<std::string, double>& row, const std::string& column) {
  const auto at = row.find(column);
  return at == row.end() ? std::nullopt : std::optional(at->second);
}

}  // namespace ib::verify
