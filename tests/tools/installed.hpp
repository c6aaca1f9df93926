// The program as `cmake --install` puts it into a folder, and the shell of somebody who has nothing but
// that: no variable of the tests' own surroundings is there, and no file of this source tree.
#pragma once

#include "tools/program.hpp"

namespace ib::test {

struct Installed : Program {
  Installed() {
    const auto line = "cmake --install '" + std::string(binary_folder) + "' --prefix '" +
                      prefix().string() + "' >'" + (folder / "said").string() + "' 2>&1";
    BOOST_TEST_REQUIRE(std::system(line.c_str()) == 0, text_of_file(folder / "said"));
  }

  fs::path prefix() const { return folder / "usr"; }

  /// A script of shell, as that person's; it ends at the first line that fails. The exit code.
  int alone(const std::string& script) const {
    write("script", "set -eu\n" + script);
    return shell(
        "env -i HOME=\"$PWD\" XDG_RUNTIME_DIR=\"$PWD\" CMAKE_GENERATOR=Ninja"
        " PATH=\"$PWD/usr/bin:/usr/bin:/bin\" CMAKE_PREFIX_PATH=\"$PWD/usr\""
        " PKG_CONFIG_PATH=\"$PWD/usr/lib/pkgconfig\" bash script >said 2>&1");
  }
  std::string said() const { return text_of_file(folder / "said"); }
};

}  // namespace ib::test
