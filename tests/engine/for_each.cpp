// `for_each:` as users write it: what it unfolds to, what one instance is called, and each mistake
// said once, for however many.
#include "fold.hpp"

#include <interbeat/graph.hpp>

#include "support/graph_folder.hpp"
#include "support/toy_registry.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

constexpr const char* person = R"(interbeat: 1
parameters:
  source: {type: source}
  hop: {type: duration, default: 250 ms, max: 2 s}
nodes:
  ring:  {type: source.ring, source: $source}
  rated: {type: quality.rate, in: ring}
  beats: {type: beat.find, in: rated, hop: $hop}
  clean: {type: interval.clean, in: beats}
  hrv:   {type: hrv.window, in: clean}
outputs: {intervals: clean.out, hrv: hrv}
)";

struct Result {
  std::optional<ib::Graph> graph;
  std::string text;  ///< all diagnostics
};

/// A folder with person.yaml in it, where graphs are read.
struct Folder : ib::test::GraphFolder {
  Folder() { write("person.yaml", person); }
  Result read(const std::string& text, const ib::Overrides& set = {}) const {
    static const auto toys = ib::test::toy_registry();
    ib::Diagnostics out;
    auto graph =
        ib::read_graph_text("interbeat: 1\n" + text, "g.yaml", path(), set, toys, out, {{}});
    BOOST_TEST(graph.has_value() == !out.has_errors());
    return {std::move(graph), seen_from_within(out.text())};
  }
  ib::Graph good(const std::string& text, const ib::Overrides& set = {}) const {
    auto result = read(text, set);
    BOOST_TEST(result.text == "");
    BOOST_REQUIRE(result.graph.has_value());
    return std::move(*result.graph);
  }
};

std::string text(const ib::Graph& graph, const char* path, std::string_view param) {
  const auto* node = graph.find(path);
  BOOST_REQUIRE_MESSAGE(node != nullptr, "no node " << path);
  for (const auto& setting : node->settings)
    if (param == node->type->desc->params[setting.param].name)
      return setting.text.empty() ? std::to_string(setting.number) : setting.text;
  return {};
}

std::string giver(const ib::Graph& graph, const char* path) {
  const auto* node = graph.find(path);
  BOOST_REQUIRE_MESSAGE(node != nullptr, "no node " << path);
  return graph.nodes[node->inputs.at(0).from_node].path;
}

const std::string three = R"(participants:
  p: {for_each: 0..2, use: person.yaml, with: {source: "virtual:seed=${each}"}}
nodes:
  file: {for_each: 0..2, type: sink.csv, in: "p[${each}].hrv", path: "${each}/hrv.csv"}
)";

