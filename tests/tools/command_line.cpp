#include "tools/program.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

using namespace ib::test;

BOOST_FIXTURE_TEST_SUITE(command_line, Program)

BOOST_AUTO_TEST_CASE(wrong_words_exit_with_2_and_say_what_is_right) {
  auto& interbeat = *this;
  BOOST_TEST(interbeat("").code == 2);
  const auto command = interbeat("rnu graph.yaml");
  BOOST_TEST(command.code == 2);
  BOOST_TEST(has(command.err, "did you mean \"run\"?"), command.err);
  BOOST_TEST(command.out.empty());
  const auto option = interbeat("run graph.yaml --sped 1");
  BOOST_TEST(option.code == 2);
  BOOST_TEST(has(option.err, "has no option \"--sped\""), option.err);
  BOOST_TEST(has(option.err, "did you mean \"--speed\"?"), option.err);
  const auto word = interbeat("check a.yaml b.yaml");
  BOOST_TEST(word.code == 2);
  BOOST_TEST(has(word.err, "\"b.yaml\" is one word too many"), word.err);
  BOOST_TEST(interbeat("graph graph.yaml --format png").code == 2);
  const auto graph = interbeat("run slo.yaml");
  BOOST_TEST(graph.code == 2);
  BOOST_TEST(has(graph.err, "there is no graph \"slo.yaml\""), graph.err);
  const auto node = interbeat("inspect filter.bandpas");
  BOOST_TEST(node.code == 2);
  BOOST_TEST(has(node.err, "did you mean \"filter.bandpass\"?"), node.err);
  const auto family = interbeat("inspect hrv");
  BOOST_TEST(has(family.err, "hrv.window"), family.err);
}

BOOST_AUTO_TEST_CASE(durations_say_what_is_wrong_with_them) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  const auto said = [&](const std::string& time) {
    return interbeat("run g.yaml --for " + time).err;
  };
  BOOST_TEST(has(said("1e10s"), "expected at most 1000000000 s"), said("1e10s"));
  BOOST_TEST(has(said("0s"), "expected more than 0 s"), said("0s"));
}

BOOST_AUTO_TEST_CASE(options_of_the_program_may_follow_the_command) {
  auto& interbeat = *this;
  write("g.yaml", small_graph);
  BOOST_TEST(interbeat("check g.yaml --log-level debug").code == 0);
  const auto level = interbeat("check g.yaml --log-level loud");
  BOOST_TEST(level.code == 2);
  BOOST_TEST(has(level.err, "debug"), level.err);
}

BOOST_AUTO_TEST_CASE(help_is_a_command_too) {
  auto& interbeat = *this;
  BOOST_TEST(interbeat("help").out == interbeat("--help").out);
  BOOST_TEST(interbeat("help run").out == interbeat("run --help").out);
  BOOST_TEST(has(interbeat("help plugin").out, "  interbeat plugin new breath"));
  BOOST_TEST(!has(interbeat("help plugin").out, "two simulated hearts"));
  const auto unknown = interbeat("help rnu");
  BOOST_TEST(unknown.code == 2);
  BOOST_TEST(has(unknown.err, "did you mean \"run\"?"), unknown.err);
}

BOOST_AUTO_TEST_CASE(advice_stands_on_a_line_of_its_own) {
  write("g.yaml",
        "interbeat: 1\nnodes:\n  ring: {type: source, uri: \"virtual:\", on_eror: stop}\n");
  const auto said = (*this)("check g.yaml").err;
  BOOST_TEST(has(said, "\n  expected "), said);
  BOOST_TEST(has(said, "\n  hint: "), said);
}

BOOST_AUTO_TEST_CASE(every_command_has_help_with_an_example) {
  auto& interbeat = *this;
  const auto all = interbeat("--help");
  BOOST_TEST(all.code == 0);
  for (const std::string command :
       {"run",    "check", "plan",   "graph",   "nodes",      "inspect", "schema",
        "batch",  "top",   "tap",    "set",     "mark",       "info",    "export",
        "replay", "bench", "doctor", "devices", "completion", "man"}) {
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

BOOST_AUTO_TEST_CASE(pages_are_as_wide_as_a_terminal) {
  auto& interbeat = *this;
  std::istringstream names(interbeat("nodes --names").out);
  for (std::string name; std::getline(names, name);) {
    std::istringstream page(interbeat("inspect " + name).out);
    for (std::string line; std::getline(page, line) && line != "Its text";)
      BOOST_TEST(line.size() <= 110, name << ": " << line);  // 80 and some bytes of UTF-8
  }
}

BOOST_AUTO_TEST_CASE(a_module_is_documented_as_a_node_is) {
  auto& interbeat = *this;
  const auto page = interbeat("inspect dyad.coregulation").out;
  for (const auto* part : {"Linkage of two persons", "Inputs", "Intervals of one person", "Outputs",
                           "late_a", "Params", "horizon", "180 s to 600 s", "Its text", "nodes:"})
    BOOST_TEST(has(page, part), page);
  BOOST_TEST(page.find("Params") < page.find("Its text"));
  BOOST_TEST(has(interbeat("nodes").out, "Linkage of two persons"));
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
  const auto zsh = interbeat("completion zsh").out;
  BOOST_TEST(has(zsh, "#compdef interbeat"));
  BOOST_TEST(has(zsh, "'*--set["), zsh);  // may stand several times
  BOOST_TEST(has(zsh, "(dot mermaid svg)"), zsh);
  const auto fish = interbeat("completion fish").out;
  BOOST_TEST(has(fish, "-l format"), fish);
  BOOST_TEST(has(fish, "-a 'dot mermaid svg'"), fish);
  BOOST_TEST(interbeat("completion").code == 2);
  const auto page = interbeat("man").out;
  BOOST_TEST(page.starts_with(".TH INTERBEAT 1"));
  for (const auto* part : {".SS interbeat run", ".SS interbeat batch", ".SH EXIT STATUS"})
    BOOST_TEST(has(page, part));
}

BOOST_AUTO_TEST_CASE(bash_completes_what_there_is) {
  const auto& interbeat = *this;
  write("completion.bash", interbeat("completion bash").out);
  write("a name with spaces.csv", "");
  fs::create_directories(folder / "bin");
  fs::create_symlink(path(), folder / "bin/interbeat");
  const auto completed = [&](const std::string& words) {
    BOOST_TEST(shell("PATH=\"$PWD/bin:$PATH\"; . ./completion.bash; COMP_WORDS=(interbeat " +
                     words +
                     "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _interbeat;"
                     " printf '%s\n' \"${COMPREPLY[@]}\" >replies") == 0);
    return text_of_file(folder / "replies");
  };
  BOOST_TEST(has(completed("r"), "run\n"));
  BOOST_TEST(has(completed("run --sp"), "--speed\n"));
  BOOST_TEST(has(completed("run sol"), "solo.yaml\n"));
  BOOST_TEST(has(completed("batch solo 'a n'"), "a name with spaces.csv\n"));
  BOOST_TEST(has(completed("graph solo --format m"), "mermaid\n"));
  BOOST_TEST(has(completed("inspect filter.b"), "filter.bandpass\n"));
  BOOST_TEST(has(completed("completion f"), "fish\n"));
  write("g.yaml", small_graph);
  Running run(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1", "--name", "evening"});
  run.wait_for("running as");
  for (int tries = 0; tries < 500 && interbeat("top evening --once").code != 0; ++tries) {}
  BOOST_TEST(has(completed("top e"), "evening\n"));
}

BOOST_AUTO_TEST_SUITE_END()
