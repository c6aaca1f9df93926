// interbeat graph: a graph as a picture.
#include "command.hpp"
#include "draw.hpp"
#include "load.hpp"
#include "message.hpp"
#include "places.hpp"

#include <cstdio>
#include <memory>

namespace ib::tool {
namespace {

constexpr const char* graph_examples = R"(
Needs no recording: a source that nobody named is drawn all the same.

Examples:
  interbeat graph couple.yaml --format mermaid
  interbeat graph couple.yaml --format svg > couple.svg)";

struct PictureArguments {
  GraphArguments graph;
  std::string format = "dot";
};

/// Graphviz writes to our own stdout.
int draw_svg(const std::string& dot_text) {
  if (!find_program("dot")) {
    complain("--format svg needs Graphviz, which is not installed",
             "apt install graphviz, or use --format mermaid");
    return failed;
  }
  std::FILE* dot = popen("dot -Tsvg", "w");
  bool good =
      dot != nullptr && std::fwrite(dot_text.data(), 1, dot_text.size(), dot) == dot_text.size();
  if (dot != nullptr) good = pclose(dot) == 0 && good;
  if (!good) complain("Graphviz failed; what it said stands above");
  return good ? done : failed;
}

int draw(const PictureArguments& a) {
  const auto graph = load_graph(a.graph, Sources::unopened);
  if (!graph) return wrong;
  if (a.format == "svg") return draw_svg(draw_dot(*graph));
  show(a.format == "mermaid" ? draw_mermaid(*graph) : draw_dot(*graph));
  return done;
}

}  // namespace

void add_graph(CLI::App& app, Action& action) {
  auto a = std::make_shared<PictureArguments>();
  auto* command = app.add_subcommand("graph", "Draws a graph");
  add_graph_arguments(*command, a->graph);
  command->add_option("--format", a->format, "dot (Graphviz), mermaid (Markdown pages) or svg")
      ->check(CLI::IsMember({"dot", "mermaid", "svg"}))
      ->capture_default_str();
  command->footer(graph_examples);
  command->callback([a, &action] { action = [a] { return draw(*a); }; });
}

}  // namespace ib::tool
