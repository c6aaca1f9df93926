// The way of records to the recording: nothing lost, doubled, torn or read while it is written, at every fill and
// across the end of the memory; and the reader never sleeps beside a record. First the algorithm in every
// interleaving with loads that may be stale, then the real ring at its boundaries, then threads.
#include "record_ring.hpp"

#include "record_bell.hpp"
#include "support/cases.hpp"
#include "support/explorer.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace ib::test;
using ib::detail::RecordBell;
using ib::detail::RecordRing;
using u8 = std::uint8_t;

/// What is done differently in a copy that must be caught.
enum class RecordTwist {
  none,
  forget_the_rest,  // a record that begins anew takes no words behind the last one
  publish_before_write,
  release_before_use,
  release_without_rest,  // the filled rest is never given back
  relaxed_publish,
  relaxed_release,
};

/// record_ring.hpp with a step for each access to shared memory, in words; sequences have 8 bits.
struct RecordRingModel {
  static constexpr u8 capacity = 8, items = 8, filler = 0xFF;
  u8 start;
  RecordTwist twist = RecordTwist::none;

  enum Writer : u8 { reserving, writing, publishing, written_all };
  enum Reader : u8 { peeking, using_it, releasing, read_all };
  struct State {
    u8 w_pc, item, written, next, oldest, reserved, at;  // at: where the reserved record begins
    u8 r_pc, read, taken, seen, held, begun, got;        // begun: where the peeked one begins
    u8 synced, released, floor_w, floor_r;               // what acquires have made visible
    u8 word[capacity];                                   // 0xFF filler, else 16 * item + place
    u8 fault;
  };
  enum Fault : u8 { fine, overwrote, raced_write, raced_read, wrong_record };

  /// Words of record k, its own head among them.
  static u8 words(u8 k) {
    constexpr std::array<u8, items> all{2, 4, 3, 4, 2, 3, 4, 4};
    return all[k];
  }
  State initial() const {
    State s{};
    s.written = s.next = s.oldest = s.read = s.taken = s.seen = start;
    s.synced = s.released = s.floor_w = s.floor_r = start;
    return s;
  }
  static u8 place(u8 at) { return at & static_cast<u8>(capacity - 1); }
  static u8 diff(u8 a, u8 b) { return static_cast<u8>(a - b); }
  bool is(RecordTwist t) const { return twist == t; }

  template <class F>
  void steps(const State& s, F&& next) const {
    write(s, next);
    read(s, next);
  }

  template <class F>
  void write(const State& s, F&& next) const {
    State t = s;
    switch (s.w_pc) {
      case reserving: return reserve(s, next);
      case writing:
        if (is(RecordTwist::publish_before_write) && t.written != t.reserved) {
          t.written = t.reserved;
          return next("writer: publishes too early", t);
        }
        fill(t);
        t.w_pc = publishing;
        return next("writer: writes the record", t);
      case publishing:
        t.next = t.written = t.reserved;
        t.w_pc = ++t.item == items ? written_all : reserving;
        return next("writer: publishes", t);
      default: return;
    }
  }
  template <class F>
  void reserve(const State& s, F&& next) const {
    State t = s;
    if (fits(s, s.oldest)) {
      take(t);
      return next("writer: its copy says there is room", t);
    }
    may_read(s.floor_r, s.read, [&](u8 r) {
      State u = s;
      u.floor_r = u.oldest = r;
      if (!is(RecordTwist::relaxed_release)) u.released = r;
      if (fits(u, r)) take(u);
      next("writer: loads read", u);
    });
  }
  static u8 rest(const State& s) {
    const u8 to_end = static_cast<u8>(capacity - place(s.next));
    return words(s.item) > to_end ? to_end : u8{0};
  }
  bool fits(const State& s, u8 oldest) const {
    const u8 behind = is(RecordTwist::forget_the_rest) ? u8{0} : rest(s);
    return diff(s.next, oldest) + behind + words(s.item) <= capacity;
  }
  static void take(State& s) {
    s.at = static_cast<u8>(s.next + rest(s));
    s.reserved = static_cast<u8>(s.at + words(s.item));
    s.w_pc = writing;
  }
  void put(State& s, u8 at, u8 value) const {
    if (diff(at, s.read) >= capacity) s.fault = overwrote;
    else if (diff(at, s.released) >= capacity) s.fault = raced_write;
    s.word[place(at)] = value;
  }
  void fill(State& s) const {
    if (s.at != s.next) put(s, s.next, filler);
    for (u8 k = 0; k < words(s.item); ++k)
      put(s, static_cast<u8>(s.at + k), static_cast<u8>(16 * (s.item + 1) + k));
  }

