// The state word of an island: queued by exactly one notifier, and no notification is lost. First
// the algorithm in every interleaving, with what its orders make visible; then the word itself;
// then threads.
#include "island_state.hpp"

#include "support/explorer.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace {

using namespace ib::test;
using u8 = std::uint8_t;

enum class Twist {
  none,
  load_then_store,           // notify without a compare
  no_change_is_not_written,  // notify returns when a run seems to come anyway
  queue_while_running,       // notify: running → queued
  finish_stores_idle,        // finish without a compare
  relaxed_take,              // take acquires nothing
  relaxed_finish,            // the second half of finish acquires nothing
  run_before_take,
};

/// Up to three notifiers, each `rounds` times, against one runner. A notification is a bit that its
/// notifier sets before it notifies; `published` are the bits ordered before some write of the word,
/// `visible` those that the runner has acquired. A run sees what is visible, not what is there.
struct StateModel {
  u8 notifiers, rounds;
  Twist twist = Twist::none;

  enum Word : u8 { idle, queued, running, running_again };
  enum Notifier : u8 { telling, loading, changing, queueing, done };
  enum Runner : u8 { waiting, taking, working, finishing, going_on };
  struct Each {
    u8 pc, told, word;  // `word`: as last loaded
    u8 round;
  };
  struct State {
    u8 word, listed, pc, seen;
    u8 published, visible, fault;
    Each n[3];
  };

  bool is(Twist t) const { return twist == t; }

  template <class F>
  void steps(const State& s, F&& next) const {
    for (u8 k = 0; k < notifiers; ++k) notify(s, k, next);
    run(s, next);
  }

  u8 bit(u8 k, u8 round) const { return static_cast<u8>(1U << (2 * k + round)); }

  template <class F>
  void notify(const State& s, u8 k, F&& next) const {
    State t = s;
    Each& me = t.n[k];
    switch (me.pc) {
      case telling:
        me.told = me.told | bit(k, me.round);
        me.pc = loading;
        return next("notifier: writes its data", t);
      case loading:
        // An old value would only fail the compare below and be loaded again.
        me.word = s.word;
        me.pc = changing;
        return next("notifier: loads the word", t);
      case changing: {
        u8 to = me.word;
        if (me.word == idle) to = queued;
        if (me.word == running) to = is(Twist::queue_while_running) ? queued : running_again;
        if (is(Twist::no_change_is_not_written) && to == me.word) {
          leave(me);
          return next("notifier: leaves it to the run to come", t);
        }
        if (!is(Twist::load_then_store) && s.word != me.word) {
          me.pc = loading;
          return next("notifier: the word has changed", t);
        }
        t.word = to;
        t.published = t.published | me.told;
        if (me.word == idle || (is(Twist::queue_while_running) && me.word == running))
          me.pc = queueing;
        else leave(me);
        return next("notifier: changes the word", t);
      }
      case queueing:
        if (++t.listed > 1) t.fault = 1;
        leave(me);
        return next("notifier: queues the island", t);
      default: return;
    }
  }
  void leave(Each& me) const { me.pc = ++me.round == rounds ? done : telling; }

  template <class F>
  void run(const State& s, F&& next) const {
    State t = s;
    switch (s.pc) {
      case waiting:
        if (s.listed == 0) return;
        --t.listed;
        t.pc = is(Twist::run_before_take) ? working : taking;
        return next("runner: takes the island off the list", t);
      case taking:
        if (s.word == running || s.word == running_again) t.fault = 2;
        t.word = running;
        if (!is(Twist::relaxed_take)) t.visible = s.published;
        t.pc = is(Twist::run_before_take) ? finishing : working;
        return next("runner: take", t);
      case working:
        t.seen = t.seen | t.visible;
        t.pc = is(Twist::run_before_take) ? taking : finishing;
        return next("runner: runs", t);
      case finishing:
        if (s.word == running || is(Twist::finish_stores_idle)) {
          t.word = idle;
          t.pc = waiting;
          return next("runner: finish, idle", t);
        }
        t.pc = going_on;
        return next("runner: finish, the word has changed", t);
      case going_on:
        t.word = running;
        if (!is(Twist::relaxed_finish)) t.visible = s.published;
        t.pc = working;
        return next("runner: finish, runs again", t);
      default: return;
    }
  }

