// Extensions: state that moves to another instance, values changed where they lie; and any order of calls.
#include "validator/test.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ib::validator {
namespace {

std::string offers(const NodeCase& c, const char* id, bool& has) {
  Bench bench(c.node);
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed, .length = 10s});
  if (!bench.start(setup)) return "activate: " + bench.error();
  has = bench.offers(id);
  return {};
}

constexpr Duration state_length = 120s;

}  // namespace

namespace state_tests {
namespace {

const char* stateless = "it does not offer ib.state/1";

}  // namespace

Verdict continues(const NodeCase& c) {
  bool has = false;
  if (auto s = offers(c, IB_EXT_STATE, has); !s.empty()) return failed(s);
  if (!has) return skipped(stateless);
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed, .length = state_length});
  Bench stays(c.node);
  const auto expected = stays.play(setup, {.cut = c.seed});
  if (auto s = expected.broke(); !s.empty()) return failed(s);
  for (const std::size_t share : {1U, 3U, 7U, 9U}) {
    const auto at = std::max<std::size_t>(2, expected.calls * share / 10);
    Bench moves(c.node);
    const auto p = moves.play(setup, {.cut = c.seed, .move_at = at});
    if (auto s = p.first({"activate", "error", "status", "state"}); !s.empty())
      return failed(fmt::format("in front of call {}: {}", at, s));
    if (auto d = difference(expected.outputs, p.outputs); !d.empty())
      return failed(fmt::format("moved in front of call {}, or not: {}", at, d));
  }
  return passed();
}

Verdict reproducible(const NodeCase& c) {
  bool has = false;
  if (auto s = offers(c, IB_EXT_STATE, has); !s.empty()) return failed(s);
  if (!has) return skipped(stateless);
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed, .length = state_length});
  Bench one(c.node), other(c.node);
  const auto a = one.play(setup, {.cut = c.seed, .move_at = 20});
  const auto b = other.play(setup, {.cut = c.seed, .move_at = 20});
  for (const auto* p : {&a, &b}) {
    if (auto s = p->first({"activate", "reproducible", "state"}); !s.empty()) return failed(s);
  }
  if (a.state_bytes != b.state_bytes || a.state_hash != b.state_hash)
    return failed("two instances that got the same save other bytes");
  return passed();
}

/// Nothing, a part, too much, rubbish: it may say no; what it takes must not hurt.
Verdict bad_bytes(const NodeCase& c) {
  bool has = false;
  if (auto s = offers(c, IB_EXT_STATE, has); !s.empty()) return failed(s);
  if (!has) return skipped(stateless);
  const auto setup =
      random_setup(*c.node.desc, {.seed = c.seed, .length = 30s, .events = false, .finish = false});
  const auto after =
      random_setup(*c.node.desc, {.seed = c.seed, .begin = 31s, .length = 30s, .events = false});
  Bench whole(c.node);
  whole.play(setup, {.cut = c.seed});
  const auto* state =
      static_cast<const ib_state*>(whole.node()->extension(whole.node(), IB_EXT_STATE));
  std::vector<unsigned char> good(state->max_bytes(whole.node()));
  good.resize(state->save(whole.node(), good.data(), good.size()));
  std::mt19937 random(c.seed);
  for (int round = 0; round < 24; ++round) {
    auto bytes = good;
    if (round == 0) bytes.clear();
    else if (round % 3 == 0) bytes.resize(bytes.size() * random() % (bytes.size() + 1));
    else if (round % 3 == 1) bytes.insert(bytes.end(), 1 + random() % 64, 0);
    if (round % 3 == 2 || round > 12) {
      for (auto& b : bytes) b = static_cast<unsigned char>(random());
    }
    Bench bench(c.node);
    if (!bench.start(setup)) return failed("activate: " + bench.error());
    const Pages exact("the state that it loads", bytes.size(), 1);
    std::copy(bytes.begin(), bytes.end(), static_cast<unsigned char*>(exact.data()));
    const bool taken = state->load(bench.node(), exact.data(), bytes.size());
    if (taken && bytes.empty()) return failed("it took no bytes at all for a state");
    if (taken) continue;
    // Refused: as fresh.
    const auto p = bench.play(after, {.cut = c.seed, .reset_before = true});
    Bench fresh(c.node);
    const auto expected = fresh.play(after, {.cut = c.seed});
    if (auto s = p.first({"activate", "error", "order", "settled", "mark", "room"}); !s.empty())
      return failed("after bytes that it refused: " + s);
    if (auto d = difference(expected.outputs, p.outputs); !d.empty())
      return failed("fresh, or after bytes that it refused: " + d);
  }
  return passed();
}

}  // namespace state_tests

