// source.virtual: packets as they arrive, losses as gaps, the truth beside them.
#include <boost/test/unit_test.hpp>

#include "source_bench.hpp"
#include "virtual_ring/ring.hpp"

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

const std::string bad_radio = "jitter=200ms,latency=80ms,loss=10%,stall=4,duration=120s";

virtual_ring::Ring::Totals totals_of(const std::string& options) {
  virtual_ring::Ring ring(virtual_ring::parse_options(options).options);
  while (ring.next()) {}
  return ring.totals();
}

std::uint64_t lost_in_gaps(const Heard& heard) {
  std::uint64_t lost = 0;
  for (const auto& gap : heard.gaps) lost += gap.lost;
  return lost;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source_virtual)

BOOST_AUTO_TEST_CASE(samples_are_those_of_the_ring_at_their_true_times) {
  const std::string options = "seed=3,rate=50,ppm=100,duration=20s";
  SourceBench bench;
  bench.source("a", "source.virtual", {{"uri", "virtual:" + options}});
  const auto played = play_at_all_steps(bench.hear("a", "ppg").hear("a", "acc"));
  virtual_ring::Ring ring(virtual_ring::parse_options(options).options);
  std::size_t i = 0;
  const auto& ppg = played["a.ppg"];
  while (const auto packet = ring.next())
    for (std::size_t k = 0; k < packet->ppg.size(); ++k, ++i) {
      BOOST_REQUIRE_EQUAL(ppg.items.at(i).t, ring.true_clock().at(packet->first_index + k).ns);
      BOOST_REQUIRE_EQUAL(ppg.value(i), packet->ppg[k]);
      BOOST_REQUIRE_EQUAL(played["a.acc"].value(i, 2), packet->acc[3 * k + 2]);
    }
  BOOST_TEST(ppg.items.size() == i);
  BOOST_TEST(ppg.stream.rate_hz == 50.005, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(ppg.gaps.empty());
  BOOST_TEST(played.report.sources.at(0).live);
}

BOOST_AUTO_TEST_CASE(two_bad_radios_lose_exactly_what_they_lost) {
  const std::string a = "seed=1,rate=25," + bad_radio, b = "seed=2,rate=64,packet=16," + bad_radio;
  SourceBench bench;
  bench.source("a", "source.virtual", {{"uri", a}}).hear("a", "ppg").hear("a", "truth");
  bench.source("b", "source.virtual", {{"uri", b}}).hear("b", "ppg").hear("b", "acc");
  const auto played = play_at_all_steps(bench);  // the ears check that no mark falls back
  const auto check = [&](const std::string& name, const std::string& options) {
    const auto totals = totals_of(options);
    const auto& ppg = played[name + ".ppg"];
    BOOST_TEST(totals.lost_samples > 0U);
    BOOST_TEST(ppg.items.size() == totals.samples);
    BOOST_TEST(lost_in_gaps(ppg) == totals.lost_samples);
    BOOST_TEST(played.counter(name, "lost_samples") == totals.lost_samples);
    BOOST_TEST(played.counter(name, "lost_packets") == totals.lost_packets);
  };
  check("a", a);
  check("b", b);
  BOOST_TEST(lost_in_gaps(played["b.acc"]) == totals_of(b).lost_samples);
}

BOOST_AUTO_TEST_CASE(turns_at_packets_give_what_large_steps_give) {
  SourceBench bench;
  bench.source("a", "source.virtual", {{"uri", "seed=5," + bad_radio}});
  bench.hear("a", "ppg").hear("a", "acc").hear("a", "truth");
  const auto whole = bench.play(10s);
  std::vector<Time> times;
  for (std::int64_t t = 0; t < 125'000; t += 1 + t * 7919 % 97)
    times.push_back(Time{t * 1'000'000});
  const auto cut = bench.turn_at(times);
  for (const auto* port : {"a.ppg", "a.acc", "a.truth"}) BOOST_TEST(cut[port].same_as(whole[port]));
}

BOOST_AUTO_TEST_CASE(nothing_comes_before_it_has_arrived) {
  SourceBench bench;
  bench.source("a", "source.virtual", {{"uri", "seed=1,rate=25,packet=5,latency=500ms,jitter=0"}});
  bench.hear("a", "ppg").hear("a", "truth");
  // The first packet holds samples 0..4, taken until 160 ms, and arrives at 660 ms.
  BOOST_TEST(bench.turn_at({Time{659'000'000}})["a.ppg"].items.empty());
  const auto played = bench.turn_at({Time{661'000'000}});
  BOOST_TEST(played["a.ppg"].items.size() == 5U);
  BOOST_TEST(played["a.ppg"].settled == 160'000'000);  // by samples, not by the clock
  BOOST_TEST(played["a.truth"].settled == 160'000'000);
}

BOOST_AUTO_TEST_CASE(without_a_seed_node_and_graph_say_who_it_is) {
  const auto played = [](std::uint64_t graph_seed, const std::string& uri) {
    SourceBench bench;
    bench.seed(graph_seed);
    bench.source("a", "source.virtual", {{"uri", uri}}).hear("a", "ppg").hear("a", "truth");
    bench.source("b", "source", {{"uri", "virtual:duration=10s"}}).hear("b", "ppg");
    return bench.play(1s);
  };
  const auto one = played(1, "duration=10s"), again = played(1, "virtual:duration=10s");
  BOOST_TEST(!one["a.ppg"].same_as(one["b.ppg"]));
  BOOST_TEST(one["a.ppg"].same_as(again["a.ppg"]));
  BOOST_TEST(one["b.ppg"].same_as(again["b.ppg"]));
  BOOST_TEST(!one["a.ppg"].same_as(played(2, "duration=10s")["a.ppg"]));
  BOOST_TEST(one["a.truth"].items.size() > 5U);
  BOOST_TEST(one["a.ppg"].items.size() == 250U);
  const auto seeded = played(1, "seed=7,duration=10s"), other = played(2, "seed=7,duration=10s");
  BOOST_TEST(seeded["a.ppg"].same_as(other["a.ppg"]));
  BOOST_TEST(seeded["a.truth"].same_as(other["a.truth"]));
}

BOOST_AUTO_TEST_CASE(the_truth_is_what_the_heart_did) {
  const std::string options = "seed=7,ectopic=6,duration=60s";
  SourceBench bench;
  const auto played =
      play_at_all_steps(bench.source("a", "source.virtual", {{"uri", options}}).hear("a", "truth"));
  const auto beats =
      virtual_ring::Truth(virtual_ring::parse_options(options).options).beats_until(Time{} + 60s);
  const auto& truth = played["a.truth"];
  BOOST_REQUIRE_EQUAL(truth.items.size(), beats.size());
  for (std::size_t i = 0; i < beats.size(); ++i) {
    const auto beat = truth.value<Beat>(i);
    BOOST_TEST(truth.items[i].t == beats[i].heart.ns);
    BOOST_TEST(*beat.ibi_us == (beats[i].rr.count() + 500) / 1000);
    BOOST_TEST(beat.contiguous == (i > 0));
    BOOST_TEST(beat.valid == (beats[i].label == virtual_ring::BeatLabel::normal));
  }
}

BOOST_AUTO_TEST_CASE(the_lead_in_lies_before_the_ring_s_own_zero) {
  SourceBench bench;
  bench.source("a", "source.virtual", {{"uri", "seed=1,lead_in=30s,duration=10s"}});
  bench.source("b", "source.virtual", {{"uri", "seed=2,duration=10s"}});
  const auto played = play_at_all_steps(bench.hear("a", "ppg").hear("b", "ppg"));
  BOOST_TEST(played["a.ppg"].items.front().t == 0);  // its own zero lies at 30 s
  BOOST_TEST(played["a.ppg"].items.size() == 1000U);
  BOOST_TEST(played["b.ppg"].items.front().t == 30'000'000'000);
}

BOOST_AUTO_TEST_CASE(a_silence_is_one_gap_and_marks_walk_through_it_by_steps) {
  SourceBench bench;
  bench.source("a", "source.virtual",
               {{"uri", "seed=1,silent_after=20s,silent_for=200s,duration=240s"}});
  const auto played = play_at_all_steps(bench.hear("a", "ppg"));
  BOOST_REQUIRE_EQUAL(played["a.ppg"].gaps.size(), 1U);
  BOOST_TEST(played["a.ppg"].gaps[0].lost == played.counter("a", "lost_samples"));
}

BOOST_AUTO_TEST_CASE(a_ring_that_falls_silent_for_ever_ends_the_run) {
  SourceBench bench;
  bench.source("a", "source.virtual", {{"uri", "seed=1,silent_after=5s"}}).hear("a", "ppg");
  const auto played = bench.play(1s);
  BOOST_TEST(played["a.ppg"].items.size() <= 125U);
  BOOST_TEST(played["a.ppg"].items.size() >= 120U);
  BOOST_TEST(played["a.ppg"].finished);
}

BOOST_AUTO_TEST_CASE(start_and_wrong_options) {
  SourceBench later;
  later.source("a", "source.virtual", {{"uri", "virtual:seed=1,start=5s,duration=3s"}});
  later.hear("a", "ppg");
  BOOST_TEST(later.play(1s)["a.ppg"].items.front().t == 5'000'000'000);
  SourceBench wrong;
  wrong.source("a", "source.virtual", {{"uri", "virtual:sed=1,rate=5"}}).hear("a", "ppg");
  const auto problems = wrong.play(1s).problems;
  BOOST_TEST(problems.find("did you mean 'seed'?") != std::string::npos);
  BOOST_TEST(problems.find("rate=5 is out of range") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
