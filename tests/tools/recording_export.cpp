// `interbeat export`: one recording in each format, read back by somebody else's reader.
#include "support/cases.hpp"
#include "support/clocked_recording.hpp"
#include "support/csv_table.hpp"
#include "support/edf_bytes.hpp"
#include "support/gz_lines.hpp"
#include "support/recorded_session.hpp"
#include "support/small_recording.hpp"
#include "tools/program.hpp"

#include <nlohmann/json.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <sstream>

using namespace ib;
using namespace ib::test;

namespace {

using Names = std::vector<std::string>;

/// What lies in a folder, with the folders inside.
Names names_below(const fs::path& folder) {
  Names names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), folder).string());
  std::sort(names.begin(), names.end());
  return names;
}

std::size_t count_of(const Names& rows, const std::string& row) {
  return static_cast<std::size_t>(std::count(rows.begin(), rows.end(), row));
}

/// The rows of a compressed table.
Names gz_rows(const fs::path& file) {
  Names rows;
  GzLines lines(file);
  for (std::string line; lines.next(line);) rows.push_back(line);
  return rows;
}

std::vector<std::string> lines_of_text(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Another's reader, built where its library is installed; says so where it is not.
bool has_reader(const std::string& reader) {
  const auto there = fs::exists(fs::path(binary_folder) / "tests" / reader);
  if (!there) BOOST_TEST_MESSAGE("absent: " << reader << "; tools/setup installs its library");
  BOOST_TEST((there || std::getenv("CI") == nullptr), reader << " is absent");
  return there;
}

struct Exported : Program {
  SmallRecording recording{folder / "small.ibr"};

  Answer to(const std::string& format, const std::string& more = {}) const {
    return (*this)("export small.ibr --to " + format + " --out out " + more);
  }
  std::string text(const std::string& name) const { return text_of_file(folder / "out" / name); }
  /// What another's reader says of a file.
  std::string read_by(const std::string& reader, const std::string& name) const {
    shell("'" + (fs::path(binary_folder) / "tests" / reader).string() + "' 'out/" + name +
          "' >said 2>/dev/null");
    return text_of_file(folder / "said");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(recording_export, Exported)

// -- CSV -------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(csv_has_a_file_per_stream_and_three_beside_them) {
  const auto answer = to("csv");
  BOOST_TEST(answer.code == 0, answer.err);
  BOOST_TEST(answer.out.empty());
  BOOST_TEST(has(answer.err, "8 files in \"out\""), answer.err);
  BOOST_TEST(names_below(folder / "out") ==
                 (Names{"anna.ring.acc.csv", "anna.ring.ppg.csv", "anna.ring.rr.csv",
                        "ben.strap.marks.csv", "ben.strap.rate.csv", "clock.csv", "gaps.csv",
                        "markers.csv"}),
             boost::test_tools::per_element());
  const auto acc = lines_of_text(text("anna.ring.acc.csv"));
  BOOST_TEST(acc.size() == 251U);
  BOOST_TEST(acc[0] == "time_s,x_g,y_g,z_g,reason");
  BOOST_TEST(acc[250] == "9.960000,0.249,-1,1,");
  BOOST_TEST(text("gaps.csv") == "stream,from_s,to_s\nanna.ring.ppg,4.000000,6.000000\n");
  BOOST_TEST(
      text("markers.csv") ==
      "time_s,stream,text\n2.000000,ben.strap.marks,start\n7.000000,,\"cold, \"\"very\"\" cold\"\n");
  BOOST_TEST(text("ben.strap.rate.csv") ==
             "time_s,heart_rate_bpm,contact\n1.000000,61,off\n3.000000,63,on\n5.000000,65,on\n");
  BOOST_TEST(has(text("clock.csv"), "anna.ring.ppg,0.000000,0,25,0.000,4.000000,1.060000\n"));
}

BOOST_AUTO_TEST_CASE(csv_has_what_a_device_sent) {
  SmallSession session;
  session.packets = true;
  const SmallRecording recorded(folder / "packets.ibr", session);
  const auto exported = [&](const std::string& more) {
    const auto answer = (*this)("export packets.ibr --to csv --force --out out " + more);
    BOOST_TEST(answer.code == 0, answer.err);
  };
  exported("");
  BOOST_TEST(text("anna.ring.packets.csv") ==
             "arrival_s,channel,event,device_s,stream,first_index,n,counted,lost,bytes\n"
             "-0.500000000,wave,connected,,,,,,0,\n"
             "0.300000001,wave,counted_anew,,ppg,0,7,1,0,005aff\n"
             "0.600000000,wave,,1.280000000,ppg,7,7,1,2,005aff\n"
             "0.700000000,battery,,,,,,,0,00\n");
  BOOST_TEST(!fs::exists(folder / "out/ben.strap.packets.csv"));
  for (const auto* other : {"--only ben", "--ports ppg"}) {
    fs::remove(folder / "out/anna.ring.packets.csv");
    exported(other);
    BOOST_TEST(!fs::exists(folder / "out/anna.ring.packets.csv"), other);
  }
  exported("--ports anna.ring");
  BOOST_TEST(fs::exists(folder / "out/anna.ring.packets.csv"));
}

BOOST_AUTO_TEST_CASE(absent_cells_are_empty_and_say_why) {
  to("csv");
  const auto rr = lines_of_text(text("anna.ring.rr.csv"));
  BOOST_TEST_REQUIRE(rr.size() == 11U);
  BOOST_TEST(rr[0] == "time_s,ibi_us,valid,label,sqi");
  BOOST_TEST(rr[3] == "2.500000,802000,1,normal,");
  BOOST_TEST(rr[5] == "4.500000,804000,1,ectopic,0.5");
  const auto ppg = lines_of_text(text("anna.ring.ppg.csv"));
  BOOST_TEST_REQUIRE(ppg.size() == 201U);
  BOOST_TEST(ppg[101] == "6.000000,150,");
  BOOST_TEST(ppg[151] == "8.000000,,bridged");
}

BOOST_AUTO_TEST_CASE(files_are_for_their_user_alone) {
  to("csv");
  struct stat s {};
  BOOST_TEST_REQUIRE(::stat((folder / "out" / "anna.ring.ppg.csv").c_str(), &s) == 0);
  BOOST_TEST((s.st_mode & 0777U) == 0600U);
}

// -- EDF -------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(edf_without_gaps_is_continuous_and_edflib_reads_it) {
  const auto answer = to("edf");
  BOOST_TEST(answer.code == 0, answer.err);
  BOOST_TEST(has(answer.err, "anna.ring.acc: EDF+C, values rounded by at most 1.9e-06 g"),
             answer.err);
  if (!has_reader("read_edf")) return;
  const auto lines = lines_of_text(read_by("read_edf", "anna.ring.acc.edf"));
  BOOST_TEST_REQUIRE(lines.size() == 5U);
  BOOST_TEST(lines[0] ==
             "type 1, patient [|X|], start 2026-11-26 14:00:00 +2500000, 10 records of 10000000");
  BOOST_TEST(has(lines[1], "signal [x_g             ] [g       ], 250 samples, 25 a record: "),
             lines[1]);
  std::istringstream samples(lines[1].substr(lines[1].find(": ") + 2));
  samples.imbue(std::locale::classic());
  double x{};
  for (int i = 0; i < 250; ++i) {
    BOOST_TEST_REQUIRE(static_cast<bool>(samples >> x));
    BOOST_TEST(std::abs(x - 0.001 * i) <= 1.91e-6);
  }
  BOOST_TEST(lines[4] == "note 70000000 -10000000 cold, \"very\" cold");
}

BOOST_AUTO_TEST_CASE(edf_with_a_gap_is_discontinuous_and_each_record_says_when_it_begins) {
  to("edf");
  const EdfBytes edf(text("anna.ring.ppg.edf"));
  BOOST_TEST(edf.text(8, 80) == "X X X X");
  BOOST_TEST(edf.text(88, 80) == "Startdate 26-NOV-2026 X X interbeat");
  BOOST_TEST(edf.text(168, 16) == "26.11.2614.00.00");
  BOOST_TEST(edf.text(192, 44) == "EDF+D");
  BOOST_TEST(edf.text(244, 8) == "1");
  BOOST_TEST_REQUIRE(edf.records().size() == 8U);
  const double onsets[]{0.25, 1.25, 2.25, 3.25, 6.25, 7.25, 8.25, 9.25};
  for (std::size_t r = 0; r < 8; ++r) {
    BOOST_TEST(edf.records()[r].onset == onsets[r]);
    const auto& samples = edf.records()[r].samples.at(0);
    BOOST_TEST_REQUIRE(samples.size() == 25U);
    for (std::size_t i = 0; i < 25; ++i) {
      if (r == 6 && i == 0) {
        BOOST_TEST(!samples[i].has_value());  // it was bridged: no data
        continue;
      }
      BOOST_TEST_REQUIRE(samples[i].has_value());
      const auto expected = (onsets[r] - 0.25) * 25 + static_cast<double>(i);
      BOOST_TEST(std::abs(*samples[i] - expected) <= 0.0019);
    }
  }
  BOOST_TEST_REQUIRE(edf.notes().size() == 2U);
  BOOST_TEST(edf.notes()[0].text == "not measured");
  BOOST_TEST(edf.notes()[0].onset == 4.25);
  BOOST_TEST(edf.notes()[0].duration == 2.0);
  BOOST_TEST(edf.notes()[1].text == "cold, \"very\" cold");
  BOOST_TEST(edf.notes()[1].onset == 7.25);
}

BOOST_AUTO_TEST_CASE(what_has_no_rate_is_annotations) {
  to("edf");
  const EdfBytes rr(text("anna.ring.rr.edf"));
  BOOST_TEST_REQUIRE(rr.notes().size() == 11U);  // a mark of the session among them
  BOOST_TEST(rr.notes()[2].text == "rr ibi_us=802000 valid=1 label=normal");
  BOOST_TEST(rr.notes()[2].onset == 2.75);
  if (!has_reader("read_edf")) return;
  const auto lines = lines_of_text(read_by("read_edf", "anna.ring.rr.edf"));
  BOOST_TEST_REQUIRE(lines.size() == 12U);
  BOOST_TEST(lines[3] == "note 27500000 -10000000 rr ibi_us=802000 valid=1 label=normal");
}

BOOST_AUTO_TEST_CASE(bdf_has_24_bits) {
  const auto answer = to("bdf", "--names --ports acc");
  BOOST_TEST(answer.code == 0, answer.err);
  const EdfBytes bdf(text("anna.ring.acc.bdf"));
  BOOST_TEST(bdf.text(8, 80) == "X X X anna");
  BOOST_TEST(bdf.text(192, 44) == "BDF+C");
  BOOST_TEST(std::abs(bdf.records().at(9).samples.at(0).at(24).value_or(0) - 0.249) < 1e-8);
  if (!has_reader("read_edf")) return;
  const auto said = read_by("read_edf", "anna.ring.acc.bdf");
  BOOST_TEST(has(said, "type 3, patient [|anna|]"), said);
  BOOST_TEST(has(said, "signal [z_g             ] [g       ], 250 samples"), said);
}

// Nobody knows the day; all files of an export begin on one clock for all that.
BOOST_AUTO_TEST_CASE(edf_files_without_utc_lie_on_the_session_s_clock) {
  const SmallRecording undated(folder / "undated.ibr", {true, [](RecordingHead& head) {
                                                          head.session_start_utc_ns = IB_NEVER;
                                                        }});
  BOOST_TEST((*this)("export undated.ibr --to edf --out out").code == 0);
  const EdfBytes acc(text("anna.ring.acc.edf")), rate(text("ben.strap.rate.edf"));
  BOOST_TEST(acc.text(168, 16) == "01.01.8500.00.00");
  BOOST_TEST(acc.text(88, 80) == "Startdate X X X interbeat");
  BOOST_TEST(acc.records()[0].onset == 0.0);
  BOOST_TEST(rate.text(168, 16) == "01.01.8500.00.01");  // its first item is of 1 s
  BOOST_TEST_REQUIRE(rate.notes().size() == 4U);
  BOOST_TEST(rate.notes()[0].onset == 0.0);
  BOOST_TEST(rate.notes()[1].onset == 2.0);
  // What was measured before the session began shifts all, by whole seconds.
  const ClockedRecording early(folder / "early.ibr",
                               {.start_ns = -2'300'000'000, .beats_ns = {1'000'000'000}});
  BOOST_TEST((*this)("export early.ibr --to edf --out early").code == 0);
  const EdfBytes ppg(text_of_file(folder / "early/anna.ring.ppg.edf")),
      beats(text_of_file(folder / "early/anna.ring.beats.edf"));
  BOOST_TEST(ppg.text(168, 16) == "01.01.8500.00.00");
  BOOST_TEST(std::abs(ppg.records()[0].onset - 0.7) < 1e-6);
  BOOST_TEST(beats.text(168, 16) == "01.01.8500.00.04");
}

