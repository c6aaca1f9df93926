#include "../../engine/src/yaml_document.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

/// Everything said about the text, as a user sees it.
std::string said(const std::string& text) {
  ib::Diagnostics out;
  ib::parse_yaml(text, "g.yaml", out);
  return out.text();
}

ib::Yaml parsed(const std::string& text) {
  ib::Diagnostics out;
  auto root = ib::parse_yaml(text, "g.yaml", out);
  BOOST_TEST(out.text() == "");
  BOOST_REQUIRE(root.has_value());
  return std::move(*root);
}

std::string where(const ib::Mark& mark) {
  return std::to_string(mark.line) + ":" + std::to_string(mark.column);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(yaml_document)

BOOST_AUTO_TEST_CASE(keys_and_values_know_their_places) {
  const auto root = parsed("a: {b: 1, \"c\": 'two'}\nlist:\n  - x\n  - y\n");
  const auto* a = root.find("a");
  BOOST_REQUIRE(a != nullptr);
  BOOST_TEST(where(a->mark) == "1:1");
  BOOST_TEST(where(a->value.find("b")->value.mark) == "1:8");
  BOOST_TEST(!a->value.find("b")->value.quoted);
  BOOST_TEST(where(a->value.find("c")->mark) == "1:11");
  BOOST_TEST(a->value.find("c")->value.quoted);
  BOOST_TEST(root.find("list")->value.items.at(1).text == "y");
  BOOST_TEST(where(root.find("list")->value.items.at(1).mark) == "4:5");
}

BOOST_AUTO_TEST_CASE(columns_count_characters_not_bytes) {
  const auto root = parsed("größe: {länge: ü}\n");
  BOOST_TEST(where(root.find("größe")->value.find("länge")->value.mark) == "1:16");
}

BOOST_AUTO_TEST_CASE(windows_files_are_read) {
  const auto root = parsed("\xEF\xBB\xBFinterbeat: 1\r\nname: x\r\n");
  BOOST_TEST(where(root.find("interbeat")->mark) == "1:1");
  BOOST_TEST(where(root.find("name")->mark) == "2:1");
  BOOST_TEST(root.find("name")->value.text == "x");
}

BOOST_AUTO_TEST_CASE(an_alias_is_a_copy) {
  const auto root = parsed("a: &x {k: v}\nb: *x\n");
  BOOST_TEST(root.find("b")->value.find("k")->value.text == "v");
}

BOOST_AUTO_TEST_CASE(a_key_twice_is_an_error_and_the_rest_is_still_read) {
  ib::Diagnostics out;
  const auto root = ib::parse_yaml("a: 1\nb: 2\na: 3\n", "g.yaml", out);
  BOOST_TEST(out.text() ==
             "g.yaml:3:1: error: the key \"a\" stands twice in this mapping\n"
             "  hint: the first one is in line 1\n");
  BOOST_REQUIRE(root.has_value());
  BOOST_TEST(root->find("a")->value.text == "1");
  BOOST_TEST(root->find("b")->value.text == "2");
}

BOOST_AUTO_TEST_CASE(tabs_in_the_indentation_are_errors_each) {
  BOOST_TEST(said("a:\n\tb: 1\n  \tc: 2\n") ==
             "g.yaml:2:1: error: a tab in the indentation\n"
             "  expected spaces\n  hint: set the editor to write spaces for a tab\n"
             "g.yaml:3:3: error: a tab in the indentation\n"
             "  expected spaces\n  hint: set the editor to write spaces for a tab\n");
  BOOST_TEST(said("a:\t1\n") == "");
}

BOOST_AUTO_TEST_CASE(tabs_hide_no_other_error) {
  BOOST_TEST(said("a:\n\tb: 1\n\tb: 2\n") ==
             "g.yaml:2:1: error: a tab in the indentation\n"
             "  expected spaces\n  hint: set the editor to write spaces for a tab\n"
             "g.yaml:3:1: error: a tab in the indentation\n"
             "  expected spaces\n  hint: set the editor to write spaces for a tab\n"
             "g.yaml:3:2: error: the key \"b\" stands twice in this mapping\n"
             "  hint: the first one is in line 2\n");
}

BOOST_AUTO_TEST_CASE(one_tab_among_spaces_hides_nothing_either) {
  for (const char* spaces : {"  ", "    ", "        "}) {
    const std::string key = "\n" + std::string(spaces) + "b: ";
    const auto text = said("a:" + key + "1\n\tc: {d: 1, d: 2}" + key + "3\n");
    const auto column = std::to_string(std::string(spaces).size() + 1);
    BOOST_TEST(text ==
               "g.yaml:3:1: error: a tab in the indentation\n"
               "  expected spaces\n  hint: set the editor to write spaces for a tab\n"
               "g.yaml:3:12: error: the key \"d\" stands twice in this mapping\n"
               "  hint: the first one is in line 3\n"
               "g.yaml:4:" +
                   column +
                   ": error: the key \"b\" stands twice in this mapping\n"
                   "  hint: the first one is in line 2\n");
  }
}

BOOST_AUTO_TEST_CASE(tabs_in_texts_and_in_empty_lines_are_no_matter) {
  const auto root = parsed("a:\n  b: |  # a table\n    x\ty\n    \tz\n  c: 1\n\t\n   \t \nd: 2\n");
  BOOST_TEST(root.find("a")->value.find("b")->value.text == "x\ty\n\tz\n");
  BOOST_TEST(root.find("d")->value.text == "2");
  for (const char* key : {"a: >-\n", "a: !x |+\n", "a:\n  - |2\n", "a: &x |\n"})
    BOOST_TEST(said(key + std::string("    \tx\n")).find("a tab") == std::string::npos, key);
  for (const char* key : {"a: b |\n", "a: \"|\"\n", "a: 1  # b: |\n"})
    BOOST_TEST(said(key + std::string("  \tx: 1\n")).find("a tab") != std::string::npos, key);
}

BOOST_AUTO_TEST_CASE(nothing_stands_at_its_key) {
  const auto root = parsed("a:\n  in:\n  hop: 1\nb: [1]\n");
  BOOST_TEST(where(root.find("a")->value.find("in")->value.mark) == "2:3");
}

BOOST_AUTO_TEST_CASE(a_decimal_comma_in_braces_is_known) {
  BOOST_TEST(said("a: {low: 0,5 Hz, high: -8,5 Hz, n: 1,2}\n") ==
             "g.yaml:1:10: error: \"0,5 Hz\" has a decimal comma, and a comma ends the value\n"
             "  hint: write \"0.5 Hz\"\n"
             "g.yaml:1:24: error: \"-8,5 Hz\" has a decimal comma, and a comma ends the value\n"
             "  hint: write \"-8.5 Hz\"\n"
             "g.yaml:1:36: error: \"1,2\" has a decimal comma, and a comma ends the value\n"
             "  hint: write \"1.2\"\n");
  BOOST_TEST(said("a: {low: x, 5: y, b: \"0\", 6: }\n") == "");
}

BOOST_AUTO_TEST_CASE(text_that_is_no_graph_is_said_in_plain_words) {
  BOOST_TEST(said("") ==
             "g.yaml:1:1: error: the file is empty\n"
             "  expected a graph\n  hint: begin with the line `interbeat: 1`\n");
  BOOST_TEST(said("# nothing\n") == said(""));
  BOOST_TEST(said("- a\n- b\n") ==
             "g.yaml:1:1: error: this is a list, not a graph\n"
             "  expected keys such as `interbeat: 1` and `nodes:`\n");
  BOOST_TEST(said("a: 1\n---\nb: 2\n") ==
             "g.yaml:2:1: error: a second document begins here\n"
             "  hint: a file holds one graph\n");
  BOOST_TEST(said("a: \xFF\n") ==
             "g.yaml:1:4: error: this byte is not UTF-8 text\n"
             "  hint: save the file in the encoding UTF-8\n");
  BOOST_TEST(said(std::string("a: \0b", 5)).find("1:4: error: a control character") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(overlong_and_surrogate_forms_are_not_utf8) {
  for (const char* text : {"a: \xC0\xAF", "a: \xE0\x80\x80", "a: \xED\xA0\x80",
                           "a: \xF4\x90\x80\x80", "a: \xC3", "a: \x80"})
    BOOST_TEST(said(text).find("not UTF-8") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(syntax_errors_name_the_place_and_the_remedy) {
  BOOST_TEST(said("a: 1\nb: {c: 1\n") ==
             "g.yaml:2:4: error: this \"{\" is not closed by \"}\", or a comma is missing\n"
             "  hint: a text that holds brackets, such as \"p[0].hrv\", goes into quotes here\n");
  BOOST_TEST(said("a: b: c\n") ==
             "g.yaml:1:5: error: a \":\" where none can stand\n"
             "  hint: check the indentation; a text that holds \": \" goes into quotes\n");
  BOOST_TEST(said("a: *nobody\n") ==
             "g.yaml:1:4: error: an alias of an anchor that does not exist\n");
  BOOST_TEST(said("a: !!str 5\n").find("the tag") != std::string::npos);
  BOOST_TEST(said("a: {<<: b}\n").find("merge keys") != std::string::npos);
  BOOST_TEST(said("? [a, b]\n: 1\n").find("a key must be a name, not a list") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_open_quote_never_swallows_the_rest_of_the_file) {
  const std::string message = "g.yaml:2:1: error: a quoted text behind this is never closed\n";
  BOOST_TEST(said("a: 1\nb: \"x\nc: 2\n") == message);
  BOOST_TEST(said("a: 1\nb: 'x\nc: 2") == message);
  BOOST_TEST(said("\"a: 1\nb: 2\n") ==
             "g.yaml:1:1: error: a quoted text behind this is never closed\n");
}

BOOST_AUTO_TEST_CASE(a_bomb_of_aliases_is_refused) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const auto below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k == 0 ? "" : ", ") + below;
    bomb += "]\n";
  }
  BOOST_TEST(said(bomb).find("more than 200000 values") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_alias_inside_its_own_anchor_is_refused) {
  BOOST_TEST(said("a: &x [1, *x]\n") ==
             "g.yaml:1:11: error: this alias stands inside the value that it names\n");
}

BOOST_AUTO_TEST_CASE(nesting_is_bounded_also_through_aliases) {
  const auto nested = [](int levels) {
    return std::string(static_cast<std::size_t>(levels), '[') +
           std::string(static_cast<std::size_t>(levels), ']');
  };
  BOOST_TEST(said("a: " + nested(62)) == "");
  BOOST_TEST(said("a: " + nested(64)).find("more than 64 levels") != std::string::npos);
  BOOST_TEST(said("a: &x " + nested(40) + "\nb: {c: &y [[*x]]}") == "");
  BOOST_TEST(said("a: &x " + nested(40) + "\nb: &y " + nested(20).substr(0, 20) + "*x" +
                  std::string(20, ']') + "\nc: [[[[*y]]]]")
                 .find("more than 64 levels") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_is_bounded) {
  const std::string large((std::size_t{4} << 20) + 1, '#');
  BOOST_TEST(said(large) == "g.yaml: error: the file is larger than 4 MiB; a graph is not\n");
}

BOOST_AUTO_TEST_CASE(old_booleans_are_known_only_without_quotes) {
  const auto root = parsed("a: no\nb: 'no'\nc: nope\nd: true\ne: y\nf: 'true'\n");
  BOOST_TEST(ib::is_old_boolean(root.find("e")->value));
  BOOST_TEST(ib::is_boolean(root.find("d")->value));
  BOOST_TEST(!ib::is_boolean(root.find("f")->value));
  BOOST_TEST(ib::is_old_boolean(root.find("a")->value));
  BOOST_TEST(!ib::is_old_boolean(root.find("b")->value));
  BOOST_TEST(!ib::is_old_boolean(root.find("c")->value));
  BOOST_TEST(!ib::is_old_boolean(root.find("d")->value));
}

BOOST_AUTO_TEST_SUITE_END()
