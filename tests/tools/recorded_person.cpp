// A recorded evening as the sources of a graph: `uri: evening.ibr#anna`. What comes out is what the recorded run
// gave, to the byte, and the same as a replay of it.
#include "program.hpp"
#include "support/small_recording.hpp"

#include <nlohmann/json.hpp>

using namespace ib::test;

namespace {

/// HRV of one person; `ring` is her pulse.
std::string hrv_of(const std::string& ring) {
  return "  filtered: {type: filter.bandpass, in: " + ring + ".ppg}\n" +
         "  detected: {type: beat.ppg, in: filtered}\n"
         "  quality:  {type: quality.ppg, raw: " +
         ring + ".ppg, filtered: filtered, beats: detected, acc: " + ring + ".acc}\n" +
         "  clean:    {type: interval.clean, beats: quality.beats}\n"
         "  hrv:      {type: hrv.window, intervals: clean, window: 60 s, step: 5 s}\n"
         "  file:     {type: sink.csv, in: hrv, path: hrv.csv}\n";
}

/// A graph in which nothing but the recording says who it is.
std::string anna_of(const std::string& recording) {
  return "interbeat: 1\nnodes:\n  ring: {type: source, uri: \"" + recording + "#anna\"}\n" +
         hrv_of("ring");
}

/// The same for `replay --graph`.
std::string anna_again() {
  return "interbeat: 1\nparticipants:\n  anna: {type: source, uri: \"virtual:\"}\nnodes:\n" +
         hrv_of("anna");
}

/// Two simulated people in a bad evening: packets are lost, late, and nobody wears the ring for a while.
struct RecordedEvening : Program {
  RecordedEvening() {
    const auto a = (*this)(
        "run 05-couple.yaml --record evening.ibr --out live --speed max --for 400s "
        "--set anna=virtual:seed=3,loss=0.02,jitter=80ms "
        "--set ben=virtual:seed=4,couple=3,lag=2s,ppm=40,contact_loss=40");
    BOOST_TEST_REQUIRE(a.code == 0, a.err);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(recorded_person, RecordedEvening)

BOOST_AUTO_TEST_CASE(two_people_of_a_recording_give_what_the_run_gave) {
  auto a = (*this)(
      "run 05-couple.yaml --out again --speed max --set anna=evening.ibr#anna "
      "--set ben=ibr:evening.ibr#ben.ring");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(text_of_file(folder / "live/together.csv").size() > 5000U);
  BOOST_TEST(shell("cmp live/together.csv again/together.csv") == 0);
  a = (*this)(
      "run 05-couple.yaml --out threads --speed max --threads 2 --set anna=evening.ibr#anna "
      "--set ben=evening.ibr#ben");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(shell("cmp live/together.csv threads/together.csv") == 0);
}

BOOST_AUTO_TEST_CASE(a_graph_of_one_s_own_gives_what_a_replay_through_it_gives) {
  write("mine.yaml", anna_of("evening.ibr"));
  write("again.yaml", anna_again());
  auto a = (*this)("run mine.yaml --out mine --speed max");
  BOOST_TEST(a.code == 0, a.err);
  a = (*this)("replay evening.ibr --graph again.yaml --out again");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(text_of_file(folder / "mine/hrv.csv").size() > 5000U);
  BOOST_TEST(shell("cmp mine/hrv.csv again/hrv.csv") == 0);
  // The recording says whose it is.
  const auto record = nlohmann::json::parse(text_of_file(folder / "mine/run.json"));
  BOOST_TEST(record.dump().find("\"owners\":[\"anna\"]") != std::string::npos);
}

/// A path in a graph is beside the graph, with a person behind it too.
BOOST_AUTO_TEST_CASE(a_recording_is_found_beside_its_graph) {
  fs::create_directory(folder / "beside");
  fs::rename(folder / "evening.ibr", folder / "beside/evening.ibr");
  write("beside/mine.yaml", anna_of("evening.ibr"));
  auto a = (*this)("run beside/mine.yaml --out mine --speed max");
  BOOST_TEST(a.code == 0, a.err);
  a = (*this)("check beside/mine.yaml");
  BOOST_TEST(a.code == 0, a.err);
  a = (*this)("plan beside/mine.yaml --explain");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(has(a.out, "metrics of anna"), a.out);
}

/// A sample that was filled across a gap reaches no file, from a recording either.
BOOST_AUTO_TEST_CASE(flags_of_samples_are_kept) {
  const SmallRecording small(folder / "small.ibr");
  write("small.yaml",
        "interbeat: 1\nnodes:\n  ring: {type: source, uri: \"small.ibr#anna\"}\n"
        "  file: {type: sink.csv, in: ring.ppg, path: ppg.csv}\n");
  const auto a = (*this)("run small.yaml --out small --speed max");
  BOOST_TEST(a.code == 0, a.err);
  const auto text = text_of_file(folder / "small/ppg.csv");
  BOOST_TEST(has(text, "\n8.000000,,bridged\n8.040000,201,\n"), text);
}

/// What is recorded from a recording is one again.
BOOST_AUTO_TEST_CASE(a_run_from_a_recording_can_be_recorded) {
  write("mine.yaml", anna_of("evening.ibr"));
  BOOST_TEST((*this)("run mine.yaml --out first --speed max --record second.ibr").code == 0);
  auto a = (*this)("replay second.ibr --verify");
  BOOST_TEST(a.code == 0, a.err);
  write("mine.yaml", anna_of("second.ibr"));
  a = (*this)("run mine.yaml --out third --speed max");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(shell("cmp first/hrv.csv third/hrv.csv") == 0);
}

BOOST_AUTO_TEST_CASE(a_recording_in_parts_is_played_through_all) {
  auto a = (*this)(
      "run 05-couple.yaml --record long.ibr --record-max '1 MB' --out long --speed max --for 1800s "
      "--set anna=virtual:seed=3 --set ben=virtual:seed=4,couple=3");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST_REQUIRE(fs::exists(folder / "long.2.ibr"));
  a = (*this)(
      "run 05-couple.yaml --out again --speed max --set anna=long.ibr#anna --set ben=long.ibr#ben");
  BOOST_TEST(a.code == 0, a.err);
  BOOST_TEST(shell("cmp long/together.csv again/together.csv") == 0);
  fs::remove(folder / "long.2.ibr");
  a = (*this)(
      "run 05-couple.yaml --out cut --speed max --set anna=long.ibr#anna --set ben=long.ibr#ben");
  BOOST_TEST(has(a.err, "it goes on in long.2.ibr, which can't be read"), a.err);
}

BOOST_AUTO_TEST_CASE(who_is_missing_or_wrong_is_said_before_anything_runs) {
  const std::string run = "run 05-couple.yaml --out no --speed max --set ben=evening.ibr#ben ";
  auto a = (*this)(run + "--set anna=evening.ibr");
  BOOST_TEST(a.code == 2);
  BOOST_TEST(has(a.err, "it holds the signals of anna, ben, and nobody is named"), a.err);
  a = (*this)(run + "--set anna=evening.ibr#ana");
  BOOST_TEST(a.code == 2);
  BOOST_TEST(has(a.err, "did you mean 'anna'?"), a.err);
  BOOST_TEST(!fs::exists(folder / "no"));
}

BOOST_AUTO_TEST_SUITE_END()
