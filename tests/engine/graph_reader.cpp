// Text in, exact message out: every kind of diagnostic of the graph reader, as a user sees it.
#include <interbeat/graph.hpp>

#include "support/graph_folder.hpp"
#include "support/toy_registry.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

struct Result {
  std::optional<ib::Graph> graph;
  std::string text;  ///< all diagnostics
};

const ib::Registry& registry() {
  static const auto toys = ib::test::toy_registry();
  return toys;
}

Result read(std::string_view text, const ib::Overrides& set = {}) {
  ib::Diagnostics out;
  auto graph = ib::read_graph_text(text, "g.yaml", {}, set, registry(), out, {{}});
  BOOST_TEST(graph.has_value() == !out.has_errors());
  return {std::move(graph), out.text()};
}

/// What is said about nodes that stand behind `interbeat: 1` and a sound source `ring`.
std::string nodes(const std::string& lines) {
  return read("interbeat: 1\nnodes:\n  ring: {type: source.ring, source: a.csv}\n" + lines).text;
}

struct Folder : ib::test::GraphFolder {
  Result read(const std::string& name, const ib::Overrides& set = {},
              const ib::ReadOptions& options = {{}}) const {
    ib::Diagnostics out;
    auto graph = ib::read_graph(path() / name, set, registry(), out, options);
    return {std::move(graph), seen_from_within(out.text())};
  }
};

constexpr const char* person = R"(interbeat: 1
parameters:
  source: {type: source, doc: "A recording or a ring."}
  hop: {type: duration, default: 250 ms, min: 100 ms, max: 2 s}
nodes:
  ring:  {type: source.ring, source: $source}
  rated: {type: quality.rate, in: ring}
  beats: {type: beat.find, in: rated, hop: $hop}
  clean: {type: interval.clean, in: beats}
  hrv:   {type: hrv.window, in: clean}
outputs: {intervals: clean.out, hrv: hrv}
)";

constexpr const char* couple = R"(interbeat: 1
parameters:
  anna: {type: source, default: "virtual:seed=1"}
  ben:  {type: source, default: "virtual:seed=2"}
  out:  together
participants:
  anna: {use: person.yaml, with: {source: $anna}}
  ben:  {use: person.yaml, with: {source: $ben, hop: 0.5 s}}
nodes:
  together: {type: dyad.both, a: anna, b: {from: ben.intervals, queue: 30 s}, window: 30 s}
  log:      {type: sink.csv, in: together, path: "${out}.csv"}
)";

double number(const ib::GraphNode& node, std::string_view param) {
  for (const auto& setting : node.settings)
    if (param == node.type->desc->params[setting.param].name) return setting.number;
  BOOST_FAIL("no setting " << param);
  return 0;
}

std::string text(const ib::GraphNode& node, std::string_view param) {
  for (const auto& setting : node.settings)
    if (param == node.type->desc->params[setting.param].name) return setting.text;
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(graph_reader)

// -- what a sound graph becomes
// --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_small_graph_is_read) {
  const auto result = read(R"(interbeat: 1
seed: 7
nodes:
  ring:  {type: source.ring, source: a.csv, rate: 50 Hz}
  low:   {type: filter.low, in: ring, cutoff: 500 mHz, order: 4, on_error: bypass}
  log:   {type: sink.csv, in: {from: low.out, queue: 1 min, overflow: latest}, path: a.csv}
)");
  BOOST_TEST(result.text == "");
  BOOST_REQUIRE(result.graph.has_value());
  const auto& graph = *result.graph;
  BOOST_TEST(graph.name == "g");
  BOOST_TEST(graph.seed == 7U);
  BOOST_TEST(number(*graph.find("ring"), "rate") == 50);
  BOOST_TEST(number(*graph.find("low"), "cutoff") == 0.5);
  BOOST_TEST((graph.find("low")->on_error == ib::OnError::bypass));
  const auto& edge = graph.find("log")->inputs.at(0);
  BOOST_TEST(graph.nodes[edge.from_node].path == "low");
  BOOST_TEST(edge.cut);
  BOOST_TEST(edge.queue_s == 60);
  BOOST_TEST((edge.overflow == ib::Overflow::latest));
}

BOOST_AUTO_TEST_CASE(modules_unfold_with_the_path_of_their_user) {
  const Folder folder;
  folder.write("person.yaml", person);
  folder.write("couple.yaml", couple);
  const auto result = folder.read("couple.yaml", {{"out", "x"}});
  BOOST_TEST(result.text == "");
  BOOST_REQUIRE(result.graph.has_value());
  const auto& graph = *result.graph;
  BOOST_TEST(graph.nodes.size() == 13U);
  BOOST_TEST((graph.participants == std::vector<std::string>{"anna", "ben"}));
  BOOST_TEST(graph.find("anna.ring")->owner == "anna");
  BOOST_TEST(graph.find("anna.beats")->owner == "");
  BOOST_TEST(text(*graph.find("ben.ring"), "source") == "virtual:seed=2");
  BOOST_TEST(number(*graph.find("anna.beats"), "hop") == 0.25);
  BOOST_TEST(number(*graph.find("ben.beats"), "hop") == 0.5);
  BOOST_TEST(text(*graph.find("log"), "path") == "x.csv");
  const auto& both = *graph.find("together.compare");
  BOOST_TEST(both.inputs.size() == 2U);  // the optional input c stays open
  BOOST_TEST(graph.nodes[both.inputs[0].from_node].path == "anna.clean");
  BOOST_TEST(both.inputs[1].queue_s == 30);
  BOOST_TEST(number(both, "window") == 30);
}

BOOST_AUTO_TEST_CASE(set_reaches_parameters_of_graphs_of_modules_and_params_of_nodes) {
  const Folder folder;
  folder.write("person.yaml", person);
  folder.write("couple.yaml", couple);
  const auto result = folder.read("couple.yaml", {{"anna", "a.csv"},
                                                  {"anna.hop", "1 s"},
                                                  {"ben.beats.hop", "750 ms"},
                                                  {"together.window", "1 min"},
                                                  {"log.path", "z.csv"}});
  BOOST_TEST(result.text == "");
  BOOST_REQUIRE(result.graph.has_value());
  BOOST_TEST(text(*result.graph->find("anna.ring"), "source") == "a.csv");
  BOOST_TEST(number(*result.graph->find("anna.beats"), "hop") == 1);
  BOOST_TEST(number(*result.graph->find("ben.beats"), "hop") == 0.75);
  BOOST_TEST(number(*result.graph->find("together.left"), "window") == 60);
  BOOST_TEST(text(*result.graph->find("log"), "path") == "z.csv");
  BOOST_TEST(result.graph->parameters.at("anna") == "a.csv");
}

