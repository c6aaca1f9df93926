// The catch table: every test of the validator beside a plugin that it, or a named few, must catch; and
// plugins that nothing may catch. A test that can't fail proves nothing, and one that fails with everything
// proves little.
//
// The table as it came out is written to <build>/tests/catch_table.md.
#include "support/sanitizer.hpp"
#include "tools/program.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace ib::test;

namespace {

struct Caught {
  std::string plugin;  ///< a node of broken.so, or a file
  std::string by;      ///< the test that it was written for
  std::set<std::string> also;
};

// What a test needs is often what others lean on: a node that shares its state is no twin, and is not fresh after
// a reset either.
const std::set<std::string> remembering{"life/cycles", "life/reset", "life/recovers"};

const std::vector<Caught> nodes{
    {"broken.shouts_its_name", "descriptor/names", {}},
    {"broken.says_nothing", "descriptor/sentences", {}},
    {"broken.has_no_unit", "descriptor/units", {}},
    {"broken.has_half_a_version", "descriptor/version", {}},
    {"broken.waves_a_strange_flag", "descriptor/ports", {}},
    {"broken.has_no_urn", "descriptor/types", {}},
    {"broken.is_another", "descriptor/node", {}},
    {"broken.takes_halves", "params/ranges", {}},
    {"broken.misspells_its_unit", "params/text", {}},
    {"broken.takes_anything", "params/unknown", {}},
    {"broken.refuses_in_silence", "params/extremes", {}},
    {"broken.hears_no_change", "params/live", {}},
    {"broken.leaves_a_piece", "life/thousand", {}},
    {"broken.leaves_a_piece_each_time", "life/cycles", {}},
    {"broken.dies_unborn", "life/unborn", {"descriptor/node", "params/unknown", "life/thousand"}},
    {"broken.remembers", "life/reset", remembering},
    {"broken.never_recovers", "life/recovers", {}},
    {"broken.offers_everything", "life/extensions", {}},
    {"broken.divides_by_rates", "life/odd_streams", {}},
    {"broken.sees_blocks", "data/split", {}},
    {"broken.shares_state",
     "data/twins",
     {"life/cycles", "life/reset", "life/recovers", "data/split", "data/threads", "memory/scratch",
      "time/shifted", "gaps/empty_blocks", "abi/later"}},
    {"broken.depends_on_its_place", "data/processes", {}},
    {"broken.divides", "data/finite", {"data/denormals"}},
    {"broken.fears_the_small", "data/denormals", {}},
    {"broken.hands_on_anything", "data/not_a_number", {}},
    {"broken.vouches", "data/all_invalid", {}},
    {"broken.writes_in_front", "memory/rooms", {"data/not_a_number", "fuzz/calls", "fuzz/values"}},
    {"broken.writes_its_input", "memory/inputs", {"fuzz/calls"}},
    {"broken.leans_on_scratch",
     "memory/scratch",
     {"life/cycles", "life/reset", "life/recovers", "data/split", "data/twins", "time/shifted",
      "gaps/empty_blocks", "abi/later"}},
    {"broken.wants_too_little",
     "memory/scratch",
     {"data/not_a_number", "fuzz/calls", "fuzz/values"}},
    {"broken.allocates", "quiet/allocation", {}},
    {"broken.locks", "quiet/lock", {}},
    {"broken.asks_the_kernel", "quiet/system_call", {}},
    {"broken.looks_at_the_clock",
     "quiet/clock",
     {"quiet/system_call"}},  // where it is no user-space call
    {"broken.counts_cycles", "quiet/clock", {}},
    {"broken.throws_dice", "quiet/dice", {}},
    {"broken.starts_a_thread", "quiet/threads", {}},
    {"broken.greets", "quiet/prints", {}},
    {"broken.answers_as_a_source",
     "quiet/status",
     {"data/not_a_number", "fuzz/calls", "fuzz/values"}},
    {"broken.goes_back",
     "time/order",
     {"data/split", "data/denormals", "data/not_a_number", "time/seen", "gaps/new_clock",
      "fuzz/calls", "fuzz/values"}},
    {"broken.too_late", "time/settled", {}},
    {"broken.takes_it_back",
     "time/marks",
     {"data/denormals", "data/not_a_number", "time/latency_kept", "time/seen", "gaps/new_clock",
      "fuzz/calls", "fuzz/values"}},
    {"broken.foresees", "time/ahead", {"time/held", "gaps/empty_blocks", "gaps/new_clock"}},
    {"broken.waits_for_nobody", "time/held", {"time/ahead", "gaps/new_clock"}},
    {"broken.lags_behind", "time/latency_kept", {}},
    {"broken.excuses_itself", "time/latency_true", {}},
    {"broken.sees_more", "time/seen", {}},
    {"broken.knows_the_hour", "time/shifted", {}},
    {"broken.reaches_across", "gaps/contiguous", {}},
    {"broken.tells_of_nothing", "gaps/form", {"gaps/new_clock"}},
    {"broken.counts_calls", "gaps/empty_blocks", {"data/split"}},
    {"broken.begins_at_zero", "gaps/new_clock", {"life/reset", "life/recovers", "fuzz/calls"}},
    {"broken.never_ends", "gaps/end", {}},
    {"broken.says_it_twice", "bounds/items", {"data/split", "memory/rooms", "time/settled"}},
    {"broken.fails_in_silence", "bounds/error_text", {}},
    {"broken.forgets_half", "state/continues", {}},
    {"broken.saves_its_place", "state/reproducible", {}},
    {"broken.believes_lengths", "state/bad_bytes", {}},
    {"broken.rounds_otherwise", "in_place/change", {}},
    {"broken.hands_out_others", "in_place/sections", {}},
    {"broken.knows_one_size", "abi/later", {}},
    {"broken.tires_of_life", "fuzz/calls", {}},
    {"broken.counts_by_number", "fuzz/values", {"bounds/error_text"}},
};

/// Judged by one test only: with the others they take long, or crash in nearly all.
const std::vector<Caught> of_few{
    {"broken.writes_behind", "memory/rooms", {}},
    {"broken.toils", "bounds/budget", {}},
    {"broken.pauses_once", "bounds/longest_call", {}},
    {"broken.shares_its_desk", "data/threads", {}},
};

const std::vector<Caught> files{
    {"opens_slowly.so", "load/opens", {}},
    {"crashes_in_init.so", "load/opens", {}},
    {"exits_when_loaded.so", "load/opens", {}},
    {"lies_about_sizes.so", "load/readable", {}},
    {"null_texts.so", "load/readable", {}},
    {"null_ports.so", "load/readable", {}},
    {"null_descriptor.so", "load/readable", {}},
    {"megabyte_name.so", "load/readable", {}},
    {"changes_its_mind.so", "load/stable", {}},
    {"duplicate_ids.so", "load/unique_types", {"load/readable"}},
    {"makes_anything.so", "load/unknown_type", {}},
    {"prints_garbage.so", "load/prints", {"quiet/prints"}},
    {"spawns_a_thread.so", "load/threads", {}},
};

struct Failures {
  std::map<std::string, std::string> of;  ///< test -> why
};

class Table : public Program {
 public:
  /// What `plugin check` says of each node of a file; all of them under one name, if `name` is given.
  std::map<std::string, Failures> check(const std::string& words,
                                        const std::string& name = {}) const {
    const auto answer = (*this)("plugin check " + words + " --json");
    BOOST_TEST_REQUIRE(!answer.out.empty(), words << ": " << answer.err);
    const auto said = nlohmann::json::parse(answer.out);
    BOOST_TEST(answer.code == (said["failed"] > 0 ? 1 : 0));
    std::map<std::string, Failures> nodes_of;
    for (const auto& r : said["results"]) {
      const auto node = !name.empty()         ? name
                        : r["node"].is_null() ? std::string("(the file)")
                                              : r["node"].get<std::string>();
      auto& failures = nodes_of[node];
      if (r["result"] == "failed") failures.of[r["test"]] = r["why"];
      if (r["result"] == "skipped") skipped[r["why"]] += 1;
    }
    return nodes_of;
  }
  static std::string so(const std::string& file) {
    return "'" + std::string(plugins_folder) + "/" + file + "'";
  }

