// Settled time: the result of a run depends on what was admitted alone. Not on the step, the number
// of threads, the order between sources or the cut of blocks; and nothing hangs or is lost where
// time is virtual. Toy graphs, all seeds printed.
#include "support/toy_nodes.hpp"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>

namespace {

using namespace ib::test;
using namespace std::chrono_literals;
using ib::AdmittedLog;
using ib::Duration;
using ib::LogEntry;
using ib::PlanOptions;
using ib::Time;
using All = std::map<std::string, Rows, std::less<>>;

/// Small random numbers that are the same everywhere (std distributions are not).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  std::int64_t between(std::int64_t lo, std::int64_t hi) {
    return lo + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(hi - lo + 1)));
  }
  bool one_in(std::uint64_t n) { return below(n) == 0; }

 private:
  std::mt19937_64 engine_;
};

PlanOptions options(Duration step, unsigned threads = 1) {
  PlanOptions o;
  o.step = step;
  o.threads = threads;
  return o;
}

/// A heart at 25 Hz: a hump per beat, now and then a few samples lost.
Tape heart(Dice& d, double length_s) {
  Tape t;
  t.rate_hz = 25;
  t.start = Time{d.between(0, 3'000'000'000)};
  const auto period = static_cast<double>(d.between(700, 1100)) / 1000;
  const auto n = static_cast<std::size_t>(length_s * t.rate_hz);
  for (std::size_t i = 0; i < n; ++i) {
    const double phase = std::fmod(static_cast<double>(i) / t.rate_hz, period) / period - 0.4;
    t.x.push_back(static_cast<float>(std::exp(-30 * phase * phase)) +
                  static_cast<float>(d.between(0, 1000)) / 2e4F);
    if (i > 0 && d.one_in(600)) t.gaps.push_back({i, static_cast<std::uint64_t>(d.between(1, 80))});
  }
  std::uint64_t lost = 0;
  for (const auto& g : t.gaps) lost += g.missing;
  t.end = ib::Anchor::of_rate(t.rate_hz, t.start).at(n + lost);
  t.capacity = static_cast<std::uint32_t>(d.between(1, 300));
  return t;
}

/// Moments of source `k`, which no other source has (ns mod 16).
Tape moments(Dice& d, std::uint64_t k, Duration mean, std::size_t n, Time start = {}) {
  Tape t;
  std::int64_t at = start.ns;
  for (std::size_t i = 0; i < n; ++i) {
    at += d.between(1, 2 * mean.count());
    t.times.push_back({(at / 16 + 1) * 16 + static_cast<std::int64_t>(k)});
    at = t.times.back().ns;
    if (i > 0 && n <= 60 && d.one_in(30)) t.gaps.push_back({i, 0});
  }
  t.end = t.times.empty() ? start : t.times.back();
  t.capacity = static_cast<std::uint32_t>(d.between(1, 40));
  return t;
}

void couple(World& w, Dice& d) {
  const bool cut = d.one_in(2);
  for (const std::string p : {"anna", "ben"}) {
    w.play(p, heart(d, static_cast<double>(d.between(20, 70))));
    w.add<Wave>(p);
    w.add<OnePole>(p + ".smooth", {{p}});
    w.set(p + ".smooth", 0, 0.3);
    w.add<PeakBeats>(p + ".beats", {{p + ".smooth", 0, cut}});
    w.add<Collect>(p + ".wave_out", {{p + ".smooth"}});
    w.add<Collect>(p + ".beats_out", {{p + ".beats", 0, d.one_in(2)}});
  }
  w.add<Difference>("together", {{"anna.beats"}, {"ben.beats"}});
  w.add<Collect>("out", {{"together"}});
}

/// The same admissions, cut finer: before each `until` some that lie between it and the one before.
AdmittedLog subdivide(const AdmittedLog& log, Dice& d) {
  AdmittedLog fine;
  std::map<std::uint32_t, Time> last;
  for (const auto& e : log) {
    if (e.kind == LogEntry::Kind::until) {
      const auto [it, first] = last.try_emplace(e.source, e.time);
      std::vector<std::int64_t> cuts;
      for (auto k = first ? 0 : d.below(4); k > 0; --k) {
        if (e.time > it->second) cuts.push_back(d.between(it->second.ns, e.time.ns));
      }
      std::sort(cuts.begin(), cuts.end());
      for (const auto c : cuts) fine.push_back({LogEntry::Kind::until, e.source, {c}, 0, 0});
      it->second = e.time;
    }
    fine.push_back(e);
  }
  return fine;
}

/// Takes any source that stays within `ahead` of the slowest, which a plan promises to bear; and
/// always may take the slowest. Works on the log that is played.
class Interleave {
 public:
  Interleave(const AdmittedLog& log, Duration ahead, Dice& d) : ahead_(ahead), dice_(&d) {
    for (const auto& e : log) {
      if (e.kind != LogEntry::Kind::event) of_[e.source].times.push_back(e.time);
    }
  }
  std::size_t operator()(const std::vector<std::uint32_t>& open) {
    Time least = ib::forever;
    for (const auto s : open) least = std::min(least, of_[s].reached);
    std::vector<std::size_t> may;
    for (std::size_t k = 0; k < open.size(); ++k) {
      const auto& s = of_[open[k]];
      if (s.reached == least || s.times[s.next] <= least + ahead_) may.push_back(k);
    }
    const auto k = may[dice_->below(may.size())];
    auto& s = of_[open[k]];
    s.reached = std::max(s.reached, s.times[s.next++]);
    return k;
  }

 private:
  struct Entries {
    std::vector<Time> times;
    std::size_t next{};
    Time reached{};
  };
  Duration ahead_;
  Dice* dice_;
  std::map<std::uint32_t, Entries> of_;
};

std::string in_words(const Row& r) {
  return std::to_string(r.t.ns) + (r.bytes.rfind("gap", 0) == 0 ? " " + r.bytes : "");
}

/// The first difference between two results, in words; empty: none.
std::string difference(const All& a, const All& b) {
  for (const auto& [path, rows] : a) {
    const auto it = b.find(path);
    if (it == b.end()) return path + " is missing";
    const auto& other = it->second;
    const auto n = std::min(rows.rows.size(), other.rows.size());
    for (std::size_t i = 0; i < n; ++i) {
      if (!(rows.rows[i] == other.rows[i])) {
        return path + " differs at row " + std::to_string(i) + " of " +
               std::to_string(rows.rows.size()) + ": " + in_words(rows.rows[i]) + " and " +
               in_words(other.rows[i]);
      }
    }
    if (rows.rows.size() != other.rows.size()) {
      return path + " has " + std::to_string(rows.rows.size()) + " and " +
             std::to_string(other.rows.size()) + " rows";
    }
    if (!(rows == other)) return path + " ends differently";
  }
  return "";
}

std::uint64_t counter(const ib::RunReport& r, const std::string& path, const std::string& name) {
  for (const auto& n : r.nodes) {
    if (n.path != path) continue;
    for (const auto& [k, v] : n.counters) {
      if (k == name) return v;
    }
  }
  return 0;
}
const ib::NodeReport& node(const ib::RunReport& r, const std::string& path) {
  for (const auto& n : r.nodes) {
    if (n.path == path) return n;
  }
  throw std::runtime_error("no node " + path);
}

/// Plays the world once plainly, then in `ways` other ways; all must give the same rows.
std::string same_in_every_way(World& w, Dice& d, int ways) {
  const auto plain = w.replay(options(10s));
  if (plain.interrupted) return "it hangs";
  if (plain.lost > 0) return "items were lost";
  const All expected = w.all();
  for (int i = 0; i < ways; ++i) {
    const Duration step{d.between(100'000'000, 15'000'000'000)};
    const auto threads = static_cast<unsigned>(d.between(1, 3));
    AdmittedLog log;
    if (w.replay(options(step, threads), &log).lost > 0) return "items were lost by another step";
    if (auto s = difference(expected, w.all()); !s.empty()) return "replay: " + s;
    const auto fine = subdivide(log, d);
    const auto r = w.play_log(fine, options(step, static_cast<unsigned>(d.between(1, 3))),
                              Interleave(fine, 2 * step, d));
    if (r.lost > 0) return "items were lost by the log";
    if (auto s = difference(expected, w.all()); !s.empty()) return "log: " + s;
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(settled_time)

BOOST_AUTO_TEST_CASE(a_source_alone_is_played_whole) {
  World w;
  Tape t;
  t.times = {{1}, {2}, {4}, {5'000'000'000}};
  t.end = {6'000'000'000};
  t.capacity = 2;
  w.play("a", t);
  w.add<Pulses>("a");
  w.add<Relay>("r", {{"a"}});
  w.add<Collect>("out", {{"r"}});
  const auto r = w.replay(options(1s));
  BOOST_TEST(w.got("out").items() == 4U);
  BOOST_TEST(w.got("out").finished);
  BOOST_TEST(r.sources[0].settled_s == 6.0);
}

BOOST_AUTO_TEST_CASE(two_hearts_give_the_same_bits_in_every_way) {
  std::size_t rows = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Dice d(seed);
    World w;
    couple(w, d);
    const auto wrong = same_in_every_way(w, d, 2);
    BOOST_REQUIRE_MESSAGE(wrong.empty(), "seed " << seed << ": " << wrong);
    rows += w.got("out").items();
  }
  BOOST_TEST(rows > 300U);
}

namespace {

/// A random graph of at most 12 nodes and a sink behind every loose end. Returns for each sink the
/// moments of all the sources above it: what a plan that loses nothing must bring there.
std::map<std::string, std::set<std::int64_t>> random_graph(World& w, Dice& d) {
  std::map<std::string, std::set<std::int64_t>> above;
  std::vector<std::string> loose, all;
  const auto sources = 1 + d.below(4);
  const auto inner = d.below(12 - sources) + 1;
  for (std::uint64_t k = 0; k < sources; ++k) {
    const auto path = "s" + std::to_string(k);
    const bool fast = d.one_in(3), late = k > 0 && d.one_in(6), silent = k > 0 && d.one_in(6);
    const Duration mean = fast ? Duration(10ms) : Duration(d.between(200, 10'000) * 1'000'000);
    const auto n = silent ? 0 : static_cast<std::size_t>(fast ? 5000 : d.between(5, 60));
    auto tape = moments(d, k, mean, n, late ? Time{3'600'000'000'000} : Time{});
    if (silent) tape.end = ib::forever;
    above[path] = {};
    for (const auto t : tape.times) above[path].insert(t.ns);
    w.play(path, std::move(tape));
    w.add<Pulses>(path);
    all.push_back(path);
    loose.push_back(path);
  }
  for (std::uint64_t k = 0; k < inner; ++k) {
    const auto path = "n" + std::to_string(k);
    const auto a = all[d.below(all.size())], b = all[d.below(all.size())];
    auto set = above[a];
    if (a != b && !d.one_in(3)) {
      w.add<Meet>(path, {{a, 0, d.one_in(3)}, {b, 0, d.one_in(3)}});
      set.insert(above[b].begin(), above[b].end());
      std::erase(loose, b);
    } else {
      w.add<Relay>(path, {{a, 0, d.one_in(3)}});
    }
    std::erase(loose, a);
    above[path] = std::move(set);
    all.push_back(path);
    loose.push_back(path);
  }
  std::map<std::string, std::set<std::int64_t>> expected;
  for (const auto& end : loose) {
    w.add<Collect>("out." + end, {{end, 0, d.one_in(3)}});
    expected["out." + end] = above[end];
  }
  return expected;
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_graphs_lose_nothing_and_never_hang) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Dice d(seed);
    World w;
    const auto expected = random_graph(w, d);
    const auto wrong = same_in_every_way(w, d, 1);
    BOOST_REQUIRE_MESSAGE(wrong.empty(), "seed " << seed << ": " << wrong);
    for (const auto& [path, moments] : expected) {
      std::set<std::int64_t> got;
      for (const auto& r : w.got(path).rows) {
        if (r.bytes.rfind("gap", 0) != 0) got.insert(r.t.ns);
      }
      BOOST_REQUIRE_MESSAGE(got == moments, "seed " << seed << ": " << path << " got " << got.size()
                                                    << " of " << moments.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_partner_that_ends_early_does_not_hold_the_other) {
  Dice d(1);
  World w;
  w.play("a", moments(d, 0, 500ms, 40));
  w.play("b", moments(d, 1, 100ms, 6000));  // 20 s against 10 min
  w.add<Pulses>("a");
  w.add<Pulses>("b");
  w.add<Meet>("meet", {{"a"}, {"b"}});
  w.add<Collect>("out", {{"meet"}});
  const auto r = w.replay(options(10s));
  BOOST_TEST(r.lost == 0U);
  BOOST_TEST(w.got("out").items() == 6040U);
  BOOST_TEST(w.got("out").finished);
}

BOOST_AUTO_TEST_CASE(a_partner_that_stalls_is_given_up_by_marks_alone) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Dice d(seed);
    World w;
    w.play("a", moments(d, 0, 200ms, 200));
    w.play("b", moments(d, 1, 300ms, 150));
    w.add<Pulses>("a");
    w.add<Pulses>("b");
    w.add<Hasty>("hasty", {{"a", 0, d.one_in(2)}, {"b", 0, d.one_in(2)}});
    w.add<Collect>("out", {{"hasty"}});
    // b delivers its second ten seconds only when a stands at 20 s; meanwhile the host marks.
    AdmittedLog log;
    const auto until = [&](std::uint32_t s, double t) {
      log.push_back({LogEntry::Kind::until, s, Time{} + ib::from_seconds(t), 0, 0});
    };
    const auto seen = [&](double t) {
      for (const std::uint32_t s : {0U, 1U}) {
        log.push_back({LogEntry::Kind::seen, s, Time{} + ib::from_seconds(t), 0, 0});
      }
    };
    for (int t = 1; t <= 10; ++t) {
      until(0, t);
      until(1, t);
    }
    for (int t = 11; t <= 20; ++t) {
      until(0, t);
      seen(t);
    }
    for (int t = 11; t <= 30; ++t) until(1, t);
    for (int t = 21; t <= 30; ++t) until(0, t);
    const auto first = w.play_log(log, options(1s));
    const All expected = w.all();
    const auto late = counter(first, "hasty", "late");
    BOOST_REQUIRE_MESSAGE(late > 0U, "seed " << seed);
    bool given_up = false, idle = false, settled = false;
    for (const auto& t : w.got("out").as<Together>()) {
      given_up = given_up || t.b == ib::Side::given_up;
      idle = idle || t.b == ib::Side::idle;
      settled = settled || t.b == ib::Side::settled;
    }
    BOOST_TEST((given_up && idle && settled));
    for (int way = 0; way < 4; ++way) {
      const auto r = w.play_log(log, options(1s, static_cast<unsigned>(d.between(1, 3))),
                                Interleave(log, 2s, d));
      const auto wrong = difference(expected, w.all());
      BOOST_REQUIRE_MESSAGE(wrong.empty(), "seed " << seed << ": " << wrong);
      BOOST_TEST(counter(r, "hasty", "late") == late);
    }
  }
}

/// Behind a merge that has given up there is nothing left to give up: one that waits shorter than the
/// merge in front of it must not call its rows late.
BOOST_AUTO_TEST_CASE(a_merge_behind_a_merge_does_not_see_who_is_heard_first) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Dice d(seed);
    World w;
    w.play("a", moments(d, 0, 200ms, 200));
    w.play("b", moments(d, 1, 300ms, 150));
    w.play("c", moments(d, 2, 250ms, 170));
    for (const std::string s : {"a", "b", "c"}) w.add<Pulses>(s);
    w.add<Patient>("patient", {{"a", 0, d.one_in(2)}, {"b", 0, d.one_in(2)}});
    w.add<Hasty>("hasty", {{"patient", 0, d.one_in(2)}, {"c", 0, d.one_in(2)}});
    w.add<Collect>("out", {{"hasty"}});
    AdmittedLog log;  // b stalls for twenty seconds; a and c go on, and b gets marks
    const auto admit = [&](LogEntry::Kind kind, std::uint32_t s, int t) {
      log.push_back({kind, s, Time{t * 1'000'000'000LL}, 0, 0});
    };
    for (int t = 1; t <= 40; ++t) {
      admit(LogEntry::Kind::until, 0, t);
      admit(LogEntry::Kind::until, 2, t);
      if (t <= 10 || t > 30) admit(LogEntry::Kind::until, 1, t);
      else admit(LogEntry::Kind::seen, 1, t);
    }
    const auto first = w.play_log(log, options(1s));
    const All expected = w.all();
    BOOST_TEST(w.got("out").items() > 30U);  // it never froze
    BOOST_TEST(counter(first, "hasty", "late") == 0U);
    for (int way = 0; way < 4; ++way) {
      const auto r = w.play_log(log, options(1s, static_cast<unsigned>(d.between(1, 3))),
                                Interleave(log, 2s, d));
      BOOST_TEST(counter(r, "hasty", "late") == 0U);
      const auto wrong = difference(expected, w.all());
      BOOST_REQUIRE_MESSAGE(wrong.empty(), "seed " << seed << ": " << wrong);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_store_that_is_too_small_is_said_and_does_not_hang) {
  World w;
  Dice d(1);
  w.play("a", moments(d, 0, 1ms, 200'000));
  w.play("b", moments(d, 1, 1s, 10));
  w.add<Pulses>("a");
  w.add<Pulses>("b");
  w.add<Meet>("meet", {{"a"}, {"b"}});
  w.add<Collect>("out", {{"meet"}});
  AdmittedLog log;  // all of a before any of b: three minutes ahead, where the plan keeps seconds
  for (int t = 1; t <= 210; ++t) {
    log.push_back({LogEntry::Kind::until, 0, Time{t * 1'000'000'000LL}, 0, 0});
  }
  const auto r = w.play_log(log, options(1s), [](const auto&) { return 0U; });
  BOOST_TEST(counter(r, "meet", "lost") > 0U);
  BOOST_TEST(r.lost > 0U);
  BOOST_TEST(!r.failures.empty());
}

namespace {

/// source → faulty → out, and source → relay → beside: two branches, one of which fails.
template <class Faulty>
ib::RunReport branches(World& w, ib::OnError on_error, double at) {
  Tape t;
  for (std::int64_t i = 0; i < 100; ++i) t.times.push_back({i * 1'000'000'000});
  t.end = {100'000'000'000};
  w.play("a", t);
  w.add<Pulses>("a");
  w.add<Faulty>("faulty", {{"a"}}).on_error = on_error;
  w.set("faulty", 0, at);
  w.add<Collect>("out", {{"faulty"}});
  w.add<Relay>("relay", {{"a"}});
  w.add<Collect>("beside", {{"relay"}});
  const auto r = w.replay(options(1s));
  BOOST_TEST(w.got("beside").items() == 100U);  // the other branch goes on
  BOOST_TEST(w.got("beside").finished);
  BOOST_TEST(!w.got("beside").failed);
  return r;
}

}  // namespace

BOOST_AUTO_TEST_CASE(stop_ends_the_branch_and_says_why) {
  World w;
  const auto r = branches<Faulty<Failure::throws>>(w, ib::OnError::stop, 10);
  BOOST_TEST(w.got("out").items() == 10U);
  BOOST_TEST(w.got("out").finished);
  BOOST_TEST(w.got("out").failed);
  BOOST_TEST(node(r, "faulty").errors == 1U);
  BOOST_TEST(node(r, "faulty").state == "stopped: a number that it can't bear");
  BOOST_TEST(r.failures.size() == 1U);
}

BOOST_AUTO_TEST_CASE(who_never_gets_past_an_item_is_stopped) {
  World w;
  const auto r = branches<NeverPast>(w, ib::OnError::restart, 10);
  BOOST_TEST(w.got("out").items() == 0U);
  BOOST_TEST(w.got("out").failed);
  BOOST_TEST(node(r, "faulty").state ==
             "stopped: it reports a failed item again and again, and never gets past it");
}

BOOST_AUTO_TEST_CASE(restart_passes_over_the_item_that_failed) {
  World w;
  const auto r = branches<Faulty<Failure::throws>>(w, ib::OnError::restart, 10);
  BOOST_TEST(w.got("out").items() == 91U);  // nine pulses are missing, each told as a gap
  BOOST_TEST(w.got("out").gaps() == 9U);
  BOOST_TEST(w.got("out").finished);
  BOOST_TEST(!w.got("out").failed);
  BOOST_TEST(node(r, "faulty").errors == 9U);
  BOOST_TEST(node(r, "faulty").restarts == 9U);
  BOOST_TEST(node(r, "faulty").state == "running");
}

/// What an error costs is one item, wherever blocks are cut: also in the block that ends the stream.
BOOST_AUTO_TEST_CASE(errors_do_not_see_blocks) {
  for (const auto policy : {ib::OnError::stop, ib::OnError::restart, ib::OnError::bypass}) {
    World w;
    Tape t;
    for (std::int64_t i = 1; i <= 100; ++i) t.times.push_back({i * 1'000'000'000});
    t.end = {100'000'000'000};
    w.play("a", t);
    w.add<Pulses>("a");
    w.add<Faulty<Failure::throws>>("faulty", {{"a"}}).on_error = policy;
    w.set("faulty", 0, 11);  // also at 99, in the last block
    w.add<Relay>("relay", {{"faulty"}});
    w.add<Collect>("out", {{"relay"}});
    w.replay(options(1s));
    const All expected = w.all();
    BOOST_TEST(w.got("out").finished);
    for (const auto step : {300ms, 3000ms, 10'000ms, 1'000'000ms}) {
      w.replay(options(step));
      BOOST_TEST(difference(expected, w.all()) == "", "policy " << static_cast<int>(policy));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_filter_that_fails_flags_the_sample_and_starts_anew) {
  World w;
  Tape t;
  t.rate_hz = 10;
  for (int i = 0; i < 200; ++i)
    t.x.push_back(i % 23 == 22 ? 2.0F : static_cast<float>(i % 23) / 100);
  t.end = Time{} + 20s;
  w.play("a", t);
  w.add<Wave>("a");
  w.add<FaultyFilter>("faulty", {{"a"}}).on_error = ib::OnError::restart;
  w.add<Collect>("out", {{"faulty"}});
  const auto r = w.replay(options(1s));
  const All expected = w.all();
  BOOST_TEST(node(r, "faulty").errors == 8U);
  BOOST_TEST(w.got("out").items() == 200U);  // the eight among them are flagged as no data
  for (const auto step : {100ms, 700ms, 30'000ms}) {
    w.replay(options(step));
    BOOST_TEST(difference(expected, w.all()) == "");
  }
}

BOOST_AUTO_TEST_CASE(errors_between_two_streams_do_not_see_who_is_heard_first) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Dice d(seed);
    World w;
    w.play("a", moments(d, 0, 200ms, 200));
    w.play("b", moments(d, 1, 300ms, 150));
    w.add<Pulses>("a");
    w.add<Pulses>("b");
    w.add<FaultyMeet>("meet", {{"a", 0, d.one_in(2)}, {"b", 0, d.one_in(2)}}).on_error =
        d.one_in(2) ? ib::OnError::restart : ib::OnError::stop;
    w.add<Collect>("out", {{"meet"}});
    const auto wrong = same_in_every_way(w, d, 3);
    BOOST_REQUIRE_MESSAGE(wrong.empty(), "seed " << seed << ": " << wrong);
  }
}

BOOST_AUTO_TEST_CASE(bypass_hands_on_what_came_in) {
  World w;
  const auto r = branches<Faulty<Failure::throws>>(w, ib::OnError::bypass, 10);
  BOOST_TEST(w.got("out").items() == 100U);
  BOOST_TEST(w.got("out").finished);
  BOOST_TEST(node(r, "faulty").errors == 1U);
  BOOST_TEST(node(r, "faulty").state == "bypassed: a number that it can't bear");
}

BOOST_AUTO_TEST_CASE(more_items_than_declared_is_the_nodes_error) {
  World w;
  const auto r = branches<Faulty<Failure::floods>>(w, ib::OnError::stop, 10);
  BOOST_TEST(w.got("out").items() == 10U);
  BOOST_TEST(node(r, "faulty").state ==
             "stopped: more items came out in one call than the port's bound promises");
}

BOOST_AUTO_TEST_CASE(an_answer_of_error_is_the_same) {
  World w;
  const auto r = branches<SaysError>(w, ib::OnError::stop, 10);
  BOOST_TEST(w.got("out").items() == 10U);
  BOOST_TEST(node(r, "faulty").state == "stopped: it answered so");
  World again;
  branches<SaysError>(again, ib::OnError::restart, 10);
  BOOST_TEST(again.got("out").items() == 99U);
}

BOOST_AUTO_TEST_CASE(a_source_that_turns_without_moving_is_given_up_and_a_slow_one_is_not) {
  World w;
  Tape t;
  for (std::int64_t i = 1; i <= 3000; ++i) t.times.push_back({i * 1'000'000});
  t.end = {4'000'000'000};
  w.play("slow", t);
  w.play("stuck", t);
  w.add<Lazy>("slow");  // moves at every second turn alone
  w.add<Lazy>("stuck").settings = {};
  w.set("stuck", 0, 1);
  w.add<Collect>("out", {{"slow"}});
  w.add<Collect>("beside", {{"stuck"}});
  const auto r = w.replay(options(10ms));
  BOOST_TEST(w.got("out").items() == 3000U);
  BOOST_TEST(node(r, "stuck").state.find("delivered nothing") != std::string::npos);
  BOOST_TEST(w.got("beside").finished);
}

BOOST_AUTO_TEST_CASE(a_source_that_fails_ends_or_is_asked_again) {
  const auto run = [](World& w, ib::OnError on_error) {
    Dice d(3);
    for (const std::string s : {"a", "b"}) {
      w.play(s, moments(d, s == "a" ? 0 : 1, 1s, 50));
      w.add<Pulses>(s).on_error = on_error;
    }
    stagehand().tapes["a"].fail_at = 3;
    w.add<Meet>("meet", {{"a"}, {"b"}});
    w.add<Collect>("out", {{"meet"}});
    w.add<Collect>("beside", {{"b"}});
    return w.replay(options(5s));
  };
  World w;
  auto r = run(w, ib::OnError::stop);
  BOOST_TEST(w.got("beside").items() == 50U);
  BOOST_TEST(w.got("out").finished);
  BOOST_TEST(node(r, "a").state == "stopped: the strap fell off");
  BOOST_TEST(r.lost == 0U);
  World again;
  r = run(again, ib::OnError::restart);
  BOOST_TEST(again.got("out").items() == 100U);
  BOOST_TEST(node(r, "a").restarts == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