BOOST_AUTO_TEST_CASE(modules_are_found_beside_the_user_then_in_the_folders) {
  const Folder folder;
  folder.write("share/person.yaml", person);
  folder.write("couple.yaml", couple);
  BOOST_TEST(folder.read("couple.yaml").text.find("there is no module \"person.yaml\"") !=
             std::string::npos);
  BOOST_TEST(folder.read("couple.yaml", {}, {{folder.path() / "share"}}).text == "");
}

BOOST_AUTO_TEST_CASE(the_expanded_text_reads_back_to_itself_and_ignores_order) {
  const Folder folder;
  folder.write("person.yaml", person);
  folder.write("couple.yaml", couple);
  const auto first = folder.read("couple.yaml", {{"out", "5 $ \"a\" \\ \xC3\xBC"}});
  BOOST_REQUIRE(first.graph.has_value());
  const auto again = read(first.graph->expanded);
  BOOST_TEST(again.text == "");
  BOOST_REQUIRE(again.graph.has_value());
  BOOST_TEST(again.graph->expanded == first.graph->expanded);
  BOOST_TEST(ib::graph_hash(*again.graph) == ib::graph_hash(*first.graph));
  BOOST_TEST(again.graph->find("ben.ring")->owner == "ben");
  const auto a = read(
      "interbeat: 1\nnodes:\n  r: {type: source.ring, source: a, rate: 25 Hz}\n"
      "  s: {type: sink.csv, in: r, path: p}\n");
  const auto b = read(
      "nodes:\n  s: {in: r.ppg, type: sink.csv, path: p, flush: false}\n"
      "  r: {type: source.ring, source: \"a\"}\ninterbeat: 1\n");
  BOOST_TEST(a.graph->expanded == b.graph->expanded);
  BOOST_TEST(ib::graph_hash(*a.graph) != ib::graph_hash(*first.graph));
}

BOOST_AUTO_TEST_CASE(the_hash_is_fnv_1a) {
  ib::Graph graph;
  graph.expanded = "foobar";
  BOOST_TEST(ib::graph_hash(graph) == 0x85944171f73967e8U);  // published test vector
}

// -- the file itself
// ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_graph_says_its_version) {
  BOOST_TEST(
      read("nodes: {r: {type: source.ring, source: a}}").text.substr(0, 199) ==
      "g.yaml:1:1: error: interbeat: the line `interbeat: 1` is missing\n"
      "  hint: write it as the first line: it says for which version the graph was written\n");
  BOOST_TEST(read("interbeat: 2\nnoodles: {}\n").text ==
             "g.yaml:1:12: error: interbeat: this graph is written for interbeat 2; this program "
             "reads version 1\n  hint: install a newer interbeat\n");
  for (const char* version : {"1.5", "\"1\"", "one", "0", "-1", "[1]", ""})
    BOOST_TEST(
        read("interbeat: " + std::string(version) + "\nnodes: {}\n")
                .text.find("is not a version\n  expected interbeat: 1\n") != std::string::npos,
        version);
}

BOOST_AUTO_TEST_CASE(unknown_keys_at_the_top) {
  BOOST_TEST(read("interbeat: 1\nnodse: {}\nnodes: {}\n").text ==
             "g.yaml:2:1: error: nodse: unknown key \"nodse\"\n"
             "  expected one of: interbeat, name, seed, description, parameters, inputs, outputs, "
             "nodes, participants, realtime, executors, plugins\n"
             "  hint: did you mean \"nodes\"?\n");
  BOOST_TEST(read("interbeat: 1\nnodes: {}\nfor_each: [a]\n").text ==
             "g.yaml:3:1: error: for_each: `for_each:` stands inside of an entry, not at the top\n"
             "  hint: write p: {for_each: 0..9, use: person.yaml, ...} under `participants:`\n");
  BOOST_TEST(read("interbeat: 1\n").text ==
             "g.yaml:1:1: error: nodes: this graph has no nodes\n  expected `nodes:`\n");
  BOOST_TEST(read("interbeat: 1\nseed: 1.5\nnodes: {}\n").text ==
             "g.yaml:2:7: error: seed: \"1.5\" is not a seed\n"
             "  expected a whole number from 0 to 18446744073709551615\n");
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_one_sentence) {
  const Folder folder;
  BOOST_TEST(folder.read("none.yaml").text ==
             "none.yaml: error: this file does not exist or cannot be read\n");
  BOOST_TEST(folder.read(".").text.find("this is a folder, not a graph") != std::string::npos);
}

// -- nodes
// -------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(unknown_types_and_keys_have_nearest_names) {
  BOOST_TEST(nodes("  low: {type: filter.lo, in: ring}\n") ==
             "g.yaml:4:15: error: nodes.low.type: unknown node type \"filter.lo\"\n"
             "  hint: did you mean \"filter.low\"?\n");
  BOOST_TEST(nodes("  low: {type: xyz, in: ring}\n").find("`interbeat nodes` lists all types") !=
             std::string::npos);
  BOOST_TEST(nodes("  low: {type: filter.low, in: ring, cutof: 1 Hz}\n") ==
             "g.yaml:4:37: error: nodes.low.cutof: unknown key \"cutof\"\n"
             "  expected one of: in, cutoff, order, type, on_error, isolation, label\n"
             "  hint: did you mean \"cutoff\"?\n");
  BOOST_TEST(nodes("  low: {type: filter.low, in: ring, out: x}\n") ==
             "g.yaml:4:37: error: nodes.low.out: \"out\" is an output of filter.low\n"
             "  hint: an edge is written once, at the node that reads it\n");
  BOOST_TEST(nodes("  low: {type: filter.low, in: ring, isolation: process}\n").find("error") ==
             std::string::npos);
  BOOST_TEST(nodes("  low: {type: filter.low, in: ring, isolation: proces}\n") ==
             "g.yaml:4:48: error: nodes.low.isolation: isolation cannot be \"proces\"\n"
             "  expected process or none, or {mode: process, hang_after: 250 ms, ...}\n"
             "  hint: did you mean \"process\"?\n");
  BOOST_TEST(
      nodes("  low: {type: filter.low, in: ring, isolation: {hang_after: 1 h, memory: 5}}\n") ==
      "g.yaml:4:48: error: nodes.low.isolation: it is not said whether to isolate\n"
      "  hint: write `mode: process`\n"
      "g.yaml:4:66: error: nodes.low.isolation.memory: unknown key \"memory\"\n"
      "  expected one of: mode, max_restarts, hang_after, memory_mb\n");
  BOOST_TEST(
      nodes("  s: {type: sink.csv, in: ring, path: p, isolation: process}\n") ==
      "g.yaml:4:53: error: nodes.s.isolation: a sink can't run in a process of its own: started again, "
      "it would begin its file anew\n"
      "  hint: leave `isolation:` out here; nodes between source and sink can have it\n");
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: p, isolation: none}\n") == "");
  BOOST_TEST(nodes("  low: {in: ring}\n") ==
             "g.yaml:4:3: error: nodes.low: neither `type:` nor `use:` says what this is\n"
             "  expected {type: ...} or {use: ...}\n");
}

