// Who may include whom: tools -> {drivers, nodes, plugins} -> engine. Drivers, nodes and plugins
// never include each other, and see of the engine its public headers only.
#include "house/source_tree.hpp"

using namespace ib::test::house;

namespace {

/// The room of a file: its first folder, but the public headers are rooms of their own: those of the
/// engine, and those of the nodes, which are the item types.
std::string room_of(std::string_view file) {
  if (file.starts_with("engine/include/")) return "public";
  if (file.starts_with("nodes/include/")) return "types";
  return std::string(file.substr(0, file.find('/')));
}

bool may_include(const std::string& from, const std::string& to) {
  static const std::vector<std::pair<std::string, std::vector<std::string>>> allowed{
      {"public", {}},
      {"engine", {"public"}},
      {"types", {"public"}},
      {"nodes", {"public", "types"}},
      {"drivers", {"public"}},
      {"plugins", {"public", "types"}},
      {"tools", {"public", "types", "engine", "nodes", "drivers", "plugins"}},
      {"tests", {"public", "types", "engine", "nodes", "drivers", "plugins", "tools"}},
  };
  if (from == to) return true;
  for (const auto& [room, list] : allowed)
    if (room == from) return std::find(list.begin(), list.end(), to) != list.end();
  return false;
}

/// Where the compiler would find `name`: beside the file, below its own room's roots, then elsewhere.
std::optional<std::string> resolve(const std::string& file, const std::string& name) {
  std::vector<std::string> roots{fs::path(file).parent_path().generic_string()};
  const std::vector<std::string> all{"engine/include",  "nodes/include", "engine/src",
                                     "nodes",           "drivers",       "plugins",
                                     "tools/interbeat", "tools",         "tests"};
  for (const auto& r : all)
    if (room_of(r + "/") == room_of(file)) roots.push_back(r);
  roots.insert(roots.end(), all.begin(), all.end());
  for (const auto& r : roots) {
    const auto path = (fs::path(r) / name).lexically_normal();
    if (fs::is_regular_file(root / path)) return path.generic_string();
  }
  return std::nullopt;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(direction)

BOOST_AUTO_TEST_CASE(an_include_is_read_as_the_compiler_reads_it) {
  const auto found = includes_of(
      "// #include \"a\"\n#include <b/c.hpp>  // why\n# include \"d.hpp\"\n/* #include <e> */\n"
      "const char* s = \"// no comment\"; int n = 1'000;\n#include <f>\n");
  BOOST_TEST_REQUIRE(found.size() == 3);
  BOOST_TEST(found[0].name == "b/c.hpp");
  BOOST_TEST(!found[0].quoted);
  BOOST_TEST(found[1].name == "d.hpp");
  BOOST_TEST(found[1].quoted);
  BOOST_TEST(found[2].name == "f");
}

BOOST_AUTO_TEST_CASE(a_step_against_the_direction_is_refused) {
  BOOST_TEST(!may_include("engine", "nodes"));
  BOOST_TEST(!may_include("nodes", "drivers"));
  BOOST_TEST(!may_include("drivers", "nodes"));
  BOOST_TEST(!may_include("nodes", "engine"));
  BOOST_TEST(!may_include("public", "engine"));
  BOOST_TEST(!may_include("types", "nodes"));
  BOOST_TEST(!may_include("engine", "types"));
  BOOST_TEST(may_include("tools", "drivers"));
  BOOST_TEST(room_of("engine/include/interbeat/time.hpp") == "public");
  BOOST_TEST(room_of("engine/src/plan.cpp") == "engine");
  BOOST_TEST(room_of("nodes/include/interbeat/types/hrv.hpp") == "types");
  BOOST_TEST(resolve("nodes/signal/x.cpp", "interbeat/time.hpp").value_or("") ==
             "engine/include/interbeat/time.hpp");
}

BOOST_AUTO_TEST_CASE(includes_follow_the_direction) {
  const auto sources = sources_in({"engine", "nodes", "drivers", "plugins", "tools", "tests"});
  BOOST_TEST(sources.size() > 10);
  for (const auto& file : sources)
    for (const auto& [name, quoted] : includes_of(text_of(root / file))) {
      const auto target = resolve(file, name);
      if (target)
        BOOST_TEST(may_include(room_of(file), room_of(*target)), file << " includes " << *target);
      else if (quoted)
        BOOST_TEST(name == "version.hpp", file << " includes \"" << name << "\": no such file");
    }
}

BOOST_AUTO_TEST_CASE(algorithms_know_samples_and_units_but_no_ports) {
  for (const auto& file : sources_in({"nodes/dsp"}))
    for (const auto& [name, quoted] : includes_of(text_of(root / file)))
      for (const auto contract : {"interbeat/abi.h", "interbeat/node.hpp", "interbeat/engine.hpp"})
        BOOST_TEST(name != contract, file << " includes " << name);
}

BOOST_AUTO_TEST_SUITE_END()
