// Figures as SVG: what is in them, for programs and for people who read them aloud; and what they leave out.
#include "plot/plot.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <string>

using namespace ib::plot;

namespace {

constexpr double absent_y = std::numeric_limits<double>::quiet_NaN();

bool drawn(const std::string& picture, std::string_view part) {
  return picture.find(part) != std::string::npos;
}

std::size_t times_drawn(const std::string& picture, std::string_view part) {
  std::size_t n = 0;
  for (auto at = picture.find(part); at != std::string::npos; at = picture.find(part, at + 1)) ++n;
  return n;
}

Figure heart_rate() {
  Figure f;
  f.title = "Heart rate";
  f.description = "It rises, is absent for a while, and falls.";
  f.id = "hr";
  Panel p;
  p.x = {"Time", "s"};
  p.y = {"Heart rate", "bpm"};
  p.series.push_back({Mark::line, "anna", {{0, 60}, {1, 66}, {2, absent_y}, {3, 70}, {4, 64}}, 0});
  p.levels.push_back({65, "limit"});
  p.stretches.push_back({2, 3, "motion", 3});
  f.panels.push_back(p);
  return f;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plot)

BOOST_AUTO_TEST_CASE(a_figure_names_its_axes_units_and_series) {
  const auto picture = svg(heart_rate());
  for (const auto* part : {"Time (s)", "Heart rate (bpm)", ">anna<", ">motion<", ">limit<",
                           "<title id=\"hr-title\">Heart rate</title>", "role=\"img\"",
                           "<desc id=\"hr-desc\">It rises"})
    BOOST_TEST(drawn(picture, part), part << " is not in\n" << picture);
  BOOST_TEST(picture == svg(heart_rate()));
}

BOOST_AUTO_TEST_CASE(what_is_absent_breaks_the_line) {
  const auto picture = svg(heart_rate());
  BOOST_TEST(times_drawn(picture, "class=\"line c0\"") ==
             2U);  // before and behind; the legend's is apart
  BOOST_TEST(!drawn(picture, "nan"));
  BOOST_TEST(count_of_points(heart_rate()) == 4U);
}

BOOST_AUTO_TEST_CASE(no_value_makes_a_picture_that_is_none) {
  const double infinite = std::numeric_limits<double>::infinity();
  for (const auto mark : {Mark::line, Mark::steps, Mark::points, Mark::ticks, Mark::bars}) {
    for (const bool logarithmic : {false, true}) {
      Figure f;
      Panel p;
      p.x.logarithmic = p.y.logarithmic = logarithmic;
      p.series.push_back(
          {mark, "hard", {{0, 0}, {-1, infinite}, {absent_y, 1}, {1e300, -1e300}}, 7});
      p.series.push_back({mark, "one", {{2, 2}}, 1});
      p.series.push_back({mark, "none", {}, 1});
      p.stretches.push_back({absent_y, 1, "", 0});
      f.panels = {p, Panel{}};
      const auto picture = svg(f);
      BOOST_TEST(!drawn(picture, "nan"));
      BOOST_TEST(!drawn(picture, "inf"));
    }
  }
}

BOOST_AUTO_TEST_CASE(ticks_stand_at_round_numbers) {
  BOOST_TEST(round_ticks(0, 10, 6) == (std::vector<double>{0, 2, 4, 6, 8, 10}),
             boost::test_tools::per_element());
  const auto narrow = round_ticks(0.9961, 1.0042, 4);
  BOOST_TEST(narrow.size() >= 2U);
  for (const double t : narrow) BOOST_TEST(std::abs(t * 500 - std::round(t * 500)) < 1e-9);
  for (const double v : round_ticks(-3e-7, 5e9, 8)) BOOST_TEST((v >= -3e-7 && v <= 5e9));
  BOOST_TEST(round_ticks(3, 3, 5).size() == 1U);
}

BOOST_AUTO_TEST_CASE(words_are_text_never_markup) {
  auto f = heart_rate();
  f.title = f.panels[0].series[0].name = f.panels[0].x.label = "<script>alert('&')</script>";
  const auto picture = svg(f);
  BOOST_TEST(!drawn(picture, "<script"));
  BOOST_TEST(drawn(picture, "&lt;script&gt;alert(&#39;&amp;&#39;)"));
}

BOOST_AUTO_TEST_CASE(a_box_stands_where_its_values_lie) {
  Figure f;
  Panel p;
  p.x.from = 0;
  p.x.to = 10;
  p.y.names = {"anna", "ben"};
  p.boxes.push_back({1, 1, 2, 3, 4, 9, "ben: median 3 ms"});
  p.boxes.push_back({0, 1, absent_y, 3, 4, 9, "anna has none"});
  f.panels = {p};
  const auto picture = svg(f);
  BOOST_TEST(times_drawn(picture, "class=\"box\"") == 1U);
  BOOST_TEST(drawn(picture, "<title>ben: median 3 ms</title>"));
  BOOST_TEST(!drawn(picture, "anna has none"));
  BOOST_TEST(count_of_points(f) == 1U);
}

BOOST_AUTO_TEST_CASE(a_point_says_what_it_is_and_rows_lie) {
  auto f = heart_rate();
  auto& s = f.panels[0].series[0];
  s.mark = Mark::rings;
  s.says = {"at rest <1>", "later"};
  auto picture = svg(f);
  BOOST_TEST(drawn(picture, "<title>at rest &lt;1&gt;</title></circle>"));
  BOOST_TEST(times_drawn(picture, "class=\"ring\"") == 5U);  // four, and the legend's
  s.mark = Mark::rows;
  s.points = {{2, 0}, {4, 1}};
  f.panels[0].levels.clear();
  f.panels[0].stretches.clear();
  f.panels[0].x.from = 0;
  f.panels[0].x.to = 4;
  picture = svg(f);
  const auto width_of = [&](std::size_t nth) {
    std::size_t at = 0;
    for (std::size_t k = 0; k <= nth; ++k) at = picture.find("class=\"bar\"", at + 1);
    const auto word = picture.find(" width=\"", at) + 8;
    return std::stod(picture.substr(word));
  };
  BOOST_TEST(std::abs(2 * width_of(1) - width_of(2)) < 0.11);  // the legend's is the first
}

BOOST_AUTO_TEST_CASE(a_histogram_counts_each_value_once) {
  const auto bars = histogram({0, 0.9, 1, 2.5, 3, -1, absent_y}, 0, 3, 1);
  BOOST_TEST_REQUIRE(bars.points.size() == 3U);
  BOOST_TEST(bars.points[0].x == 0.5);
  BOOST_TEST(bars.points[0].y == 2);
  BOOST_TEST(bars.points[1].y == 1);
  BOOST_TEST(bars.points[2].y == 1);
  BOOST_TEST(histogram({1}, 0, 1e9, 1).points.size() == 1000U);
  for (const double width : {0.0, -1.0, absent_y})
    BOOST_TEST(histogram({1}, 0, 3, width).points.empty());
  BOOST_TEST(histogram({1}, 3, 0, 1).points.empty());
}

BOOST_AUTO_TEST_CASE(a_day_of_samples_stays_a_small_picture) {
  auto f = heart_rate();
  auto& points = f.panels[0].series[0].points;
  points.clear();
  for (int i = 0; i < 200'000; ++i) points.push_back({i * 1.0, i == 77'777 ? 9.0 : std::sin(i)});
  const auto picture = svg(f);
  BOOST_TEST(picture.size() < 150'000U);
  points.erase(points.begin() + 77'777);
  BOOST_TEST(svg(f) != picture);  // the one spike was to be seen
}

BOOST_AUTO_TEST_SUITE_END()
