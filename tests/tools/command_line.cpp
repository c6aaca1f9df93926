#include "tools/program.hpp"

#include <nlohmann/json.hpp>

using namespace ib::test;

BOOST_FIXTURE_TEST_SUITE(command_line, Program)

BOOST_AUTO_TEST_CASE(wrong_words_exit_with_2_and_say_what_is_right) {
  auto& interbeat = *this;
  BOOST_TEST(interbeat("").code == 2);
  const auto command = interbeat("rnu graph.yaml");
  BOOST_TEST(command.code == 2);
  BOOST_TEST(has(command.err, "did you mean \"run\"?"), command.err);
  BOOST_TEST(command.out.empty());
  BOOST_TEST(interbeat("run graph.yaml --sped 1").code == 2);
  BOOST_TEST(interbeat("graph graph.yaml --format png").code == 2);
  const auto graph = interbeat("run slo.yaml");
  BOOST_TEST(graph.code == 2);
  BOOST_TEST(has(graph.err, "there is no graph \"slo.yaml\""), graph.err);
  const auto node = interbeat("inspect filter.bandpas");
  BOOST_TEST(node.code == 2);
  BOOST_TEST(has(node.err, "did you mean \"filter.bandpass\"?"), node.err);
}

BOOST_AUTO_TEST_CASE(every_command_has_help_with_an_example) {
  auto& interbeat = *this;
  const auto all = interbeat("--help");
  BOOST_TEST(all.code == 0);
  for (const std::string command : {"run", "check", "plan", "graph", "nodes", "inspect", "schema",
                                    "batch", "top", "set", "doctor", "completion", "man"}) {
    BOOST_TEST(has(all.out, "\n  " + command + " "), command << " is not in --help");
    const auto help = interbeat(command + " --help");
    BOOST_TEST(help.code == 0);
    BOOST_TEST(has(help.out, "Example"), command << ": " << help.out);
  }
}

BOOST_AUTO_TEST_CASE(version_names_what_decides_the_bytes) {
  const auto said = (*this)("--version");
  BOOST_TEST(said.code == 0);
  for (const auto* part : {"interbeat 0.", "commit ", "abi ", "kernels ", "cpu "})
    BOOST_TEST(has(said.out, part), said.out);
}

BOOST_AUTO_TEST_CASE(nodes_are_listed_and_documented) {
  auto& interbeat = *this;
  BOOST_TEST(has(interbeat("nodes").out, "filter.bandpass"));
  const auto table = interbeat("nodes --markdown").out;
  BOOST_TEST(has(table, "| type "), table);
  BOOST_TEST(has(table, "| sink.csv "), table);
  const auto page = interbeat("inspect filter.bandpass").out;
  for (const auto* part : {"Inputs", "Outputs", "Params", "low", "Hz"})
    BOOST_TEST(has(page, part), page);
  const auto source = interbeat("inspect source").out;
  BOOST_TEST(has(source, "Options of virtual:"), source);
  BOOST_TEST(has(source, "lead_in"), source);
}

BOOST_AUTO_TEST_CASE(schema_is_json) {
  const auto schema = nlohmann::json::parse((*this)("schema").out, nullptr, false);
  BOOST_TEST(!schema.is_discarded());
  BOOST_TEST(schema.contains("properties"));
}

BOOST_AUTO_TEST_CASE(a_graph_is_drawn_and_its_plan_explained) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  BOOST_TEST(has(interbeat("graph g.yaml").out, "\"ring\" -> \"filtered\""));
  BOOST_TEST(has(interbeat("graph g.yaml --format mermaid").out, "flowchart LR"));
  const auto plan = interbeat("plan g.yaml --explain");
  BOOST_TEST(plan.code == 0);
  for (const auto* part : {"source ring", "Cuts", "ring > filtered > file", "Memory"})
    BOOST_TEST(has(plan.out, part), plan.out);
  BOOST_TEST(!fs::exists(folder / "out"));
}

BOOST_AUTO_TEST_CASE(check_says_every_mistake_at_once) {
  auto& interbeat = *this;
  write("good.yaml", small_graph);
  const auto good = interbeat("check good.yaml");
  BOOST_TEST(good.code == 0, good.err);
  BOOST_TEST(!fs::exists(folder / "out"));
  write("bad.yaml",
        "interbeat: 1\nnodes:\n  ring: {type: sorce, uri: \"virtual:\"}\n"
        "  file: {type: sink.csv, in: rnig.ppg, path: f.csv, colour: red}\n");
  const auto bad = interbeat("check bad.yaml");
  BOOST_TEST(bad.code == 2);
  for (const auto* part : {"bad.yaml:3:", "sorce", "bad.yaml:4:", "colour"})
    BOOST_TEST(has(bad.err, part), bad.err);
  write("torn.yaml", "interbeat: 1\nnodes: {a: [\n");
  const auto torn = interbeat("check torn.yaml");
  BOOST_TEST(torn.code == 2);
  BOOST_TEST(has(torn.err, "torn.yaml:"), torn.err);
}

BOOST_AUTO_TEST_CASE(doctor_looks_and_changes_nothing) {
  const auto said = (*this)("doctor");
  BOOST_TEST(said.code == 0);
  for (const auto* part : {"kernel", "clock", "cores", "cgroup", "locale"})
    BOOST_TEST(has(said.out, part), said.out);
}

BOOST_AUTO_TEST_CASE(shells_and_man_get_their_pages) {
  auto& interbeat = *this;
  write("completion.bash", interbeat("completion bash").out);
  const auto checked = "bash -n '" + (folder / "completion.bash").string() + "'";
  BOOST_TEST(std::system(checked.c_str()) == 0);
  BOOST_TEST(has(interbeat("completion bash").out, "run) options='"));
  BOOST_TEST(has(interbeat("completion zsh").out, "#compdef interbeat"));
  const auto page = interbeat("man").out;
  BOOST_TEST(page.starts_with(".TH INTERBEAT 1"));
  for (const auto* part : {".SS interbeat run", ".SS interbeat batch", ".SH EXIT STATUS"})
    BOOST_TEST(has(page, part));
}

BOOST_AUTO_TEST_SUITE_END()
