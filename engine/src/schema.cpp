#include <interbeat/schema.hpp>

#include "graph_settings.hpp"
#include "graph_sheet.hpp"

#include <interbeat/units.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ib {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* name_pattern = "^[a-z][a-z0-9_]*$";
constexpr const char* parameter_pattern = R"(^\$)";
constexpr std::string_view number_pattern = R"(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?)";

std::string view(const char* text) { return text == nullptr ? "" : text; }

Json reference(const std::string& definition) { return {{"$ref", "#/definitions/" + definition}}; }

Json described(Json schema, const std::string& text) {
  if (!text.empty()) schema["description"] = text;
  return schema;
}

/// Names of any kind, each with the same schema.
Json named(Json each) {
  return {{"type", "object"},
          {"propertyNames", {{"pattern", name_pattern}}},
          {"additionalProperties", std::move(each)}};
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view(R"(\^$.|?*+()[]{}/)").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// What a value may be besides a plain one.
struct Allowed {
  bool parameter{true};  ///< `$name`
  bool negative{true};
};

/// A quantity as text, or `$parameter`: "^(\$.*|<number>\s*(ms|s|min))$".
std::string quantity_pattern(std::string_view unit, Allowed allowed = {}) {
  std::string units;
  for (const auto& name : units_like(unit)) units += (units.empty() ? "" : "|") + escape(name);
  auto suffix = units.empty() ? "" : R"(\s*()" + units + ")";
  if (takes_bare_number(unit) && !units.empty()) suffix = "(" + suffix + ")?";
  return (allowed.parameter ? R"(^(\$.*|)" : "^(") + std::string(allowed.negative ? "-?" : "") +
         std::string(number_pattern) + suffix + ")$";
}

Json quantity_schema(std::string_view unit, const char* bare_type, Allowed allowed = {}) {
  Json schema;
  if (takes_bare_number(unit)) schema["type"] = {bare_type, "string"};
  else schema["type"] = "string";
  schema["pattern"] = quantity_pattern(unit, allowed);
  return schema;
}

Json text_schema() { return {{"type", {"string", "number"}}}; }

Json boolean_schema(Allowed allowed = {}) {
  return {{"type", {"boolean", "string"}},
          {"pattern", allowed.parameter ? R"(^(\$.*|true|false)$)" : "^(true|false)$"}};
}

Json choice_schema(const ib_param& param) {
  Json labels = Json::array();
  for (std::uint32_t i = 0; i < param.n_labels; ++i) labels.push_back(param.labels[i]);
  return {{"anyOf", {{{"enum", labels}}, {{"type", "string"}, {"pattern", parameter_pattern}}}}};
}

Json string_schema(const ib_param& param) {
  auto schema = text_schema();
  if ((param.flags & IB_PARAM_REQUIRED) != 0) schema["minLength"] = 1;
  return schema;
}

/// "Length of the window. Between 10 s and 600 s; default 60 s."
std::string document(const ib_param& param) {
  auto text = view(param.doc);
  std::string facts;
  const auto unit = view(param.unit);
  const bool numeric = param.kind == IB_NUMBER || param.kind == IB_INTEGER;
  if (numeric && param.min < param.max && std::isfinite(param.min) && std::isfinite(param.max))
    facts =
        "Between " + format_quantity(param.min, unit) + " and " + format_quantity(param.max, unit);
  const bool has_default = (param.flags & IB_PARAM_REQUIRED) == 0 && std::isfinite(param.def) &&
                           (param.kind != IB_STRING || !view(param.def_text).empty());
  if (has_default)
    facts += (facts.empty() ? "Default " : "; default ") +
             format_setting(param, param.def, view(param.def_text));
  if (!facts.empty()) text += (text.empty() ? "" : " ") + facts + ".";
  return text;
}

/// Whole numbers without ".0", as people write them.
Json json_number(double value) {
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

void add_default(Json& schema, const ib_param& param) {
  if ((param.flags & IB_PARAM_REQUIRED) != 0 || !std::isfinite(param.def)) return;
  switch (param.kind) {
    case IB_BOOLEAN: schema["default"] = param.def != 0; break;
    case IB_STRING:
      if (param.def_text != nullptr) schema["default"] = param.def_text;
      break;
    case IB_CHOICE:
      if (param.def >= 0 && param.def < static_cast<double>(param.n_labels))
        schema["default"] = param.labels[static_cast<std::size_t>(param.def)];
      break;
    default:
      if (takes_bare_number(view(param.unit))) schema["default"] = json_number(param.def);
      else schema["default"] = format_quantity(param.def, view(param.unit));
  }
}

Json param_schema(const ib_param& param) {
  Json schema;
  const bool limited = param.min < param.max;
  const Allowed allowed{true, !limited || param.min < 0 || param.def < 0};
  switch (param.kind) {
    case IB_BOOLEAN: schema = boolean_schema(); break;
    case IB_CHOICE: schema = choice_schema(param); break;
    case IB_STRING: schema = string_schema(param); break;
    case IB_INTEGER: schema = quantity_schema(view(param.unit), "integer", allowed); break;
    default: schema = quantity_schema(view(param.unit), "number", allowed);
  }
  const bool bounded = limited && takes_bare_number(view(param.unit));
  if ((param.kind == IB_NUMBER || param.kind == IB_INTEGER) && bounded) {
    if (std::isfinite(param.min)) schema["minimum"] = json_number(std::min(param.min, param.def));
    if (std::isfinite(param.max)) schema["maximum"] = json_number(std::max(param.max, param.def));
  }
  schema = described(std::move(schema), document(param));
  add_default(schema, param);
  return schema;
}

Json object_schema(Json properties, const std::vector<std::string>& required) {
  Json schema{{"type", "object"}, {"properties", std::move(properties)}};
  schema["required"] = required;
  schema["additionalProperties"] = false;
  return schema;
}

Json node_schema(const ib_node_desc& desc) {
  Json properties{{"type", {{"const", desc.type}}}};
  std::vector<std::string> required{"type"};
  for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
    const auto& port = desc.ports[i];
    if ((port.flags & IB_PORT_OUT) != 0) continue;
    properties[port.name] = {{"allOf", {reference("stream")}}, {"description", view(port.doc)}};
    if ((port.flags & IB_PORT_OPTIONAL) == 0) required.emplace_back(port.name);
  }
  for (std::uint32_t i = 0; i < desc.n_params; ++i) {
    const auto& param = desc.params[i];
    properties[param.name] = param_schema(param);
    if ((param.flags & IB_PARAM_REQUIRED) != 0) required.emplace_back(param.name);
  }
  std::vector<std::string> on_error{"stop", "restart"};
  if ((desc.flags & IB_NODE_BYPASS_OK) != 0) on_error.emplace_back("bypass");
  properties["on_error"] = {{"enum", on_error},
                            {"description", "What happens when this node fails."}};
  properties["isolation"] = reference("isolation");
  properties["label"] = text_schema();
  properties["for_each"] = reference("elements");
  return described(object_schema(std::move(properties), required), view(desc.summary));
}

/// A value of a declared type, as the user of a module writes it, or as its default.
Json value_schema(ParameterType type, Allowed allowed) {
  if (type == ParameterType::boolean) return boolean_schema(allowed);
  if (type == ParameterType::any) return {{"type", {"string", "number", "boolean"}}};
  const auto unit = unit_of(type);
  if (unit.empty()) return text_schema();
  return quantity_schema(unit, type == ParameterType::integer ? "integer" : "number", allowed);
}

/// The choice that a parameter of a module is handed on to, as in `align: $align`; null if none.
const ib_param* choice_behind(const Parameter& parameter, const Sheet& module,
                              const Registry& registry) {
  const auto* nodes = module.section("nodes");
  if (nodes == nullptr) return nullptr;
  for (const auto& node : nodes->entries) {
    const auto* type = node.value.find("type");
    const auto* known = type == nullptr ? nullptr : registry.find(type->value.text);
    for (std::uint32_t i = 0; known != nullptr && i < known->desc->n_params; ++i) {
      const auto& param = known->desc->params[i];
      const auto* value = node.value.find(param.name);
      if (param.kind == IB_CHOICE && value != nullptr && value->value.text == "$" + parameter.name)
        return &param;
    }
  }
  return nullptr;
}

Json parameter_schema(const Parameter& parameter, const Sheet& module, const Registry& registry) {
  const auto* choice = choice_behind(parameter, module, registry);
  auto schema = choice != nullptr ? choice_schema(*choice)
                                  : value_schema(parameter.type, {true, parameter.min < 0});
  return described(std::move(schema), parameter.doc);
}

/// A module as a node type: its parameters and inputs are the keys.
Json module_schema(const ModuleType& module, const Registry& registry) {
  const auto sheet = read_interface(module.yaml, module.type);
  Json properties{{"type", {{"const", module.type}}}};
  std::vector<std::string> required{"type"};
  for (const auto& input : sheet.inputs) {
    properties[input.name] = {{"allOf", {reference("stream")}}, {"description", input.doc}};
    if (!input.optional) required.push_back(input.name);
  }
  for (const auto& parameter : sheet.parameters) {
    properties[parameter.name] = parameter_schema(parameter, sheet, registry);
    if (!parameter.def) required.push_back(parameter.name);
  }
  properties["label"] = text_schema();
  properties["for_each"] = reference("elements");
  return object_schema(std::move(properties), required);
}

/// Names and ranges: of `for_each:`, and of a parameter of type list.
Json list_schema(const char* parameter) {
  const std::string word =
      "(?!(true|false|null|yes|no|on|off|y|n) *(,|$))"
      "[a-z0-9][a-z0-9_]*( *[.][.] *[0-9]+)?";
  const Json item{{"type", {"integer", "string"}}, {"minimum", 0}, {"pattern", "^" + word + "$"}};
  auto text = item;
  text["pattern"] = "^(" + std::string(parameter) + " *" + word + "( *, *" + word + ")* *)$";
  return {{"anyOf", {text, {{"type", "array"}, {"items", item}, {"minItems", 1}}}}};
}

Json stream_schema() {
  const Json from{
      {"type", "string"},
      {"pattern", R"(^(\$.*|[a-z][a-z0-9_]*(\[[a-z0-9_${}]+\])?(\.[a-z][a-z0-9_]*)?)$)"},
      {"description", "A node, or node.port; p[7] is one of many."}};
  Json queue = described(quantity_schema("s", "number"), "A ring stands here, this long; or auto.");
  queue["pattern"] = "^auto$|" + quantity_pattern("s");
  Json properties{{"from", from}, {"queue", std::move(queue)}};
  properties["overflow"] = {{"enum", {"block", "error", "drop_newest", "latest"}},
                            {"description", "What happens when the ring is full."}};
  return {{"anyOf", {from, object_schema(std::move(properties), {"from"})}}};
}

/// `{use: person.yaml, with: {source: $anna}}`; further keys are inputs of the module.
Json use_schema() {
  Json properties{{"use", {{"type", "string"}, {"description", "The file of a module."}}}};
  properties["with"] = described(named({{"type", {"string", "number", "boolean"}}}),
                                 "Values for the parameters of the module.");
  properties["isolation"] = reference("isolation");
  properties["label"] = text_schema();
  properties["for_each"] = reference("elements");
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", {"use"}},
          {"additionalProperties", reference("stream")}};
}

