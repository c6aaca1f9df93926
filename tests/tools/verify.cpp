// interbeat verify as a user meets it: a table that says how far our numbers are from those they must equal.
#include "tools/program.hpp"

#include "support/reference_json.hpp"

#include <nlohmann/json.hpp>

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
  BOOST_TEST(count(all, "ok") > 100U);
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
  BOOST_TEST(has(none.err, "empty holds neither hrv_series.json"), none.err);
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

BOOST_AUTO_TEST_SUITE_END()