BOOST_AUTO_TEST_CASE(names_are_small_letters) {
  BOOST_TEST(nodes("  Low: {type: filter.low, in: ring}\n") ==
             "g.yaml:4:3: error: nodes.Low: \"Low\" cannot be a name\n"
             "  expected a lower-case letter, then letters, digits or _ (left_ring, beats2)\n");
  BOOST_TEST(nodes("  on: {type: filter.low, in: ring}\n") ==
             "g.yaml:4:3: error: nodes.on: the name \"on\" is a boolean or nothing to other YAML "
             "readers\n  hint: choose another name\n");
  BOOST_TEST(read("interbeat: 1\nparticipants: {a: {type: source.ring, source: x}}\n"
                  "nodes:\n  a: {type: source.ring, source: y}\n")
                 .text ==
             "g.yaml:4:3: error: nodes.a: the name \"a\" is taken\n"
             "  hint: it stands at g.yaml:2:16 already\n");
}

BOOST_AUTO_TEST_CASE(a_bad_name_is_said_once_not_at_every_reader) {
  BOOST_TEST(
      nodes("  on: {type: filter.low, in: ring}\n  s: {type: sink.csv, in: on, path: p}\n") ==
      "g.yaml:4:3: error: nodes.on: the name \"on\" is a boolean or nothing to other YAML "
      "readers\n  hint: choose another name\n");
  BOOST_TEST(nodes("  Low: {type: filter.low, in: ring}\n  s: {type: sink.csv, in: Low, path: p}\n"
                   "  t: {type: sink.csv, in: {from: Low.out}, path: q}\n") ==
             "g.yaml:4:3: error: nodes.Low: \"Low\" cannot be a name\n"
             "  expected a lower-case letter, then letters, digits or _ (left_ring, beats2)\n");
  for (const char* name : {"y", "n", "true", "off", "\"y\""})
    BOOST_TEST(nodes("  " + std::string(name) + ": {type: filter.low, in: ring}\n")
                       .find("is a boolean or nothing to other YAML readers") != std::string::npos,
               name);
}

BOOST_AUTO_TEST_CASE(what_a_merge_key_would_bring_is_not_missed) {
  BOOST_TEST(nodes("  f: &f {type: filter.low, in: ring}\n  g: {<<: *f, order: 3}\n"
                   "  h: {type: sink.csv, <<: *f, flush: 3}\n") ==
             "g.yaml:5:7: error: merge keys (<<) are not part of a graph\n"
             "  hint: to reuse a chain of nodes, put it into a file and name it with `use:`\n"
             "g.yaml:6:23: error: merge keys (<<) are not part of a graph\n"
             "  hint: to reuse a chain of nodes, put it into a file and name it with `use:`\n"
             "g.yaml:6:38: error: nodes.h.flush: \"3\" is not a boolean\n"
             "  expected true or false\n");
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_said_at_the_node) {
  BOOST_TEST(nodes("  low: {type: filter.low}\n  log: {type: sink.csv, in: low}\n") ==
             "g.yaml:4:3: error: nodes.low: a filter.low needs a stream for \"in\"\n"
             "  expected any samples\n  hint: write `in: NODE`\n"
             "g.yaml:5:3: error: nodes.log: a sink.csv needs \"path\", the file to write\n"
             "  expected a file name\n  hint: write `path: ...`\n");
}

BOOST_AUTO_TEST_CASE(on_error_bypass_only_where_it_can_be_done) {
  BOOST_TEST(nodes("  b: {type: beat.find, in: ring, on_error: bypass}\n") ==
             "g.yaml:4:44: error: nodes.b.on_error: a beat.find cannot be bypassed: what goes in "
             "is not what comes out\n  expected stop or restart\n");
  BOOST_TEST(nodes("  b: {type: beat.find, in: ring, on_error: restrat}\n") ==
             "g.yaml:4:44: error: nodes.b.on_error: on_error cannot be \"restrat\"\n"
             "  expected one of: stop, restart, bypass\n  hint: did you mean \"restart\"?\n");
}

