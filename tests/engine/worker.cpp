// Worker: whatever thread queues an island, it runs on its own worker, sees every block once and in
// order, and nobody who waits for quiet waits for ever.
#include "worker.hpp"

#include "pace.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace {

using namespace ib::detail;

/// A node that takes numbered blocks on each port and counts what is out of order.
struct Tally {
  std::array<std::uint64_t, 4> next{};
  std::uint64_t wrong{}, calls{};
  ib_node node{};

  Tally() {
    node.struct_size = sizeof node;
    node.self = this;
    node.process = [](ib_node* n, ib_process* p) -> ib_status {
      auto& me = *static_cast<Tally*>(n->self);
      ++me.calls;
      for (std::uint32_t i = 0; i < p->n_in; ++i) {
        if (p->in[i] != nullptr && p->in[i]->first_index != me.next[i]++) ++me.wrong;
      }
      return IB_OK;
    };
  }
};

/// An island of one tally behind a ring per submitter.
struct Sunk {
  Tally tally;
  Stage stage;
  std::vector<InRef> inputs;
  std::vector<std::atomic<std::int64_t>> settled_in;
  Island island;
  std::vector<std::unique_ptr<CutRing>> rings;

  Sunk(Worker& home, Busy& busy, std::uint32_t submitters) : settled_in(submitters) {
    stage.node = &tally.node;
    stage.n_in = submitters;
    inputs.resize(submitters);
    stage.inputs = inputs;
    stage.settled_in = settled_in;
    for (std::uint32_t k = 0; k < submitters; ++k) {
      rings.push_back(std::make_unique<CutRing>(4, 1));
      rings.back()->consumers = {&island};
      auto& arrival = island.arrivals.emplace_back();
      arrival.ring = rings.back().get();
      arrival.targets = {{&stage, k}};
    }
    island.stages.push_back(&stage);
    island.home = &home;
    island.busy = &busy;
    compile(island);
  }
  /// [submitter k] One numbered block; false: its ring is full.
  bool submit(std::size_t k, std::uint64_t number) {
    ib::BlockSlot* slot = rings[k]->ring.reserve();
    if (slot == nullptr) return false;
    slot->open(IB_NEVER);
    slot->head.first_index = number;
    rings[k]->ring.publish();
    schedule(island);
    return true;
  }
};

