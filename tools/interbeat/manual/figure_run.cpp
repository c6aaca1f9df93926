#include "manual/figure_run.hpp"

#include "manual/made_files.hpp"
#include "manual/table_file.hpp"

#include "bench/child.hpp"
#include "plan_impl.hpp"

#include <interbeat/engine.hpp>
#include <interbeat/graph.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <fstream>
#include <map>
#include <numbers>
#include <stdexcept>

namespace ib::manual {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush())
    throw std::runtime_error("the file " + file.filename().string() + " could not be written");
}

/// The first node of that type in a plan, and what the engine knows of it.
std::optional<NodeFacts> facts_of(Plan& built, const std::string& type, const RunReport& report) {
  auto& plan = built.impl();
  for (std::uint32_t i = 0; i < plan.graph.nodes.size(); ++i) {
    const auto& node = plan.graph.nodes[i];
    if (node.type == nullptr || type != node.type->desc->type) continue;
    NodeFacts facts;
    const auto& streams = plan.streams[i];
    std::int64_t in = 0, out = 0;
    for (const auto& s : streams.in) in = std::max(in, s.latency_ns);
    for (const auto& s : streams.out) out = std::max(out, s.latency_ns);
    facts.latency_s = static_cast<double>(std::max<std::int64_t>(0, out - in)) * 1e-9;
    facts.scratch_bytes = streams.scratch_bytes;
    auto* instance = plan.nodes[i];
    if (instance != nullptr && instance->extension != nullptr) {
      if (const auto* state =
              static_cast<const ib_state*>(instance->extension(instance, IB_EXT_STATE)))
        facts.state_bytes = state->max_bytes(instance);
    }
    for (const auto& n : report.nodes) {
      if (n.path != node.path) continue;
      for (const auto& [name, count] : n.counters) facts.counters.push_back(name);
    }
    return facts;
  }
  return std::nullopt;
}