// -- values
// ------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(values_are_checked_where_they_stand) {
  BOOST_TEST(nodes("  b: {type: beat.find, in: ring, hop: 60 s}\n") ==
             "g.yaml:4:39: error: nodes.b.hop: 60 s is above the limit of 2 s\n"
             "  expected between 0.1 s and 2 s\n");
  BOOST_TEST(nodes("  b: {type: beat.find, in: ring, hop: 50 ms}\n") ==
             "g.yaml:4:39: error: nodes.b.hop: 0.05 s is below the limit of 0.1 s\n"
             "  expected between 0.1 s and 2 s\n");
  BOOST_TEST(nodes("  b: {type: beat.find, in: ring, hop: 0.5}\n") ==
             "g.yaml:4:39: error: nodes.b.hop: \"0.5\" has no unit\n"
             "  expected a duration such as 60 s\n  hint: write \"0.5 s\"\n");
  BOOST_TEST(nodes("  b: {type: beat.find, in: ring, hop: 2 Hz}\n") ==
             "g.yaml:4:39: error: nodes.b.hop: \"2 Hz\" is a frequency, not a duration such as "
             "60 s\n  expected a duration such as 60 s\n");
  BOOST_TEST(nodes("  b: {type: beat.find, in: ring, hop: {s: 1}}\n") ==
             "g.yaml:4:39: error: nodes.b.hop: this is a mapping, not a single value\n"
             "  expected a duration such as 60 s\n");
  BOOST_TEST(nodes("  b: {type: beat.find, in: ring, hop: }\n") ==
             "g.yaml:4:34: error: nodes.b.hop: a value is missing\n"
             "  expected a duration such as 60 s\n");
  BOOST_TEST(nodes("  b: {type: beat.find, in: ring, method: slop}\n") ==
             "g.yaml:4:42: error: nodes.b.method: method cannot be \"slop\"\n"
             "  expected one of: slope, peak\n  hint: did you mean \"slope\"?\n");
  BOOST_TEST(nodes("  b:\n    type: beat.find\n    in:\n    hop: 1 s\n") ==
             "g.yaml:6:5: error: nodes.b.in: a value is missing\n"
             "  expected a node, or node.port, as in `in: ring.ppg`\n");
  BOOST_TEST(nodes("  f: {type: filter.low, in: ring, cutoff: 0,5 Hz, order: 2}\n") ==
             "g.yaml:4:43: error: \"0,5 Hz\" has a decimal comma, and a comma ends the value\n"
             "  hint: write \"0.5 Hz\"\n");
  BOOST_TEST(nodes("  f: {type: filter.low, in: ring, order: 2.5}\n") ==
             "g.yaml:4:42: error: nodes.f.order: \"2.5\" is not a whole number\n"
             "  expected a whole number\n");
}

BOOST_AUTO_TEST_CASE(old_booleans_are_refused_with_the_word_to_write) {
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: p, flush: yes}\n") ==
             "g.yaml:4:49: error: nodes.s.flush: \"yes\" is not a boolean\n"
             "  expected true or false\n  hint: write true\n");
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: off}\n") ==
             "g.yaml:4:39: error: nodes.s.path: an unquoted off is a boolean to other YAML "
             "readers, not a text\n  expected a text\n  hint: write \"off\" in quotes\n");
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: true}\n") ==
             "g.yaml:4:39: error: nodes.s.path: an unquoted true is a boolean, not a text\n"
             "  expected a text\n  hint: write \"true\" in quotes\n");
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: n}\n").find("an unquoted n is") !=
             std::string::npos);
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: p, flush: True}\n") == "");
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: \"off\", flush: true}\n") == "");
}

// -- edges
// -------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(edges_lead_to_nodes_and_ports_that_exist) {
  BOOST_TEST(nodes("  f: {type: filter.low, in: rign}\n") ==
             "g.yaml:4:29: error: nodes.f.in: there is no node \"rign\"\n"
             "  expected one of: f, ring\n  hint: did you mean \"ring\"?\n");
  BOOST_TEST(nodes("  f: {type: filter.low, in: ring.pgp}\n") ==
             "g.yaml:4:29: error: nodes.f.in: \"ring\" has no output \"pgp\"\n"
             "  expected one of: ppg, beats\n  hint: did you mean \"ppg\"?\n");
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: p}\n  f: {type: filter.low, in: s}\n") ==
             "g.yaml:5:29: error: nodes.f.in: \"s\" is a sink.csv and gives no stream\n");
  BOOST_TEST(nodes("  s: {type: sink.csv, in: [ring], path: p}\n") ==
             "g.yaml:4:27: error: nodes.s.in: an input takes one stream, not a list\n"
             "  expected a node, or node.port, as in `in: ring.ppg`\n");
  BOOST_TEST(
      nodes("  s: {type: sink.csv, in: {from: ring, queue: 2 h, overflow: lates}, path: p}\n") ==
      "g.yaml:4:47: error: nodes.s.in.queue: 7200 s is above the limit of 3600 s\n"
      "  expected between 0.01 s and 3600 s\n"
      "g.yaml:4:62: error: nodes.s.in.overflow: unknown overflow \"lates\"\n"
      "  expected one of: block, error, drop_newest, latest\n"
      "  hint: did you mean \"latest\"?\n");
}

BOOST_AUTO_TEST_CASE(a_broken_node_is_said_once_not_at_every_reader) {
  BOOST_TEST(nodes("  a: {type: nonsense, in: ring}\n  b: {type: sink.csv, in: a, path: p}\n"
                   "  c: {type: sink.csv, in: a.x, path: q}\n") ==
             "g.yaml:4:13: error: nodes.a.type: unknown node type \"nonsense\"\n"
             "  hint: `interbeat nodes` lists all types\n");
}

BOOST_AUTO_TEST_CASE(streams_must_fit_and_the_message_names_both) {
  BOOST_TEST(nodes("  c: {type: interval.clean, in: ring}\n") ==
             "g.yaml:4:33: error: nodes.c.in: \"ring.ppg\" carries toy/ppg/1 (regular, unit a.u.)\n"
             "  expected toy/beat/1 (irregular)\n  hint: \"ring.beats\" would fit\n");
  BOOST_TEST(nodes("  h: {type: dyad.compare, a: ring.beats, b: ring.beats}\n")
                 .find("expected toy/interval/1 (irregular, unit ms)\n"
                       "  hint: put interval.clean between them") != std::string::npos);
  // Through a filter, whose output is as its input.
  BOOST_TEST(nodes("  f: {type: filter.low, in: ring}\n  c: {type: interval.clean, in: f}\n") ==
             "g.yaml:5:33: error: nodes.c.in: \"f.out\" carries toy/ppg/1 (regular, unit a.u.)\n"
             "  expected toy/beat/1 (irregular)\n  hint: put beat.find between them\n");
  BOOST_TEST(nodes("  f: {type: filter.low, in: ring.beats}\n") ==
             "g.yaml:4:29: error: nodes.f.in: \"ring.beats\" carries toy/beat/1 (irregular)\n"
             "  expected samples of any type (regular)\n  hint: \"ring.ppg\" would fit\n");
}

