// A toy world: graphs built by hand, sources that play a vector, sinks that keep what arrives, and
// the three example nodes of the design between them. No YAML, no files, no devices.
//
//   World w;
//   w.play("a", {.times = {1s, 2s, 4s}, .end = 5s});
//   w.add<Pulses>("a");
//   w.add<Relay>("r", {{"a"}});
//   w.add<Collect>("out", {{"r"}});
//   auto report = w.replay({});            // w.got("out").rows: what came, byte by byte
//
// Sources obey the contract of ib_process: all items up to now_ns, then settled to now_ns; at most
// `capacity` items and `max_step` of settled time per call, IB_OK while there is more; a gap mark
// travels in the block of the first item behind it.
//
// Thread: one World at a time; tapes and rows are found by path while nodes are activated.
#pragma once

#include <interbeat/engine.hpp>
#include <interbeat/node.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace ib::test {

// -- items -----------------------------------------------------------------------------------------

struct Pulse {
  std::int64_t number;
  static const ib_type& type() {
    return item_type<Pulse>("interbeat/test_pulse/1", "A numbered moment.",
                            field<&Pulse::number>("number", "1", "Its number."));
  }
};

struct Beat {
  std::int32_t ibi_us, contiguous;
  static const ib_type& type() {
    return item_type<Beat>("interbeat/test_beat/1", "A heart beat.",
                           field<&Beat::ibi_us>("ibi_us", "us", "Interval that ends here."),
                           field<&Beat::contiguous>("contiguous", "1", "1: no gap before."));
  }
};

struct Together {
  Maybe mean_difference_ms;
  double coverage_a, coverage_b;
  Side a, b;
  std::uint8_t zero[6];  // no padding: rows are compared as bytes
  static const ib_type& type() {
    return item_type<Together>("interbeat/test_together/1", "Two hearts at a moment.",
                               field<&Together::mean_difference_ms>("mean_ms", "ms", "A minus B."));
  }
};

// -- what is played and what came ------------------------------------------------------------------

struct Tape {
  std::vector<Time> times;  ///< Pulses: one each, numbered from 0
  std::vector<float> x;     ///< Wave
  double rate_hz{25};
  Time start{};
  /// Before item `at`, `missing` samples (Wave) or the time from the item before (Pulses) was lost.
  struct Gap {
    std::size_t at;
    std::uint64_t missing;
  };
  std::vector<Gap> gaps;
  Time end{};  ///< done once settled here; forever: never done
  std::uint32_t capacity{64};
  std::size_t fail_at{SIZE_MAX};  ///< throws on this turn, counted from 0
};

struct Row {
  Time t;
  std::string bytes;  ///< of the item; of a gap: "gap", with its end
  bool operator==(const Row&) const = default;
};

struct Rows {
  std::vector<Row> rows;
  bool finished{}, failed{};
  /// In front of one item lies one gap, in however many blocks it came.
  void add_gap(const ib_gap& g) {
    ib_gap whole = g;
    if (!rows.empty() && rows.back().bytes.rfind("gap", 0) == 0) {
      whole.from_ns = std::min(whole.from_ns, rows.back().t.ns);
      whole.to_ns = std::max(whole.to_ns, std::int64_t{std::stoll(rows.back().bytes.substr(4))});
      rows.pop_back();
    }
    rows.push_back({{whole.from_ns}, "gap " + std::to_string(whole.to_ns)});
  }
  std::size_t gaps() const {
    return static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [](const Row& r) { return r.bytes.rfind("gap", 0) == 0; }));
  }
  std::size_t items() const { return rows.size() - gaps(); }
  template <class T>
  std::vector<T> as() const {
    std::vector<T> v;
    for (const auto& r : rows) {
      if (r.bytes.size() != sizeof(T) || r.bytes.rfind("gap", 0) == 0) continue;
      std::memcpy(&v.emplace_back(), r.bytes.data(), sizeof(T));
    }
    return v;
  }
};

/// What the nodes of the world in being look up by their path.
struct Stagehand {
  std::map<std::string, Tape, std::less<>> tapes;
  std::map<std::string, Rows, std::less<>> rows;
  std::atomic<std::uint64_t> turns{0};
  std::uint64_t turn_limit{1'000'000};
  std::atomic<bool> stop{false};
};
inline Stagehand& stagehand() {
  static Stagehand s;
  return s;
}

