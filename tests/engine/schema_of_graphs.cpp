#include <interbeat/graph.hpp>
#include <interbeat/schema.hpp>

#include "support/json_schema.hpp"
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

bool schema_takes(const std::string& text) {
  ib::Diagnostics out;
  const auto root = ib::parse_yaml(text, "g.yaml", out);
  return root && ib::test::SchemaCheck(schema()).fits(ib::test::as_an_editor_sees(*root));
}

bool engine_takes(const std::string& text) {
  ib::Diagnostics out;
  const auto registry = ib::test::toy_registry();
  const bool taken = ib::read_graph_text(text, "g.yaml", {}, {}, registry, out, {{}}).has_value();
  if (!taken) BOOST_TEST_MESSAGE(out.text());
  return taken;
}

/// Both say the same about a graph: `top` at the top of it, `node` among its nodes.
void both(bool take, const std::string& top, const std::string& node) {
  const auto text = top +
                    "nodes:\n  r: {type: source.ring, source: a}\n  s: {type: sink.csv, in: r, "
                    "path: p}\n" +
                    node;
  BOOST_TEST(engine_takes(text) == take, "the engine: " << text);
  BOOST_TEST(schema_takes(text) == take, "the schema: " << text);
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

BOOST_AUTO_TEST_CASE(schema_and_engine_agree_on_parameters) {
  const auto declared = [](bool take, const std::string& parameter) {
    both(take, "interbeat: 1\nparameters:\n  w: " + parameter + "\n", "");
  };
  for (const char* good :
       {"{type: duration, default: 3 s, min: 1 s, max: 1 min}", "{type: frequency, default: 3 Hz}",
        "{type: number, default: 3}", "{type: number, default: \"3\"}",
        "{type: integer, default: 3}", "{type: boolean, default: true}",
        "{type: boolean, default: True}", "{type: string, default: x}", "{type: path, default: 5}",
        "{type: source, default: a, doc: 5}", "{default: true}", "x", "5", "5$$", "{default: x}",
        "{type: duration, default: -3 s}", "{type: list, default: [a, 0..9]}",
        "{type: list, default: \"a, 0..9\"}", "{type: list, default: 0..9}"})
    declared(true, good);
  for (const char* bad : {"{type: duration, default: 3 Hz}",
                          "{type: duration, default: 3}",
                          "{type: frequency, default: 3 s}",
                          "{type: boolean, default: yes}",
                          "{type: boolean, default: 1}",
                          "{type: number, default: 3 s}",
                          "{type: integer, default: 2.5}",
                          "{type: duration, default: 3 s, min: 1 Hz}",
                          "{type: duration, default: 3 s, max: 5}",
                          "{type: string, default: x, min: 3}",
                          "{type: string, default: true}",
                          "{default: 3, min: 1}",
                          "{default: $a}",
                          "$a",
                          "{type: duration, default: $a}",
                          "{type: duratoin, default: 3 s}",
                          "[x]",
                          "{default: x, doc: true}",
                          "{type: list, default: [A]}",
                          "{type: list, default: [no]}",
                          "{type: list, default: a.b}",
                          "{type: list, default: \"a, no\"}"})
    declared(false, bad);
}

BOOST_AUTO_TEST_CASE(schema_and_engine_agree_on_the_top) {
  for (const char* good :
       {"interbeat: 1\nparameters:\n", "interbeat: 1.0\n", "interbeat: 1\nseed: 5\n",
        "interbeat: 1\nseed: \"5\"\n", "interbeat: 1\ndescription: 5\nname: 5\n"})
    both(true, good, "");
  for (const char* bad : {"interbeat: 2\n", "interbeat: \"1\"\n", "interbeat: 1\nseed: -5\n",
                          "interbeat: 1\nseed: x\n", "interbeat: 1\nname: true\n",
                          "interbeat: 1\ndescription: true\n", "name: x\n"})
    both(false, bad, "");
  BOOST_TEST(!schema_takes("interbeat: 1\n"));
  BOOST_TEST(!engine_takes("interbeat: 1\n"));
  BOOST_TEST(schema_takes("interbeat: 1\nparticipants: {a: {type: source.ring, source: x}}\n"));
  BOOST_TEST(engine_takes("interbeat: 1\nparticipants: {a: {type: source.ring, source: x}}\n"));
}

BOOST_AUTO_TEST_CASE(schema_and_engine_agree_on_realtime) {
  const auto realtime = [](bool take, const std::string& profile) {
    both(take, "interbeat: 1\nrealtime: " + profile + "\n", "");
  };
  for (const char* good :
       {"{}", "{policy: fifo}", "{policy: rr, priority: 99}", "{policy: other, affinity: 0}",
        "{affinity: [0, 3]}", "{lock_memory: true}", "{timer_slack: 50 us}", "{prefault: 256 KiB}",
        "{prefault: 64 kB, lock_memory: False}"})
    realtime(true, good);
  for (const char* bad :
       {"{policy: fifoo}", "{policy: fifo, priority: 0}", "{policy: fifo, priority: 100}",
        "{affinity: []}", "{affinity: [1, 1]}", "{affinity: -1}", "{affinity: all}",
        "{lock_memory: yes}", "{timer_slack: 5}", "{prefault: 5 s}", "{stack: 5 kB}", "[fifo]", ""})
    realtime(false, bad);
}

BOOST_AUTO_TEST_CASE(schema_and_engine_agree_on_nodes) {
  const auto node = [](bool take, const std::string& text) {
    both(take, "interbeat: 1\n", "  t: {" + text + "}\n");
  };
  for (const char* good :
       {"type: filter.low, in: r, cutoff: 1 Hz", "type: filter.low, in: r, label: 5",
        "type: filter.low, in: r, isolation: process", "type: sink.csv, in: r, path: 5",
        "type: sink.csv, in: r, path: q, flush: True",
        "type: sink.csv, in: r, path: q, flush: \"true\"",
        "type: filter.low, in: {from: r.ppg, queue: auto}",
        "for_each: [a, 7], type: filter.low, in: r", "for_each: 0..9, type: filter.low, in: r",
        "for_each: \"a, b\", type: sink.csv, in: r, path: \"${each}.csv\"",
        "for_each: 1..8, type: filter.low, in: r, order: $each, label: $index"})
    node(true, good);
  for (const char* bad :
       {"type: filter.low, in: r, cutoff: -1 Hz", "type: filter.low, in: r, cutoff: 1 s",
        "type: filter.low, in: r, order: -1", "type: filter.low, in: r, label: true",
        "type: filter.low, in: r, isolation: proces", "type: sink.csv, in: r, path: \"\"",
        "type: sink.csv, in: r, path: true", "type: sink.csv, in: r, path: q, flush: yes",
        "type: filter.low", "type: filter.low, in: r, colour: red", "in: r",
        "type: dyad.both, a: r, b: r, window: 3 Hz", "for_each: [A], type: filter.low, in: r",
        "for_each: {a: b}, type: filter.low, in: r", "for_each: [no], type: filter.low, in: r",
        "for_each: [a, b], type: filter.low, in: \"r[A]\""})
    node(false, bad);
}

BOOST_AUTO_TEST_SUITE_END()
