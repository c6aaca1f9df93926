// `realtime:` as users write it: inline, in a file, wrong in every way at once.
#include <interbeat/graph.hpp>

#include "support/toy_registry.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

namespace fs = std::filesystem;

constexpr const char* nodes =
    "nodes:\n  ring: {type: source.ring, source: a.csv}\n  log: {type: sink.csv, in: ring, path: x}\n";

/// A folder of YAML files that is gone when the test ends.
struct Folder {
  Folder() {
    auto name = (fs::temp_directory_path() / "interbeat-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
  }
  /// The graph of that file; all that was said is in `said`, without the folder.
  std::optional<ib::Graph> read(const std::string& name) {
    ib::Diagnostics out;
    const auto registry = ib::test::toy_registry();
    auto graph = ib::read_graph(path / name, {}, registry, out, {{}});
    said = out.text();
    const auto prefix = path.string() + "/";
    for (auto at = said.find(prefix); at != std::string::npos; at = said.find(prefix))
      said.erase(at, prefix.size());
    return graph;
  }

  fs::path path;
  std::string said;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(graph_realtime, Folder)

BOOST_AUTO_TEST_CASE(a_profile_is_read_in_its_units) {
  write("g.yaml", std::string("interbeat: 1\n"
                              "parameters: {cpu: {type: integer, default: 3}}\n"
                              "realtime: {policy: fifo, priority: 50, affinity: [1, $cpu], "
                              "lock_memory: true, timer_slack: 50 us, prefault: 256 KiB}\n") +
                      nodes);
  const auto graph = read("g.yaml");
  BOOST_TEST(said == "");
  BOOST_REQUIRE(graph.has_value());
  BOOST_REQUIRE(graph->realtime.has_value());
  const auto& profile = *graph->realtime;
  BOOST_TEST((profile.policy == ib::SchedulingPolicy::fifo));
  BOOST_TEST(profile.priority == 50);
  BOOST_TEST((profile.affinity == std::vector<int>{1, 3}));
  BOOST_TEST(profile.lock_memory);
  BOOST_TEST(profile.timer_slack_ns == 50'000);
  BOOST_TEST(profile.prefault_bytes == 262'144U);
}

BOOST_AUTO_TEST_CASE(what_is_left_out_is_not_asked_for) {
  write("g.yaml", std::string("interbeat: 1\nrealtime: {policy: rr, affinity: 2}\n") + nodes);
  const auto graph = read("g.yaml");
  BOOST_REQUIRE(graph.has_value());
  const auto& profile = *graph->realtime;
  BOOST_TEST(profile.priority == ib::RealtimeProfile::default_priority);
  BOOST_TEST((profile.affinity == std::vector<int>{2}));
  BOOST_TEST(!profile.lock_memory);
  BOOST_TEST(profile.timer_slack_ns == 0);
  BOOST_TEST(profile.prefault_bytes == 0U);
}

BOOST_AUTO_TEST_CASE(it_changes_neither_the_expanded_graph_nor_its_hash) {
  write("plain.yaml", std::string("interbeat: 1\n") + nodes);
  write("fast.yaml", std::string("interbeat: 1\nrealtime: {policy: fifo}\n") + nodes);
  const auto plain = read("plain.yaml"), fast = read("fast.yaml");
  BOOST_REQUIRE(plain.has_value());
  BOOST_REQUIRE(fast.has_value());
  BOOST_TEST(!plain->realtime.has_value());
  BOOST_TEST(fast->realtime.has_value());
  BOOST_TEST(plain->expanded == fast->expanded);
  BOOST_TEST(ib::graph_hash(*plain) == ib::graph_hash(*fast));
}

BOOST_AUTO_TEST_CASE(everything_wrong_is_said_at_once) {
  write("g.yaml", std::string("interbeat: 1\n"
                              "realtime:\n"
                              "  policy: fifoo\n"
                              "  priority: 120\n"
                              "  affinity: [1, 1, x]\n"
                              "  lock_memory: yes\n"
                              "  timer_slack: 5\n"
                              "  prefault: 256 KB\n"
                              "  polcy: rr\n") +
                      nodes);
  BOOST_TEST(!read("g.yaml").has_value());
  for (const auto* part :
       {"g.yaml:3:11: error: realtime.policy: policy cannot be \"fifoo\"", "did you mean \"fifo\"?",
        "g.yaml:4:13: error: realtime.priority: 120 is above the limit of 99",
        "g.yaml:5:17: error: realtime.affinity: CPU 1 stands twice in the list",
        "g.yaml:5:20: error: realtime.affinity: \"x\" is not a number",
        "g.yaml:6:16: error: realtime.lock_memory: \"yes\" is not a boolean",
        "g.yaml:7:16: error: realtime.timer_slack: \"5\" has no unit", "write \"5 ns\"",
        "g.yaml:8:13: error: realtime.prefault: unknown unit \"KB\"", "write \"256 kB\"",
        "g.yaml:9:3: error: realtime.polcy: unknown key \"polcy\"", "did you mean \"policy\"?"})
    BOOST_TEST(has(said, part), part << " is not in\n" << said);
}

BOOST_AUTO_TEST_CASE(bounds_and_contradictions) {
  const auto wrong = [this](const std::string& profile) {
    write("g.yaml", "interbeat: 1\nrealtime: " + profile + "\n" + nodes);
    BOOST_TEST(!read("g.yaml").has_value(), profile);
    return said;
  };
  BOOST_TEST(has(wrong("{priority: 20}"), "only the policies fifo and rr have a priority"));
  BOOST_TEST(has(wrong("{policy: fifo, priority: 0}"), "below the limit of 1"));
  BOOST_TEST(has(wrong("{policy: fifo, priority: 1.5}"), "not a whole number"));
  BOOST_TEST(has(wrong("{affinity: []}"), "this list is empty"));
  BOOST_TEST(has(wrong("{affinity: -1}"), "below the limit of 0"));
  BOOST_TEST(has(wrong("{affinity: 5000}"), "above the limit of 1023"));
  BOOST_TEST(has(wrong("{timer_slack: 0 ns}"), "below the limit of 1 ns"));
  BOOST_TEST(has(wrong("{prefault: 1 GB}"), "unknown unit"));
  BOOST_TEST(has(wrong("{prefault: 100 MiB}"), "above the limit"));
  BOOST_TEST(has(wrong("[fifo]"), "this is a list"));
  BOOST_TEST(has(wrong(""), "a value is missing"));
  BOOST_TEST(has(wrong("fifo"), "write `realtime: {policy: fifo}`"));
}

BOOST_AUTO_TEST_CASE(a_file_lies_beside_the_graph_or_in_configs) {
  write("configs/rt.yaml", "policy: rr\npriority: 7\n");
  write("graphs/g.yaml", std::string("interbeat: 1\nrealtime: rt.yaml\n") + nodes);
  auto graph = read("graphs/g.yaml");
  BOOST_TEST(said == "");
  BOOST_REQUIRE(graph.has_value());
  BOOST_TEST(graph->realtime->priority == 7);
  write("graphs/rt.yaml", "policy: rr\npriority: 8\n");
  graph = read("graphs/g.yaml");
  BOOST_TEST(graph->realtime->priority == 8);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_file_has_its_place_there) {
  write("rt.yaml", "policy: fifo\npriority: 0\nnodes: {}\n");
  write("g.yaml", std::string("interbeat: 1\nrealtime: rt.yaml\n") + nodes);
  BOOST_TEST(!read("g.yaml").has_value());
  BOOST_TEST(has(said, "rt.yaml:2:11: error: priority: 0 is below the limit of 1"), said);
  BOOST_TEST(has(said, "rt.yaml:3:1: error: nodes: unknown key \"nodes\""), said);
  write("g.yaml", std::string("interbeat: 1\nrealtime: tr.yaml\n") + nodes);
  BOOST_TEST(!read("g.yaml").has_value());
  BOOST_TEST(has(said, "g.yaml:2:11: error: realtime: there is no real-time profile \"tr.yaml\""),
             said);
  write("rt.yaml", "policy: [\n");
  write("g.yaml", std::string("interbeat: 1\nrealtime: rt.yaml\n") + nodes);
  BOOST_TEST(!read("g.yaml").has_value());
  BOOST_TEST(has(said, "rt.yaml:"), said);
}

BOOST_AUTO_TEST_CASE(files_that_are_none) {
  ib::Diagnostics out;
  BOOST_TEST(!ib::read_realtime_file(path / "none.yaml", out).has_value());
  BOOST_TEST(!ib::read_realtime_file(path, out).has_value());
  write("large.yaml", "policy: fifo\n#" + std::string(70'000, 'x'));
  BOOST_TEST(!ib::read_realtime_file(path / "large.yaml", out).has_value());
  BOOST_TEST(has(out.text(), "does not exist or cannot be read"), out.text());
  BOOST_TEST(has(out.text(), "this is a folder"), out.text());
  BOOST_TEST(has(out.text(), "more than 64 KiB"), out.text());
}

BOOST_AUTO_TEST_CASE(a_module_has_none) {
  write("person.yaml",
        "interbeat: 1\nrealtime: {policy: fifo}\nnodes:\n"
        "  ring: {type: source.ring, source: a.csv}\noutputs: {ppg: ring}\n");
  write("g.yaml",
        "interbeat: 1\nparticipants: {a: {use: person.yaml}, b: {use: person.yaml}}\n"
        "nodes:\n  x: {type: sink.csv, in: a.ppg, path: x}\n"
        "  y: {type: sink.csv, in: b.ppg, path: y}\n");
  BOOST_TEST(!read("g.yaml").has_value());
  BOOST_TEST(has(said, "person.yaml:2:1: error: realtime: only the graph itself has"), said);
}

BOOST_AUTO_TEST_SUITE_END()