// -- sources -----------------------------------------------------------------------------------------

/// What both sources share: how far this turn goes and what it answers.
struct Player {
  const Tape* tape{};
  std::size_t next{}, turn{};
  Time settled = never;
  Duration step{};

  void activate(const Activation& a) {
    tape = &stagehand().tapes.at(std::string(a.path()));
    step = a.max_step();
  }
  Time reach(const ib_process& p) {
    auto& s = stagehand();
    if (++s.turns > s.turn_limit) s.stop = true;
    if (turn++ == tape->fail_at) throw std::runtime_error("the strap fell off");
    // Never beyond its end: what is settled when it is done may not depend on who asked how.
    return std::min({Time{p.now_ns}, std::max(settled, Time{} - step) + step, tape->end});
  }
  ib_status answer(ib_process& p, ib_block& out, std::size_t size, Time next_item) {
    out.settled_ns = std::max(out.settled_ns, settled.ns);
    if (next == size && settled >= tape->end) return IB_DONE;
    if (settled < Time{p.now_ns}) return IB_OK;
    p.wake_ns = (next < size ? next_item : tape->end).ns;
    return IB_SLEEP;
  }
};

struct Pulses {
  static constexpr About about{"test.pulses", "1.0.0", "Plays moments."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE | IB_NODE_DETERMINISTIC;
  Out<"out", Pulse> out;
  Player player;
  static constexpr auto fields = std::tuple{&Pulses::out};

  bool activate(Activation& a) {
    player.activate(a);
    a.out().max_items = player.tape->capacity;
    a.out().items_per_second = peak_rate();
    return true;
  }
  /// Greatest number of items in any second, found by looking.
  double peak_rate() const {
    const auto& t = player.tape->times;
    std::size_t most = 1, first = 0;
    for (std::size_t i = 0; i < t.size(); ++i) {
      while (t[i] - t[first] > 1s) ++first;
      most = std::max(most, i - first + 1);
    }
    return static_cast<double>(most);
  }
  bool gap_before(std::size_t k) const {
    const auto& gaps = player.tape->gaps;
    return k > 0 && std::any_of(gaps.begin(), gaps.end(), [&](const auto& g) { return g.at == k; });
  }
  ib_status process(ib_process& p) {
    ib_block& b = *out.block();
    const Tape& tape = *player.tape;
    const Time to = player.reach(p);
    auto& k = player.next;
    bool full = false;
    for (; k < tape.times.size() && tape.times[k] <= to; ++k) {
      if ((full = b.n == b.capacity)) break;
      if (gap_before(k)) add_gap(b, tape.times[k - 1] + Duration{1}, tape.times[k]);
      const Pulse pulse{static_cast<std::int64_t>(k)};
      std::memcpy(const_cast<char*>(static_cast<const char*>(b.data)) + b.n * sizeof pulse, &pulse,
                  sizeof pulse);
      writable_times(b)[b.n++] = tape.times[k].ns;
    }
    player.settled = std::max(player.settled, full ? tape.times[k - 1] : to);
    return player.answer(p, b, tape.times.size(), k < tape.times.size() ? tape.times[k] : forever);
  }
};

struct Wave {
  static constexpr About about{"test.wave", "1.0.0", "Plays samples."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE | IB_NODE_DETERMINISTIC;
  Out<"out", float> out;
  Player player;
  std::uint64_t index{};  ///< of the next sample
  static constexpr auto fields = std::tuple{&Wave::out};

  bool activate(Activation& a) {
    player.activate(a);
    a.out().max_items = player.tape->capacity;
    a.out().rate_hz = player.tape->rate_hz;
    a.out().channels = 1;
    return true;
  }
  ib_status process(ib_process& p) {
    ib_block& b = *out.block();
    const Tape& tape = *player.tape;
    const auto clock = Anchor::of_rate(tape.rate_hz, tape.start);
    const Time to = player.reach(p);
    auto& k = player.next;
    Time reached = to;
    b.anchor = {clock.index, clock.t_ns, clock.dt_q32};
    b.sample_flags = nullptr;
    b.channels = 1;
    for (; k < tape.x.size(); ++k, ++index) {
      const auto missing = missing_before(k);
      if (clock.at(index + missing) > to) break;
      if (b.n == b.capacity || (missing > 0 && b.n > 0)) {  // a gap begins a block
        reached = clock.at(index - 1);
        break;
      }
      if (missing > 0) {
        add_gap(b, clock.at(index), clock.at(index + missing));
        b.lost = missing;
        index += missing;
      }
      if (b.n == 0) b.first_index = index;
      writable_samples(b)[b.n++] = tape.x[k];
    }
    player.settled = std::max(player.settled, reached);
    return player.answer(p, b, tape.x.size(), clock.at(index + missing_before(k)));
  }
  std::uint64_t missing_before(std::size_t k) const {
    for (const auto& g : player.tape->gaps) {
      if (g.at == k) return g.missing;
    }
    return 0;
  }
};

// -- the three shapes ----------------------------------------------------------------------------------

struct OnePole {
  static constexpr About about{"test.onepole", "1.0.0", "First-order low-pass."};
  In<"in", float> in;
  Out<"out", float> out;
  Param<"keep",
        NumberSpec{.min = 0, .max = 0.999, .def = 0.9, .doc = "Share that stays.", .live = true}>
      keep;
  double y{};
  static constexpr auto fields = std::tuple{&OnePole::in, &OnePole::out, &OnePole::keep};
  void restart(double first) { y = first; }
  double operator()(double x) { return y = keep * y + (1 - keep) * x; }
};

/// Beats at local maxima of 0.5 or more, over 8 samples to each side.
struct PeakBeats {
  static constexpr About about{"test.peaks", "1.0.0", "Beats at local maxima."};
  static constexpr Duration history = 6s, hop = 250ms, latency = 1300ms;
  In<"in", float> in;
  Out<"beats", Beat, OutSpec{.per_item = 0, .per_second = 4, .per_call = 2}> out;
  std::optional<Time> last;
  static constexpr auto fields = std::tuple{&PeakBeats::in, &PeakBeats::out};