Json isolation_schema() {
  const auto count = [](int low, int high, const char* doc) {
    return Json{{"type", "integer"}, {"minimum", low}, {"maximum", high}, {"description", doc}};
  };
  const Json modes{{"enum", {"none", "process"}}};
  Json full{{"mode", modes},
            {"max_restarts", count(0, 1000, "Within a minute; then its branch stops.")},
            {"hang_after", described(quantity_schema("s", "number", {}), "Of one call, live.")},
            {"memory_mb", count(16, 1000000, "As much as its process may have.")}};
  return described(
      {{"anyOf", {modes, object_schema(std::move(full), {"mode"})}}},
      "`process`: in a process of its own, so that a crash or a hang harms nobody else.");
}

Json member_schema(const std::vector<std::string>& types) {
  Json branches = Json::array();
  const auto branch = [&branches](Json condition, const char* key, const std::string& definition) {
    branches.push_back(
        {{"if", {{"properties", {{key, std::move(condition)}}}, {"required", {key}}}},
         {"then", reference(definition)}});
  };
  branch(true, "use", "use");
  for (const auto& type : types) branch({{"const", type}}, "type", type);
  return {{"type", "object"},
          {"properties", {{"type", {{"enum", types}, {"description", "What the node does."}}}}},
          {"anyOf", {{{"required", {"type"}}}, {{"required", {"use"}}}}},
          {"allOf", std::move(branches)}};
}

