#include "graph_parameters.hpp"

#include "graph_each.hpp"
#include "graph_missing.hpp"
#include "graph_names.hpp"
#include "graph_scalars.hpp"

#include <interbeat/units.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <system_error>
#include <utility>

namespace ib {
namespace {

constexpr std::array<std::string_view, 11> type_names{"any",      "source",    "file",    "path",
                                                      "string",   "number",    "integer", "boolean",
                                                      "duration", "frequency", "list"};

std::vector<std::string> writable_types() { return {type_names.begin() + 1, type_names.end()}; }

bool is_quantity(ParameterType type) { return !unit_of(type).empty(); }

std::optional<ParameterType> find_type(std::string_view name) {
  const auto it = std::find(type_names.begin() + 1, type_names.end(), name);
  if (it == type_names.end()) return std::nullopt;
  return static_cast<ParameterType>(it - type_names.begin());
}

ParameterType read_type(const Yaml& value, const std::string& path, const Voice& voice) {
  const auto* text = read_scalar(value, path, voice, one_of(writable_types()));
  if (text == nullptr) return ParameterType::any;
  if (const auto type = find_type(*text)) return *type;
  voice.error(value, path, "unknown parameter type " + in_quotes(*text), one_of(writable_types()),
              did_you_mean(*text, writable_types()));
  return ParameterType::any;
}

std::optional<double> read_number(ParameterType type, const Yaml& value, const std::string& path,
                                  const Voice& voice) {
  return type == ParameterType::integer ? read_integer(value, unit_of(type), path, voice)
                                        : read_quantity(value, unit_of(type), path, voice);
}

/// Null when it is not there, or wrong and said.
std::optional<double> read_bound(const Yaml& declared, const char* key, ParameterType type,
                                 const std::string& path, const Voice& voice) {
  const auto* entry = declared.find(key);
  if (entry == nullptr) return std::nullopt;
  if (is_quantity(type)) return read_number(type, entry->value, path + "." + key, voice);
  voice.error(entry->value, path + "." + key,
              "only numbers, durations and frequencies have bounds");
  return std::nullopt;
}

void read_bounds(Parameter& parameter, const Yaml& declared, const std::string& path,
                 const Voice& voice) {
  const auto min = read_bound(declared, "min", parameter.type, path, voice);
  const auto max = read_bound(declared, "max", parameter.type, path, voice);
  if (min && max && *min > *max) {
    const auto unit = unit_of(parameter.type);
    voice.error(declared.find("max")->value, path + ".max",
                "no value fits: `max`, " + format_quantity(*max, unit) + ", is below `min`, " +
                    format_quantity(*min, unit));
    return;
  }
  if (min) parameter.min = *min;
  if (max) parameter.max = *max;
}

/// A default is a value, not another name: `$$` in it stands for a dollar sign, and no more.
std::optional<Yaml> read_default(const Yaml& value, const std::string& path, const Voice& voice) {
  if (value.is_null()) return std::nullopt;
  Yaml def = value;
  def.text.clear();
  for (std::size_t i = 0; i < value.text.size(); ++i) {
    def.text += value.text[i];
    if (value.text[i] != '$') continue;
    if (value.text.compare(i, 2, "$$") == 0) {
      ++i;
      continue;
    }
    voice.error(value, path, "a default cannot name another parameter", "a value",
                "use both where they are needed, as in ${a}/${b}.csv; write $$ for a dollar sign");
    def.broken = true;
    break;
  }
  return def;
}

Parameter read_parameter(const Yaml::Entry& entry, const std::string& path, const Voice& voice) {
  Parameter parameter;
  parameter.name = entry.key;
  parameter.mark = entry.mark;
  if (!entry.value.is_mapping()) {
    if (entry.value.is_sequence())
      voice.error(entry.value, path, "a parameter cannot be a list", "one value",
                  "for `for_each:`, write {type: list, default: [...]}");
    else if (is_old_boolean(entry.value)) read_boolean(entry.value, path, voice);
    else parameter.def = read_default(entry.value, path, voice);
    return parameter;
  }
  check_keys(entry.value, {"type", "default", "doc", "min", "max"}, path, voice);
  const auto* type = entry.value.find("type");
  if (type != nullptr) parameter.type = read_type(type->value, path + ".type", voice);
  if (const auto* doc = entry.value.find("doc"))
    parameter.doc = read_text(doc->value, path + ".doc", voice).value_or("");
  if (const auto* def = entry.value.find("default"))
    parameter.def = read_default(def->value, path + ".default", voice);
  const bool unknown_type = type != nullptr && parameter.type == ParameterType::any;
  if (!unknown_type) read_bounds(parameter, entry.value, path, voice);
  return parameter;
}

void check_quantity(const Parameter& parameter, Yaml& value, const std::string& path,
                    const Voice& voice) {
  const auto number = read_number(parameter.type, value, path, voice);
  const Range range{parameter.min, parameter.max};
  if (!number || !check_range(*number, range, unit_of(parameter.type), value, path, voice))
    value.broken = true;
}

/// `any` may be a boolean or a text, and the param that takes it decides; the others know.
bool is_text_or_boolean(const Parameter& parameter, const Yaml& value, const std::string& path,
                        const Voice& voice) {
  if (parameter.type == ParameterType::boolean) return read_boolean(value, path, voice).has_value();
  if (parameter.type == ParameterType::any && is_boolean(value)) return true;
  return read_text(value, path, voice).has_value();
}

void find_file(Yaml& value, const std::string& path, const FolderOf& folder_of,
               const Voice& voice) {
  std::error_code ignored;
  const std::filesystem::path file(value.text);
  if (const auto folder = folder_of(value.mark)) {
    const auto beside = (*folder / file).lexically_normal();
    if (std::filesystem::exists(beside, ignored)) {
      value.text = beside.string();
      return;
    }
  }
  if (std::filesystem::exists(file, ignored)) return;
  voice.error(value, path, "there is no file " + in_quotes(value.text), {},
              "a relative path starts at the folder of the graph");
  value.broken = true;
}

}  // namespace

std::vector<Parameter> read_parameters(const Yaml& section, const Voice& voice) {
  std::vector<Parameter> parameters;
  if (section.is_null()) return parameters;
  if (!section.is_mapping()) {
    voice.error(section, "parameters", "this is " + describe(section) + ", not a mapping",
                "names with their types and defaults, as in `window: {type: duration, "
                "default: 30 s}`");
    return parameters;
  }
  if (!check_count(section.entries.size(), "parameters", section.mark, "parameters", voice))
    return parameters;
  for (const auto& entry : section.entries) {
    const auto path = "parameters." + entry.key;
    if (check_name(entry, path, voice)) parameters.push_back(read_parameter(entry, path, voice));
  }
  return parameters;
}

std::vector<std::string> names_of(const std::vector<Parameter>& parameters) {
  std::vector<std::string> names;
  for (const auto& parameter : parameters) names.push_back(parameter.name);
  return names;
}

std::string_view name_of(ParameterType type) { return type_names[static_cast<std::size_t>(type)]; }

std::string_view unit_of(ParameterType type) {
  switch (type) {
    case ParameterType::number:
    case ParameterType::integer: return "1";
    case ParameterType::duration: return "s";
    case ParameterType::frequency: return "Hz";
    default: return {};
  }
}

std::string describe_parameter(const Parameter& parameter) {
  switch (parameter.type) {
    case ParameterType::any: return "a value";
    case ParameterType::source: return SourceWords{}.expected();
    case ParameterType::file: return "a file";
    case ParameterType::path: return "a path";
    case ParameterType::string: return "a text";
    case ParameterType::integer: return "a whole number";
    case ParameterType::boolean: return "true or false";
    case ParameterType::list: return "names or a range, as in anna,ben or 0..9";
    default: return describe_unit(unit_of(parameter.type));
  }
}

void check_parameter_value(const Parameter& parameter, Yaml& value, const std::string& path,
                           const FolderOf& folder_of, const Voice& voice) {
  if (parameter.type == ParameterType::list) {
    value.broken = read_elements(parameter.name, value, path, voice).broken;
    return;
  }
  if (read_scalar(value, path, voice, describe_parameter(parameter)) == nullptr)
    value.broken = true;
  else if (is_quantity(parameter.type)) check_quantity(parameter, value, path, voice);
  else if (!is_text_or_boolean(parameter, value, path, voice)) value.broken = true;
  else if (parameter.type == ParameterType::file) find_file(value, path, folder_of, voice);
}

}  // namespace ib
