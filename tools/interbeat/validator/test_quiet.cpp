// The data path is quiet: no allocation, no lock, no system call, no clock, no dice.
#include "validator/test.hpp"

#include <fmt/format.h>

namespace ib::validator::quiet_tests {
namespace {

/// What touches disk or screen stands behind its own ring, on its own thread.
const char* blocking = "it says that it touches disk, network or screen (IB_NODE_BLOCKING)";

Verdict asks_nothing(const NodeCase& c, ib_watched kind, const char* what) {
  if (c.node.is(IB_NODE_BLOCKING)) return skipped(blocking);
  if (const char* why = Watch::here().absent(); why != nullptr) return skipped(why);
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed, .seen_marks = true});
  Bench bench(c.node);
  const auto p = bench.play(setup, {.cut = c.seed, .watch = true});
  if (auto s = p.broke(); !s.empty()) return failed(s);
  if (p.asked.n[kind] == 0) return passed();
  return failed(fmt::format("process() {} {} times in {} calls; the first was {}()", what,
                            p.asked.n[kind], p.calls, p.asked.first[kind]));
}

Verdict trapped(const NodeCase& c, Trap trap) {
  if (c.node.is(IB_NODE_BLOCKING)) return skipped(blocking);
  if (sanitized) return skipped("a sanitizer makes system calls of its own");
  if (auto why = why_no_trap(trap); !why.empty()) return skipped(why);
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed, .seen_marks = true});
  Bench bench(c.node);
  return verdict(bench.play(setup, {.cut = c.seed, .trap = trap}).broke());
}

}  // namespace

Verdict allocation(const NodeCase& c) {
  return asks_nothing(c, IB_WATCH_MEMORY, "asked for or gave back memory");
}
Verdict lock(const NodeCase& c) { return asks_nothing(c, IB_WATCH_LOCKS, "took a lock"); }
Verdict dice(const NodeCase& c) {
  return asks_nothing(c, IB_WATCH_DICE, "asked for random numbers");
}

Verdict system_call(const NodeCase& c) { return trapped(c, Trap::system_calls); }

/// Seen twice: by the name of the function, and by the instruction that all of them end in.
Verdict clock(const NodeCase& c) {
  if (auto v = asks_nothing(c, IB_WATCH_CLOCKS, "read a clock"); v.result == Result::failed)
    return v;
  return trapped(c, Trap::clock);
}

Verdict threads(const NodeCase& c) {
  if (sanitized) return skipped("a sanitizer has threads of its own");
  const auto before = count_threads();
  if (before < 0) return skipped("this system does not tell how many threads there are (/proc)");
  Bench bench(c.node);
  const auto p = bench.play(random_setup(*c.node.desc, {.seed = c.seed, .length = 60s}), {});
  const auto more = count_threads() - before;
  if (auto s = p.broke(); !s.empty()) return failed(s);
  return more <= 0 ? passed() : failed(fmt::format("there are {} more than before", more));
}

Verdict prints(const NodeCase& c) {
  if (c.node.is(IB_NODE_SINK)) return skipped("it is a sink: it may write where it likes");
  if (!c.services.printed || c.services.printed() < 0)
    return skipped("nobody looks at the outputs here");
  const auto before = c.services.printed();
  {
    Bench bench(c.node);
    const auto p = bench.play(random_setup(*c.node.desc, {.seed = c.seed}), {.cut = c.seed});
    if (auto s = p.broke(); !s.empty()) return failed(s);
  }
  const auto bytes = c.services.printed() - before;
  return bytes == 0 ? passed() : failed(fmt::format("{} bytes went to stdout or stderr", bytes));
}

Verdict status(const NodeCase& c) {
  Bench bench(c.node);
  const auto p = bench.play(random_setup(*c.node.desc, {.seed = c.seed}), {.cut = c.seed});
  return verdict(p.first({"status", "activate", "error"}));
}

}  // namespace ib::validator::quiet_tests