/// The program as a user calls it; what it prints becomes the file `stdout`.
void run_as_program(const fs::path& folder) {
  const auto out = folder / "stdout";
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process could be started");
  if (child == 0) {
    const int to = open(out.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600),
              none = open("/dev/null", O_RDWR);
    if (to < 0 || none < 0 || chdir(folder.c_str()) != 0) _exit(126);
    dup2(none, STDIN_FILENO);
    dup2(to, STDOUT_FILENO);
    dup2(none, STDERR_FILENO);
    execl("/proc/self/exe", "interbeat", "run", "graph.yaml", "--speed", "max", "--out", "out",
          static_cast<char*>(nullptr));
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error("`interbeat run` of its graph failed");
}

std::optional<NodeFacts> run_here(const Recipe& recipe, const fs::path& folder,
                                  const Registry& registry) {
  Diagnostics problems;
  const auto graph = read_graph_text(recipe.graph, "figure", folder, {}, registry, problems);
  if (!graph) throw std::runtime_error(problems.text());
  PlanOptions options;
  options.mode = Mode::replay;
  options.out_dir = folder;
  const auto plan = Plan::build(*graph, options, problems);
  if (plan == nullptr) throw std::runtime_error(problems.text());
  const auto report = run_replay(*plan, {});
  if (!report.failures.empty()) throw std::runtime_error(report.failures.front());
  return facts_of(*plan, recipe.node, report);
}

class Artist {
 public:
  Artist(const Recipe& recipe, fs::path folder) : recipe_(recipe), folder_(std::move(folder)) {}

  plot::Figure figure() {
    plot::Figure f;
    f.title = recipe_.title;
    f.description = recipe_.caption;
    f.id = "figure";
    for (const auto& p : recipe_.panels) {
      auto panel = p.panel;
      for (const auto& d : p.draw) {
        if (d.as == Drawn::As::stretch) stretches(d, panel);
        else panel.series.push_back(series(d, panel.y));
      }
      f.panels.push_back(std::move(panel));
    }
    return f;
  }

 private:
  const TableFile& table(const std::string& file) {
    return tables_.try_emplace(file, folder_ / file).first->second;
  }

  static double value_of(const TableFile& t, std::size_t row, std::size_t column,
                         const plot::Axis& y) {
    if (y.names.empty()) return t.number(row, column);
    const auto at = std::find(y.names.begin(), y.names.end(), t.word(row, column));
    return at == y.names.end() ? std::nan("") : static_cast<double>(at - y.names.begin());
  }

  std::vector<plot::Point> points(const Drawn& d, const plot::Axis& y) {
    const auto& t = table(d.file);
    const auto x_column = t.column(d.x);
    const auto y_column = d.y.empty() ? x_column : t.column(d.y);
    std::vector<plot::Point> out;
    for (std::size_t i = 0; i < t.rows(); ++i) {
      if (!t.holds(i, d.where)) continue;
      const double x = t.number(i, x_column) + d.plus_x;
      const double at = d.on_file.empty() ? value_of(t, i, y_column, y) * d.times_y
                                          : height(d, t.number(i, x_column));
      out.push_back({x, at});
    }
    return out;
  }

  /// Between its neighbours in the other file, by a line.
  double height(const Drawn& d, double x) {
    const auto& t = table(d.on_file);
    const auto x_column = t.column("time_s"), y_column = t.column(d.on_y);
    for (std::size_t i = 1; i < t.rows(); ++i) {
      const double a = t.number(i - 1, x_column), b = t.number(i, x_column);
      if (!(a <= x && x <= b)) continue;
      const double u = b > a ? (x - a) / (b - a) : 0;
      return (1 - u) * t.number(i - 1, y_column) + u * t.number(i, y_column);
    }
    return std::nan("");
  }

  plot::Series series(const Drawn& d, const plot::Axis& y) {
    static const std::map<Drawn::As, plot::Mark> marks{
        {Drawn::As::line, plot::Mark::line},     {Drawn::As::steps, plot::Mark::steps},
        {Drawn::As::points, plot::Mark::points}, {Drawn::As::ticks, plot::Mark::ticks},
        {Drawn::As::bars, plot::Mark::bars},     {Drawn::As::response, plot::Mark::line}};
    auto found = points(d, y);
    if (d.as == Drawn::As::response) found = response(found, d.rate_hz);
    return {marks.at(d.as), d.name, std::move(found), d.colour, d.width};
  }

  /// Magnitude in dB of an impulse response, as the sum of its turned samples: exact at every frequency.
  static std::vector<plot::Point> response(const std::vector<plot::Point>& h, double rate) {
    constexpr int steps = 400;
    constexpr double floor_db = -120;  // below it a response of 32-bit floats is rounding
    std::vector<plot::Point> out;
    for (int k = 0; k <= steps; ++k) {
      const double hz = 0.02 * std::pow(0.5 * rate / 0.02, static_cast<double>(k) / steps);
      std::complex<double> sum;
      for (std::size_t n = 0; n < h.size(); ++n)
        sum += h[n].y * std::polar(1.0, -2 * std::numbers::pi * hz * static_cast<double>(n) / rate);
      out.push_back({hz, std::max(20 * std::log10(std::abs(sum)), floor_db)});
    }
    return out;
  }

  /// From each row that holds the words to the row after it, adjoining ones as one.
  void stretches(const Drawn& d, plot::Panel& panel) {
    const auto& t = table(d.file);
    const auto x_column = t.column(d.x);
    bool open = false;
    for (std::size_t i = 0; i < t.rows(); ++i) {
      const double x = t.number(i, x_column) + d.plus_x;
      if (t.holds(i, d.where)) {
        if (!open) panel.stretches.push_back({x, x, d.name, d.colour});
        open = true;
      }
      if (open) panel.stretches.back().to = x;
      open = t.holds(i, d.where);
    }
  }

  const Recipe& recipe_;
  fs::path folder_;
  std::map<std::string, TableFile> tables_;
};

std::string first_lines(const fs::path& file, std::size_t n) {
  std::ifstream in(file);
  std::string out;
  for (std::string line; n > 0 && std::getline(in, line); --n) out += line + "\n";
  if (out.empty()) throw std::runtime_error("its file " + file.filename().string() + " is empty");
  return out;
}

}  // namespace

MadeFigure run_recipe(const Recipe& recipe, const Registry& registry) {
  const bench::TemporaryFolder place;
  for (const auto& file : recipe.files) write(place.path() / file.name, made_file(file));
  MadeFigure made;
  if (recipe.as_program) {
    write(place.path() / "graph.yaml", recipe.graph);
    run_as_program(place.path());
  } else {
    made.facts = run_here(recipe, place.path(), registry);
  }
  made.figure = Artist(recipe, place.path()).figure();
  if (recipe.sample) {
    made.sample_file = recipe.sample->file;
    made.sample = first_lines(place.path() / recipe.sample->file, recipe.sample->lines);
  }
  return made;
}

}  // namespace ib::manual
