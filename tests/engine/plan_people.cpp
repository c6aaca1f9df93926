// People of a plan: one person in both seats is refused or warned of, and nobody who is simulated passes for real.
#include "support/graph_world.hpp"

#include <algorithm>

using namespace ib;
using namespace ib::test;

namespace {

/// Two people of files or simulations, and where they meet.
struct TwoSeats {
  std::string person = (graphs() / "person-intervals.yaml").string();
  Scratch out;
  Registry registry = all_nodes();
  Diagnostics problems;
  std::vector<std::string> notes;

  std::string recording(const std::string& name) const {
    const auto file = out.path() / name;
    std::ofstream text(file);
    text << "rr_ms\n";
    for (int k = 0; k < 60; ++k) text << 800 + k % 7 << '\n';
    return file.string();
  }
  /// False: it was refused.
  bool meet(const std::string& anna, const std::string& ben, const std::string& seats) {
    problems = {};
    const auto who = [&](const std::string& name, const std::string& uri) {
      const bool simulated = uri.starts_with("virtual:");
      const auto module = simulated ? (graphs() / "person.yaml").string() : person;
      return "  " + name + ": {use: \"" + module + "\", with: {source: \"" + uri + "\"}}\n";
    };
    const auto yaml = "interbeat: 1\nparticipants:\n" + who("anna", anna) + who("ben", ben) +
                      "nodes:\n  meet: {type: dyad.align, " + seats +
                      "}\n  out: {type: sink.csv, in: meet, path: x.csv}\n"
                      "  own: {type: sink.csv, in: ben.intervals, path: b.csv}\n"
                      "  other: {type: sink.csv, in: anna.intervals, path: a.csv}\n";
    const auto graph = read_graph_text(yaml, "couple.yaml", ".", {}, registry, problems);
    BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
    PlanOptions options;
    options.out_dir = out.path();
    options.mode = Mode::replay;
    const auto built = Plan::build(*graph, options, problems);
    if (built != nullptr) notes = built->start_notes();
    return built != nullptr;
  }
  bool says(const std::string& words) const {
    return problems.text().find(words) != std::string::npos;
  }
};

const std::string both_seats = "a: anna.intervals, b: ben.intervals";

}  // namespace

BOOST_AUTO_TEST_SUITE(plan_people)

BOOST_FIXTURE_TEST_CASE(one_source_in_both_seats_is_refused_with_both_places, TwoSeats) {
  BOOST_TEST(
      !meet(recording("anna.csv"), recording("ben.csv"), "a: anna.intervals, b: anna.intervals"));
  BOOST_TEST(says("`b` comes from anna.strap, and so does `a` (couple.yaml:6:"), problems.text());
  BOOST_TEST(says("couple.yaml:6:50"), problems.text());
  BOOST_TEST(says("two sources"), problems.text());
}

/// A control with one person twice is a method, so it is said and not refused.
BOOST_FIXTURE_TEST_CASE(one_recording_in_two_sources_is_warned_of, TwoSeats) {
  const auto anna = recording("anna.csv"), ben = recording("ben.csv");
  BOOST_TEST(meet(anna, anna + "?start=5s", both_seats));
  BOOST_TEST(says("are one person twice"), problems.text());
  BOOST_TEST(says("couple.yaml:3:"), problems.text());
  const auto link = out.path() / "link.csv";
  std::filesystem::create_symlink(anna, link);
  BOOST_TEST(meet(anna, link.string(), both_seats));
  BOOST_TEST(says("are one person twice"), problems.text());
  BOOST_TEST(meet(anna, ben, both_seats));
  BOOST_TEST(problems.empty(), problems.text());
}

/// Without a seed each becomes somebody of their own.
BOOST_FIXTURE_TEST_CASE(one_simulation_twice_is_warned_of, TwoSeats) {
  BOOST_TEST(meet("virtual:seed=1,duration=60s", "virtual:seed=1,duration=60s", both_seats));
  BOOST_TEST(says("are one person twice"), problems.text());
  BOOST_TEST(meet("virtual:duration=60s", "virtual:duration=60s", both_seats));
  BOOST_TEST(problems.empty(), problems.text());
}

BOOST_FIXTURE_TEST_CASE(a_person_and_a_simulation_are_warned_of, TwoSeats) {
  BOOST_TEST(meet(recording("anna.csv"), "virtual:seed=2,duration=60s", both_seats));
  BOOST_TEST(says("ben.ring is SIMULATED and anna.strap is not"), problems.text());
  BOOST_TEST(problems.errors() == 0U);
  BOOST_TEST(meet("virtual:seed=1,duration=60s", "virtual:seed=2,duration=60s", both_seats));
  BOOST_TEST(problems.empty(), problems.text());
}

BOOST_FIXTURE_TEST_CASE(who_is_simulated_is_said_where_it_starts, TwoSeats) {
  BOOST_REQUIRE(meet(recording("anna.csv"), "virtual:seed=2,duration=60s", both_seats));
  const auto simulated = [&](const std::string& who) {
    return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) {
      return note.starts_with(who) && note.find("SIMULATED") != std::string::npos;
    });
  };
  BOOST_TEST(simulated("ben.ring"));
  BOOST_TEST(!simulated("anna.strap"));
}

BOOST_AUTO_TEST_SUITE_END()