  template <class F>
  void read(const State& s, F&& next) const {
    State t = s;
    switch (s.r_pc) {
      case peeking:
        if (s.seen != s.taken) {
          begin(t);
          return next("reader: its copy says there is one", t);
        }
        may_read_ends(s, [&](u8 w) {
          State u = s;
          u.floor_w = u.seen = w;
          if (!is(RecordTwist::relaxed_publish)) u.synced = w;
          if (w != u.taken) begin(u);
          next("reader: loads written", u);
        });
        return;
      case using_it:
        use(t);
        t.r_pc = is(RecordTwist::release_before_use) ? after(t) : u8{releasing};
        return next("reader: uses the record", t);
      case releasing:
        t.read =
            is(RecordTwist::release_without_rest) ? static_cast<u8>(t.read + words(t.got)) : t.held;
        t.taken = t.held;
        t.r_pc = is(RecordTwist::release_before_use) ? u8{using_it} : after(t);
        return next("reader: releases", t);
      default: return;
    }
  }
  /// Only ends of records were ever stored.
  template <class F>
  void may_read_ends(const State& s, F&& with) const {
    State walk = initial();
    for (;; ++walk.item) {
      const u8 end = walk.next;
      if (diff(end, start) >= diff(s.floor_w, start) && diff(end, start) <= diff(s.written, start))
        with(end);
      if (walk.item == items) return;
      take(walk);
      walk.next = walk.reserved;
    }
  }
  /// The first word says how long it is, or that the rest is filled; here the record's number does.
  void begin(State& s) const {
    s.begun = s.taken;
    see(s, s.begun);
    if (s.word[place(s.begun)] == filler)
      s.begun = static_cast<u8>(s.begun + capacity - place(s.begun));
    s.held = static_cast<u8>(s.begun + words(s.got));
    s.r_pc = is(RecordTwist::release_before_use) ? releasing : using_it;
  }
  void see(State& s, u8 at) const {
    if (diff(at, start) >= diff(s.synced, start)) s.fault = raced_read;
  }
  void use(State& s) const {
    for (u8 k = 0; k < words(s.got); ++k) {
      const u8 at = static_cast<u8>(s.begun + k);
      see(s, at);
      if (s.word[place(at)] != static_cast<u8>(16 * (s.got + 1) + k)) s.fault = wrong_record;
    }
    if (is(RecordTwist::release_before_use)) ++s.got;
  }
  u8 after(State& s) const {
    if (!is(RecordTwist::release_before_use)) ++s.got;
    return s.got == items ? read_all : peeking;
  }

  std::string wrong(const State& s) const {
    static constexpr std::array<const char*, 5> what{
        "", "the writer overwrote words that the reader had not released",
        "the writer wrote words whose release it had not acquired",
        "the reader read words whose write it had not acquired", "the reader met a wrong record"};
    return what[s.fault];
  }
  std::string wrong_end(const State& s) const {
    if (s.w_pc != written_all) return "the writer waits for ever";
    return s.r_pc == read_all ? "" : "the reader waits for ever";
  }
};

/// RecordBell: a record is published, then the bell looks; the reader says that it sleeps, then looks. Both write
/// when they look, so whoever comes second sees what stood before the first.
struct BellModel {
  bool ordered;  // ... and not with plain loads, which may be old

  struct State {
    u8 published, asleep, rung, w_pc, r_pc;
  };
  template <class F>
  void steps(const State& s, F&& next) const {
    State t = s;
    if (s.w_pc == 0) {
      t.published = 1;
      t.w_pc = 1;
      next("writer: publishes", t);
    } else if (s.w_pc == 1) {  // loads rest_; unordered it may be an old value
      for (u8 a = ordered ? s.asleep : u8{0}; a <= s.asleep; ++a) {
        State u = s;
        u.rung = a;
        u.w_pc = 2;
        next(a != 0 ? "writer: rings" : "writer: the reader is awake", u);
      }
    }
    t = s;
    if (s.r_pc == 0) {
      t.asleep = 1;
      t.r_pc = 1;
      next("reader: says that it sleeps", t);
    } else if (s.r_pc == 1) {
      for (u8 p = ordered ? s.published : u8{0}; p <= s.published; ++p) {
        State u = s;
        u.r_pc = p != 0 ? 3 : 2;
        next(p != 0 ? "reader: sees a record" : "reader: sleeps", u);
      }
    }
  }
  std::string wrong(const State&) const { return ""; }
  std::string wrong_end(const State& s) const {
    return s.r_pc == 2 && s.rung == 0 ? "the reader sleeps beside a record" : "";
  }
};

