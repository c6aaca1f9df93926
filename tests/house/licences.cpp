// Three lists that must agree: what CMake looks for, what tools/setup installs, and what
// docs/licences.md explains.
#include "house/source_tree.hpp"

#include <regex>
#include <set>

using namespace ib::test::house;

namespace {

std::set<std::string> all_matches(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator i(text.begin(), text.end(), expression), end; i != end; ++i)
    found.insert((*i)[1]);
  return found;
}

/// Packages that CMake files ask for, by find_package or pkg_check_modules.
std::set<std::string> asked_for(const std::string& cmake) {
  auto found = all_matches(cmake, R"(find_package\(\s*([A-Za-z0-9_+-]+))");
  found.merge(all_matches(cmake, R"(pkg_check_modules\(\s*([A-Za-z0-9_+-]+))"));
  return found;
}

std::string all_cmake() {
  std::string text = text_of(root / "CMakeLists.txt");
  for (const auto& file :
       files_in({"cmake", "engine", "nodes", "drivers", "plugins", "tools", "tests"}))
    if (file.ends_with("CMakeLists.txt") || file.ends_with(".cmake")) text += text_of(root / file);
  return text;
}

/// Names that tools/setup lists: lines of a lower-case name, spaces, and the reason.
std::set<std::string> installed() {
  return all_matches(text_of(root / "tools/setup"), R"((?:^|\n)([a-z][a-z0-9+.-]+) {2,}[a-zA-Z])");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(licences)

BOOST_AUTO_TEST_CASE(a_question_of_cmake_is_recognised) {
  BOOST_TEST((asked_for("find_package(Boost 1.74)\n pkg_check_modules( zip REQUIRED libzip)") ==
              std::set<std::string>{"Boost", "zip"}));
}

BOOST_AUTO_TEST_CASE(every_dependency_of_the_build_is_explained) {
  const auto explained = all_matches(text_of(root / "docs/licences.md"), "`([^`]+)`");
  auto asked = asked_for(all_cmake());
  asked.erase("interbeat");  // what the template of a plugin asks for is ours
  BOOST_TEST(asked.size() >= 10);
  for (const auto& name : asked)
    BOOST_TEST(explained.count(name) == 1, "docs/licences.md does not name `" << name << "`");
}

BOOST_AUTO_TEST_CASE(every_package_that_setup_installs_is_explained_and_the_other_way_round) {
  const auto page = text_of(root / "docs/licences.md");
  const auto explained = all_matches(page, R"(\n\| ([a-z][a-z0-9+.-]+) \|)");
  const auto packages = installed();
  BOOST_TEST(packages.size() >= 15);
  for (const auto& name : packages)
    BOOST_TEST(explained.count(name) == 1, "docs/licences.md has no row for " << name);
  for (const auto& name : explained)
    BOOST_TEST(packages.count(name) == 1, "tools/setup does not install " << name);
}

BOOST_AUTO_TEST_SUITE_END()
