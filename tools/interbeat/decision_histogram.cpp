#include "decision_histogram.hpp"

#include "closing.hpp"
#include "text_table.hpp"
#include "wrap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace ib::tool {
namespace {

using Json = nlohmann::json;
constexpr double longest_bar = 30;

struct Bin {
  std::string age;
  std::uint64_t items{};
};

/// From the first that holds an item to the last.
std::vector<Bin> bins_of(const Json& node, const std::vector<double>& bounds_s) {
  const auto within = node.value("within", std::vector<std::uint64_t>());
  std::vector<Bin> bins;
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < std::min(within.size(), bounds_s.size()); ++i) {
    bins.push_back({i == 0 ? fmt::format("to {:g} s", bounds_s[i])
                           : fmt::format("{:g} to {:g} s", bounds_s[i - 1], bounds_s[i]),
                    within[i] - before});
    before = within[i];
  }
  if (!bounds_s.empty())
    bins.push_back(
        {fmt::format("above {:g} s", bounds_s.back()), node.value("n", std::uint64_t{0}) - before});
  const auto holds = [](const Bin& b) { return b.items > 0; };
  bins.erase(std::find_if(bins.rbegin(), bins.rend(), holds).base(), bins.end());
  bins.erase(bins.begin(), std::find_if(bins.begin(), bins.end(), holds));
  return bins;
}

std::string histogram_text(const std::vector<Bin>& bins, std::size_t width) {
  std::uint64_t all = 0, most = 1;
  for (const auto& b : bins) {
    all += b.items;
    most = std::max(most, b.items);
  }
  TextTable table({"age when given", "items", "share", ""});
  for (const auto& b : bins) {
    const double items = static_cast<double>(b.items);
    const double bar = longest_bar * items / static_cast<double>(most);
    table.row({b.age, fmt::format("{}", b.items),
               fmt::format("{:.1f} %", 100 * items / static_cast<double>(all)),
               std::string(static_cast<std::size_t>(b.items > 0 ? std::max(1.0, bar) : 0), '#')});
  }
  return table.text(2, width);
}

std::string node_text(const Json& node, const std::vector<double>& bounds_s, std::size_t width) {
  const auto title = fmt::format("{} ({})", node.value("path", ""), node.value("type", ""));
  if (node.contains("why"))
    return wrapped_text(fmt::format("{}: no ages of items: {}.", title, node.value("why", "")),
                        width);
  const auto time = [&](const char* key) { return time_text(node.value(key, 0.0)); };
  const auto head = fmt::format("{}: {} items, old when given p50 {}, p95 {}, max {}; declared: {}",
                                title, node.value("n", std::uint64_t{0}), time("p50_s"),
                                time("p95_s"), time("max_s"), time("declared_s"));
  return wrapped_text(head, width) + histogram_text(bins_of(node, bounds_s), width);
}

}  // namespace

std::string decision_histograms(const Json& answer, const std::string& word, std::size_t width) {
  std::string s;
  const auto bounds_s = answer.value("bounds_s", std::vector<double>());
  for (const auto& node : answer.value("nodes", Json::array()))
    if (node.value("path", "") == word || node.value("type", "") == word)
      s += "\n" + node_text(node, bounds_s, width);
  return s;
}

std::vector<std::string> paths_in(const Json& answer) {
  std::vector<std::string> paths;
  for (const auto& node : answer.value("nodes", Json::array()))
    paths.push_back(node.value("path", ""));
  return paths;
}

}  // namespace ib::tool