/// What is said about a person p for each of that list.
std::string said_of(const std::string& list) {
  return Folder()
      .read("participants:\n  p: {for_each: " + list +
            ", use: person.yaml, with: {source: a}}\nnodes:\n"
            "  f: {type: sink.csv, in: \"p[a].hrv\", path: a.csv}\n")
      .text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(for_each)

BOOST_AUTO_TEST_CASE(a_range_becomes_people_with_nodes_side_by_side) {
  const Folder folder;
  const auto graph = folder.good(three);
  BOOST_TEST(graph.nodes.size() == 18U);
  BOOST_TEST(graph.participants == (std::vector<std::string>{"p[0]", "p[1]", "p[2]"}),
             boost::test_tools::per_element());
  BOOST_TEST(graph.nodes[0].path == "p[0].ring");
  BOOST_TEST(graph.nodes[4].path == "p[0].hrv");
  BOOST_TEST(graph.nodes[5].path == "p[1].ring");
  BOOST_TEST(graph.nodes[17].path == "file[2]");
  BOOST_TEST(text(graph, "p[2].ring", "source") == "virtual:seed=2");
  BOOST_TEST(text(graph, "file[1]", "path") == "1/hrv.csv");
  BOOST_TEST(giver(graph, "file[1]") == "p[1].hrv");
  BOOST_TEST(giver(graph, "p[2].beats") == "p[2].rated");
  BOOST_TEST(graph.find("p[1].ring")->owner == "p[1]");
  BOOST_TEST(graph.find("p[1].hrv")->owner.empty());
}

BOOST_AUTO_TEST_CASE(names_make_people_and_one_of_them_can_be_read) {
  const Folder folder;
  const auto graph = folder.good(R"(participants:
  couple: {for_each: [ben, anna], use: person.yaml, with: {source: "${each}-${index}.csv"}}
nodes:
  both: {type: dyad.compare, a: "couple[anna].intervals", b: "couple[ben]"}
  file: {type: sink.csv, in: both, path: both.csv}
)");
  BOOST_TEST(text(graph, "couple[ben].ring", "source") == "ben-0.csv");
  BOOST_TEST(text(graph, "couple[anna].ring", "source") == "anna-1.csv");
  BOOST_TEST(giver(graph, "both") == "couple[anna].clean");
}

BOOST_AUTO_TEST_CASE(a_list_can_come_from_a_parameter) {
  const Folder folder;
  const std::string graph = R"(parameters:
  rings: {type: list, default: [a, b]}
participants:
  p: {for_each: $rings, use: person.yaml, with: {source: "${each}.csv"}}
nodes:
  file: {for_each: $rings, type: sink.csv, in: "p[${each}].hrv", path: "${each}.csv"}
)";
  BOOST_TEST(folder.good(graph).nodes.size() == 12U);
  BOOST_TEST(folder.good(graph).parameters.at("rings") == "a, b");
  BOOST_TEST(folder.good(graph, {{"rings", "0..9"}}).nodes.size() == 60U);
  const auto mixed = folder.good(graph, {{"rings", "08..10, spare"}});
  BOOST_TEST(text(mixed, "p[08].ring", "source") == "08.csv");
  BOOST_TEST(text(mixed, "p[10].ring", "source") == "10.csv");
  BOOST_TEST(text(mixed, "p[spare].ring", "source") == "spare.csv");
  BOOST_TEST(folder.read(graph, {{"rings", "a,A"}}).text ==
             "--set rings=a,A: error: parameters.rings: \"A\" cannot name one of many\n"
             "  expected lower-case letters, digits or _, at most 64 (anna, 7, left_ring)\n");
}

BOOST_AUTO_TEST_CASE(one_of_many_can_be_set_by_itself) {
  const Folder folder;
  const auto graph = folder.good(three, {{"p[1].source", "x.csv"}, {"p[2].hrv.window", "30 s"}});
  BOOST_TEST(text(graph, "p[0].ring", "source") == "virtual:seed=0");
  BOOST_TEST(text(graph, "p[1].ring", "source") == "x.csv");
  BOOST_TEST(text(graph, "p[2].hrv", "window") == std::to_string(30.0));
  BOOST_TEST(text(graph, "p[1].hrv", "window") == "");
  BOOST_TEST(folder.read(three, {{"p[1].hrv.windw", "30 s"}}).text ==
             "--set p[1].hrv.windw=30 s: error: no node of this graph has a param "
             "\"p[1].hrv.windw\"\n  hint: did you mean \"p[1].hrv.window\"?\n");
  BOOST_TEST(folder.read(three, {{"p[2].hop", "9 s"}}).text ==
             "--set p[2].hop=9 s: error: participants.p.hop: 9 s is above the limit of 2 s\n"
             "  expected at most 2 s\n  in p[2]\n");
}

// -- groups and the canonical text ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(equal_nodes_have_one_group_and_one_name) {
  const Folder folder;
  const auto graph = folder.good(three + "  one: {type: sink.csv, in: \"p[0]\", path: one.csv}\n");
  const ib::Folding folding(graph);
  BOOST_TEST(folding.size() == 7U);
  BOOST_TEST(folding.name(0) == "p[0–2].ring");
  BOOST_TEST(folding.count(0) == 3U);
  BOOST_TEST(folding.group_of(9) == folding.group_of(4));
  BOOST_TEST(folding.name(folding.group_of(18)) == "one");
  BOOST_TEST(folding.folded("p[1].hrv.out") == "p[0–2].hrv.out");
  BOOST_TEST(folding.folded("p[1]") == "p[0–2]");
  BOOST_TEST(folding.folded("one.in") == "one.in");
}

BOOST_AUTO_TEST_CASE(folded_names_are_padded_and_long_lists_cut) {
  using Names = std::vector<std::string>;
  BOOST_TEST(ib::shown_elements(Names{"anna", "ben"}) == "anna, ben");
  BOOST_TEST(ib::shown_elements(Names{"a", "b", "c", "d", "e"}) == "a, b, c, … 2 more");
  BOOST_TEST(ib::shown_elements(Names{"8", "9", "10"}) == "08–10");
  BOOST_TEST(ib::shown_elements(Names{"8", "10"}) == "8, 10");
}

