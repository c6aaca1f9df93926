// The binary interface of plugins in bytes: abi.h beside the table that was written for its first release
// (plugins/abi_table.inc). Where one of these fails, plugins that people have stop working.
#include <interbeat/abi.h>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/places.hpp"

namespace {

enum class Promise { fixed, growing };

struct Row {
  std::string_view structure, field;
  std::size_t promised, found, size;  // of a field: its offset, and its own size
};
struct Total {
  std::string_view structure;
  Promise promise;
  std::size_t promised, found;
};
struct Number {
  std::string_view name;
  std::int64_t promised, found;
};
struct Id {
  std::string_view name, promised, found;
};

#define IB_FIXED(s, size)
#define IB_GROWING(s, size)
#define IB_FIELD(s, f, at) {#s, #f, at, offsetof(s, f), sizeof(s::f)},
#define IB_VALUE(name, value)
#define IB_NAME_OF(name, id)
const std::vector<Row> fields{
#include "plugins/abi_table.inc"
};
#undef IB_FIXED
#undef IB_GROWING
#undef IB_FIELD
#define IB_FIXED(s, size) {#s, Promise::fixed, size, sizeof(s)},
#define IB_GROWING(s, size) {#s, Promise::growing, size, sizeof(s)},
#define IB_FIELD(s, f, at)
const std::vector<Total> structures{
#include "plugins/abi_table.inc"
};
#undef IB_FIXED
#undef IB_GROWING
#undef IB_VALUE
#define IB_FIXED(s, size)
#define IB_GROWING(s, size)
#define IB_VALUE(name, value) {#name, value, static_cast<std::int64_t>(name)},
const std::vector<Number> values{
#include "plugins/abi_table.inc"
};
#undef IB_VALUE
#undef IB_NAME_OF
#define IB_VALUE(name, value)
#define IB_NAME_OF(name, id) {#name, id, name},
const std::vector<Id> ids{
#include "plugins/abi_table.inc"
};
#undef IB_FIXED
#undef IB_GROWING
#undef IB_FIELD
#undef IB_VALUE
#undef IB_NAME_OF

bool keeps(Promise promise, std::size_t promised, std::size_t found) {
  return promise == Promise::fixed ? found == promised : found >= promised;
}

/// abi.h without its comments.
std::string abi_text() {
  std::ifstream in(std::string(ib::test::source_folder) + "/engine/include/interbeat/abi.h");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return std::regex_replace(text, std::regex(R"(/\*[^*]*\*+([^/*][^*]*\*+)*/)"), "");
}

std::set<std::string> all_in(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator i(text.begin(), text.end(), expression), end; i != end; ++i)
    found.insert((*i)[1]);
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(abi_table)

BOOST_AUTO_TEST_CASE(a_struct_may_grow_at_its_end_and_do_nothing_else) {
  BOOST_TEST(keeps(Promise::growing, 40, 48));
  BOOST_TEST(!keeps(Promise::growing, 40, 32));
  BOOST_TEST(!keeps(Promise::fixed, 24, 32));
  for (const auto& s : structures)
    BOOST_TEST(keeps(s.promise, s.promised, s.found),
               s.structure << " has " << s.found << " bytes; promised were " << s.promised);
}

BOOST_AUTO_TEST_CASE(no_field_ever_moves) {
  for (const auto& f : fields)
    BOOST_TEST(f.found == f.promised, f.structure << "." << f.field << " stands at byte " << f.found
                                                  << "; promised was " << f.promised);
}

BOOST_AUTO_TEST_CASE(no_number_and_no_id_ever_changes) {
  for (const auto& v : values)
    BOOST_TEST(v.found == v.promised,
               v.name << " is " << v.found << "; promised was " << v.promised);
  for (const auto& id : ids)
    BOOST_TEST(id.found == id.promised,
               id.name << " is " << id.found << "; promised was " << id.promised);
}

BOOST_AUTO_TEST_CASE(a_struct_that_grows_says_its_size_first) {
  for (const auto& s : structures) {
    const auto first = std::find_if(fields.begin(), fields.end(),
                                    [&](const Row& f) { return f.structure == s.structure; });
    BOOST_TEST_REQUIRE((first != fields.end()), s.structure << " has no fields in the table");
    const bool says = first->field == "struct_size" && first->found == 0 && first->size == 4;
    BOOST_TEST(says == (s.promise == Promise::growing), s.structure);
  }
}

// So that what is added later is promised from its first day on.
BOOST_AUTO_TEST_CASE(all_of_the_header_stands_in_the_table) {
  const auto text = abi_text();
  std::set<std::string> named;
  for (const auto& s : structures) named.emplace(s.structure);
  BOOST_TEST((all_in(text, R"(typedef struct (\w+) \{)") == named));
  for (const auto& s : structures) {
    std::size_t end = 0;
    for (const auto& f : fields)
      if (f.structure == s.structure) end = std::max(end, f.found + f.size);
    BOOST_TEST(s.found - end < alignof(std::max_align_t) / 2,
               s.structure << " has fields behind byte " << end << " that are not in the table");
  }
  named.clear();
  for (const auto& v : values) named.emplace(v.name);
  for (const auto& id : ids) named.emplace(id.name);
  for (const auto& name : all_in(text, R"((?:\n  |, |\{ )(IB_[A-Z0-9_]+)(?: = |,|\n| \}))"))
    BOOST_TEST(named.count(name) == 1U, name << " is not in the table");
  for (const auto& name : all_in(text, R"(#define (IB_(?:EXT|FACTORY)_\w+))"))
    BOOST_TEST(named.count(name) == 1U, name << " is not in the table");
}

BOOST_AUTO_TEST_SUITE_END()