/// As Run::wait_quiet, for a thread with no islands of its own.
void wait_quiet(const Busy& busy) {
  for (;;) {
    const auto version = busy.version();
    if (busy.quiet()) return;
    busy.wait_change(version);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(worker)

BOOST_AUTO_TEST_CASE(an_island_queued_by_its_own_thread_needs_no_wake_up) {
  Worker w;
  Busy busy;
  w.adopt_thread();
  Sunk sunk(w, busy, 1);
  BOOST_TEST(sunk.submit(0, 0));
  BOOST_TEST(sunk.submit(0, 1));
  BOOST_TEST(w.wake_ups() == 0U);
  BOOST_TEST(!busy.quiet());
  w.drain({});
  BOOST_TEST(busy.quiet());
  BOOST_TEST(sunk.tally.next[0] == 2U);
  BOOST_TEST(sunk.tally.wrong == 0U);
}

/// A node that wants to be told the time three times, 200 ms of session time apart, and then no more.
struct Clockwatcher {
  std::vector<std::int64_t> told;
  std::atomic<bool> done{false};
  ib_node node{};

  Clockwatcher() {
    node.struct_size = sizeof node;
    node.self = this;
  }
  static std::int64_t age(ib_node* n, std::int64_t now_ns) {
    auto& me = *static_cast<Clockwatcher*>(n->self);
    me.told.push_back(now_ns);
    if (me.told.size() < 3) return now_ns + 200'000'000;
    me.done = true;
    me.done.notify_all();
    return IB_FOREVER;
  }
};

// When all sources are silent nobody wakes a sink's thread: session time alone does.
BOOST_AUTO_TEST_CASE(a_node_is_told_that_time_goes_on_though_nothing_comes) {
  const Pace pace{.speed = 10};
  PassContext context;
  context.live = true;
  context.pace = &pace;
  const ib::AgeingTable table{sizeof(ib::AgeingTable), 0, &Clockwatcher::age};
  Clockwatcher watcher;
  Worker w;
  w.age(&watcher.node, &table);
  w.start_thread(context);
  watcher.done.wait(false);
  w.stop_thread();
  BOOST_TEST_REQUIRE(watcher.told.size() >= 3U);  // once more when it was stopped
  for (std::size_t k = 1; k < 3; ++k)
    BOOST_TEST(watcher.told[k] - watcher.told[k - 1] >= 200'000'000);
  BOOST_TEST(w.wake_ups() == 0U);
}

BOOST_AUTO_TEST_CASE(queued_twice_wakes_once) {
  Worker owner;
  Busy busy;
  Sunk sunk(owner, busy, 1);
  std::thread other([&] {
    sunk.submit(0, 0);
    sunk.submit(0, 1);
  });
  other.join();
  BOOST_TEST(owner.wake_ups() == 1U);
  owner.clear_wake();  // returns at once: the eventfd was written
  owner.drain({});
  BOOST_TEST(sunk.tally.next[0] == 2U);
}

BOOST_AUTO_TEST_CASE(islands_run_in_the_order_in_which_they_were_queued) {
  Worker w;
  Busy busy;
  w.adopt_thread();
  std::vector<int> order;
  struct Note {
    std::vector<int>* order;
    int number;
  };
  std::vector<std::unique_ptr<Sunk>> sunk;
  std::array<Note, 3> notes{};
  for (int i = 0; i < 3; ++i) {
    notes[static_cast<std::size_t>(i)] = {&order, i};
    sunk.push_back(std::make_unique<Sunk>(w, busy, 1));
    auto& node = sunk.back()->tally.node;
    node.self = &notes[static_cast<std::size_t>(i)];
    node.process = [](ib_node* n, ib_process*) -> ib_status {
      auto& note = *static_cast<Note*>(n->self);
      note.order->push_back(note.number);
      return IB_OK;
    };
    compile(sunk.back()->island);
  }
  for (const std::size_t i : {2U, 0U, 1U}) sunk[i]->submit(0, 0);
  w.drain({});
  BOOST_TEST((order == std::vector<int>{2, 0, 1}));
}

BOOST_AUTO_TEST_CASE(waiting_for_a_change_does_not_sleep_through_one_up_one_down) {
  Busy busy;
  const auto seen = busy.version();
  busy.up();
  busy.down();             // the count is what it was
  busy.wait_change(seen);  // and still this returns
  BOOST_TEST(busy.quiet());
}

BOOST_AUTO_TEST_CASE(many_submitters_every_block_once_and_in_order) {
  constexpr std::uint64_t blocks = 20'000;
  constexpr std::size_t submitters = 3;
  Busy busy;
  std::array<Worker, 2> workers;
  std::vector<std::unique_ptr<Sunk>> sunk;
  for (auto& w : workers) {
    sunk.push_back(std::make_unique<Sunk>(w, busy, submitters));
    sunk.push_back(std::make_unique<Sunk>(w, busy, submitters));
    w.start_thread({});
  }
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < submitters; ++k) {
    threads.emplace_back([&, k] {
      for (std::uint64_t i = 0; i < blocks; ++i) {
        for (auto& s : sunk) {
          while (!s->submit(k, i)) std::this_thread::yield();
        }
      }
    });
  }
  for (auto& t : threads) t.join();
  wait_quiet(busy);
  for (auto& s : sunk) {
    for (std::size_t k = 0; k < submitters; ++k) BOOST_TEST(s->tally.next[k] == blocks);
    BOOST_TEST(s->tally.wrong == 0U);
    BOOST_TEST((s->island.state.now() == ib::IslandState::idle));
  }
}

BOOST_AUTO_TEST_CASE(quiet_after_each_block_is_quiet_indeed) {
  Worker w;
  Busy busy;
  Sunk sunk(w, busy, 1);
  w.start_thread({});
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    BOOST_REQUIRE(sunk.submit(0, i));
    wait_quiet(busy);
    BOOST_REQUIRE_EQUAL(sunk.tally.next[0], i + 1);  // plain: quiet orders it
  }
}

BOOST_AUTO_TEST_CASE(stopping_drains_and_starting_again_goes_on) {
  Worker w;
  Busy busy;
  Sunk sunk(w, busy, 1);
  for (std::uint64_t round = 0; round < 500; ++round) {
    w.start_thread({});
    for (std::uint64_t i = 0; i < 4; ++i) BOOST_REQUIRE(sunk.submit(0, 4 * round + i));
    w.stop_thread();
    BOOST_REQUIRE(busy.quiet());
    BOOST_REQUIRE_EQUAL(sunk.tally.next[0], 4 * (round + 1));
  }
  w.stop_thread();  // twice does nothing
  BOOST_TEST(sunk.tally.wrong == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