BOOST_AUTO_TEST_CASE(the_shortest_chain_between_two_streams_is_named) {
  // hrv.window refuses intervals of unrated samples: the chain leads through quality.rate.
  const auto led = nodes("  f: {type: filter.low, in: ring}\n  h: {type: hrv.window, in: f}\n");
  BOOST_TEST(led.find("  expected toy/interval/1 (irregular, unit ms)\n"
                      "  hint: put quality.rate, beat.find, interval.clean between them\n") !=
                 std::string::npos,
             led);
  // What does not come of the stream is not between.
  const auto back = nodes(
      "  c: {type: interval.clean, in: ring.beats}\n  h: {type: hrv.window, in: c}\n"
      "  f: {type: quality.rate, in: h}\n");
  BOOST_TEST(back.find("  hint: one row per step\n") != std::string::npos, back);
}

BOOST_AUTO_TEST_CASE(slips_in_flow_mappings_are_seen_through) {
  const auto said = nodes(
      "  a: {type:filter.low, in: ring}\n  b: {type: filter.low, in: ring, order:3}\n"
      "  c: {type: source.ring, source: virtual:seed=1,rate=50}\n");
  for (const auto* part :
       {"g.yaml:4:3: error: nodes.a: neither `type:` nor `use:` says what this is\n"
        "  expected {type: ...} or {use: ...}\n"
        "  hint: put a space after the colon: `type: filter.low`\n",
        "unknown key \"order:3\"\n  hint: put a space after the colon: `order: 3`\n",
        "unknown key \"rate=50\"\n  hint: a text that holds a comma goes into quotes here, as in "
        "\"virtual:seed=1,rate=50\"\n"})
    BOOST_TEST(said.find(part) != std::string::npos, part << " is not in\n" << said);
}

BOOST_AUTO_TEST_CASE(a_circle_is_printed) {
  BOOST_TEST(nodes("  x: {type: filter.low, in: z}\n  v: {type: filter.low, in: x}\n"
                   "  z: {type: filter.low, in: v}\n  s: {type: sink.csv, in: z, path: p}\n") ==
             "g.yaml:4:29: error: nodes.x: these nodes wait for each other in a circle: "
             "x -> v -> z -> x\n  hint: data flows one way: take one of these edges out\n");
}

BOOST_AUTO_TEST_CASE(a_refused_attribute_shows_its_whole_way) {
  const std::string chain =
      "  b: {type: beat.find, in: ring}\n  c: {type: interval.clean, in: b}\n";
  BOOST_TEST(nodes(chain + "  h: {type: hrv.window, in: c}\n") ==
             "g.yaml:6:29: error: nodes.h.in: hrv.window refuses a stream that is \"unrated\": "
             "ring -> b -> c -> h\n"
             "  expected intervals from rated samples\n"
             "  hint: insert quality.rate on the way, or write `accept_unrated: true`\n");
  BOOST_TEST(nodes(chain + "  h: {type: hrv.window, in: c, accept_unrated: true}\n"
                           "  s: {type: sink.csv, in: h, path: p}\n") == "");
  BOOST_TEST(nodes("  q: {type: quality.rate, in: ring}\n  b: {type: beat.find, in: q}\n"
                   "  c: {type: interval.clean, in: b}\n  h: {type: hrv.window, in: c}\n"
                   "  s: {type: sink.csv, in: h, path: p}\n") == "");
}

BOOST_AUTO_TEST_CASE(two_sinks_never_write_one_file) {
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: a.csv}\n"
                   "  t: {type: sink.csv, in: ring, path: ./x/../a.csv}\n") ==
             "g.yaml:5:39: error: nodes.t.path: t and s both write \"a.csv\"\n"
             "  hint: give each sink a file of its own\n");
}

BOOST_AUTO_TEST_CASE(unused_nodes_are_warnings) {
  BOOST_TEST(
      nodes("  f: {type: filter.low, in: ring}\n  s: {type: sink.csv, in: ring, path: p}\n") ==
      "g.yaml:4:3: warning: nodes.f: nothing that \"f\" gives reaches a sink\n"
      "  hint: read it in a sink, or take it out\n");
  BOOST_TEST(nodes("") ==
             "g.yaml:3:3: warning: nodes: this graph has no sink: its results go "
             "nowhere\n  hint: add one, such as `log: {type: sink.csv, in: NODE, "
             "path: log.csv}`\n");
}

// -- parameters
// ----------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(parameters_must_have_values) {
  const std::string text =
      "interbeat: 1\nparameters:\n  rec: {type: source}\nnodes:\n"
      "  r: {type: source.ring, source: $rec}\n  s: {type: sink.csv, in: r, path: "
      "\"${rec}.csv\"}\n";
  BOOST_TEST(read(text).text ==
             "g.yaml:3:3: error: parameters.rec: the parameter \"rec\" has no value\n"
             "  expected a source: a file or folder\n"
             "  hint: say --set rec=FILE\n");
  const auto good = read(text, {{"rec", "a"}});
  BOOST_TEST(good.text == "");
  BOOST_TEST(::text(*good.graph->find("s"), "path") == "a.csv");
  BOOST_TEST(read(text, {{"rec", "a"}, {"rce", "b"}, {"r.rat", "5 Hz"}}).text ==
             "--set r.rat=5 Hz: error: no node of this graph has a param \"r.rat\"\n"
             "  hint: did you mean \"r.rate\"?\n"
             "--set rce=b: error: this graph has no parameter \"rce\"\n"
             "  expected rec\n  hint: did you mean \"rec\"?\n");
}

BOOST_AUTO_TEST_CASE(a_value_that_came_through_a_parameter_is_said_where_it_stands) {
  const std::string text =
      "interbeat: 1\nparameters:\n  hop: 5 s\nnodes:\n  r: {type: source.ring, source: a}\n"
      "  b: {type: beat.find, in: r, hop: $hop}\n  s: {type: sink.csv, in: b, path: p}\n";
  BOOST_TEST(read(text).text ==
             "g.yaml:3:8: error: nodes.b.hop: 5 s is above the limit of 2 s\n"
             "  expected between 0.1 s and 2 s\n  in $hop at g.yaml:6:36\n");
  BOOST_TEST(read(text, {{"hop", "9 s"}}).text ==
             "--set hop=9 s: error: nodes.b.hop: 9 s is above the limit of 2 s\n"
             "  expected between 0.1 s and 2 s\n  in $hop at g.yaml:6:36\n");
}