/// A default, which may be left open; a dollar sign in it is written twice.
Json default_schema(ParameterType type) {
  if (type == ParameterType::list) return {{"anyOf", {list_schema(""), {{"type", "null"}}}}};
  auto value = value_schema(type, {false, true});
  if (!value.contains("pattern")) value["pattern"] = R"(^([^$]|\$\$)*$)";
  return {{"anyOf", {std::move(value), {{"type", "null"}}}}};
}

/// `{type: duration, default: 30 s, min: 10 s}`: default and bounds are of the declared type.
Json typed_declaration(const std::vector<ParameterType>& types) {
  Json names = Json::array();
  for (const auto type : types) names.push_back(name_of(type));
  Json properties{{"default", default_schema(types.front())}, {"doc", text_schema()}};
  const bool declared = types.front() != ParameterType::any;
  if (declared) properties["type"] = {{"enum", std::move(names)}};
  if (!unit_of(types.front()).empty())
    for (const char* bound : {"min", "max"})
      properties[bound] = value_schema(types.front(), {false, true});
  return object_schema(std::move(properties),
                       declared ? std::vector<std::string>{"type"} : std::vector<std::string>{});
}

Json declaration_schema() {
  using Type = ParameterType;
  Json forms = Json::array({default_schema(Type::any), typed_declaration({Type::any})});
  forms.push_back(typed_declaration({Type::string, Type::source, Type::file, Type::path}));
  for (const auto type :
       {Type::number, Type::integer, Type::boolean, Type::duration, Type::frequency, Type::list})
    forms.push_back(typed_declaration({type}));
  return {{"anyOf", std::move(forms)}};
}

