#include "run_record.hpp"

#include "build_info.hpp"
#include "fold.hpp"
#include "owners.hpp"
#include "plan_impl.hpp"
#include "plugin.hpp"
#include "realtime_json.hpp"
#include "report_json.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace ib::tool {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

/// What the clock on the wall of this place differs from UTC at that moment.
int place_offset_s(std::time_t utc) {
  tm local{};
  localtime_r(&utc, &local);
  return static_cast<int>(local.tm_gmtoff);
}

Json session_start_at(std::int64_t utc_ns, const std::string& from) {
  return {{"utc", utc_text(utc_ns)},
          {"local_offset", offset_text(place_offset_s(utc_ns / 1'000'000'000))},
          {"from", from}};
}

/// When session time 0 was, and who says so.
Json session_start(Plan& plan, const RunReport& report, const Moment& started) {
  for (const auto& s : report.sources) {
    if (!s.start_utc_ns || s.live) continue;
    return session_start_at(*s.start_utc_ns - from_seconds(s.start_s).count(),
                            "recording of " + s.path);
  }
  if (!plan.has_live_source()) {
    return {{"utc", nullptr}, {"local_offset", nullptr}, {"from", "unknown: no recording says"}};
  }
  return session_start_at(started.utc_ns - plan.impl().lead_in.count(), "system clock");
}

/// "anna,ben" of a stream, as a list; of a stream that stands for equal ones, theirs.
Json owners_json(const ib_stream& stream, const Folding* folding) {
  Json owners = Json::array();
  std::string_view rest = stream.owners == nullptr ? "" : stream.owners;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto owner = rest.substr(0, end);
    owners.push_back(folding != nullptr ? folding->folded(owner) : std::string(owner));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return owners;
}

/// The newest block of a port that holds a clock; null before the first one, and of a port to which
/// nobody listens.
const ib_block* newest_clock(const detail::OutPort& port) {
  const bool there = port.current != nullptr && port.shape.regular;
  return there && port.current->head.anchor.dt_q32 > 0 ? &port.current->head : nullptr;
}

/// What a source promised of one stream and, where its samples carry a clock, what that clock said.
Json stream_json(const ib_stream& stream, const detail::OutPort& port) {
  Json j{{"name", stream.name},
         {"type", stream.type != nullptr ? Json(stream.type->urn) : Json(nullptr)},
         {"grade", grade_text(stream.grade)}};
  if (stream.rate_hz > 0) j["rate_hz"] = stream.rate_hz;
  if (const auto* block = newest_clock(port)) {
    const double spacing_ns = static_cast<double>(block->anchor.dt_q32) / 4294967296.0;
    j["clock"] = {{"rate_hz", 1e9 / spacing_ns},
                  {"uncertainty_s", static_cast<double>(block->uncertainty_ns) * 1e-9}};
  }
  return j;
}

/// Beside what the report counts: whose body it is, how its time 0 lies, what it delivers and what
/// was missing.
void describe_source(Json& j, const detail::PlanImpl& plan, const detail::Source& source,
                     const RunReport& report, const Folding* folding) {
  const auto& out = plan.streams[source.stage->graph_node].out;
  j["start"] = source.start_note.str();
  j["simulated"] = source.info.simulated != 0;
  if (source.info.duration_ns < IB_FOREVER)
    j["duration_s"] = seconds(Duration{source.info.duration_ns});
  j["owners"] = out.empty() ? Json::array() : owners_json(out.front(), folding);
  j["streams"] = Json::array();
  for (std::size_t k = 0; k < out.size(); ++k) {
    if ((out[k].flags & IB_STREAM_ABSENT) != 0) continue;
    j["streams"].push_back(stream_json(out[k], source.stage->ports[k]));
  }
  j["counters"] = Json::object();
  for (const auto& n : report.nodes) {
    if (n.path != j["path"]) continue;
    for (const auto& [name, count] : n.counters) j["counters"][name] = count;
  }
}

/// The report has a line for each group of equal sources, in the order of their first.
void describe_sources(Json& lines, const detail::PlanImpl& plan, const RunReport& report) {
  const Folding folding(plan.graph);
  std::vector<bool> said(folding.size());
  std::size_t line = 0;
  for (const auto& source : plan.sources) {
    const auto group = folding.group_of(source.node);
    if (said[group]) continue;
    said[group] = true;
    describe_source(lines[line++], plan, source, report,
                    folding.count(group) > 1 ? &folding : nullptr);
  }
}

/// Whose body a file or screen tells of, and how much of it: the finest of its inputs.
Json sinks_json(const detail::PlanImpl& plan) {
  Json sinks = Json::array();
  const Folding folding(plan.graph);
  std::vector<bool> said(folding.size());
  for (const auto i : plan.order) {
    const auto& node = plan.graph.nodes[i];
    const auto group = folding.group_of(i);
    if ((node.type->desc->flags & IB_NODE_SINK) == 0 || said[group]) continue;
    said[group] = true;
    const bool many = folding.count(group) > 1;
    const auto shown = [&](const char* path) {
      return many ? folding.folded(path) : std::string(path);
    };
    Json inputs = Json::array();
    for (const auto& in : plan.streams[i].in) {
      if ((in.flags & IB_STREAM_CONNECTED) == 0) continue;
      inputs.push_back({{"from", shown(in.name)},
                        {"owners", owners_json(in, many ? &folding : nullptr)},
                        {"grade", grade_text(in.grade)}});
    }
    Json sink{{"path", folding.name(group)}, {"type", node.type->desc->type}, {"takes", inputs}};
    if (many) sink["nodes"] = folding.count(group);
    sinks.push_back(std::move(sink));
  }
  return sinks;
}

/// Which files the nodes came from that are not built in.
Json plugins_json(const Graph& graph) {
  Json plugins = Json::array();
  std::set<const Plugin*> said;
  for (const auto& node : graph.nodes) {
    const auto* plugin = node.type->plugin.get();
    if (plugin == nullptr || !said.insert(plugin).second) continue;
    const auto& abi = plugin->abi();
    plugins.push_back({{"file", plugin->file().string()},
                       {"hash", fmt::format("{:016x}", plugin->stamp().hash)},
                       {"abi", fmt::format("{}.{}.{}", abi.major, abi.minor, abi.patch)}});
  }
  return plugins;
}

/// What a node's output path says; empty: it has none.
std::string output_path(const GraphNode& node, std::uint32_t param) {
  const auto& p = node.type->desc->params[param];
  if ((p.flags & IB_PARAM_OUTPUT_PATH) == 0) return {};
  for (const auto& setting : node.settings)
    if (setting.param == param) return setting.text;
  return p.def_text != nullptr ? p.def_text : "";
}

/// For this user alone, as the files beside it: it names recordings and people.
bool write_private(const fs::path& file, const std::string& text) {
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return false;
  std::FILE* out = fchmod(fd, 0600) == 0 ? fdopen(fd, "w") : nullptr;
  if (out == nullptr) {
    close(fd);
    return false;
  }
  const bool good = std::fwrite(text.data(), 1, text.size(), out) == text.size();
  return std::fclose(out) == 0 && good;
}

}  // namespace

Moment Moment::now() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return {t.tv_sec * 1'000'000'000LL + t.tv_nsec, place_offset_s(t.tv_sec)};
}

std::string utc_text(std::int64_t utc_ns) {
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t ms = (utc_ns % second + second) % second / 1'000'000;
  const std::time_t t =
      (utc_ns - ms * 1'000'000) / second - (utc_ns < 0 && utc_ns % second != 0 ? 1 : 0);
  tm utc{};
  gmtime_r(&t, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, ms);
}

std::string offset_text(int seconds) {
  const int minutes = (seconds < 0 ? -seconds : seconds) / 60;
  return fmt::format("{}{:02}:{:02}", seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::vector<std::string> result_files(const Graph& graph) {
  constexpr std::size_t most = 1000;
  std::vector<std::string> files;
  for (const auto& node : graph.nodes) {
    for (std::uint32_t k = 0; k < node.type->desc->n_params; ++k) {
      if (files.size() == most) return files;
      auto path = output_path(node, k);
      if (!path.empty()) files.push_back(fs::path(path).lexically_normal().string());
    }
  }
  return files;
}

Json run_record(Plan& plan, const RunReport& report, const Moment& started,
                const RunOptions& options, const Json& exit) {
  const auto& graph = plan.graph();
  const auto& plan_options = plan.impl().options;
  Json j;
  j["interbeat"] = {{"version", version_text()},   {"commit", commit_text()},
                    {"abi", abi_text()},           {"compiler", compiler_text()},
                    {"baseline", baseline_text()}, {"cpu", cpu_text()}};
  j["graph"] = {{"name", graph.name},
                {"file", graph.file.string()},
                {"hash", report.hash},
                {"parameters", graph.parameters},
                {"expanded", graph.expanded}};
  if (auto plugins = plugins_json(graph); !plugins.empty()) j["plugins"] = std::move(plugins);
  j["started"] = {{"utc", utc_text(started.utc_ns)},
                  {"local_offset", offset_text(started.local_offset_s)}};
  j["session_start"] = session_start(plan, report, started);
  j["starts"] = plan.start_notes();
  j["options"] = {{"mode", plan.mode() == Mode::live ? "live" : "replay"},
                  {"speed", options.speed},
                  {"for_s", options.limit_s},
                  {"threads", options.threads},
                  {"executors", plan.impl().executors},
                  {"executors_wanted", plan.impl().executors_wanted},
                  {"changes", options.changes},
                  {"step_s", seconds(plan.impl().step())},
                  {"out", plan_options.out_dir.string()}};
  if (!options.changes_behind_end.empty())
    j["options"]["changes_behind_end"] = options.changes_behind_end;
  j["files"] = result_files(graph);
  if (!options.trace.is_null()) j["trace"] = options.trace;
  if (!options.recording.is_null()) j["recording"] = options.recording;
  if (graph.realtime) j["realtime"] = realtime_json(*graph.realtime, report.realtime);
  auto results = report_json(report);
  results.erase("graph");
  results.erase("hash");
  describe_sources(results["sources"], plan.impl(), report);
  results["sinks"] = sinks_json(plan.impl());
  j.update(results);
  j["exit"] = exit;
  return j;
}

Json begun_record(Plan& plan, const Moment& started, const RunOptions& options) {
  return run_record(plan, detail::make_report(plan.impl()), started, options, nullptr);
}

std::string write_run_record(const fs::path& dir, const Json& record) {
  const auto file = dir / "run.json", fresh = dir / "run.json.new";
  // A name that is not UTF-8 must not cost the record.
  const auto text = record.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  std::error_code no_folder;
  fs::create_directories(dir, no_folder);
  if (no_folder) return fmt::format("{} can't be made: {}", dir.string(), no_folder.message());
  if (write_private(fresh, text) && std::rename(fresh.c_str(), file.c_str()) == 0) return {};
  const std::string why = std::strerror(errno);
  std::error_code ignored;
  fs::remove(fresh, ignored);
  return fmt::format("{} can't be written: {}", file.string(), why);
}

}  // namespace ib::tool
