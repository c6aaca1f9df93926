// As much of JSON Schema draft 7 as the schema of graphs uses, and YAML as an editor sees it: plain
// words have the types of YAML 1.2. For tests of whether the schema and the engine agree.
#pragma once

#include "yaml_document.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <regex>
#include <string>

namespace ib::test {

inline nlohmann::json as_an_editor_sees(const Yaml& value) {
  using Json = nlohmann::json;
  if (value.is_null()) return nullptr;
  if (value.is_sequence()) {
    auto list = Json::array();
    for (const auto& item : value.items) list.push_back(as_an_editor_sees(item));
    return list;
  }
  if (value.is_mapping()) {
    auto object = Json::object();
    for (const auto& entry : value.entries) object[entry.key] = as_an_editor_sees(entry.value);
    return object;
  }
  const auto& text = value.text;
  if (value.quoted) return text;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc{} && end == text.data() + text.size()) return number;
  return text;
}

class SchemaCheck {
 public:
  explicit SchemaCheck(const nlohmann::json& root) : root_(root) {}

  bool fits(const nlohmann::json& value) const { return fits(root_, value); }

 private:
  using Json = nlohmann::json;

  bool fits(const Json& schema, const Json& value) const {
    if (schema.is_boolean()) return schema.get<bool>();
    if (const auto it = schema.find("$ref"); it != schema.end())
      return fits(root_.at(Json::json_pointer(it->get<std::string>().substr(1))), value);
    for (const auto& [key, rule] : schema.items())
      if (!obeys(schema, key, rule, value)) return false;
    return true;
  }

  bool obeys(const Json& schema, const std::string& key, const Json& rule,
             const Json& value) const {
    if (key == "type") return is_of(rule, value);
    if (key == "const") return value == rule;
    if (key == "enum") return std::find(rule.begin(), rule.end(), value) != rule.end();
    if (key == "anyOf")
      return std::any_of(rule.begin(), rule.end(), [&](const Json& s) { return fits(s, value); });
    if (key == "allOf")
      return std::all_of(rule.begin(), rule.end(), [&](const Json& s) { return fits(s, value); });
    if (key == "if") return !fits(rule, value) || fits(schema.at("then"), value);
    if (value.is_string()) {
      const auto text = value.get<std::string>();
      if (key == "pattern") return std::regex_search(text, std::regex(rule.get<std::string>()));
      if (key == "minLength") return text.size() >= rule.get<std::size_t>();
    }
    if (value.is_number()) {
      if (key == "minimum") return value.get<double>() >= rule.get<double>();
      if (key == "maximum") return value.get<double>() <= rule.get<double>();
    }
    if (value.is_array() && key == "minItems") return value.size() >= rule.get<std::size_t>();
    if (value.is_array() && key == "uniqueItems") return !rule.get<bool>() || differ(value);
    if (value.is_array() && key == "items")
      return std::all_of(value.begin(), value.end(), [&](const Json& v) { return fits(rule, v); });
    if (value.is_object()) return object_obeys(schema, key, rule, value);
    return true;
  }

  bool object_obeys(const Json& schema, const std::string& key, const Json& rule,
                    const Json& value) const {
    if (key == "required")
      return std::all_of(rule.begin(), rule.end(),
                         [&](const Json& name) { return value.contains(name.get<std::string>()); });
    for (const auto& [name, item] : value.items()) {
      const bool listed = schema.contains("properties") && schema["properties"].contains(name);
      if (key == "propertyNames" && !fits(rule, name)) return false;
      if (key == "properties" && listed && !fits(rule.at(name), item)) return false;
      if (key == "additionalProperties" && !listed && !fits(rule, item)) return false;
    }
    return true;
  }

  static bool differ(const Json& list) {
    for (auto item = list.begin(); item != list.end(); ++item)
      if (std::find(list.begin(), item, *item) != item) return false;
    return true;
  }

  static bool is_of(const Json& types, const Json& value) {
    if (types.is_array())
      return std::any_of(types.begin(), types.end(),
                         [&](const Json& t) { return is_of(t, value); });
    const auto type = types.get<std::string>();
    if (type == "integer")
      return value.is_number() &&
             value.get<double>() ==
                 static_cast<double>(static_cast<long long>(value.get<double>()));
    if (type == "number") return value.is_number();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "null") return value.is_null();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    BOOST_FAIL("this check does not know the type " << type);
    return false;
  }

  const Json& root_;
};

}  // namespace ib::test