/// A record of n bytes that says which one it is, all through.
void write_numbered(std::byte* room, std::size_t n, unsigned number) {
  for (std::size_t i = 0; i < n; ++i) room[i] = static_cast<std::byte>(number + i);
}
bool is_numbered(std::span<const std::byte> record, std::size_t n, unsigned number) {
  if (record.size() < n || record.size() >= n + 8) return false;
  for (std::size_t i = 0; i < n; ++i)
    if (record[i] != static_cast<std::byte>(number + i)) return false;
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(record_ring)

BOOST_AUTO_TEST_CASE(every_interleaving_of_a_writer_and_a_reader) {
  std::size_t states = 0;
  for (const u8 start : {u8{0}, u8{3}, u8{250}}) {
    const RecordRingModel m{start};
    const auto v = explore(m, m.initial());
    BOOST_TEST(v.holds(), v.story());
    BOOST_TEST(v.ends > 0U);
    states += v.states;
  }
  BOOST_TEST_MESSAGE("record ring model: " << states << " states");
}

BOOST_AUTO_TEST_CASE(the_explorer_catches_every_twist_of_it) {
  for (const auto twist : {RecordTwist::forget_the_rest, RecordTwist::publish_before_write,
                           RecordTwist::release_before_use, RecordTwist::release_without_rest,
                           RecordTwist::relaxed_publish, RecordTwist::relaxed_release}) {
    const RecordRingModel m{0, twist};
    BOOST_TEST(!explore(m, m.initial()).holds(), "not caught: twist " << static_cast<int>(twist));
  }
}

BOOST_AUTO_TEST_CASE(the_reader_never_sleeps_beside_a_record) {
  const auto v = explore(BellModel{true}, {});
  BOOST_TEST(v.holds(), v.story());
  BOOST_TEST(!explore(BellModel{false}, {}).holds());
}

BOOST_AUTO_TEST_CASE(it_is_full_at_its_last_byte_and_not_before) {
  RecordRing ring(64);
  BOOST_TEST(ring.capacity() == 64U);
  BOOST_TEST(ring.most_bytes() == 24U);
  BOOST_TEST(ring.peek().empty());
  for (unsigned k = 0; k < 2; ++k) {  // 8 + 24 bytes each: two fill it
    auto* room = ring.reserve(24);
    BOOST_TEST_REQUIRE((room != nullptr));
    write_numbered(room, 24, k);
    ring.publish();
  }
  BOOST_TEST(ring.waiting() == 64U);
  BOOST_TEST((ring.reserve(0) == nullptr));
  BOOST_TEST(is_numbered(ring.peek(), 24, 0));
  ring.release();
  BOOST_TEST((ring.reserve(25) == nullptr));
  BOOST_TEST((ring.reserve(24) != nullptr));
}

BOOST_AUTO_TEST_CASE(a_record_that_was_not_published_was_never_there) {
  RecordRing ring(128);
  BOOST_TEST_REQUIRE((ring.reserve(8) != nullptr));
  BOOST_TEST(ring.peek().empty());
  auto* room = ring.reserve(16);  // in its place
  write_numbered(room, 16, 5);
  ring.publish();
  BOOST_TEST(is_numbered(ring.peek(), 16, 5));
}

/// Random sizes in random order, against a plain list.
BOOST_AUTO_TEST_CASE(any_order_of_any_sizes) {
  for (const unsigned seed : cases(200)) {
    std::mt19937 g(seed);
    RecordRing ring(std::size_t{64} << (g() % 4));
    std::deque<std::pair<std::size_t, unsigned>> there;
    unsigned number = 0, refused = 0;
    for (int step = 0; step < 2000; ++step) {
      if (g() % 2 == 0) {
        const std::size_t n = g() % (ring.most_bytes() + 1);
        auto* room = ring.reserve(n);
        if (room == nullptr) {
          BOOST_TEST_REQUIRE(!there.empty(), "seed " << seed << ": an empty ring refused " << n);
          ++refused;
          continue;
        }
        write_numbered(room, n, number);
        ring.publish();
        there.emplace_back(n, number++);
      } else if (const auto record = ring.peek(); there.empty()) {
        BOOST_TEST_REQUIRE((record.data() == nullptr && ring.waiting() == 0), "seed " << seed);
      } else {
        BOOST_TEST_REQUIRE(is_numbered(record, there.front().first, there.front().second),
                           "seed " << seed << ", record " << there.front().second);
        ring.release();
        there.pop_front();
      }
    }
    BOOST_TEST((refused > 0 && number > 100), "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(half_full_is_what_waits_and_not_what_was_written) {
  RecordRing ring(512);
  for (unsigned k = 0; k < 12; ++k) {  // more than the ring holds, read at once
    write_numbered(ring.reserve(96), 96, k);
    ring.publish();
    BOOST_TEST(!ring.is_half_full());
    ring.peek();
    ring.release();
  }
  for (unsigned k = 0; k < 3; ++k) {
    write_numbered(ring.reserve(96), 96, k);
    ring.publish();
  }
  BOOST_TEST(ring.is_half_full());
}

BOOST_AUTO_TEST_CASE(two_threads_and_a_bell) {
  RecordRing ring(512);
  RecordBell bell;
  const auto n = static_cast<unsigned>(2000 * cases(10).size());
  std::thread writer([&] {
    for (unsigned k = 0; k < n; ++k) {
      const std::size_t bytes = 8 + k % 97;
      std::byte* room = ring.reserve(bytes);
      while (room == nullptr) {
        bell.ring(true);
        ring.wait_for_reader();
        room = ring.reserve(bytes);
      }
      write_numbered(room, bytes, k);
      ring.publish();
      bell.ring(ring.is_half_full());
    }
  });
  unsigned got = 0, wrong = 0;
  while (got < n) {
    bell.sleep([&] { return ring.waiting() > 0; });
    for (auto record = ring.peek(); !record.empty(); record = ring.peek()) {
      if (!is_numbered(record, 8 + got % 97, got)) ++wrong;
      ring.release();
      ++got;
    }
  }
  writer.join();
  BOOST_TEST(wrong == 0U);
  BOOST_TEST(ring.waiting() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
