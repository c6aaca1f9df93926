// A recorded session is run again to the byte: live or offline, whole or broken off, on one thread or two; and a
// recording in which anything was changed is found out.
#include <interbeat/recording.hpp>
#include <interbeat/replay.hpp>

#include "support/cases.hpp"
#include "support/graph_world.hpp"
#include "support/recorded_session.hpp"

#include <algorithm>
#include <random>

using namespace ib;
using namespace ib::test;

namespace {

using Files = std::map<std::string, std::string>;

/// A recording in memory.
class Shelf final : public Recorder, public Recording {
 public:
  void begin(const RecordingHead& head) override { head_ = head; }
  void write(const Record& record) override { records.emplace_back(record); }
  void commit() override { ++commits; }

  const RecordingHead& head() const override { return head_; }
  const Record* next() override {
    if (at_ == records.size()) return nullptr;
    lent_ = records[at_++].lent();
    return &lent_;
  }
  void rewind() override { at_ = 0; }

  template <class T>
  std::size_t count() const {
    return static_cast<std::size_t>(
        std::count_if(records.begin(), records.end(),
                      [](const Kept& k) { return std::holds_alternative<T>(k.record); }));
  }

  std::vector<Kept> records;
  std::size_t commits{};

 private:
  RecordingHead head_;
  Record lent_;
  std::size_t at_{};
};

struct Session {
  Registry registry = all_nodes();
  Graph graph;
  Shelf shelf;
  Files files;
  RunReport report;

  Session(const std::string& file, const Overrides& set)
      : graph(read(registry, graphs() / file, set)) {}

  RecordOptions record() {
    RecordOptions r;
    r.recorder = &shelf;
    return r;
  }
  void run_offline(AdmittedLog changes = {}) {
    Scratch out;
    PlanOptions options;
    options.out_dir = out.path();
    const auto built = plan(graph, options);
    ReplayOptions replay;
    replay.changes = std::move(changes);
    replay.record = record();
    report = run_replay(*built, replay);
    files = files_in(out.path());
  }
  /// Live admission in virtual time: packets come when they do, partners are given up.
  void rehearse() {
    Scratch out;
    PlanOptions options;
    options.out_dir = out.path();
    const auto built = plan(graph, options);
    RehearsalOptions rehearsal;
    rehearsal.record = record();
    report = run_rehearsal(*built, rehearsal);
    files = files_in(out.path());
  }
  /// A lead-in at full speed, then the clock's pace, times `speed`.
  void run_live(Duration limit, double speed) {
    Scratch out;
    PlanOptions options;
    options.out_dir = out.path();
    options.mode = Mode::live;
    const auto built = plan(graph, options);
    LiveOptions live;
    live.limit = limit;
    live.speed = speed;
    live.record = record();
    report = ib::run_live(*built, live);
    files = files_in(out.path());
  }

