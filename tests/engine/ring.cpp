// The ring between islands: no item lost, doubled, reordered or read while it is written, at exact
// capacity and across the wrap of the sequence. First the algorithm in every interleaving with
// loads that may be stale, then the real ring in every schedule, then threads.
#include "ring.hpp"

#include "support/explorer.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace {

using namespace ib::test;
using u8 = std::uint8_t;

/// What is done differently in a copy that must be caught.
enum class Twist {
  none,
  greater_instead_of_at_least,  // full one item too late
  publish_before_write,
  release_before_use,
  forget_second_reader,  // the slowest is the first reader's
  relaxed_publish,       // the reader's load acquires nothing
  relaxed_release,       // the writer's load acquires nothing
  compare_by_value,      // min(read) by <, so a wrap shows
  empty_by_stale_copy,   // never looks again at `written`
};

constexpr u8 max_readers = 2, max_slots = 4;

/// ring.hpp with a step for each access to shared memory. Sequences have 8 bits.
struct RingModel {
  u8 capacity, readers, items, start;
  Twist twist = Twist::none;

  enum Writer : u8 { reserving, writing, publishing, written_all };
  enum Reader : u8 { peeking, using_it, releasing, read_all };
  struct ReaderState {
    u8 pc, read, next, seen;
    u8 synced;           // items whose bytes this reader's acquire has made visible
    u8 floor;            // the last value of `written` that it loaded
    u8 released;         // items of which the writer has acquired the release
    u8 floor_of_writer;  // the last value of `read` that the writer loaded
  };
  struct State {
    u8 pc, written, next, oldest;
    u8 slot[max_slots];  // number of the item within, plus 1
    ReaderState r[max_readers];
    u8 fault;  // what went wrong in the step to here
  };
  enum Fault : u8 { fine, overwrote, raced_write, raced_read, wrong_item, overfull };

  State initial() const {
    State s{};
    s.written = s.next = s.oldest = start;
    for (auto& r : s.r) {
      r.read = r.next = r.seen = r.synced = r.floor = r.released = r.floor_of_writer = start;
      if (&r - s.r >= readers) r.pc = read_all;
    }
    return s;
  }
  static u8 diff(u8 a, u8 b) { return static_cast<u8>(a - b); }
  u8 at(u8 seq) const { return seq & static_cast<u8>(capacity - 1); }
  u8 item(u8 seq) const { return static_cast<u8>(diff(seq, start) + 1); }
  bool is(Twist t) const { return twist == t; }

  template <class F>
  void steps(const State& s, F&& next) const {
    write(s, next);
    for (u8 k = 0; k < readers; ++k) read(s, k, next);
  }

  // -- writer -----------------------------------------------------------------------------------
  template <class F>
  void write(const State& s, F&& next) const {
    State t = s;
    switch (s.pc) {
      case reserving: return reserve(s, next);
      case writing:
        if (is(Twist::publish_before_write)) return publish(t, writing + 1, next);
        return fill(t, publishing, next);
      case publishing:
        if (is(Twist::publish_before_write)) {
          t.next = static_cast<u8>(t.next - 1);  // the slot whose number is already out
          fill(t, reserving, [&](const char* what, State u) {
            u.next = s.next;
            u.pc = u.next == static_cast<u8>(start + items) ? written_all : reserving;
            next(what, u);
          });
          return;
        }
        return publish(t, reserving, next);
      default: return;
    }
  }
  template <class F>
  void reserve(const State& s, F&& next) const {
    if (!full(s)) {
      State t = s;
      t.pc = writing;
      return next("writer: its copy says free", t);
    }
    may_read(s.r[0].floor_of_writer, s.r[0].read, [&](u8 first) {
      const u8 last = readers > 1 ? s.r[1].read : first;
      may_read(readers > 1 ? s.r[1].floor_of_writer : first, last, [&](u8 second) {
        State t = s;
        look_at(t, 0, first);
        if (readers > 1) look_at(t, 1, second);
        t.oldest = slowest(t, first, second);
        if (!full(t)) t.pc = writing;
        next("writer: loads read[]", t);
      });
    });
  }
  bool full(const State& s) const {
    const u8 used = diff(s.next, s.oldest);
    return is(Twist::greater_instead_of_at_least) ? used > capacity : used >= capacity;
  }
  void look_at(State& s, u8 k, u8 value) const {
    s.r[k].floor_of_writer = value;
    if (!is(Twist::relaxed_release)) s.r[k].released = value;
  }
  u8 slowest(const State& s, u8 a, u8 b) const {
    if (readers == 1 || is(Twist::forget_second_reader)) return a;
    if (is(Twist::compare_by_value)) return a < b ? a : b;
    return diff(s.next, a) > diff(s.next, b) ? a : b;
  }
  template <class F>
  void fill(State t, u8 pc, F&& next) const {
    for (u8 k = 0; k < readers; ++k) {
      if (diff(t.next, t.r[k].read) >= capacity) t.fault = overwrote;
      else if (diff(t.next, t.r[k].released) >= capacity) t.fault = raced_write;
    }
    t.slot[at(t.next)] = item(t.next);
    t.pc = pc;
    next("writer: writes the slot", t);
  }
  template <class F>
  void publish(State t, u8 pc, F&& next) const {
    t.written = ++t.next;
    t.pc = pc;
    if (pc == reserving && t.next == static_cast<u8>(start + items)) t.pc = written_all;
    next("writer: publishes", t);
  }

