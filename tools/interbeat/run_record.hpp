// run.json: what was run, on what, from when, and what came of it; enough to run it again and to
// know whether the bytes may be compared. Thread: [control].
#pragma once

#include <interbeat/engine.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ib::tool {

/// The system's clock, read once when a run starts.
struct Moment {
  std::int64_t utc_ns{};
  int local_offset_s{};  ///< of the place's clock from UTC

  static Moment now();
};

/// "2026-03-01T07:30:00.123Z"
std::string utc_text(std::int64_t utc_ns);
/// "+05:45"
std::string offset_text(int seconds);

/// How it was asked for; `null` where the option was not given.
struct RunOptions {
  std::string speed;  ///< "max", "1", ...
  nlohmann::ordered_json limit_s;
  unsigned threads{1};
  std::vector<std::string> changes;  ///< "me.activation.b0=-1.5 at 120 s"
  nlohmann::ordered_json trace;      ///< where it lies and what it holds
  nlohmann::ordered_json recording{};
  std::vector<std::string> changes_behind_end{};  ///< of `changes`, those that never acted
};

/// Files that the sinks of a graph write, below --out unless absolute; at most a thousand.
std::vector<std::string> result_files(const Graph& graph);

/// `exit` is null while the run has not ended.
nlohmann::ordered_json run_record(Plan& plan, const RunReport& report, const Moment& started,
                                  const RunOptions& options, const nlohmann::ordered_json& exit);

/// The record of a run that is about to begin.
nlohmann::ordered_json begun_record(Plan& plan, const Moment& started, const RunOptions& options);

/// Writes DIR/run.json, for this user alone: the whole file or none; DIR is made where it is
/// missing. Empty: fine; else a sentence.
std::string write_run_record(const std::filesystem::path& dir,
                             const nlohmann::ordered_json& record);

}  // namespace ib::tool
