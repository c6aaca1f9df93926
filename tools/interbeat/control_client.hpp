// The other end of a running engine's control socket: one JSON object per line there, one back.
// Thread: [control]; calls block, at most for the timeout.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace ib::tool {

class ControlClient {
 public:
  ControlClient() = default;
  ~ControlClient();
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  /// Empty: connected; else a sentence.
  std::string connect(const std::string& name);
  /// Null when the run has ended or does not answer within five seconds.
  std::optional<nlohmann::json> ask(const nlohmann::json& request);
  /// The next line that comes by itself, however long it takes. Null: the run has ended, or
  /// `stop_fd` became readable.
  std::optional<nlohmann::ordered_json> next(int stop_fd);

 private:
  std::optional<std::string> take_line();
  bool receive();
  int fd_{-1};
  std::string unread_;
  std::size_t taken_{}, searched_{};  ///< in `unread_`
};

/// `NAME` or `--name NAME`: which run is meant.
void add_run_name(CLI::App& command, std::string& name);

/// The run that the user means: the name given, or the only one there is. Null after saying why
/// not.
std::optional<std::string> choose_run(const std::string& given);

/// Asks the run that the user means, and says its answer. The exit code.
int ask_and_say(const std::string& given, const nlohmann::json& request);

}  // namespace ib::tool