BOOST_AUTO_TEST_CASE(parameters_are_declared_and_used_by_their_names) {
  const auto said = [](const std::string& declared, const std::string& used) {
    return read("interbeat: 1\nparameters: {" + declared +
                "}\nnodes:\n  r: {type: source.ring, "
                "source: " +
                used + "}\n  s: {type: sink.csv, in: r, path: p}\n")
        .text;
  };
  BOOST_TEST(said("rec: a", "$rce") ==
             "g.yaml:4:34: error: nodes.r.source: there is no parameter \"rce\"\n"
             "  expected $rec\n  hint: did you mean \"$rec\"?\n");
  BOOST_TEST(said("rec: a", "$rec.csv") ==
             "g.yaml:4:34: error: nodes.r.source: a \"$\" inside of a text begins a parameter in "
             "braces, as in ${rec}\n  hint: write $$ for a dollar sign\n");
  BOOST_TEST(said("rec: a", "cost$$5-$rec").find("in braces") != std::string::npos);
  BOOST_TEST(said("rec: a", "\"cost$$5-${rec}\"") == "");
  BOOST_TEST(said("w: {type: duratoin, default: 5 s}", "a") ==
             "g.yaml:2:24: error: parameters.w.type: unknown parameter type \"duratoin\"\n"
             "  expected one of: source, file, path, string, number, integer, boolean, duration, "
             "frequency, list\n  hint: did you mean \"duration\"?\n");
  BOOST_TEST(said("w: {type: duration, default: 5 s, max: 2 s}", "a") ==
             "g.yaml:2:43: error: parameters.w: 5 s is above the limit of 2 s\n"
             "  expected at most 2 s\n");
  BOOST_TEST(said("w: {type: boolean, default: no}", "a") ==
             "g.yaml:2:42: error: parameters.w: \"no\" is not a boolean\n"
             "  expected true or false\n  hint: write false\n");
  BOOST_TEST(said("w: {type: file, default: none.json}", "a") ==
             "g.yaml:2:39: error: parameters.w: there is no file \"none.json\"\n"
             "  hint: a relative path starts at the folder of the graph\n");
}

BOOST_AUTO_TEST_CASE(booleans_are_those_of_yaml_1_2) {
  for (const char* flag : {"True", "FALSE", "{default: True}", "{type: boolean, default: TRUE}"})
    BOOST_TEST(read("interbeat: 1\nparameters:\n  f: " + std::string(flag) +
                    "\nnodes:\n"
                    "  r: {type: source.ring, source: a}\n"
                    "  s: {type: sink.csv, in: r, path: p, flush: $f}\n")
                       .text == "",
               flag);
}

BOOST_AUTO_TEST_CASE(bounds_of_a_parameter_are_values_of_its_type) {
  const auto said = [](const std::string& declared) {
    return read("interbeat: 1\nparameters:\n  w: {" + declared +
                "}\nnodes:\n  r: {type: "
                "source.ring, source: \"${w}\"}\n  s: {type: sink.csv, in: r, path: p}\n")
        .text;
  };
  BOOST_TEST(said("type: duration, default: 60 s, min: 30 Hz, max: 90") ==
             "g.yaml:3:43: error: parameters.w.min: \"30 Hz\" is a frequency, not a duration such "
             "as 60 s\n  expected a duration such as 60 s\n"
             "g.yaml:3:55: error: parameters.w.max: \"90\" has no unit\n"
             "  expected a duration such as 60 s\n  hint: write \"90 s\"\n");
  BOOST_TEST(said("type: number, default: 1, min: abc") ==
             "g.yaml:3:38: error: parameters.w.min: \"abc\" is not a number\n"
             "  expected a number\n");
  BOOST_TEST(said("type: duration, default: 60 s, min: 90 s, max: 30 s") ==
             "g.yaml:3:54: error: parameters.w.max: no value fits: `max`, 30 s, is below `min`, "
             "90 s\n");
  BOOST_TEST(said("type: number, default: 4, min: 3, max: 3") ==
             "g.yaml:3:30: error: parameters.w: 4 is above the limit of 3\n  expected 3\n");
  BOOST_TEST(said("type: number, default: 3, min: 3, max: 3") == "");
  BOOST_TEST(said("type: integer, default: 3, min: 2.5") ==
             "g.yaml:3:39: error: parameters.w.min: \"2.5\" is not a whole number\n"
             "  expected a whole number\n");
  BOOST_TEST(said("type: string, default: x, min: 3") ==
             "g.yaml:3:38: error: parameters.w.min: only numbers, durations and frequencies have "
             "bounds\n");
  BOOST_TEST(said("type: number, default: 1, min: ") ==
             "g.yaml:3:33: error: parameters.w.min: a value is missing\n  expected a number\n");
}

BOOST_AUTO_TEST_CASE(a_default_is_no_name) {
  const auto said = [](const std::string& declared) {
    return read("interbeat: 1\nparameters:\n  a: x\n  out: " + declared +
                "\nnodes:\n  r: {type: source.ring, source: $a}\n"
                "  s: {type: sink.csv, in: r, path: \"${out}.csv\"}\n");
  };
  const std::string remedy =
      "a default cannot name another parameter\n  expected a value\n"
      "  hint: use both where they are needed, as in ${a}/${b}.csv; write $$ for a dollar sign\n";
  BOOST_TEST(said("{default: $a}").text == "g.yaml:4:18: error: parameters.out.default: " + remedy);
  BOOST_TEST(said("$a").text == "g.yaml:4:8: error: parameters.out: " + remedy);
  const auto dollar = said("{default: 5$$}");
  BOOST_TEST(dollar.text == "");
  BOOST_TEST(::text(*dollar.graph->find("s"), "path") == "5$.csv");
}

BOOST_AUTO_TEST_CASE(unused_parameters_are_warnings) {
  BOOST_TEST(read("interbeat: 1\nparameters: {rec: a, spare: b}\nname: \"${rec}\"\nnodes:\n"
                  "  r: {type: source.ring, source: $$spare}\n"
                  "  s: {type: sink.csv, in: r, path: p}\n")
                 .text ==
             "g.yaml:2:22: warning: parameters.spare: nothing uses the parameter \"spare\"\n"
             "  hint: write $spare where its value belongs, or take it out\n");
}