// A run of files alone reads no UTC; the files say it.
BOOST_AUTO_TEST_CASE(the_utc_of_the_files_is_that_of_the_session) {
  std::string rows = "ppg\n";
  for (int i = 0; i < 250; ++i) rows += std::to_string(i % 25) + "\n";
  write("a.csv", "# t0_unix: 1790000000\n# fs_hz: 25\n" + rows);
  write("b.csv", "# t0_unix: 1790000005\n# fs_hz: 25\n" + rows);
  write(
      "g.yaml",
      "interbeat: 1\nnodes:\n  a: {type: source.csv, path: a.csv}\n  b: {type: source.csv, path: "
      "b.csv}\n  la: {type: sink.csv, in: a.ppg, path: oa.csv}\n  lb: {type: sink.csv, in: b.ppg, "
      "path: ob.csv}\n");
  const auto run = (*this)("run g.yaml --record two.ibr --out o");
  BOOST_TEST_REQUIRE(run.code == 0, run.err);
  BOOST_TEST(
      has((*this)("info two.ibr").out, "began       2026-09-21T14:13:20.000Z, as its files say"));
  BOOST_TEST((*this)("export two.ibr --to edf --force --out out").code == 0);
  const EdfBytes a(text("a.ppg.edf")), b(text("b.ppg.edf"));
  BOOST_TEST(a.text(168, 16) == "21.09.2614.13.20");
  BOOST_TEST(b.text(168, 16) == "21.09.2614.13.25");
  BOOST_TEST((*this)("export two.ibr --to xdf --force --out out").code == 0);
  BOOST_TEST(has(text("session.xdf"), "<datetime>2026-09-21T14:13:20.000Z</datetime>"));
  BOOST_TEST((*this)("export two.ibr --to bids --force --out out").code == 0);
  BOOST_TEST(has(text("README"), "at 2026-09-21T14:13:20.000Z"), text("README"));
}

