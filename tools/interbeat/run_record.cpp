#include "run_record.hpp"

#include "build_info.hpp"
#include "plan_impl.hpp"
#include "report_json.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>

namespace ib::tool {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

/// When session time 0 was, and who says so.
Json session_start(Plan& plan, const RunReport& report, const Moment& started) {
  for (const auto& s : report.sources) {
    if (!s.start_utc_ns || s.live) continue;
    return {{"utc", utc_text(*s.start_utc_ns - from_seconds(s.start_s).count())},
            {"from", "recording of " + s.path}};
  }
  if (!plan.has_live_source()) return {{"utc", nullptr}, {"from", "unknown: no recording says"}};
  return {{"utc", utc_text(started.utc_ns - plan.impl().lead_in.count())},
          {"from", "system clock"}};
}

}  // namespace

Moment Moment::now() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  tm local{};
  localtime_r(&t.tv_sec, &local);
  return {t.tv_sec * 1'000'000'000LL + t.tv_nsec, static_cast<int>(local.tm_gmtoff)};
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

Json run_record(Plan& plan, const RunReport& report, const Moment& started,
                const RunOptions& options, int exit) {
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
  j["started"] = {{"utc", utc_text(started.utc_ns)},
                  {"local_offset", offset_text(started.local_offset_s)}};
  j["session_start"] = session_start(plan, report, started);
  j["starts"] = plan.start_notes();
  j["options"] = {{"mode", plan.mode() == Mode::live ? "live" : "replay"},
                  {"speed", options.speed},
                  {"for_s", options.limit_s},
                  {"threads", options.threads},
                  {"step_s", seconds(plan.impl().step())},
                  {"out", plan_options.out_dir.string()}};
  auto results = report_json(report);
  results.erase("graph");
  results.erase("hash");
  j.update(results);
  j["exit"] = exit;
  return j;
}

std::string write_run_record(const fs::path& dir, const Json& record) {
  const auto file = dir / "run.json", fresh = dir / "run.json.new";
  // A name that is not UTF-8 must not cost the record.
  const auto text = record.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  std::FILE* out = std::fopen(fresh.c_str(), "we");
  bool good = out != nullptr && std::fwrite(text.data(), 1, text.size(), out) == text.size();
  if (out != nullptr) good = std::fclose(out) == 0 && good;
  if (good && std::rename(fresh.c_str(), file.c_str()) == 0) return {};
  const std::string why = std::strerror(errno);
  std::error_code ignored;
  fs::remove(fresh, ignored);
  return fmt::format("{} can't be written: {}", file.string(), why);
}

}  // namespace ib::tool
