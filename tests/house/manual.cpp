// Code in docs/plugins.md is code that is compiled and run: each block says where it stands, and stands
// there word by word. What its reader types is run by tests/tools/plugin_manual.cpp.
#include "house/source_tree.hpp"
#include "support/manual_blocks.hpp"

using namespace ib::test;
using namespace ib::test::house;

namespace {

bool has_lines(const std::string& text, const std::string& lines) {
  return ("\n" + text).find("\n" + lines) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(manual)

BOOST_AUTO_TEST_CASE(blocks_are_found_with_what_is_said_of_them) {
  const auto blocks =
      blocks_of("a\n<!-- x.cpp -->\n```cpp\nint i;\n```\n<!-- y -->\nb\n```sh\nls\n```\n");
  BOOST_TEST_REQUIRE(blocks.size() == 2U);
  BOOST_TEST(blocks[0].mark == "x.cpp");
  BOOST_TEST(blocks[0].language == "cpp");
  BOOST_TEST(blocks[0].text == "int i;\n");
  BOOST_TEST(blocks[1].mark.empty());  // a sentence stands between
  BOOST_TEST(has_lines("a\nb\nc\n", "b\nc\n"));
  BOOST_TEST(!has_lines("a\nxb\nc\n", "b\nc\n"));
}

BOOST_AUTO_TEST_CASE(every_block_stands_in_a_file_or_is_run) {
  std::size_t from_files = 0;
  for (const auto& b : blocks_of(text_of(root / "docs/plugins.md"))) {
    if (b.mark == "runs" || b.mark.starts_with("file: ")) continue;
    BOOST_TEST_CONTEXT("docs/plugins.md:" << b.line) {
      BOOST_TEST_REQUIRE(fs::is_regular_file(root / b.mark),
                         "the block says no file in front of it that it stands in");
      BOOST_TEST(has_lines(text_of(root / b.mark), b.text),
                 "these lines do not stand in " << b.mark << " as they do here");
    }
    ++from_files;
  }
  BOOST_TEST(from_files >= 10U);
}

BOOST_AUTO_TEST_CASE(every_recipe_is_shown_whole) {
  const auto page = text_of(root / "docs/plugins.md");
  std::size_t recipes = 0;
  for (const auto& file : files_in({"plugins/cookbook"})) {
    if (!file.ends_with(".cpp") && !file.ends_with(".yaml")) continue;
    BOOST_TEST(has_lines(page, text_of(root / file)), file << " is not shown whole");
    ++recipes;
  }
  BOOST_TEST(recipes >= 10U);
}

BOOST_AUTO_TEST_SUITE_END()