BOOST_AUTO_TEST_CASE(a_parameter_is_set_once) {
  const std::string text =
      "interbeat: 1\nparameters:\n  rec: a\nnodes:\n  r: {type: source.ring, source: $rec}\n"
      "  s: {type: sink.csv, in: r, path: p}\n";
  BOOST_TEST(read(text, {{"rec", "b"}, {"rec", "c"}}).text ==
             "--set rec=c: error: \"rec\" is set twice, to \"b\" and to \"c\"\n"
             "  hint: say --set rec once\n");
}

BOOST_AUTO_TEST_CASE(a_graph_to_look_at_needs_no_recording) {
  const std::string text =
      "interbeat: 1\nparameters:\n  rec: {type: source}\nnodes:\n  r: {type: source.ring, source: "
      "$rec}\n  s: {type: sink.csv, in: r, path: p}\n";
  ib::Diagnostics out;
  ib::ReadOptions options{{}};
  options.placeholders = true;
  const auto graph = ib::read_graph_text(text, "g.yaml", {}, {}, registry(), out, options);
  BOOST_TEST(out.text() == "");
  BOOST_REQUIRE(graph.has_value());
  BOOST_TEST(::text(*graph->find("r"), "source") == "<rec>");
}

BOOST_AUTO_TEST_CASE(what_is_sound_of_a_graph_with_errors_is_handed_back) {
  const std::string text =
      "interbeat: 1\nnodes:\n  a: {type: source.ring, source: x, colour: red}\n"
      "  b: {type: source.ring, source: z, rate: fast}\n  c: {type: source.ring}\n";
  ib::Diagnostics out;
  ib::Graph partial;
  ib::ReadOptions options{{}};
  options.partial = &partial;
  BOOST_TEST(!ib::read_graph_text(text, "g.yaml", {}, {}, registry(), out, options).has_value());
  BOOST_TEST(out.errors() == 3U);
  BOOST_REQUIRE(partial.nodes.size() == 3U);
  BOOST_TEST(partial.nodes[0].sound);  // its key is unknown, but what it has is right
  BOOST_TEST(!partial.nodes[1].sound);
  BOOST_TEST(!partial.nodes[2].sound);
}

// -- files
// -------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(sinks_write_files_of_the_output_folder) {
  const auto path = [](const std::string& text) {
    return nodes("  s: {type: sink.csv, in: ring, path: " + text + "}\n");
  };
  const auto at = [](const std::string& said) {
    return "g.yaml:4:39: error: nodes.s.path: " + said;
  };
  BOOST_TEST(path(".") == at("\".\" is a folder, not a file\n"
                             "  hint: add the name of a file, such as ./s.csv\n"));
  BOOST_TEST(path("sub/") == at("\"sub/\" is a folder, not a file\n"
                                "  hint: add the name of a file, such as sub/s.csv\n"));
  BOOST_TEST(path("a/..") == at("\"a/..\" is a folder, not a file\n"
                                "  hint: add the name of a file, such as ./s.csv\n"));
  const std::string out =
      "leads out of the output folder\n"
      "  hint: choose another folder with --out, or write an absolute path\n";
  BOOST_TEST(path("../up.csv") == at("\"../up.csv\" " + out));
  BOOST_TEST(path("a/../../up.csv") == at("\"a/../../up.csv\" " + out));
  BOOST_TEST(path("./run.json") == at("\"run.json\" is where the run itself is recorded\n"
                                      "  hint: choose another name\n"));
  BOOST_TEST(path("\"\"") == at("path is empty\n  expected a file name\n"));
  for (const char* good : {"/nowhere/up.csv", "a/../b.csv", "..a.csv", "sub/run.json"})
    BOOST_TEST(path(good) == "", good);
}

BOOST_AUTO_TEST_CASE(a_file_is_not_also_a_folder) {
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: x.csv}\n"
                   "  t: {type: sink.csv, in: ring, path: x.csv/u.csv}\n") ==
             "g.yaml:5:39: error: nodes.t.path: t and s can't write both \"x.csv/u.csv\" and "
             "\"x.csv\": one name is a file and a folder\n  hint: give one of them another name\n");
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: a/b/c}\n"
                   "  t: {type: sink.csv, in: ring, path: a/b}\n")
                 .find("one name is a file") != std::string::npos);
  BOOST_TEST(nodes("  s: {type: sink.csv, in: ring, path: x.csv}\n"
                   "  t: {type: sink.csv, in: ring, path: x.csv2/u.csv}\n") == "");
}

BOOST_AUTO_TEST_CASE(a_file_that_came_from_elsewhere_is_said_where_it_stands) {
  const std::string text =
      "interbeat: 1\nparameters:\n  out: a.csv\nnodes:\n  r: {type: source.ring, source: a}\n"
      "  s: {type: sink.csv, in: r, path: $out}\n";
  BOOST_TEST(read(text, {{"out", "../up.csv"}}).text ==
             "--set out=../up.csv: error: nodes.s.path: \"../up.csv\" leads out of the output "
             "folder\n  hint: choose another folder with --out, or write an absolute path\n"
             "  in $out at g.yaml:6:36\n");
}

BOOST_AUTO_TEST_CASE(recordings_are_looked_for_beside_the_graph_first) {
  const Folder folder;
  folder.write("data/a.csv", "");
  folder.write("b.csv", "");
  const auto source = [&](const std::string& name, const ib::Overrides& set = {}) {
    folder.write("g.yaml", "interbeat: 1\nparameters: {rec: " + name +
                               "}\nnodes:\n"
                               "  r: {type: source.ring, source: $rec}\n"
                               "  s: {type: sink.csv, in: r, path: p}\n");
    const auto result = folder.read("g.yaml", set);
    BOOST_TEST(result.text == "");
    return ::text(*result.graph->find("r"), "source");
  };
  const auto beside = [&](const std::string& name) { return (folder.path() / name).string(); };
  BOOST_TEST(source("data/a.csv") == beside("data/a.csv"));
  BOOST_TEST(source("\"csv:b.csv?start=-5s\"") == "csv:" + beside("b.csv") + "?start=-5s");
  BOOST_TEST(source("data") == beside("data"));
  BOOST_TEST(source("none.csv") == "none.csv");  // nothing there: as from the command line
  BOOST_TEST(source("\"virtual:seed=1\"") == "virtual:seed=1");
  BOOST_TEST(source("x", {{"rec", "b.csv"}}) == "b.csv");  // typed where the shell stands
}