// 700 characters of two bytes: a reader has room for some hundred bytes of an annotation.
BOOST_AUTO_TEST_CASE(a_long_text_is_several_annotations) {
  std::string words;
  for (int i = 0; i < 70; ++i) words += "größere Not ";
  const auto written = [&](const std::string& name, const std::string& mark) {
    const SmallRecording marked(folder / name, {true, {}, 0, 0, false, false, mark});
    const auto answer = (*this)("export " + name + " --to edf --force --out out --ports acc");
    BOOST_TEST(answer.code == 0, answer.err);
    return answer.err;
  };
  BOOST_TEST(!has(written("long.ibr", words), "were cut"));
  const std::string more = "…";
  std::string read;
  std::size_t parts = 0;
  const EdfBytes acc(text("anna.ring.acc.edf"));
  for (const auto& note : acc.notes()) {
    BOOST_TEST(note.text.size() <= 240U);
    BOOST_TEST(note.onset == 7.25);
    auto part = note.text;
    if (parts++ > 0) {
      BOOST_TEST_REQUIRE(part.substr(0, more.size()) == more);
      part.erase(0, more.size());
    }
    if (parts < acc.notes().size()) {
      BOOST_TEST_REQUIRE(part.substr(part.size() - more.size()) == more);
      part.resize(part.size() - more.size());
    }
    read += part;
  }
  BOOST_TEST(read == words);
  BOOST_TEST(parts > 1U);
  std::string longer;
  for (int i = 0; i < 20; ++i) longer += words;
  BOOST_TEST(
      has(written("longer.ibr", longer), "anna.ring.acc: 1 texts of more than 16 annotations"));
  const EdfBytes again(text("anna.ring.acc.edf"));
  BOOST_TEST(again.notes().size() == 16U);
}