  void judge(const Caught& expected, const Failures& failures) {
    BOOST_TEST_CONTEXT(expected.plugin) {
      BOOST_TEST(failures.of.contains(expected.by),
                 expected.plugin << " got through " << expected.by);
      for (const auto& [test, why] : failures.of) {
        BOOST_TEST((test == expected.by || expected.also.contains(test)),
                   expected.plugin << " is caught by " << test << " too: " << why);
      }
    }
    const auto first = failures.of.find(expected.by);
    auto why = first != failures.of.end() ? first->second : "got through";
    std::replace(why.begin(), why.end(), '|', '/');
    std::string others;
    for (const auto& [test, ignored] : failures.of) {
      if (test != expected.by) others += (others.empty() ? "" : ", ") + test;
    }
    text += "| `" + expected.by + "` | " + expected.plugin + " | " + why + " | " + others + " |\n";
    caught.insert(expected.by);
  }

  std::string text = "| test | plugin | what it says | caught also by |\n|---|---|---|---|\n";
  std::set<std::string> caught;
  mutable std::map<std::string, int> skipped;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(catch_table, Table)

BOOST_AUTO_TEST_CASE(each_test_catches_its_plugin_and_few_others,
                     *left_out_under_sanitizers("they find the broken plugins first")) {
  auto broken = check(so("broken.so"));
  BOOST_TEST(broken["(the file)"].of.empty());
  broken.erase("(the file)");
  BOOST_TEST(broken.size() == nodes.size());
  for (const auto& expected : nodes) judge(expected, broken[expected.plugin]);
  for (const auto& expected : of_few) {
    const auto only = " --node " + expected.plugin + " --filter " + expected.by;
    judge(expected, check(so("broken_in_all.so") + only)[expected.plugin]);
  }
  for (const auto& expected : files) {
    const auto some = so(expected.plugin) + " --filter '^(load|descriptor|quiet)/'";
    judge(expected, check(some, expected.plugin)[expected.plugin]);
  }
  const auto list = (*this)("plugin check --list --json");
  std::size_t tests = 0;
  for (const auto& test : nlohmann::json::parse(list.out)) {
    ++tests;
    BOOST_TEST(caught.contains(test["test"]), test["test"] << " has no plugin that it must catch");
  }
  BOOST_TEST(tests >= 30);
  std::ofstream(std::string(binary_folder) + "/tests/catch_table.md") << text;
  BOOST_TEST_MESSAGE(text);
}

BOOST_AUTO_TEST_CASE(what_keeps_its_promises_gets_through) {
  for (const auto* file : {"well_behaved.so", "plain_scale.so"}) {
    for (const auto& [node, failures] : check(so(file))) {
      for (const auto& [test, why] : failures.of) BOOST_ERROR(node << ", " << test << ": " << why);
    }
  }
}

BOOST_AUTO_TEST_CASE(all_built_in_nodes_get_through) {
  for (const auto& [node, failures] : check("--builtin")) {
    for (const auto& [test, why] : failures.of) BOOST_ERROR(node << ", " << test << ": " << why);
  }
}

BOOST_AUTO_TEST_CASE(plain_c_leaves_nothing_out_that_it_could_show) {
  check(so("plain_scale.so"));
  for (const auto& [why, n] : skipped) BOOST_TEST_MESSAGE(n << " skipped: " << why);
  BOOST_TEST(!skipped.contains("it does not offer ib.state/1"));
  BOOST_TEST(!skipped.contains("it does not offer ib.in_place/1"));
}

BOOST_AUTO_TEST_SUITE_END()
