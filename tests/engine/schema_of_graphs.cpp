#include <interbeat/schema.hpp>

#include "support/toy_registry.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <regex>
#include <string>

namespace {

const nlohmann::json& schema() {
  static const auto json = nlohmann::json::parse(ib::graph_schema(ib::test::toy_registry()));
  return json;
}

const nlohmann::json& key_of(const char* type, const char* key) {
  return schema().at("definitions").at(type).at("properties").at(key);
}

bool takes(const nlohmann::json& value, const std::string& text) {
  return std::regex_search(text, std::regex(value.at("pattern").get<std::string>()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema_of_graphs)

BOOST_AUTO_TEST_CASE(it_is_draft_7_and_stable) {
  BOOST_TEST(schema().at("$schema") == "http://json-schema.org/draft-07/schema#");
  const auto registry = ib::test::toy_registry();
  BOOST_TEST(ib::graph_schema(registry) == ib::graph_schema(registry));
}

BOOST_AUTO_TEST_CASE(every_type_is_offered_and_defined) {
  const auto& member = schema().at("definitions").at("member");
  const auto& types = member.at("properties").at("type").at("enum");
  const auto names = ib::test::toy_registry().names();
  BOOST_TEST(types.size() == names.size());
  for (const auto& name : names) BOOST_TEST(schema().at("definitions").contains(name), name);
  BOOST_TEST(member.at("allOf").size() == names.size() + 1);  // and `use:`
}

BOOST_AUTO_TEST_CASE(every_reference_leads_somewhere) {
  const auto text = schema().dump();
  const std::regex reference("\"\\$ref\":\"#/definitions/([^\"]+)\"");
  int found = 0;
  for (auto it = std::sregex_iterator(text.begin(), text.end(), reference);
       it != std::sregex_iterator(); ++it, ++found)
    BOOST_TEST(schema().at("definitions").contains((*it)[1].str()), (*it)[1].str());
  BOOST_TEST(found > 10);
}

BOOST_AUTO_TEST_CASE(a_param_has_its_unit_default_and_documentation) {
  const auto& window = key_of("hrv.window", "window");
  BOOST_TEST(window.at("default") == "60 s");
  BOOST_TEST(window.at("description") ==
             "Length of the window. Between 10 s and 600 s; default 60 s.");
  BOOST_TEST(takes(window, "30 s"));
  BOOST_TEST(takes(window, "500 ms"));
  BOOST_TEST(takes(window, "$window"));
  BOOST_TEST(!takes(window, "30"));
  BOOST_TEST(!takes(window, "30 Hz"));
  BOOST_TEST(!takes(window, "0,5 s"));
  BOOST_TEST(key_of("hrv.window", "beats").at("type") == (nlohmann::json{"integer", "string"}));
  BOOST_TEST(key_of("hrv.window", "beats").at("default") == 20);
  BOOST_TEST(key_of("beat.find", "method").at("anyOf").at(0).at("enum") ==
             (nlohmann::json{"slope", "peak"}));
}

BOOST_AUTO_TEST_CASE(what_a_node_needs_is_required) {
  const auto required = [](const char* type) {
    return schema().at("definitions").at(type).at("required");
  };
  BOOST_TEST(required("dyad.compare") == (nlohmann::json{"type", "a", "b"}));
  BOOST_TEST(required("sink.csv") == (nlohmann::json{"type", "in", "path"}));
  BOOST_TEST(required("dyad.both") == (nlohmann::json{"type", "a", "b"}));
}

BOOST_AUTO_TEST_CASE(a_module_offers_its_parameters) {
  BOOST_TEST(key_of("dyad.both", "window").at("description") == "Length of both windows.");
  BOOST_TEST(takes(key_of("dyad.both", "window"), "1 min"));
}

BOOST_AUTO_TEST_CASE(bypass_is_offered_only_where_it_can_be_done) {
  BOOST_TEST(key_of("filter.low", "on_error").at("enum").size() == 3U);
  BOOST_TEST(key_of("hrv.window", "on_error").at("enum").size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