BOOST_AUTO_TEST_CASE(edf_of_a_stranger_keeps_the_advised_record_and_its_head) {
  const auto written = [&](const ClockedSession& session) {
    const ClockedRecording clocked(folder / "wide.ibr", session);
    const auto answer = (*this)("export wide.ibr --to edf --force --out wide");
    fs::remove(folder / "wide.ibr");
    return answer;
  };
  ClockedSession session{.declared_hz = 10'000, .true_hz = 1, .seconds = 10, .samples_a_block = 1};
  session.channels = 3000;
  // A sample a second of 10,000: it can't stand where it belongs, or its file is small.
  const auto bomb = written(session);
  std::uintmax_t bytes = 0;
  if (fs::exists(folder / "wide/anna.ring.ppg.edf"))
    bytes = fs::file_size(folder / "wide/anna.ring.ppg.edf");
  BOOST_TEST(bytes < 3000U * 256 + 512 + 11 * (61'440U + 1000));
  BOOST_TEST(bomb.code == 0, bomb.err);
  session.channels = 9999;
  const auto refused = written(session);
  BOOST_TEST(refused.code == 1);
  BOOST_TEST(has(refused.err, "it has 9999 channels, and its head can say 9998"), refused.err);
}

// -- XDF -------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(xdf_is_read_by_libxdf) {
  const auto answer = to("xdf");
  BOOST_TEST(answer.code == 0, answer.err);
  BOOST_TEST(names_below(folder / "out") == Names{"session.xdf"}, boost::test_tools::per_element());
  BOOST_TEST(text("session.xdf").substr(0, 4) == "XDF:");
  BOOST_TEST(has(text("session.xdf"), "<datetime>2026-11-26T14:00:00.250Z</datetime>"));
  if (!has_reader("read_xdf")) return;
  const auto said = read_by("read_xdf", "session.xdf");
  for (
      const auto* part :
      {"version 1.0, 7 streams\n",
       "stream [anna.ring.ppg] [PPG] 1 channels, 25 Hz, float32, 200 samples, offsets 2, labels: ppg\n"
       "at 0.000000: 0\nat 0.040000: 1\n",
       "at 3.960000: 99\nat 6.000000: 150\n", "at 8.000000: nan\nat 8.040000: 201\n",
       "stream [anna.ring.acc] [ACC] 3 channels, 25 Hz, float32, 250 samples, offsets 2, labels: x_g y_g z_g\n",
       "at 9.960000: 0.248999998 -1 1\n",
       "stream [anna.ring.rr] [Events] 4 channels, 0 Hz, double64, 10 samples, offsets 2, labels: ibi_us valid label sqi\n"
       "at 0.500000: 800000 1 0 0.5\n",
       "at 2.500000: 802000 1 0 nan\n", "at 4.500000: 804000 1 1 0.5\n",
       "stream [ben.strap.rate] [Events] 2 channels", "at 1.000000: 61 1\n",
       "text of 4 at 2.000000: start\n", "text of 5 at 7.000000: cold, \"very\" cold\n",
       "text of 6 at 4.000000: anna.ring.ppg: not measured for 2.000000 s\n"})
    BOOST_TEST(has(said, part), part << " is missing in\n" << said);
}

// A line through two offsets of one time is none: pyxdf gave up the whole file.
BOOST_AUTO_TEST_CASE(a_stream_of_one_sample_has_one_clock_offset) {
  to("xdf", "--ports marks");
  if (!has_reader("read_xdf")) return;
  const auto said = read_by("read_xdf", "session.xdf");
  BOOST_TEST(
      has(said,
          "stream [ben.strap.marks] [Markers] 1 channels, 0 Hz, string, 1 samples, offsets 1"),
      said);
}

// -- BIDS ------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(bids_has_a_folder_per_participant) {
  const auto answer = to("bids");
  BOOST_TEST(answer.code == 0, answer.err);
  const std::string anna = "sub-anna/beh/sub-anna_task-couple_",
                    ben = "sub-ben/beh/sub-ben_task-couple_";
  BOOST_TEST(
      names_below(folder / "out") ==
          (Names{"README", "dataset_description.json", "participants.tsv", anna + "events.json",
                 anna + "events.tsv", anna + "recording-acc_physio.json",
                 anna + "recording-acc_physio.tsv.gz", anna + "recording-ppg_physio.json",
                 anna + "recording-ppg_physio.tsv.gz", ben + "events.json", ben + "events.tsv"}),
      boost::test_tools::per_element());
  const auto set = nlohmann::json::parse(text("dataset_description.json"));
  BOOST_TEST(set["BIDSVersion"] == "1.8.0");
  BOOST_TEST(set["Name"] == "couple");
  BOOST_TEST(text("participants.tsv") == "participant_id\nsub-anna\nsub-ben\n");

  const auto side = nlohmann::json::parse(text(anna + "recording-ppg_physio.json"));
  BOOST_TEST(side["SamplingFrequency"] == 25.0);
  BOOST_TEST(side["StartTime"] == 0.0);
  BOOST_TEST(side["Columns"] == nlohmann::json::array({"ppg"}));
  BOOST_TEST(side["ppg"]["Units"] == "a.u.");
  std::vector<std::string> rows;
  GzLines lines(folder / "out" / (anna + "recording-ppg_physio.tsv.gz"));
  for (std::string line; lines.next(line);) rows.push_back(line);
  BOOST_TEST_REQUIRE(rows.size() == 250U);  // no head; a row for each 40 ms, also of the gap
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool missing = (i >= 100 && i < 150) || i == 200;
    BOOST_TEST(rows[i] == (missing ? "n/a" : std::to_string(i)));
  }
}

