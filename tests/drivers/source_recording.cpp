// `source` with uri: evening.ibr#anna: a person of a recorded session, sample by sample as it was recorded, and
// the words for what can't be played.
#include <boost/test/unit_test.hpp>

#include "file_scratch.hpp"
#include "files/recorded_blocks.hpp"
#include "source_bench.hpp"
#include "support/small_recording.hpp"

#include <cstdlib>
#include <fstream>

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

/// The fields of a type of this program, as a recorder writes them down.
std::vector<RecordedField> fields_as_recorded(const ib_type& type) {
  std::vector<RecordedField> fields;
  for (std::uint32_t k = 0; k < type.n_fields; ++k) {
    const auto& f = type.fields[k];
    fields.push_back({f.name, f.unit, f.kind, f.offset, f.count, {}});
    for (std::uint32_t l = 0; l < f.n_labels; ++l) fields.back().labels.emplace_back(f.labels[l]);
  }
  return fields;
}

/// Ben's strap has the ports that `source` knows.
void as_a_strap(RecordingHead& head) {
  auto& rate = head.sources[1].ports[0];
  auto& marks = head.sources[1].ports[1];
  rate.name = "heart_rate";
  rate.fields = fields_as_recorded(HeartRate::type());
  marks.name = "markers";
  marks.fields = fields_as_recorded(Marker::type());
}

/// A session in a folder of its own: evening.ibr.
struct Evening {
  explicit Evening(SmallSession session = {}) {
    if (!session.change_head) session.change_head = as_a_strap;
    const SmallRecording recording(file(), session);
  }
  std::string file() const { return (scratch.folder() / "evening.ibr").string(); }
  std::string of(const std::string& who) const { return file() + "#" + who; }

  FileScratch scratch;
};

Played played_of(const std::string& uri, const std::string& port, SourceBench::Settings more = {}) {
  SourceBench bench;
  more.insert(more.begin(), {"uri", uri});
  return bench.source("a", "source", more).hear("a", port).play(1s);
}

bool says(const Played& played, std::string_view sentence) {
  const bool said = played.problems.find(sentence) != std::string::npos;
  if (!said) BOOST_TEST_MESSAGE(played.problems);
  return said;
}

bool refused_with(const Played& played, std::string_view sentence) {
  return !played.built && says(played, sentence);
}

SmallSession with_head(std::function<void(RecordingHead&)> change) {
  SmallSession session;
  session.change_head = [change](RecordingHead& head) {
    as_a_strap(head);
    change(head);
  };
  return session;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source_recording)