  // -- reader -----------------------------------------------------------------------------------
  template <class F>
  void read(const State& s, u8 k, F&& next) const {
    State t = s;
    ReaderState& me = t.r[k];
    switch (me.pc) {
      case peeking:
        if (me.seen != me.next) {
          me.pc = is(Twist::release_before_use) ? releasing : using_it;
          return next("reader: its copy says there is one", t);
        }
        if (is(Twist::empty_by_stale_copy) && me.seen != start) return;
        may_read(me.floor, s.written, [&](u8 w) {
          State u = t;
          u.r[k].floor = u.r[k].seen = w;
          if (!is(Twist::relaxed_publish)) u.r[k].synced = w;
          if (w != u.r[k].next) u.r[k].pc = is(Twist::release_before_use) ? releasing : using_it;
          next("reader: loads written", u);
        });
        return;
      case using_it: {
        const u8 seq = is(Twist::release_before_use) ? static_cast<u8>(me.next - 1) : me.next;
        if (t.slot[at(seq)] != item(seq)) t.fault = wrong_item;
        else if (diff(seq, start) >= diff(me.synced, start)) t.fault = raced_read;
        me.pc = is(Twist::release_before_use) ? after(me.next) : u8{releasing};
        return next("reader: uses the slot", t);
      }
      case releasing:
        me.read = ++me.next;
        me.pc = is(Twist::release_before_use) ? u8{using_it} : after(me.next);
        return next("reader: releases", t);
      default: return;
    }
  }
  u8 after(u8 next) const { return next == static_cast<u8>(start + items) ? read_all : peeking; }

  // -- what must hold ---------------------------------------------------------------------------
  std::string wrong(const State& s) const {
    static constexpr std::array<const char*, 6> what{
        "",
        "the writer overwrote a slot that a reader had not released",
        "the writer wrote a slot whose release it had not acquired",
        "a reader read a slot whose write it had not acquired",
        "a reader met a wrong item",
        "more items than slots"};
    if (s.fault != fine) return what[s.fault];
    for (u8 k = 0; k < readers; ++k) {
      if (diff(s.written, s.r[k].read) > capacity) return what[overfull];
    }
    return "";
  }
  std::string wrong_end(const State& s) const {
    if (s.pc != written_all) return "the writer waits for ever";
    for (u8 k = 0; k < readers; ++k) {
      if (s.r[k].pc != read_all) return "a reader waits for ever";
    }
    return "";
  }
};

Verdict check(RingModel m) { return explore(m, m.initial()); }

// A ring that runs full: the writer asks to be woken, the reader that makes room wakes it. Each side
// first tells, then looks (Dekker): a plain load on the reader's side may still be old.
struct RoomModel {
  bool plain_load;  // the reader only looks at `waits`, without writing it