BOOST_AUTO_TEST_CASE(bids_events_are_in_order_with_a_column_per_field) {
  to("bids");
  const auto rows = lines_of_text(text("sub-anna/beh/sub-anna_task-couple_events.tsv"));
  BOOST_TEST_REQUIRE(rows.size() == 13U);
  BOOST_TEST(rows[0] ==
             "onset\tduration\ttrial_type\tvalue\trr_ibi_us\trr_valid\trr_label\trr_sqi");
  BOOST_TEST(rows[3] == "2.500000\t0.000000\trr\tn/a\t802000\t1\tnormal\tn/a");
  BOOST_TEST(rows[5] == "4.000000\t2.000000\tgap\tanna.ring.ppg\tn/a\tn/a\tn/a\tn/a");
  BOOST_TEST(rows[9] == "7.000000\t0.000000\tmarker\tcold, \"very\" cold\tn/a\tn/a\tn/a\tn/a");
  const auto ben = lines_of_text(text("sub-ben/beh/sub-ben_task-couple_events.tsv"));
  BOOST_TEST_REQUIRE(ben.size() == 6U);
  BOOST_TEST(ben[2] == "2.000000\t0.000000\tmarker\tstart\tn/a\tn/a");
  const auto words = nlohmann::json::parse(text("sub-anna/beh/sub-anna_task-couple_events.json"));
  BOOST_TEST(words["rr_ibi_us"]["Units"] == "us");
}

// -- which, and where ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(one_participant_or_some_ports_can_be_chosen) {
  to("csv", "--only ben");
  BOOST_TEST(names_below(folder / "out") == (Names{"ben.strap.marks.csv", "ben.strap.rate.csv",
                                                   "clock.csv", "gaps.csv", "markers.csv"}),
             boost::test_tools::per_element());
  const auto some = (*this)("export small.ibr --to edf --out some --ports rate,anna.ring.ppg");
  BOOST_TEST(some.code == 0, some.err);
  BOOST_TEST(names_below(folder / "some") == (Names{"anna.ring.ppg.edf", "ben.strap.rate.edf"}),
             boost::test_tools::per_element());
  const auto nobody = (*this)("export small.ibr --to csv --out no --only bert");
  BOOST_TEST(nobody.code == 2);
  BOOST_TEST(
      has(nobody.err, "nobody in this recording is called \"bert\"\n  hint: one of: anna, ben"),
      nobody.err);
  const auto no_port = (*this)("export small.ibr --to csv --out no --ports ecg");
  BOOST_TEST(no_port.code == 2);
  BOOST_TEST(has(no_port.err, "no port \"ecg\"\n  hint: one of: acc, gyro, marks, ppg, rate, rr"),
             no_port.err);
  BOOST_TEST((*this)("export small.ibr --to mat").code == 2);
  BOOST_TEST(!fs::exists(folder / "no"));
}

BOOST_AUTO_TEST_CASE(nothing_is_written_over_unless_asked_for) {
  fs::create_directory(folder / "out");
  write("out/gaps.csv", "mine");
  const auto refused = to("csv");
  BOOST_TEST(refused.code == 2);
  BOOST_TEST(has(refused.err, "out/gaps.csv exists already\n  hint: "), refused.err);
  BOOST_TEST(text("gaps.csv") == "mine");
  BOOST_TEST(names_below(folder / "out") == Names{"gaps.csv"}, boost::test_tools::per_element());
  BOOST_TEST(to("csv", "--force").code == 0);
  BOOST_TEST(has(text("gaps.csv"), "4.000000,6.000000"));
  // Never through a link, forced or not.
  fs::remove(folder / "out/gaps.csv");
  write("other", "theirs");
  fs::create_symlink(folder / "other", folder / "out/gaps.csv");
  BOOST_TEST(to("csv", "--force").code == 1);
  BOOST_TEST(text_of_file(folder / "other") == "theirs");
}

