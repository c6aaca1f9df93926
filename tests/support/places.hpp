// Where the source and the build lie. The paths stand in each program's main file alone, so that the
// compiler's cache serves a checkout in any folder.
#pragma once

namespace ib::test {

extern const char* const source_folder;   ///< of this checkout
extern const char* const binary_folder;   ///< of this build; bin/interbeat lies in it
extern const char* const plugins_folder;  ///< with the .so of each plugin of tests/plugins

}  // namespace ib::test
