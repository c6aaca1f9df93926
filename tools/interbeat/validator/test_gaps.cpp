// Gaps, empty blocks, new clocks and ends.
#include "validator/test.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ib::validator::gap_tests {

/// Of two beats or intervals with a gap between them, the later one is not contiguous.
Verdict contiguous(const NodeCase& c) {
  bool any = false;
  for (unsigned round = 0; round < 4; ++round) {
    const auto setup = random_setup(*c.node.desc, {.seed = c.seed + round, .common_gaps = true});
    Bench bench(c.node);
    const auto p = bench.play(setup, {.cut = c.seed + round});
    if (auto s = p.broke(); !s.empty()) return failed(s);
    std::size_t k = 0;
    for (std::uint32_t i = 0; i < c.node.desc->n_ports; ++i) {
      const auto& port = c.node.desc->ports[i];
      if (!is_output(port)) continue;
      const auto& o = p.outputs[k++];
      if (port.type == nullptr || (port.flags & IB_PORT_REGULAR) != 0) continue;
      std::size_t size = 0, at = SIZE_MAX;
      for (std::uint32_t f = 0; f < port.type->n_fields; ++f) {
        if (std::string_view(port.type->fields[f].name) == "contiguous") at = size;
        size += size_of(port.type->fields[f]);
      }
      if (at == SIZE_MAX) continue;
      any = true;
      for (const auto& gap : setup.common_gaps) {
        const auto next = static_cast<std::size_t>(
            std::lower_bound(o.t_ns.begin(), o.t_ns.end(), gap.to_ns) - o.t_ns.begin());
        if (next == 0 || next == o.t_ns.size() || o.t_ns[next - 1] > gap.from_ns) continue;
        if (o.bytes[next * size + at] != std::byte{0})
          return failed(fmt::format("`{}`: contiguous at {} ns across the gap from {} to {}",
                                    port.name, o.t_ns[next], gap.from_ns, gap.to_ns));
      }
    }
  }
  return any ? passed() : skipped("no output has a field `contiguous`");
}

Verdict form(const NodeCase& c) {
  for (unsigned round = 0; round < 2; ++round) {
    Bench bench(c.node);
    const auto p =
        bench.play(random_setup(*c.node.desc, {.seed = c.seed + round}), {.cut = c.seed + round});
    if (auto s = p.first({"gap", "activate", "error"}); !s.empty()) return failed(s);
  }
  return passed();
}

Verdict empty_blocks(const NodeCase& c) {
  if (!c.node.is(IB_NODE_DETERMINISTIC)) return skipped("it does not say that it is deterministic");
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed});
  Bench one(c.node), other(c.node);
  const auto a = one.play(setup, {.cut = c.seed});
  const auto b = other.play(setup, {.cut = c.seed, .empty_blocks = true});
  if (auto s = a.broke() + b.broke(); !s.empty()) return failed(s);
  if (auto d = difference(a.outputs, b.outputs); !d.empty())
    return failed("with empty blocks in between: " + d);
  return verdict(difference(one.close(), other.close()));
}

/// The device was switched off and on: its index begins anew, at another moment and rate.
Verdict new_clock(const NodeCase& c) {
  Bench bench(c.node);
  for (unsigned round = 0; round < 3; ++round) {
    const auto setup = random_setup(
        *c.node.desc,
        {.seed = c.seed, .begin = 61s * round, .length = 60s, .events = false, .finish = false});
    const auto p = bench.play(setup, {.cut = c.seed + round, .reset_before = round > 0});
    if (auto s = p.first({"activate", "error", "order", "settled", "mark", "ahead", "gap"});
        !s.empty())
      return failed(s);
  }
  return passed();
}

Verdict end(const NodeCase& c) {
  Bench bench(c.node);
  const auto p = bench.play(random_setup(*c.node.desc, {.seed = c.seed}), {.cut = c.seed});
  if (auto s = p.first({"activate", "error", "end"}); !s.empty()) return failed(s);
  if (p.outputs.empty()) return skipped("it has no output");
  for (std::size_t k = 0; k < p.outputs.size(); ++k) {
    if (!p.outputs[k].finished)
      return failed(fmt::format("all inputs ended, and `{}` did not", bench.out_stream(k).name));
  }
  return passed();
}

}  // namespace ib::validator::gap_tests

namespace ib::validator::bound_tests {
namespace {

// A fixed bar, far above what a node needs that thousands share a machine with; a sanitizer's code is slow.
constexpr double slower = sanitized ? 20 : 1;
constexpr double most_mean_ms = 10 * slower, most_call_ms = 100 * slower;

Played timed(const NodeCase& c) {
  Bench bench(c.node);
  return bench.play(random_setup(*c.node.desc, {.seed = c.seed}), {.cut = c.seed});
}

}  // namespace

Verdict items(const NodeCase& c) {
  for (const unsigned cut : {0U, c.seed}) {
    Bench bench(c.node);
    const auto p = bench.play(random_setup(*c.node.desc, {.seed = c.seed}), {.cut = cut});
    if (auto s = p.first({"activate", "error", "bound"}); !s.empty()) return failed(s);
  }
  return passed();
}

Verdict budget(const NodeCase& c) {
  const auto p = timed(c);
  if (auto s = p.broke(); !s.empty()) return failed(s);
  if (p.mean_ms_per_s <= most_mean_ms) return passed();
  return failed(
      fmt::format("{:.3g} ms per second of data; at most {:.3g}", p.mean_ms_per_s, most_mean_ms));
}

Verdict longest_call(const NodeCase& c) {
  auto p = timed(c);
  if (p.worst_ms > most_call_ms)
    p = timed(c);  // a machine may have its moments, a node has them twice
  if (auto s = p.broke(); !s.empty()) return failed(s);
  if (p.worst_ms <= most_call_ms) return passed();
  return failed(fmt::format("{:.3g} ms in one call; at most {:.3g}", p.worst_ms, most_call_ms));
}

Verdict error_text(const NodeCase& c) {
  bool failed_once = false;
  for (const auto values :
       {Values::plausible, Values::not_a_number, Values::random_bits, Values::huge}) {
    Bench bench(c.node);
    const auto p =
        bench.play(random_setup(*c.node.desc, {.seed = c.seed, .values = values}), {.cut = c.seed});
    if (auto s = p.first({"text"}); !s.empty()) return failed(s);
    failed_once = failed_once || !p.first({"error"}).empty();
  }
  return failed_once ? passed() : skipped("it never failed, whatever came");
}

}  // namespace ib::validator::bound_tests