  bool activate(Activation& a) {
    a.out().items_per_second = 4;
    return true;
  }
  void restart() { last.reset(); }
  void at_hop(History h, Emit<Beat>& emit) {
    for (std::size_t i = 8; i + 8 < h.x.size(); ++i) {
      const auto here = h.x.begin() + static_cast<std::ptrdiff_t>(i);
      if (*here < 0.5F || std::max_element(here - 8, here + 9) != here) continue;
      const Time t = h.time(static_cast<double>(i));
      if (last && t - *last < 300ms) continue;
      const auto ibi = last ? static_cast<std::int32_t>((t - *last).count() / 1000) : 0;
      if (emit(t, {ibi, last.has_value() ? 1 : 0})) last = t;
    }
  }
};

/// Mean interval of A minus B over 10 s, every 5 s; waits 2 s for a silent partner.
struct Difference {
  static constexpr About about{"test.difference", "1.0.0", "Mean interval of A minus B."};
  static constexpr Duration window = 10s, every = 5s, wait = 2s, idle_after = 5s;
  In<"a", Beat> a;
  In<"b", Beat> b;
  Out<"out", Together, OutSpec{.per_item = 0, .per_second = 1, .per_call = 2}> out;
  static constexpr auto fields = std::tuple{&Difference::a, &Difference::b, &Difference::out};

