#include <interbeat/recorded_port.hpp>

#include <interbeat/time.hpp>

#include <fmt/format.h>

#include <cstddef>

namespace ib {
namespace {

constexpr Duration most_latency = std::chrono::hours(1);

bool same_labels(const RecordedField& recorded, const ib_field& own) {
  if (recorded.labels.size() != own.n_labels) return false;
  for (std::uint32_t k = 0; k < own.n_labels; ++k)
    if (recorded.labels[k] != own.labels[k]) return false;
  return true;
}

bool same_place(const RecordedField& recorded, const ib_field& own) {
  return recorded.name == own.name && recorded.kind == own.kind && recorded.offset == own.offset &&
         recorded.count == own.count && same_labels(recorded, own);
}

/// The first field in which the two differ; empty: in none.
std::string other_field(const RecordedPort& recorded, const ib_type& type) {
  const auto* at = reinterpret_cast<const std::byte*>(type.fields);  // NOLINT: see abi.h
  for (std::uint32_t k = 0; k < type.n_fields; ++k, at += type.fields->struct_size) {
    const auto& own = *reinterpret_cast<const ib_field*>(at);  // NOLINT
    if (k == recorded.fields.size() || !same_place(recorded.fields[k], own)) return own.name;
  }
  return recorded.fields.size() > type.n_fields ? recorded.fields[type.n_fields].name : "";
}

}  // namespace

std::string why_unfit(const RecordedPort& p, const ib_type* type, bool regular) {
  const std::string urn = type != nullptr ? type->urn : "";
  if (urn != p.type)
    return fmt::format("its {} was recorded as {}, and this program's is {}", p.name, p.type, urn);
  if (regular != (p.rate_hz > 0))
    return fmt::format("its {} was recorded {} a rate", p.name, p.rate_hz > 0 ? "with" : "without");
  if (p.rate_hz > most_recorded_hz || p.items_per_second > most_recorded_hz || p.latency_ns < 0 ||
      p.latency_ns > most_latency.count())
    return fmt::format("its {} was recorded with a rate or delay that no sensor has", p.name);
  if (type == nullptr) return {};
  if (type->item_size != p.item_bytes)
    return fmt::format("an item of its {} was recorded in {} bytes, and this program's has {}",
                       p.name, p.item_bytes, type->item_size);
  if (regular) return {};
  if (const auto field = other_field(p, *type); !field.empty())
    return fmt::format("its {} was recorded with another field \"{}\" than this program's {} has",
                       p.name, field, urn);
  return {};
}

}  // namespace ib
