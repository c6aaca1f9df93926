// Instructions a sample and a hop, counted by callgrind: the same on a busy machine and on an idle one,
// and so a guard that CI can hold. Two runs of different length are subtracted, so that building the
// plan and starting the program are not in the figure.
//
// The baselines are of g++ 12.2, RelWithDebInfo, x86-64-v2; another compiler makes other code, and there
// the figures are only told. Who changes the data path on purpose measures anew
// (ctest -R perf/instructions -V) and writes down here what it is now.
#include "support/places.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace fs = std::filesystem;

namespace {

constexpr double tolerance = 0.03;
constexpr double baseline_solo_sample = 3221.0;
constexpr double baseline_hop = 54.5;

/// The compiler whose code the baselines count.
constexpr bool is_the_baseline_compiler =
#if !defined(__clang__) && defined(__GNUC__) && __GNUC__ == 12 && __GNUC_MINOR__ == 2 && \
    defined(__x86_64__) && defined(NDEBUG)
    true;
#else
    false;
#endif

bool has_valgrind() {
  if (std::system("command -v valgrind >/dev/null") == 0) return true;
  const std::string text = "absent: valgrind";
  if (std::getenv("CI") != nullptr) BOOST_ERROR(text << " (required when CI is set)");
  else BOOST_TEST_MESSAGE(text << ": test skipped");
  return false;
}

/// The number behind "summary:" or "totals:" in callgrind's file.
double total_in(const fs::path& file) {
  std::ifstream in(file);
  for (std::string word; in >> word;) {
    double n = 0;
    if ((word == "summary:" || word == "totals:") && in >> n) return n;
  }
  return 0;
}

double count_of(const std::string& what, int packets) {
  const auto file =
      fs::temp_directory_path() / ("interbeat-callgrind-" + std::to_string(getpid()) + "-" + what);
  const auto line = "valgrind --tool=callgrind --callgrind-out-file='" + file.string() + "' '" +
                    ib::test::binary_folder + "/tests/counted_packets' " + what + " " +
                    std::to_string(packets) + " >/dev/null 2>'" + file.string() + ".log'";
  const int status = std::system(line.c_str());
  const double n = total_in(file);
  BOOST_TEST_REQUIRE(status == 0, line);
  BOOST_TEST_REQUIRE(n > 0, line << ": no total in " << file.string());
  fs::remove(file);
  fs::remove(file.string() + ".log");
  return n;
}

/// Of one packet more.
double per_packet(const std::string& what, int few, int many) {
  return (count_of(what, many) - count_of(what, few)) / (many - few);
}

void compare(const char* name, double found, double baseline) {
  BOOST_TEST_MESSAGE(name << ": " << found << " instructions (baseline " << baseline << ")");
  if (!is_the_baseline_compiler) return;
  BOOST_TEST(std::abs(found / baseline - 1) <= tolerance,
             name << ": " << found << " instructions, baseline " << baseline << ", "
                  << 100 * (found / baseline - 1)
                  << " %; expected within 3 %. On purpose? Write the new number into this file");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(instructions)

BOOST_AUTO_TEST_CASE(a_sample_of_the_solo_graph) {
  if (!has_valgrind()) return;
  constexpr int samples_a_packet = 4, minute = 60 * 64 / samples_a_packet;
  compare("a sample of the solo graph",
          per_packet("solo", 4 * minute, 12 * minute) / samples_a_packet, baseline_solo_sample);
}

BOOST_AUTO_TEST_CASE(a_hop) {
  if (!has_valgrind()) return;
  const double hop = (per_packet("chain", 2000, 6000) - per_packet("none", 2000, 6000)) / 20;
  compare("a hop of 8 floats", hop, baseline_hop);
}

BOOST_AUTO_TEST_SUITE_END()
