#include "evaluate/scored_graph.hpp"

#include "files/head.hpp"
#include "files/line_reader.hpp"

#include <interbeat/engine.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <system_error>

namespace ib::evaluate {
namespace {

namespace fs = std::filesystem;

class Scratch {
 public:
  Scratch() {
    std::error_code error;
    auto name = (fs::temp_directory_path(error) / "interbeat-evaluate-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// One column `ppg`, whatever it was called; an empty line is no sample, and so there is a time column beside it.
bool write_recording(const fs::path& file, const Signal& signal) {
  fmt::memory_buffer text;
  auto to = std::back_inserter(text);
  const double rate = *signal.rate_hz;
  fmt::format_to(to, "# fs_hz: {}\nt_s,ppg\n", rate);
  for (std::size_t i = 0; i < signal.values.size(); ++i) {
    fmt::format_to(to, "{:.9f},", static_cast<double>(i) / rate);
    if (std::isnan(signal.values[i])) fmt::format_to(to, "\n");
    else fmt::format_to(to, "{}\n", static_cast<float>(signal.values[i]));
  }
  auto* out = std::fopen(file.c_str(), "wb");
  if (out == nullptr) return false;
  const bool whole = std::fwrite(text.data(), 1, text.size(), out) == text.size();
  return (std::fclose(out) == 0) && whole;
}

/// Rows of a file that sink.csv wrote: cells by the names of columns.
class Rows {
 public:
  explicit Rows(const fs::path& file) {
    auto lines = files::LineReader::open(file);
    if (!lines) return;
    std::string_view line;
    while (lines->next(line)) {
      if (line.empty() || line.front() == '#') continue;
      auto cells = files::split(line, ',');
      if (names_.empty()) names_ = std::move(cells);
      else rows_.push_back(std::move(cells));
    }
  }
  bool is_there() const { return !names_.empty(); }
  std::size_t size() const { return rows_.size(); }
  std::optional<double> number(std::size_t row, std::string_view column) const {
    const auto at = std::find(names_.begin(), names_.end(), column);
    const auto k = static_cast<std::size_t>(at - names_.begin());
    if (at == names_.end() || k >= rows_[row].size()) return std::nullopt;
    return files::number(rows_[row][k]);
  }
  bool flag(std::size_t row, std::string_view column) const {
    return number(row, column).value_or(0) > 0;
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> rows_;
};

/// Beats, and the lengths between neighbours as the detector tells them.
void read_beats(const Rows& rows, double first_s, Found& found) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto at = rows.number(i, "time_s");
    if (!at) continue;
    const auto length_us = rows.number(i, "ibi_us");
    if (!found.beats_s.empty() && length_us && rows.flag(i, "contiguous")) {
      const bool follows = !found.raw.empty() && found.raw.back().end_s == found.beats_s.back();
      found.raw.push_back({first_s + *at, *length_us / 1000, true, follows});
    }
    found.beats_s.push_back(first_s + *at);
    found.beat_valid.push_back(rows.flag(i, "valid"));
  }
}

std::optional<std::vector<LabelledInterval>> read_intervals(const fs::path& file, double first_s) {
  const Rows rows(file);
  if (!rows.is_there()) return std::nullopt;
  std::vector<LabelledInterval> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto at = rows.number(i, "time_s"), length_us = rows.number(i, "ibi_us");
    if (at && length_us)
      out.push_back(
          {first_s + *at, *length_us / 1000, rows.flag(i, "valid"), rows.flag(i, "contiguous")});
  }
  return out;
}

Found failed(std::string why) {
  Found found;
  found.problem = std::move(why);
  return found;
}

}  // namespace

Found run(const ScoredGraph& graph, const Signal& signal) {
  const Scratch scratch;
  const auto recording = scratch.path() / "recording.csv";
  if (scratch.path().empty() || !write_recording(recording, signal))
    return failed("no file could be written below the temporary folder; TMPDIR names another");
  auto set = graph.set;
  set.emplace_back(graph.param, recording.string());
  Diagnostics problems;
  const auto read = read_graph(graph.file, set, *graph.registry, problems);
  PlanOptions options;
  options.out_dir = scratch.path() / "out";
  options.mode = Mode::replay;
  options.executors = 1;  // records side by side, each on one thread
  const auto plan = read ? Plan::build(*read, options, problems) : nullptr;
  if (plan == nullptr) return failed(problems.text());
  const auto report = run_replay(*plan, {});
  if (!report.failures.empty()) return failed(report.failures.front());
  const Rows beats(options.out_dir / "beats.csv");
  if (!beats.is_there())
    return failed("the graph wrote no beats.csv; give it a sink.csv of its beats with that path");
  Found found;
  read_beats(beats, signal.first_s, found);
  found.gated = read_intervals(options.out_dir / "intervals.csv", signal.first_s);
  found.cleaned = read_intervals(options.out_dir / "cleaned.csv", signal.first_s);
  return found;
}

}  // namespace ib::evaluate
