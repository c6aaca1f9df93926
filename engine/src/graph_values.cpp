#include "graph_values.hpp"

#include "graph_names.hpp"

#include <utility>
#include <vector>

namespace ib {
namespace {

Yaml placeholder_of(const Parameter& parameter) {
  Yaml value;
  value.kind = Yaml::Kind::scalar;
  value.quoted = true;
  value.text = "<" + parameter.name + ">";
  value.mark = parameter.mark;
  return value;
}

/// The value with those that the command line sets for single elements.
Yaml with_instances(const Yaml* value, const std::map<std::size_t, const Yaml*>& instances,
                    std::size_t n) {
  Yaml absent;
  absent.broken = true;  // said at the first one
  std::vector<Yaml> variants;
  variants.reserve(n);
  for (std::size_t k = 0; k < n; ++k) {
    const auto it = instances.find(k);
    if (it != instances.end()) variants.push_back(*it->second);
    else variants.push_back(value == nullptr ? absent : element_of(*value, k));
  }
  return varying(std::move(variants), variants.front().mark);
}

void report_missing(const Parameter& parameter, const UseOfModule& use, const Voice& voice) {
  if (use.entry.value.broken) return;  // it may stand in what could not be read
  const bool by_use = use.entry.value.find("use") != nullptr;
  voice.error(use.entry.mark, use.yaml_path,
              use.module.name + " needs a value for " + in_quotes(parameter.name),
              describe_parameter(parameter),
              by_use ? "write `with: {" + parameter.name + ": ...}`"
                     : "write `" + parameter.name + ": ...`");
}

}  // namespace

ParameterValues ValueReader::of_graph(const Sheet& sheet, const Voice& voice) {
  ParameterValues values;
  for (const auto& parameter : sheet.parameters) {
    const auto* set = overrides_.take(parameter.name);
    const auto path = "parameters." + parameter.name;
    const bool source = parameter.type == ParameterType::source;
    if (set == nullptr && !parameter.def && source && placeholders_) {
      values[parameter.name] = placeholder_of(parameter);
      continue;
    }
    if (set == nullptr && !parameter.def && !source) {  // of a source: report_missing_sources
      voice.error(parameter.mark, path,
                  "the parameter " + in_quotes(parameter.name) + " has no value",
                  describe_parameter(parameter),
                  "say --set " + parameter.name + "=VALUE, or give it a `default:`" +
                      (parameter.doc.empty() ? "" : "\n  it is: " + parameter.doc));
    }
    values[parameter.name] = value_of(parameter, set, nullptr, path, voice);
  }
  return values;
}

ParameterValues ValueReader::of_module(const UseOfModule& use,
                                       const std::map<std::string, Yaml>& given,
                                       const Voice& voice) {
  ParameterValues values;
  for (const auto& parameter : use.module.parameters) {
    const auto name = join_path(use.path, parameter.name);
    const auto it = given.find(parameter.name);
    const Yaml* value = it != given.end() ? &it->second : nullptr;
    std::map<std::size_t, const Yaml*> instances;
    if (use.elements != nullptr) instances = overrides_.take_each(name, *use.elements);
    else if (const auto* set = overrides_.take(name)) value = set;
    const bool all_set = use.elements != nullptr && instances.size() == use.elements->size();
    if (value == nullptr && !all_set && !parameter.def) report_missing(parameter, use, voice);
    Yaml each;
    if (!instances.empty()) {
      const auto* common = value == nullptr && parameter.def ? &*parameter.def : value;
      each = with_instances(common, instances, use.elements->size());
      value = &each;
    }
    values[parameter.name] =
        value_of(parameter, value, use.elements, join_path(use.yaml_path, parameter.name), voice);
  }
  return values;
}

Yaml ValueReader::value_of(const Parameter& parameter, const Yaml* given, const Elements* elements,
                           const std::string& path, const Voice& voice) const {
  Yaml value;
  value.broken = given == nullptr && !parameter.def;
  value.mark = parameter.mark;  // where it goes, it is known by its place
  if (value.broken) return value;
  value = given != nullptr ? *given : *parameter.def;
  if (value.each) return variants_of(parameter, value, *elements, path, voice);
  check_parameter_value(parameter, value, path, folder_of(), voice);
  return value;
}

Yaml ValueReader::variants_of(const Parameter& parameter, const Yaml& value,
                              const Elements& elements, const std::string& path,
                              const Voice& voice) const {
  ElementVoices voices(elements, voice);
  std::vector<Yaml> variants;
  variants.reserve(value.each->size());
  for (std::size_t k = 0; k < value.each->size(); ++k) {
    variants.push_back(element_of(value, k));
    check_parameter_value(parameter, variants.back(), path, folder_of(), voices.of(k));
  }
  return varying(std::move(variants), value.mark);
}

}  // namespace ib
