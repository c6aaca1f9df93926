// The lines of a PulseSensor, and what a decoder makes of them: the part of the plugin plugins/pulse_sensor
// that touches no device.
#include "../../plugins/pulse_sensor/decoder.hpp"
#include "../../plugins/pulse_sensor/line_reader.hpp"
#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace pulse_sensor;
using namespace std::chrono_literals;
using Kind = Line::Kind;

std::vector<Line> lines_of(std::string_view bytes, std::size_t cut = 64) {
  std::vector<Line> lines;
  LineReader reader;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(cut, bytes.size()))) {
    auto piece = bytes.substr(0, cut);
    for (Line line; reader.next(piece, line);) lines.push_back(line);
  }
  return lines;
}

struct PulseSample {
  ib::Time t;
  std::uint64_t index;
};

/// Lines of a board that sends `hz` samples a second, each up to `jitter` late; `missing` are never sent.
std::vector<PulseSample> samples_of_board(Decoder& decoder, double hz, double seconds,
                                          ib::Duration jitter, unsigned seed,
                                          const std::vector<int>& missing = {}) {
  std::mt19937 random(seed);
  std::vector<PulseSample> samples;
  ib::Arrival before{-1};
  for (int k = 0; k < static_cast<int>(hz * seconds); ++k) {
    if (std::find(missing.begin(), missing.end(), k) != missing.end()) continue;
    const auto late =
        static_cast<std::int64_t>(random() % (static_cast<std::uint64_t>(jitter.count()) + 1));
    ib::Arrival at{static_cast<std::int64_t>(k * 1e9 / hz) + late};
    at.ns = std::max(at.ns, before.ns + 1);
    before = at;
    for (const auto& f : decoder.meet({Kind::sample, 512}, at))
      if (const auto* s = std::get_if<Sample>(&f.what)) samples.push_back({f.t, s->index});
  }
  return samples;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pulse_sensor_line)

BOOST_AUTO_TEST_CASE(three_letters_and_a_number) {
  BOOST_TEST((parse("S512\r") == Line{Kind::sample, 512}));
  BOOST_TEST((parse("S0") == Line{Kind::sample, 0}));
  BOOST_TEST((parse("S1023\r") == Line{Kind::sample, 1023}));
  BOOST_TEST((parse("B72\r") == Line{Kind::rate, 72}));
  BOOST_TEST((parse("Q833\r") == Line{Kind::interval, 833}));
  BOOST_TEST((parse("\r") == Line{Kind::empty, 0}));
}

BOOST_AUTO_TEST_CASE(what_is_none_of_these_is_refused_and_a_lost_sample_is_known_as_such) {
  const std::string zero("S5\0002", 4);
  for (const std::string_view text :
       {"S1024", "S", "S-1", "S5x", "S 5", "S012", "S51200", "Ss5", "S5\r\r", "S+5"})
    BOOST_TEST((parse(text) == Line{Kind::bad_sample, 0}), text);
  BOOST_TEST((parse(zero) == Line{Kind::bad_sample, 0}));
  for (const std::string_view text :
       {"B0", "B1000", "Q0", "Q", "72,833,512", "a512", "512", "!", "s5"})
    BOOST_TEST((parse(text) == Line{Kind::bad, 0}), text);
}

BOOST_AUTO_TEST_CASE(lines_come_out_the_same_however_the_bytes_are_cut) {
  const std::string bytes =
      "12\r\nS512\r\nB72\nQ833\r\n\r\nSx\r\n" + std::string(100, 'S') + "\r\nS7\r\nS8";
  const std::vector<Line> expected{
      {Kind::sample, 512},   {Kind::rate, 72}, {Kind::interval, 833}, {Kind::empty, 0},
      {Kind::bad_sample, 0}, {Kind::bad, 0},   {Kind::sample, 7}};
  for (std::size_t cut = 1; cut <= bytes.size(); ++cut)
    BOOST_TEST((lines_of(bytes, cut) == expected), "cut every " << cut << " bytes");
}

BOOST_AUTO_TEST_CASE(samples_stand_evenly_though_they_arrive_unevenly) {
  for (const auto seed : ib::test::cases(20)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      Decoder decoder(50, {});
      const auto samples = samples_of_board(decoder, 49.8, 60, 16ms, seed);
      BOOST_TEST(samples.size() == 2988U);
      BOOST_TEST(decoder.lost_samples() == 0U);
      double worst = 0;
      for (std::size_t k = 1000; k < samples.size(); ++k)  // 20 s to learn the rate
        worst = std::max(worst, std::abs(ib::seconds(samples[k].t - samples[k - 1].t) - 1 / 49.8));
      BOOST_TEST(worst < 2e-3);  // an eighth of what arrivals scatter
    }
  }
}

BOOST_AUTO_TEST_CASE(lines_that_never_came_are_counted_to_the_sample) {
  for (const auto seed : ib::test::cases(20)) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      Decoder decoder(50, {});
      const auto samples = samples_of_board(decoder, 50.1, 60, 5ms, seed, {1500, 2000, 2001, 2002});
      BOOST_TEST(decoder.lost_samples() == 4U);
      BOOST_TEST(samples.back().index + 1 == samples.size() + 4);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_sample_that_cant_be_read_is_lost_where_it_stood) {
  Decoder decoder(50, {});
  decoder.meet({Kind::sample, 1}, {0});
  BOOST_TEST(decoder.meet({Kind::bad_sample, 0}, {20'000'000}).empty());
  const auto found = decoder.meet({Kind::sample, 3}, {40'000'000});
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(std::get<Sample>(found[0].what).index == 2U);
  BOOST_TEST(decoder.lost_samples() == 1U);
  BOOST_TEST(decoder.bad_lines() == 1U);
}

BOOST_AUTO_TEST_CASE(an_interval_bears_the_rate_before_it_and_tells_whether_it_follows) {
  Decoder decoder(50, {ib::Arrival{1000}});
  const auto rate = decoder.meet({Kind::rate, 72}, {2000});
  BOOST_TEST_REQUIRE(rate.size() == 1U);
  BOOST_TEST(rate[0].t.ns == 1000);
  BOOST_TEST(*std::get<ib::HeartRate>(rate[0].what).heart_rate_bpm == 72);
  const auto first = std::get<Interval>(decoder.meet({Kind::interval, 834}, {2000})[0].what);
  BOOST_TEST(*first.rr.rr_us[0] == 834'000);
  BOOST_TEST(!first.rr.rr_us[1]);
  BOOST_TEST(*first.rr.hr_bpm == 72);
  BOOST_TEST(!first.after_loss);
  decoder.meet({Kind::bad, 0}, {3000});
  const auto second = std::get<Interval>(decoder.meet({Kind::interval, 800}, {4000})[0].what);
  BOOST_TEST(second.after_loss);
  BOOST_TEST(!second.rr.hr_bpm);  // the last one was of another beat
}

BOOST_AUTO_TEST_CASE(a_rate_that_no_heart_has_is_absent_with_a_reason) {
  Decoder decoder(50, {});
  const auto rate = std::get<ib::HeartRate>(decoder.meet({Kind::rate, 240}, {1})[0].what);
  BOOST_TEST(!rate.heart_rate_bpm);
  BOOST_TEST((rate.reason == ib::Reason::out_of_range));
  BOOST_TEST(!std::get<Interval>(decoder.meet({Kind::interval, 250}, {2})[0].what).rr.hr_bpm);
}

BOOST_AUTO_TEST_SUITE_END()
