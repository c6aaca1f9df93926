#include "memory_bill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace ib::detail {

std::string MemoryBill::largest() const {
  std::vector<std::pair<std::string, Line>> all(lines_.begin(), lines_.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
  if (all.size() > 3) all.resize(3);
  std::string text;
  for (const auto& [name, line] : all) {
    text += fmt::format("{}{} for {}", text.empty() ? "" : ", ", size_text(line.bytes), name);
    if (line.n > 1) text += fmt::format(" ({} times {})", line.n, size_text(line.bytes / line.n));
  }
  return text;
}

void MemoryBill::refuse(const char* what, std::size_t bytes, const FreeMemory& left,
                        const std::string& file, Diagnostics& out) const {
  out.error({file, 1, 1}, "",
            fmt::format("{} {}, and {} are free {}; the most goes to {}", what, size_text(bytes),
                        size_text(left.bytes), left.where, largest()),
            "", "fewer people or nodes at once, a shorter `queue:` at these edges, or more memory");
}

}  // namespace ib::detail