BOOST_AUTO_TEST_CASE(a_recording_gives_its_folder_the_name) {
  BOOST_TEST((*this)("export small.ibr --to xdf").code == 0);
  BOOST_TEST(fs::exists(folder / "small-xdf/session.xdf"));
}

BOOST_AUTO_TEST_CASE(the_same_recording_gives_the_same_bytes) {
  for (const std::string format : {"csv", "edf", "xdf", "bids"}) {
    BOOST_TEST((*this)("export small.ibr --out a-" + format + " --to " + format).code == 0);
    BOOST_TEST((*this)("export small.ibr --out b-" + format + " --to " + format).code == 0);
    BOOST_TEST(shell("diff -r a-" + format + " b-" + format) == 0, format);
  }
}

// -- strangers' files ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_broke_off_is_exported_and_said) {
  const SmallRecording broken(folder / "broken.ibr", {false, {}});
  const auto answer = (*this)("export broken.ibr --to csv --out out");
  BOOST_TEST(answer.code == 0);
  BOOST_TEST(has(answer.err, "the recording broke off; all that it holds was exported"),
             answer.err);
  BOOST_TEST(lines_of_text(text("anna.ring.acc.csv")).size() == 251U);
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_exported_up_to_there) {
  auto bytes = text_of_file(folder / "small.ibr");
  for (std::size_t i = bytes.size() - 40; i < bytes.size(); ++i) bytes[i] = '\x55';
  write("hurt.ibr", bytes);
  const auto answer = (*this)("export hurt.ibr --to csv --out out");
  BOOST_TEST(answer.code == 1, answer.err);
  BOOST_TEST(has(answer.err, "were given\n  hint: what lies before it was exported"), answer.err);
  write("no.ibr", "nothing");
  BOOST_TEST((*this)("export no.ibr --to csv --out no").code == 2);
  BOOST_TEST(!fs::exists(folder / "no"));
}

