// Results depend on the input alone, and stay numbers.
#include "validator/test.hpp"

#include <fmt/format.h>

#include <thread>

namespace ib::validator {
namespace {

const char* not_deterministic = "it does not say that it is deterministic";

std::string plays_on(const NodeCase& c, Values values,
                     std::initializer_list<std::string_view> ask) {
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed, .values = values});
  Bench bench(c.node);
  const auto s = bench.play(setup, {.cut = c.seed}).first(ask);
  return s.empty() ? s : fmt::format("{} (values: {})", s, name_of(values));
}

}  // namespace

namespace data_tests {

/// Only a node that says it is deterministic promises this: a console prints what comes as it comes.
Verdict split(const NodeCase& c) {
  if (!c.node.is(IB_NODE_DETERMINISTIC)) return skipped(not_deterministic);
  for (unsigned round = 0; round < 4; ++round) {
    const auto seed = c.seed + round;
    const auto setup = random_setup(*c.node.desc, {.seed = seed, .seen_marks = seed % 2 == 0});
    Bench one(c.node), other(c.node);
    const auto whole = one.play(setup, {}), cut = other.play(setup, {.cut = seed});
    if (auto s = whole.broke() + cut.broke(); !s.empty()) return failed(s);
    if (auto d = difference(whole.outputs, cut.outputs); !d.empty())
      return failed("whole or cut: " + d);
    if (one.counter("late") != other.counter("late")) return failed("whole or cut: what was late");
    if (auto d = difference(one.close(), other.close()); !d.empty())
      return failed("whole or cut: " + d);
  }
  return passed();
}

Verdict twins(const NodeCase& c) {
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed});
  Bench one(c.node), other(c.node);
  const auto a = one.play(setup, {.cut = c.seed}), b = other.play(setup, {.cut = c.seed});
  if (auto s = a.broke() + b.broke(); !s.empty()) return failed(s);
  if (auto d = difference(a.outputs, b.outputs); !d.empty()) return failed(d);
  return verdict(difference(one.close(), other.close()));
}

Verdict threads(const NodeCase& c) {
  if (!c.node.is(IB_NODE_DETERMINISTIC)) return skipped(not_deterministic);
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed});
  Bench alone(c.node);
  const auto expected = alone.play(setup, {.cut = c.seed});
  if (auto s = expected.broke(); !s.empty()) return failed(s);
  for (int round = 0; round < 4; ++round) {
    Bench one(c.node), other(c.node);
    Played a, b;
    std::thread first([&] { a = one.play(setup, {.cut = c.seed}); });
    std::thread second([&] { b = other.play(setup, {.cut = c.seed}); });
    first.join();
    second.join();
    for (const auto* p : {&a, &b}) {
      if (auto s = p->broke(); !s.empty()) return failed(s);
      if (auto d = difference(expected.outputs, p->outputs); !d.empty())
        return failed("alone or beside another: " + d);
    }
  }
  return passed();
}

Verdict processes(const NodeCase& c) {
  if (!c.node.is(IB_NODE_DETERMINISTIC)) return skipped(not_deterministic);
  if (!c.services.hash_elsewhere) return skipped("no other process can be started from here");
  const auto one = c.services.hash_elsewhere(c.node, c.seed);
  const auto other = c.services.hash_elsewhere(c.node, c.seed);
  if (one.empty() || other.empty()) return skipped("no other process could be started");
  return one == other ? passed()
                      : failed(fmt::format("the hash of what it sent: {} or {}", one, other));
}

Verdict finite(const NodeCase& c) {
  for (const auto v :
       {Values::plausible, Values::constant, Values::zero, Values::huge, Values::alternating}) {
    if (auto s = plays_on(c, v, {"activate", "error", "finite", "sample"}); !s.empty())
      return failed(s);
  }
  return passed();
}

Verdict denormals(const NodeCase& c) {
  return verdict(plays_on(c, Values::denormal,
                          {"activate", "error", "finite", "sample", "order", "settled", "mark"}));
}

Verdict not_a_number(const NodeCase& c) {
  for (unsigned round = 0; round < 3; ++round) {
    const NodeCase again{c.node, c.seed + round, c.services};
    if (auto s = plays_on(again, Values::not_a_number,
                          {"activate", "finite", "order", "settled", "mark", "room", "status"});
        !s.empty())
      return failed(s);
  }
  return passed();
}

}  // namespace data_tests

namespace memory_tests {

Verdict rooms(const NodeCase& c) {
  for (const unsigned cut : {0U, c.seed, c.seed + 1}) {
    Bench bench(c.node);
    const auto p = bench.play(random_setup(*c.node.desc, {.seed = c.seed}), {.cut = cut});
    for (const auto& problem : p.problems) {
      if (problem.starts_with("room: it wrote behind")) continue;  // memory/scratch
      if (problem.starts_with("room")) return failed(problem);
    }
    if (auto s = p.broke(); !s.empty()) return failed(s);
  }
  return passed();
}

Verdict inputs(const NodeCase& c) {
  // First by what lies there afterwards, which is gentle, then with memory that can't be written.
  for (const bool read_only : {false, true}) {
    Bench bench(c.node);
    const auto p = bench.play(random_setup(*c.node.desc, {.seed = c.seed}),
                              {.cut = c.seed, .read_only = read_only});
    if (auto s = p.first({"input", "activate", "error"}); !s.empty()) return failed(s);
  }
  return passed();
}

Verdict scratch(const NodeCase& c) {
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed});
  Bench one(c.node), other(c.node);
  const auto a = one.play(setup, {.cut = c.seed}), b = other.play(setup, {.cut = c.seed});
  if (auto s = a.first({"room: it wrote behind", "activate", "error"}); !s.empty())
    return failed(s);
  if (auto d = difference(a.outputs, b.outputs); !d.empty())
    return failed("with other bytes in its working memory: " + d);
  return passed();
}

}  // namespace memory_tests

namespace abi_tests {

Verdict later(const NodeCase& c) {
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed});
  Bench one(c.node), other(c.node);
  const auto a = one.play(setup, {.cut = c.seed});
  const auto b = other.play(setup, {.cut = c.seed, .later = true});
  if (auto s = a.broke(); !s.empty()) return failed(s);
  if (auto s = b.broke(); !s.empty()) return failed("with longer structs: " + s);
  if (auto d = difference(a.outputs, b.outputs); !d.empty())
    return failed("with longer structs: " + d);
  return passed();
}

}  // namespace abi_tests
}  // namespace ib::validator
