#include "build_info.hpp"

#include <interbeat/abi.h>

#include <fmt/format.h>
#include <sys/utsname.h>

#include <fstream>
#include <string_view>

#include "version.hpp"

namespace ib::tool {

std::string version_text() { return std::string(version); }
std::string commit_text() { return std::string(commit); }

std::string abi_text() { return fmt::format("{}.{}.{}", IB_ABI_MAJOR, IB_ABI_MINOR, IB_ABI_PATCH); }

std::string compiler_text() {
#if defined(__clang__)
  return fmt::format("clang++ {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

std::string baseline_text() {
#if defined(__AVX2__)
  return "x86-64-v3";
#elif defined(__SSE4_2__)
  return "x86-64-v2";
#elif defined(__x86_64__)
  return "x86-64";
#else
  utsname host{};
  return uname(&host) == 0 ? host.machine : "unknown";
#endif
}

std::string cpu_text() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  utsname host{};
  return uname(&host) == 0 ? host.machine : "unknown";
}

std::string about_text() {
  return fmt::format(
      "interbeat {}\ncommit   {}\nabi      {}\ncompiler {}\nkernels  {} (one set for every CPU)\n"
      "cpu      {}\n",
      version, commit, abi_text(), compiler_text(), baseline_text(), cpu_text());
}

}  // namespace ib::tool
