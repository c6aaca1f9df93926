// ring.colmi_history on a real bus: what a virtual ring has in its memory is what is in the files, and of what
// does not come there is a sentence.
#include "vring/colmi_ring.hpp"
#include "vring/strap.hpp"

#include "support/air.hpp"
#include "support/csv_table.hpp"
#include "support/live_graph.hpp"
#include "support/private_bus.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <ctime>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace ib;
using namespace std::chrono_literals;

namespace {

using LogRows = std::map<std::string, std::vector<double>>;  ///< by the ring's time

constexpr const char* logs_of_colmi = R"(interbeat: 1
nodes:
  logs: {type: ring.colmi_history, device: "ble:AA:00:00:00:04:11", days: 2, connect_timeout: 10 s}
  rates:       {type: sink.csv, in: logs.heart_rate, path: rates.csv}
  steps:       {type: sink.csv, in: logs.steps, path: steps.csv}
  spo2:        {type: sink.csv, in: logs.spo2, path: spo2.csv}
  temperature: {type: sink.csv, in: logs.temperature, path: temperature.csv}
  sleep:       {type: sink.csv, in: logs.sleep, path: sleep.csv}
)";

/// "2026-11-26T05:35", where this machine's clocks showed it.
std::string local_text(std::int64_t utc_ns) {
  const std::time_t t = utc_ns / 1'000'000'000;
  std::tm here{};
  localtime_r(&t, &here);
  char text[32];
  BOOST_TEST_REQUIRE(std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M", &here) > 0);
  return text;
}

LogRows rows_of_log(const std::filesystem::path& file, std::int64_t zero_utc_ns,
                    const std::vector<std::string>& columns) {
  const test::CsvTable table(file);
  LogRows rows;
  for (std::size_t k = 0; k < table.rows(); ++k) {
    std::vector<double> values;
    for (const auto& column : columns) {
      const auto number = table.number(k, column);
      BOOST_TEST_REQUIRE(number.has_value(), column);
      values.push_back(*number);
    }
    const auto at = zero_utc_ns + std::llround(*table.number(k, "time_s") * 1e9);
    const auto shown = local_text(at);
    BOOST_TEST(rows.emplace(shown, values).second, "two rows at " << shown);
  }
  return rows;
}

void same_rows(const LogRows& got, const LogRows& truth, const std::string& log) {
  BOOST_TEST(got.size() == truth.size(), log);
  for (const auto& [at, values] : truth) {
    const auto found = got.find(at);
    BOOST_TEST_REQUIRE((found != got.end()), log << " has nothing at " << at);
    BOOST_TEST_REQUIRE(found->second.size() == values.size(), log);
    for (std::size_t k = 0; k < values.size(); ++k)
      BOOST_TEST(std::abs(found->second[k] - values[k]) < 1e-6, log << " at " << at);
  }
}

/// A log of the ledger, from this day on.
LogRows truth_of_log(const std::vector<vring::LoggedTruth>& all, std::string_view log,
                     const std::string& from_day = {}) {
  LogRows rows;
  for (const auto& item : all)
    if (item.log == log && item.at >= from_day) rows[item.at] = item.values;
  return rows;
}

/// "2026-11-25", as this machine's clocks had it when the test began.
std::string day_of_test(int days_ago) {
  std::time_t t = std::time(nullptr);
  std::tm noon{};
  localtime_r(&t, &noon);
  noon.tm_hour = 12;
  noon.tm_mday -= days_ago;
  noon.tm_isdst = -1;
  return local_text(std::mktime(&noon) * 1'000'000'000).substr(0, 10);
}

/// A ring on Anna's finger that has been worn for a week.
struct ColmiWithLogs {
  explicit ColmiWithLogs(vring::ColmiFirmware firmware = {}) {
    virtual_ring::Options anna;
    anna.seed = 4;
    ring = &air.add<vring::ColmiRing>("AA:00:00:00:04:11", "R02_A1B3", anna,
                                      vring::RadioOptions{.interval_ms = 15, .retry = 0.1},
                                      firmware, std::chrono::steady_clock::now());
    air.start();
  }
  /// `more`: params of the source.
  void run(const std::filesystem::path& out, const std::string& more = {}) {
    static const auto registry = test::all_nodes();
    Diagnostics problems;
    std::string text = logs_of_colmi;
    text.replace(text.find(", connect_timeout"), 0, more);
    const auto graph = read_graph_text(text, "graph.yaml", "/", {}, registry, problems);
    BOOST_TEST_REQUIRE((graph != std::nullopt), problems.text());
    PlanOptions options;
    options.out_dir = out;
    const auto plan = Plan::build(*graph, options, problems);
    remarks = problems.text();
    BOOST_TEST_REQUIRE((plan != nullptr), remarks);
    BOOST_TEST((plan->mode() == Mode::replay));
    report = run_replay(*plan, {});
    for (const auto& why : report.failures) BOOST_ERROR(why);
    air.run([&] {
      totals = ring->totals();
      truth = ring->logged();
      measures = ring->measures();
    });
    zero_utc_ns = report.sources.at(0).start_utc_ns.value();
  }
  /// It was asked for what it has logged, and for nothing else.
  void only_read() const {
    const std::set<std::uint8_t> reading{0x15, 0x43, 0xBC};
    BOOST_TEST((totals.commands == reading));
    BOOST_TEST(totals.forbidden == 0U);
    BOOST_TEST(totals.clock_set == 0U);
    BOOST_TEST(totals.started == 0U);
    BOOST_TEST(!measures);
  }
  void same(const std::filesystem::path& out, std::string_view log, const char* file,
            const std::vector<std::string>& columns, std::string_view without_day = {}) const {
    if (day_of_test(1) != from) return;  // midnight has come meanwhile: two days are three
    auto wanted = truth_of_log(truth, log, log == "sleep" ? evening : from);
    if (!without_day.empty())
      std::erase_if(wanted, [&](const auto& row) { return row.first.starts_with(without_day); });
    same_rows(rows_of_log(out / file, zero_utc_ns, columns), wanted, std::string(log));
  }
  std::uint64_t counter(std::string_view name) const {
    return test::counter_of(report, "logs", name);
  }

  std::string from = day_of_test(1);
  std::string evening =
      day_of_test(2) + "T20";  ///< before the first night that ended within two days
  test::PrivateBus bus;
  test::Air air;
  vring::ColmiRing* ring{};
  vring::ColmiRing::Totals totals;
  std::vector<vring::LoggedTruth> truth;
  RunReport report;
  std::string remarks;
  std::int64_t zero_utc_ns{};
  bool measures{};
};

bool tells(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string refusal_of_history(const std::string& nodes) {
  const test::Scratch out;
  static const auto registry = test::all_nodes();
  Diagnostics problems;
  const auto graph =
      read_graph_text("interbeat: 1\nnodes:\n" + nodes, "graph.yaml", "/", {}, registry, problems);
  if (!graph) return problems.text();
  PlanOptions options;
  options.out_dir = out.path();
  BOOST_TEST((Plan::build(*graph, options, problems) == nullptr));
  return problems.text();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_history)

BOOST_AUTO_TEST_CASE(what_was_logged_stands_at_its_time_and_nothing_is_set) {
  ColmiWithLogs world;
  const test::Scratch out;
  world.run(out.path());
  world.same(out.path(), "heart_rate", "rates.csv", {"heart_rate_bpm"});
  world.same(out.path(), "steps", "steps.csv", {"steps", "distance_m", "energy_kcal"});
  world.same(out.path(), "spo2", "spo2.csv", {"lowest_pct", "highest_pct"});
  world.same(out.path(), "temperature", "temperature.csv", {"temperature_degc"});
  BOOST_TEST(test::CsvTable(out.path() / "rates.csv").rows() > 200U);
  BOOST_TEST(test::CsvTable(out.path() / "sleep.csv").rows() > 5U);
  BOOST_TEST(world.remarks == "");
  for (const auto* name : {"missing_logs", "refused_rows", "repeated", "overlapping"})
    BOOST_TEST(world.counter(name) == 0U, name);
  world.only_read();
}

BOOST_AUTO_TEST_CASE(packets_that_were_lost_once_are_asked_for_again) {
  ColmiWithLogs world;
  world.air.run([&] {
    world.ring->lose(0x15, 1, 2);  // the first two answers, which come without their echo
    world.ring->lose(0x43, 0, 1);  // without its header
    world.ring->lose(0x2A, 1, 1);  // without its middle
    world.ring->repeat(0x15, 3);
  });
  const test::Scratch out;
  world.run(out.path());
  world.same(out.path(), "heart_rate", "rates.csv", {"heart_rate_bpm"});
  world.same(out.path(), "steps", "steps.csv", {"steps", "distance_m", "energy_kcal"});
  world.same(out.path(), "spo2", "spo2.csv", {"lowest_pct", "highest_pct"});
  BOOST_TEST(world.remarks == "");
  BOOST_TEST(world.counter("missing_logs") == 0U);
  BOOST_TEST(world.totals.logs_asked[0x15] == 4U);  // three times for today, once for yesterday
  BOOST_TEST(world.totals.logs_asked[0x2A] == 2U);
  world.only_read();
}

BOOST_AUTO_TEST_CASE(a_log_that_never_comes_whole_is_told_and_nothing_is_made_up) {
  ColmiWithLogs world;
  world.air.run([&] { world.ring->lose(0x15, 2, 3); });  // of today: no answer is whole
  const test::Scratch out;
  world.run(out.path());
  const auto today = day_of_test(0);
  BOOST_TEST(tells(world.remarks, "graph.yaml:3:"), world.remarks);
  BOOST_TEST(tells(world.remarks, "AA:00:00:00:04:11: its heart rates of " + today +
                                      " did not come whole in 3 requests, and are left out"),
             world.remarks);
  BOOST_TEST(world.counter("missing_logs") == 1U);
  world.same(out.path(), "heart_rate", "rates.csv", {"heart_rate_bpm"}, today);
  world.same(out.path(), "steps", "steps.csv", {"steps", "distance_m", "energy_kcal"});
  world.only_read();
}

BOOST_AUTO_TEST_CASE(a_log_that_is_never_answered_or_refused_is_a_sentence_and_others_are_fine) {
  ColmiWithLogs world({.unanswered = {0x15}, .unknown = {0x43}});
  const test::Scratch out;
  world.run(out.path());
  BOOST_TEST(tells(world.remarks, "did not come: 3 requests were not answered"), world.remarks);
  BOOST_TEST(tells(world.remarks, "did not come: its firmware refuses to tell them"),
             world.remarks);
  BOOST_TEST(world.counter("missing_logs") == 4U);  // two days each
  BOOST_TEST(test::CsvTable(out.path() / "rates.csv").rows() == 0U);
  BOOST_TEST(test::CsvTable(out.path() / "steps.csv").rows() == 0U);
  world.same(out.path(), "spo2", "spo2.csv", {"lowest_pct", "highest_pct"});
  world.same(out.path(), "temperature", "temperature.csv", {"temperature_degc"});
  world.only_read();
}

BOOST_AUTO_TEST_CASE(what_came_until_the_time_was_up_is_given) {
  ColmiWithLogs world({.unanswered = {0x43}});
  const test::Scratch out;
  world.run(out.path(), ", read_timeout: 6 s");
  BOOST_TEST(tells(world.remarks, "not all logs came within 6 s (read_timeout)"), world.remarks);
  world.same(out.path(), "heart_rate", "rates.csv", {"heart_rate_bpm"});
  BOOST_TEST(world.counter("missing_logs") == 5U);  // steps of two days, and the last three
  BOOST_TEST(test::CsvTable(out.path() / "sleep.csv").rows() == 0U);
}

BOOST_AUTO_TEST_CASE(its_memory_follows_from_its_wearer_and_the_calendar) {
  virtual_ring::Options anna;
  anna.seed = 4;
  vring::ColmiMemory one(anna), other(anna);
  anna.seed = 5;
  vring::ColmiMemory of_ben(anna);
  const std::chrono::local_days june{std::chrono::year{2026} / 6 / 1};
  const std::chrono::local_seconds noon = june + 12h;
  const auto later_first = other.rates(june, noon);
  const auto before = other.rates(june - std::chrono::days{1}, noon);
  BOOST_TEST((one.rates(june - std::chrono::days{1}, noon) == before));
  BOOST_TEST((one.rates(june, noon) == later_first));
  BOOST_TEST((of_ben.rates(june, noon) != later_first));
  // At five past noon a slot has not begun, and nothing is in it.
  BOOST_TEST(later_first.size() == 288U);
  for (std::size_t slot = 145; slot < 288; ++slot) BOOST_TEST(later_first[slot] == 0);
  for (int ago = 0; ago < 7; ++ago) {
    const auto night = one.night(june - std::chrono::days{ago}, noon);
    BOOST_TEST(night.count > 5U);
    BOOST_TEST(night.staged_min() == night.span_min());
  }
  BOOST_TEST(one.night(june, june + 5h).count == 0U);
}

BOOST_AUTO_TEST_CASE(a_link_that_breaks_meanwhile_is_made_again) {
  ColmiWithLogs world;
  world.air.run_after(3500ms, [&] { world.air.daemon.lose(*world.ring, 300ms); });
  const test::Scratch out;
  world.run(out.path());
  world.same(out.path(), "heart_rate", "rates.csv", {"heart_rate_bpm"});
  world.same(out.path(), "temperature", "temperature.csv", {"temperature_degc"});
  BOOST_TEST(world.counter("missing_logs") == 0U);
  world.only_read();
}

BOOST_AUTO_TEST_CASE(beside_a_live_source_it_is_refused_before_any_ring_is_asked) {
  const auto why = refusal_of_history(
      "  logs: {type: ring.colmi_history, device: \"ble:AA:00:00:00:04:11\"}\n"
      "  anna: {type: source, uri: \"virtual:seed=1\"}\n"
      "  a: {type: sink.csv, in: logs.heart_rate, path: a.csv}\n"
      "  b: {type: sink.csv, in: anna.ppg, path: b.csv}\n");
  BOOST_TEST(tells(why, "graph.yaml:3:"), why);
  BOOST_TEST(tells(why,
                   "logs reads what its device has logged in the past, and anna is live: the two "
                   "have no time in common"),
             why);
  BOOST_TEST(tells(why, "run logs in a graph of its own, without anna"), why);
  BOOST_TEST(!tells(why, "can't be opened"), why);
}

BOOST_AUTO_TEST_CASE(no_window_of_the_present_takes_what_was_logged) {
  const std::string ring =
      "  logs: {type: ring.colmi_history, device: \"ble:AA:00:00:00:04:11\"}\n";
  const struct {
    const char *node, *carries, *expected;
  } refused[] = {
      {"  h: {type: hrv.window, intervals: logs.heart_rate}\n", "interbeat/logged_rate/1",
       "expected interbeat/interval/1"},
      {"  c: {type: interval.clean, beats: logs.heart_rate}\n", "interbeat/logged_rate/1",
       "expected interbeat/beat/1"},
      {"  b: {type: beat.rr, notifications: logs.heart_rate}\n", "interbeat/logged_rate/1",
       "expected interbeat/rr/1"},
      {"  b: {type: beat.ppg, in: logs.temperature}\n", "interbeat/logged_temperature/1",
       "expected"},
      {"  h: {type: hrv.window, intervals: logs.sleep}\n", "interbeat/logged_sleep/1",
       "expected interbeat/interval/1"},
      {"  c: {type: interval.clean, beats: logs.steps}\n", "interbeat/logged_steps/1",
       "expected interbeat/beat/1"},
      {"  c: {type: interval.clean, beats: logs.spo2}\n", "interbeat/logged_spo2/1",
       "expected interbeat/beat/1"},
  };
  for (const auto& r : refused) {
    const auto why = refusal_of_history(ring + r.node);
    BOOST_TEST(tells(why, "graph.yaml:4:"), why);
    BOOST_TEST(tells(why, r.carries), why);
    BOOST_TEST(tells(why, r.expected), why);
    BOOST_TEST(tells(why, "hint: "), why);
    BOOST_TEST(!tells(why, "can't be opened"), why);
  }
  const auto rate = refusal_of_history(ring + refused[0].node);
  BOOST_TEST(tells(rate, "logged in the past, with no intervals in it"), rate);
}

BOOST_AUTO_TEST_CASE(a_device_without_logs_is_refused_in_a_sentence) {
  test::PrivateBus bus;
  test::Air air;
  air.add<vring::Strap>("AA:00:00:00:04:12", "R02_A1B4", virtual_ring::Options{});
  air.start();
  const auto why = refusal_of_history(
      "  logs: {type: ring.colmi_history, device: \"ble:AA:00:00:00:04:12\"}\n"
      "  file: {type: sink.csv, in: logs.heart_rate, path: rates.csv}\n");
  BOOST_TEST(tells(why, "graph.yaml:3:"), why);
  BOOST_TEST(tells(why, "it does not have what such a device has"), why);
}

BOOST_AUTO_TEST_CASE(logs_whose_checksum_never_fits_are_given_and_said_to_be_in_doubt) {
  ColmiWithLogs world({.wrong_crc = true, .clock_in_2106 = true});
  const test::Scratch out;
  world.run(out.path());
  world.only_read();
  BOOST_TEST(world.counter("doubtful_logs") == 3U);  // SpO2, sleep, temperature
  BOOST_TEST(world.counter("missing_logs") == 0U);
  BOOST_TEST(world.counter("bad_packets") == 6U);  // each came twice
  BOOST_TEST(world.remarks.find("its sleep: its checksum does not fit") != std::string::npos,
             world.remarks);
  BOOST_TEST(world.remarks.find("its clock is wrong") != std::string::npos, world.remarks);
  BOOST_TEST(world.totals.logs_asked.at(0x27) == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
