#include "export/recorded_type.hpp"

#include "export/safe_name.hpp"

#include <interbeat/physio.hpp>

#include <array>

namespace ib::tool {
namespace {

/// The names of its channels, where this program knows the type of its samples.
std::vector<std::string> channel_names(const RecordedPort& port) {
  for (const auto* type : {&Ppg::type(), &Ecg::type(), &Acceleration::type(), &Temperature::type(),
                           &SkinConductance::type()}) {
    if (port.type != type->urn || port.channels != type->n_fields) continue;
    std::vector<std::string> names;
    for (std::uint32_t k = 0; k < type->n_fields; ++k) names.emplace_back(type->fields[k].name);
    return names;
  }
  if (port.channels == 1) return {port.name};
  std::vector<std::string> names;
  for (std::uint32_t k = 1; k <= port.channels; ++k)
    names.push_back(port.name + "_" + std::to_string(k));
  return names;
}

}  // namespace

RecordedType::RecordedType(const RecordedPort& port) {
  UniqueNames unique("_");
  if (port.rate_hz > 0) {
    const auto names = channel_names(port);
    for (std::uint32_t k = 0; k < port.channels; ++k) {
      RecordedField channel;
      channel.kind = IB_F32;
      channel.offset = k * static_cast<std::uint32_t>(sizeof(float));
      add(unique(column_name(names[k])), port.unit, channel);
    }
  }
  for (const auto& field : port.fields) add(unique(column_name(field.name)), field.unit, field);
  type_.struct_size = sizeof type_;
  type_.item_size = port.item_bytes;
  type_.item_align = 1;
  type_.n_fields = static_cast<std::uint32_t>(fields_.size());
  type_.urn = kept(port.type);
  type_.fields = fields_.data();
  type_.doc = "";
}

const char* RecordedType::kept(std::string text) {
  return texts_.emplace_back(std::move(text)).c_str();
}

void RecordedType::add(const std::string& name, const std::string& unit,
                       const RecordedField& field) {
  ib_field f{};
  f.struct_size = sizeof f;
  f.kind = field.kind;
  f.name = kept(name);
  f.unit = kept(shown_text(unit, 32));
  f.offset = field.offset;
  f.count = field.count;
  f.doc = "";
  if (!field.labels.empty()) {
    auto& labels = labels_.emplace_back();
    for (const auto& label : field.labels) labels.push_back(kept(shown_text(label)));
    f.labels = labels.data();
    f.n_labels = static_cast<std::uint32_t>(labels.size());
  }
  fields_.push_back(f);
}

}  // namespace ib::tool
