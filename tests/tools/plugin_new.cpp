// interbeat plugin new: what it makes builds, passes its tests, and works under its own name.
#include "tools/installed.hpp"

using namespace ib::test;

BOOST_AUTO_TEST_SUITE(plugin_new)

BOOST_FIXTURE_TEST_CASE(a_new_project_builds_and_passes_its_tests, Installed) {
  const int code = alone(
      "mkdir nodes\n"
      "interbeat plugin new breath_rate --into nodes\n"
      "cd nodes/breath_rate\n"
      "cmake -S . -B build && cmake --build build\n"
      "ctest --test-dir build --output-on-failure --no-tests=error\n"
      "cmake --install build --prefix ~/.local\n"
      "interbeat inspect breath_rate.smooth >~/page\n");  // found without being told where
  BOOST_TEST(code == 0, said());
  BOOST_TEST(has(text_of_file(folder / "page"), "Moving average of a regular stream."));
  for (const auto& entry : fs::recursive_directory_iterator(folder / "nodes/breath_rate")) {
    if (entry.path().string().find("/build/") != std::string::npos || entry.is_directory())
      continue;
    BOOST_TEST(!has(text_of_file(entry.path()), "example"), entry.path());
  }
}

BOOST_FIXTURE_TEST_CASE(it_says_what_to_do_next, Program) {
  const auto a = (*this)("plugin new calm");
  BOOST_TEST(a.code == 0);
  BOOST_TEST(a.out.empty());
  BOOST_TEST(has(a.err, "Made calm: the node `calm.smooth`, its tests and a README. Next:\n"),
             a.err);
  BOOST_TEST(has(a.err, "  cd calm\n"), a.err);
  BOOST_TEST(fs::exists(folder / "calm/tests/by_eye.yaml"));
}

BOOST_FIXTURE_TEST_CASE(nothing_is_overwritten, Program) {
  fs::create_directory(folder / "calm");
  const auto a = (*this)("plugin new calm");
  BOOST_TEST(a.code == 2);
  BOOST_TEST(has(a.err, "calm is there already, and nothing is overwritten"), a.err);
  BOOST_TEST(fs::is_empty(folder / "calm"));
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_takes_nothing_is_named_in_a_sentence, Program) {
  const auto a = (*this)("plugin new calm --into /proc");  // root may not write there either
  BOOST_TEST(a.code == 1);
  BOOST_TEST(has(a.err, "/proc/calm can't be made: "), a.err);
  BOOST_TEST(has(a.err, "choose a folder that you may write to, with --into"), a.err);
  BOOST_TEST(!has(a.err, "filesystem"), a.err);
}

BOOST_FIXTURE_TEST_CASE(a_name_that_will_not_do_is_refused_with_a_sentence, Program) {
  for (const auto* name : {"Breath", "1st", "a-b", "a_", "a__b", "../up", "''"}) {
    const auto a = (*this)(std::string("plugin new ") + name);
    BOOST_TEST(a.code == 2, name);
    BOOST_TEST(has(a.err, "can't be the name of a plugin: small letters"), a.err);
  }
  BOOST_TEST(has((*this)("plugin new test").err, "CMake has a target of that name"));
  BOOST_TEST(has((*this)("plugin new " + std::string(41, 'a')).err, "has 41 characters"));
  const auto a = (*this)("plugin new calm --into nowhere");
  BOOST_TEST(a.code == 2);
  BOOST_TEST(has(a.err, "nowhere is no folder"), a.err);
  BOOST_TEST(std::distance(fs::directory_iterator(folder), fs::directory_iterator()) <= 2);
}

BOOST_AUTO_TEST_SUITE_END()
