// Two rings through a bad day, over the real D-Bus path: what went over the bus is in the file, what the
// radio lost is counted, and each link comes back. The ledger of the scene is the truth.
#include "bcl/decode.hpp"
#include "vring/scene.hpp"

#include "support/csv_table.hpp"
#include "support/live_graph.hpp"
#include "support/private_bus.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <future>
#include <iostream>
#include <mutex>
#include <thread>

using namespace ib;
using namespace std::chrono_literals;
using vring::FaultKind;

namespace {

constexpr double back_within_s = 5;  // of the moment at which the link is there again
constexpr std::array<const char*, 2> wearers{"anna", "ben"};

constexpr const char* two_bcl_rings = R"(interbeat: 1
nodes:
  anna: {type: ring.bcl, device: "ble:AA:00:00:00:00:01", counts_per_g: 1000, connect_timeout: 20 s}
  ben:  {type: ring.bcl, device: "ble:AA:00:00:00:00:02", counts_per_g: 1000, connect_timeout: 20 s}
  anna_ppg:    {type: sink.csv, in: anna.ppg, path: anna_ppg.csv}
  anna_rr:     {type: sink.csv, in: anna.rr, path: anna_rr.csv}
  anna_status: {type: sink.csv, in: anna.status, path: anna_status.csv}
  ben_ppg:     {type: sink.csv, in: ben.ppg, path: ben_ppg.csv}
  ben_rr:      {type: sink.csv, in: ben.rr, path: ben_rr.csv}
  ben_status:  {type: sink.csv, in: ben.status, path: ben_status.csv}
)";

/// A scene with its devices' truth, on a thread of its own.
class SceneOnTheAir {
 public:
  explicit SceneOnTheAir(const std::string& text) {
    Diagnostics problems;
    auto read = vring::read_scenario_text(text, "soak.yaml", problems);
    BOOST_TEST_REQUIRE(read.has_value(), problems.text());
    scenario = *read;
    scene_ = std::make_unique<vring::Scene>(io_, *std::move(read));
    for (std::size_t k = 0; k < sent_.size(); ++k)
      scene_->channel(k).on_sent([this, k](std::string_view, wire::Bytes value, bool fresh) {
        const auto decoded = bcl::decode(value);
        const auto* wave = std::get_if<bcl::GreenWave>(&decoded);
        if (wave == nullptr || !fresh) return;
        const std::lock_guard lock(mutex_);
        for (std::size_t n = 0; n < wave->items.size(); ++n)
          sent_[k].push_back(static_cast<double>(wave->items[n].green_counts));
      });
    thread_ = std::thread([this] { io_.run(); });
    std::promise<std::string> opened;
    boost::asio::post(io_, [&] { opened.set_value(scene_->open()); });
    const auto why = opened.get_future().get();
    BOOST_TEST_REQUIRE(why == "");
  }
  ~SceneOnTheAir() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    work_.reset();
    io_.stop();
    thread_.join();
  }
  /// Green counts of each sample that went over the bus whole and in its turn.
  std::vector<double> sent(std::size_t ring) {
    const std::lock_guard lock(mutex_);
    return sent_[ring];
  }
  /// After `stop`.
  vring::Ledger ledger() const { return scene_->ledger(); }
  /// How long each break of a ring's link lasts on the daemon's side, in order.
  std::vector<double> breaks(std::size_t ring, double until_s) const {
    std::vector<double> all;
    vring::Schedule schedule(scenario.faults, scenario.seed);
    for (auto turn = schedule.next(); turn && seconds(turn->at) < until_s; turn = schedule.next()) {
      const auto& fault = scenario.faults[turn->fault];
      const bool breaks = fault.kind == FaultKind::disconnect ||
                          fault.kind == FaultKind::daemon_restart ||
                          fault.kind == FaultKind::adapter_off;
      if (turn->begins && breaks && fault.ring.value_or(ring) == ring)
        all.push_back(seconds(*fault.length));
    }
    return all;
  }

  vring::Scenario scenario;

 private:
  test::PrivateBus bus_;
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::thread thread_;
  std::mutex mutex_;
  std::array<std::vector<double>, 2> sent_;
  std::unique_ptr<vring::Scene> scene_;
};

