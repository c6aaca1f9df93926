// The method of `interbeat bench`: what a round is, which rounds count, and what is said when too few
// do. The machine is scripted; nothing here is timed.
#include "bench/report.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace ib::bench;

namespace {

/// Two sides that write down when they worked, and cost 30 and 10 ns a unit.
struct Two {
  std::string order;
  std::vector<Side> sides{{"a", [this] { return turn('A', 30); }},
                          {"b", [this] { return turn('B', 10); }}};
  Cost turn(char name, double ns) {
    order += name;
    Cost c;
    c.units = 2;
    c.cpu_ns = 2 * ns;
    return c;
  }
};

/// A machine that answers from lists; behind their end all is quiet.
struct Scripted {
  std::vector<double> reference{};      ///< of each round, ns
  std::vector<std::uint64_t> stolen{};  ///< of each round, of 100 ticks
  std::size_t loops{}, readings{};
  CpuTicks now{};
  Surroundings around() {
    return {[this] {
              const auto round = loops++ / 2;
              return round < reference.size() ? reference[round] : 100.0;
            },
            [this] {
              if (readings++ % 2 == 1) {
                const auto round = readings / 2 - 1;
                now.all += 100;
                now.stolen += round < stolen.size() ? stolen[round] : 0;
              }
              return now;
            }};
  }
};

const Figure ratio{"a / b", "times", Kind::ratio,
                   [](const Round& r) { return r.sides[0].cpu() / r.sides[1].cpu(); }, at_most(4)};

}  // namespace

BOOST_AUTO_TEST_SUITE(bench_rounds)

BOOST_AUTO_TEST_CASE(sides_take_turns_and_the_order_alternates) {
  Two two;
  Scripted machine;
  RoundOptions options;
  options.most = options.wanted = 3;
  const auto rounds = run_rounds(two.sides, options, machine.around());
  BOOST_TEST(rounds.size() == 3U);
  BOOST_TEST(two.order ==
             "ABAB"
             "BABA"
             "ABAB");
  BOOST_TEST(rounds[1].sides[0].units == 4.0);  // both turns, in the order of the sides
  BOOST_TEST(rounds[1].sides[0].cpu() == 30.0);
}

BOOST_AUTO_TEST_CASE(slow_and_stolen_rounds_do_not_count) {
  Two two;
  Scripted machine{{100, 121, 120, 100}, {0, 0, 0, 2, 1}};
  const auto rounds = run_rounds(two.sides, {}, machine.around());
  BOOST_TEST(rounds.size() == 11U);  // until nine count
  BOOST_TEST(index_list(counting(rounds, 100)) == "0 2 4-10");
  BOOST_TEST(index_list(counting(rounds, 80)) == "none");  // a better loop was seen elsewhere
}

BOOST_AUTO_TEST_CASE(rounds_end_however_restless_the_machine) {
  Two two;
  Scripted machine;
  machine.stolen.assign(200, 50);
  const auto rounds = run_rounds(two.sides, {}, machine.around());
  BOOST_TEST(rounds.size() == RoundOptions{}.most);
  BOOST_TEST(counting(rounds, 100).empty());
}

BOOST_AUTO_TEST_CASE(who_wants_no_more_gets_what_there_is) {
  Two two;
  Scripted machine;
  auto around = machine.around();
  around.stopped = [&] { return two.order.size() >= 8; };
  BOOST_TEST(run_rounds(two.sides, {}, around).size() == 1U);  // the second one was cut short
}

BOOST_AUTO_TEST_CASE(the_median_of_ratios_within_a_round_meets_its_bar) {
  Two two;
  Scripted machine;
  auto rounds = run_rounds(two.sides, {}, machine.around());
  rounds[4].sides[0].cpu_ns *= 100;  // one round was hit; the median does not see it
  const auto j = judge(ratio, rounds, counting(rounds, 100));
  BOOST_TEST(j.median == 3.0);
  BOOST_TEST(j.most == 300.0);
  BOOST_TEST(j.n == 9U);
  BOOST_TEST(text_of(j.verdict) == "pass");
  auto strict = ratio;
  strict.bar = at_least(4);
  BOOST_TEST(text_of(judge(strict, rounds, counting(rounds, 100)).verdict) == "miss");
}

