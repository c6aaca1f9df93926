#include "graph_settings.hpp"

#include "graph_missing.hpp"
#include "graph_scalars.hpp"
#include "nearest.hpp"

#include <interbeat/units.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace ib {
namespace {

std::vector<std::string> labels_of(const ib_param& param) {
  return {param.labels, param.labels + param.n_labels};
}

std::string unit_of(const ib_param& param) { return param.unit == nullptr ? "" : param.unit; }

std::optional<double> read_choice(const ib_param& param, const Yaml& value, const std::string& path,
                                  const Voice& voice) {
  const auto labels = labels_of(param);
  const auto* text = read_scalar(value, path, voice, one_of(labels));
  if (text == nullptr) return std::nullopt;
  const auto it = std::find(labels.begin(), labels.end(), *text);
  if (it != labels.end()) return static_cast<double>(it - labels.begin());
  voice.error(value, path, std::string(param.name) + " cannot be " + in_quotes(*text),
              one_of(labels), did_you_mean(*text, labels));
  return std::nullopt;
}

/// The default may lie outside the bounds: 0 for "computed", for instance. Without min < max there are
/// none.
bool is_allowed(const ib_param& param, double number, const Yaml& value, const std::string& path,
                const Voice& voice) {
  return !(param.min < param.max) || number == param.def ||
         check_range(number, {param.min, param.max}, unit_of(param), value, path, voice);
}

std::optional<double> read_number(const ib_param& param, const Yaml& value, const std::string& path,
                                  const Voice& voice) {
  const auto number = param.kind == IB_INTEGER ? read_integer(value, unit_of(param), path, voice)
                                               : read_quantity(value, unit_of(param), path, voice);
  if (!number || !is_allowed(param, *number, value, path, voice)) return std::nullopt;
  return number;
}

std::optional<std::string> read_string(const ib_param& param, const Yaml& value,
                                       const std::string& path, const Voice& voice) {
  auto text = read_text(value, path, voice);
  if (!text || !text->empty() || (param.flags & IB_PARAM_REQUIRED) == 0) return text;
  voice.error(value, path, std::string(param.name) + " is empty", describe_param(param));
  return std::nullopt;
}

}  // namespace

std::optional<Setting> read_setting(const ib_node_desc& desc, std::uint32_t index,
                                    const Yaml& value, const std::string& path,
                                    const Voice& voice) {
  const auto& param = desc.params[index];
  Setting setting{index, 0, {}, value.mark, value.via};
  if (param.kind == IB_STRING) {
    auto text = read_string(param, value, path, voice);
    if (!text) return std::nullopt;
    setting.text = std::move(*text);
    return setting;
  }
  std::optional<double> number;
  if (param.kind == IB_BOOLEAN) number = read_boolean(value, path, voice);
  else if (param.kind == IB_CHOICE) number = read_choice(param, value, path, voice);
  else number = read_number(param, value, path, voice);
  if (!number) return std::nullopt;
  setting.number = *number;
  return setting;
}

std::string describe_param(const ib_param& param) {
  switch (param.kind) {
    case IB_BOOLEAN: return "true or false";
    case IB_CHOICE: return one_of(labels_of(param));
    case IB_STRING:
      if ((param.flags & IB_PARAM_SOURCE) != 0) return SourceWords::of(param).expected();
      return (param.flags & IB_PARAM_OUTPUT_PATH) != 0 ? "a file name" : "a text";
    default: return describe_unit(unit_of(param));
  }
}

std::string yaml_string(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (c == '$') out += '$';
    if (byte >= 0x20 && byte != 0x7F) {
      out += c;
      continue;
    }
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned>(byte));
    out += escape.data();
  }
  return out + "\"";
}

std::string format_setting(const ib_param& param, double number, const std::string& text) {
  switch (param.kind) {
    case IB_BOOLEAN: return number != 0 ? "true" : "false";
    case IB_CHOICE: {
      const auto index = static_cast<std::size_t>(number);
      return index < param.n_labels ? yaml_string(param.labels[index]) : std::string{};
    }
    case IB_STRING: return yaml_string(text);
    default: return format_quantity(number, unit_of(param));
  }
}

}  // namespace ib
