// interbeat plugin check as a user meets it: words in, table and exit code out. What each test catches stands in
// tests/contract/catch_table.cpp.
#include "tools/program.hpp"

#include "support/sanitizer.hpp"

#include <nlohmann/json.hpp>

using namespace ib::test;

namespace {

std::string plugin_file(const std::string& file) {
  return "'" + std::string(plugins_folder) + "/" + file + "'";
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(plugin_check, Program)

BOOST_AUTO_TEST_CASE(one_node_is_told_in_full_with_a_last_line) {
  auto& interbeat = *this;
  const auto said = interbeat("plugin check " + plugin_file("plain_scale.so") + " --seed 7");
  BOOST_TEST(said.code == 0);
  BOOST_TEST(said.err == "");
  for (const auto* part :
       {"plain.scale", "data/split", "ok", "skipped", " passed, 0 failed, ", "; seed 7\n"})
    BOOST_TEST(has(said.out, part), part << " is not in\n" << said.out);
}

BOOST_AUTO_TEST_CASE(of_many_nodes_only_what_failed_is_told) {
  auto& interbeat = *this;
  const auto said =
      interbeat("plugin check " + plugin_file("broken.so") + " --filter descriptor/version");
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.out, "`1.0` is no semantic version such as 1.0.0"), said.out);
  BOOST_TEST(has(said.out, " passed, 1 failed, "), said.out);
  BOOST_TEST(!has(said.out, "broken.never_ends  descriptor/version"), said.out);
  const auto all =
      interbeat("plugin check " + plugin_file("broken.so") + " --filter descriptor/version --all");
  BOOST_TEST(has(all.out, "broken.never_ends                descriptor/version  ok"), all.out);
}

BOOST_AUTO_TEST_CASE(a_crash_is_a_sentence_and_the_rest_goes_on) {
  auto& interbeat = *this;
  const auto said =
      interbeat("plugin check " + plugin_file("broken_in_all.so") +
                " --node broken.writes_behind --filter '^(memory|descriptor)/' --all");
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.out, "it reached byte "), said.out);
  BOOST_TEST(has(said.out, "of the items of output `out`, which has "), said.out);
  BOOST_TEST(has(said.out, "descriptor/names"), said.out);
}

BOOST_AUTO_TEST_CASE(a_hang_is_a_sentence) {
  auto& interbeat = *this;
  const auto said = interbeat("plugin check " + plugin_file("hangs_in_init.so") + " --timeout 0.3");
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.out, "while it was opened: still busy after 0.3 s"), said.out);
}

BOOST_AUTO_TEST_CASE(what_is_no_plugin_is_said_in_one_line) {
  auto& interbeat = *this;
  write("text.so", "a poem\n");
  for (const auto& [file, part] : std::vector<std::pair<std::string, std::string>>{
           {plugin_file("no_entry.so"), "no plugin: it exports no `interbeat_entry`"},
           {plugin_file("other_major.so"), "version 2.3 of the plugin interface"},
           {plugin_file("missing_symbol.so"), "undefined symbol: a_function_that_nobody_has"},
           {plugin_file("ten_thousand_nodes.so"), "10000 nodes"},
           {"text.so", "no shared library"},
           {"gone.so", "no such file"}}) {
    const auto said = interbeat("plugin check " + file);
    BOOST_TEST(said.code == 2, file);
    BOOST_TEST(said.out == "");
    BOOST_TEST(has(said.err, part), part << " is not in\n" << said.err);
    BOOST_TEST(std::count(said.err.begin(), said.err.end(), '\n') == 1, said.err);
  }
}

BOOST_AUTO_TEST_CASE(a_node_that_could_not_be_tested_is_one_line) {
  auto& interbeat = *this;
  const auto said = interbeat("plugin check " + plugin_file("null_ports.so"));
  const std::string why = "its descriptor can't be read";
  const auto at = said.out.find(why);
  BOOST_TEST_REQUIRE(at != std::string::npos, said.out);
  BOOST_TEST(said.out.find(why, at + 1) == std::string::npos, said.out);
}