/// Where `part` begins in `all`, and how many of `all` are missing in it between its ends.
struct Comparison {
  std::size_t before{}, missing{}, behind{};
  std::size_t first_missing{};  ///< in front of this one of `part`
  bool is_part{};
};
/// Neighbours are often equal: five in a row have to agree where something is missing.
Comparison compare(const std::vector<double>& all, const std::vector<double>& part) {
  constexpr std::ptrdiff_t enough = 25, row = 5;
  Comparison c;
  if (part.size() < enough) return c;
  const auto first = std::search(all.begin(), all.end(), part.begin(), part.begin() + enough);
  if (first == all.end()) return c;
  c.before = static_cast<std::size_t>(first - all.begin());
  auto at = first;
  for (auto next = part.begin(); next != part.end(); ++next, ++at) {
    if (at != all.end() && *at == *next) continue;
    const auto found = std::search(at, all.end(), next, next + std::min(row, part.end() - next));
    if (found == all.end()) return c;
    if (c.missing == 0) c.first_missing = static_cast<std::size_t>(next - part.begin());
    c.missing += static_cast<std::size_t>(found - at);
    at = found;
  }
  c.is_part = true;
  c.behind = static_cast<std::size_t>(all.end() - at);
  return c;
}

/// How long each break lasted as the driver told it.
std::vector<double> outages(const test::CsvTable& status) {
  std::vector<double> all;
  std::optional<double> since;
  for (std::size_t k = 0; k < status.rows(); ++k) {
    const auto event = status.text(k, "event");
    const auto t = *status.number(k, "time_s");
    if (event == "disconnected") since = t;
    if (event == "connected" && since) all.push_back(t - *std::exchange(since, std::nullopt));
  }
  return all;
}

void check_ring(std::size_t k, SceneOnTheAir& air, const RunReport& report,
                const test::Scratch& out, const std::array<std::size_t, 2>& sent_before,
                double until_s) {
  const std::string name = wearers[k];
  const auto ring = air.ledger().rings[k];
  const auto wave = ring.stream("wave"), rr = ring.stream("rr");
  const test::CsvTable ppg(out.path() / (name + "_ppg.csv")),
      status(out.path() / (name + "_status.csv"));
  const auto all = air.sent(k);
  const auto c = compare(all, ppg.numbers("ppg"));
  const auto lost = test::counter_of(report, name, "lost_packets");
  const auto found = outages(status);
  const auto meant = air.breaks(k, until_s);
  double slowest = 0;
  for (std::size_t n = 0; n < std::min(found.size(), meant.size()); ++n)
    slowest = std::max(slowest, found[n] - meant[n]);
  std::cout << name << ": " << wave.made << " frames made, " << wave.heard << " went over the bus, "
            << ppg.rows() << " samples in the file, " << c.missing << " missing; " << wave.missed
            << " frames and " << rr.missed << " lists of intervals lost between two that came, "
            << lost << " counted; " << meant.size() << " breaks, back after at most "
            << static_cast<int>(1000 * slowest) << " ms\n";

  BOOST_TEST(c.is_part, name);
  BOOST_TEST(c.missing == 0U, name << ": the first before "
                                   << ppg.number(c.first_missing, "time_s").value_or(0) << " s");
  BOOST_TEST(c.before + 5 >= sent_before[k],
             name);  // the session began then; a frame may be on its way
  BOOST_TEST(c.before <= sent_before[k] + 50, name);
  BOOST_TEST(c.behind <= 50U, name);
  BOOST_TEST(lost == wave.missed + rr.missed, name);
  BOOST_TEST(test::counter_of(report, name, "lost_samples") == 5 * wave.missed, name);
  BOOST_TEST(test::counter_of(report, name, "bad_packets") == ring.spoiled, name);
  BOOST_TEST(wave.missed > 0U, name);
  const auto times = ppg.numbers("time_s");
  for (std::size_t n = 1; n < times.size(); ++n) BOOST_TEST(times[n] > times[n - 1]);

  BOOST_TEST_REQUIRE(found.size() == meant.size(), name);
  for (std::size_t n = 0; n < found.size(); ++n)
    BOOST_TEST(found[n] - meant[n] <= back_within_s, name);
  BOOST_TEST(ring.connections == meant.size() + 1, name);
}

