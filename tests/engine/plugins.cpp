// Reading plugin files: what a good one offers, what becomes of sixteen bad ones, and what is remembered.
#include "support/cases.hpp"
#include "support/graph_world.hpp"

#include <interbeat/plugins.hpp>

#include "plugin.hpp"
#include "plugin_cache.hpp"
#include "plugin_scan.hpp"

#include <sys/stat.h>

#include <fstream>
#include <map>
#include <random>
#include <string>

using namespace ib;
using namespace ib::test;

namespace {

namespace fs = std::filesystem;

fs::path plugin(const std::string& name) { return fs::path(plugins_folder) / (name + ".so"); }

std::vector<PluginFile> load(Registry& registry, const fs::path& path, const fs::path& cache = {},
                             bool anew = false) {
  PluginSearch search;
  search.places.push_back({path, "the test", true, {}});
  search.cache = cache;
  search.anew = anew;
  return load_plugins(registry, search);
}
PluginFile load_one(const fs::path& file) {
  Registry registry;
  return load(registry, file).at(0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(plugins)

BOOST_AUTO_TEST_CASE(a_good_one_offers_its_nodes_as_it_described_them) {
  Registry registry;
  const auto file = load(registry, plugin("restless")).at(0);
  BOOST_TEST(file.problem == "");
  BOOST_TEST(file.types == (std::vector<std::string>{"test.restless", "test.counting"}),
             boost::test_tools::per_element());
  const auto* node = registry.find("test.restless");
  BOOST_REQUIRE(node != nullptr);
  BOOST_TEST(std::string(node->desc->summary) == "Counts samples until it dies.");
  BOOST_TEST(std::string(node->desc->params[0].unit) == "s");
  BOOST_TEST(std::string(node->desc->params[1].labels[3]) == "hang");
  BOOST_TEST(find_output(*node->desc, "out").port != nullptr);
}

BOOST_AUTO_TEST_CASE(bad_ones_are_named_with_their_reason_and_harm_nobody) {
  const std::map<std::string, std::string> expected{
      {"crashes_in_init", "it crashed (SIG"},
      {"exits_when_loaded", "it ended the process (exit code"},
      {"null_descriptor", "it is null"},
      {"null_ports", "its table is null"},
      {"null_texts", "is null"},
      {"lies_about_sizes", "struct_size"},
      {"ten_thousand_nodes", "it says that it offers 10000 nodes; a plugin has at most 1000"},
      {"megabyte_name", "is longer than 128 bytes"},
      {"duplicate_ids", "there are two called `in`"},
      {"no_entry", "it is a shared library but no plugin: it exports no `interbeat_entry`"},
      {"other_major", "it speaks version "},
      {"missing_symbol", "undefined symbol"},
  };
  for (const auto& [name, reason] : expected) {
    if (!fs::exists(plugin(name))) {
      BOOST_ERROR(name << " was not built");
      continue;
    }
    const auto file = load_one(plugin(name));
    BOOST_TEST(file.problem.find(reason) != std::string::npos, name << ": " << file.problem);
    BOOST_TEST(file.types.empty());
    BOOST_TEST(file.problem.find('\n') == std::string::npos, name << " needs more than one line");
    BOOST_TEST_MESSAGE(name << ": " << file.problem);
  }
}

BOOST_AUTO_TEST_CASE(one_that_hangs_is_ended_and_one_that_eats_all_memory_too) {
  const auto hung = scan_plugin(plugin("hangs_in_init"), std::chrono::milliseconds(300));
  BOOST_TEST(hung.problem == "it was still busy after 0.3 s while it was read");
  BOOST_TEST(hung.quarantined);
  const auto hungry = scan_plugin(plugin("allocation_bomb_in_init"));
  BOOST_TEST(hungry.quarantined);
  BOOST_TEST_MESSAGE("allocation_bomb_in_init: " << hungry.problem);
}

BOOST_AUTO_TEST_CASE(what_prints_or_has_threads_is_read_all_the_same) {
  for (const char* name : {"prints_garbage", "spawns_a_thread"}) {
    const auto file = load_one(plugin(name));
    BOOST_TEST(file.problem == "", name << ": " << file.problem);
    BOOST_TEST(file.types.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(files_that_are_no_plugins_are_called_what_they_are) {
  Scratch folder;
  const auto text = folder.path() / "text.so";
  std::ofstream(text) << "not a library\n";
  BOOST_TEST(load_one(text).problem ==
             "this is no shared library (it does not begin as an ELF file does)");
  const auto cut = folder.path() / "cut.so";
  {
    std::ifstream in(plugin("restless"), std::ios::binary);
    std::string head(3000, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    std::ofstream(cut, std::ios::binary) << head;
  }
  const auto why = load_one(cut).problem;
  BOOST_TEST(why == "this file is cut short");
  const auto foreign = folder.path() / "foreign.so";
  {
    std::ifstream in(plugin("restless"), std::ios::binary);
    std::string all{std::istreambuf_iterator<char>(in), {}};
    all[18] = 40;  // e_machine: 32-bit ARM
    all[19] = 0;
    std::ofstream(foreign, std::ios::binary) << all;
  }
  BOOST_TEST(load_one(foreign).problem.starts_with(
      "it was built for 32-bit ARM, and this program runs on "));
  BOOST_TEST(load_one(folder.path() / "none.so").problem ==
             "there is no such file, or it can't be read");
}

BOOST_AUTO_TEST_CASE(a_file_is_read_once_and_again_when_it_changed) {
  Scratch folder, cache;
  const auto file = folder.path() / "it.so";
  fs::copy_file(plugin("restless"), file);
  Registry first, second, third, fourth;
  BOOST_TEST(!load(first, file, cache.path()).at(0).kept);
  BOOST_TEST(load(second, file, cache.path()).at(0).kept);
  BOOST_TEST(second.find("test.counting") != nullptr);
  // Touched, and the same bytes: known by its hash.
  fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(5));
  BOOST_TEST(load(third, file, cache.path()).at(0).kept);
  fs::copy_file(plugin("prints_garbage"), file, fs::copy_options::overwrite_existing);
  const auto changed = load(fourth, file, cache.path()).at(0);
  BOOST_TEST(!changed.kept);
  BOOST_TEST(fourth.find("test.counting") == nullptr);
}

BOOST_AUTO_TEST_CASE(what_crashed_is_left_alone_until_it_changes_or_somebody_asks) {
  Scratch cache;
  Registry registry;
  BOOST_TEST(!load(registry, plugin("crashes_in_init"), cache.path()).at(0).kept);
  const auto again = load(registry, plugin("crashes_in_init"), cache.path()).at(0);
  BOOST_TEST(again.kept);
  BOOST_TEST(again.quarantined);
  BOOST_TEST(!load(registry, plugin("crashes_in_init"), cache.path(), true).at(0).kept);
  // A missing symbol may be there the next time.
  load(registry, plugin("missing_symbol"), cache.path());
  BOOST_TEST(!load(registry, plugin("missing_symbol"), cache.path()).at(0).kept);
}

BOOST_AUTO_TEST_CASE(a_cache_that_somebody_wrote_to_is_no_cache) {
  Scratch cache;
  Registry registry, after;
  load(registry, plugin("restless"), cache.path());
  for (const auto& entry : fs::directory_iterator(cache.path())) {
    std::ifstream in(entry.path());
    std::string text{std::istreambuf_iterator<char>(in), {}};
    in.close();
    for (const auto& broken :
         {text.substr(0, text.size() / 2), std::string("[]"), std::string("{\"format\": 1}")}) {
      std::ofstream(entry.path()) << broken;
      const auto file = load(after, plugin("restless"), cache.path()).at(0);
      BOOST_TEST(!file.kept);
      BOOST_TEST(file.problem == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_manifest_with_bytes_changed_is_refused_or_whole) {
  const auto manifest = scan_plugin(plugin("restless")).manifest;
  BOOST_TEST_REQUIRE(!manifest.empty());
  unsigned refused = 0;
  for (const auto seed : cases(2000)) {
    std::mt19937 g(seed);
    auto text = manifest;
    for (auto n = 1 + g() % 3; n > 0; --n) {
      const auto at = g() % text.size();
      constexpr std::string_view bytes = "0123456789-.{}[]\",:e\0x";
      if (g() % 3 == 0) text.erase(at, 1 + g() % 20);
      else text[at] = bytes[g() % bytes.size()];
    }
    try {
      const Plugin read("some.so", {}, text);
      for (const auto& node : read.nodes()) BOOST_TEST(!std::string(node->desc().type).empty());
    } catch (const BadDescriptor&) {
      ++refused;
    }
  }
  BOOST_TEST(refused > 0U);
}

BOOST_AUTO_TEST_CASE(the_first_to_offer_a_type_has_it) {
  Scratch folder;
  fs::copy_file(plugin("restless"), folder.path() / "a.so");
  fs::copy_file(plugin("restless"), folder.path() / "b.so");
  Registry registry;
  const auto files = load(registry, folder.path());
  BOOST_REQUIRE(files.size() == 2U);
  BOOST_TEST(files[0].types.size() == 2U);
  BOOST_TEST(files[1].types.empty());
  BOOST_TEST(files[1].refused.at(0) == "`test.restless` is there already, from " +
                                           fs::canonical(folder.path() / "a.so").string());
}

BOOST_AUTO_TEST_CASE(a_file_that_changes_between_reading_and_running_is_refused) {
  Scratch folder;
  const auto file = folder.path() / "it.so";
  fs::copy_file(plugin("restless"), file);
  auto registry = all_nodes();
  load(registry, file);
  std::ofstream(file, std::ios::app | std::ios::binary) << "more";
  Diagnostics problems;
  const auto graph = read_graph_text(R"(interbeat: 1
nodes:
  ring: {type: source, uri: "virtual:seed=1"}
  r: {type: test.restless, in: ring.ppg}
  log: {type: sink.csv, in: r, path: r.csv}
)",
                                     "changed", ".", {}, registry, problems);
  BOOST_REQUIRE(graph.has_value());
  BOOST_TEST(Plan::build(*graph, {}, problems) == nullptr);
  BOOST_TEST(problems.text().find("changed:4:3: error: nodes.r: the node r could not be made: ") !=
                 std::string::npos,
             problems.text());
  BOOST_TEST(problems.text().find("the file has changed since it was read: start again") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