  void at(Time t, Span<Beat> x, Span<Beat> y, Emit<Together>& emit) {
    const auto sum = [](const Span<Beat>& s) {
      double ms = 0;
      for (const auto& i : s.items) ms += i.v.ibi_us / 1e3;
      return ms;
    };
    Maybe d;
    if (!x.items.empty() && !y.items.empty()) {
      d = sum(x) / static_cast<double>(x.items.size()) -
          sum(y) / static_cast<double>(y.items.size());
    }
    emit(t, {d, sum(x) / 1e4, sum(y) / 1e4, x.state, y.state, {}});
  }
};

// -- nodes between pulses --------------------------------------------------------------------------------

struct Relay {
  static constexpr About about{"test.relay", "1.0.0", "Hands on what it gets."};
  static constexpr std::uint32_t node_flags = IB_NODE_DETERMINISTIC | IB_NODE_BYPASS_OK;
  In<"in", Pulse> in;
  Out<"out", Pulse> out;
  static constexpr auto fields = std::tuple{&Relay::in, &Relay::out};
  void on(decltype(in)&, Time t, const Pulse& p) { out(t, p); }
};

/// Both inputs in the order of time. The number is a digest of all that came so far, so that one
/// swap anywhere changes every later row; of two items at one time the second only enters the digest.
struct Meet {
  static constexpr About about{"test.meet", "1.0.0", "Two streams in one order."};
  In<"a", Pulse> a;
  In<"b", Pulse> b;
  Out<"out", Pulse> out;
  Time last = never;
  std::uint64_t digest{};
  static constexpr auto fields = std::tuple{&Meet::a, &Meet::b, &Meet::out};
  void on(decltype(a)&, Time t, const Pulse& p) { take(1, t, p); }
  void on(decltype(b)&, Time t, const Pulse& p) { take(2, t, p); }
  void take(std::uint64_t side, Time t, const Pulse& p) {
    digest = (digest ^ static_cast<std::uint64_t>(p.number) ^ (side << 60U)) * 0x9E3779B97F4A7C15U;
    if (t > last) out(last = t, {static_cast<std::int64_t>(digest >> 1U)});
  }
};

/// Two streams that wait no longer than a second for each other, counted per second.
struct Hasty {
  static constexpr About about{"test.hasty", "1.0.0", "Counts both sides each second."};
  static constexpr Duration window = 1s, every = 1s, wait = 1s, idle_after = 3s;
  In<"a", Pulse> a;
  In<"b", Pulse> b;
  Out<"out", Together, OutSpec{.per_item = 0, .per_second = 1, .per_call = 2}> out;
  static constexpr auto fields = std::tuple{&Hasty::a, &Hasty::b, &Hasty::out};
  void at(Time t, Span<Pulse> x, Span<Pulse> y, Emit<Together>& emit) {
    emit(t, {{},
             static_cast<double>(x.items.size()),
             static_cast<double>(y.items.size()),
             x.state,
             y.state,
             {}});
  }
};

/// Two pulse streams in one, waiting at most 3 s for either.
struct Patient {
  static constexpr About about{"test.patient", "1.0.0", "Two streams in one order, with patience."};
  static constexpr Duration wait = 3s, idle_after = 8s;
  In<"a", Pulse> a;
  In<"b", Pulse> b;
  Out<"out", Pulse> out;
  Time last = never;
  static constexpr auto fields = std::tuple{&Patient::a, &Patient::b, &Patient::out};
  void on(decltype(a)&, Time t, const Pulse& p) { take(t, p); }
  void on(decltype(b)&, Time t, const Pulse& p) { take(t, p); }
  void take(Time t, const Pulse& p) {
    if (t > last) out(last = t, p);
  }
};

/// A source that says "more" at every turn, and moves at every second one; or, stuck, never.
struct Lazy {
  static constexpr About about{"test.lazy", "1.0.0", "Plays pulses, a turn late."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE | IB_NODE_DETERMINISTIC;
  Out<"out", Pulse> out;
  Param<"stuck",
        NumberSpec{.min = 0, .max = 1, .def = 0, .doc = "1: never moves.", .integer = true}>
      stuck;
  Player player;
  std::uint64_t turns{};
  static constexpr auto fields = std::tuple{&Lazy::out, &Lazy::stuck};
  bool activate(Activation& a) {
    player.activate(a);
    a.out().max_items = 64;
    a.out().items_per_second = 1000;
    return true;
  }
  ib_status process(ib_process&) {
    if (stuck > 0 || ++turns % 2 == 0) return IB_OK;
    const Tape& tape = *player.tape;
    auto& k = player.next;
    if (k == tape.times.size()) return IB_DONE;
    out(tape.times[k], {static_cast<std::int64_t>(k)});
    ++k;
    return IB_OK;
  }
};

/// Fails at every pulse whose number is a multiple of `at`, in its own way.
enum class Failure { throws, floods };
template <Failure How>
struct Faulty {
  static constexpr About about{How == Failure::throws ? "test.throws" : "test.floods", "1.0.0",
                               "Fails now and then."};
  static constexpr std::uint32_t node_flags = IB_NODE_DETERMINISTIC | IB_NODE_BYPASS_OK;
  In<"in", Pulse> in;
  Out<"out", Pulse> out;
  Param<"at", NumberSpec{.min = 1, .max = 1e9, .def = 10, .doc = "Every so many.", .integer = true}>
      at;
  static constexpr auto fields = std::tuple{&Faulty::in, &Faulty::out, &Faulty::at};
  void on(decltype(in)&, Time t, const Pulse& p) {
    const bool now = p.number > 0 && p.number % static_cast<std::int64_t>(at) == 0;
    if (now && How == Failure::throws) throw std::runtime_error("a number that it can't bear");
    for (int i = now ? 100'000 : 1; i > 0; --i) out(t - Duration{i - 1}, p);
  }
};

/// Meets two streams and fails at every pulse of either whose number is a multiple of `at`.
struct FaultyMeet {
  static constexpr About about{"test.faulty_meet", "1.0.0", "Fails now and then, between two."};
  In<"a", Pulse> a;
  In<"b", Pulse> b;
  Out<"out", Pulse> out;
  Param<"at", NumberSpec{.min = 1, .max = 1e9, .def = 7, .doc = "Every so many.", .integer = true}>
      at;
  Time last = never;
  static constexpr auto fields =
      std::tuple{&FaultyMeet::a, &FaultyMeet::b, &FaultyMeet::out, &FaultyMeet::at};
  void on(decltype(a)&, Time t, const Pulse& p) { take(t, p); }
  void on(decltype(b)&, Time t, const Pulse& p) { take(t, p); }
  void take(Time t, const Pulse& p) {
    if (p.number > 0 && p.number % static_cast<std::int64_t>(at) == 0) {
      throw std::runtime_error("a number that it can't bear");
    }
    if (t > last) out(last = t, p);
  }
};

/// A filter that fails at every sample above 1.
struct FaultyFilter {
  static constexpr About about{"test.faulty_filter", "1.0.0", "Fails at what is above 1."};
  In<"in", float> in;
  Out<"out", float> out;
  double first{};
  static constexpr auto fields = std::tuple{&FaultyFilter::in, &FaultyFilter::out};
  void restart(double x) { first = x; }
  double operator()(double x) {
    if (x > 1) throw std::runtime_error("too high");
    return first + x;
  }
};

/// Says of every item that it failed, and begins at the same one when it is asked to go on.
struct NeverPast {
  static constexpr About about{"test.never_past", "1.0.0", "Never gets past an item."};
  static constexpr std::uint32_t node_flags = IB_NODE_DETERMINISTIC | IB_NODE_BYPASS_OK;
  In<"in", Pulse> in;
  Out<"out", Pulse> out;
  Param<"at", NumberSpec{.min = 1, .max = 1e9, .def = 10, .doc = "Ignored.", .integer = true}> at;
  static constexpr auto fields = std::tuple{&NeverPast::in, &NeverPast::out, &NeverPast::at};
  ib_status process(ib_process& p) {
    p.failed_item = 0;
    return IB_ERROR_AT_ITEM;
  }
};

/// Answers IB_ERROR at every block that holds pulse number `at`.
struct SaysError {
  static constexpr About about{"test.says_error", "1.0.0", "Fails by its answer."};
  static constexpr std::uint32_t node_flags = IB_NODE_DETERMINISTIC | IB_NODE_BYPASS_OK;
  In<"in", Pulse> in;
  Out<"out", Pulse> out;
  Param<"at", NumberSpec{.min = 1, .max = 1e9, .def = 10, .doc = "Which one.", .integer = true}> at;
  static constexpr auto fields = std::tuple{&SaysError::in, &SaysError::out, &SaysError::at};
  const char* error() const { return "it answered so"; }
  ib_status process(ib_process& p) {
    const auto& b = *p.in[0];
    const auto* items = static_cast<const Pulse*>(b.data);
    for (std::uint32_t i = 0; i < b.n; ++i) {
      if (items[i].number == static_cast<std::int64_t>(at)) return IB_ERROR;
      out(Time{b.t_ns[i]}, items[i]);
    }
    if (b.settled_ns > IB_NEVER) out.settle({b.settled_ns});
    if (p.out[0] != nullptr) p.out[0]->flags |= b.flags;
    return IB_OK;
  }
};

/// Keeps all that arrives: items with their bytes, gaps at their place.
struct Collect {
  static constexpr About about{"test.collect", "1.0.0", "Keeps what arrives."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_DETERMINISTIC;
  In<"in", void> in;
  Rows* rows{};
  std::size_t item_size{};
  static constexpr auto fields = std::tuple{&Collect::in};

  bool activate(Activation& a) {
    rows = &stagehand().rows[std::string(a.path())];
    const auto& s = a.in();
    item_size = s.type != nullptr ? s.type->item_size : sizeof(float) * s.channels;
    return true;
  }
  ib_status process(ib_process& p) {
    const ib_block& b = *p.in[0];
    std::uint32_t g = 0;
    for (std::uint32_t i = 0; i <= b.n; ++i) {
      for (; g < b.n_gaps && (b.gaps[g].at <= i); ++g) {
        rows->add_gap(b.gaps[g]);
      }
      if (i == b.n) break;
      const bool regular = b.anchor.dt_q32 != 0;
      const Time t = regular ? Samples{b}.time(i) : Time{b.t_ns[i]};
      std::string bytes(static_cast<const char*>(b.data) + i * item_size, item_size);
      if (regular && b.sample_flags != nullptr && b.sample_flags[i] != 0) {
        bytes += static_cast<char>(b.sample_flags[i]);
      }
      rows->rows.push_back({t, std::move(bytes)});
    }
    rows->finished = rows->finished || (b.flags & IB_BLOCK_FINISHED) != 0;
    rows->failed = rows->failed || (b.flags & IB_BLOCK_FAILED) != 0;
    return IB_OK;
  }
};

// -- the world -------------------------------------------------------------------------------------------

class World {
 public:
  World() {
    auto& s = stagehand();
    s.tapes.clear();
    s.rows.clear();
    s.turns = 0;
    s.stop = false;
    graph.name = "toy";
    graph.file = "toy.yaml";
  }

