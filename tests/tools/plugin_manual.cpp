// The quarter of an hour of docs/plugins.md, typed as it stands there by somebody who has the installed
// program and a compiler.
#include "support/manual_blocks.hpp"
#include "tools/installed.hpp"

#include <regex>

using namespace ib::test;

BOOST_FIXTURE_TEST_SUITE(plugin_manual, Installed)

BOOST_AUTO_TEST_CASE(what_the_page_says_works) {
  std::string script;
  for (const auto& b : blocks_of(text_of_file(fs::path(source_folder) / "docs/plugins.md"))) {
    if (b.mark == "runs") script += b.text;
    if (b.mark.starts_with("file: "))
      script += "cat >" + b.mark.substr(6) + " <<'END'\n" + b.text + "END\n";
  }
  BOOST_TEST(has(script, "interbeat plugin new breath"));
  BOOST_TEST(has(script, "cat >calm.yaml"));
  const int code = alone(script);
  BOOST_TEST(code == 0, said());
  BOOST_TEST(fs::exists(folder / ".local/lib/interbeat/plugins/libbreath.so"));
  BOOST_TEST(fs::exists(folder / "breath/breath.so"));
}

BOOST_AUTO_TEST_CASE(the_page_lists_the_tests_of_plugin_check_as_they_are) {
  const auto page = text_of_file(fs::path(source_folder) / "docs/plugins.md");
  const auto table = (*this)("plugin check --list --markdown").out;
  BOOST_TEST(table.size() > 1000U);
  BOOST_TEST(has(page, table), "write anew what `interbeat plugin check --list --markdown` says");
}

BOOST_AUTO_TEST_CASE(the_tests_that_the_page_names_are_there) {
  const auto list = (*this)("plugin check --list").out;
  const auto page = text_of_file(fs::path(source_folder) / "docs/plugins.md");
  const std::regex name(
      "`((?:load|descriptor|params|life|data|memory|quiet|time|gaps|bounds|state|fuzz)/[a-z_]+)`");
  std::size_t named = 0;
  for (std::sregex_iterator i(page.begin(), page.end(), name), end; i != end; ++i, ++named)
    BOOST_TEST(has("\n" + list, "\n" + (*i)[1].str() + " "), (*i)[1].str() << " is no test");
  BOOST_TEST(named >= 10U);
}

BOOST_AUTO_TEST_SUITE_END()
