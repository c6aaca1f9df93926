// The program as `cmake --install` puts it into a folder: it finds its graphs from there, and its
// pages link to pages that are there.
#include "tools/installed.hpp"

#include <regex>

using namespace ib::test;

BOOST_FIXTURE_TEST_SUITE(install, Installed)

BOOST_AUTO_TEST_CASE(a_shipped_graph_runs_by_its_name_from_another_folder) {
  const int code = shell(
      "mkdir elsewhere && cd elsewhere && ../usr/bin/interbeat run solo"
      " --set recording=virtual:seed=1,duration=60s --speed max 2>../stderr");
  BOOST_TEST(code == 0, text_of_file(folder / "stderr"));
  BOOST_TEST(fs::exists(folder / "elsewhere/out/run.json"));
  BOOST_TEST(has(text_of_file(folder / "elsewhere/out/run.json"),
                 (folder / "usr/share/interbeat/graphs/solo.yaml").lexically_normal().string()));
}

BOOST_AUTO_TEST_CASE(pages_link_to_pages_that_are_there) {
  const auto doc = folder / "usr/share/doc/interbeat";
  BOOST_TEST(fs::exists(doc / "copyright"));
  const std::regex link(R"(\]\(([^)#:]+)\))");
  std::size_t links = 0;
  for (const auto& entry : fs::recursive_directory_iterator(doc)) {
    if (entry.path().extension() != ".md") continue;
    const auto text = text_of_file(entry.path());
    for (std::sregex_iterator i(text.begin(), text.end(), link), end; i != end; ++i, ++links)
      BOOST_TEST(fs::exists(entry.path().parent_path() / (*i)[1].str()),
                 entry.path() << " links to " << (*i)[1].str());
  }
  BOOST_TEST(links >= 5U);
}

BOOST_AUTO_TEST_CASE(what_the_readme_of_a_new_plugin_points_to_is_there) {
  const auto readme = text_of_file(folder / "usr/share/interbeat/plugins/example/README.md");
  for (const std::string place :
       {"share/doc/interbeat/docs/plugins.md", "share/interbeat/plugins/cookbook"}) {
    BOOST_TEST(has(readme, "`" + place + "`"), place);
    BOOST_TEST(fs::exists(folder / "usr" / place), place);
  }
  BOOST_TEST(fs::exists(folder / "usr/share/interbeat/plugins/cookbook/rises.cpp"));
}

BOOST_AUTO_TEST_CASE(the_schema_is_installed_once_where_graphs_look_for_it) {
  const auto share = folder / "usr/share/interbeat";
  std::vector<fs::path> places;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "usr"))
    if (entry.path().filename() == "interbeat.schema.json") places.push_back(entry.path());
  BOOST_TEST_REQUIRE(places.size() == 1U);
  BOOST_TEST(fs::equivalent(places[0], share / "graphs/../configs/interbeat.schema.json"));
}

BOOST_AUTO_TEST_CASE(shells_find_their_completions) {
  for (const auto* file :
       {"bash-completion/completions/interbeat", "zsh/vendor-completions/_interbeat",
        "fish/vendor_completions.d/interbeat.fish", "man/man1/interbeat.1"})
    BOOST_TEST(fs::file_size(folder / "usr/share" / file) > 100U, file);
}

BOOST_AUTO_TEST_SUITE_END()
