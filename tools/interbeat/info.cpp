// interbeat info: what a recording holds, without running anything.
#include "catalogue.hpp"
#include "command.hpp"
#include "info_text.hpp"
#include "message.hpp"
#include "recording_tables.hpp"
#include "terminal.hpp"

#include <interbeat/recording_file.hpp>

#include <unistd.h>

#include <filesystem>
#include <memory>

namespace ib::tool {
namespace {

namespace fs = std::filesystem;

constexpr const char* info_examples = R"(
Exit 0: it was read to its end; 1: it is damaged, and what lies before that is shown; 2: it is no recording.

Examples:
  interbeat info session.ibr
  interbeat info session.ibr --json > session.json)";

/// The parts from the one that was opened on, and their bytes.
void measure_parts(const fs::path& file, RecordingInfo& info) {
  const auto first = first_recording_part(file, info.part);
  std::error_code error;
  for (auto part = info.part; part <= most_recording_parts; ++part) {
    const auto here = part == info.part ? file : recording_part(first, part);
    const auto bytes = fs::file_size(here, error);
    if (error) break;
    ++info.parts;
    info.bytes += bytes;
    // What a recorder that still writes, or was killed, has not moved into the file yet.
    const auto log = fs::file_size(here.string() + "-wal", error);
    if (!error) info.bytes += log;
  }
}

/// What changed, where the recorded graph is one that this program can read: the params of its nodes' types.
class ChangedParams {
 public:
  ChangedParams(const RecordingHead& head, const Survey& found)
      : found_(found.first_changes.size()) {
    if (found.first_changes.empty()) return;
    catalogue_ = std::make_unique<Catalogue>(PluginArguments{});
    Diagnostics unread;  // a node of another's plugin: then they have numbers alone
    const auto graph =
        read_graph_text(head.graph, head.graph_name, ".", {}, catalogue_->registry(), unread);
    if (!graph) return;
    for (std::size_t k = 0; k < found_.size(); ++k) {
      const auto& change = found.first_changes[k];
      const auto* node = graph->find(head.nodes[change.node]);
      if (node == nullptr || change.param >= node->type->desc->n_params) continue;
      found_[k] = &node->type->desc->params[change.param];
    }
  }
  const std::vector<const ib_param*>& params() const { return found_; }

 private:
  std::unique_ptr<const Catalogue> catalogue_;  // owns what is found
  std::vector<const ib_param*> found_;
};

int info(const std::string& file, bool json) {
  Diagnostics problems;
  const auto recording = open_recording(file, problems);
  if (recording == nullptr) {
    tell(problems.text());
    return wrong;
  }
  const auto found = survey(*recording);
  RecordingInfo info;
  info.head = &recording->head();
  info.survey = &found;
  const ChangedParams changed(recording->head(), found);
  info.params = changed.params();
  info.file = file;
  info.session = recording->session();
  info.version = recording->version();
  info.part = recording->part();
  for (const auto& warning : problems.items()) info.page_problem = warning.what;
  measure_parts(file, info);
  using Json = nlohmann::ordered_json;
  if (json) show(info_json(info).dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  else
    show(info_text(info, is_terminal(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : 1'000'000));
  return info.page_problem.empty() && found.problem.empty() ? done : failed;
}

}  // namespace

void add_info(CLI::App& app, Action& action) {
  auto file = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  auto* command = app.add_subcommand("info", "Says what a recording holds");
  command->add_option("RECORDING", *file, "A recording: FILE.ibr")->required();
  command->add_flag("--json", *json, "For programs");
  command->footer(info_examples);
  command->callback(
      [file, json, &action] { action = [file, json] { return info(*file, *json); }; });
}

}  // namespace ib::tool
