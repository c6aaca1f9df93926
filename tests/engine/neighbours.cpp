// Nodes that follow each other may work in one another's memory, and sections of several in one loop.
// What comes out must be the same bits as when each has a block of its own: a second reader behind every
// node makes it so.
#include "plan_impl.hpp"
#include "support/cases.hpp"
#include "support/toy_nodes.hpp"

#include <boost/test/unit_test.hpp>
#include <interbeat/sections.hpp>

#include <array>
#include <random>
#include <span>

using namespace ib;
using namespace ib::test;

namespace {

/// A factor that may change while it runs.
struct Gain {
  static constexpr About about{"test.gain", "1.0.0", "Multiplies."};
  In<"in", float> in;
  Out<"out", float> out;
  Param<"by", NumberSpec{.min = -10, .max = 10, .def = 1.1, .doc = "Factor.", .live = true}> by;
  static constexpr auto fields = std::tuple{&Gain::in, &Gain::out, &Gain::by};
  void restart(double) {}
  double operator()(double x) noexcept { return x * by; }
};

/// A mean over the last three, its time base one sample earlier; warms up like a filter.
struct Smooth {
  static constexpr About about{"test.smooth", "1.0.0", "Mean of three."};
  In<"in", float> in;
  Out<"out", float> out;
  static constexpr auto fields = std::tuple{&Smooth::in, &Smooth::out};
  Duration shift = 40ms;
  int settling_samples = 5;
  std::array<double, 2> before{};
  void restart(double first) { before = {first, first}; }
  double operator()(double x) noexcept {
    const double y = (x + before[0] + before[1]) / 3;
    before = {x, before[0]};
    return y;
  }
};

/// N sections of a low-pass.
template <std::size_t N>
struct Sections {
  static constexpr About about{N == 1 ? "test.section" : "test.sections", "1.0.0", "Low-pass."};
  In<"in", float> in;
  Out<"out", float> out;
  static constexpr auto fields = std::tuple{&Sections::in, &Sections::out};
  std::array<ib_section, N> all{};
  bool activate(Activation&) {
    for (std::size_t k = 0; k < N; ++k)
      all[k] = {0.2 + 0.1 * static_cast<double>(k), 0.3, 0.1, -0.7, 0.3, 0, 0};
    return true;
  }
  std::span<ib_section> sections() { return all; }
  void restart(double) {
    for (auto& s : all) s.s1 = s.s2 = 0;
  }
  double operator()(double x) noexcept { return step(all, x); }
};

/// Says that it made more samples than there were.
struct LongBlock {
  static constexpr About about{"test.boaster", "1.0.0", "Claims too many."};
  In<"in", float> in;
  Out<"out", float> out;
  static constexpr auto fields = std::tuple{&LongBlock::in, &LongBlock::out};
  ib_status process(ib_process& p) {
    slot_of(*p.out[0]).copy(slot_of(*p.in[0]), {64, sizeof(float), true, 1});
    return IB_OK;
  }
  const void* extension(std::string_view id) {
    static const ib_in_place table{sizeof(ib_in_place), 0, [](ib_node*, ib_block* b) {
                                     b->n += 1'000'000;
                                     return true;
                                   }};
    return id == IB_EXT_IN_PLACE ? &table : nullptr;
  }
  bool activate(Activation& a) {
    a.out().rate_hz = a.in().rate_hz;
    a.out().channels = 1;
    a.out().max_items = a.in().max_items;
    return true;
  }
};

using Chain = std::vector<void (*)(World&, const std::string& path, const std::string& from)>;

template <class N>
void link(World& w, const std::string& path, const std::string& from) {
  w.add<N>(path, {{from}});
}

Tape wave(unsigned seed) {
  std::mt19937 g(seed);
  Tape t;
  t.x.resize(300);
  for (auto& x : t.x) x = static_cast<float>(g() % 1000) / 7;
  for (std::size_t at = 40 + g() % 30; at < 300; at += 60 + g() % 40)
    t.gaps.push_back({at, std::uint64_t{1} + g() % 50});
  t.capacity = static_cast<std::uint32_t>(1 + g() % 9);
  t.end = Time{} + 60s;
  return t;
}

struct Played {
  Rows rows;
  RunReport report;
  std::uint64_t in_place{};  ///< samples that went through all neighbours in place
  std::size_t runs{}, cascades{};
};

Played play(const Chain& chain, const Tape& tape, bool looked_at, Duration step,
            const AdmittedLog& changes = {}) {
  World w;
  w.play("w", tape);
  w.add<Wave>("w");
  std::string last = "w";
  for (std::size_t k = 0; k < chain.size(); ++k) {
    const auto path = "n" + std::to_string(k);
    chain[k](w, path, last);
    if (looked_at) w.add<Collect>("look" + std::to_string(k), {{last}});
    last = path;
  }
  w.add<Collect>("out", {{last}});
  PlanOptions options;
  options.mode = Mode::replay;
  options.step = step;
  const auto plan = w.plan(options);
  ReplayOptions replay;
  replay.changes = changes;
  Played p;
  p.report = run_replay(*plan, replay);
  for (const auto& run : plan->impl().islands[0]->turn.neighbours) {
    p.in_place += run.items;
    ++p.runs;
    p.cascades += run.cascades.size();
  }
  p.rows = w.got("out");
  return p;
}

void same(const Played& a, const Played& b, unsigned seed) {
  BOOST_TEST(a.rows.items() == 300U, "seed " << seed);
  BOOST_TEST((a.rows == b.rows), "seed " << seed);
}

const Chain mixed{link<Gain>,        link<Smooth>,      link<Sections<1>>, link<OnePole>,
                  link<Sections<3>>, link<Sections<1>>, link<Smooth>,      link<Gain>};

}  // namespace

