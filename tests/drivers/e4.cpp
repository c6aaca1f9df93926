#include "files/e4.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "drivers/file_scratch.hpp"
#include "support/shared_data.hpp"

using ib::files::E4Export;
using ib::files::E4Stream;
using ib::test::FileScratch;

namespace {

const std::map<std::string, std::string> small = {
    {"BVP.csv", "1644829925.00\n64.000000\n-0.00\n1.5\n\nbad\n"},
    {"ACC.csv",
     "1644829925.000000, 1644829925.000000, 1644829925.000000\r\n"
     "32.000000, 32.000000, 32.000000\r\n-2,3,64\r\n"},
    {"TEMP.csv", "1644829924.500000\n4.000000\n29.53\n"},
    {"HR.csv", "1644829935.000000\n1.000000\n85.00\n"},
    {"IBI.csv", "1644829925.000000, IBI\n19.453125,0.781250\n"},
    {"tags.csv", "1644830599.25\r\nnever\n1644830945\n"},
};

std::vector<float> read_all(E4Stream& stream) {
  std::vector<float> all, values(stream.columns() * 1000);
  while (const auto n = stream.read(values))
    all.insert(all.end(), values.begin(),
               values.begin() + static_cast<std::ptrdiff_t>(n * stream.columns()));
  return all;
}

std::string told(const std::vector<ib::files::Problem>& problems) {
  std::string text;
  for (const auto& problem : problems) text += to_text(problem) + "\n";
  return text;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::filesystem::path folder_of(const FileScratch& scratch,
                                std::map<std::string, std::string> files) {
  for (const auto& [name, text] : files) scratch.write("e4/" + name, text);
  return scratch.folder() / "e4";
}

void check_small(const std::filesystem::path& path) {
  auto e4 = E4Export::open(path);
  BOOST_REQUIRE(e4);
  BOOST_TEST(e4->start_unix == 1644829924.5);  // the temperature began first
  BOOST_TEST((e4->since_start(e4->bvp->start_unix()) == std::chrono::milliseconds(500)));
  BOOST_TEST((e4->since_start(e4->hr->start_unix()) == std::chrono::milliseconds(10500)));
  const auto bvp = read_all(*e4->bvp);
  BOOST_REQUIRE(bvp.size() == 4U);
  BOOST_TEST(bvp[1] == 1.5F);
  BOOST_TEST((std::isnan(bvp[2]) && std::isnan(bvp[3])));
  BOOST_TEST(e4->bvp->counts().empty_cells == 1U);
  BOOST_REQUIRE(e4->bvp->problems().total() == 1U);
  BOOST_TEST(e4->bvp->problems().list()[0].line == 6U);
  BOOST_TEST(read_all(*e4->acc) == (std::vector<float>{-2.0F / 64, 3.0F / 64, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(e4->acc->unit() == "g");
  BOOST_TEST(e4->acc->rate_hz() == 32);
  BOOST_TEST(!e4->eda.has_value());
  std::vector<ib::files::Interval> rows(9);
  BOOST_TEST(e4->ibi->read(rows) == 1U);
  BOOST_TEST(e4->tags_unix == (std::vector<double>{1644830599.25, 1644830945}),
             boost::test_tools::per_element());
  BOOST_REQUIRE(e4.problems.size() == 1U);
  BOOST_TEST(e4.problems[0].line == 2U);
  BOOST_TEST(e4.problems[0].what == "the tag is 'never'");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(e4)

BOOST_AUTO_TEST_CASE(folder) {
  FileScratch scratch;
  check_small(folder_of(scratch, small));
}

// The first lines of an export that is public (im-ethz/flirt, test data).
BOOST_AUTO_TEST_CASE(a_published_export) {
  FileScratch scratch;
  auto e4 = E4Export::open(
      folder_of(scratch, {{"ACC.csv",
                           "1560279825.000000, 1560279825.000000, 1560279825.000000\n"
                           "32.000000, 32.000000, 32.000000\n-61,25,6\n"},
                          {"BVP.csv", "1560279825.00\n64.000000\n-0.00\n"},
                          {"HR.csv", "1560279835.000000\n1.000000\n93.00\n"},
                          {"IBI.csv", "1560279825.000000, IBI\n83.503822,0.609403\n"}}));
  BOOST_REQUIRE(e4);
  BOOST_TEST(e4.problems.empty());
  BOOST_TEST(e4->start_unix == 1560279825.0);
  BOOST_TEST(read_all(*e4->acc) == (std::vector<float>{-61.0F / 64, 25.0F / 64, 6.0F / 64}),
             boost::test_tools::per_element());
  BOOST_TEST(e4->bvp->rate_hz() == 64);
  BOOST_TEST(read_all(*e4->bvp) == std::vector<float>{0}, boost::test_tools::per_element());
  BOOST_TEST(e4->hr->start_unix() == 1560279835.0);
  BOOST_TEST(read_all(*e4->hr) == std::vector<float>{93}, boost::test_tools::per_element());
  std::vector<ib::files::Interval> rows(9);
  BOOST_REQUIRE_EQUAL(e4->ibi->read(rows), 1U);
  BOOST_TEST(rows[0].ibi_us == 609'403);
  BOOST_TEST(rows[0].t_end.ns == 83'503'822'000);
}

BOOST_AUTO_TEST_CASE(zip) {
  FileScratch scratch;
  check_small(scratch.write_zip("top.zip", small));
  std::map<std::string, std::string> nested{{"__MACOSX/x/._BVP.csv", "?"}};
  for (const auto& [name, text] : small) nested["S05/" + name] = text;
  check_small(scratch.write_zip("nested.zip", nested));
  for (const auto& [name, text] : small) nested["S06/" + name] = text;
  const auto two = E4Export::open(scratch.write_zip("two.zip", nested));
  BOOST_TEST(!two);
  BOOST_TEST(contains(told(two.problems), "holds 2 E4 exports"));
}

BOOST_AUTO_TEST_CASE(files_may_be_missing_but_not_both_pulse_files) {
  FileScratch scratch;
  BOOST_TEST(
      E4Export::open(folder_of(scratch, {{"ibi.csv", small.at("IBI.csv")}})).problems.empty());
  FileScratch other;
  const auto none = E4Export::open(folder_of(other, {{"ACC.csv", small.at("ACC.csv")}}));
  BOOST_TEST(!none);
  BOOST_TEST(contains(told(none.problems), "neither BVP.csv nor IBI.csv"));
}

BOOST_AUTO_TEST_CASE(malformed_heads_are_told_with_their_line_and_left_out) {
  auto files = small;
  files["ACC.csv"] = "1644829925, 1644829925\n32, 32, 32\n1,2,3\n";
  files["TEMP.csv"] = "1644829925\n0\n29.53\n";
  files["HR.csv"] = "1644829935\n";
  files["EDA.csv"] = "yesterday\n4\n0.1\n";
  files["IBI.csv"] = "";
  FileScratch scratch;
  const auto e4 = E4Export::open(folder_of(scratch, files));
  BOOST_REQUIRE(e4.value.has_value());
  BOOST_TEST((e4.value->bvp && !e4.value->acc && !e4.value->temp && !e4.value->hr &&
              !e4.value->eda && !e4.value->ibi));
  const auto text = told(e4.problems);
  BOOST_TEST(contains(text, "ACC.csv:1: the line is '1644829925, 1644829925'"));
  BOOST_TEST(contains(text, "TEMP.csv:2: the line is '0'; expected the rate in Hz"));
  BOOST_TEST(contains(text, "HR.csv: the file ends before its head"));
  BOOST_TEST(contains(text, "EDA.csv:1: the line is 'yesterday'"));
  BOOST_TEST(contains(text, "IBI.csv:1: the file is empty"));
}

BOOST_AUTO_TEST_CASE(stream_of_another_day_is_left_out) {
  auto files = small;
  files["TEMP.csv"] = "1500000000\n4\n29.53\n";
  FileScratch scratch;
  const auto e4 = E4Export::open(folder_of(scratch, files));
  BOOST_REQUIRE(e4.value.has_value());
  BOOST_TEST(!e4.value->temp.has_value());
  BOOST_TEST(e4.value->start_unix == 1644829925.0);
  BOOST_TEST(contains(told(e4.problems), "more than 7 days"));
}

BOOST_AUTO_TEST_CASE(real_export) {
  constexpr auto name = "data/e4_folder/S05";
  const auto path = ib::test::shared(name);
  if (!path) return ib::test::skip_absent(name);
  auto e4 = E4Export::open(*path);
  BOOST_REQUIRE(e4);
  BOOST_TEST(e4.problems.empty());
  BOOST_TEST(e4->start_unix == 1644829925.0);
  BOOST_TEST((e4->since_start(e4->hr->start_unix()) == std::chrono::seconds(10)));
  BOOST_TEST(e4->tags_unix.size() == 7U);
  const auto bvp = read_all(*e4->bvp), acc = read_all(*e4->acc), temp = read_all(*e4->temp);
  BOOST_TEST(e4->bvp->rate_hz() == 64);
  BOOST_TEST(acc[0] == -2.0F / 64);
  BOOST_TEST(temp[0] == 29.53F);
  const double length_s = static_cast<double>(bvp.size()) / 64;
  BOOST_TEST(static_cast<double>(acc.size()) / 3 / 32 == length_s,
             boost::test_tools::tolerance(0.01));
  BOOST_TEST(static_cast<double>(temp.size()) / 4 == length_s, boost::test_tools::tolerance(0.01));
  BOOST_TEST(e4->bvp->problems().total() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