  /// An edge as one writes it: the node, which of its outputs, whether a ring stands there.
  struct From {
    std::string node;
    std::uint32_t port{};
    bool cut{};
  };

  void play(const std::string& path, Tape tape) { stagehand().tapes[path] = std::move(tape); }

  template <class N>
  GraphNode& add(const std::string& path, const std::vector<From>& inputs = {}) {
    static const NodeType type{node_def<N>().desc, node_def<N>().create};
    GraphNode node;
    node.path = path;
    node.type = &type;
    for (std::uint32_t k = 0; k < inputs.size(); ++k) {
      Edge e;
      e.to_port = k;
      e.from_node = index_of(inputs[k].node);
      e.from_port = inputs[k].port;
      e.cut = inputs[k].cut;
      node.inputs.push_back(e);
    }
    return graph.nodes.emplace_back(std::move(node));
  }
  void set(const std::string& path, std::uint32_t param, double number) {
    Setting s;
    s.param = param;
    s.number = number;
    graph.nodes[index_of(path)].settings.push_back(s);
  }
  std::uint32_t index_of(const std::string& path) const {
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
      if (graph.nodes[i].path == path) return i;
    }
    throw std::runtime_error("no node " + path);
  }

  std::unique_ptr<Plan> plan(const PlanOptions& options) {
    stagehand().rows.clear();
    stagehand().turns = 0;
    Diagnostics problems;
    auto plan = Plan::build(graph, options, problems);
    if (plan == nullptr) throw std::runtime_error(problems.text());
    return plan;
  }
  /// A replay from the start; the turn limit stands in for "it hangs".
  RunReport replay(const PlanOptions& options, AdmittedLog* log = nullptr) {
    auto p = plan(options);
    ReplayOptions o;
    o.stop = &stagehand().stop;
    o.log = log;
    return run_replay(*p, o);
  }
  using Pick = std::function<std::size_t(const std::vector<std::uint32_t>&)>;
  RunReport play_log(const AdmittedLog& log, const PlanOptions& options, const Pick& pick = {}) {
    auto p = plan(options);
    return run_log(*p, log, pick);
  }
  const Rows& got(const std::string& path) const { return stagehand().rows[path]; }
  std::map<std::string, Rows, std::less<>> all() const { return stagehand().rows; }

  Graph graph;
};

inline bool operator==(const Rows& a, const Rows& b) {
  return a.rows == b.rows && a.finished == b.finished && a.failed == b.failed;
}

}  // namespace ib::test