  /// The recording's own graph, as `interbeat replay` would read it.
  Graph recorded_graph() {
    Diagnostics problems;
    auto again =
        read_graph_text(shelf.head().graph, shelf.head().graph_name, ".", {}, registry, problems);
    BOOST_TEST_REQUIRE(again.has_value(), problems.text());
    return *again;
  }
  PlayReport play_again(Files& files_again, unsigned threads = 1) {
    Scratch out;
    const auto survey = survey_of(shelf);
    const auto own = recorded_graph();
    PlanOptions options;
    options.out_dir = out.path();
    options.threads = threads;
    Diagnostics problems;
    const auto built =
        Plan::build(own, playback_options(shelf.head(), survey, own, options), problems);
    BOOST_TEST_REQUIRE((built != nullptr), problems.text());
    auto played = play(*built, shelf, survey, {});
    files_again = files_in(out.path());
    return played;
  }
};

std::string first_difference(const PlayReport& played) {
  for (const auto& o : played.outlets) {
    if (!o.expected) continue;
    return o.outlet.sink + "." + o.outlet.input + " at " +
           std::to_string(seconds(o.expected->settled));
  }
  return {};
}

void is_the_same(Session& session, unsigned threads) {
  Files again;
  const auto played = session.play_again(again, threads);
  BOOST_TEST(played.ended);
  BOOST_TEST(played.same(), first_difference(played));
  for (const auto& o : played.outlets) BOOST_TEST(o.recorded > 0U);
  if (session.files.empty()) return;
  const auto where = difference(session.files, again);
  BOOST_TEST(where.empty(), where);
}

const Overrides recorded_couple{
    {"anna", "virtual:seed=3,duration=90s,loss=0.02,jitter=80ms"},
    {"ben", "virtual:seed=4,duration=90s,couple=3,lag=2s,ppm=40,contact_loss=40"}};

/// The nth block with items, of those that a sink hears of in the end.
std::size_t block_with_items(const Shelf& shelf, std::size_t n) {
  for (std::size_t k = 0; k < shelf.records.size(); ++k) {
    const auto* b = std::get_if<RecordedBlock>(&shelf.records[k].record);
    if (b != nullptr && b->n > 0 && n-- == 0) return k;
  }
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recording)

BOOST_AUTO_TEST_CASE(an_offline_run_is_repeated_from_its_recording) {
  Session session("05-couple.yaml", recorded_couple);
  session.run_offline();
  BOOST_TEST_REQUIRE(session.report.failures.empty());
  BOOST_TEST(session.shelf.count<RecordedBlock>() > 10U);
  BOOST_TEST(session.shelf.count<RecordingEnd>() == 1U);
  for (const unsigned threads : {1U, 2U}) is_the_same(session, threads);
}

BOOST_AUTO_TEST_CASE(so_are_changes_of_parameters) {
  Session session("couple.yaml", {{"a", "virtual:seed=3,duration=120s"},
                                  {"b", "virtual:seed=4,duration=120s,couple=2"}});
  std::uint32_t node = 0, param = 0;
  bool found = false;
  for (std::uint32_t i = 0; i < session.graph.nodes.size() && !found; ++i) {
    const auto& d = *session.graph.nodes[i].type->desc;
    for (std::uint32_t p = 0; p < d.n_params && !found; ++p) {
      if ((d.params[p].flags & IB_PARAM_LIVE) == 0 || d.params[p].kind != IB_NUMBER) continue;
      node = i;
      param = p;
      found = true;
    }
  }
  BOOST_TEST_REQUIRE(found);
  const auto& p = session.graph.nodes[node].type->desc->params[param];
  session.run_offline({{LogEntry::Kind::event, node, Time{} + 40s, param, p.max}});
  for (const unsigned threads : {1U, 2U}) is_the_same(session, threads);
}

BOOST_AUTO_TEST_CASE(partners_that_were_given_up_are_given_up_again) {
  auto stalling = recorded_couple;
  stalling[1].second += ",stall=1.5,stall_for=12s";
  Session session("05-couple.yaml", stalling);
  session.rehearse();
  std::uint64_t marks = 0;
  for (const auto& s : session.report.sources) marks += s.seen_marks;
  BOOST_TEST(marks > 0U);
  for (const unsigned threads : {1U, 2U}) is_the_same(session, threads);
}

std::uint64_t counter(const RunReport& report, std::string_view node, std::string_view counter) {
  for (const auto& n : report.nodes)
    for (const auto& [name, count] : n.counters)
      if (n.path == node && name == counter) return count;
  return 0;
}

/// What the radio lost stays lost, and is said again: once, though both ports of a ring miss it.
BOOST_AUTO_TEST_CASE(a_replay_counts_what_the_live_run_has_lost) {
  Session session("04-person.yaml", {{"recording", "virtual:seed=3,duration=90s,loss=0.02"}});
  session.rehearse();
  const auto lost = counter(session.report, "me.ring", "lost_samples");
  BOOST_TEST(lost > 0U);
  Files again;
  BOOST_TEST(counter(session.play_again(again).run, "me.ring", "lost_samples") == lost);
}

/// The same session, live: seen marks, catching up, sinks on threads of their own.
BOOST_AUTO_TEST_CASE(a_live_run_is_repeated_from_its_recording) {
  Session session(
      "05-couple.yaml",
      {{"anna", "virtual:seed=3,loss=0.02,jitter=80ms?lead_in=40s"},
       {"ben", "virtual:seed=4,couple=3,lag=2s,ppm=40,stall=3,stall_for=6s?lead_in=40s"}});
  session.run_live(60s, 10);
  BOOST_TEST_REQUIRE(session.report.failures.empty());
  BOOST_TEST_REQUIRE((session.report.recording && session.report.recording->lost == 0));
  // On a machine that is busy elsewhere a file may have lost rows: it is compared up to there.
  std::uint64_t lost = 0;
  for (const auto& edge : session.report.edges) lost += edge.lost_items;
  BOOST_TEST_MESSAGE("rows lost by busy files: " << lost);
  if (lost > 0) session.files.clear();
  for (const unsigned threads : {1U, 2U}) is_the_same(session, threads);
}

BOOST_AUTO_TEST_CASE(a_recording_that_breaks_off_is_the_same_up_to_there) {
  Session session("05-couple.yaml", recorded_couple);
  session.run_offline();
  const auto all = session.shelf.records;
  for (const auto seed : cases(20)) {
    std::mt19937 g(seed);
    session.shelf.records.assign(all.begin(),
                                 all.begin() + static_cast<std::ptrdiff_t>(g() % all.size()));
    // The recorder takes the sinks' lanes first: a checkpoint never stands before what led to it.
    std::size_t checkpoints = session.shelf.count<Checkpoint>();
    Files again;
    const auto played = session.play_again(again);
    BOOST_TEST(!played.ended);
    std::uint64_t equal = 0;
    for (const auto& o : played.outlets) equal += o.equal;
    BOOST_TEST((played.same() && equal == checkpoints),
               "seed " << seed << ": " << first_difference(played));
    for (const auto& [name, text] : again)
      BOOST_TEST(session.files.at(name).compare(0, text.size(), text) == 0,
                 "seed " << seed << ": " << name << " is not the beginning of what was");
  }
}

/// One sample, one mark, one entry: whatever is not as it was comes out.
BOOST_AUTO_TEST_CASE(a_changed_recording_is_found_out) {
  Session session("03-hrv.yaml", {{"recording", "virtual:seed=3,duration=90s"}});
  session.run_offline();
  const auto all = session.shelf.records;
  Files again;
  auto& records = session.shelf.records;

  BOOST_TEST(session.play_again(again).same());
  const auto k = block_with_items(session.shelf, 3);
  BOOST_TEST_REQUIRE(!records[k].items.empty());
  for (auto& byte : records[k].items) byte = ~byte;
  BOOST_TEST(!session.play_again(again).same());

  records = all;
  records.erase(records.begin() + static_cast<std::ptrdiff_t>(k));
  BOOST_TEST(!session.play_again(again).same());
}

BOOST_AUTO_TEST_CASE(behind_a_hole_nothing_is_played) {
  Session session("05-couple.yaml", recorded_couple);
  session.run_offline();
  auto& records = session.shelf.records;
  const auto middle = static_cast<std::ptrdiff_t>(records.size() / 2);
  records.insert(records.begin() + middle, Kept(RecordsLost{3}));
  const auto survey = survey_of(session.shelf);
  BOOST_TEST(survey.problem.find("3 records are missing") == 0U);
  Files again;
  const auto played = session.play_again(again);
  BOOST_TEST((!played.ended && played.same()));
}

/// A stranger's recording: what it says of itself is not what this program's nodes lean on.
BOOST_AUTO_TEST_CASE(a_head_that_does_not_fit_the_nodes_is_refused) {
  Session session("03-hrv.yaml", {{"recording", "virtual:seed=3,duration=30s"}});
  session.run_offline();
  const auto why_not = [&](auto&& change) {
    Shelf shelf = session.shelf;
    auto head = shelf.head();
    change(head.sources[0].ports[0]);
    shelf.begin(head);
    const auto survey = survey_of(shelf);
    const auto own = session.recorded_graph();
    Diagnostics problems;
    BOOST_TEST(
        (Plan::build(own, playback_options(shelf.head(), survey, own, {}), problems) == nullptr));
    return problems.text();
  };
  const auto wide = why_not([](RecordedPort& p) { p.channels = 1000, p.item_bytes = 4000; });
  BOOST_TEST((wide.find("was recorded in 4000 bytes") != std::string::npos), wide);
  const auto events = why_not([](RecordedPort& p) { p.rate_hz = 0; });
  BOOST_TEST((events.find("was recorded without a rate") != std::string::npos), events);
  const auto fast = why_not([](RecordedPort& p) { p.rate_hz = 1e9; });
  BOOST_TEST((fast.find("that no sensor has") != std::string::npos), fast);
}

BOOST_AUTO_TEST_CASE(a_change_that_no_param_takes_reaches_no_node) {
  Session session("couple.yaml",
                  {{"a", "virtual:seed=3,duration=20s"}, {"b", "virtual:seed=4,duration=20s"}});
  session.run_offline();
  auto& records = session.shelf.records;
  const auto middle = static_cast<std::ptrdiff_t>(records.size() / 2);
  for (const std::uint32_t param : {0U, 60000U})
    for (std::uint32_t node = 0; node < session.shelf.head().nodes.size(); ++node)
      records.insert(records.begin() + middle,
                     Kept(LogEntry{LogEntry::Kind::event, node, Time{} + 10s, param, 1e300}));
  Files again;
  const auto played = session.play_again(again);
  BOOST_TEST(played.run.failures.size() == 2 * session.shelf.head().nodes.size());
  BOOST_TEST(played.same());
}

/// Another graph over the same signals: its sources are those of the recording.
BOOST_AUTO_TEST_CASE(another_graph_runs_over_the_recorded_signals) {
  Session session("05-couple.yaml", recorded_couple);
  session.run_offline();
  Scratch out;
  Diagnostics problems;
  const auto other = read_graph_text(
      "interbeat: 1\n"
      "participants:\n  anna: {use: person.yaml, with: {source: \"virtual:\"}}\n"
      "nodes:\n  log: {type: sink.csv, in: anna.intervals, path: anna.csv}\n",
      "other", graphs(), {}, session.registry, problems);
  BOOST_TEST_REQUIRE(other.has_value(), problems.text());
  const auto survey = survey_of(session.shelf);
  PlanOptions options;
  options.out_dir = out.path();
  const auto built = Plan::build(
      *other, playback_options(session.shelf.head(), survey, *other, options), problems);
  BOOST_TEST_REQUIRE((built != nullptr), problems.text());
  const auto played = play(*built, session.shelf, survey, {});
  BOOST_TEST(played.ended);
  BOOST_TEST(files_in(out.path()).at("anna.csv").size() > 2000U);
}

BOOST_AUTO_TEST_CASE(a_source_that_was_not_recorded_is_named) {
  Session session("05-couple.yaml", recorded_couple);
  session.run_offline();
  Diagnostics problems;
  const auto other = read_graph_text(
      "interbeat: 1\n"
      "nodes:\n"
      "  clara: {type: source, uri: \"virtual:seed=1\"}\n"
      "  log: {type: sink.csv, in: clara.ppg, path: clara.csv}\n",
      "other", ".", {}, session.registry, problems);
  BOOST_TEST_REQUIRE(other.has_value(), problems.text());
  const auto survey = survey_of(session.shelf);
  const auto built =
      Plan::build(*other, playback_options(session.shelf.head(), survey, *other, {}), problems);
  BOOST_TEST((built == nullptr));
  BOOST_TEST((problems.text().find(
                  "the recording has no source clara; expected one of: anna.ring, ben.ring") !=
              std::string::npos),
             problems.text());
}

BOOST_AUTO_TEST_SUITE_END()
