// interbeat mark: a mark in a running session.
#include "mark.hpp"

#include "command.hpp"
#include "control_client.hpp"
#include "message.hpp"
#include "yaml_text.hpp"

#include <memory>

namespace ib::tool {
namespace {

constexpr const char* mark_examples = R"(
The mark stands in the session at the moment at which the run got it. The graph needs a source that takes
marks, and a sink that keeps them:
  marks:      {type: source.markers}
  marks_file: {type: sink.csv, in: marks, path: marks.csv}

Examples:
  interbeat mark "hard talk"
  interbeat mark "they laugh" evening       where several are live
  interbeat mark calm --to anna.marks       where several sources take marks)";

struct MarkWords {
  std::string text, node, name;
};

int mark(const MarkWords& a) {
  // What can't be a mark is said without asking anybody; how long one may be, the run knows.
  if (const auto why = detail::problem_of_mark(a.text, a.text.size()); !why.empty()) {
    complain(why);
    return wrong;
  }
  if (find_bad_utf8(a.node) != std::string::npos) {
    complain("--to is not UTF-8 text");
    return wrong;
  }
  return ask_and_say(a.name, {{"do", "mark"}, {"text", a.text}, {"node", a.node}});
}

}  // namespace

void add_mark(CLI::App& app, Action& action) {
  auto a = std::make_shared<MarkWords>();
  auto* command = app.add_subcommand("mark", "Sets a mark in a running session");
  command->add_option("TEXT", a->text, "What is marked: one line, at most 55 bytes")->required();
  add_run_name(*command, a->name);
  command->add_option("--to", a->node, "The source that takes it, where the graph has several")
      ->type_name("NODE");
  command->footer(mark_examples);
  command->callback([a, &action] { action = [a] { return mark(*a); }; });
}

}  // namespace ib::tool
