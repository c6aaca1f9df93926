#include "graph_use.hpp"

#include "graph_isolation.hpp"
#include "graph_names.hpp"
#include "graph_scalars.hpp"

#include <algorithm>
#include <vector>

namespace ib {
namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Names inputs_of(const Sheet& module) {
  Names names;
  for (const auto& input : module.inputs) names.push_back(input.name);
  return names;
}

/// The values of `with:`.
std::map<std::string, Yaml> read_with(const Yaml& with, const Sheet& module,
                                      const std::string& path, const Voice& voice) {
  std::map<std::string, Yaml> values;
  if (!with.is_mapping()) {
    voice.error(with, path, "this is " + describe(with) + ", not a mapping",
                "parameters of the module, as in `with: {source: $anna}`");
    return values;
  }
  const auto names = names_of(module.parameters);
  for (const auto& entry : with.entries) {
    if (contains(names, entry.key)) values[entry.key] = entry.value;
    else if (const auto meant = meant_key(entry); !meant.empty())
      voice.error(entry.mark, path + "." + entry.key,
                  module.name + " has no parameter " + in_quotes(entry.key), {}, meant);
    else
      voice.error(entry.mark, path + "." + entry.key,
                  module.name + " has no parameter " + in_quotes(entry.key), one_of(names),
                  did_you_mean(entry.key, names));
  }
  return values;
}

void report_unknown(const Yaml::Entry& item, const Names& known, const Names& parameters,
                    const std::string& path, const Voice& voice) {
  if (contains(parameters, item.key))
    voice.error(item.mark, path, in_quotes(item.key) + " is a parameter of the module", {},
                "write it under `with:`");
  else if (item.key == "on_error")
    voice.error(item.mark, path, "`" + item.key + ":` belongs to a node, not to a module", {},
                "write it at a node inside the module");
  else if (const auto meant = meant_key(item); !meant.empty())
    voice.error(item.mark, path, "unknown key " + in_quotes(item.key), {}, meant);
  else
    voice.error(item.mark, path, "unknown key " + in_quotes(item.key), one_of(known),
                did_you_mean(item.key, known));
}

void check_inputs(Use& use, const Yaml::Entry& entry, const Sheet& module, const std::string& path,
                  const Voice& voice) {
  for (const auto& input : module.inputs) {
    if (input.optional || use.inputs.count(input.name) != 0) continue;
    use.inputs[input.name].broken = true;
    if (entry.value.broken) continue;  // it may stand in what could not be read
    voice.error(entry.mark, path,
                module.name + " needs a stream for its input " + in_quotes(input.name),
                as_phrase(input.doc.c_str()), "write `" + input.name + ": NODE`");
  }
}

}  // namespace

Use read_use(const Yaml::Entry& entry, const Sheet& module, const std::string& path,
             const Voice& voice) {
  const bool by_file = entry.value.find("use") != nullptr;
  const auto parameters = names_of(module.parameters);
  const auto inputs = inputs_of(module);
  auto known = inputs;
  if (!by_file) known.insert(known.end(), parameters.begin(), parameters.end());
  for (const char* key : {by_file ? "use" : "type", "label", "isolation"}) known.emplace_back(key);
  if (by_file) known.emplace_back("with");
  Use use;
  for (const auto& item : entry.value.entries) {
    const auto place = path + "." + item.key;
    if (contains(inputs, item.key)) use.inputs[item.key] = read_wire(item.value, place, voice);
    else if (by_file && item.key == "with")
      use.values = read_with(item.value, module, place, voice);
    else if (!by_file && contains(parameters, item.key)) use.values[item.key] = item.value;
    else if (item.key == "label") read_text(item.value, place, voice);
    else if (item.key == "isolation") use.isolation = read_isolation(item.value, place, voice);
    else if (!contains(known, item.key)) report_unknown(item, known, parameters, place, voice);
  }
  check_inputs(use, entry, module, path, voice);
  return use;
}

}  // namespace ib
