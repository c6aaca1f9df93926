#include "files/recognise.hpp"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "drivers/file_scratch.hpp"
#include "support/shared_data.hpp"

using ib::files::Kind;
using ib::files::recognise;
using ib::test::FileScratch;

namespace {

// The kind, or the first problem without the folder.
std::string answer(const std::filesystem::path& path) {
  auto found = recognise(path);
  if (found) return std::string(to_text(*found));
  const auto text = to_text(found.problems.at(0));
  return text.substr(path.parent_path().string().size() + 1);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recognise_files)

BOOST_AUTO_TEST_CASE(by_content_and_not_by_name) {
  FileScratch s;
  BOOST_TEST(answer(s.write("a.zip", "# fs_hz: 4\nppg\n1\n")) == "CSV waveform");
  BOOST_TEST(answer(s.write_gzip("b.edf", "# fs_hz: 4\nppg\n1\n")) == "CSV waveform");
  BOOST_TEST(answer(s.write("c", "t_s,rr_ms\n1,800\n")) == "beat-to-beat intervals");
  BOOST_TEST(answer(s.write("d", "t_s,ok\n1,1\n")) == "beat-to-beat intervals");
  BOOST_TEST(answer(s.write("e", "arrival_s,rr_1024\n1,800\n")) == "beat-to-beat intervals");
  BOOST_TEST(answer(s.write("f", "1644829925.0, IBI\n1,0.8\n")) == "beat-to-beat intervals");
  BOOST_TEST(answer(s.write("h", "800\n810\n")) == "beat-to-beat intervals");
  BOOST_TEST(answer(s.write("i", "0.8\n\n0.81\n")) == "beat-to-beat intervals");
  BOOST_TEST(answer(s.write_zip("g.csv", {{"BVP.csv", "1\n"}})) == "Empatica E4 zip");
  s.write("S05/BVP.csv", "1\n64\n0\n");
  BOOST_TEST(answer(s.folder() / "S05") == "Empatica E4 folder");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_yet_is_named) {
  FileScratch s;
  const std::string rest(300, ' ');
  BOOST_TEST(contains(answer(s.write("a", "0       X X X" + rest)), "this is an EDF recording"));
  BOOST_TEST(contains(answer(s.write("b",
                                     "\xFF"
                                     "BIOSEMI" +
                                         rest)),
                      "this is a BDF recording"));
  BOOST_TEST(contains(answer(s.write("c", "XDF:" + rest)), "this is an XDF recording"));
  BOOST_TEST(contains(answer(s.write_gzip("d", "XDF:" + rest)), "this is an XDF recording"));
  BOOST_TEST(contains(answer(s.write("e", std::string("\x7F"
                                                      "ELF\1\0\0",
                                                      7))),
                      "not text"));
  BOOST_TEST(contains(answer(s.write("f", "{\n \"hr\": 60\n}\n")), "no table of numbers"));
  BOOST_TEST(contains(answer(s.write("g", "")), "the file is empty"));
  BOOST_TEST(
      contains(answer(s.write("h", "1644829925.0\n64.0\n0.1\n")), "one file of an Empatica"));
  BOOST_TEST(contains(answer(s.write("i", "80\n810\n")), "the header row is missing"));
  BOOST_TEST(contains(answer(s.write("l", "800,1\n810,1\n")), "the header row is missing"));
  BOOST_TEST(contains(answer(s.write_zip("j", {{"x.csv", "1"}})), "no recording"));
  BOOST_TEST(contains(answer(s.write("k", "PK\x03\x04 broken")), "cannot be opened as a zip"));
}

BOOST_AUTO_TEST_CASE(folder_without_an_export) {
  FileScratch s;
  s.write("all/S05/IBI.csv", "1644829925.0, IBI\n");
  s.write("some/ACC.csv", "1\n");
  BOOST_TEST(contains(answer(s.folder() / "all"), "'S05' is an E4 export: name that"));
  BOOST_TEST(contains(answer(s.folder() / "some"), "the folder is no recording"));
}

BOOST_AUTO_TEST_CASE(missing_file_with_the_nearest_name) {
  FileScratch s;
  s.write("night/ring.csv", "ppg\n");
  BOOST_TEST(answer(s.folder() / "night/rign.csv") ==
             "rign.csv: there is no such file; did you mean 'ring.csv'?");
  BOOST_TEST(answer(s.folder() / "night/xxxxxx") == "xxxxxx: there is no such file");
  BOOST_TEST(contains(answer(s.folder() / "nigth/ring.csv"),
                      "folder is missing too; did you mean 'night'?"));
}

BOOST_AUTO_TEST_CASE(pipes_are_refused_at_once) {
  FileScratch s;
  BOOST_REQUIRE(::mkfifo((s.folder() / "pipe").c_str(), 0600) == 0);
  BOOST_TEST(contains(answer(s.folder() / "pipe"), "is not a regular file"));
}

BOOST_AUTO_TEST_CASE(real_recordings) {
  const std::pair<std::string_view, Kind> cases[] = {
      {"data/ppg_ecg_bidmc/bidmc_01_signals.csv.gz", Kind::waveform},
      {"data/ppg_ecg_bidmc/bidmc_01_numerics.csv", Kind::waveform},
      {"data/ppg_ecg_bidmc/bidmc_01_beats.csv", Kind::intervals},
      {"data/rr_ectopic_polarh10/polar_h10_rr_device.csv", Kind::intervals},
      {"data/rr_ectopic_ltdb/ltdb_14149_beats.csv.gz", Kind::intervals},
      {"data/ble_hr_freihaut/dOXefJ142_hrm.csv", Kind::intervals},
      {"data/e4_folder/S20", Kind::e4_folder},
  };
  for (const auto& [name, kind] : cases) {
    const auto path = ib::test::shared(name);
    if (!path) {
      ib::test::skip_absent(name);
      continue;
    }
    auto found = recognise(*path);
    BOOST_TEST_CONTEXT(name) BOOST_TEST((found && *found == kind));
  }
}

BOOST_AUTO_TEST_SUITE_END()