BOOST_AUTO_TEST_CASE(samples_stand_where_they_were_recorded) {
  const Evening evening;
  SourceBench bench;
  bench.source("a", "source", {{"uri", evening.of("anna")}}).hear("a", "ppg").hear("a", "acc");
  const auto played = play_at_all_steps(bench);
  const auto& ppg = played["a.ppg"];
  BOOST_TEST_REQUIRE(ppg.items.size() == 200U);
  for (std::size_t i = 0; i < ppg.items.size(); ++i) {
    const auto index = i < 100 ? i : i + 50;
    BOOST_TEST(ppg.items[i].index == index);
    BOOST_TEST(ppg.items[i].t == static_cast<std::int64_t>(index) * 40'000'000);
    BOOST_TEST(ppg.value(i) == static_cast<float>(index));
  }
  BOOST_TEST_REQUIRE(ppg.gaps.size() == 1U);
  BOOST_TEST((ppg.gaps[0] == Heard::Gap{4'000'000'000, 6'000'000'000, 50}));
  BOOST_TEST(ppg.settled == 10'000'000'000 - 1);
  BOOST_TEST(ppg.finished);
  const auto& acc = played["a.acc"];
  BOOST_TEST(acc.items.size() == 250U);
  BOOST_TEST(acc.gaps.empty());
  BOOST_TEST(acc.value(7, 2) == 1.0F);
  BOOST_TEST(played.counter("a", "lost_samples") == 50U);
  BOOST_TEST(played.counter("a", "cut_short") == 0U);
}

BOOST_AUTO_TEST_CASE(a_packet_that_bore_two_signals_is_lost_once) {
  const Evening evening({.change_head = as_a_strap, .acc_lost = true});
  SourceBench bench;
  bench.source("a", "source", {{"uri", evening.of("anna")}}).hear("a", "ppg").hear("a", "acc");
  const auto played = play_at_all_steps(bench);
  BOOST_TEST(played["a.acc"].items.size() == 200U);
  BOOST_TEST(played.counter("a", "lost_samples") == 50U);
}

BOOST_AUTO_TEST_CASE(items_stand_at_their_times) {
  const Evening evening;
  SourceBench bench;
  bench.source("b", "source", {{"uri", "ibr:" + evening.of("ben.strap")}})
      .hear("b", "heart_rate")
      .hear("b", "markers");
  const auto played = play_at_all_steps(bench);
  const auto& rates = played["b.heart_rate"];
  BOOST_TEST_REQUIRE(rates.items.size() == 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(rates.time_s(i) == 1.0 + 2.0 * static_cast<double>(i));
    BOOST_TEST(rates.value<double>(i) == 61.0 + 2.0 * static_cast<double>(i));
  }
  const auto& marks = played["b.markers"];
  BOOST_TEST_REQUIRE(marks.items.size() == 1U);
  BOOST_TEST(marks.time_s(0) == 2.0);
  BOOST_TEST(std::string(marks.items[0].bytes.c_str()) == "start");
}

/// A clock that was corrected while it ran: two pieces, and a leap of 7 ns between two people who share it.
BOOST_AUTO_TEST_CASE(two_people_keep_the_clock_that_they_had) {
  const Evening evening({true, {}, 123'456'789, 37.5});
  SourceBench bench;
  bench.source("a", "source", {{"uri", evening.of("anna") + "?start=2s"}})
      .source("b", "source", {{"uri", evening.of("ben") + "?start=2s"}})
      .hear("a", "ppg")
      .hear("a", "acc")
      .hear("b", "heart_rate");
  const auto played = play_at_all_steps(bench);
  const auto& ppg = played["a.ppg"];
  BOOST_TEST(ppg.items[99].t == 2'000'000'000 + 99 * 40'000'000LL);
  BOOST_TEST(ppg.items[100].t == 2'000'000'000 + 150 * 40'000'000LL + 123'456'789);
  const Anchor fast{0, 2'000'000'000,
                    static_cast<std::int64_t>(40e6 * 4294967296.0 / (1 + 37.5e-6))};
  const auto& acc = played["a.acc"];
  for (std::size_t i = 0; i < 150; ++i) BOOST_TEST(acc.items[i].t == fast.at(i).ns);
  BOOST_TEST(played["b.heart_rate"].items[2].t == 2'000'000'000 + 5'000'000'000LL);
}

BOOST_AUTO_TEST_CASE(a_recording_meets_other_files_by_utc) {
  const Evening evening;
  std::string csv = "# fs_hz: 10\n# t0_unix: 1795701605.25\nppg\n";
  for (int i = 0; i < 100; ++i) csv += std::to_string(i) + "\n";
  const auto other = evening.scratch.write("clara.csv", csv).string();
  SourceBench bench;
  bench.source("a", "source", {{"uri", evening.of("anna")}})
      .source("c", "source", {{"uri", other}})
      .hear("a", "ppg")
      .hear("c", "ppg");
  const auto played = bench.play(1s);
  BOOST_TEST_REQUIRE(played.built, played.problems);
  BOOST_TEST(played["a.ppg"].items[0].t == 0);
  // A second of UTC in a CSV file is a double: some 200 ns.
  BOOST_TEST(std::abs(played["c.ppg"].items[0].t - 5'000'000'000) < 1000);
}

BOOST_AUTO_TEST_CASE(the_only_person_needs_no_name) {
  const Evening alone(with_head([](RecordingHead& h) { h.sources[1].owner.clear(); }));
  BOOST_TEST(played_of(alone.file(), "ppg")["a.ppg"].items.size() == 200U);
  const Evening nobody(with_head([](RecordingHead& h) {
    for (auto& s : h.sources) s.owner.clear();
  }));
  BOOST_TEST(played_of(nobody.of("anna.ring"), "ppg")["a.ppg"].items.size() == 200U);
  BOOST_TEST(refused_with(played_of(nobody.file(), "ppg"),
                          "it holds the sources anna.ring, ben.strap, and none is named"));
}

BOOST_AUTO_TEST_CASE(whom_it_can_not_be_is_said) {
  const Evening evening;
  const auto unnamed = played_of(evening.file(), "ppg");
  BOOST_TEST(refused_with(unnamed, "it holds the signals of anna, ben, and nobody is named"));
  BOOST_TEST(says(unnamed, "one of them, such as 'evening.ibr#anna'"));
  const auto unknown = played_of(evening.of("ana"), "ppg");
  BOOST_TEST(refused_with(unknown, "there is nobody and no source called 'ana' in it"));
  BOOST_TEST(says(unknown, "one of: anna, ben; or one source: anna.ring, ben.strap"));
  BOOST_TEST(says(unknown, "did you mean 'anna'?"));
}

BOOST_AUTO_TEST_CASE(of_two_sources_with_one_port_name_one_is_to_be_named) {
  const Evening evening(with_head([](RecordingHead& h) {
    h.sources[1].owner = "anna";
    h.sources[1].ports[1].name = "acc";
  }));
  const auto both = played_of(evening.of("anna"), "ppg");
  BOOST_TEST(
      refused_with(both, "the acc of 'anna' was recorded by 2 sources: anna.ring, ben.strap"));
  BOOST_TEST(says(both, "one of them, such as 'evening.ibr#anna.ring'"));
  BOOST_TEST(played_of(evening.of("anna.ring"), "acc")["a.acc"].items.size() == 250U);
}

BOOST_AUTO_TEST_CASE(the_ports_of_several_sources_of_one_person_are_hers) {
  const Evening evening(with_head([](RecordingHead& h) { h.sources[1].owner = "anna"; }));
  SourceBench bench;
  bench.source("a", "source", {{"uri", evening.of("anna")}})
      .hear("a", "ppg")
      .hear("a", "heart_rate");
  const auto played = play_at_all_steps(bench);
  BOOST_TEST(played["a.ppg"].items.size() == 200U);
  BOOST_TEST(played["a.heart_rate"].items.size() == 3U);
}

/// A stranger's recording, or one of another build: what does not fit a slot is put into none.
BOOST_AUTO_TEST_CASE(a_port_that_is_not_this_program_s_is_absent) {
  const Evening evening;
  BOOST_TEST(refused_with(played_of(evening.of("anna"), "rr"),
                          "its rr was recorded as interbeat/interval/1, and this program's is "
                          "interbeat/rr/1"));
  BOOST_TEST(refused_with(played_of(evening.of("anna"), "ecg"), "nothing of it was recorded"));
  const Evening labelled(with_head([](RecordingHead& h) {
    h.sources[1].ports[0].fields[1].labels.emplace_back("upside down");
  }));
  BOOST_TEST(refused_with(played_of(labelled.of("ben"), "heart_rate"),
                          "its heart_rate was recorded with another field \"contact\" than"));
  const Evening shifted(
      with_head([](RecordingHead& h) { h.sources[1].ports[0].fields[0].offset = 8; }));
  BOOST_TEST(refused_with(played_of(shifted.of("ben"), "heart_rate"), "another field"));
  const Evening untimed(with_head([](RecordingHead& h) { h.sources[0].ports[1].rate_hz = 0; }));
  BOOST_TEST(
      refused_with(played_of(untimed.of("anna"), "acc"), "its acc was recorded without a rate"));
  const Evening fast(with_head([](RecordingHead& h) { h.sources[0].ports[0].rate_hz = 1e8; }));
  BOOST_TEST(refused_with(played_of(fast.of("anna"), "ppg"), "that no sensor has"));
  const Evening nothing(with_head(
      [](RecordingHead& h) { h.sources[1].ports[0].type = h.sources[1].ports[1].type = "x/y/1"; }));
  BOOST_TEST(refused_with(played_of(nothing.of("ben"), "heart_rate"),
                          "nothing that a source can play was recorded of 'ben'"));
}

BOOST_AUTO_TEST_CASE(one_that_broke_off_plays_to_where_it_does) {
  const Evening evening({false, {}});
  const auto played = played_of(evening.of("anna"), "acc");
  BOOST_TEST_REQUIRE(played.built, played.problems);
  BOOST_TEST(says(played, "it breaks off at 10 s, and is played up to there"));
  BOOST_TEST(played["a.acc"].items.size() == 250U);
  BOOST_TEST(played.counter("a", "cut_short") == 1U);
}

/// Also damage that was not there when the recording was looked through is counted.
BOOST_AUTO_TEST_CASE(a_port_says_whether_it_came_to_its_end) {
  const auto blocks_of_acc = [](const Evening& evening) {
    Diagnostics problems;
    auto recording = open_recording(evening.file(), problems);
    BOOST_TEST_REQUIRE((recording != nullptr), problems.text());
    return ib::files::RecordedBlocks(std::move(recording), 0, 1);
  };
  const Evening whole, hurt({true, {}, 365LL * 24 * 3600 * 1'000'000'000, 0});
  auto all = blocks_of_acc(whole), some = blocks_of_acc(hurt);
  for (int k = 0; k < 10; ++k) BOOST_TEST((all.next() != nullptr));
  BOOST_TEST((all.next() == nullptr && !all.cut_short()));
  for (int k = 0; k < 6; ++k) BOOST_TEST((some.next() != nullptr));
  BOOST_TEST((some.next() == nullptr && some.cut_short()));
}

BOOST_AUTO_TEST_CASE(a_damaged_one_plays_up_to_the_damage) {
  const Evening evening;
  std::string bytes;
  {
    std::ifstream in(evening.file(), std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  for (std::size_t i = bytes.size() - 40; i < bytes.size(); ++i) bytes[i] = '\x55';
  evening.scratch.write("evening.ibr", bytes);
  Diagnostics ignored;
  const auto recording = open_recording(evening.file(), ignored);
  BOOST_TEST_REQUIRE((recording != nullptr), ignored.text());
  while (recording->next() != nullptr) {}
  BOOST_TEST_REQUIRE(!recording->problem().empty());
  const auto played = played_of(evening.of("anna"), "acc");
  BOOST_TEST_REQUIRE(played.built, played.problems);
  BOOST_TEST(says(played, recording->problem()));
  BOOST_TEST(played["a.acc"].items.size() <= 250U);
  BOOST_TEST(played.counter("a", "cut_short") == 1U);
}

/// A crafted row that lies a year on ends it; nobody waits for that year.
BOOST_AUTO_TEST_CASE(a_leap_of_a_year_is_damage) {
  const Evening evening({true, {}, 365LL * 24 * 3600 * 1'000'000'000, 0});
  const auto played = played_of(evening.of("anna"), "acc");
  BOOST_TEST_REQUIRE(played.built, played.problems);
  BOOST_TEST(says(played, "it lies more than a week behind all that is before it"));
  BOOST_TEST(played["a.acc"].items.size() == 150U);
}

BOOST_AUTO_TEST_CASE(what_is_no_recording_is_said) {
  const Evening evening;
  const auto gone = (evening.scratch.folder() / "evning.ibr").string();
  BOOST_TEST(refused_with(played_of(gone + "#anna", "ppg"), "did you mean 'evening.ibr'?"));
  BOOST_TEST(refused_with(played_of(gone, "ppg"), "did you mean 'evening.ibr'?"));
  const auto text = evening.scratch.write("text.ibr", "nothing").string();
  BOOST_TEST(refused_with(played_of(text + "#anna", "ppg"), "this recording can't be read"));
  const auto csv = evening.scratch.write("a.csv", "# fs_hz: 10\nppg\n1\n2\n").string();
  BOOST_TEST(refused_with(played_of(csv + "#anna", "ppg"),
                          "'#' names a person of a recorded session (.ibr)"));
  BOOST_TEST(refused_with(played_of("ibr:", "ppg"), "ibr: names no file; expected ibr:PATH"));
}

BOOST_AUTO_TEST_CASE(a_recording_takes_no_wish_of_a_raw_file) {
  const Evening evening;
  const auto anna = evening.of("anna");
  BOOST_TEST(refused_with(played_of(anna, "ppg", {{"rate", "50"}}), "`rate` is for CSV"));
  BOOST_TEST(refused_with(played_of(anna, "ppg", {{"channel", "red"}}), "`channel` is for CSV"));
  BOOST_TEST(refused_with(played_of(anna, "ppg", {{"invert", "1"}}),
                          "a recorded session has it as the run had it"));
}

BOOST_AUTO_TEST_SUITE_END()
