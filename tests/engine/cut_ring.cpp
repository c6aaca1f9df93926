// What a sink's ring brings is what was sent: a block that does not fit a slot comes in pieces, with
// every item, gap and mark once and in order; time alone wakes no sink more than once a second of it.
#include "cut_ring.hpp"
#include "stage.hpp"
#include "worker.hpp"

#include "support/cases.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <random>
#include <vector>

using namespace ib;
using namespace ib::detail;

namespace {

struct Room {
  BlockShape shape;
  std::vector<std::byte> data;
  std::vector<std::int64_t> times;
  std::vector<std::uint8_t> flags;
  std::vector<ib_gap> gaps;
  void lend(BlockSlot& slot) {
    data.resize(std::size_t{shape.capacity} * shape.item_bytes);
    times.resize(shape.capacity);
    flags.resize(shape.capacity);
    gaps.resize(shape.gaps() + 1);
    slot.data = data.data();
    slot.times = times.data();
    slot.flags = shape.regular ? flags.data() : nullptr;
    slot.gaps = gaps.data();
    slot.prepare(shape);
  }
};

/// A port with one lossy ring behind it, whose slots take `piece` items.
struct Bench {
  Room own;
  std::vector<Room> rooms;
  OutPort port;
  CutRing ring;
  Island producer, consumer;
  Worker worker;
  Busy busy;

  Bench(bool regular, std::uint32_t capacity, std::uint32_t piece, std::size_t slots)
      : rooms(slots), ring(slots, 1) {
    port.shape = {capacity, 4, regular, 1};
    ring.shape = {piece, 4, regular, 1};
    own.shape = port.shape;
    own.lend(port.own);
    for (std::size_t i = 0; i < slots; ++i) {
      rooms[i].shape = ring.shape;
      rooms[i].lend(ring.ring.slots()[i]);
    }
    port.listened = true;
    port.lossy.push_back(&ring);
    producer.home = consumer.home = &worker;
    ring.producer = &producer;
    consumer.busy = &busy;
    ring.consumers = {&consumer};
  }
  ib_block& open() {
    take_slot(port);
    return port.own.head;
  }
  void send() { publish(port, 1); }
};

/// Everything that a reader may meet, in one line.
struct Story {
  std::string text;
  std::uint64_t lost{};
  std::int64_t settled{IB_NEVER};
  void meet(const ib_block& b) {
    std::uint32_t g = 0;
    lost += b.lost;
    for (std::uint32_t i = 0; i <= b.n; ++i) {
      for (; g < b.n_gaps && b.gaps[g].at == i; ++g) {
        text +=
            "(" + std::to_string(b.gaps[g].from_ns) + "-" + std::to_string(b.gaps[g].to_ns) + ")";
      }
      if (i == b.n) break;
      const auto t = b.anchor.dt_q32 == 0 ? b.t_ns[i] : time_of(b, i);
      BOOST_TEST(t > settled);  // a mark never stands behind what comes
      text += std::to_string(t) + ":" + std::to_string(static_cast<const std::int32_t*>(b.data)[i]);
      if (b.sample_flags != nullptr) text += "f" + std::to_string(b.sample_flags[i]);
      text += " ";
    }
    BOOST_TEST(b.settled_ns >= settled);
    settled = b.settled_ns;
    if ((b.flags & IB_BLOCK_FINISHED) != 0) text += "end";
  }
};

/// Fills a block from `t` on, every 10 ns; returns the time behind it.
std::int64_t fill(std::mt19937& g, ib_block& b, bool regular, std::int64_t t,
                  std::uint64_t& index) {
  const auto n = static_cast<std::uint32_t>(g() % (b.capacity + 1));
  auto* gaps = const_cast<ib_gap*>(b.gaps);
  auto* x = static_cast<std::int32_t*>(const_cast<void*>(b.data));
  b.anchor = {0, 0, regular ? std::int64_t{10} << 32 : 0};
  b.first_index = index;
  if (!regular) b.sample_flags = nullptr;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (!regular && g() % 3 == 0) {
      gaps[b.n_gaps++] = {t - 9, t - 1, i, 0};
    }
    if (!regular) const_cast<std::int64_t*>(b.t_ns)[i] = t;
    else const_cast<std::uint8_t*>(b.sample_flags)[i] = static_cast<std::uint8_t>(g() % 2);
    x[i] = static_cast<std::int32_t>(g() % 1000);
    t += 10;
  }
  b.n = n;
  index += n;
  b.settled_ns = t - 10;
  return t;
}

std::string read_all(Bench& bench, Story& story) {
  while (const BlockSlot* slot = bench.ring.ring.peek(0)) {
    BOOST_TEST(slot->head.n <= bench.ring.shape.capacity);
    story.meet(slot->head);
    bench.ring.ring.release(0);
  }
  return story.text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cut_ring)

BOOST_AUTO_TEST_CASE(pieces_say_what_the_whole_said) {
  for (const auto seed : test::cases(200)) {
    std::mt19937 g(seed);
    const bool regular = g() % 2 == 0;
    const auto piece = static_cast<std::uint32_t>(1 + g() % 7);
    Bench bench(regular, 16, piece, 64);
    Story sent, got;
    std::int64_t t = 10;
    std::uint64_t index = 1;
    for (int k = 0; k < 3; ++k) {
      auto& b = bench.open();
      t = fill(g, b, regular, t, index);
      if (k == 2) b.flags |= IB_BLOCK_FINISHED;
      if (b.n > 0 || b.n_gaps > 0 || k == 2) sent.meet(b);
      bench.send();
    }
    BOOST_TEST(read_all(bench, got) == sent.text, "seed " << seed);
    BOOST_TEST(got.settled == sent.settled, "seed " << seed);
    BOOST_TEST(bench.ring.lost_items.load() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_any_more_is_counted_and_told_in_front_of_the_next) {
  Bench bench(false, 16, 4, 2);
  auto& b = bench.open();
  for (std::uint32_t i = 0; i < 10; ++i) const_cast<std::int64_t*>(b.t_ns)[i] = 10 * (i + 1);
  b.n = 10;
  b.settled_ns = 100;
  bench.send();  // two slots of four: two items are left over
  BOOST_TEST(bench.ring.lost_items.load() == 2U);
  Story story;
  read_all(bench, story);
  auto& next = bench.open();
  const_cast<std::int64_t*>(next.t_ns)[0] = 110;
  next.n = 1;
  next.settled_ns = 110;
  bench.send();
  read_all(bench, story);
  BOOST_TEST(story.lost == 2U);
  BOOST_TEST(story.text.find("80:0 (81-110)110:0") != std::string::npos, story.text);
}

BOOST_AUTO_TEST_CASE(time_alone_reaches_a_sink_once_a_second_of_it) {
  Bench bench(false, 4, 4, 64);
  bench.ring.to_sinks = true;
  std::size_t blocks = 0;
  for (int k = 1; k <= 50; ++k) {  // five seconds, ten marks each
    bench.open().settled_ns = k * 100'000'000LL;
    bench.send();
  }
  while (bench.ring.ring.peek(0) != nullptr) {
    ++blocks;
    bench.ring.ring.release(0);
  }
  BOOST_TEST(blocks == 5U);
}

BOOST_AUTO_TEST_SUITE_END()
