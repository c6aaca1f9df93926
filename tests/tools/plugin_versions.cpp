// Plugins of other releases: one in C as it was built with the header of the first release, and one built
// with a header in which every struct has grown. Both run, and give the right numbers.
#include "tools/program.hpp"

using namespace ib::test;

namespace {

struct OtherRelease : Program {
  OtherRelease() { setenv("XDG_CACHE_HOME", folder.c_str(), 1); }
  ~OtherRelease() { unsetenv("XDG_CACHE_HOME"); }

  void runs(const std::string& sdk, const std::string& type) {
    write("in.csv", "# fs_hz: 10\nppg\n1\n2\n\n4\n");
    write("graph.yaml",
          "interbeat: 1\n"
          "plugins: ['" +
              std::string(binary_folder) + "/tests/plugins/" + sdk + "']\n" +
              "nodes:\n"
              "  ring:  {type: source.csv, path: in.csv}\n"
              "  twice: {type: " +
              type + ", in: ring.ppg, factor: 10}\n" +
              "  file:  {type: sink.csv, in: twice, path: out.csv}\n");
    const auto a = (*this)("run graph.yaml --speed max --out out");
    BOOST_TEST(a.code == 0, a.err);
    BOOST_TEST(text_of_file(folder / "out/out.csv") ==
               "time_s,ppg,reason\n0.000000,10,\n0.100000,20,\n0.300000,40,\n");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(plugin_versions, OtherRelease)

BOOST_AUTO_TEST_CASE(of_the_first_release) { runs("sdk-1.0", "first.scale"); }

BOOST_AUTO_TEST_CASE(of_a_later_one) {
  runs("sdk-later", "later.scale");
  const auto a = (*this)("plugin list --plugin-path '" + std::string(binary_folder) +
                         "/tests/plugins/sdk-later' --json");
  BOOST_TEST(has(a.out, "\"abi\": \"1.1.0\""), a.out);
}

BOOST_AUTO_TEST_CASE(both_pass_plugin_check) {
  for (const auto* plugin : {"sdk-1.0/scale_1_0", "sdk-later/scale_later"}) {
    const auto a = (*this)("plugin check '" + std::string(binary_folder) + "/tests/plugins/" +
                           plugin + ".so'");
    BOOST_TEST(a.code == 0, plugin << "\n" << a.out << a.err);
  }
}

BOOST_AUTO_TEST_SUITE_END()
