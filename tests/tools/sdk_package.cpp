// The SDK as a package: a plugin is built and tested by somebody who has the installed program and a
// compiler, and nothing else of this source tree.
#include <sys/resource.h>
#include <sys/wait.h>

#include <array>

#include "support/sanitizer.hpp"
#include "tools/installed.hpp"

using namespace ib::test;

namespace {

struct Cost {
  int status{};
  double cpu_s{};
  double peak_mb{};
};

/// A line of shell, with what it and all its children used.
Cost cost_of(const std::string& line) {
  const pid_t child = fork();
  if (child == 0) {
    execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
    _exit(127);
  }
  Cost cost;
  rusage used{};
  BOOST_TEST_REQUIRE(wait4(child, &cost.status, 0, &used) == child);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  cost.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime);
  cost.peak_mb = static_cast<double>(used.ru_maxrss) / 1024;
  return cost;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sdk_package, Installed)

BOOST_AUTO_TEST_CASE(headers_of_the_program_itself_are_not_in_it) {
  const auto headers = prefix() / "include/interbeat";
  for (const auto* name : {"abi.h", "node.hpp", "sugar/item.hpp", "types/interval.hpp"})
    BOOST_TEST(fs::exists(headers / name), name);
  for (const auto* name : {"engine.hpp", "graph.hpp", "registry.hpp", "schema.hpp"})
    BOOST_TEST(!fs::exists(headers / name), name);
}

BOOST_AUTO_TEST_CASE(the_template_builds_and_passes_its_tests_out_of_the_tree) {
  const int code = alone(
      "cp -r usr/share/interbeat/plugins/example mine\n"
      "cmake -S mine -B build\n"
      "cmake --build build\n"
      "ctest --test-dir build --output-on-failure --no-tests=error\n");
  BOOST_TEST(code == 0, said());
}

BOOST_AUTO_TEST_CASE(so_does_the_driver) {
  const int code = alone(
      "cmake -S usr/share/interbeat/plugins/pulse_sensor -B build\n"
      "cmake --build build\n"
      "ctest --test-dir build --output-on-failure --no-tests=error\n"
      "cmake --install build --prefix ~/.local\n"
      "interbeat inspect pulse_sensor.serial\n");
  BOOST_TEST(code == 0, said());
}

BOOST_AUTO_TEST_CASE(an_installed_tree_may_be_moved) {
  fs::rename(prefix(), folder / "elsewhere");
  fs::create_directory(prefix());
  BOOST_TEST(alone("cmake -S elsewhere/share/interbeat/plugins/example -B build"
                   " -DCMAKE_PREFIX_PATH=\"$PWD/elsewhere\"\n"
                   "cmake --build build\n"
                   "PKG_CONFIG_PATH=elsewhere/lib/pkgconfig pkg-config --cflags interbeat\n") == 0,
             said());
  BOOST_TEST(!has(text_of_file(folder / "build/build.ninja"), folder.string() + "/usr/include"));
}

BOOST_AUTO_TEST_CASE(without_cmake_one_line_is_enough) {
  const int code = alone(
      "cd usr/share/interbeat/plugins/example\n"
      "mkdir ~/plugins\n"
      "g++ -std=c++20 -O2 -shared -fPIC $(pkg-config --cflags interbeat) smooth.cpp -o ~/plugins/example.so\n"
      "interbeat run tests/by_eye.yaml --plugin-path ~/plugins --speed max --out ~/out\n"
      "diff ~/out/by_eye.csv tests/by_eye.expected.csv\n");
  BOOST_TEST(code == 0, said());
}

BOOST_AUTO_TEST_CASE(a_plugin_that_is_expected_to_give_other_numbers_says_in_which_line) {
  const int code = alone(
      "cp -r usr/share/interbeat/plugins/example mine\n"
      "sed -i 's|sum / static|2 * sum / static|' mine/smooth.cpp\n"
      "cmake -S mine -B build && cmake --build build\n"
      "! ctest --test-dir build --output-on-failure -R by_eye >failed\n"
      "RENEW=1 ctest --test-dir build -R by_eye\n"
      "ctest --test-dir build -R by_eye\n");
  BOOST_TEST(code == 0, said());
  const auto text = text_of_file(folder / "failed");
  BOOST_TEST(has(text, "Line 5 differs, of 11 lines"), text);
  BOOST_TEST(has(text, "expected  0.200000,1,"), text);
  BOOST_TEST(has(text, "got       0.200000,2,"), text);
}

// Promised: at most 3 s and 400 MB.
BOOST_AUTO_TEST_CASE(cost, *left_out_under_sanitizers("the machine is busy with other things")) {
  const auto used = cost_of("cd '" + (prefix() / "share/interbeat/plugins/example").string() +
                            "' && g++ -std=c++20 -O2 -shared -fPIC $(PKG_CONFIG_PATH='" +
                            (prefix() / "lib/pkgconfig").string() +
                            "' pkg-config --cflags interbeat) smooth.cpp -o '" +
                            (folder / "example.so").string() + "'");
  BOOST_TEST(used.status == 0);
  BOOST_TEST_MESSAGE("a plugin of one file: " << used.cpu_s << " s of CPU, " << used.peak_mb
                                              << " MB at most");
  BOOST_TEST(used.cpu_s <= 3.0);
  BOOST_TEST(used.peak_mb <= 400.0);
}

BOOST_AUTO_TEST_SUITE_END()
