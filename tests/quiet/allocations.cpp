// The law of quiet: after activate the data path does not allocate.
#include "support/counted_malloc.inc"

#include "support/graph_world.hpp"

#include <interbeat/recording.hpp>

using namespace ib;
using namespace ib::test;

BOOST_AUTO_TEST_SUITE(allocations)

BOOST_AUTO_TEST_CASE(the_counter_counts) {
  if (!malloc_is_counted) return;
  count_allocations(true);
  auto* p = new int(1);
  const auto seen = counted_allocations();
  delete p;
  count_allocations(false);
  BOOST_TEST(seen == 1U);
}

namespace {

/// Takes a session and keeps none of it.
struct NoRecorder final : Recorder {
  void begin(const RecordingHead&) override {}
  void write(const Record&) override { ++records; }
  void commit() override {}
  std::uint64_t records{};
};

void ten_minutes_of_a_couple(Recorder* recorder) {
  Scratch out;
  const auto registry = all_nodes();
  const auto graph = read(registry, graphs() / "05-couple.yaml",
                          {{"anna", "virtual:seed=1,motion=1,loss=0.02,jitter=50ms"},
                           {"ben", "virtual:seed=2,couple=1,lag=2s,contact_loss=6"}});
  PlanOptions options;
  options.out_dir = out.path();
  const auto built = plan(graph, options);
  RehearsalOptions rehearsal;
  rehearsal.limit = 600s;
  rehearsal.delay = [first = true](Time t) mutable {
    if (first) count_allocations(true);  // from the first turn on
    first = false;
    if (t > Time{} + 599s) count_allocations(false);
    return t;
  };
  rehearsal.record.recorder = recorder;
  const auto report = run_rehearsal(*built, rehearsal);
  count_allocations(false);
  BOOST_TEST(report.session_s > 590);
  BOOST_TEST(report.failures.empty());
  BOOST_TEST(counted_allocations() == 0U);
}

}  // namespace

BOOST_AUTO_TEST_CASE(ten_minutes_of_a_couple_allocate_nothing) {
  if (malloc_is_counted) ten_minutes_of_a_couple(nullptr);
}

BOOST_AUTO_TEST_CASE(nor_do_they_while_they_are_recorded) {
  if (!malloc_is_counted) return;
  NoRecorder recorder;
  ten_minutes_of_a_couple(&recorder);
  BOOST_TEST(recorder.records > 5000U);
}

BOOST_AUTO_TEST_SUITE_END()
