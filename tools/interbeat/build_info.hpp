// Which program this is and on what it runs: `--version`, run.json. Thread: any.
#pragma once

#include <string>

namespace ib::tool {

/// "0.1.0"
std::string version_text();
/// Commit it was built from.
std::string commit_text();
/// "1.0.0"
std::string abi_text();
/// "g++ 12.2.0"
std::string compiler_text();
/// The instruction set that everything is compiled for: "x86-64-v2".
std::string baseline_text();
/// The processor as the kernel names it: family and model decide whether bytes may be compared.
std::string cpu_text();

/// All of it, a line each, for `interbeat --version`.
std::string about_text();

}  // namespace ib::tool