BOOST_AUTO_TEST_CASE(what_must_not_be_opened_is_contained) {
  auto& interbeat = *this;
  for (const auto& [file, part] : std::vector<std::pair<std::string, std::string>>{
           {"crashes_in_init.so", "it crashed (SIGSEGV)"},
           {"exits_when_loaded.so", "it ended the process (exit code 0)"}}) {
    const auto said = interbeat("plugin check " + plugin_file(file));
    BOOST_TEST(said.code == 1, file);
    BOOST_TEST(has(said.out, "load/opens"), said.out);
    BOOST_TEST(has(said.out, part), part << " is not in\n" << said.out);
  }
}

BOOST_AUTO_TEST_CASE(memory_has_an_end, *left_out_under_sanitizers("their shadow has none")) {
  auto& interbeat = *this;
  const auto said = interbeat("plugin check " + plugin_file("allocation_bomb_in_init.so"));
  BOOST_TEST(said.code == 1);
  BOOST_TEST(has(said.out, "while it was opened: "), said.out);
}

BOOST_AUTO_TEST_CASE(what_a_plugin_prints_stays_out_of_the_report) {
  auto& interbeat = *this;
  const auto said = interbeat("plugin check " + plugin_file("prints_garbage.so") + " --json");
  const auto j = nlohmann::json::parse(said.out);
  BOOST_TEST(j["failed"] == 2);
  BOOST_TEST(!has(said.err, "garbage"), said.err);
}

BOOST_AUTO_TEST_CASE(json_holds_what_the_table_holds) {
  auto& interbeat = *this;
  const auto said =
      interbeat("plugin check " + plugin_file("plain_scale.so") + " --filter data/ --json");
  const auto j = nlohmann::json::parse(said.out);
  BOOST_TEST(j["seed"] == 1);
  BOOST_TEST(j["failed"] == 0);
  BOOST_TEST(j["results"].size() == 8);
  BOOST_TEST(j["results"][0]["test"] == "data/split");
  BOOST_TEST(j["results"][0]["node"] == "plain.scale");
  BOOST_TEST(j["results"][0]["result"] == "passed");
}

BOOST_AUTO_TEST_CASE(wrong_words_are_explained) {
  auto& interbeat = *this;
  for (const auto& [words, part] : std::vector<std::pair<std::string, std::string>>{
           {"", "which plugin? Name its FILE, or --builtin"},
           {"--builtin " + plugin_file("plain_scale.so"), "not both"},
           {plugin_file("plain_scale.so") + " --filter nothing_like_it",
            "no test is called like `nothing_like_it`"},
           {plugin_file("plain_scale.so") + " --node acme.x", "there is no node `acme.x`"}}) {
    const auto said = interbeat("plugin check " + words);
    BOOST_TEST(said.code == 2, words);
    BOOST_TEST(has(said.err, part), part << " is not in\n" << said.err);
  }
}

BOOST_AUTO_TEST_CASE(the_tests_are_listed_for_people_and_pages) {
  auto& interbeat = *this;
  BOOST_TEST(has(interbeat("plugin check --list").out, "data/split"));
  BOOST_TEST(has(interbeat("plugin check --list --markdown").out, "| `data/split` |"));
}

BOOST_AUTO_TEST_CASE(every_test_that_needs_help_of_the_kernel_had_it,
                     *left_out_under_sanitizers("nothing can be counted there")) {
  auto& interbeat = *this;
  const auto said =
      interbeat("plugin check " + plugin_file("plain_scale.so") + " --filter quiet/ --json");
  const auto j = nlohmann::json::parse(said.out);
  for (const auto& r : j["results"]) {
    if (r["result"] == "skipped")
      BOOST_WARN_MESSAGE(false, r["test"] << " was skipped: " << r["why"]);
  }
  for (const auto* test : {"quiet/allocation", "quiet/lock", "quiet/dice"}) {
    bool passed = false;
    for (const auto& r : j["results"])
      passed = passed || (r["test"] == test && r["result"] == "passed");
    BOOST_TEST(passed, test << " can't see: is libinterbeat-watch.so beside the program?");
  }
}

BOOST_AUTO_TEST_SUITE_END()
