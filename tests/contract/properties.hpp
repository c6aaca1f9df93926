// What every node promises, one function per promise: it plays a node on random input and returns
// what is wrong, or nothing. The same functions judge the built-in nodes and the broken ones beside
// them.
#pragma once

#include "contract/bench.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>

namespace ib::test::contract {

inline std::string first(const Played& p, std::initializer_list<std::string_view> promises) {
  for (const auto promise : promises) {
    if (auto said = p.problem(promise); !said.empty()) return said;
  }
  return {};
}
/// A node that refuses its input or gives up proves nothing.
inline std::string broke(const Played& p) { return first(p, {"activate", "error"}); }

/// Where two runs of one output part; empty: they are the same.
inline std::string difference(const Output& a, const Output& b) {
  const auto n = std::min(a.t_ns.size(), b.t_ns.size());
  const auto size = a.t_ns.empty() ? 1 : a.bytes.size() / a.t_ns.size();
  for (std::size_t i = 0; i < n; ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i * size);
    const bool same =
        a.t_ns[i] == b.t_ns[i] &&
        std::equal(a.bytes.begin() + at, a.bytes.begin() + at + static_cast<std::ptrdiff_t>(size),
                   b.bytes.begin() + at);
    if (!same)
      return "item " + std::to_string(i) + " at " + std::to_string(a.t_ns[i]) + " or " +
             std::to_string(b.t_ns[i]);
    if (!a.flags.empty() && a.flags[i] != b.flags[i]) return "flags of sample " + std::to_string(i);
  }
  if (a.t_ns.size() != b.t_ns.size()) {
    return std::to_string(a.t_ns.size()) + " or " + std::to_string(b.t_ns.size()) + " items";
  }
  if (a.gaps != b.gaps) {
    std::size_t g = 0;
    while (g < a.gaps.size() && g < b.gaps.size() && a.gaps[g] == b.gaps[g]) ++g;
    return "gap " + std::to_string(g) + " of " + std::to_string(a.gaps.size()) + " or " +
           std::to_string(b.gaps.size());
  }
  if (a.mark != b.mark)
    return "last mark " + std::to_string(a.mark) + " or " + std::to_string(b.mark);
  if (a.finished != b.finished) return "its end";
  return {};
}
inline std::string difference(const Played& a, const Played& b) {
  for (std::size_t k = 0; k < a.outputs.size(); ++k) {
    auto d = difference(a.outputs[k], b.outputs[k]);
    if (!d.empty()) return "output " + std::to_string(k) + ": " + d;
  }
  return {};
}

/// However its input is cut into blocks and interleaved, the same comes out. Only a node that says
/// it is deterministic promises this: a console prints what comes as it comes.
inline std::string split_invariance(NodeUnderTest node, unsigned seed) {
  if (!node.is(IB_NODE_DETERMINISTIC)) return {};
  const auto setup = random_setup(*node.desc, {.seed = seed, .seen_marks = seed % 2 == 0});
  Bench one(node), other(node);
  const auto whole = one.play(setup, {}), cut = other.play(setup, {.cut = seed});
  if (auto s = broke(whole) + broke(cut); !s.empty()) return s;
  if (auto d = difference(whole, cut); !d.empty()) return d;
  if (one.counter("late") != other.counter("late")) return "what was late";
  return test::difference(one.close(), other.close());
}

/// Two instances that get the same calls answer with the same bytes.
inline std::string twins(NodeUnderTest node, unsigned seed) {
  const auto setup = random_setup(*node.desc, {.seed = seed});
  Bench one(node), other(node);
  const auto a = one.play(setup, {.cut = seed}), b = other.play(setup, {.cut = seed});
  if (auto s = broke(a) + broke(b); !s.empty()) return s;
  if (auto d = difference(a, b); !d.empty()) return d;
  return test::difference(one.close(), other.close());
}

/// After reset() a node answers as a fresh one, from its mark on.
inline std::string reset_is_fresh(NodeUnderTest node, unsigned seed) {
  auto before = random_setup(*node.desc, {.seed = seed, .length = 120s, .finish = false});
  auto after = random_setup(*node.desc, {.seed = seed, .begin = 121s, .length = 120s});
  before.events.clear();
  after.events.clear();
  Bench used(node), fresh(node);
  const auto old = used.play(before, {.cut = seed});
  const auto again = used.play(after, {.reset_before = true}), expected = fresh.play(after, {});
  if (auto s = broke(old) + broke(again) + broke(expected); !s.empty()) return s;
  for (std::size_t k = 0; k < again.outputs.size(); ++k) {
    const auto mark = old.outputs[k].mark;
    const auto beyond = [mark](const Output& o) {  // items alone, from the mark on
      Output rest;
      const auto from = std::upper_bound(o.t_ns.begin(), o.t_ns.end(), mark) - o.t_ns.begin();
      rest.t_ns.assign(o.t_ns.begin() + from, o.t_ns.end());
      const auto size = o.t_ns.empty() ? 0 : o.bytes.size() / o.t_ns.size();
      rest.bytes.assign(o.bytes.begin() + from * static_cast<std::ptrdiff_t>(size), o.bytes.end());
      if (!o.flags.empty()) rest.flags.assign(o.flags.begin() + from, o.flags.end());
      return rest;
    };
    auto d = difference(beyond(expected.outputs[k]), beyond(again.outputs[k]));
    if (!d.empty()) return "output " + std::to_string(k) + ", fresh or reset: " + d;
  }
  return {};
}