/// Sections that may stand there empty.
Json or_nothing(Json schema) { return {{"anyOf", {std::move(schema), {{"type", "null"}}}}}; }

Json inputs_schema() {
  Json properties{{"doc", text_schema()}, {"optional", boolean_schema({false, true})}};
  const Json input{
      {"anyOf",
       {{{"type", {"string", "number", "null"}}}, object_schema(std::move(properties), {})}}};
  const Json list{{"type", "array"}, {"items", {{"type", "string"}, {"pattern", name_pattern}}}};
  return {{"anyOf", {list, named(input), {{"type", "null"}}}}};
}

/// A file that holds it has the same keys; it may name $parameters only where it stands in a graph.
Json realtime_schema() {
  Json properties;
  properties["policy"] = {
      {"anyOf",
       {{{"enum", {"other", "fifo", "rr"}}}, {{"type", "string"}, {"pattern", parameter_pattern}}}},
      {"description", "Scheduling of the executor threads."}};
  const auto whole = [](int min, int max) {
    auto schema = quantity_schema("1", "integer", {true, false});
    schema["minimum"] = min;
    schema["maximum"] = max;
    return schema;
  };
  properties["priority"] =
      described(whole(1, 99), "Of fifo and rr; the kernel's own threads are at 50. Default 20.");
  properties["affinity"] = {
      {"anyOf",
       {whole(0, 1023),
        {{"type", "array"}, {"items", whole(0, 1023)}, {"minItems", 1}, {"uniqueItems", true}}}},
      {"description", "CPUs: executor k runs on the k-th of them, counted round."}};
  properties["lock_memory"] = described(boolean_schema(), "The whole process stays in RAM.");
  properties["timer_slack"] =
      described(quantity_schema("ns", "number", {true, false}), "How late a timer may fire.");
  properties["prefault"] = described(quantity_schema("B", "number", {true, false}),
                                     "Stack that is touched at the start.");
  return object_schema(std::move(properties), {});
}

Json top_level() {
  Json properties;
  properties["interbeat"] = {{"const", 1}, {"description", "The version of this language."}};
  properties["name"] = text_schema();
  properties["description"] = text_schema();
  properties["seed"] = {{"type", {"integer", "string"}},
                        {"minimum", 0},
                        {"pattern", R"(^(\$.*|[0-9]+)$)"},
                        {"description", "Of every random stream in the graph."}};
  properties["parameters"] =
      described(or_nothing(named(declaration_schema())), "Set with --set NAME=VALUE.");
  properties["participants"] = described(named(reference("member")), "People who wear a ring.");
  properties["inputs"] = described(inputs_schema(), "Of a module: streams that its user gives.");
  properties["nodes"] = named(reference("member"));
  properties["outputs"] = described(named(reference("stream")), "Of a module: what others read.");
  properties["realtime"] = {
      {"anyOf", {{{"type", "string"}, {"minLength", 1}}, reference("realtime")}},
      {"description", "What live runs ask of the kernel, or a file that says so."}};
  properties["executors"] = {
      {"anyOf",
       {{{"type", "integer"}, {"minimum", 1}, {"maximum", 64}},
        {{"type", "string"}, {"pattern", R"(^(auto|\$.*|[1-9]|[1-5][0-9]|6[0-4])$)"}}}},
      {"description",
       "Threads that share out the parts that no edge connects; auto: one per CPU."}};
  auto schema = object_schema(std::move(properties), {"interbeat"});
  schema["anyOf"] = Json::array({{{"required", {"nodes"}}}, {{"required", {"participants"}}}});
  return schema;
}

}  // namespace

std::string graph_schema(const Registry& registry) {
  Json definitions{{"stream", stream_schema()},
                   {"use", use_schema()},
                   {"isolation", isolation_schema()},
                   {"realtime", realtime_schema()},
                   {"elements", described(list_schema(R"(\$.*|)"),
                                          "Names or a range: unfolds this once for each of them, "
                                          "which is $each (and $index, from 0) in its values.")},
                   {"member", member_schema(registry.names())}};
  for (const auto* node : registry.nodes())
    definitions[node->desc->type] = node_schema(*node->desc);
  for (const auto* module : registry.modules())
    definitions[module->type] = module_schema(*module, registry);
  Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "interbeat graph"}};
  schema.update(top_level());
  schema["definitions"] = std::move(definitions);
  return schema.dump(2) + "\n";
}

}  // namespace ib
