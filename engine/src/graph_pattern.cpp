#include "graph_pattern.hpp"

#include "graph_settings.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace ib {
namespace {

/// The rests of texts that are read side by side.
using Rests = std::vector<std::string_view>;

/// Whether every rest begins with its own word; takes them away if so.
bool take(Rests& rests, const std::vector<std::string_view>& words) {
  for (std::size_t k = 0; k < rests.size(); ++k)
    if (!rests[k].starts_with(words[k])) return false;
  for (std::size_t k = 0; k < rests.size(); ++k) rests[k].remove_prefix(words[k].size());
  return true;
}

/// Whether every rest begins with the same byte; takes it away if so.
bool take_byte(Rests& rests, std::string& to) {
  if (rests[0].empty()) return false;
  const char c = rests[0][0];
  for (const auto rest : rests)
    if (rest.empty() || rest[0] != c) return false;
  for (auto& rest : rests) rest.remove_prefix(1);
  to += c;
  return true;
}

}  // namespace

Order order_of(const ForEach& each) {
  Order order;
  for (std::uint32_t i = 0; i < each.elements->size(); ++i) order.places.push_back(i);
  const auto& names = *each.elements;
  std::sort(order.places.begin(), order.places.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(names[a].size(), std::string_view(names[a])) <
           std::pair(names[b].size(), std::string_view(names[b]));
  });
  for (std::size_t i = 0; i < names.size(); ++i) order.numbers.push_back(std::to_string(i));
  for (const auto i : order.places) order.elements.emplace_back(names[i]);
  for (const auto& number : order.numbers) order.index.emplace_back(number);
  return order;
}

std::string write_elements(const Order& order) {
  const auto& names = order.elements;
  std::uint32_t first = 0;
  const auto [end, problem] =
      std::from_chars(names[0].data(), names[0].data() + names[0].size(), first);
  bool run = problem == std::errc{} && end == names[0].data() + names[0].size();
  for (std::size_t i = 0; run && i < names.size(); ++i) {
    auto number = std::to_string(first + i);
    if (names[0].size() > 1 && names[0][0] == '0' && number.size() < names[0].size())
      number.insert(0, names[0].size() - number.size(), '0');
    run = number == names[i];
  }
  if (run) return std::string(names.front()) + ".." + std::string(names.back());
  std::string text = "[";
  for (const auto name : names) text += (text.size() == 1 ? "" : ", ") + std::string(name);
  return text + "]";
}

std::string pattern_of(const std::vector<std::string>& texts, const Order& order) {
  Rests rests(texts.begin(), texts.end());
  std::string pattern = "\"", words;
  const auto end_words = [&] {
    pattern += without_quotes(yaml_string(words));
    words.clear();
  };
  while (std::any_of(rests.begin(), rests.end(), [](auto rest) { return !rest.empty(); })) {
    if (take(rests, order.elements)) {
      end_words();
      pattern += "${each}";
    } else if (take(rests, order.index)) {
      end_words();
      pattern += "${index}";
    } else if (!take_byte(rests, words)) {
      return {};
    }
  }
  end_words();
  return pattern + "\"";
}

}  // namespace ib
