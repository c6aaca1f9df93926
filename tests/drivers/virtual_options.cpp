// The text of a virtual source: what it means, and what is said when it is wrong.
#include <boost/test/unit_test.hpp>
#include <string>

#include "virtual_ring/options.hpp"

using namespace ib::virtual_ring;

namespace {

Options good(std::string_view text) {
  const auto parsed = parse_options(text);
  for (const auto& problem : parsed.problems) BOOST_ERROR(text << ": " << problem);
  return parsed.options;
}

/// All problems of `text`, one per line.
std::string problems(std::string_view text) {
  std::string all;
  for (const auto& problem : parse_options(text).problems) all += problem + "\n";
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(virtual_options)

BOOST_AUTO_TEST_CASE(nothing_said_means_the_defaults) {
  BOOST_TEST((good("") == Options{}));
  BOOST_TEST((good("virtual:") == Options{}));
}

BOOST_AUTO_TEST_CASE(a_source_as_users_write_it) {
  const auto o =
      good("virtual:seed=7,rate=50,couple=2,lag=1.5s,windows=300-600;900-1200?lead_in=300s");
  BOOST_TEST(o.seed == 7U);
  BOOST_TEST(o.rate_hz == 50);
  BOOST_TEST(o.couple.value() == 2U);
  BOOST_TEST(o.lag_s == 1.5);
  BOOST_TEST((o.windows == std::vector<Window>{{300, 600}, {900, 1200}}));
  BOOST_TEST(o.lead_in_s == 300);
}

BOOST_AUTO_TEST_CASE(separators_and_spaces) {
  const auto o = good("seed=3 & hr = 70,acc=off&packet=10");
  BOOST_TEST(o.seed == 3U);
  BOOST_TEST(o.hr_bpm == 70);
  BOOST_TEST(!o.accelerometer);
  BOOST_TEST(o.packet == 10);
}

BOOST_AUTO_TEST_CASE(units_of_the_same_kind_are_converted) {
  const auto o =
      good("lead_in=5min,jitter=0.05s,loss=2%,couple=9,lag=-1500ms,motion=60/h,resp=200mHz");
  BOOST_TEST(o.lead_in_s == 300);
  BOOST_TEST(o.jitter_ms == 50);
  BOOST_TEST(o.loss == 0.02);
  BOOST_TEST(o.lag_s == -1.5);
  BOOST_TEST(o.motion_per_min == 1);
  BOOST_TEST(o.resp_hz == 0.2);
}

BOOST_AUTO_TEST_CASE(a_misspelt_name_gets_the_nearest) {
  BOOST_TEST(problems("sed=1") ==
             "'sed' is not an option of a virtual ring; did you mean 'seed'?\n");
  BOOST_TEST(problems("strat=1s").find("did you mean 'start'?") != std::string::npos);
  BOOST_TEST(problems("windows_=1-2").find("did you mean 'windows'?") != std::string::npos);
  BOOST_TEST(problems("zzzzzzzzzzzz=1").find("there are seed, hr, rsa") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(all_problems_are_said_at_once) {
  const auto parsed = parse_options("hr=300,rate=fast,seed=-1,seed=2,packt=5,lead_in=3m,loss");
  BOOST_TEST(parsed.problems.size() == 7U);
  BOOST_TEST(problems("hr=300") == "hr=300 is out of range: 30 to 200 bpm.\n");
  BOOST_TEST(problems("rate=fast") == "rate=fast: expected a number in Hz from 10 to 1000 Hz.\n");
  BOOST_TEST(problems("loss") == "'loss' has no value; write loss=VALUE.\n");
  BOOST_TEST(problems("seed=1,seed=1") == "'seed' is given twice.\n");
}

BOOST_AUTO_TEST_CASE(numbers_that_are_none) {
  for (const auto* text : {"hr=nan", "hr=inf", "hr=1e999", "hr=", "hr=60 apples", "duration=inf",
                           "packet=2.5", "packet=99999999999", "acc=perhaps", "couple=ben"})
    BOOST_TEST(!problems(text).empty(), text);
}

BOOST_AUTO_TEST_CASE(windows_must_be_in_order_and_apart) {
  BOOST_TEST(problems("couple=2,windows=300") != "");
  BOOST_TEST(problems("couple=2,windows=600-300") != "");
  BOOST_TEST(problems("couple=2,windows=0-300;200-400") != "");
  BOOST_TEST(problems("couple=2,windows=0-300;300-400") == "");
}

BOOST_AUTO_TEST_CASE(options_that_contradict_each_other) {
  BOOST_TEST(problems("seed=4,couple=4").find("own seed") != std::string::npos);
  BOOST_TEST(problems("lag=3").find("need couple=SEED") != std::string::npos);
  BOOST_TEST(problems("lag=2s").find("need couple=SEED") != std::string::npos);  // the default
  BOOST_TEST(problems("coupling=0.6").find("need couple=SEED") != std::string::npos);
  BOOST_TEST(problems("couple=1") == "");  // without seed= this ring is nobody yet
  BOOST_TEST(problems("silent_for=3").find("needs silent_after") != std::string::npos);
  BOOST_TEST(problems("hr=40,ectopic=25").find("at most 20/min") != std::string::npos);
  BOOST_TEST(problems("hr=180,rsa=100").find("fifth of the mean interval") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(options_set_in_code_are_checked_too) {
  Options o;
  BOOST_TEST(check(o).empty());
  o.packet = 0;
  o.rate_hz = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(check(o).size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_table_documents_every_option) {
  for (const auto& o : option_table()) {
    BOOST_TEST(o.doc.size() > 10U, o.name);
    BOOST_TEST(!o.default_text().empty(), o.name);
  }
  BOOST_TEST(option_table()[1].default_text() == "62 bpm");
}

BOOST_AUTO_TEST_SUITE_END()
