// Results depend on the input alone, and stay numbers.
#include "validator/random_values.hpp"
#include "validator/test.hpp"

#include <fmt/format.h>

#include <algorithm>
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

/// Fields of the items of an output as they lie in `Output::bytes`.
class PackedFields {
 public:
  PackedFields(const ib_type& type, const Output& out) : type_(type), out_(out) {}
  /// A flag or the label of a choice in item i; nothing if there is no such field.
  std::optional<unsigned> byte(std::size_t i, std::string_view name) const {
    std::size_t at = 0;
    for (std::uint32_t f = 0; f < type_.n_fields; ++f) {
      const auto& field = type_.fields[f];
      const bool of_a_byte = field.kind == IB_U8 || field.kind == IB_BOOL || field.kind == IB_ENUM;
      if (name == field.name && of_a_byte)
        return std::to_integer<unsigned>(out_.bytes[i * out_.item_size() + at]);
      at += size_of(field);
    }
    return std::nullopt;
  }
  std::string_view label(std::size_t i, std::string_view name) const {
    const auto value = byte(i, name);
    for (std::uint32_t f = 0; value && f < type_.n_fields; ++f) {
      const auto& field = type_.fields[f];
      if (name == field.name && *value < field.n_labels) return field.labels[*value];
    }
    return {};
  }

 private:
  const ib_type& type_;
  const Output& out_;
};

/// An item that can't say that it is not valid may vouch for others, as a person's edit of a beat does: none comes.
void drop_items_without_validity(Script& s) {
  if (!s.connected || s.regular || says_validity(*s.stream().type)) return;
  auto& all = s.entries;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](const auto& e) {
                             return e.kind == Script::Entry::item || e.kind == Script::Entry::gap;
                           }),
            all.end());
}

/// What is wrong with items made of nothing valid: they are valid, of a class that may be used, or silent about why.
std::string claims(const ib_type& type, const Output& out, const char* port) {
  const PackedFields fields(type, out);
  for (std::size_t i = 0; i < out.t_ns.size(); ++i) {
    const auto valid = fields.byte(i, "valid");
    const auto grade = fields.label(i, "class");
    if (valid && *valid != 0)
      return fmt::format("`{}` is valid at {} ns, and nothing that came in was", port, out.t_ns[i]);
    if (!grade.empty() && grade != "absent")
      return fmt::format("`{}` has class {} at {} ns, and nothing that came in was valid", port,
                         grade, out.t_ns[i]);
    const auto reason = fields.byte(i, "reason");
    if ((valid || !grade.empty()) && reason && *reason == 0)
      return fmt::format("`{}` gives no reason at {} ns", port, out.t_ns[i]);
  }
  return {};
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

Verdict all_invalid(const NodeCase& c) {
  bool said = false, any = false;
  for (std::uint32_t i = 0; i < c.node.desc->n_ports; ++i) {
    const auto& port = c.node.desc->ports[i];
    said = said || (!is_output(port) && port.type != nullptr && says_validity(*port.type));
  }
  if (!said) return skipped("no input has a field `valid`");
  for (unsigned round = 0; round < 2; ++round) {
    const auto seed = c.seed + round;
    auto setup = random_setup(*c.node.desc, {.seed = seed, .all_invalid = true});
    for (auto& script : setup.scripts) drop_items_without_validity(script);
    Bench bench(c.node);
    const auto p = bench.play(setup, {.cut = seed});
    if (auto s = p.broke(); !s.empty()) return failed(s);
    std::size_t k = 0;
    for (std::uint32_t i = 0; i < c.node.desc->n_ports; ++i) {
      const auto& port = c.node.desc->ports[i];
      if (!is_output(port)) continue;
      const auto& out = p.outputs[k++];
      if (port.type == nullptr || (port.flags & IB_PORT_REGULAR) != 0) continue;
      any = any || !out.t_ns.empty();
      if (auto s = claims(*port.type, out, port.name); !s.empty()) return failed(s);
    }
  }
  return any ? passed() : skipped("nothing came out");
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
