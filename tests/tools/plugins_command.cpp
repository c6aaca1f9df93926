// Plugins on the command line, as their users meet them: what is found, what is refused and where, and that a
// broken one leaves everybody else alone.
#include "tools/program.hpp"

#include <nlohmann/json.hpp>

using namespace ib::test;

namespace {

/// A program with a home of its own, so that nothing of this machine's is found.
class AtHome : public Program {
 public:
  AtHome() {
    setenv("HOME", folder.c_str(), 1);
    unsetenv("XDG_CACHE_HOME");
    unsetenv("INTERBEAT_PLUGIN_PATH");
    fs::create_directories(home_plugins());
  }
  fs::path home_plugins() const { return folder / ".local/lib/interbeat/plugins"; }
  void install(const std::string& name) const {
    fs::copy_file(fs::path(plugins_folder) / (name + ".so"), home_plugins() / (name + ".so"));
  }
};

constexpr const char* counts = R"(interbeat: 1
nodes:
  ring: {type: source, uri: "virtual:seed=1"}
  r: {type: test.restless, in: ring.ppg}
  log: {type: sink.csv, in: r, path: r.csv}
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(plugins_command)

BOOST_AUTO_TEST_CASE(an_installed_plugin_is_a_node_like_any_other) {
  AtHome interbeat;
  interbeat.install("restless");
  interbeat.write("g.yaml", counts);
  const auto run = interbeat("run g.yaml --speed max --for 10s");
  BOOST_TEST(run.code == 0, run.err);
  BOOST_TEST(has(text_of_file(interbeat.folder / "out/r.csv"), "\n0.000000,1,"));
  const auto record = nlohmann::json::parse(text_of_file(interbeat.folder / "out/run.json"));
  BOOST_TEST(record["plugins"][0]["file"] == (interbeat.home_plugins() / "restless.so").string());
  BOOST_TEST(has(interbeat("nodes").out, "test.restless"));
  const auto page = interbeat("inspect test.restless").out;
  BOOST_TEST(has(page, "Counts samples until it dies."));
  BOOST_TEST(has(page, "0 to 1e+06 s"), page);
  BOOST_TEST(has(interbeat("check g.yaml").err, "3 nodes, no errors"));
}

BOOST_AUTO_TEST_CASE(the_list_tells_what_became_of_each) {
  AtHome interbeat;
  for (const char* name : {"restless", "crashes_in_init", "no_entry"}) interbeat.install(name);
  const auto all = nlohmann::json::parse(interbeat("plugin list --json").out);
  BOOST_REQUIRE(all.size() == 3U);
  BOOST_TEST(all[0]["state"] == "quarantined");
  BOOST_TEST(has(all[0]["problem"].get<std::string>(), "it crashed (SIG"));
  BOOST_TEST(all[1]["state"] == "refused");
  BOOST_TEST(all[2]["state"] == "good");
  BOOST_TEST(all[2]["from"] == "the user's folder");
  const auto table = interbeat("plugin list").out;
  BOOST_TEST(has(table, "quarantined"));
  BOOST_TEST(has(table, "test.counting"), table);
}

BOOST_AUTO_TEST_CASE(a_plugin_of_which_no_node_can_be_had_is_not_good) {
  AtHome interbeat;
  interbeat.install("restless");
  fs::copy_file(fs::path(plugins_folder) / "restless.so",
                interbeat.home_plugins() / "same_again.so");
  const auto all = nlohmann::json::parse(interbeat("plugin list --json").out);
  BOOST_REQUIRE(all.size() == 2U);
  BOOST_TEST(all[0]["state"] == "good");
  BOOST_TEST(all[1]["state"] == "refused");
  BOOST_TEST(has(all[1]["refused"][0].get<std::string>(), " is there already, from "));
}

BOOST_AUTO_TEST_CASE(bad_plugins_harm_no_graph_that_does_without_them) {
  AtHome interbeat;
  for (const char* name :
       {"restless", "crashes_in_init", "exits_when_loaded", "null_ports", "prints_garbage"})
    interbeat.install(name);
  interbeat.write("g.yaml", counts);
  const auto run = interbeat("run g.yaml --speed max --for 5s");
  BOOST_TEST(run.code == 0, run.err);
  BOOST_TEST(!has(run.out + run.err, "garbage"));
}

BOOST_AUTO_TEST_CASE(a_graph_that_needs_one_is_refused_at_the_line_that_names_it) {
  AtHome interbeat;
  const auto folder =
      interbeat.folder / "a_path_as_long_as_paths_are_in_homes_and_projects_of_other_people";
  fs::create_directories(folder);
  fs::copy_file(fs::path(plugins_folder) / "crashes_in_init.so", folder / "crashes_in_init.so");
  const auto crashing = (folder / "crashes_in_init.so").string();
  interbeat.write("g.yaml",
                  "interbeat: 1\nplugins: [\"" + crashing + "\", none.so]\n" +
                      std::string(counts).substr(std::string_view("interbeat: 1\n").size()));
  const auto refused = interbeat("check g.yaml");
  BOOST_TEST(refused.code == 2);
  BOOST_TEST(has(refused.err, "g.yaml:2:11: error: plugins: the plugin \"" + crashing +
                                  "\" can't be used: it crashed (SIG"),
             refused.err);
  BOOST_TEST(has(refused.err, ": error: plugins: the plugin \""), refused.err);
  BOOST_TEST(has(refused.err, "none.so\" can't be used: there is no such file"), refused.err);
  BOOST_TEST(
      has(refused.err, "g.yaml:5:13: error: nodes.r.type: unknown node type \"test.restless\""),
      refused.err);
  BOOST_TEST(has(refused.err, "hint: the plugin " + crashing + " could not be read: it crashed"),
             refused.err);
  BOOST_TEST(!fs::exists(interbeat.folder / "out"));
}

BOOST_AUTO_TEST_CASE(plugins_of_a_graph_lie_beside_it) {
  AtHome interbeat;
  fs::create_directories(interbeat.folder / "lab/build");
  fs::copy_file(fs::path(plugins_folder) / "restless.so",
                interbeat.folder / "lab/build/restless.so");
  interbeat.write("lab/g.yaml",
                  "interbeat: 1\nplugins: [build]\n" +
                      std::string(counts).substr(std::string_view("interbeat: 1\n").size()));
  BOOST_TEST(interbeat("run lab/g.yaml --speed max --for 5s").code == 0);
  interbeat.write("lab/bad.yaml", "interbeat: 1\nplugins: build\nnodes: {}\n");
  BOOST_TEST(has(interbeat("check lab/bad.yaml").err,
                 "lab/bad.yaml:2:10: error: plugins: this is \"build\", not a list"));
}

BOOST_AUTO_TEST_CASE(words_that_make_no_sense_are_answered_with_what_to_do) {
  AtHome interbeat;
  const auto none = interbeat("nodes --plugin-path nowhere.so");
  BOOST_TEST(none.code == 2);
  BOOST_TEST(has(none.err, "nowhere.so\" can't be used: there is no such file"), none.err);
  BOOST_TEST(interbeat("plugin").code == 2);
  BOOST_TEST(has(interbeat("plugin list").out, "There are no plugins. Looked for in:"));
  const auto host = interbeat("node-host 1 1000 1");
  BOOST_TEST(host.code == 2);
  BOOST_TEST(has(host.err, "node-host is started by a run"), host.err);
}

BOOST_AUTO_TEST_CASE(ctrl_c_ends_the_nodes_with_the_run) {
  AtHome interbeat;
  interbeat.install("restless");
  interbeat.write("g.yaml", std::string(counts).replace(std::string(counts).find("in: ring.ppg}"),
                                                        13, "in: ring.ppg, isolation: process}"));
  // In a session of its own, so that nodes of other tests are not taken for ours.
  interbeat.write("line", R"(timeout --signal=INT 1 "$1" run g.yaml >o 2>e
for p in /proc/[0-9]*; do
  read -r -a stat <"$p/stat" && [ "${stat[5]}" = $$ ] && grep -q node-host "$p/cmdline" && echo "$p"
done 2>nothing >left
)");
  interbeat.shell("setsid --wait bash line \"$I\"");
  BOOST_TEST(has(text_of_file(interbeat.folder / "e"), "results and run.json lie in out"),
             text_of_file(interbeat.folder / "e"));
  BOOST_TEST(text_of_file(interbeat.folder / "left") == "");
}

BOOST_AUTO_TEST_SUITE_END()