BOOST_AUTO_TEST_CASE(the_canonical_text_stays_folded_and_reads_back) {
  const Folder folder;
  const auto graph = folder.good(three);
  BOOST_TEST(graph.expanded ==
             "interbeat: 1\n"
             "expanded: true\n"
             "seed: 1\n"
             "for_each:\n"
             "  file: 0..2\n"
             "  p: 0..2\n"
             "participants: [\"p[]\"]\n"
             "nodes:\n"
             "  file[]:\n"
             "    type: sink.csv  # 1.0.0\n"
             "    in: {from: \"p[${each}].hrv.out\"}\n"
             "    path: \"${each}/hrv.csv\"\n"
             "    flush: false\n"
             "    on_error: stop\n"
             "  p[].beats:\n"
             "    type: beat.find  # 1.0.0\n"
             "    in: {from: \"p[${each}].rated.out\"}\n"
             "    hop: 0.25 s\n"
             "    method: \"slope\"\n"
             "    on_error: stop\n"
             "  p[].clean:\n"
             "    type: interval.clean  # 1.0.0\n"
             "    in: {from: \"p[${each}].beats.out\"}\n"
             "    on_error: stop\n"
             "  p[].hrv:\n"
             "    type: hrv.window  # 1.0.0\n"
             "    in: {from: \"p[${each}].clean.out\"}\n"
             "    window: 60 s\n"
             "    beats: 20 beats\n"
             "    coverage: 80 %\n"
             "    accept_unrated: false\n"
             "    on_error: stop\n"
             "  p[].rated:\n"
             "    type: quality.rate  # 1.0.0\n"
             "    in: {from: \"p[${each}].ring.ppg\"}\n"
             "    on_error: stop\n"
             "  p[].ring:\n"
             "    type: source.ring  # 1.0.0\n"
             "    owner: p[]\n"
             "    source: \"virtual:seed=${each}\"\n"
             "    rate: 25 Hz\n"
             "    on_error: stop\n");
  const auto again = folder.good(graph.expanded.substr(13));
  BOOST_TEST(again.expanded == graph.expanded);
  BOOST_TEST(again.nodes.size() == graph.nodes.size());
  BOOST_TEST(again.groups.size() == graph.groups.size());
  BOOST_TEST(again.find("p[1].ring")->owner == "p[1]");
  BOOST_TEST(text(again, "p[1].ring", "source") == "virtual:seed=1");
  BOOST_TEST(giver(again, "file[2]") == "p[2].hrv");
  BOOST_TEST(again.participants == graph.participants, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_hash_does_not_depend_on_how_it_is_written) {
  const Folder folder;
  folder.write("virtual.yaml", R"(interbeat: 1
parameters: {number: {type: integer}}
nodes:
  ring:  {type: source.ring, source: "virtual:seed=${number}"}
  rated: {type: quality.rate, in: ring}
  beats: {type: beat.find, in: rated}
  clean: {type: interval.clean, in: beats}
  hrv:   {type: hrv.window, in: clean}
outputs: {hrv: hrv}
)");
  const auto hash = ib::graph_hash(folder.good(three));
  BOOST_TEST(ib::graph_hash(folder.good(R"(nodes:
  file: {for_each: [2, 1, 0], type: sink.csv, in: "p[${each}].hrv", path: "${each}/hrv.csv"}
participants:
  p: {for_each: [0, 1, 2], use: virtual.yaml, with: {number: $index}}
)")) == hash);
  BOOST_TEST(ib::graph_hash(folder.good(three, {{"p[1].source", "virtual:seed=1"}})) == hash);
  BOOST_TEST(ib::graph_hash(folder.good(three, {{"p[1].source", "virtual:seed=7"}})) != hash);
}

BOOST_AUTO_TEST_CASE(values_without_a_pattern_are_listed_and_read_back) {
  const Folder folder;
  const auto graph = folder.good(three, {{"p[1].source", "x$.csv"}, {"p[2].hrv.window", "30 s"}});
  BOOST_TEST(graph.expanded.find("    source: {each: [\"virtual:seed=0\", \"x$$.csv\", "
                                 "\"virtual:seed=2\"]}\n") != std::string::npos);
  BOOST_TEST(graph.expanded.find("    window: {each: [60 s, 60 s, 30 s]}\n") != std::string::npos);
  BOOST_TEST(folder.good(graph.expanded.substr(13)).expanded == graph.expanded);
}

BOOST_AUTO_TEST_CASE(edges_that_differ_in_kind_stand_for_themselves) {
  const Folder folder;
  folder.write("queued.yaml", R"(interbeat: 1
nodes:
  ring: {type: source.ring, source: a.csv}
outputs: {beats: {from: ring.beats, queue: 10 s}}
)");
  const auto graph = folder.good(R"(nodes:
  a: {type: source.ring, source: b.csv}
  b: {use: queued.yaml}
  f: {for_each: [a, b], type: sink.csv, in: "${each}.beats", path: "${each}.csv"}
)");
  BOOST_TEST(!graph.find("f[a]")->inputs[0].cut);
  BOOST_TEST(graph.find("f[b]")->inputs[0].cut);
  BOOST_TEST(ib::Folding(graph).folded("f[a]") == "f[a]");
  BOOST_TEST(folder.good(graph.expanded.substr(13)).expanded == graph.expanded);
}

// -- what is wrong ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(lists_are_checked_as_they_stand) {
  BOOST_TEST(said_of("[a, b.c]") ==
             "g.yaml:3:21: error: participants.p.for_each: \"b.c\" cannot name one of many\n"
             "  expected lower-case letters, digits or _, at most 64 (anna, 7, left_ring)\n");
  BOOST_TEST(said_of("[a, x/y, no, a]") ==
             "g.yaml:3:21: error: participants.p.for_each: \"x/y\" cannot name one of many\n"
             "  expected lower-case letters, digits or _, at most 64 (anna, 7, left_ring)\n"
             "g.yaml:3:26: error: participants.p.for_each: the name \"no\" is a boolean or nothing "
             "to other YAML readers\n  hint: choose another name\n"
             "g.yaml:3:30: error: participants.p.for_each: \"a\" stands twice in this list\n"
             "  hint: say it once\n");
  BOOST_TEST(said_of("[]") ==
             "g.yaml:3:17: error: participants.p.for_each: this list is empty: nothing would be "
             "unfolded\n  expected names or a range, as in [anna, ben] or 0..9\n");
  BOOST_TEST(said_of("{a: b}") ==
             "g.yaml:3:17: error: participants.p.for_each: this is a mapping, not a list\n"
             "  expected names or a range, as in [anna, ben] or 0..9\n");
  BOOST_TEST(said_of("9..0") ==
             "g.yaml:3:17: error: participants.p.for_each: the range \"9..0\" ends before it "
             "begins\n  hint: the smaller number comes first\n");
  BOOST_TEST(said_of("0..x") ==
             "g.yaml:3:17: error: participants.p.for_each: \"0..x\" is not a "
             "range\n  expected whole numbers, as in 0..9\n");
  BOOST_TEST(said_of("0..4000000000").find("this list has more than 100000 elements") !=
             std::string::npos);
  BOOST_TEST(said_of("$rigns").find("there is no parameter \"rigns\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_the_template_is_said_once) {
  const Folder folder;
  folder.write("bad.yaml", R"(interbeat: 1
parameters: {source: {type: source}}
nodes:
  ring: {type: source.ring, source: $source, colour: red}
  beats: {type: beat.find, in: rnig, hop: 9 s}
)");
  BOOST_TEST(folder
                 .read("participants:\n  p: {for_each: 0..9999, use: bad.yaml, with: {source: "
                       "\"${each}\", windw: 3}}\n")
                 .text ==
             "bad.yaml:4:46: error: nodes.ring.colour: unknown key \"colour\"\n"
             "  expected one of: source, rate, type, on_error, isolation, label\n"
             "  in bad.yaml used at g.yaml:3:31\n  in p[0] and 9999 others\n"
             "bad.yaml:5:32: error: nodes.beats.in: there is no node \"rnig\"\n"
             "  expected one of: beats, ring\n  hint: did you mean \"ring\"?\n"
             "  in bad.yaml used at g.yaml:3:31\n  in p[0] and 9999 others\n"
             "bad.yaml:5:43: error: nodes.beats.hop: 9 s is above the limit of 2 s\n"
             "  expected between 0.1 s and 2 s\n"
             "  in bad.yaml used at g.yaml:3:31\n  in p[0] and 9999 others\n"
             "g.yaml:3:67: error: participants.p.with.windw: bad.yaml has no parameter \"windw\"\n"
             "  expected source\n  in p[0] and 9999 others\n");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_for_some_names_the_first_and_counts_the_others) {
  const Folder folder;
  const auto ring = [](const std::string& rate) {
    return "nodes:\n  r: {for_each: 0..99, type: source.ring, source: a, rate: " + rate +
           "}\n  f: {for_each: 0..99, type: sink.csv, in: \"r[${each}].beats\", path: "
           "\"${each}.csv\"}\n";
  };
  BOOST_TEST(folder.read(ring("\"${each} Hz\"")).text ==
             "g.yaml:3:60: error: nodes.r.rate: 0 Hz is below the limit of 1 Hz\n"
             "  expected between 1 Hz and 1000 Hz\n  in r[0]\n");
  BOOST_TEST(folder.read(ring("\"${each}000 Hz\"")).text ==
             "g.yaml:3:60: error: nodes.r.rate: 0 Hz is below the limit of 1 Hz\n"
             "  expected between 1 Hz and 1000 Hz\n  in r[0] and 98 others\n");
  BOOST_TEST(folder
                 .read(three + "  g: {for_each: 1..5, type: sink.csv, in: \"p[${each}].hvr\", "
                               "path: \"${each}.csv\"}\n")
                 .text ==
             "g.yaml:6:43: error: nodes.g.in: \"p[1]\" has no output \"hvr\"\n"
             "  expected one of: intervals, hrv\n  hint: did you mean \"hrv\"?\n"
             "  in g[1] and 4 others\n");
}

BOOST_AUTO_TEST_CASE(checks_of_the_whole_graph_fold_too) {
  const Folder folder;
  BOOST_TEST(folder
                 .read(three + "  g: {for_each: 0..2, type: sink.csv, in: \"p[${each}].hrv\", "
                               "path: all.csv}\n")
                 .text ==
             "g.yaml:6:67: error: nodes.g.path: g[1] and g[0] both write \"all.csv\"\n"
             "  hint: put ${each} into the name of the file\n  in g[1] and 1 other\n");
  BOOST_TEST(folder
                 .read("nodes:\n  r: {for_each: [a, b], type: source.ring, source: x}\n"
                       "  h: {for_each: [a, b], type: hrv.window, in: \"r[${each}].beats\"}\n")
                 .text ==
             "g.yaml:4:47: error: nodes.h.in: \"r[a].beats\" carries toy/beat/1 (irregular)\n"
             "  expected toy/interval/1 (irregular, unit ms)\n  hint: put interval.clean between "
             "them\n  in h[a] and 1 other\n");
  BOOST_TEST(folder
                 .read("nodes:\n  x: {for_each: 0..9, type: filter.low, in: \"z[${each}]\"}\n"
                       "  z: {for_each: 0..9, type: filter.low, in: \"x[${each}]\"}\n")
                 .text ==
             "g.yaml:3:45: error: nodes.x: these nodes wait for each other in a circle: x[0] -> "
             "z[0] -> x[0]\n  hint: data flows one way: take one of these edges out\n"
             "  in x[0] and 9 others\n");
  BOOST_TEST(folder
                 .read("participants:\n  p: {for_each: 0..9, use: person.yaml, with: {source: a}}"
                       "\nnodes:\n  f: {type: sink.csv, in: \"p[3].hrv\", path: a.csv}\n")
                 .text ==
             "g.yaml:3:3: warning: participants.p: nothing that \"p[0]\" gives reaches a sink\n"
             "  hint: read it in a sink, or take it out\n  in p[0] and 8 others\n");
}

BOOST_AUTO_TEST_CASE(one_of_many_is_named_with_its_element) {
  const Folder folder;
  const auto said = [&](const std::string& in) {
    return folder
        .read(three + "  r: {type: source.ring, source: a}\n  g: {type: sink.csv, in: \"" + in +
              "\", path: g.csv}\n  h: {type: sink.csv, in: r, path: h.csv}\n")
        .text;
  };
  BOOST_TEST(said("p[1].hrv") == "");
  BOOST_TEST(said("p.hrv") ==
             "g.yaml:7:27: error: nodes.g.in: \"p\" is many\n  hint: say which: p[0], or "
             "p[${each}] where `for_each:` unfolds the same list\n");
  BOOST_TEST(said("p[7].hrv") ==
             "g.yaml:7:27: error: nodes.g.in: \"p\" has no element \"7\"\n"
             "  expected one of: 0, 1, 2\n");
  BOOST_TEST(said("r[1]") ==
             "g.yaml:7:27: error: nodes.g.in: \"r\" is one and not many\n"
             "  hint: write \"r\"\n");
  BOOST_TEST(said("q[1].hrv") ==
             "g.yaml:7:27: error: nodes.g.in: there is no node \"q[1]\"\n"
             "  expected one of: file[1], g, h, p[1], r\n"
             "  hint: did you mean \"p[1]\"?\n");
}

BOOST_AUTO_TEST_CASE(what_must_be_the_same_for_all_is_refused) {
  const Folder folder;
  BOOST_TEST(folder.read("participants:\n  p: {for_each: [a, b], use: \"${each}.yaml\"}\n").text ==
             "g.yaml:3:30: error: participants.p.use: this must be the same for every element of "
             "`for_each:`\n  expected a YAML file such as person.yaml\n"
             "  hint: write it without $each and $index\n  in p[a] and 1 other\n");
  folder.write("inside.yaml",
               "interbeat: 1\nnodes:\n  r: {for_each: [a], type: source.ring, source: a}\n");
  BOOST_TEST(folder.read("nodes:\n  m: {use: inside.yaml}\n").text ==
             "inside.yaml:3:7: error: nodes.r.for_each: only the graph itself unfolds with "
             "`for_each:`, not a module\n  hint: write `for_each:` where the module is used\n"
             "  in inside.yaml used at g.yaml:3:12\n");
  BOOST_TEST(folder
                 .read("parameters: {each: x}\nnodes:\n  r: {for_each: [a], type: source.ring, "
                       "source: $each}\n  f: {type: sink.csv, in: \"r[a].beats\", path: f}\n")
                 .text ==
             "g.yaml:4:7: error: nodes.r.for_each: the parameter \"each\" hides what $each stands "
             "for here\n  hint: give the parameter another name\n");
  BOOST_TEST(folder.read("nodes:\n  r: {type: source.ring, source: $each}\n")
                 .text.find("there is no parameter \"each\"") != std::string::npos);
}

// -- bounds ----------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(too_many_nodes_are_refused_at_once) {
  const Folder folder;
  BOOST_TEST(folder
                 .read("participants:\n  p: {for_each: 0..49999, use: person.yaml, with: {source: "
                       "\"${each}\"}}\n")
                 .text ==
             "g.yaml:3:3: error: participants.p: unfolded, this graph has more than 200000 nodes\n"
             "  in p[0] and 49999 others\n");
  std::string nodes = "nodes:\n";
  for (int i = 0; i < 10'001; ++i)
    nodes += "  r" + std::to_string(i) + ": {type: source.ring, source: a}\n";
  BOOST_TEST(folder.read(nodes).text ==
             "g.yaml:10003:3: error: nodes.r10000: unfolded, this graph has more than 10000 nodes\n"
             "  hint: `for_each:` writes many equal ones once\n");
}

BOOST_AUTO_TEST_CASE(a_long_chain_and_a_wide_fan_are_read) {
  const Folder folder;
  std::string chain = "nodes:\n  n0: {type: source.ring, source: a}\n";
  std::string fan = chain;
  for (int i = 1; i <= 5'000; ++i) {
    const auto name = "  n" + std::to_string(i);
    chain += name + ": {type: filter.low, in: n" + std::to_string(i - 1) + "}\n";
    if (i <= 1'000)
      fan += name + ": {type: sink.csv, in: n0, path: n" + std::to_string(i) + ".csv}\n";
  }
  const auto end = std::string("  f: {type: sink.csv, in: n5000, path: f.csv}\n");
  BOOST_TEST(folder.good(chain + end).nodes.size() == 5'002U);
  BOOST_TEST(folder.good(fan).nodes.size() == 1'001U);
  const auto circle =
      folder.read(chain + "  n5001: {type: dyad.compare, a: n5000, b: n5001}\n" + end);
  BOOST_TEST(circle.text.find("n5001 -> n5001") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(thousands_of_wrong_names_are_all_told) {
  const Folder folder;
  std::string nodes = "nodes:\n";
  for (int i = 0; i < 5'000; ++i)
    nodes += "  n" + std::to_string(i) + ": {type: filter.low, in: m" + std::to_string(i) + "}\n";
  const auto said = folder.read(nodes).text;
  BOOST_TEST(said.find("there is no node \"m4999\"") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
