// What must not be found in this house, and why each would break a promise. The words stand here in
// two parts, so that this file does not find itself.
#include "house/source_tree.hpp"

using namespace ib::test::house;

namespace {

const std::vector<std::string_view> code_rooms{"engine", "nodes", "drivers", "plugins",
                                               "tools/interbeat"};

void expect_none(const std::vector<std::string>& files, const std::vector<std::string_view>& words,
                 std::string_view why) {
  for (const auto& file : files)
    for (const auto& place : places(file, code_of(text_of(root / file)), words))
      BOOST_ERROR(place << ": " << why);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(absent)

BOOST_AUTO_TEST_CASE(a_word_is_found_in_code_and_not_in_comments) {
  const auto code = code_of("int a;  // sleep_for\n/* sleep_for\n */ sleep_for(1);\n");
  const auto found = places("x.cpp", code, {"sleep_for"});
  BOOST_TEST_REQUIRE(found.size() == 1);
  BOOST_TEST(found[0] == "x.cpp:3: sleep_for");
}

BOOST_AUTO_TEST_CASE(no_sleep_in_tests) {
  auto files = sources_in({"tests"});
  files.erase(std::remove(files.begin(), files.end(), "tests/house/absent.cpp"), files.end());
  expect_none(files, {"sleep_for", "sleep_until", "usleep(", "nanosleep("}, "time is a variable");
}

BOOST_AUTO_TEST_CASE(no_clock_and_no_dice_in_nodes) {
  auto files = sources_in({"nodes"});
  std::erase(files, "nodes/sink/console.cpp");  // how often a screen is drawn anew is no result
  expect_none(files,
              {"system_clock", "steady_clock", "high_resolution_clock", "clock_gettime",
               "time(nullptr)", "random_device", "mt19937", "std::rand"},
              "a node's result depends on its inputs alone");
}

BOOST_AUTO_TEST_CASE(no_numbers_by_locale) {
  expect_none(sources_in(code_rooms),
              {"std::stod", "std::stof", "strtod", "strtof", "atof(", "sscanf", "setlocale"},
              "numbers are read and written by from_chars and to_chars");
}

BOOST_AUTO_TEST_CASE(no_flag_that_changes_the_bits) {
  auto files = files_in({"cmake", "engine", "nodes", "drivers", "plugins", "tools", "tests"});
  files.erase(std::remove_if(files.begin(), files.end(),
                             [](const std::string& f) {
                               return !f.ends_with("CMakeLists.txt") && !f.ends_with(".cmake");
                             }),
              files.end());
  files.insert(files.end(), {"CMakeLists.txt", "CMakePresets.json"});
  for (const auto& file : files)
    for (const auto& place : places(file, text_of(root / file),
                                    {"-ffast-math", "-Ofast", "=native", "-funsafe-math",
                                     "-fassociative-math", "-ffp-contract=fast"}))
      BOOST_ERROR(place << ": the same bits on every machine of one family");
}

BOOST_AUTO_TEST_CASE(no_path_of_one_machine_and_no_unfinished_word) {
  auto files = files_in({"cmake", "engine", "nodes", "drivers", "plugins", "graphs", "configs",
                         "docs", "tests", "tools", ".ci"});
  files.insert(files.end(), {"CMakeLists.txt", "CMakePresets.json", "README.md", "ARCHITECTURE.md",
                             "CONTRIBUTING.md", "CHANGELOG.md"});
  for (const auto& file : files)
    for (const auto& place : places(file, text_of(root / file),
                                    {"/ho"
                                     "me/",
                                     "/ro"
                                     "ot/",
                                     "/Us"
                                     "ers/",
                                     "/wo"
                                     "rk/",
                                     "TO"
                                     "DO",
                                     "FIX"
                                     "ME"}))
      BOOST_ERROR(place << ": belongs to one machine, or is not finished");
}

BOOST_AUTO_TEST_SUITE_END()