/// Times increase, nothing comes at or before the mark told before, marks never fall, none is late.
inline std::string order_and_marks(NodeUnderTest node, unsigned seed) {
  Bench bench(node);
  const auto p = bench.play(random_setup(*node.desc, {.seed = seed}), {.cut = seed});
  if (auto s = first(p, {"activate", "error", "order", "mark", "gap"}); !s.empty()) return s;
  if (const auto n = bench.counter("late"); n > 0) return std::to_string(n) + " late";
  if (const auto n = bench.counter("lost"); n > 0) return std::to_string(n) + " lost";
  return {};
}

/// No output is settled beyond what all inputs have closed.
inline std::string marks_are_not_ahead(NodeUnderTest node, unsigned seed) {
  auto setup = random_setup(*node.desc, {.seed = seed, .finish = false});
  std::int64_t closed = IB_FOREVER;
  for (const auto& s : setup.scripts) {
    if (s.connected) closed = std::min(closed, s.span().count());
  }
  // One input stops half-way: nothing may go on without it.
  auto& held = setup.scripts[seed % setup.scripts.size()];
  if (held.connected) {
    held.entries.resize(held.entries.size() / 2);
    while (!held.entries.empty() && held.entries.back().kind == Script::Entry::gap)
      held.entries.pop_back();
    closed = std::min(closed, held.entries.empty() ? IB_NEVER : held.entries.back().t_ns);
  }
  Bench bench(node);
  const auto p = bench.play(setup, {.cut = seed});
  if (auto s = broke(p); !s.empty()) return s;
  for (const auto& o : p.outputs) {
    if (o.mark > closed)
      return "mark " + std::to_string(o.mark) + " beyond " + std::to_string(closed);
  }
  return {};
}

/// Nothing is allocated in process(). Not asked of what formats lines for people (sink.console): it
/// stands behind its own ring, on its own thread.
inline std::string no_allocation(NodeUnderTest node, unsigned seed) {
  if (node.is(IB_NODE_BLOCKING) && !node.is(IB_NODE_DETERMINISTIC)) return {};
  Bench bench(node);
  const auto p = bench.play(random_setup(*node.desc, {.seed = seed, .seen_marks = true}),
                            {.cut = seed, .count_allocations = true});
  if (auto s = broke(p); !s.empty()) return s;
  return p.allocations > 0 ? std::to_string(p.allocations) + " allocations" : std::string();
}

/// It reads what it got, and writes only what it was given for writing.
inline std::string stays_in_its_room(NodeUnderTest node, unsigned seed) {
  Bench bench(node);
  const auto p = bench.play(random_setup(*node.desc, {.seed = seed}), {.cut = seed});
  return first(p, {"activate", "error", "input", "room"});
}

/// Whatever the input, numbers stay numbers.
inline std::string stays_finite(NodeUnderTest node, unsigned seed) {
  for (const auto v :
       {Values::plausible, Values::constant, Values::zero, Values::huge, Values::alternating}) {
    Bench bench(node);
    const auto p = bench.play(random_setup(*node.desc, {.seed = seed, .values = v}), {.cut = seed});
    if (auto s = first(p, {"activate", "error", "finite"}); !s.empty()) {
      return s + " (values " + std::to_string(static_cast<int>(v)) + ")";
    }
  }
  return {};
}

/// No more comes out than the port declared, in bursts too.
inline std::string keeps_its_bound(NodeUnderTest node, unsigned seed) {
  for (const unsigned cut : {0U, seed}) {
    Bench bench(node);
    const auto p = bench.play(random_setup(*node.desc, {.seed = seed}), {.cut = cut});
    if (auto s = first(p, {"activate", "error", "bound", "room"}); !s.empty()) return s;
  }
  return {};
}

