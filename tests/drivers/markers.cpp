// source.markers: what comes in through ib.mark/1 comes out at its port, in time and in bounds.
#include "markers/marker_source.hpp"

#include "drivers/source_bench.hpp"

#include <array>
#include <limits>

using namespace ib;
using namespace ib::test;

namespace {

/// The node alone, between a host's calls.
class Marked {
 public:
  explicit Marked(Duration max_step = 250ms) {
    node_ = node_def<source::MarkerSource>().create(nullptr);
    door_ = static_cast<const ib_mark*>(node_->extension(node_, IB_EXT_MARK));
    BOOST_TEST_REQUIRE(door_ != nullptr);
    ib_stream* outs[] = {&stream_};
    ib_activation plan{};
    plan.struct_size = sizeof plan;
    plan.n_out = 1;
    plan.out = outs;
    plan.max_step_ns = max_step.count();
    BOOST_TEST_REQUIRE(node_->activate(node_, &plan) == IB_OK);
    BOOST_TEST_REQUIRE(stream_.max_items == times_.size());
    block_.struct_size = sizeof block_;
    block_.capacity = stream_.max_items;
    block_.settled_ns = IB_NEVER;
    block_.data = items_.data();
    block_.t_ns = times_.data();
  }
  ~Marked() { node_->destroy(node_); }
  Marked(const Marked&) = delete;
  Marked& operator=(const Marked&) = delete;

  std::int64_t mark(std::string_view text, Time t) {
    return door_->mark(node_, text.data(), static_cast<std::uint32_t>(text.size()), t.ns);
  }
  std::uint32_t longest() const { return door_->max_bytes; }
  /// One call: what came of it stands in `block`.
  ib_status process(Time now) {
    block_.n = 0;
    ib_block* outs[] = {&block_};
    ib_process p{};
    p.struct_size = sizeof p;
    p.n_out = 1;
    p.out = outs;
    p.now_ns = now.ns;
    const auto status = node_->process(node_, &p);
    wake = p.wake_ns;
    return status;
  }
  std::string text(std::uint32_t i) const { return items_.at(i).text; }
  std::int64_t time(std::uint32_t i) const { return times_.at(i); }
  const ib_block& block() const { return block_; }
  std::uint64_t counter(std::string_view name) {
    const auto* c = static_cast<const ib_counters*>(node_->extension(node_, IB_EXT_COUNTERS));
    for (std::uint32_t i = 0; i < c->n; ++i)
      if (c->name(node_, i) == name) return c->value(node_, i);
    BOOST_ERROR("no counter " << name);
    return 0;
  }
  std::int64_t wake{};