  std::string wrong(const State& s) const {
    if (s.fault == 1) return "the island is on the list twice";
    if (s.fault == 2) return "the island was taken while it ran";
    return "";
  }
  std::string wrong_end(const State& s) const {
    u8 all = 0;
    for (u8 k = 0; k < notifiers; ++k) {
      if (s.n[k].pc != done) return "a notifier hangs";
      for (u8 r = 0; r < rounds; ++r) all = all | bit(k, r);
    }
    if (s.pc != waiting || s.word != idle || s.listed != 0) return "the runner hangs";
    return s.seen == all ? "" : "a notification was lost: no run that started after it";
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(island_state)

BOOST_AUTO_TEST_CASE(every_interleaving_of_three_notifiers_and_a_runner) {
  std::size_t states = 0;
  for (const u8 notifiers : {u8{1}, u8{2}, u8{3}}) {
    for (const u8 rounds : {u8{1}, u8{2}}) {
      const auto v = explore(StateModel{notifiers, rounds}, {});
      BOOST_TEST(v.holds(), v.story());
      BOOST_TEST(v.ends > 0U);
      states += v.states;
    }
  }
  BOOST_TEST_MESSAGE("island state model: " << states << " states");
}

BOOST_AUTO_TEST_CASE(the_explorer_catches_every_twist) {
  for (const auto twist : {Twist::load_then_store, Twist::no_change_is_not_written,
                           Twist::queue_while_running, Twist::finish_stores_idle,
                           Twist::relaxed_take, Twist::relaxed_finish, Twist::run_before_take}) {
    const auto v = explore(StateModel{3, 2, twist}, {});
    BOOST_TEST(!v.holds(), "not caught: twist " << static_cast<int>(twist));
  }
}

namespace {
using Word = ib::IslandState::Word;

/// A word brought to `w` by its own calls.
void bring(ib::IslandState& s, Word w) {
  if (w == Word::idle) return;
  s.notify();
  if (w == Word::queued) return;
  s.take();
  if (w == Word::running_again) s.notify();
}
}  // namespace

BOOST_AUTO_TEST_CASE(the_word_itself_makes_the_steps_of_the_model) {
  struct Row {
    Word from, after_notify;
    bool queues;
  };
  for (const auto& r : {Row{Word::idle, Word::queued, true}, Row{Word::queued, Word::queued, false},
                        Row{Word::running, Word::running_again, false},
                        Row{Word::running_again, Word::running_again, false}}) {
    ib::IslandState s;
    bring(s, r.from);
    BOOST_REQUIRE(s.now() == r.from);
    BOOST_TEST(s.notify() == r.queues);
    BOOST_TEST((s.now() == r.after_notify));
  }
  ib::IslandState s;
  bring(s, Word::running);
  BOOST_TEST(s.finish());
  BOOST_TEST((s.now() == Word::idle));
  ib::IslandState again;
  bring(again, Word::running_again);
  BOOST_TEST(!again.finish());
  BOOST_TEST((again.now() == Word::running));
  BOOST_TEST(again.finish());
}

BOOST_AUTO_TEST_CASE(three_threads_notify_and_one_runs) {
  constexpr int rounds = 100'000;
  ib::IslandState state;
  std::array<std::atomic<int>, 3> told{};  // relaxed: the word alone orders it before the run
  std::atomic<int> listed{0}, left{3};
  std::atomic<std::uint64_t> queued{0};
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < 3; ++k) {
    threads.emplace_back([&, k] {
      for (int i = 1; i <= rounds; ++i) {
        told[k].store(i, std::memory_order_relaxed);
        if (!state.notify()) continue;
        queued.fetch_add(1, std::memory_order_relaxed);
        listed.fetch_add(1, std::memory_order_release);
      }
      left.fetch_sub(1, std::memory_order_release);
    });
  }
  std::array<int, 3> seen{};
  std::uint64_t taken = 0;
  bool twice = false;
  for (;;) {
    const bool over = left.load(std::memory_order_acquire) == 0;
    const int n = listed.exchange(0, std::memory_order_acquire);
    twice = twice || n > 1;
    if (n == 0) {
      if (over) break;
      std::this_thread::yield();
      continue;
    }
    ++taken;
    state.take();
    do {
      for (std::size_t k = 0; k < 3; ++k) seen[k] = told[k].load(std::memory_order_relaxed);
    } while (!state.finish());
  }
  for (auto& t : threads) t.join();
  BOOST_TEST(!twice);
  BOOST_TEST(taken == queued.load());
  for (const int s : seen) BOOST_TEST(s == rounds);  // the last word of each was seen by a run
  BOOST_TEST((state.now() == Word::idle));
}

BOOST_AUTO_TEST_SUITE_END()