BOOST_AUTO_TEST_CASE(a_round_that_does_not_count_is_not_in_the_figure) {
  Two two;
  Scripted machine{{100, 130}};
  auto rounds = run_rounds(two.sides, {}, machine.around());
  rounds[1].sides[0].cpu_ns *= 100;
  const auto j = judge(ratio, rounds, counting(rounds, 100));
  BOOST_TEST(rounds.size() == 10U);
  BOOST_TEST(j.n == 9U);
  BOOST_TEST(j.most == 3.0);
}

BOOST_AUTO_TEST_CASE(fewer_than_nine_rounds_never_pass) {
  Two two;
  Scripted machine;
  const auto rounds = run_rounds(two.sides, {}, machine.around());
  auto that_count = counting(rounds, 100);
  that_count.pop_back();
  BOOST_TEST(text_of(judge(ratio, rounds, that_count).verdict) == "not measurable here");
  auto without_bar = ratio;
  without_bar.bar.reset();
  BOOST_TEST(text_of(judge(without_bar, rounds, that_count).verdict) == "not measurable here");
  const Figure count{"units", "", Kind::count, [](const Round& r) { return r.sides[0].units; },
                     at_most(4)};
  BOOST_TEST(text_of(judge(count, rounds, {}).verdict) == "pass");  // noise changes no count
  BOOST_TEST(text_of(judge(count, {}, {}).verdict) == "not measurable here");
}

BOOST_AUTO_TEST_CASE(an_absent_count_is_no_zero) {
  Count absent{"system calls", "", std::nullopt, "no ptrace here", at_most(2)};
  BOOST_TEST(text_of(judge(absent).verdict) == "not measurable here");
  absent.value = 3;
  BOOST_TEST(text_of(judge(absent).verdict) == "miss");
}

BOOST_AUTO_TEST_CASE(the_report_says_which_rounds_count_and_why_others_do_not) {
  Two two;
  Scripted machine{{100, 130}, {0, 0, 9}};
  Outcome o;
  o.name = "hop";
  o.title = "a against b";
  o.rounds = run_rounds(two.sides, {}, machine.around());
  o.best_reference_ns = 100;
  o.that_count = counting(o.rounds, 100);
  o.figures = {judge(ratio, o.rounds, o.that_count)};
  o.load = "0.10 0.20 0.30";
  const auto text = text_of(o);
  for (const auto* part : {"a / b", "3.00 times", "<= 4.00 times", "pass", "9 of 11 (0 3-10)",
                           "in 1 the reference loop", "in 1 the host", "load 0.10 0.20 0.30"})
    BOOST_TEST(text.find(part) != std::string::npos, text);
  o.that_count.pop_back();
  o.figures = {judge(ratio, o.rounds, o.that_count)};
  BOOST_TEST(text_of(o).find("prove nothing") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(stolen_time_is_read_as_the_kernel_writes_it) {
  const auto t = ticks_in("cpu  100 1 20 300 4 5 6 64 70 8");
  BOOST_TEST(t.all == 500U);  // guest time, the last two, is in user time already
  BOOST_TEST(t.stolen == 64U);
  BOOST_TEST(steal_between({1000, 10}, {1200, 14}) == 0.02);
  BOOST_TEST(steal_between({1000, 10}, {1000, 10}) == 0.0);
}

BOOST_AUTO_TEST_CASE(a_quantile_is_one_of_the_latencies) {
  Cost c, more;
  c.latencies_us = {5, 1, 4};
  more.latencies_us = {3, 2};
  c += more;
  BOOST_TEST(c.latency_us(0.5) == 3.0);
  BOOST_TEST(c.latency_us(0.99) == 5.0);
  BOOST_TEST(c.latency_us(0) == 1.0);
  BOOST_TEST(std::isnan(Cost{}.latency_us(0.5)));
}

BOOST_AUTO_TEST_CASE(three_digits_count) {
  BOOST_TEST(three_digits(3.14159) == "3.14");
  BOOST_TEST(three_digits(314.159) == "314");
  BOOST_TEST(three_digits(31415.9) == "31416");
  BOOST_TEST(three_digits(0.00314159) == "0.00314");
  BOOST_TEST(three_digits(0) == "0");
}

BOOST_AUTO_TEST_SUITE_END()
