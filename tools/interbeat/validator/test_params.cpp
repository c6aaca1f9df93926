// Settings: what the descriptor says of them is so.
#include "validator/test.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ib::validator::param_tests {
namespace {

bool is_number(const ib_param& p) { return p.kind == IB_NUMBER || p.kind == IB_INTEGER; }

std::string wrong_range(const ib_param& p) {
  constexpr std::uint32_t known = IB_PARAM_REQUIRED | IB_PARAM_LIVE | IB_PARAM_SOURCE |
                                  IB_PARAM_OUTPUT_PATH | IB_PARAM_OVERRIDE;
  const auto flag = [&](std::uint32_t f) { return (p.flags & f) != 0; };
  if ((p.flags & ~known) != 0) return "has a flag that does not exist";
  if (flag(IB_PARAM_LIVE) && p.kind == IB_STRING) return "is a text and live: events carry numbers";
  if ((flag(IB_PARAM_SOURCE) || flag(IB_PARAM_OUTPUT_PATH)) && p.kind != IB_STRING)
    return "names a source or a file, and is no text";
  if (flag(IB_PARAM_OVERRIDE) && p.kind != IB_BOOLEAN) return "lifts refusals, and is no boolean";
  if (p.kind == IB_STRING) return {};
  if (p.min > p.max || p.def < p.min || p.def > p.max) return "has its default out of its range";
  if (p.kind == IB_NUMBER) return {};
  if (p.def != std::floor(p.def) || p.min != std::floor(p.min) || p.max != std::floor(p.max))
    return "takes whole numbers, and its default or range is none";
  if (p.kind == IB_BOOLEAN && (p.min != 0 || p.max != 1))
    return "is a boolean whose range is not 0 to 1";
  if (p.kind == IB_CHOICE && (p.min != 0 || p.max != p.n_labels - 1.0))
    return fmt::format("is a choice with {} labels and the range {} to {}", p.n_labels, p.min,
                       p.max);
  return {};
}

/// A short run. A node may refuse: then with a sentence.
std::string runs_or_refuses(const NodeUnderTest& node, const Setup& setup, unsigned seed) {
  Bench bench(node);
  const auto p = bench.play(setup, {.cut = seed});
  if (auto s =
          p.first({"activate: it refused without", "activate: param", "room", "input", "status"});
      !s.empty())
    return s;
  return p.first({"order", "settled", "mark", "finite"});
}

}  // namespace

Verdict ranges(const NodeCase& c) {
  for (std::uint32_t i = 0; i < c.node.desc->n_params; ++i) {
    const auto& p = c.node.desc->params[i];
    if (auto wrong = wrong_range(p); !wrong.empty())
      return failed(fmt::format("param `{}` {}", p.name, wrong));
  }
  return passed();
}

Verdict text(const NodeCase& c) {
  for (std::uint32_t i = 0; i < c.node.desc->n_params; ++i) {
    const auto& p = c.node.desc->params[i];
    if (!is_number(p)) continue;
    for (const double x : {p.def, p.min, p.max}) {
      const auto written = format_quantity(x, p.unit);
      const auto read = parse_quantity(written, p.unit);
      if (!read || read.value != x)
        return failed(fmt::format(
            "param `{}`: {} is written \"{}\" and {}", p.name, x, written,
            read ? fmt::format("read as {}", read.value) : "can't be read: " + read.problem));
    }
  }
  return passed();
}

Verdict unknown(const NodeCase& c) {
  ib_node* n = c.node.create(nullptr);
  if (n == nullptr) return failed("create() makes no node");
  const auto first = c.node.desc->n_params;
  std::string wrong;
  for (const std::uint32_t index : {first, first + 1, first + 1000, UINT32_MAX}) {
    if (n->set_param(n, index, 0, "") == IB_OK)
      wrong = fmt::format("it has {} params, and took number {}", first, index);
  }
  n->destroy(n);
  return verdict(wrong);
}

Verdict extremes(const NodeCase& c) {
  for (std::uint32_t i = 0; i < c.node.desc->n_params; ++i) {
    const auto& p = c.node.desc->params[i];
    if (p.kind == IB_STRING) continue;
    for (const double x : {p.min, p.max}) {
      auto setup = random_setup(*c.node.desc, {.seed = c.seed, .length = 40s, .events = false});
      setup.settings.push_back({i, x, nullptr});
      if (auto wrong = runs_or_refuses(c.node, setup, c.seed); !wrong.empty())
        return failed(fmt::format("with `{}` = {}: {}", p.name, format_quantity(x, p.unit), wrong));
    }
  }
  return passed();
}

Verdict live(const NodeCase& c) {
  bool any = false;
  for (std::uint32_t i = 0; i < c.node.desc->n_params; ++i) {
    const auto& p = c.node.desc->params[i];
    if ((p.flags & IB_PARAM_LIVE) == 0) continue;
    any = true;
    for (const double x : {p.min, p.max}) {
      const auto setup =
          random_setup(*c.node.desc, {.seed = c.seed, .length = 60s, .events = false});
      auto set = setup, changed = setup;
      set.settings.push_back({i, x, nullptr});
      changed.events.push_back({-1, i, 0, x});
      Bench one(c.node), other(c.node);
      const auto a = one.play(set, {.cut = c.seed}), b = other.play(changed, {.cut = c.seed});
      if (!a.broke().empty()) continue;  // a value that can't run: see params/extremes
      if (auto s = b.broke(); !s.empty()) return failed(s);
      if (auto d = difference(a.outputs, b.outputs); !d.empty())
        return failed(
            fmt::format("`{}` = {}, set or changed: {}", p.name, format_quantity(x, p.unit), d));
    }
  }
  return any ? passed() : skipped("it has no live param");
}

}  // namespace ib::validator::param_tests
