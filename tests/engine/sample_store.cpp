// Samples that wait: what comes out is what went in, however it is interleaved, and gaps that a
// stream pays for with samples that never came cost nothing more.
#include <interbeat/sugar/sample_store.hpp>

#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>
#include <random>

using namespace ib;
using namespace ib::test;
using ib::detail::Hole;
using ib::detail::SampleStore;

namespace {

struct Waiting {
  Anchor clock;
  std::uint64_t index;
  std::uint8_t flags;
  Hole gap;
  std::array<float, 2> frame;
};

/// A stream of two channels with losses, now and then another clock, flags, and a gap of its own.
class Stream {
 public:
  explicit Stream(unsigned seed) : random_(seed) {}
  Waiting next() {
    Waiting w{clock_, ++index_, flags_, {}, {static_cast<float>(index_), -1.5F}};
    switch (random_() % 40) {
      case 0: {  // packets lost: the gap is what the index says
        const auto from = index_;
        index_ += 1 + random_() % 9;
        w.index = index_;
        w.gap = {clock_.at(from), clock_.at(index_)};
        break;
      }
      case 1: w.gap = {clock_.at(index_) - 5ms, clock_.at(index_) - 1ms}; break;
      case 2: w.flags = flags_ = static_cast<std::uint8_t>(random_() % 4); break;
      case 3:
        w.clock = clock_ = Anchor::of_rate(64, clock_.at(index_), index_);
        w.gap = {clock_.at(index_) - 7ms, clock_.at(index_)};
        break;
      default: break;
    }
    return w;
  }

 private:
  std::mt19937 random_;
  Anchor clock_ = Anchor::of_rate(64);
  std::uint64_t index_{41};
  std::uint8_t flags_{};
};

bool same(SampleStore<2>& store, const Waiting& w) {
  std::array<float, 2> frame{};
  store.copy_frame(frame);
  const Hole gap = store.take_gap();
  return store.time() == w.clock.at(w.index) && store.index() == w.index &&
         store.flags() == w.flags && store.clock() == w.clock && frame == w.frame &&
         gap.from == w.gap.from && gap.to == w.gap.to && !store.take_gap().any();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sample_store)

BOOST_AUTO_TEST_CASE(what_goes_in_comes_out) {
  for (const auto seed : cases(100)) {
    Stream stream(seed);
    std::mt19937 random(seed);
    SampleStore<2> store;
    store.reserve(50);
    std::deque<Waiting> expected;
    std::size_t refused = 0;
    for (int step = 0; step < 3000; ++step) {
      if (random() % 2 == 0) {
        const auto w = stream.next();
        if (store.push(w.clock, w.index, w.flags, w.gap, w.frame.data())) expected.push_back(w);
        else ++refused;
      } else if (!expected.empty()) {
        BOOST_REQUIRE_MESSAGE(same(store, expected.front()), "seed " << seed << ", " << step);
        store.pop();
        expected.pop_front();
      }
      BOOST_REQUIRE_EQUAL(store.size(), expected.size());
      if (step == 1500 && seed % 3 == 0) {
        store.clear();
        expected.clear();
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_block_goes_in_as_its_samples_do) {
  for (const auto seed : cases(100)) {
    std::mt19937 random(seed);
    SampleStore<2> by_block, by_sample;
    by_block.reserve(60);
    by_sample.reserve(60);
    const auto clock = Anchor::of_rate(64);
    std::uint64_t index = 0;
    for (int step = 0; step < 500; ++step) {
      const auto n = static_cast<std::uint32_t>(random() % 20);
      std::array<std::uint8_t, 20> flags{};
      std::array<float, 40> frames{};
      for (auto& f : flags) f = random() % 8 == 0 ? 1 : 0;
      for (auto& x : frames) x = static_cast<float>(random() % 1000);
      Hole gap;
      if (random() % 5 == 0) {
        gap = {clock.at(index), clock.at(index + 3)};
        index += 3;
      }
      const bool has_flags = random() % 2 == 0;
      std::uint32_t kept = 0;
      for (std::uint32_t i = 0; i < n; ++i) {  // the gap stands in front of the first that is kept
        const auto f = has_flags ? flags[i] : std::uint8_t{0};
        const auto& in_front = kept == 0 ? gap : Hole{};
        if (by_sample.push(clock, index + i, f, in_front, frames.data() + 2 * i)) ++kept;
      }
      BOOST_TEST_REQUIRE(by_block.push(clock, index, has_flags ? flags.data() : nullptr, gap,
                                       frames.data(), n) == kept,
                         "seed " << seed << ", " << step);
      index += n;
      for (auto out = random() % 25; out > 0 && !by_sample.empty(); --out) {
        std::array<float, 2> frame{};
        by_sample.copy_frame(frame);
        const Waiting w{by_sample.clock(), by_sample.index(), by_sample.flags(),
                        by_sample.take_gap(), frame};
        BOOST_TEST_REQUIRE(same(by_block, w), "seed " << seed << ", " << step);
        by_block.pop();
        by_sample.pop();
      }
      BOOST_TEST_REQUIRE(by_block.size() == by_sample.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(one_piece_fills_all_its_room) {
  SampleStore<1> store;
  store.reserve(100);
  const auto clock = Anchor::of_rate(64);
  const float x = 1;
  std::uint64_t index = 0;
  while (store.push(clock, index, 0, {}, &x)) ++index;
  BOOST_TEST(index >= 100U);
  store.pop();
  BOOST_TEST(store.push(clock, index, 0, {}, &x));
}

BOOST_AUTO_TEST_CASE(a_stream_that_loses_every_other_packet_has_room_for_its_time) {
  SampleStore<1> store;
  store.reserve(400);  // samples of as much time as the input may run ahead
  const auto clock = Anchor::of_rate(64);
  const float x = 1;
  for (std::uint64_t packet = 0; packet < 50; ++packet) {
    for (std::uint64_t i = 8 * packet; i < 8 * packet + 4; ++i) {
      Hole gap;
      if (i == 8 * packet && i > 0) gap = {clock.at(i - 4), clock.at(i)};
      BOOST_REQUIRE(store.push(clock, i, 0, gap, &x));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_device_whose_every_packet_bears_a_clock_of_its_own_has_room_for_its_time) {
  SampleStore<1> store;
  store.reserve(100, 20);
  const float x = 1;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto packet = i / 5;
    const auto clock = Anchor::of_rate(25 + 0.001 * static_cast<double>(packet), {}, 5 * packet);
    BOOST_REQUIRE(store.push(clock, i, 0, {}, &x));
  }
  for (std::uint64_t i = 0; i < 100; ++i, store.pop()) {
    BOOST_TEST(store.index() == i);
    BOOST_TEST(store.clock().index == 5 * (i / 5));
  }
}

BOOST_AUTO_TEST_SUITE_END()