  struct State {
    u8 read, waits, pc_w, pc_r;
    u8 synced;  // the writer's look is ordered after the reader's release
    u8 woken;
  };
  template <class F>
  void steps(const State& s, F&& next) const {
    State t = s;
    if (s.pc_w == 0) {  // waits.exchange(true, acq_rel)
      t.waits = 1;
      t.synced = !plain_load && s.pc_r == 2;  // it read what the reader's exchange wrote
      t.pc_w = 1;
      next("writer: notes that it waits", t);
    } else if (s.pc_w == 1) {  // has_room(): an acquire load of read, old unless ordered after
      for (u8 r = s.synced ? s.read : u8{0}; r <= s.read; ++r) {
        t.pc_w = r != 0 ? 3 : 2;
        next(r != 0 ? "writer: sees room" : "writer: sees no room and goes idle", t);
      }
    }
    t = s;
    if (s.pc_r == 0) {
      t.read = 1;
      t.pc_r = 1;
      next("reader: releases the slot", t);
    } else if (s.pc_r == 1) {
      for (u8 w = plain_load ? u8{0} : s.waits; w <= s.waits; ++w) {
        t.woken = w;
        t.pc_r = 2;
        if (!plain_load) t.waits = 0;
        next(w != 0 ? "reader: wakes the writer" : "reader: nobody waits", t);
      }
    }
  }
  std::string wrong(const State&) const { return ""; }
  std::string wrong_end(const State& s) const {
    return s.pc_w == 2 && s.woken == 0 ? "the writer sleeps beside a free slot" : "";
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(ring)

BOOST_AUTO_TEST_CASE(every_interleaving_of_one_writer_and_two_readers) {
  std::size_t states = 0;
  for (const u8 capacity : {u8{1}, u8{2}, u8{4}}) {
    for (const u8 readers : {u8{1}, u8{2}}) {
      for (const u8 start : {u8{0}, u8{253}}) {  // the second wraps after three items
        const auto v = check({capacity, readers, 5, start});
        BOOST_TEST(v.holds(), v.story());
        BOOST_TEST(v.ends > 0U);
        states += v.states;
      }
    }
  }
  BOOST_TEST_MESSAGE("ring model: " << states << " states");
}

BOOST_AUTO_TEST_CASE(the_explorer_catches_every_twist) {
  for (const auto twist :
       {Twist::greater_instead_of_at_least, Twist::publish_before_write, Twist::release_before_use,
        Twist::forget_second_reader, Twist::relaxed_publish, Twist::relaxed_release,
        Twist::compare_by_value, Twist::empty_by_stale_copy}) {
    const auto v = check({2, 2, 4, 253, twist});
    BOOST_TEST(!v.holds(), "not caught: twist " << static_cast<int>(twist));
    BOOST_TEST(!v.trace.empty());
  }
}

BOOST_AUTO_TEST_CASE(who_waits_for_room_is_woken) {
  const auto v = explore(RoomModel{false}, {});
  BOOST_TEST(v.holds(), v.story());
  BOOST_TEST(!explore(RoomModel{true}, {}).holds());
}

namespace {

/// Runs one schedule of the real ring against a plain account of what it must answer. A failing
/// reserve or peek is a step too, as often as `attempts` says.
template <class Choose>
void run_schedule(std::size_t capacity, unsigned readers, unsigned items, unsigned attempts,
                  std::uint64_t start, Choose&& choose) {
  ib::Ring<unsigned> ring(capacity, readers, start);
  unsigned reserved = 0, published = 0;
  std::vector<unsigned> taken(readers), peeked(readers);
  const auto slowest = [&] {
    unsigned m = published;
    for (const auto t : taken) m = std::min(m, t);
    return m;
  };
  for (;;) {
    unsigned enabled = 0;
    const bool can_write = reserved > published || reserved - slowest() < capacity;
    if (published < items && (can_write || attempts > 0)) enabled |= 1U;
    for (unsigned r = 0; r < readers; ++r) {
      const bool can_read = peeked[r] > taken[r] || taken[r] < published;
      if (taken[r] < items && (can_read || attempts > 0)) enabled |= 2U << r;
    }
    if (enabled == 0) break;
    const unsigned who = choose(enabled);
    if (who == 0 && reserved == published) {
      auto* slot = ring.reserve();
      if ((slot != nullptr) != can_write) BOOST_FAIL("reserve confuses full and free");
      if (slot != nullptr) *slot = ++reserved;
      else --attempts;
    } else if (who == 0) {
      ring.publish();
      ++published;
    } else {
      const unsigned r = who - 1;
      if (peeked[r] > taken[r]) {
        ring.release(r);
        ++taken[r];
        continue;
      }
      const auto* slot = ring.peek(r);
      if ((slot != nullptr) != (taken[r] < published)) BOOST_FAIL("peek confuses empty and there");
      if (slot == nullptr) {
        --attempts;
        continue;
      }
      if (*slot != ++peeked[r]) BOOST_FAIL("a reader met a wrong item");
    }
    for (unsigned r = 0; r < readers; ++r) {
      if (ring.depth(r) != published - taken[r]) BOOST_FAIL("depth is wrong");
    }
  }
  if (published != items) BOOST_FAIL("the schedule got stuck");
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_real_ring_in_every_schedule) {
  struct Size {
    std::size_t capacity;
    unsigned readers, items, attempts;
  };
  std::size_t schedules = 0;
  for (const auto& z :
       {Size{1, 1, 5, 2}, {2, 1, 5, 1}, {4, 1, 5, 0}, {1, 2, 3, 0}, {2, 2, 2, 1}, {4, 2, 2, 1}}) {
    schedules += every_schedule([&](auto&& choose) {
      run_schedule(z.capacity, z.readers, z.items, z.attempts, UINT64_MAX - 1, choose);
    });
  }
  BOOST_TEST_MESSAGE("real ring: " << schedules << " schedules");
  BOOST_TEST(schedules > 10'000U);
}

BOOST_AUTO_TEST_CASE(full_at_exactly_its_capacity_across_the_wrap) {
  ib::Ring<int> ring(4, 1, UINT64_MAX - 7);
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 4; ++i) {
      BOOST_REQUIRE(ring.reserve() != nullptr);
      *ring.reserve() = 10 * round + i;  // reserving twice is the same slot
      ring.publish();
    }
    BOOST_TEST(ring.reserve() == nullptr);
    BOOST_TEST(ring.depth(0) == 4U);
    for (int i = 0; i < 4; ++i) {
      BOOST_REQUIRE(ring.peek(0) != nullptr);
      BOOST_TEST(*ring.peek(0) == 10 * round + i);
      ring.release(0);
    }
    BOOST_TEST(ring.peek(0) == nullptr);
  }
}

BOOST_AUTO_TEST_CASE(a_reader_that_stops_holds_the_writer_and_nobody_else) {
  ib::Ring<int> ring(2, 2);
  for (int i = 0; i < 2; ++i) {
    *ring.reserve() = i;
    ring.publish();
    BOOST_TEST(*ring.peek(0) == i);
    ring.release(0);
  }
  BOOST_TEST(ring.reserve() == nullptr);  // reader 1 has not moved
  BOOST_TEST(ring.peek(0) == nullptr);
  BOOST_TEST(*ring.peek(1) == 0);
  ring.release(1);
  BOOST_TEST(ring.reserve() != nullptr);
}

BOOST_AUTO_TEST_CASE(capacity_is_rounded_up_to_a_power_of_two) {
  BOOST_TEST(ib::Ring<int>(1, 1).capacity() == 1U);
  BOOST_TEST(ib::Ring<int>(3, 1).capacity() == 4U);
  BOOST_TEST(ib::Ring<int>(64, 1).capacity() == 64U);
}

namespace {

struct Payload {
  std::array<std::uint64_t, 8> words;
  void fill(std::uint64_t i) {
    for (std::size_t k = 0; k < words.size(); ++k) words[k] = i * 0x9E3779B97F4A7C15U + k;
  }
  bool is(std::uint64_t i) const {
    Payload expected{};
    expected.fill(i);
    return words == expected.words;
  }
};

/// One writer, `readers` readers, each a thread; how many items each met in order and whole.
std::vector<std::uint64_t> stress(std::size_t capacity, std::size_t readers, std::uint64_t items) {
  ib::Ring<Payload> ring(capacity, readers, UINT64_MAX - 7);
  std::vector<std::uint64_t> good(readers);
  std::vector<std::thread> threads;
  for (std::size_t r = 0; r < readers; ++r) {
    threads.emplace_back([&, r] {
      for (std::uint64_t i = 0; i < items;) {
        const Payload* p = ring.peek(r);
        if (p == nullptr) {
          std::this_thread::yield();
          continue;
        }
        if (p->is(i++)) ++good[r];
        ring.release(r);
      }
    });
  }
  threads.emplace_back([&] {
    for (std::uint64_t i = 0; i < items;) {
      Payload* p = ring.reserve();
      if (p == nullptr) {
        std::this_thread::yield();
        continue;
      }
      p->fill(i++);
      ring.publish();
    }
  });
  for (auto& t : threads) t.join();
  return good;
}

}  // namespace

BOOST_AUTO_TEST_CASE(two_and_three_threads_with_checksums) {
  constexpr std::uint64_t items = 60'000;
  for (const std::size_t readers : {1U, 2U}) {
    for (const std::size_t capacity : {1U, 2U, 64U}) {
      const auto n = capacity == 64 ? items : items / 20;
      for (const auto good : stress(capacity, readers, n)) BOOST_TEST(good == n);
    }
  }
}

BOOST_AUTO_TEST_CASE(depth_seen_from_a_third_thread_is_never_beyond_the_capacity) {
  ib::Ring<int> ring(4, 1);
  std::atomic<bool> over{false};
  std::thread writer([&] {
    for (int i = 0; i < 20'000;) {
      if (ring.reserve() == nullptr) continue;
      ring.publish();
      ++i;
    }
  });
  std::thread reader([&] {
    for (int i = 0; i < 20'000;) {
      if (ring.peek(0) == nullptr) continue;
      ring.release(0);
      ++i;
    }
    over = true;
  });
  std::uint64_t deepest = 0;
  while (!over) deepest = std::max(deepest, ring.depth(0));
  writer.join();
  reader.join();
  BOOST_TEST(deepest <= ring.capacity());
}

BOOST_AUTO_TEST_SUITE_END()
