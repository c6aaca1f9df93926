// `--record FILE`, `--record-max SIZE`, `--record-packets`: the recording that a run leaves behind. Thread: [control].
#pragma once

#include <CLI/CLI.hpp>
#include <interbeat/engine.hpp>
#include <interbeat/recording_file.hpp>

#include "run_record.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ib::tool {

struct RecordArguments {
  std::string file, most, packets{"on"};
};

void add_record_arguments(CLI::App& command, RecordArguments& arguments);

/// "500 MB" in bytes; null after saying what is wrong with it.
std::optional<std::uint64_t> read_size(const std::string& option, const std::string& text);

class RunRecording {
 public:
  /// False after saying why there can't be one. Without `--record` there is none, and all is well.
  bool open(const RecordArguments& arguments);
  /// For the run that begins now; without a recorder where none was asked for.
  RecordOptions options(Plan& plan, const Moment& started) const;
  /// Ends the file. What run.json says of it; null where none was asked for.
  nlohmann::ordered_json close(const RunReport& report);
  /// "session.ibr: 3.1 MB, 61204 records; 8.4 MB per hour and source"; empty where there is none.
  const std::string& summary() const { return summary_; }

 private:
  std::string file_, summary_;
  bool packets_{true};
  std::unique_ptr<FileRecorder> recorder_;
};

/// Program, build and CPU as a recording's head names them.
void describe_program(RecordOptions& options);

}  // namespace ib::tool
