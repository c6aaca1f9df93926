#include "validator/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace ib::validator {

std::uint64_t hash_bytes(const void* p, std::size_t n, std::uint64_t from) {
  const auto* c = static_cast<const unsigned char*>(p);
  for (std::size_t i = 0; i < n; ++i) from = (from ^ c[i]) * 1099511628211U;
  return from;
}

void Output::add_gap(const Gap& g) {
  if (gaps.empty() || gaps.back().before != g.before) return gaps.push_back(g);
  gaps.back().from_ns = std::min(gaps.back().from_ns, g.from_ns);
  gaps.back().to_ns = std::max(gaps.back().to_ns, g.to_ns);
}

Output Output::beyond(std::int64_t mark_ns) const {
  Output rest;
  const auto from = std::upper_bound(t_ns.begin(), t_ns.end(), mark_ns) - t_ns.begin();
  rest.t_ns.assign(t_ns.begin() + from, t_ns.end());
  rest.bytes.assign(bytes.begin() + from * static_cast<std::ptrdiff_t>(item_size()), bytes.end());
  if (!flags.empty()) rest.flags.assign(flags.begin() + from, flags.end());
  return rest;
}

std::uint64_t Output::hash(std::uint64_t seed) const {
  auto h = hash_bytes(t_ns.data(), t_ns.size() * sizeof t_ns[0], seed);
  h = hash_bytes(bytes.data(), bytes.size(), h);
  h = hash_bytes(flags.data(), flags.size(), h);
  h = hash_bytes(gaps.data(), gaps.size() * sizeof(Gap), h);
  h = hash_bytes(&mark, sizeof mark, h);
  return hash_bytes(&finished, sizeof finished, h);
}

std::string difference(const Output& a, const Output& b) {
  const auto n = std::min(a.t_ns.size(), b.t_ns.size());
  const auto size = a.t_ns.empty() ? 1 : a.bytes.size() / a.t_ns.size();
  for (std::size_t i = 0; i < n; ++i) {
    const bool same = a.t_ns[i] == b.t_ns[i] &&
                      std::memcmp(a.bytes.data() + i * size, b.bytes.data() + i * size, size) == 0;
    if (!same) return fmt::format("item {} at {} or {} ns", i, a.t_ns[i], b.t_ns[i]);
    if (!a.flags.empty() && a.flags[i] != b.flags[i]) return fmt::format("flags of sample {}", i);
  }
  if (a.t_ns.size() != b.t_ns.size())
    return fmt::format("{} or {} items", a.t_ns.size(), b.t_ns.size());
  if (a.gaps != b.gaps) {
    std::size_t g = 0;
    while (g < a.gaps.size() && g < b.gaps.size() && a.gaps[g] == b.gaps[g]) ++g;
    return fmt::format("gap {} of {} or {}", g, a.gaps.size(), b.gaps.size());
  }
  if (a.mark != b.mark) return fmt::format("the last mark, {} or {}", a.mark, b.mark);
  if (a.finished != b.finished) return "its end";
  return {};
}

std::string difference(const std::vector<Output>& a, const std::vector<Output>& b) {
  for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) {
    if (auto d = difference(a[k], b[k]); !d.empty()) return fmt::format("output {}: {}", k, d);
  }
  return a.size() == b.size() ? "" : "not every output";
}

}  // namespace ib::validator