// -- modules
// -------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(errors_inside_of_a_module_name_every_user_once) {
  const Folder folder;
  folder.write("person.yaml",
               "interbeat: 1\nnodes:\n  r: {type: source.ring, source: a, rat: 1}\n"
               "outputs: {out: r}\n");
  folder.write("couple.yaml",
               "interbeat: 1\nparticipants:\n  anna: {use: person.yaml}\n"
               "  ben: {use: person.yaml}\n");
  BOOST_TEST(folder.read("couple.yaml").text ==
             "person.yaml:3:37: error: nodes.r.rat: unknown key \"rat\"\n"
             "  expected one of: source, rate, type, on_error, isolation, label\n"
             "  hint: did you mean \"rate\"?\n"
             "  in person.yaml used at couple.yaml:3:15\n"
             "  in person.yaml used at couple.yaml:4:14\n");
}

BOOST_AUTO_TEST_CASE(users_of_modules_give_what_the_module_asks_for) {
  const Folder folder;
  folder.write("person.yaml", person);
  folder.write("g.yaml",
               "interbeat: 1\nnodes:\n  a: {use: person.yaml, with: {sorce: x}}\n"
               "  b: {use: person.yaml, source: x}\n  c: {use: persn.yaml}\n"
               "  s: {type: sink.csv, in: a.rr, path: p}\n"
               "  d: {type: dyad.both, a: a, window: 1 s}\n");
  BOOST_TEST(folder.read("g.yaml").text ==
             "g.yaml:3:3: error: nodes.a: person.yaml needs a value for \"source\"\n"
             "  expected a source: a file or folder, a Bluetooth device (ble:NAME), or "
             "virtual:seed=1\n"
             "  hint: write `with: {source: ...}`\n"
             "g.yaml:3:32: error: nodes.a.with.sorce: person.yaml has no parameter \"sorce\"\n"
             "  expected one of: source, hop\n  hint: did you mean \"source\"?\n"
             "g.yaml:4:3: error: nodes.b: person.yaml needs a value for \"source\"\n"
             "  expected a source: a file or folder, a Bluetooth device (ble:NAME), or "
             "virtual:seed=1\n"
             "  hint: write `with: {source: ...}`\n"
             "g.yaml:4:25: error: nodes.b.source: \"source\" is a parameter of the module\n"
             "  hint: write it under `with:`\n"
             "g.yaml:5:12: error: nodes.c.use: there is no module \"persn.yaml\"\n"
             "  hint: did you mean \"person.yaml\"?\n"
             "g.yaml:6:27: error: nodes.s.in: \"a\" has no output \"rr\"\n"
             "  expected one of: intervals, hrv\n"
             "g.yaml:7:3: error: nodes.d: dyad.both needs a stream for its input \"b\"\n"
             "  expected intervals of the other\n  hint: write `b: NODE`\n"
             "g.yaml:7:38: error: nodes.d.window: 1 s is below the limit of 10 s\n"
             "  expected between 10 s and 300 s\n");
}

BOOST_AUTO_TEST_CASE(a_module_that_uses_itself_is_found) {
  const Folder folder;
  folder.write("a.yaml", "interbeat: 1\nnodes: {b: {use: b.yaml}}\n");
  folder.write("b.yaml", "interbeat: 1\nnodes: {a: {use: a.yaml}}\n");
  BOOST_TEST(folder.read("a.yaml").text ==
             "b.yaml:2:18: error: nodes.a: this module uses itself: a.yaml -> b.yaml -> a.yaml\n"
             "  in b.yaml used at a.yaml:2:18\n");
}

BOOST_AUTO_TEST_CASE(streams_that_lead_only_to_each_other_are_found) {
  const Folder folder;
  folder.write("pass.yaml", "interbeat: 1\ninputs: [x]\nnodes: {}\noutputs: {out: x}\n");
  folder.write("g.yaml",
               "interbeat: 1\nnodes:\n  a: {use: pass.yaml, x: b}\n"
               "  b: {use: pass.yaml, x: a}\n");
  BOOST_TEST(folder.read("g.yaml").text.find(
                 "g.yaml:3:26: error: nodes.a.x: \"b\" leads round in a circle") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_person_whom_nobody_reads_is_a_warning) {
  const Folder folder;
  folder.write("person.yaml", person);
  folder.write("g.yaml",
               "interbeat: 1\nparticipants:\n  a: {use: person.yaml, with: {source: x}}\n"
               "  b: {use: person.yaml, with: {source: z}}\n"
               "nodes:\n  s: {type: sink.csv, in: a, path: p}\n");
  BOOST_TEST(folder.read("g.yaml").text ==
             "g.yaml:4:3: warning: participants.b: nothing that \"b\" gives reaches a sink\n"
             "  hint: read it in a sink, or take it out\n");
}

BOOST_AUTO_TEST_CASE(modules_that_multiply_are_bounded) {
  const Folder folder;
  std::string ten = "interbeat: 1\nnodes:\n";
  for (int i = 0; i < 10; ++i) ten += "  n" + std::to_string(i) + ": {use: NEXT}\n";
  for (int level = 0; level < 8; ++level) {
    auto text = ten;
    const auto next = "m" + std::to_string(level + 1) + ".yaml";
    for (auto at = text.find("NEXT"); at != std::string::npos; at = text.find("NEXT"))
      text.replace(at, 4, next);
    folder.write("m" + std::to_string(level) + ".yaml", text);
  }
  folder.write("m8.yaml", "interbeat: 1\nnodes: {}\n");
  BOOST_TEST(folder.read("m0.yaml").text.find("this graph has more than 1000 modules") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_module_cannot_run_by_itself) {
  BOOST_TEST(read("interbeat: 1\ninputs: [x]\nnodes:\n  f: {type: filter.low, in: x}\n").text ==
             "g.yaml:2:10: error: inputs: a graph with inputs is a module and cannot run by "
             "itself\n  hint: use it from a graph, as in `nodes: {x: {use: g.yaml}}`\n");
}

BOOST_AUTO_TEST_SUITE_END()
