// tools/demo, in a tree of its own where setting up and building do nothing and the program says
// with which words it was called.
#include "tools/program.hpp"

using namespace ib::test;

namespace {

struct DemoTree : Program {
  DemoTree() {
    fs::create_directories(folder / "tools");
    fs::create_directories(folder / "build/release/bin");
    fs::copy_file(fs::path(source_folder) / "tools/demo", folder / "tools/demo");
    script("tools/setup", "echo setup >>built");
    script("cmake", "echo cmake >>built");
    script("build/release/bin/interbeat", "printf '%s|' \"$@\"");
    script("build/release/bin/interbeat-vring", "printf 'vring|'; printf '%s|' \"$@\"");
  }

  void script(const std::string& name, const std::string& text) const {
    fs::permissions(write(name, "#!/bin/sh\n" + text + "\n"), fs::perms::owner_all);
  }

  Answer demo(const std::string& words) const {
    const auto line = "cd '" + folder.string() + "' && PATH=\"$PWD:$PATH\" tools/demo " + words +
                      " >stdout 2>stderr </dev/null";
    const int status = std::system(line.c_str());
    return {WEXITSTATUS(status), text_of_file(folder / "stdout"), text_of_file(folder / "stderr")};
  }
};

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(demo, DemoTree)

BOOST_AUTO_TEST_CASE(two_coupled_rings_over_the_bus) {
  const auto said = demo("");
  BOOST_TEST(said.code == 0, said.err);
  BOOST_TEST(said.out.starts_with("vring|--rings|2|--seed|1|--|"), said.out);
  BOOST_TEST(has(said.out, "/build/release/bin/interbeat|run|"), said.out);
  BOOST_TEST(has(said.out, "|a=ble:ring1|"), said.out);
  BOOST_TEST(has(said.out, "|b=ble:ring2|"), said.out);
  BOOST_TEST(has(said.out, "|--for|4min|"), said.out);
  BOOST_TEST(has(said.out, "/build/demo|"), said.out);
  BOOST_TEST(has(said.err, "Variability comes after 40 s"), said.err);
  BOOST_TEST(has(text_of_file(folder / "built"), "setup"));
}

BOOST_AUTO_TEST_CASE(two_coupled_rings_for_a_minute_without_a_bus) {
  for (const auto* words : {"--simulated", "--plain --simulated"}) {
    const auto said = demo(words);
    BOOST_TEST(said.code == 0, said.err);
    BOOST_TEST(said.out.starts_with("run|"), said.out);
    BOOST_TEST(has(said.out, "|a=virtual:seed=1?lead_in=300s|"), said.out);
    BOOST_TEST(has(said.out, "|b=virtual:seed=2,couple=1,lag=2s?lead_in=300s|"), said.out);
    BOOST_TEST(has(said.out, "|--for|60s|"), said.out);
    BOOST_TEST(!has(said.out, "simulated"), said.out);
  }
  const auto own = demo("--for 20s --simulated");
  BOOST_TEST(count(own.out, "--for|") == 1U, own.out);
}

BOOST_AUTO_TEST_CASE(what_is_given_replaces_what_would_be_wherever_it_stands) {
  for (const auto* words :
       {"--for 20s --out x", "--plain --out x --for 20s", "--out=x --for=20s"}) {
    const auto said = demo(words);
    BOOST_TEST(said.code == 0, said.err);
    BOOST_TEST(count(said.out, "--for") == 1U, said.out);
    BOOST_TEST(count(said.out, "--out") == 1U, said.out);
  }
  const auto own = demo("--set b=ben.csv");  // the last one counts
  BOOST_TEST(own.out.find("b=ble:ring2") < own.out.find("|b=ben.csv|"), own.out);
}

BOOST_AUTO_TEST_CASE(help_neither_sets_up_nor_builds) {
  for (const auto* words : {"--help", "--for 20s --help", "-h"}) {
    const auto said = demo(words);
    BOOST_TEST(said.code == 0);
    BOOST_TEST(has(said.out, "tools/demo [--for 4min]"), said.out);
    BOOST_TEST(!fs::exists(folder / "built"));
  }
}

BOOST_AUTO_TEST_CASE(the_second_ring_follows_the_first) {
  const auto said = (*this)("check couple --set 'b=virtual:seed=2,couple=1,lag=2s?lead_in=300s'");
  BOOST_TEST(said.code == 0, said.err);
}

BOOST_AUTO_TEST_SUITE_END()
