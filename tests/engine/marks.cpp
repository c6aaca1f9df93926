// Marks of people: what may be one, and that a live run takes them at once, waits for nobody who might
// set one, and ends without them.
#include "mark.hpp"

#include "support/graph_world.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <sstream>

using namespace ib;
using namespace ib::test;

namespace {

/// A merge of beats and marks: of each mark, how many beats lay before it.
struct BeatsBeforeMark {
  static constexpr About about{"test.beats_before", "1.0.0", "Beats before each mark."};
  In<"beats", Beat, InSpec{.doc = "Beats."}> beats;
  In<"marks", Marker, InSpec{.doc = "Marks."}> marks;
  Out<"counted", Marker, OutSpec{.doc = "The count as text.", .per_item = 1}> counted;
  static constexpr auto fields =
      std::tuple{&BeatsBeforeMark::beats, &BeatsBeforeMark::marks, &BeatsBeforeMark::counted};
  void on(decltype(beats)&, Time, const Beat&) { ++n_; }
  void on(decltype(marks)&, Time t, const Marker&) {
    Marker m;
    const auto text = std::to_string(n_);
    std::memcpy(m.text, text.data(), std::min(text.size(), sizeof m.text - 1));
    counted(t, m);
  }
  std::uint64_t n_{};
};

Registry nodes_for_marks() {
  auto registry = all_nodes();
  const auto merge = node_def<BeatsBeforeMark>();
  registry.add(NodeType{merge.desc, merge.create});
  return registry;
}

std::unique_ptr<Plan> plan_with_marks(const std::string& nodes, const Registry& registry,
                                      const PlanOptions& options) {
  Diagnostics problems;
  const auto graph =
      read_graph_text("interbeat: 1\nnodes:\n" + nodes, "marked", ".", {}, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  auto plan = Plan::build(*graph, options, problems);
  BOOST_REQUIRE_MESSAGE(plan != nullptr, problems.text());
  return plan;
}

/// Sets marks one after the other, each once the one before is answered; then ends the run.
class Typist final : public LiveInput {
 public:
  explicit Typist(std::vector<std::string> texts)
      : texts_(std::move(texts)), bell_(eventfd(1, EFD_CLOEXEC)), stop_(eventfd(0, EFD_CLOEXEC)) {}
  ~Typist() override {
    close(bell_);
    close(stop_);
  }
  int fd() const override { return bell_; }
  int stop_fd() const { return stop_; }
  void ready(const SetMark& set) override {
    std::uint64_t n = 0;
    BOOST_TEST(read(bell_, &n, sizeof n) == static_cast<ssize_t>(sizeof n));
    if (answers.size() == texts_.size()) return ring(stop_);
    set(texts_[answers.size()], [this](const MarkAnswer& a) {
      answers.push_back(a);
      ring(bell_);
    });
  }
  std::vector<MarkAnswer> answers;

 private:
  static void ring(int fd) {
    const std::uint64_t one = 1;
    BOOST_TEST(write(fd, &one, sizeof one) == static_cast<ssize_t>(sizeof one));
  }
  std::vector<std::string> texts_;
  int bell_, stop_;
};

struct MarkRow {
  double time_s;
  std::string text;
};
std::vector<MarkRow> rows_of(const std::string& csv) {
  std::istringstream in(csv);
  std::vector<MarkRow> rows;
  std::string line;
  for (std::getline(in, line); std::getline(in, line);) {
    const auto comma = line.find(',');
    double time_s = 0;
    std::from_chars(line.data(), line.data() + comma, time_s);  // whatever the locale
    rows.push_back({time_s, line.substr(comma + 1)});
  }
  return rows;
}

const std::string ring_and_marks =
    "  ring:  {type: source, uri: \"virtual:seed=1\"}\n"
    "  marks: {type: source.markers}\n"
    "  pulse: {type: sink.csv, in: ring.ppg, path: ppg.csv}\n"
    "  file:  {type: sink.csv, in: marks, path: marks.csv}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(marks)

BOOST_AUTO_TEST_CASE(a_mark_is_a_short_line_of_text) {
  using detail::problem_of_mark;
  BOOST_TEST(problem_of_mark("hard talk", 55) == "");
  BOOST_TEST(problem_of_mark("Pause, \"er\" lächelt", 55) == "");
  BOOST_TEST(problem_of_mark(std::string(55, 'x'), 55) == "");
  BOOST_TEST(problem_of_mark("", 55).find("needs a text") != std::string::npos);
  BOOST_TEST(problem_of_mark("   ", 55).find("needs a text") != std::string::npos);
  BOOST_TEST(problem_of_mark(std::string(56, 'x'), 55).find("has 56 bytes") != std::string::npos);
  BOOST_TEST(problem_of_mark("ok \xff", 55).find("byte 4") != std::string::npos);
  for (const auto* text : {"two\nlines", "a\ttab", "\x1b[31m", "rub\x7fout",
                           "\xc2\x9b"
                           "31m",
                           "\xc2\x85"})
    BOOST_TEST(problem_of_mark(text, 55).find("one line") != std::string::npos, text);
  BOOST_TEST(problem_of_mark(std::string("a\0b", 3), 55).find("one line") != std::string::npos);
  BOOST_TEST(problem_of_mark("\xc2\xa0\xc3\x9b", 55) == "");  // behind the controls: a space, Û
}

BOOST_AUTO_TEST_CASE(a_text_is_cut_between_characters) {
  using detail::cut_to_bytes;
  BOOST_TEST(cut_to_bytes("abc", 3) == "abc");
  BOOST_TEST(cut_to_bytes("abcd", 3) == "abc");
  BOOST_TEST(cut_to_bytes("ab\xc3\xa4", 3) == "ab");       // ä
  BOOST_TEST(cut_to_bytes("\xf0\x9f\x92\x93z", 3) == "");  // a heart of four bytes
  BOOST_TEST(cut_to_bytes("\xf0\x9f\x92\x93z", 4).size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_graph_s_source_of_marks_is_found_or_what_to_do_is_said) {
  const auto registry = nodes_for_marks();
  const Scratch out;
  PlanOptions options;
  options.out_dir = out.path();
  std::string why;
  const auto one = plan_with_marks(ring_and_marks, registry, options);
  BOOST_TEST(detail::find_mark_taker(one->impl(), "", why).has_value(), why);
  BOOST_TEST(detail::find_mark_taker(one->impl(), "marks", why).has_value(), why);
  BOOST_TEST(!detail::find_mark_taker(one->impl(), "mark", why));
  BOOST_TEST(why.find("did you mean \"marks\"?") != std::string::npos, why);
  const auto two = plan_with_marks(ring_and_marks +
                                       "  more: {type: source.markers}\n"
                                       "  file2: {type: sink.csv, in: more, path: more.csv}\n",
                                   registry, options);
  BOOST_TEST(!detail::find_mark_taker(two->impl(), "", why));
  BOOST_TEST((why.find("--to") != std::string::npos && why.find("more") != std::string::npos), why);
  const auto none = plan_with_marks(
      "  ring: {type: source, uri: \"virtual:\"}\n"
      "  pulse: {type: sink.csv, in: ring.ppg, path: ppg.csv}\n",
      registry, options);
  BOOST_TEST(!detail::find_mark_taker(none->impl(), "", why));
  BOOST_TEST(why.find("`marks: {type: source.markers}`") != std::string::npos, why);
}

BOOST_AUTO_TEST_CASE(a_live_run_takes_marks_at_the_times_that_it_answers) {
  const auto registry = nodes_for_marks();
  for (const unsigned executors : {1U, 2U}) {
    const Scratch out;
    PlanOptions options;
    options.out_dir = out.path();
    options.executors = executors;
    const auto plan = plan_with_marks(ring_and_marks, registry, options);
    BOOST_TEST((plan->mode() == Mode::live));
    Typist typist({"hard talk", "with, comma", "", "calm"});
    LiveOptions live;
    live.input = &typist;
    live.stop_fd = typist.stop_fd();
    BOOST_TEST(run_live(*plan, live).interrupted);
    BOOST_TEST_REQUIRE(typist.answers.size() == 4U);
    BOOST_TEST(typist.answers[2].problem.find("needs a text") != std::string::npos);
    typist.answers.erase(typist.answers.begin() + 2);
    const auto rows = rows_of(files_in(out.path())["marks.csv"]);
    BOOST_TEST_REQUIRE(rows.size() == 3U);
    BOOST_TEST(rows[0].text == "hard talk");
    BOOST_TEST(rows[1].text == "\"with, comma\"");
    BOOST_TEST(rows[2].text == "calm");
    Time before{0};
    for (std::size_t i = 0; i < 3; ++i) {
      const auto& a = typist.answers[i];
      BOOST_TEST(a.problem == "");
      BOOST_TEST((a.at > before), seconds(a.at));
      BOOST_TEST(std::abs(rows[i].time_s - seconds(a.at)) < 1e-6);
      before = a.at;
    }
  }
}

BOOST_AUTO_TEST_CASE(a_merge_of_marks_and_beats_never_waits_for_a_mark) {
  const auto registry = nodes_for_marks();
  const Scratch out;
  PlanOptions options;
  options.out_dir = out.path();
  const auto plan = plan_with_marks(
      "  heart: {type: source, uri: \"virtual:seed=1,duration=20s\"}\n"
      "  marks: {type: source.markers}\n"
      "  beats: {type: beat.ppg, in: heart.ppg}\n"
      "  count: {type: test.beats_before, beats: beats.beats, marks: marks}\n"
      "  file:  {type: sink.csv, in: count, path: counted.csv}\n",
      registry, options);
  AdmittedLog log;
  LiveOptions live;
  live.log = &log;
  live.speed = 200;
  const auto report = run_live(*plan, live);  // ends with the heart
  BOOST_TEST(!report.interrupted);
  const auto& impl = plan->impl();
  const auto taker = detail::mark_takers(impl).at(0);
  // The marks are never more than a step behind the heart, and whenever that was heard to the end, they were
  // asked at once.
  Time heart{}, marked{};
  std::size_t turns = 0;
  for (const auto& e : log) {
    BOOST_TEST((e.kind != LogEntry::Kind::seen));
    if (e.kind != LogEntry::Kind::until) continue;
    if (e.source == taker) {
      marked = e.time;
      continue;
    }
    BOOST_TEST((marked >= heart || heart - marked <= impl.step()), seconds(heart));
    heart = std::max(heart, e.time);
    ++turns;
  }
  BOOST_TEST(turns > 10U);
  BOOST_TEST((marked >= heart), seconds(heart) - seconds(marked));
}

BOOST_AUTO_TEST_CASE(a_run_ends_with_those_who_do_not_only_take_marks) {
  const auto registry = nodes_for_marks();
  for (const unsigned executors : {1U, 2U}) {
    const Scratch out;
    PlanOptions options;
    options.out_dir = out.path();
    options.executors = executors;
    options.mode = Mode::live;
    auto nodes = ring_and_marks;
    nodes.replace(nodes.find("seed=1"), 6, "seed=1,duration=5s");
    const auto plan = plan_with_marks(nodes, registry, options);
    LiveOptions live;
    live.speed = 100;
    BOOST_TEST(!run_live(*plan, live).interrupted);
    BOOST_TEST(rows_of(files_in(out.path())["marks.csv"]).empty());
    BOOST_TEST(rows_of(files_in(out.path())["ppg.csv"]).size() > 100U);
  }
}

BOOST_AUTO_TEST_CASE(a_graph_of_marks_alone_is_live_until_somebody_ends_it) {
  const auto registry = nodes_for_marks();
  const Scratch out;
  PlanOptions options;
  options.out_dir = out.path();
  const auto plan = plan_with_marks(
      "  marks: {type: source.markers}\n"
      "  file:  {type: sink.csv, in: marks, path: marks.csv}\n",
      registry, options);
  BOOST_TEST((plan->mode() == Mode::live));
  BOOST_TEST(plan->has_live_source());
  Typist typist({"first"});
  LiveOptions live;
  live.input = &typist;
  live.stop_fd = typist.stop_fd();
  BOOST_TEST(run_live(*plan, live).interrupted);
  BOOST_TEST(rows_of(files_in(out.path())["marks.csv"]).size() == 1U);
}

BOOST_AUTO_TEST_CASE(offline_a_graph_has_the_same_bytes_with_marks_and_without) {
  const auto registry = nodes_for_marks();
  const auto bytes = [&](bool marked) {
    const Scratch out;
    PlanOptions options;
    options.out_dir = out.path();
    options.mode = Mode::replay;
    std::string nodes =
        "  a: {type: source, uri: \"virtual:seed=1,duration=60s\"}\n"
        "  b: {type: source, uri: \"virtual:seed=2,duration=60s\"}\n"
        "  a_beats: {type: beat.ppg, in: a.ppg}\n"
        "  b_beats: {type: beat.ppg, in: b.ppg}\n"
        "  a_file: {type: sink.csv, in: a_beats.beats, path: a.csv}\n"
        "  b_file: {type: sink.csv, in: b_beats.beats, path: b.csv}\n";
    if (marked)
      nodes +=
          "  marks: {type: source.markers}\n"
          "  file:  {type: sink.csv, in: marks, path: marks.csv}\n";
    const auto plan = plan_with_marks(nodes, registry, options);
    BOOST_TEST(run_replay(*plan, {}).failures.empty());
    auto files = files_in(out.path());
    if (marked) BOOST_TEST(rows_of(files["marks.csv"]).empty());
    files.erase("marks.csv");
    return files;
  };
  const auto with = bytes(true), without = bytes(false);
  BOOST_TEST(with.size() == 2U);
  BOOST_TEST((with == without));
  for (const auto& [name, text] : with) BOOST_TEST(rows_of(text).size() > 20U, name);
}

BOOST_AUTO_TEST_CASE(marks_do_not_decide_where_recordings_start) {
  const auto registry = nodes_for_marks();
  const Scratch in;
  for (const auto& [name, start] : {std::pair{"a.csv", 1000}, std::pair{"b.csv", 1002}}) {
    std::string text = fmt::format("# t0_unix: {}\ntime_s,ppg\n", start);
    for (int i = 0; i < 250; ++i) text += fmt::format("{:.2f},{}\n", i * 0.04, i % 25);
    std::ofstream(in.path() / name) << text;
  }
  const auto folder = in.path().string();
  PlanOptions options;
  options.out_dir = in.path() / "out";
  const auto plan = plan_with_marks(
      "  marks: {type: source.markers}\n"
      "  a: {type: source.csv, path: " +
          folder +
          "/a.csv}\n"
          "  b: {type: source.csv, path: " +
          folder +
          "/b.csv}\n"
          "  file:   {type: sink.csv, in: marks, path: marks.csv}\n"
          "  a_file: {type: sink.csv, in: a.ppg, path: a.csv}\n"
          "  b_file: {type: sink.csv, in: b.ppg, path: b.csv}\n",
      registry, options);
  BOOST_TEST((plan->mode() == Mode::replay));
  std::string notes;
  for (const auto& note : plan->start_notes()) notes += note + "\n";
  BOOST_TEST(notes.find("a starts at 0.000 s, by UTC") != std::string::npos, notes);
  BOOST_TEST(notes.find("b starts at 2.000 s, by UTC") != std::string::npos, notes);
  BOOST_TEST(notes.find("marks are taken while the run is live") != std::string::npos, notes);
}

BOOST_AUTO_TEST_SUITE_END()