BOOST_AUTO_TEST_CASE(names_of_a_stranger_never_leave_the_folder) {
  const SmallRecording evil(folder / "evil.ibr",
                            {true, [](RecordingHead& head) {
                               head.graph_name = "../../etc";
                               head.sources[0].path = "../../up";
                               head.sources[0].owner = "../o\tw\nner";
                               head.sources[1].path = "/etc/..";
                               head.sources[1].owner = "";
                               head.sources[0].ports[0].name = "p/../..";
                               head.sources[0].ports[1].name =
                                   "P/../..";  // the same, where case is nothing
                               head.sources[0].ports[2].fields[0].name = "a,b\n";
                               head.sources[1].ports[0].name = "trial";  // its column is BIDS's own
                               head.sources[1].ports[0].fields[0].name = "type";
                             }});
  for (const std::string format : {"csv", "edf", "bdf", "xdf", "bids"}) {
    const auto answer = (*this)("export evil.ibr --out in/side/" + format + " --to " + format);
    BOOST_TEST(answer.code == 0, answer.err);
    for (const auto& name : names_below(folder / "in/side" / format))
      BOOST_TEST(name.find("..") == std::string::npos, name);
  }
  BOOST_TEST(names_below(folder / "in/side/csv").size() == 8U);
  BOOST_TEST(names_below(folder / "in/side/bids").size() == 11U);
  BOOST_TEST(has(text_of_file(folder / "in/side/bids/sub-etc/beh/sub-etc_task-etc_events.tsv"),
                 "onset\tduration\ttrial_type\tvalue\ttrial_type_2\t"));
  Names beside;
  for (const auto& entry : fs::directory_iterator(folder))
    beside.push_back(entry.path().filename().string());
  std::sort(beside.begin(), beside.end());
  BOOST_TEST(beside == (Names{"evil.ibr", "in", "small.ibr", "stderr", "stdout"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_gap_of_days_fills_no_disk) {
  const std::int64_t days_ns =
      561'600'000'000'000;  // six and a half: less than a reader calls damage
  const SmallRecording old(folder / "old.ibr", {true, {}, days_ns, 0});
  const auto bids = (*this)("export old.ibr --to bids --out out");
  BOOST_TEST(bids.code == 1);
  BOOST_TEST(has(bids.err, "anna.ring.ppg has gaps of more than 10000000 samples"), bids.err);
  BOOST_TEST(!fs::exists(folder / "out"));
  const auto edf = (*this)("export old.ibr --to edf --out edf");
  BOOST_TEST(edf.code == 0, edf.err);
  const EdfBytes ppg(text_of_file(folder / "edf/anna.ring.ppg.edf"));
  BOOST_TEST_REQUIRE(ppg.records().size() == 8U);
  BOOST_TEST(ppg.records()[4].onset == 561'606.25);
}

// Values of all bits, gaps everywhere, fields of every kind.
BOOST_AUTO_TEST_CASE(every_item_of_any_session_has_its_row) {
  for (const unsigned seed : cases(10)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      const auto name = "any" + std::to_string(seed);
      {
        Diagnostics problems;
        auto recorder = FileRecorder::create(folder / (name + ".ibr"), {}, problems);
        BOOST_TEST_REQUIRE((recorder != nullptr), problems.text());
        RecordedSession session(seed);
        recorder->begin(recorded_head());
        for (int i = 0; i < 200; ++i) recorder->write(session.next().lent());
      }
      for (const std::string format : {"csv", "edf", "xdf", "bids"}) {
        const auto answer = (*this)("export " + name + ".ibr --to " + format);
        // Samples of any bits may be greater than EDF can say, and nothing else is in its way.
        // And those that come in heaps of five at one time have no rate, which BIDS wants.
        const bool refused =
            answer.code == 1 &&
            has(answer.err, format == "edf" ? "eight characters can't say its values"
                                            : "its rows would lie up to") &&
            (format == "edf" || format == "bids");
        BOOST_TEST((answer.code == 0 || refused), format << ": " << answer.err);
      }
      const auto info = nlohmann::json::parse((*this)("info --json " + name + ".ibr").out);
      for (const auto& source : info["sources"])
        for (const auto& port : source["ports"]) {
          const auto items = port["items"].get<std::size_t>();
          if (items == 0) continue;
          const auto file =
              source["path"].get<std::string>() + "." + port["name"].get<std::string>() + ".csv";
          const CsvTable table(folder / (name + "-csv") / file);
          BOOST_TEST(table.problem() == "");
          BOOST_TEST(table.rows() == items, file);
        }
    }
  }
}

// -- clocks ----------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_clock_that_runs_fast_gives_its_own_rate) {
  const SmallRecording fast(folder / "fast.ibr", {true, {}, 0, 1000});
  const auto edf = (*this)("export fast.ibr --to edf --ports acc --out out");
  BOOST_TEST(edf.code == 0, edf.err);
  const EdfBytes acc(text("anna.ring.acc.edf"));
  BOOST_TEST(acc.text(192, 44) == "EDF+C");
  BOOST_TEST(acc.text(244, 8) == "0.999001");  // 25 samples, each 1000 ppm shorter
  BOOST_TEST(acc.records().size() == 10U);
  BOOST_TEST(std::abs(acc.records().at(9).onset - 0.25 - 9 * 0.999001) < 1e-6);
  BOOST_TEST((*this)("export fast.ibr --to bids --ports acc --out bids").code == 0);
  const auto side = nlohmann::json::parse(
      text_of_file(folder / "bids/sub-anna/beh/sub-anna_task-couple_recording-acc_physio.json"));
  BOOST_TEST(std::abs(side["SamplingFrequency"].get<double>() - 25.025) < 1e-6);
  BOOST_TEST(side["NominalSamplingFrequency"] == 25.0);
  const auto info = nlohmann::json::parse((*this)("info fast.ibr --json").out);
  const auto ppm = info["sources"][0]["ports"][1]["clock"]["rate_ppm"].get<double>();
  BOOST_TEST(std::abs(ppm - 1000) < 0.001);
}

BOOST_AUTO_TEST_CASE(what_a_clock_is_not_sure_of_makes_no_break) {
  // 200 ppm are 2 ms after ten seconds; the clock's standard deviation is 4 ms.
  const SmallRecording slow(folder / "slow.ibr", {true, {}, 0, -200});
  const auto edf = (*this)("export slow.ibr --to edf --ports acc --out out");
  BOOST_TEST(edf.code == 0, edf.err);
  const EdfBytes acc(text("anna.ring.acc.edf"));
  BOOST_TEST(acc.text(192, 44) == "EDF+C");
  BOOST_TEST(acc.text(244, 8) == "1");
  BOOST_TEST(has(edf.err, "times by at most 1.992 ms"), edf.err);  // 9.96 s * 200 ppm
}

// A ring that says 25 Hz and runs 3 % faster or slower: `anna.ring.ppg` as recorded.
BOOST_AUTO_TEST_CASE(a_clock_far_from_its_claim_has_true_times_in_edf) {
  for (const double hz : {25.75, 24.25, 37.5, 13.0}) {
    BOOST_TEST_CONTEXT(hz << " Hz") {
      const ClockedRecording clocked(folder / "far.ibr", {.true_hz = hz});
      const auto answer = (*this)("export far.ibr --to edf --force --out out");
      BOOST_TEST(answer.code == 0, answer.err);
      const EdfBytes edf(text("anna.ring.ppg.edf"));
      BOOST_TEST(edf.text(192, 44) == "EDF+C");
      const auto length = edf.text(244, 8);
      double length_s{};
      std::from_chars(length.data(), length.data() + length.size(), length_s);
      std::size_t i = 0;
      double worst_s = 0;
      for (const auto& record : edf.records())
        for (std::size_t k = 0; k < record.samples[0].size(); ++k) {
          if (!record.samples[0][k]) continue;  // behind the last one
          BOOST_TEST(std::abs(*record.samples[0][k] - static_cast<double>(i % 100)) < 0.01);
          const auto at = record.onset + static_cast<double>(k) * length_s / 25;
          worst_s = std::max(worst_s, std::abs(at - static_cast<double>(i) / hz));
          ++i;
        }
      BOOST_TEST(worst_s < 0.001);
      BOOST_TEST(i == 25 * static_cast<std::size_t>(std::llround(40 * hz / 25)));
      fs::remove(folder / "far.ibr");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_clock_far_from_its_claim_has_true_times_in_bids) {
  const std::string stem = "sub-anna/beh/sub-anna_task-clocked_recording-ppg_physio";
  for (const double hz : {25.75, 24.25}) {
    BOOST_TEST_CONTEXT(hz << " Hz") {
      const ClockedRecording clocked(folder / "far.ibr", {.true_hz = hz});
      const auto answer = (*this)("export far.ibr --to bids --force --out out");
      BOOST_TEST(answer.code == 0, answer.err);
      const auto side = nlohmann::json::parse(text(stem + ".json"));
      BOOST_TEST(std::abs(side["SamplingFrequency"].get<double>() - hz) < 1e-6);
      BOOST_TEST(side["GreatestTimeError"].get<double>() < 1e-6);
      const auto rows = gz_rows(folder / "out" / (stem + ".tsv.gz"));
      BOOST_TEST(rows.size() == 25 * static_cast<std::size_t>(std::llround(40 * hz / 25)));
      BOOST_TEST(count_of(rows, "n/a") == 0U);  // it has no gap
      fs::remove(folder / "far.ibr");
    }
  }
}

BOOST_AUTO_TEST_CASE(bids_refuses_what_no_one_rate_fits) {
  const ClockedRecording clocked(folder / "two.ibr", {.true_hz = 25, .second_half_hz = 26});
  const auto bids = (*this)("export two.ibr --to bids --out bids");
  BOOST_TEST(bids.code == 1);
  BOOST_TEST(has(bids.err, "anna.ring.ppg can't be a BIDS file, which has one rate"), bids.err);
  BOOST_TEST(!fs::exists(folder / "bids"));
  // EDF+D says in each record when it begins.
  const auto edf = (*this)("export two.ibr --to edf --out out");
  BOOST_TEST(edf.code == 0, edf.err);
  const EdfBytes ppg(text("anna.ring.ppg.edf"));
  BOOST_TEST(ppg.text(192, 44) == "EDF+D");
  for (const auto& record : ppg.records()) {
    const auto first = record.samples[0].at(0);
    BOOST_TEST_REQUIRE(first.has_value());
    // Which sample it is: each is told apart from its neighbours of a hundred.
    const auto guess = record.onset < 20 ? record.onset * 25 : 500 + (record.onset - 20) * 26;
    const auto away = std::remainder(guess - *first, 100.0);
    BOOST_TEST(std::abs(away) < 0.6);
  }
}

// -- holes -----------------------------------------------------------------------------------------

// From 10 s to 18 s the recorder had no room.
BOOST_AUTO_TEST_CASE(what_was_not_recorded_is_a_gap_everywhere) {
  const ClockedRecording clocked(
      folder / "hole.ibr",
      {.true_hz = 25.1,
       .samples_a_block = 10,
       .lost_from = 250,
       .lost_to = 450,
       .beats_ns = {1'000'000'000, 9'000'000'000, 19'000'000'000, 20'000'000'000}});
  BOOST_TEST((*this)("export hole.ibr --to csv --out out").code == 0);
  BOOST_TEST(text("gaps.csv") ==
             "stream,from_s,to_s\nanna.ring.ppg,9.960159,17.928287\n"
             "anna.ring.beats,9.000000,19.000000\n");
  const auto bids = (*this)("export hole.ibr --to bids --force --out out");
  BOOST_TEST(bids.code == 0, bids.err);
  const std::string stem = "sub-anna/beh/sub-anna_task-clocked_";
  const auto side = nlohmann::json::parse(text(stem + "recording-ppg_physio.json"));
  BOOST_TEST(std::abs(side["SamplingFrequency"].get<double>() - 25.1) < 1e-6);
  const auto rows = gz_rows(folder / "out" / (stem + "recording-ppg_physio.tsv.gz"));
  BOOST_TEST(count_of(rows, "n/a") == 200U);
  BOOST_TEST_REQUIRE(rows.size() == 1000U);
  BOOST_TEST(rows[999] == "99");
  BOOST_TEST(has(text(stem + "events.tsv"), "9.960159\t7.968127\tgap\tanna.ring.ppg\t"),
             text(stem + "events.tsv"));
  BOOST_TEST((*this)("export hole.ibr --to edf --force --out out").code == 0);
  const EdfBytes edf(text("anna.ring.ppg.edf"));
  BOOST_TEST_REQUIRE(edf.notes().size() == 1U);
  BOOST_TEST(edf.notes()[0].text == "not measured");
  BOOST_TEST(std::abs(edf.notes()[0].duration - 7.968127) < 1e-6);
  BOOST_TEST((*this)("export hole.ibr --to xdf --force --out out").code == 0);
  BOOST_TEST(has(text("session.xdf"), "anna.ring.ppg: not measured for 7.968127 s"));
}

// -- the disk --------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_no_half_of_an_export) {
  const int code = shell("ulimit -f 4; $I export small.ibr --to csv --out out 2>said");
  BOOST_TEST(code == 1);
  const auto said = text_of_file(folder / "said");
  BOOST_TEST(has(said, "out/anna.ring.acc.csv can't be written: "), said);
  BOOST_TEST(!fs::exists(folder / "out"));
}

BOOST_AUTO_TEST_SUITE_END()