/// Of two beats or intervals with a gap between them, the later one is not contiguous.
inline std::string nothing_across_a_gap(NodeUnderTest node, unsigned seed) {
  const auto setup = random_setup(*node.desc, {.seed = seed, .common_gaps = true});
  Bench bench(node);
  const auto p = bench.play(setup, {.cut = seed});
  if (auto s = broke(p); !s.empty()) return s;
  std::size_t k = 0;
  for (std::uint32_t i = 0; i < node.desc->n_ports; ++i) {
    const auto& port = node.desc->ports[i];
    if ((port.flags & IB_PORT_OUT) == 0) continue;
    const auto& o = p.outputs[k++];
    if (port.type == nullptr) continue;
    std::size_t size = 0, at = SIZE_MAX;
    for (std::uint32_t f = 0; f < port.type->n_fields; ++f) {
      if (std::string_view(port.type->fields[f].name) == "contiguous") at = size;
      size += test::detail::size_of(port.type->fields[f]);
    }
    if (at == SIZE_MAX) continue;
    for (const auto& gap : setup.common_gaps) {
      const auto next = static_cast<std::size_t>(
          std::lower_bound(o.t_ns.begin(), o.t_ns.end(), gap.to_ns) - o.t_ns.begin());
      if (next == 0 || next == o.t_ns.size() || o.t_ns[next - 1] > gap.from_ns) continue;
      if (o.bytes[next * size + at] != std::byte{0}) {
        return "output " + std::to_string(k - 1) + ": contiguous at " +
               std::to_string(o.t_ns[next]) + " across the gap from " +
               std::to_string(gap.from_ns) + " to " + std::to_string(gap.to_ns);
      }
    }
  }
  return {};
}

// -- the descriptor ------------------------------------------------------------------------------

inline bool is_name(std::string_view s, bool dots = false) {
  if (s.empty() || s.front() < 'a' || s.front() > 'z') return false;
  return std::all_of(s.begin(), s.end(), [dots](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (dots && c == '.');
  });
}
inline bool is_sentence(const char* s) {
  const std::string_view text = s != nullptr ? s : "";
  return text.size() > 3 && text.back() == '.';
}

inline std::string describes_type(const ib_type& type) {
  const std::string urn = type.urn;
  if (!is_sentence(type.doc)) return urn + " has no sentence";
  if (std::count(urn.begin(), urn.end(), '/') != 2) return urn + " is no name/name/major";
  if (type.item_size > 1024 || type.item_size % type.item_align != 0) return urn + ": its size";
  for (std::uint32_t f = 0; f < type.n_fields; ++f) {
    const auto& field = type.fields[f];
    if (!is_name(field.name)) return urn + ": the field name `" + field.name + "`";
    if (field.unit == nullptr) return urn + "." + field.name + " has no unit";
    if (!is_sentence(field.doc)) return urn + "." + field.name + " has no sentence";
    if (field.offset + test::detail::size_of(field) > type.item_size) {
      return urn + "." + field.name + " lies outside the item";
    }
    for (std::uint32_t l = 0; l < field.n_labels; ++l) {
      const std::string_view label = field.labels[l];
      if (!label.empty() && !is_name(label)) return urn + "." + field.name + ": a label";
    }
  }
  return {};
}

inline std::string describes_param(const ib_param& p) {
  const std::string name = p.name;
  if (!is_name(name)) return "the param name `" + name + "`";
  if (!is_sentence(p.doc)) return name + " has no sentence";
  if (p.unit == nullptr || *p.unit == '\0') return name + " has no unit";
  if (p.kind == IB_STRING) return p.def_text != nullptr ? "" : name + " has no default text";
  if (p.min > p.max || p.def < p.min || p.def > p.max)
    return name + ": its default is out of range";
  if (p.kind == IB_INTEGER && p.def != std::floor(p.def))
    return name + ": its default is no integer";
  if (p.kind == IB_CHOICE && (p.n_labels == 0 || p.max != p.n_labels - 1))
    return name + ": its labels";
  return {};
}

/// The descriptor tells everything: a name, a sentence and a unit for each port, param and field.
inline std::string descriptor(NodeUnderTest node, unsigned) {
  const auto& d = *node.desc;
  if (!is_name(d.type, true)) return "its type's name";
  if (!is_sentence(d.summary)) return "no sentence about itself";
  if (std::string_view(d.version).empty()) return "no version";
  for (std::uint32_t i = 0; i < d.n_ports; ++i) {
    const auto& port = d.ports[i];
    const std::string name = port.name;
    if (!is_name(name)) return "the port name `" + name + "`";
    if (!is_sentence(port.doc)) return name + " has no sentence";
    if (port.unit == nullptr) return name + " has no unit";
    const bool out = (port.flags & IB_PORT_OUT) != 0;
    if (out && (port.items_per_item < 0 || port.items_per_second < 0)) return name + ": its bound";
    if (out && port.items_per_item + port.items_per_second + port.items_per_call <= 0) {
      return name + " promises that nothing ever comes";
    }
    if (port.type == nullptr) continue;
    if (auto s = describes_type(*port.type); !s.empty()) return s;
  }
  for (std::uint32_t i = 0; i < d.n_params; ++i) {
    if (auto s = describes_param(d.params[i]); !s.empty()) return s;
  }
  ib_node* n = node.create(nullptr);
  const bool refused = n->set_param(n, d.n_params, 0, "") == IB_ERROR &&
                       n->set_param(n, UINT32_MAX, 0, "") == IB_ERROR;
  n->destroy(n);
  return refused ? "" : "a param that does not exist was taken";
}

}  // namespace ib::test::contract
