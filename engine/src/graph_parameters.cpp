#include "graph_parameters.hpp"

#include "graph_names.hpp"
#include "graph_scalars.hpp"

#include <interbeat/units.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <system_error>
#include <utility>

namespace ib {
namespace {

constexpr std::array<std::string_view, 10> type_names{
    "any", "source", "file", "path", "string", "number", "integer", "boolean", "duration",
    "frequency"};

std::vector<std::string> writable_types() {
  return {type_names.begin() + 1, type_names.end()};
}

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

void refuse_bounds_of_texts(const Parameter& parameter, const std::string& path,
                            const Voice& voice) {
  if (is_quantity(parameter.type)) return;
  for (const auto* bound : {&parameter.min, &parameter.max})
    if (*bound)
      voice.error(**bound, path, "only numbers, durations and frequencies have bounds");
}

Parameter read_parameter(const Yaml::Entry& entry, const std::string& path, const Voice& voice) {
  Parameter parameter;
  parameter.name = entry.key;
  parameter.mark = entry.mark;
  if (!entry.value.is_mapping()) {
    if (entry.value.is_sequence())
      voice.error(entry.value, path, "a parameter cannot be a list", "one value");
    else if (is_old_boolean(entry.value)) read_boolean(entry.value, path, voice);
    else if (!entry.value.is_null()) parameter.def = entry.value;
    return parameter;
  }
  check_keys(entry.value, {"type", "default", "doc", "min", "max"}, path, voice);
  if (const auto* type = entry.value.find("type"))
    parameter.type = read_type(type->value, path + ".type", voice);
  if (const auto* doc = entry.value.find("doc"))
    parameter.doc = read_text(doc->value, path + ".doc", voice).value_or("");
  if (const auto* def = entry.value.find("default"); def && !def->value.is_null())
    parameter.def = def->value;
  if (const auto* min = entry.value.find("min")) parameter.min = min->value;
  if (const auto* max = entry.value.find("max")) parameter.max = max->value;
  refuse_bounds_of_texts(parameter, path, voice);
  return parameter;
}

void check_quantity(const Parameter& parameter, Yaml& value, const std::string& path,
                    const Voice& voice) {
  const auto unit = unit_of(parameter.type);
  const auto number = parameter.type == ParameterType::integer
                          ? read_integer(value, unit, path, voice)
                          : read_quantity(value, unit, path, voice);
  const auto bound = [&](const std::optional<Yaml>& written, double otherwise) {
    if (!written || !written->is_scalar()) return otherwise;
    const auto quantity = parse_quantity(written->text, unit);
    return quantity ? quantity.value : otherwise;
  };
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const Range range{bound(parameter.min, -infinite), bound(parameter.max, infinite)};
  if (!number || !check_range(*number, range, unit, value, path, voice)) value.broken = true;
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
    case ParameterType::source: return "a source: a file, a folder, or virtual:seed=1";
    case ParameterType::file: return "a file";
    case ParameterType::path: return "a path";
    case ParameterType::string: return "a text";
    case ParameterType::integer: return "a whole number";
    case ParameterType::boolean: return "true or false";
    default: return describe_unit(unit_of(parameter.type));
  }
}

void check_parameter_value(const Parameter& parameter, Yaml& value, const std::string& path,
                           const FolderOf& folder_of, const Voice& voice) {
  if (read_scalar(value, path, voice, describe_parameter(parameter)) == nullptr)
    value.broken = true;
  else if (is_quantity(parameter.type)) check_quantity(parameter, value, path, voice);
  else if (parameter.type == ParameterType::boolean || is_old_boolean(value)) {
    const bool boolean = parameter.type == ParameterType::boolean;
    if (boolean ? !read_boolean(value, path, voice) : !read_text(value, path, voice))
      value.broken = true;
  } else if (parameter.type == ParameterType::file) find_file(value, path, folder_of, voice);
}

}  // namespace ib