namespace in_place_tests {
namespace {

Verdict same_bits(const NodeCase& c, const char* id, InPlace how) {
  bool has = false;
  if (auto s = offers(c, id, has); !s.empty()) return failed(s);
  if (!has) return skipped(fmt::format("it does not offer {}", id));
  std::size_t changed = 0;
  for (unsigned round = 0; round < 3; ++round) {
    const auto setup = random_setup(*c.node.desc, {.seed = c.seed + round});
    Bench one(c.node), other(c.node);
    const auto a = one.play(setup, {.cut = c.seed}),
               b = other.play(setup, {.cut = c.seed, .in_place = how});
    if (auto s = a.broke() + b.broke(); !s.empty()) return failed(s);
    if (auto s = b.first({"in_place"}); !s.empty()) return failed(s);
    if (auto d = difference(a.outputs, b.outputs); !d.empty())
      return failed("by process() or in place: " + d);
    changed += b.changed;
  }
  return changed > 0 ? passed() : failed(fmt::format("it offers {}, and never said yes", id));
}

}  // namespace

Verdict change(const NodeCase& c) { return same_bits(c, IB_EXT_IN_PLACE, InPlace::change); }
Verdict sections(const NodeCase& c) { return same_bits(c, IB_EXT_SECTIONS, InPlace::sections); }

}  // namespace in_place_tests

namespace fuzz_tests {

/// Lives of one instance: activated, played in pieces of random kinds, reset, deactivated, again.
Verdict calls(const NodeCase& c) {
  std::mt19937 random(c.seed);
  for (int life = 0; life < 6; ++life) {
    Bench bench(c.node);
    Duration begin{};
    for (int piece = 0; piece < 6; ++piece) {
      const unsigned seed = static_cast<unsigned>(random());
      const InputOptions options{.seed = seed,
                                 .begin = begin,
                                 .length = Duration(1s) * (1 + random() % 40),
                                 .values = random() % 4 == 0 ? Values::huge : Values::plausible,
                                 .seen_marks = random() % 2 == 0,
                                 .common_gaps = random() % 3 == 0,
                                 .events = true,
                                 .finish = random() % 4 == 0};
      const auto setup = random_setup(*c.node.desc, options);
      const bool again = piece > 0 && random() % 4 == 0;
      const Play how{.cut = seed,
                     .reset_before = piece > 0 && !again,
                     .again_before = again,
                     .read_only = random() % 2 == 0,
                     .empty_blocks = random() % 2 == 0};
      const auto p = bench.play(setup, how);
      if (auto s = p.first(
              {"activate", "status", "order", "settled", "mark", "room", "input", "finite"});
          !s.empty())
        return failed(fmt::format("life {}, piece {}: {}", life + 1, piece + 1, s));
      if (options.finish) break;  // a stream that has ended does not go on
      begin += options.length + 1s;
    }
  }
  return passed();
}

Verdict values(const NodeCase& c) {
  for (unsigned round = 0; round < 8; ++round) {
    const auto setup = random_setup(
        *c.node.desc, {.seed = c.seed + round, .length = 60s, .values = Values::random_bits});
    Bench bench(c.node);
    const auto p = bench.play(setup, {.cut = c.seed + round});
    if (auto s = p.first({"activate", "order", "settled", "mark", "room", "status"}); !s.empty())
      return failed(s);
  }
  return passed();
}

}  // namespace fuzz_tests
}  // namespace ib::validator
