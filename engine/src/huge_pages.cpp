#include "huge_pages.hpp"

#include <sys/mman.h>

#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>

namespace ib::detail {
namespace {

constexpr std::uintptr_t page = std::uintptr_t{2} << 20U;

/// Linux 6.1: at once, not when a kernel thread comes by. Older headers don't name it.
constexpr int collapse = 25;

}  // namespace

bool use_huge_pages(const void* from, std::size_t bytes) {
  const auto start = reinterpret_cast<std::uintptr_t>(from);  // NOLINT: rounded to pages
  const auto first = (start + page - 1) / page * page;
  const auto end = (start + bytes) / page * page;
  if (from == nullptr || end <= first) return false;
  auto* memory = reinterpret_cast<void*>(first);  // NOLINT
  if (madvise(memory, end - first, MADV_HUGEPAGE) != 0) return false;
  return madvise(memory, end - first, collapse) == 0;
}

bool use_huge_pages_for_heap() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (!line.ends_with("[heap]")) continue;
    std::uintptr_t first = 0, end = 0;
    const auto* text = line.data();
    const auto* rest = text + line.size();
    const auto [dash, wrong] = std::from_chars(text, rest, first, 16);
    if (wrong != std::errc() || dash == rest) return false;
    if (std::from_chars(dash + 1, rest, end, 16).ec != std::errc() || end <= first) return false;
    return use_huge_pages(reinterpret_cast<const void*>(first), end - first);  // NOLINT
  }
  return false;
}

}  // namespace ib::detail
