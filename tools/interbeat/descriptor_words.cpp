#include "descriptor_words.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace ib::tool {

std::string type_text(const ib_port& p) {
  if (p.type != nullptr) return p.type->urn;
  if (has(p.flags, IB_PORT_ANY_SAMPLES)) return "any samples";
  if (has(p.flags, IB_PORT_TYPE_AS_IN)) return "as its input";
  return "any stream";
}

std::string port_notes(const ib_port& p) {
  std::vector<std::string> notes;
  if (has(p.flags, IB_PORT_OPTIONAL)) notes.emplace_back("optional");
  if (has(p.flags, IB_PORT_REGULAR)) notes.emplace_back("regular");
  if (p.rate_min_hz > 0) notes.push_back("at least " + format_quantity(p.rate_min_hz, "Hz"));
  if (p.refuses != nullptr) notes.push_back(fmt::format("refuses {}", p.refuses));
  if (p.adds != nullptr) notes.push_back(fmt::format("adds {}", p.adds));
  if (p.clears != nullptr) notes.push_back(fmt::format("clears {}", p.clears));
  return fmt::format("{}", fmt::join(notes, ", "));
}

std::string range_text(const ib_param& p) {
  switch (p.kind) {
    case IB_BOOLEAN: return "true, false";
    case IB_CHOICE: return fmt::format("{}", fmt::join(p.labels, p.labels + p.n_labels, ", "));
    case IB_STRING: return has(p.flags, IB_PARAM_SOURCE) ? "a source" : "text";
    default: return format_number(p.min) + " to " + format_quantity(p.max, p.unit);
  }
}

std::string default_text(const ib_param& p) {
  if (has(p.flags, IB_PARAM_REQUIRED)) return "(required)";
  switch (p.kind) {
    case IB_BOOLEAN: return p.def != 0 ? "true" : "false";
    case IB_CHOICE: return p.labels[static_cast<std::uint32_t>(p.def)];
    case IB_STRING: return p.def_text != nullptr && *p.def_text != '\0' ? p.def_text : "-";
    default: return format_quantity(p.def, p.unit);
  }
}

std::string field_kind(const ib_field& f) {
  switch (f.kind) {
    case IB_MAYBE: return "number, may be absent";
    case IB_BOOL: return "0 or 1";
    case IB_TEXT: return "text";
    case IB_ENUM: return fmt::format("{}", fmt::join(f.labels, f.labels + f.n_labels, ", "));
    case IB_F32:
    case IB_F64: return "number";
    default: return "whole number";
  }
}

}  // namespace ib::tool
