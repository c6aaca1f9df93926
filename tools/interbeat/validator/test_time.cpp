// Time is honest: in order, never promised twice, never ahead.
#include "validator/test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

namespace ib::validator::time_tests {
namespace {

Verdict keeps(const NodeCase& c, std::initializer_list<std::string_view> promises,
              bool counters = false) {
  for (unsigned round = 0; round < 2; ++round) {
    Bench bench(c.node);
    const auto p =
        bench.play(random_setup(*c.node.desc, {.seed = c.seed + round}), {.cut = c.seed + round});
    if (auto s = p.first(promises); !s.empty()) return failed(s);
    if (auto s = p.broke(); !s.empty()) return failed(s);
    if (counters) {
      for (const auto* name : {"late", "lost"}) {
        if (const auto n = bench.counter(name); n > 0)
          return failed(fmt::format("it counts {} items as {}, and none was", n, name));
      }
    }
  }
  return passed();
}

std::string milliseconds(std::int64_t ns) {
  return fmt::format("{:.6g} ms", static_cast<double>(ns) * 1e-6);
}

/// How far each output's marks stand behind, when nothing is lost; with what each declared.
struct Lag {
  std::string port;
  std::int64_t measured, declared;
};
std::string measure(const NodeCase& c, bool gaps, std::vector<Lag>& lags, std::size_t& inputs) {
  const auto setup = random_setup(
      *c.node.desc,
      {.seed = c.seed, .length = 300s, .gaps = gaps, .events = false, .finish = false});
  inputs = static_cast<std::size_t>(std::count_if(setup.scripts.begin(), setup.scripts.end(),
                                                  [](const auto& s) { return s.connected; }));
  Bench bench(c.node);
  const auto p = bench.play(setup, {.cut = c.seed});
  if (auto s = p.broke(); !s.empty()) return s;
  for (std::size_t k = 0; k < p.outputs.size(); ++k)
    lags.push_back({bench.out_stream(k).name, std::max<std::int64_t>(0, p.lag_ns[k]),
                    bench.out_stream(k).latency_ns});
  return {};
}

}  // namespace

Verdict order(const NodeCase& c) { return keeps(c, {"order"}); }
Verdict settled(const NodeCase& c) { return keeps(c, {"settled"}, true); }
Verdict marks(const NodeCase& c) { return keeps(c, {"mark"}); }
Verdict ahead(const NodeCase& c) { return keeps(c, {"ahead"}); }

/// One input stops half-way: nothing may go on without it, since nobody gave it up.
Verdict held(const NodeCase& c) {
  auto setup = random_setup(*c.node.desc, {.seed = c.seed, .finish = false});
  const auto inputs = std::count_if(setup.scripts.begin(), setup.scripts.end(),
                                    [](const auto& s) { return s.connected; });
  if (inputs < 2) {
    setup = random_setup(*c.node.desc, {.seed = c.seed + 1, .finish = false});
  }
  std::int64_t closed = IB_FOREVER;
  for (const auto& s : setup.scripts) {
    if (s.connected) closed = std::min(closed, s.span().count());
  }
  auto& stopped = setup.scripts[c.seed % setup.scripts.size()];
  if (stopped.connected) {
    auto& entries = stopped.entries;
    entries.resize(entries.size() / 2);
    while (!entries.empty() && entries.back().kind == Script::Entry::gap) entries.pop_back();
    closed = std::min(closed, entries.empty() ? IB_NEVER : entries.back().t_ns);
  }
  Bench bench(c.node);
  const auto p = bench.play(setup, {.cut = c.seed});
  if (auto s = p.broke(); !s.empty()) return failed(s);
  for (std::size_t k = 0; k < p.outputs.size(); ++k) {
    if (p.outputs[k].mark > closed)
      return failed(fmt::format("output {} is settled to {} ns, and one input ended at {}", k,
                                p.outputs[k].mark, closed));
  }
  return passed();
}

Verdict latency_kept(const NodeCase& c) {
  std::vector<Lag> lags;
  std::size_t inputs = 0;
  if (auto s = measure(c, false, lags, inputs); !s.empty()) return failed(s);
  if (lags.empty()) return skipped("it has no output");
  for (const auto& lag : lags) {
    if (lag.declared < 0) return failed(fmt::format("`{}` declares a latency below 0", lag.port));
    if (lag.measured > lag.declared)
      return failed(fmt::format("`{}` stands {} behind its inputs, and {} are declared", lag.port,
                                milliseconds(lag.measured), milliseconds(lag.declared)));
  }
  return passed();
}

/// With silences and gaps: that is where a node may need what it declares. What waits when a silence begins is
/// chance, so several times.
Verdict latency_true(const NodeCase& c) {
  constexpr std::int64_t forgiven = 1'000'000'000;  // one hop
  constexpr unsigned rounds = 4;
  std::map<std::string, std::string> not_shown;  // by port
  for (unsigned round = 0; round < rounds; ++round) {
    std::vector<Lag> lags;
    std::size_t inputs = 0;
    if (auto s = measure({c.node, c.seed + round * 7919, c.services}, true, lags, inputs);
        !s.empty())
      return failed(s);
    if (lags.empty()) return skipped("it has no output");
    if (inputs > 1) return skipped("it may wait for a silent input, and none is silent here");
    for (const auto& lag : lags) {
      if (lag.declared <= lag.measured + forgiven) not_shown[lag.port] = "";
      else if (round == 0)
        not_shown[lag.port] =
            fmt::format("`{}` declares {}, and stands at most {} behind its input", lag.port,
                        milliseconds(lag.declared), milliseconds(lag.measured));
    }
    const bool all = std::all_of(not_shown.begin(), not_shown.end(),
                                 [](const auto& port) { return port.second.empty(); });
    if (all) return passed();
  }
  for (const auto& [port, why] : not_shown) {
    if (!why.empty()) return failed(why);
  }
  return passed();
}

Verdict seen(const NodeCase& c) {
  for (unsigned round = 0; round < 3; ++round) {
    const auto seed = c.seed + round;
    Bench bench(c.node);
    const auto p =
        bench.play(random_setup(*c.node.desc, {.seed = seed, .seen_marks = true}), {.cut = seed});
    if (auto s = p.first({"activate", "error", "order", "settled", "mark", "seen"}); !s.empty())
      return failed(s);
  }
  return passed();
}

namespace {

/// What came behind that time, as if it had come so much earlier.
Output earlier(const Output& o, Duration by) {
  auto out = o.beyond(by.count());
  for (auto& t : out.t_ns) t -= by.count();
  return out;
}

}  // namespace

/// 7 hours: a whole number of every usual step.
Verdict shifted(const NodeCase& c) {
  if (!c.node.is(IB_NODE_DETERMINISTIC)) return skipped("it does not say that it is deterministic");
  constexpr Duration later = 7h;
  bool any = false;
  for (unsigned round = 0; round < 2; ++round) {
    const auto seed = c.seed + round;
    InputOptions options{.seed = seed, .events = false};
    Bench one(c.node), other(c.node);
    const auto a = one.play(random_setup(*c.node.desc, options), {.cut = seed});
    options.begin = later;
    const auto b = other.play(random_setup(*c.node.desc, options), {.cut = seed});
    if (auto s = a.broke() + b.broke(); !s.empty()) return failed(s);
    for (std::size_t k = 0; k < a.outputs.size(); ++k) {
      any = any || !a.outputs[k].t_ns.empty();
      const auto d = difference(earlier(a.outputs[k], {}), earlier(b.outputs[k], later));
      if (!d.empty()) return failed(fmt::format("now or 7 hours later: output {}: {}", k, d));
    }
  }
  return any ? passed() : skipped("nothing came out");
}

}  // namespace ib::validator::time_tests
