// From the tables of a plugin to JSON.
#include "descriptor.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <string>

namespace ib {
namespace {

using nlohmann::json;

constexpr std::uint32_t most_ports = 64, most_params = 256, most_fields = 256, most_labels = 256;
constexpr std::size_t longest_name = 128, longest_text = 64 * 1024;

[[noreturn]] void refuse(const std::string& place, const std::string& what) {
  throw BadDescriptor(place.empty() ? what : place + ": " + what);
}

/// Sizes in the first release: no later plugin may bring less.
template <class T>
constexpr std::uint32_t first_size = 0;
template <>
constexpr std::uint32_t first_size<ib_field> = 56;
template <>
constexpr std::uint32_t first_size<ib_type> = 40;
template <>
constexpr std::uint32_t first_size<ib_port> = 104;
template <>
constexpr std::uint32_t first_size<ib_param> = 80;
template <>
constexpr std::uint32_t first_size<ib_node_desc> = 64;

std::uint32_t size_of_struct(const void* p, const std::string& place, std::uint32_t least) {
  constexpr std::uint32_t most = 64 * 1024;
  if (p == nullptr) refuse(place, "it is null");
  std::uint32_t size = 0;
  std::memcpy(&size, p, sizeof size);
  if (size < least || size > most) {
    refuse(place,
           fmt::format("its struct_size is {}; from {} to {} can be right", size, least, most));
  }
  return size;
}

template <class T>
T take(const void* p, const std::string& place) {
  static_assert(first_size<T> > 0 && first_size<T> <= sizeof(T));
  const auto size = size_of_struct(p, place, first_size<T>);
  T t{};
  std::memcpy(&t, p, std::min<std::size_t>(size, sizeof t));
  return t;
}

std::string take_text(const char* s, const std::string& place, const char* what, std::size_t most) {
  if (s == nullptr) refuse(place, fmt::format("its {} is null", what));
  const auto n = strnlen(s, most + 1);
  if (n > most) refuse(place, fmt::format("its {} is longer than {} bytes", what, most));
  return {s, n};
}
std::string take_name(const char* s, const std::string& place) {
  auto name = take_text(s, place, "name", longest_name);
  if (name.empty()) refuse(place, "its name is empty");
  return name;
}
/// A text that may be left out.
std::string take_note(const char* s, const std::string& place, const char* what) {
  return s != nullptr ? take_text(s, place, what, longest_text) : std::string();
}

json take_labels(const char* const* labels, std::uint32_t n, const std::string& place) {
  if (n > most_labels)
    refuse(place, fmt::format("{} labels; at most {} can be right", n, most_labels));
  if (n > 0 && labels == nullptr) refuse(place, "its labels are null");
  auto list = json::array();
  for (std::uint32_t i = 0; i < n; ++i) {
    list.push_back(take_text(labels[i], place, "label", longest_name));
  }
  return list;
}

double finite(double x, const std::string& place, const char* what) {
  if (!std::isfinite(x)) refuse(place, fmt::format("its {} is no number", what));
  return x;
}

/// Calls f(entry, place) for each entry of a table, stepping as its first entry says.
template <class T, class F>
void each_entry(const T* table, std::uint32_t n, std::uint32_t most, const std::string& place,
                const char* what, const F& f) {
  if (n > most) refuse(place, fmt::format("{} {}s; at most {} can be right", n, what, most));
  if (n == 0) return;
  if (table == nullptr)
    refuse(place, fmt::format("it says {} {}s, and its table is null", n, what));
  const auto step = size_of_struct(table, fmt::format("{}, first {}", place, what), first_size<T>);
  const auto* at = reinterpret_cast<const std::byte*>(table);
  for (std::uint32_t i = 0; i < n; ++i, at += step) {
    const auto nth = fmt::format("{}, {} {}", place, what, i + 1);
    f(take<T>(at, nth), nth);
  }
}

std::uint32_t bytes_of(const ib_field& f, const std::string& place) {
  switch (f.kind) {
    case IB_F32:
    case IB_I32: return 4;
    case IB_F64:
    case IB_I64: return 8;
    case IB_MAYBE: return sizeof(ib_maybe);
    case IB_TEXT: return f.count;
    case IB_U8:
    case IB_BOOL:
    case IB_ENUM: return 1;
    default: refuse(place, fmt::format("there is no field kind {}", f.kind));
  }
}

json describe_field(const ib_field& f, const std::string& place, std::uint32_t item_size) {
  const auto name = take_name(f.name, place);
  const auto here = fmt::format("{} `{}`", place, name);
  const auto bytes = bytes_of(f, here);
  if (bytes == 0 || bytes > item_size || f.offset > item_size - bytes)
    refuse(here, fmt::format("it lies outside the item, which has {} bytes", item_size));
  return {{"name", name},
          {"unit", take_note(f.unit, here, "unit")},
          {"kind", f.kind},
          {"offset", f.offset},
          {"count", f.count},
          {"labels", take_labels(f.labels, f.n_labels, here)},
          {"doc", take_note(f.doc, here, "doc")}};
}

json describe_type(const ib_type* raw, const std::string& place) {
  const auto type = take<ib_type>(raw, place + ", its type");
  const auto urn = take_text(type.urn, place, "type's urn", longest_name);
  const auto here = fmt::format("{}, type `{}`", place, urn);
  const auto align = type.item_align;
  if (urn.empty()) refuse(place, "its type has no urn");
  if (align == 0 || align > 64 || (align & (align - 1)) != 0 || type.item_size == 0 ||
      type.item_size > 1024 || type.item_size % align != 0) {
    refuse(
        here,
        fmt::format(
            "items of {} bytes, aligned to {}: at most 1024, a multiple of a power of two up to 64",
            type.item_size, align));
  }
  auto fields = json::array();
  each_entry(type.fields, type.n_fields, most_fields, here, "field",
             [&](const ib_field& f, const std::string& at) {
               fields.push_back(describe_field(f, at, type.item_size));
             });
  return {{"urn", urn},
          {"size", type.item_size},
          {"align", align},
          {"fields", std::move(fields)},
          {"doc", take_note(type.doc, here, "doc")}};
}

json describe_port(const ib_port& p, const std::string& place) {
  const auto name = take_name(p.name, place);
  const auto here = fmt::format("{} `{}`", place, name);
  const bool untyped =
      (p.flags & (IB_PORT_ANY_TYPE | IB_PORT_ANY_SAMPLES | IB_PORT_TYPE_AS_IN)) != 0;
  if (!untyped && p.type == nullptr) refuse(here, "it has no type");
  const double bounds[]{p.items_per_item, p.items_per_second, p.rate_min_hz};
  for (const double b : bounds) {
    if (!(b >= 0 && b <= 1e9))
      refuse(here, "its bounds (items_per_item, items_per_second, rate_min_hz) are no counts");
  }
  if (p.channels > 1024 || p.items_per_call > 1'000'000)
    refuse(here, fmt::format("{} channels, {} items per call: that is too many", p.channels,
                             p.items_per_call));
  return {{"name", name},
          {"flags", p.flags},
          {"type", untyped ? json() : describe_type(p.type, here)},
          {"unit", take_note(p.unit, here, "unit")},
          {"doc", take_note(p.doc, here, "doc")},
          {"channels", p.channels},
          {"grade", p.grade},
          {"rate_min_hz", p.rate_min_hz},
          {"items_per_item", p.items_per_item},
          {"items_per_second", p.items_per_second},
          {"items_per_call", p.items_per_call},
          {"adds", take_note(p.adds, here, "adds")},
          {"clears", take_note(p.clears, here, "clears")},
          {"refuses", take_note(p.refuses, here, "refuses")}};
}

json describe_param(const ib_param& p, const std::string& place) {
  const auto name = take_name(p.name, place);
  const auto here = fmt::format("{} `{}`", place, name);
  if (p.kind < IB_NUMBER || p.kind > IB_STRING)
    refuse(here, fmt::format("there is no param kind {}", p.kind));
  if (p.kind != IB_STRING) {
    finite(p.min, here, "min");
    finite(p.max, here, "max");
    finite(p.def, here, "default");
    if (p.min > p.max || p.def < p.min || p.def > p.max) {
      refuse(here, fmt::format("its default {} does not lie in its range, {} to {}", p.def, p.min,
                               p.max));
    }
  }
  if (p.kind == IB_CHOICE && (p.n_labels == 0 || p.min < 0 || p.max > p.n_labels - 1.0))
    refuse(here, fmt::format("a choice from {} to {} with {} labels", p.min, p.max, p.n_labels));
  const bool number = p.kind != IB_STRING;
  return {{"name", name},
          {"flags", p.flags},
          {"kind", p.kind},
          {"unit", take_note(p.unit, here, "unit")},
          {"min", number ? p.min : 0},
          {"max", number ? p.max : 0},
          {"def", number ? p.def : 0},
          {"def_text", take_note(p.def_text, here, "default text")},
          {"labels", take_labels(p.labels, p.n_labels, here)},
          {"doc", take_note(p.doc, here, "doc")}};
}

bool is_type_name(const std::string& s) {
  const auto part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  const auto dot = s.find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == s.size()) return false;
  return s[0] >= 'a' && s[0] <= 'z' &&
         std::all_of(s.begin(), s.end(), [&](char c) { return part(c) || c == '.'; });
}

}  // namespace