BOOST_AUTO_TEST_SUITE(neighbours)

BOOST_AUTO_TEST_CASE(one_memory_or_many_give_the_same_bits) {
  for (const auto seed : cases(60)) {
    const auto tape = wave(seed);
    const Duration step = seed % 2 == 0 ? Duration(10s) : Duration(130ms) * (1 + seed % 5);
    const auto together = play(mixed, tape, false, step);
    const auto apart = play(mixed, tape, true, step);
    same(together, apart, seed);
    BOOST_TEST(together.in_place > 0U);
    BOOST_TEST(together.runs == 2U);  // OnePole may throw, for all the compiler knows
    BOOST_TEST(apart.runs == 0U);
  }
}

BOOST_AUTO_TEST_CASE(sections_in_one_loop_give_the_same_bits) {
  const Chain nine{link<Sections<1>>, link<Sections<3>>, link<Sections<1>>, link<Sections<3>>,
                   link<Sections<1>>};
  for (const auto seed : cases(60)) {
    const auto tape = wave(seed);
    const auto together = play(nine, tape, false, 10s);
    same(together, play(nine, tape, true, 10s), seed);
    BOOST_TEST(together.cascades == 1U);  // 8 sections of four nodes; the ninth goes alone
    BOOST_TEST(together.in_place > 200U);
  }
}

BOOST_AUTO_TEST_CASE(what_two_read_nobody_changes) {
  World w;
  w.play("w", wave(1));
  w.add<Wave>("w");
  w.add<Gain>("a", {{"w"}});
  w.add<Gain>("b", {{"w"}});
  w.add<Collect>("of_a", {{"a"}});
  w.add<Collect>("of_b", {{"b"}});
  w.add<Collect>("of_w", {{"w"}});
  PlanOptions options;
  options.mode = Mode::replay;
  BOOST_TEST(w.replay(options).failures.empty());
  BOOST_TEST((w.got("of_a") == w.got("of_b")));
  BOOST_TEST(w.got("of_w").as<float>() == wave(1).x, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_change_of_a_param_acts_at_its_sample) {
  const auto tape = wave(3);
  for (const int ms : {1000, 4020, 7777}) {
    AdmittedLog change(1);
    change[0] = {LogEntry::Kind::event, 1, Time{} + Duration(1ms) * ms, 0, -2};  // n0.by
    const auto together = play(mixed, tape, false, 10s, change);
    same(together, play(mixed, tape, true, 10s, change), 3);
    BOOST_TEST(!(together.rows == play(mixed, tape, false, 10s).rows));
  }
}

BOOST_AUTO_TEST_CASE(a_node_that_claims_more_samples_than_there_were_is_stopped) {
  const auto played = play({link<Gain>, link<LongBlock>, link<Gain>}, wave(7), false, 10s);
  BOOST_TEST(played.rows.items() < 300U);  // nobody read a million
  BOOST_TEST(played.rows.failed);
  for (const auto& node : played.report.nodes) {
    if (node.path == "n1") BOOST_TEST(node.state.rfind("stopped", 0) == 0U, node.state);
  }
}

BOOST_AUTO_TEST_CASE(every_node_counts_its_items_whichever_way_they_went) {
  const auto played = play(mixed, wave(5), false, 300ms);
  for (const auto& node : played.report.nodes) {
    if (node.path == "w") continue;
    BOOST_TEST(node.items_in == 300U, node.path);
    if (node.path != "out") BOOST_TEST(node.items_out == 300U, node.path);
  }
}

BOOST_AUTO_TEST_SUITE_END()