 private:
  ib_node* node_{};
  const ib_mark* door_{};
  ib_stream stream_{};
  ib_block block_{};
  std::array<Marker, source::MarkerSource::places> items_{};
  std::array<std::int64_t, source::MarkerSource::places> times_{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(markers)

BOOST_AUTO_TEST_CASE(a_mark_comes_out_at_its_time) {
  Marked m;
  BOOST_TEST(m.process(Time{1'000}) == IB_SLEEP);
  BOOST_TEST(m.block().settled_ns == 1'000);
  BOOST_TEST(m.wake == IB_FOREVER);  // dormant until somebody marks
  BOOST_TEST(m.mark("hard talk", Time{5'000}) == 5'000);
  BOOST_TEST(m.mark("calm", Time{6'000}) == 6'000);
  BOOST_TEST(m.process(Time{9'000}) == IB_SLEEP);
  BOOST_TEST_REQUIRE(m.block().n == 2U);
  BOOST_TEST(m.text(0) == "hard talk");
  BOOST_TEST(m.time(0) == 5'000);
  BOOST_TEST(m.text(1) == "calm");
  BOOST_TEST(m.block().settled_ns == 9'000);
  BOOST_TEST(m.process(Time{9'500}) == IB_SLEEP);
  BOOST_TEST(m.block().n == 0U);
}

BOOST_AUTO_TEST_CASE(times_rise_whatever_the_clock_says) {
  Marked m;
  m.process(Time{10'000});
  BOOST_TEST(m.mark("late", Time{4'000}) == 10'001);  // just behind what is settled
  BOOST_TEST(m.mark("same", Time{10'001}) == 10'002);
  BOOST_TEST(m.mark("back", Time{9'000}) == 10'003);
  m.process(Time{20'000});
  BOOST_TEST_REQUIRE(m.block().n == 3U);
  for (std::uint32_t i = 0; i < 3; ++i) BOOST_TEST(m.time(i) == 10'001 + i);
}

BOOST_AUTO_TEST_CASE(a_text_fills_its_place_and_no_more) {
  Marked m;
  m.process(Time{0});
  BOOST_TEST(m.longest() == sizeof(Marker::text) - 1);
  const std::string longest(m.longest(), 'x');
  BOOST_TEST(m.mark(longest, Time{1}) == 1);
  BOOST_TEST(m.mark(longest + "x", Time{2}) == IB_NEVER);
  m.process(Time{10});
  BOOST_TEST_REQUIRE(m.block().n == 1U);
  BOOST_TEST(m.text(0) == longest);
  BOOST_TEST(m.counter("marks") == 1U);
  BOOST_TEST(m.counter("refused_marks") == 1U);
}

BOOST_AUTO_TEST_CASE(too_many_at_once_are_refused_and_counted) {
  Marked m;
  m.process(Time{0});
  for (std::uint32_t i = 0; i < source::MarkerSource::places; ++i)
    BOOST_TEST(m.mark("x", Time{1}) != IB_NEVER);
  BOOST_TEST(m.mark("one too many", Time{1}) == IB_NEVER);
  BOOST_TEST(m.counter("refused_marks") == 1U);
  m.process(Time{1000});
  BOOST_TEST(m.block().n == source::MarkerSource::places);
  BOOST_TEST(m.mark("room again", Time{2000}) == 2000);
}

BOOST_AUTO_TEST_CASE(a_hundred_in_any_second) {
  Marked m(10s);
  Time t{0};
  m.process(t);
  std::size_t taken = 0, refused = 0;
  for (int i = 0; i < 300; ++i) {  // one every 5 ms, for 1.5 s
    t = t + 5ms;
    (m.mark("x", t) == IB_NEVER ? refused : taken) += 1;
    m.process(t);
  }
  BOOST_TEST(taken == 200U);  // a hundred, then none until the first of them is a second ago
  BOOST_TEST(refused == 100U);
  BOOST_TEST(m.counter("refused_marks") == 100U);
}

BOOST_AUTO_TEST_CASE(a_silence_is_settled_step_by_step) {
  Marked m(250ms);
  m.process(Time{0});
  BOOST_TEST(m.mark("after a second", Time{1'000'000'000}) == 1'000'000'000);
  int calls = 1;
  std::int64_t settled = 0;
  for (; m.process(Time{1'000'000'000}) == IB_OK; ++calls) {
    BOOST_TEST(m.block().settled_ns - settled == 250'000'000);
    BOOST_TEST(m.block().n == 0U);
    settled = m.block().settled_ns;
  }
  BOOST_TEST(calls == 4);
  BOOST_TEST_REQUIRE(m.block().n == 1U);
  BOOST_TEST(m.time(0) == 1'000'000'000);
}

BOOST_AUTO_TEST_CASE(offline_nobody_marks) {
  SourceBench bench;
  bench.source("marks", "source.markers", {}).hear("marks", "markers");
  bench.source("ring", "source.virtual", {{"uri", "seed=1,duration=20s"}}).hear("ring", "ppg");
  for (const auto step : steps) {
    const auto played = bench.play(step);
    BOOST_REQUIRE_MESSAGE(played.built, played.problems);
    BOOST_TEST(played["marks.markers"].items.empty());
    BOOST_TEST(played["marks.markers"].finished);
    BOOST_TEST(played["ring.ppg"].items.size() > 100U);
  }
}

BOOST_AUTO_TEST_SUITE_END()