json describe(const ib_type& type) { return describe_type(&type, "an item type"); }

json describe(const ib_node_desc* raw) {
  const auto d = take<ib_node_desc>(raw, "a descriptor");
  const auto type = take_name(d.type, "a descriptor");
  const auto here = "`" + type + "`";
  if (!is_type_name(type))
    refuse(here, "a node type is named family.name, in small letters, digits and _");
  auto ports = json::array(), params = json::array();
  std::set<std::pair<bool, std::string>> names;
  bool outputs = false;
  each_entry(d.ports, d.n_ports, most_ports, here, "port",
             [&](const ib_port& p, const std::string& at) {
               const bool out = (p.flags & IB_PORT_OUT) != 0;
               if (outputs && !out) refuse(at, "an input stands behind an output");
               outputs = out;
               ports.push_back(describe_port(p, at));
               const std::string name = ports.back()["name"];
               if (!names.insert({out, name}).second)
                 refuse(at, fmt::format("there are two called `{}`", name));
             });
  each_entry(d.params, d.n_params, most_params, here, "param",
             [&](const ib_param& p, const std::string& at) {
               params.push_back(describe_param(p, at));
               const std::string name = params.back()["name"];
               if (!names.insert({false, name}).second)
                 refuse(at, fmt::format("an input or another param is called `{}` too", name));
             });
  return {{"type", type},
          {"flags", d.flags},
          {"version", take_text(d.version, here, "version", longest_name)},
          {"summary", take_note(d.summary, here, "summary")},
          {"doc", take_note(d.doc, here, "doc")},
          {"ports", std::move(ports)},
          {"params", std::move(params)}};
}

}  // namespace ib
