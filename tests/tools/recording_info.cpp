// `interbeat info`: a recording that can be checked by eye, told to a person and to a program.
#include "support/clocked_recording.hpp"
#include "support/sanitizer.hpp"
#include "support/small_recording.hpp"
#include "tools/program.hpp"

#include <nlohmann/json.hpp>

#include <boost/test/unit_test.hpp>

using namespace ib;
using namespace ib::test;

namespace {

nlohmann::json told(const Program& interbeat, const std::string& words) {
  const auto answer = interbeat("info --json " + words);
  return nlohmann::json::parse(answer.out);
}

void flip_last_bytes(const fs::path& file) {
  auto bytes = text_of_file(file);
  // The last page holds rows: what is written over there is found by a checksum.
  for (std::size_t i = bytes.size() - 40; i < bytes.size(); ++i) bytes[i] = '\x55';
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(recording_info, Program)

BOOST_AUTO_TEST_CASE(a_person_reads_what_it_holds) {
  auto& interbeat = *this;
  const SmallRecording recording(folder / "small.ibr");
  const auto answer = interbeat("info small.ibr");
  BOOST_TEST(answer.code == 0, answer.err);
  for (const auto* part :
       {"graph       couple, hash 0123456789abcdef, seed 7", "began       2026-11-26T14:00:00.250Z",
        "length      0:00:10.000; finished", "interbeat 0.1.0, commit abc", "format      version 2",
        "2 marks, 1 param changes", "1 mark, 1 remark", "ble:anna", "anna.ring.ppg",
        "com.example.gain", "anna.beats"})
    BOOST_TEST(has(answer.out, part), part << " is missing in\n" << answer.out);
  BOOST_TEST(!has(answer.out, "gyro"));  // absent: nothing of it is recorded
}

BOOST_AUTO_TEST_CASE(a_program_reads_the_same_figures) {
  auto& interbeat = *this;
  const SmallRecording recording(folder / "small.ibr");
  const auto j = told(interbeat, "small.ibr");
  BOOST_TEST(j["length_s"] == 10.0);
  BOOST_TEST(j["finished"] == true);
  BOOST_TEST(j["marks"] == 2);
  BOOST_TEST(j["changes"] == 1);
  BOOST_TEST(j["first_changes"][0]["node"] == "anna.beats");
  BOOST_TEST(j["first_changes"][0]["time_s"] == 3.0);
  BOOST_TEST(j["plugins"][0]["version"] == "2.0.1");
  BOOST_TEST(j["problems"].empty());
  const auto& ppg = j["sources"][0]["ports"][0];
  BOOST_TEST(ppg["items"] == 200);
  BOOST_TEST(ppg["gaps"] == 1);
  BOOST_TEST(ppg["gap_s"] == 2.0);
  BOOST_TEST(ppg["lost"] == 50);
  BOOST_TEST(ppg["bridged"] == 1);
  BOOST_TEST(ppg["bytes"] == 200 * 4 + 25 + 24);  // samples, the flags of one block, a gap
  BOOST_TEST(ppg["first_s"] == 0.0);
  BOOST_TEST(ppg["last_s"] == 9.96);
  BOOST_TEST(ppg["clock"]["rate_ppm"].get<double>() == 0.0);
  BOOST_TEST(ppg["clock"]["uncertainty_ms"] == 4.0);
  BOOST_TEST(j["sources"][1]["owner"] == "ben");
  BOOST_TEST(j["sources"][1]["ports"][0]["rate_hz"].is_null());
  // What the sources take is the file, but for what belongs to none of them.
  double sum = 0;
  for (const auto& source : j["sources"]) sum += source["bytes_per_hour"].get<double>();
  const auto all = j["bytes_per_hour"].get<double>();
  BOOST_TEST(all == static_cast<double>(fs::file_size(folder / "small.ibr")) * 360);
  BOOST_TEST(sum < all);
  BOOST_TEST(sum > 0.7 * all);
}

BOOST_AUTO_TEST_CASE(packets_of_a_device_are_counted) {
  auto& interbeat = *this;
  SmallSession session;
  session.packets = true;
  const SmallRecording recording(folder / "small.ibr", session);
  const auto j = told(interbeat, "small.ibr");
  const auto& packets = j["sources"][0]["packets"];
  BOOST_TEST(packets["channels"] == nlohmann::json({"wave", "battery"}));
  BOOST_TEST(packets["n"] == 3);  // that it was connected is none
  BOOST_TEST(packets["bytes"] == 7);
  BOOST_TEST(packets["lost"] == 2);
  BOOST_TEST(j["sources"][1]["packets"].is_null());
  const auto answer = interbeat("info small.ibr");
  BOOST_TEST(has(answer.out, "ble:anna         3  "), answer.out);
  BOOST_TEST(has(answer.out, "ble:ben          -  "), answer.out);
}

BOOST_AUTO_TEST_CASE(one_that_broke_off_is_told_and_no_failure) {
  auto& interbeat = *this;
  const SmallRecording recording(folder / "small.ibr", {false, {}});
  const auto answer = interbeat("info small.ibr");
  BOOST_TEST(answer.code == 0);
  BOOST_TEST(has(answer.out, "0:00:10.000; broke off"), answer.out);
  BOOST_TEST(told(interbeat, "small.ibr")["finished"] == false);
}

BOOST_AUTO_TEST_CASE(damage_is_told_with_its_place) {
  auto& interbeat = *this;
  const SmallRecording recording(folder / "small.ibr");
  flip_last_bytes(folder / "small.ibr");
  const auto answer = interbeat("info small.ibr");
  BOOST_TEST(answer.code == 1, answer.out << answer.err);
  BOOST_TEST(has(answer.out, "were given"), answer.out);
  BOOST_TEST(has(answer.out, "damaged from there on"), answer.out);
  BOOST_TEST(!told(interbeat, "small.ibr")["problems"].empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_recording_is_refused) {
  auto& interbeat = *this;
  write("notes.csv", "time_s,ppg\n0,1\n");
  const auto text = interbeat("info notes.csv");
  BOOST_TEST(text.code == 2);
  BOOST_TEST(
      has(text.err, "notes.csv: error: this recording can't be read: it is not an SQLite database"),
      text.err);
  BOOST_TEST(text.out.empty());
  const auto nothing = interbeat("info nothing.ibr");
  BOOST_TEST(nothing.code == 2);
  BOOST_TEST(has(nothing.err, "there is no such file"), nothing.err);
}

BOOST_AUTO_TEST_CASE(a_change_is_told_by_its_name) {
  auto& interbeat = *this;
  const SmallRecording recording(folder / "small.ibr",
                                 {true, [](RecordingHead& head) {
                                    head.graph =
                                        "interbeat: 1\nname: couple\nnodes:\n"
                                        "  ring: {type: source.virtual, uri: \"virtual:seed=1\"}\n"
                                        "  band: {type: filter.bandpass, in: ring.ppg}\n";
                                    head.nodes[2] = "band";
                                  }});
  const auto j = told(interbeat, "small.ibr");
  BOOST_TEST(j["first_changes"][0]["param"] == 4);
  BOOST_TEST(j["first_changes"][0]["name"] == "stop_db");
  const auto answer = interbeat("info small.ibr");
  BOOST_TEST(has(answer.out, "3.000  band  stop_db     0.5\n"), answer.out);
  // Of a graph that this program can't read, the number.
  const SmallRecording other(folder / "other.ibr");
  BOOST_TEST(told(interbeat, "other.ibr")["first_changes"][0]["name"].is_null());
  BOOST_TEST(has(interbeat("info other.ibr").out, "3.000  anna.beats  no. 4     0.5\n"));
}

BOOST_AUTO_TEST_CASE(marks_are_listed_with_who_set_them) {
  auto& interbeat = *this;
  SmallSession session;
  const SmallRecording recording(folder / "small.ibr", session);
  const auto j = told(interbeat, "small.ibr");
  BOOST_TEST_REQUIRE(j["first_marks"].size() == 2U);
  BOOST_TEST(j["first_marks"][0] ==
             nlohmann::json({{"time_s", 2.0}, {"source", "ben.strap.marks"}, {"text", "start"}}));
  BOOST_TEST(j["first_marks"][1]["source"].is_null());
  const auto answer = interbeat("info small.ibr");
  BOOST_TEST(has(answer.out, "2.000  ben.strap.marks  start\n"), answer.out);
  BOOST_TEST(has(answer.out, "7.000  session          cold, \"very\" cold\n"), answer.out);
  // A hundred, and how many there are beside them.
  session.marks_at_7_s = 120;
  const SmallRecording many(folder / "many.ibr", session);
  const auto told_many = interbeat("info many.ibr");
  BOOST_TEST(has(told_many.out, "cold\n  and 21 more\n"), told_many.out);
  BOOST_TEST(told(interbeat, "many.ibr")["first_marks"].size() == 100U);
}

// Records that the recorder had no room for.
BOOST_AUTO_TEST_CASE(what_was_not_recorded_is_a_gap) {
  auto& interbeat = *this;
  const ClockedRecording recording(folder / "hole.ibr",
                                   {.samples_a_block = 10,
                                    .lost_from = 250,
                                    .lost_to = 450,
                                    .beats_ns = {1'000'000'000, 9'000'000'000, 19'000'000'000}});
  const auto j = told(interbeat, "hole.ibr");
  BOOST_TEST(j["lost_records"] == 20);
  const auto& ppg = j["sources"][0]["ports"][0];
  BOOST_TEST(ppg["gaps"] == 1);
  BOOST_TEST(ppg["gap_s"] == 8.0);
  BOOST_TEST(j["sources"][0]["ports"][1]["gap_s"] == 10.0);
}

// A head may promise any number of channels: 6,400 streams of 16,384 here.
BOOST_AUTO_TEST_CASE(what_a_head_only_promises_takes_no_memory) {
  const SmallRecording recording(folder / "wide.ibr", {true, [](RecordingHead& head) {
                                                         auto wide = head.sources[0];
                                                         const auto port = head.sources[0].ports[0];
                                                         wide.ports.assign(64, port);
                                                         for (std::size_t k = 0; k < 64; ++k) {
                                                           wide.ports[k].name =
                                                               "p" + std::to_string(k);
                                                           wide.ports[k].channels = 16'384;
                                                           wide.ports[k].item_bytes = 65'536;
                                                           wide.ports[k].max_items = 1;
                                                         }
                                                         for (int k = 0; k < 100; ++k) {
                                                           wide.path = "w" + std::to_string(k);
                                                           head.sources.push_back(wide);
                                                         }
                                                       }});
  // A sanitizer has its own addresses beside the program's.
  const auto limit = sanitized ? "" : "ulimit -v 1000000; ";
  const auto code =
      shell(std::string(limit) + "$I info wide.ibr >out && $I export wide.ibr --to csv 2>stderr");
  BOOST_TEST(code == 0, text_of_file(folder / "stderr"));
}

BOOST_AUTO_TEST_CASE(names_of_a_stranger_reach_the_terminal_without_control_characters) {
  auto& interbeat = *this;
  const SmallRecording recording(folder / "small.ibr", {true, [](RecordingHead& head) {
                                                          head.graph_name = "\x1b]0;mine\x07";
                                                          head.sources[0].owner =
                                                              "\xc2\x9b"
                                                              "31m";
                                                        }});
  const auto answer = interbeat("info small.ibr");
  BOOST_TEST(answer.code == 0);
  BOOST_TEST(!has(answer.out, "\x1b"), answer.out);
  BOOST_TEST(!has(answer.out, "\xc2\x9b"), answer.out);
  BOOST_TEST(has(answer.out, "?]0;mine?"), answer.out);
}

BOOST_AUTO_TEST_SUITE_END()
