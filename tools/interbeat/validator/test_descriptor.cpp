// What a node says of itself: a name, a sentence and a unit for each port, param and field.
#include "validator/test.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

namespace ib::validator::descriptor_tests {
namespace {

/// `more`: what may stand in it beside letters, digits and the underscore.
bool is_name(std::string_view s, std::string_view more = "") {
  if (s.empty() || s.front() < 'a' || s.front() > 'z') return false;
  return std::all_of(s.begin(), s.end(), [more](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           more.find(c) != std::string_view::npos;
  });
}
bool is_sentence(const char* s) {
  const std::string_view text = s != nullptr ? s : "";
  return text.size() > 3 && text.back() == '.';
}

std::vector<const ib_type*> types_of(const ib_node_desc& d) {
  std::vector<const ib_type*> types;
  for (std::uint32_t i = 0; i < d.n_ports; ++i) {
    if (d.ports[i].type != nullptr) types.push_back(d.ports[i].type);
  }
  return types;
}
/// Calls f(type, field) until it returns a sentence.
template <class F>
std::string each_field(const ib_node_desc& d, const F& f) {
  for (const auto* type : types_of(d)) {
    for (std::uint32_t i = 0; i < type->n_fields; ++i) {
      if (auto wrong = f(*type, type->fields[i]); !wrong.empty()) return wrong;
    }
  }
  return {};
}

/// "1.2.3", "0.1.0-rc.1+build": https://semver.org, without its finer points.
bool is_semantic_version(std::string_view v) {
  const auto core = v.substr(0, v.find_first_of("-+"));
  int parts = 0;
  for (std::size_t at = 0; at <= core.size();) {
    const auto end = std::min(core.find('.', at), core.size());
    const auto part = core.substr(at, end - at);
    if (part.empty() || part.size() > 9 || (part.size() > 1 && part[0] == '0') ||
        !std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return false;
    ++parts;
    at = end + 1;
  }
  return parts == 3;
}

std::string wrong_port(const ib_node_desc& d, const ib_port& p) {
  const auto flag = [&](std::uint32_t f) { return (p.flags & f) != 0; };
  const std::string name = fmt::format("port `{}`", p.name);
  constexpr std::uint32_t known = IB_PORT_OUT | IB_PORT_OPTIONAL | IB_PORT_REGULAR |
                                  IB_PORT_ANY_TYPE | IB_PORT_ANY_SAMPLES | IB_PORT_TYPE_AS_IN;
  if ((p.flags & ~known) != 0) return name + " has a flag that does not exist";
  if (is_output(p)) {
    if (d.ports[0].flags & IB_PORT_ANY_TYPE && flag(IB_PORT_TYPE_AS_IN))
      return name + " has the type of an input that takes every type: nobody knows its size";
    if (flag(IB_PORT_OPTIONAL) || flag(IB_PORT_ANY_TYPE) || flag(IB_PORT_ANY_SAMPLES))
      return name + " is an output with a flag that is for inputs";
    if (p.grade > IB_GRADE_TREND) return name + " has a grade that does not exist";
    if (p.items_per_item + p.items_per_second + p.items_per_call <= 0)
      return name + " promises that nothing ever comes (all of its bounds are 0)";
    if (p.refuses != nullptr) return name + " is an output that refuses";
    return {};
  }
  if (flag(IB_PORT_TYPE_AS_IN)) return name + " is an input with a flag that is for outputs";
  if (flag(IB_PORT_ANY_SAMPLES) && !flag(IB_PORT_REGULAR))
    return name + " takes any samples, and is not regular";
  if (p.adds != nullptr || p.clears != nullptr) return name + " is an input that adds or clears";
  return {};
}

}  // namespace

Verdict names(const NodeCase& c) {
  const auto& d = *c.node.desc;
  if (!is_name(d.type, ".")) return failed(fmt::format("the node type `{}`", d.type));
  for (std::uint32_t i = 0; i < d.n_ports; ++i) {
    if (!is_name(d.ports[i].name))
      return failed(fmt::format("the port name `{}`", d.ports[i].name));
  }
  for (std::uint32_t i = 0; i < d.n_params; ++i) {
    const auto& p = d.params[i];
    if (!is_name(p.name)) return failed(fmt::format("the param name `{}`", p.name));
    std::set<std::string_view> labels;
    for (std::uint32_t l = 0; l < p.n_labels; ++l) {
      if (!is_name(p.labels[l], ".-"))  // "kubios-2.2": a value, not a name of ours
        return failed(fmt::format("the label `{}` of `{}`", p.labels[l], p.name));
      if (!labels.insert(p.labels[l]).second)
        return failed(fmt::format("`{}` has the label `{}` twice", p.name, p.labels[l]));
    }
  }
  for (const auto* type : types_of(d)) {
    std::set<std::string_view> seen;
    for (std::uint32_t f = 0; f < type->n_fields; ++f) {
      if (!seen.insert(type->fields[f].name).second)
        return failed(
            fmt::format("`{}` has the field `{}` twice", type->urn, type->fields[f].name));
    }
  }
  return verdict(each_field(d, [](const ib_type& type, const ib_field& f) -> std::string {
    if (!is_name(f.name)) return fmt::format("the field name `{}` of `{}`", f.name, type.urn);
    for (std::uint32_t l = 0; l < f.n_labels; ++l) {
      const std::string_view label = f.labels[l];
      if (!label.empty() && !is_name(label))
        return fmt::format("the label `{}` of `{}`", label, f.name);
    }
    return {};
  }));
}

Verdict sentences(const NodeCase& c) {
  const auto& d = *c.node.desc;
  if (!is_sentence(d.summary))
    return failed("the node has no sentence about itself (`summary`, with a full stop)");
  for (std::uint32_t i = 0; i < d.n_ports; ++i) {
    if (!is_sentence(d.ports[i].doc))
      return failed(fmt::format("port `{}` has no sentence", d.ports[i].name));
  }
  for (std::uint32_t i = 0; i < d.n_params; ++i) {
    if (!is_sentence(d.params[i].doc))
      return failed(fmt::format("param `{}` has no sentence", d.params[i].name));
  }
  for (const auto* type : types_of(d)) {
    if (!is_sentence(type->doc)) return failed(fmt::format("type `{}` has no sentence", type->urn));
  }
  return verdict(each_field(d, [](const ib_type& type, const ib_field& f) {
    return is_sentence(f.doc) ? ""
                              : fmt::format("field `{}` of `{}` has no sentence", f.name, type.urn);
  }));
}

Verdict units(const NodeCase& c) {
  const auto& d = *c.node.desc;
  for (std::uint32_t i = 0; i < d.n_params; ++i) {
    const auto& p = d.params[i];
    if (p.unit == nullptr || *p.unit == '\0')
      return failed(
          fmt::format("param `{}` has no unit (\"1\", where it has no dimension)", p.name));
  }
  return verdict(each_field(d, [](const ib_type& type, const ib_field& f) -> std::string {
    const bool measured = f.kind == IB_F32 || f.kind == IB_F64;
    if (measured && *f.unit == '\0' && type.n_fields > 1)
      return fmt::format("field `{}` of `{}` has no unit (\"1\", where it has no dimension)",
                         f.name, type.urn);
    return {};
  }));
}

Verdict version(const NodeCase& c) {
  if (is_semantic_version(c.node.desc->version)) return passed();
  return failed(fmt::format("`{}` is no semantic version such as 1.0.0", c.node.desc->version));
}

Verdict ports(const NodeCase& c) {
  const auto& d = *c.node.desc;
  constexpr std::uint32_t known =
      IB_NODE_SOURCE | IB_NODE_SINK | IB_NODE_DETERMINISTIC | IB_NODE_BLOCKING | IB_NODE_BYPASS_OK;
  if ((d.flags & ~known) != 0) return failed("the node has a flag that does not exist");
  std::uint32_t in = 0, out = 0;
  for (std::uint32_t i = 0; i < d.n_ports; ++i) {
    ++(is_output(d.ports[i]) ? out : in);
    if (auto wrong = wrong_port(d, d.ports[i]); !wrong.empty()) return failed(wrong);
  }
  const bool source = c.node.is(IB_NODE_SOURCE), sink = c.node.is(IB_NODE_SINK);
  if (source && in > 0) return failed("it is a source, and has an input");
  if (source && c.node.is(IB_NODE_BLOCKING))
    return failed(
        "it is a source, and is marked as blocking: what waits runs on a thread of its own, and calls the host's wake");
  if (sink && out > 0) return failed("it is a sink, and has an output");
  if (!source && in == 0) return failed("it has no input, and is no source");
  if (!sink && out == 0) return failed("it has no output, and is no sink");
  if (in > 0 && (d.ports[0].flags & IB_PORT_OPTIONAL) != 0)
    return failed("its first input is optional: nothing need ever come");
  return passed();
}

Verdict types(const NodeCase& c) {
  std::map<std::string_view, const ib_type*> known;
  for (const auto* type : types_of(*c.node.desc)) {
    const std::string_view urn = type->urn;
    const auto last = urn.rfind('/');
    const auto major = last == std::string_view::npos ? "" : urn.substr(last + 1);
    int number = 0;
    const auto [end, error] = std::from_chars(major.data(), major.data() + major.size(), number);
    if (std::count(urn.begin(), urn.end(), '/') != 2 || error != std::errc() ||
        end != major.data() + major.size())
      return failed(fmt::format("`{}` is no name/name/major such as acme/breath/1", urn));
    std::vector<const ib_field*> fields;
    for (std::uint32_t f = 0; f < type->n_fields; ++f) fields.push_back(&type->fields[f]);
    std::sort(fields.begin(), fields.end(),
              [](const auto* a, const auto* b) { return a->offset < b->offset; });
    for (std::size_t f = 0; f < fields.size(); ++f) {
      const auto& field = *fields[f];
      const auto size = size_of(field);
      const auto align = field.kind == IB_TEXT ? 1 : field.kind == IB_MAYBE ? 8 : size;
      if (field.offset % align != 0 || align > type->item_align)
        return failed(fmt::format("field `{}` of `{}` is not aligned", field.name, urn));
      if (f + 1 < fields.size() && field.offset + size > fields[f + 1]->offset)
        return failed(fmt::format("fields `{}` and `{}` of `{}` overlap", field.name,
                                  fields[f + 1]->name, urn));
      if (field.kind == IB_ENUM && field.n_labels == 0)
        return failed(fmt::format("field `{}` of `{}` is an enum without labels", field.name, urn));
    }
    auto& other = known[urn];
    const bool same = other == nullptr ||
                      (other->item_size == type->item_size && other->n_fields == type->n_fields &&
                       std::equal(type->fields, type->fields + type->n_fields, other->fields,
                                  [](const ib_field& a, const ib_field& b) {
                                    return a.offset == b.offset && a.kind == b.kind &&
                                           std::string_view(a.name) == b.name;
                                  }));
    if (!same) return failed(fmt::format("`{}` stands for two layouts", urn));
    other = type;
  }
  return passed();
}

Verdict node(const NodeCase& c) {
  ib_node* n = c.node.create(nullptr);
  if (n == nullptr) return failed("create() makes none, or one that lacks a function of ib_node");
  const bool named = n->desc != nullptr && n->desc->type != nullptr &&
                     std::string_view(n->desc->type) == c.node.desc->type;
  n->destroy(n);
  return named ? passed() : failed("the node that create() makes bears another descriptor");
}

}  // namespace ib::validator::descriptor_tests
