// interbeat verify as a user meets it: a table that says how far our numbers are from those they must equal.
#include "tools/program.hpp"

#include "support/reference_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace ib::test;

namespace {

std::size_t count(const nlohmann::json& all, const std::string& verdict) {
  std::size_t n = 0;
  for (const auto& c : all) n += c["verdict"] == verdict ? 1U : 0U;
  return n;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(verify, Program)

BOOST_AUTO_TEST_CASE(formulas_need_no_file) {
  auto& interbeat = *this;
  const auto said = interbeat("verify");
  BOOST_TEST(said.code == 0, said.out << said.err);
  for (const auto* part : {"EC57", "612.5", "2450", "39200", " 0 failed, 1 figures"})
    BOOST_TEST(has(said.out, part), part << " is not in\n" << said.out);
  const auto all = nlohmann::json::parse(interbeat("verify --json").out);
  BOOST_TEST(all[0]["unit"] == "ms2");
  BOOST_TEST(all[0]["reference"] == 612.5);
  BOOST_TEST(all[0]["ours"].get<double>() == 612.5, boost::test_tools::tolerance(0.02));
  BOOST_TEST(count(all, "ok") > 20U);
}

BOOST_AUTO_TEST_CASE(reference_vectors_are_met) {
  auto& interbeat = *this;
  const auto vectors = shared("reference");
  if (!vectors) return skip_absent("reference");
  const auto said = interbeat("verify --json --reference '" + vectors->string() + "'");
  BOOST_TEST(said.code == 0, said.out << said.err);
  const auto all = nlohmann::json::parse(said.out);
  BOOST_TEST(count(all, "FAIL") == 0U);
  BOOST_TEST(count(all, "absent") == 0U);
  BOOST_TEST(count(all, "ok") > 160U);
  for (const auto* file : {"hrv_sliding.json", "ibi_artifacts.json", "ppg_beats.json",
                           "ring_real.json", "ecg_beats.json", "sqi.json", "stress_state.json",
                           "coreg_reference.json", "coreg_stream.json"})
    BOOST_TEST(std::any_of(all.begin(), all.end(),
                           [&](const auto& c) {
                             return has(c["group"].template get<std::string>(), file);
                           }),
               "nothing was compared with " << file);
}

BOOST_AUTO_TEST_CASE(files_that_are_not_there_are_absent_and_the_rest_is_compared) {
  auto& interbeat = *this;
  const auto ecg = reference("ecg_beats.json");
  if (ecg.is_null()) return;
  fs::create_directories(interbeat.folder / "one");
  interbeat.write("one/ecg_beats.json", ecg.dump());
  const auto said = interbeat("verify --json --reference one");
  BOOST_TEST(said.code == 0, said.out << said.err);
  const auto all = nlohmann::json::parse(said.out);
  BOOST_TEST(count(all, "absent") == 13U);
  BOOST_TEST(all.back()["reference"].is_null());
  BOOST_TEST(has(interbeat("verify --reference one").out, ", 13 absent"));
}

/// One number of a file that is off is one line that says so, and no other.
BOOST_AUTO_TEST_CASE(each_file_can_fail) {
  auto& interbeat = *this;
  struct Change {
    const char *file, *with, *place;
    nlohmann::json value;
    const char* metric;
  };
  const std::vector<Change> changes{
      {"hrv_sliding.json", "hrv_series.json", "/windows/60/rows/7/4", 30, "RMSSD"},
      {"ibi_artifacts.json", nullptr, "/cases/0/stream_L2_labels_per_peak/20", "missed",
       "labels that differ"},
      {"filters.json", nullptr, "/moving_average/output_full_only/3", 0, "moving average"},
      {"filters.json", nullptr, "/designs/3/mag/2", 0.5, "frequency responses"},
      {"ppg_beats.json", nullptr, "/cases/1/subsample_peak_time_s/9", 7.0,
       "  their times between samples"},
      {"ring_real.json", nullptr, "/elgendi_stream/10", 5, "elgendi: peaks"},
      {"ecg_beats.json", nullptr, "/neurokit_rpeaks/neurokit/5", 1400,
       "F1 to R waves within 2 samples"},
      {"sqi.json", nullptr, "/corrupted/template_r/30", 0.5,
       "correlation with the template, each beat"},
      {"stress_state.json", nullptr, "/trace/100/2", "stressed", "seconds in another state"},
      {"coreg_reference.json", "coreg_synthetic_input.json", "/linkage_default/pairs/a_c/T1_p", 0.5,
       "dyad.linkage: effects, surrogates and p"},
      {"coreg_stream.json", nullptr, "/grid_ibi_B/100", 800, "dyad.align: intervals on the grid"},
  };
  for (const auto& change : changes) {
    auto file = reference(change.file);
    if (file.is_null()) return;
    BOOST_TEST_CONTEXT(change.file << change.place) {
      fs::remove_all(interbeat.folder / "off");
      fs::create_directories(interbeat.folder / "off");
      file.at(nlohmann::json::json_pointer(change.place)) = change.value;
      interbeat.write(std::string("off/") + change.file, file.dump());
      if (change.with != nullptr)
        interbeat.write(std::string("off/") + change.with, reference(change.with).dump());
      const auto said = interbeat("verify --json --reference off");
      BOOST_TEST(said.code == 1, said.err);
      const auto all = nlohmann::json::parse(said.out);
      BOOST_TEST(count(all, "FAIL") == 1U);
      for (const auto& c : all) {
        if (c["verdict"] == "FAIL") BOOST_TEST(c["metric"] == change.metric);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_off_is_named) {
  auto& interbeat = *this;
  const auto series = reference("hrv_series.json");
  auto expected = reference("hrv_reference.json");
  if (series.is_null() || expected.is_null()) return;
  auto& rmssd = expected["pyhrv_short"]["spec"]["time"]["RMSSD"];
  rmssd = rmssd.get<double>() * 1.0001;
  fs::create_directories(interbeat.folder / "off");
  interbeat.write("off/hrv_series.json", series.dump());
  interbeat.write("off/hrv_reference.json", expected.dump());
  const auto said = interbeat("verify --json --reference off");
  BOOST_TEST(said.code == 1);
  const auto all = nlohmann::json::parse(said.out);
  BOOST_TEST(count(all, "FAIL") == 1U);
  for (const auto& c : all) {
    if (c["verdict"] == "FAIL") BOOST_TEST(c["metric"] == "RMSSD");
  }
}

BOOST_AUTO_TEST_CASE(a_folder_that_holds_none_or_rubbish_is_said) {
  auto& interbeat = *this;
  BOOST_TEST(interbeat("verify --reference nowhere").code == 2);
  for (const char* name : {"empty", "bad"}) fs::create_directories(interbeat.folder / name);
  interbeat.write("empty/readme.txt", "nothing");
  const auto none = interbeat("verify --reference empty");
  BOOST_TEST(none.code == 2);
  BOOST_TEST(has(none.err, "empty holds none of the reference files"), none.err);
  interbeat.write("bad/filters.json", "{\"designs\": [");
  const auto bad = interbeat("verify --reference bad");
  BOOST_TEST(bad.code == 2);
  BOOST_TEST(has(bad.err, "bad: "), bad.err);
  BOOST_TEST(bad.out == "");
}

/// The files are somebody else's: none of these may be more than a sentence.
BOOST_AUTO_TEST_CASE(series_and_designs_that_can_not_be_are_said) {
  auto& interbeat = *this;
  fs::create_directories(interbeat.folder / "hostile");
  for (const std::string rr :
       {"[]", "[800]", "[800, 1e300]", "[800, -5]", "[800, null]", "[800, \"x\"]"}) {
    interbeat.write("hostile/hrv_series.json", "{\"systole_rr\": {\"rr\": " + rr + "}}");
    const auto said = interbeat("verify --reference hostile");
    BOOST_TEST(said.code == 2, rr << ": " << said.out << said.err);
    BOOST_TEST(has(said.err, "interbeat: hostile: "), said.err);
  }
  fs::remove(interbeat.folder / "hostile/hrv_series.json");
  for (const auto* d :
       {R"("order": 99, "cutoff_hz": [0.5, 8])", R"("order": 2, "cutoff_hz": [8, 0.5])",
        R"("order": 2, "cutoff_hz": 1e9)"}) {
    interbeat.write(
        "hostile/filters.json",
        std::string(R"({"designs": [{"kind": "butter", "btype": "bandpass", "fs": 25, )") + d +
            R"(, "impulse_response": [1]}]})");
    const auto said = interbeat("verify --reference hostile");
    BOOST_TEST(said.code == 2, d << ": " << said.out << said.err);
    BOOST_TEST(has(said.err, "a design can't be made: "), said.err);
  }
}

/// Each file as nobody would write it: empty, cut, of other kinds.
BOOST_AUTO_TEST_CASE(damaged_files_are_a_sentence_that_names_them) {
  auto& interbeat = *this;
  const std::vector<std::pair<std::string, std::string>> companions{
      {"hrv_reference.json", "hrv_series.json"},
      {"hrv_sliding.json", "hrv_series.json"},
      {"coreg_reference.json", "coreg_synthetic_input.json"}};
  for (const std::string name :
       {"hrv_series.json", "hrv_reference.json", "hrv_sliding.json", "ibi_artifacts.json",
        "filters.json", "ppg_beats.json", "ring_real.json", "ecg_beats.json", "sqi.json",
        "stress_state.json", "coreg_reference.json", "coreg_stream.json"}) {
    const auto whole = reference(name);
    if (whole.is_null()) return;
    fs::remove_all(interbeat.folder / "bad");
    fs::create_directories(interbeat.folder / "bad");
    for (const auto& [file, with] : companions)
      if (file == name) interbeat.write("bad/" + with, reference(with).dump());
    if (name == "hrv_series.json")
      interbeat.write("bad/hrv_reference.json", reference("hrv_reference.json").dump());
    const auto refused = [&](const std::string& text, const std::string& how) {
      interbeat.write("bad/" + name, text);
      const auto said = interbeat("verify --reference bad");
      BOOST_TEST(said.code == 2, name << ", " << how << ": " << said.out << said.err);
      BOOST_TEST(has(said.err, "interbeat: bad: "), said.err);
      BOOST_TEST(has(said.err, ".json: "), said.err);
    };
    const auto text = whole.dump();
    refused(text.substr(0, text.size() / 2), "cut");
    refused("", "empty");
    auto spoilt = whole.flatten();  // every list of numbers holds texts too
    for (auto& [place, value] : spoilt.items())
      for (const auto* some : {"/0", "/2", "/fs", "/RMSSD"})
        if (value.is_number() && place.ends_with(some)) value = "rubbish";
    refused(spoilt.unflatten().dump(), "texts for numbers");
    if (name == "hrv_series.json") continue;  // without a series there is nothing to compare
    refused("[]", "a list");
    refused("{}", "without anything");
  }
}

BOOST_AUTO_TEST_CASE(numbers_that_can_not_be_are_a_sentence) {
  auto& interbeat = *this;
  const std::vector<std::pair<std::string, std::string>> files{
      {"ecg_beats.json", R"({"fs": 1e300, "input": [1], "neurokit_rpeaks": {}})"},
      {"ecg_beats.json", R"({"fs": 0, "input": [1], "neurokit_rpeaks": {}})"},
      {"ring_real.json", R"({"fs": -32, "input": [1, 2, 3]})"},
      {"ring_real.json", R"({"fs": 2, "input": [1, 2, 3], "mspt_stream": []})"},
      {"sqi.json", R"({"clean": {"fs": 25, "input": [1, 2], "windows": [[1e300, 0, 0, 0, 0]]}})"},
      {"sqi.json", R"({"clean": {"fs": 25, "input": [null], "windows": []}})"},
      {"sqi.json", R"({"clean": {"fs": 25, "input": [1, 2, 3], "windows": [],
                      "peaks_mspt_stream": [1e18, 2e18], "template_r": [1]}})"},
      {"filters.json", R"({"designs": [], "moving_average": {"n": 4}})"},
      {"filters.json", R"({"designs": [], "dc_blocker": {"fc": 99, "fs": 25}})"},
      {"filters.json", R"({"designs": [{"fs": 25, "cutoff_hz": 1, "kind": "butter",
                          "order": 1e300}]})"},
      {"ibi_artifacts.json", R"({"cases": [{"peaks_ms": [0, 800, 700]}]})"},
      {"stress_state.json", R"({"params": {"rest_hr": 1e300}})"},
      {"coreg_stream.json", R"({"A": {"t_end_s": [1, 1e300], "ibi_ms": [800, 800]},
                               "grid_ibi_A": []})"},
      {"coreg_stream.json", R"({"A": {"t_end_s": [2, 1], "ibi_ms": [800, 800]},
                               "grid_ibi_A": []})"},
  };
  for (const auto& [name, text] : files) {
    fs::remove_all(interbeat.folder / "bad");
    fs::create_directories(interbeat.folder / "bad");
    interbeat.write("bad/" + name, text);
    const auto said = interbeat("verify --reference bad");
    BOOST_TEST(said.code == 2, text << ": " << said.out << said.err);
    BOOST_TEST(has(said.err, "interbeat: bad: " + name + ": "), said.err);
  }
}

BOOST_AUTO_TEST_SUITE_END()