void live_through(const std::string& scenario, double length_s) {
  SceneOnTheAir air(scenario);
  const test::Scratch out;
  Diagnostics problems;
  auto plan = test::live_plan(two_bcl_rings, out.path(), problems);
  BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
  LiveOptions options;
  options.limit = from_seconds(length_s);
  const std::array sent_before{air.sent(0).size(), air.sent(1).size()};
  const auto report = run_live(*plan, options);
  plan.reset();
  air.stop();
  for (const auto& why : report.failures) BOOST_ERROR(why);
  std::cout << air.ledger().text();
  for (std::size_t k = 0; k < 2; ++k) check_ring(k, air, report, out, sent_before, length_s);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(soak)

BOOST_AUTO_TEST_CASE(a_bad_day_in_three_quarters_of_a_minute) {
  live_through(R"(seed: 11
rings:
  - {name: anna, ppm: 40}
  - {name: ben, couple: anna, lag: 2 s, ppm: -30, radio: {interval: 50 ms, retry: 20 %}}
faults:
  - {ring: anna, kind: loss, values: 4, at: 4 s}
  - {ring: ben, kind: loss, share: 15 %, at: 4 s, for: 8 s}
  - {ring: anna, kind: duplicate, values: 3, at: 6 s}
  - {ring: anna, kind: reorder, values: 2, at: 8 s}
  - {ring: anna, kind: cut, values: 3, at: 10 s}
  - {ring: ben, kind: jitter, up_to: 150 ms, at: 12 s, for: 3 s}
  - {ring: ben, kind: stall, at: 16 s, for: 1500 ms}
  - {ring: anna, kind: contact_loss, at: 12 s, for: 2 s}
  - {ring: anna, kind: drift, ppm: 90, at: 10 s}
  - {ring: anna, kind: disconnect, at: 17 s, for: 1 s}
  - {ring: ben, kind: disconnect, at: 19 s, for: 500 ms}
  - {ring: anna, kind: loss, share: 20 %, at: 19 s, for: 3 s}
  - {kind: daemon_restart, at: 23 s, for: 1 s}
  - {kind: adapter_off, at: 29 s, for: 1 s}
  - {ring: ben, kind: stop, at: 34 s}
  - {ring: ben, kind: stall, at: 36 s, for: 3500 ms}
  - {ring: ben, kind: disconnect, at: 37 s, for: 200 ms}
)",
               45);
}

BOOST_AUTO_TEST_CASE(half_an_hour_long, *boost::unit_test::disabled()) {
  live_through(R"(seed: 12
rings:
  - {name: anna, ppm: 40}
  - {name: ben, couple: anna, lag: 2 s, ppm: -30, radio: {interval: 50 ms, retry: 20 %}}
faults:
  - {kind: loss, share: 5 %, at: 3 s, for: 10 s, every: 30 s, spread: 10 s, until: 1740 s}
  - {kind: duplicate, values: 3, at: 5 s, every: 20 s, spread: 5 s, until: 1740 s}
  - {kind: reorder, values: 2, at: 9 s, every: 25 s, spread: 5 s, until: 1740 s}
  - {kind: cut, values: 1, at: 5 s, every: 60 s, spread: 10 s, until: 1740 s}
  - {kind: jitter, up_to: 200 ms, at: 30 s, for: 10 s, every: 60 s, until: 1740 s}
  - {ring: anna, kind: stall, at: 17 s, for: 2 s, every: 90 s, spread: 60 s, until: 1740 s}
  - {ring: ben, kind: stall, at: 27 s, for: 4500 ms, every: 90 s, spread: 60 s, until: 1740 s}
  - {kind: contact_loss, at: 85 s, for: 3 s, every: 180 s, until: 1700 s}
  - {ring: anna, kind: drift, ppm: 90, at: 300 s, for: 300 s}
  - {kind: stop, at: 60 s, every: 360 s, until: 1700 s}
  - {ring: anna, kind: disconnect, at: 40 s, for: 2 s, every: 180 s, spread: 10 s, until: 1700 s}
  - {ring: ben, kind: disconnect, at: 66 s, for: 12 s, every: 180 s, spread: 3 s, until: 1700 s}
  - {kind: daemon_restart, at: 100 s, for: 2 s, every: 180 s, until: 1700 s}
  - {kind: adapter_off, at: 160 s, for: 5 s, every: 180 s, until: 1700 s}
)",
               1800);
}

BOOST_AUTO_TEST_SUITE_END()
