#include "graph_each.hpp"

#include "fold.hpp"
#include "graph_names.hpp"
#include "graph_scalars.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

namespace ib {
namespace {

constexpr std::size_t max_elements = 100'000;
constexpr std::size_t longest_name = 64;
constexpr const char* what_is_a_list = "names or a range, as in [anna, ben] or 0..9";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

class Reader {
 public:
  Reader(Elements& elements, const std::string& path, const Voice& voice)
      : elements_(elements), path_(path), voice_(voice) {}

  void read(const Yaml& value) {
    if (value.broken) {
      elements_.broken = true;
    } else if (value.is_sequence()) {
      for (const auto& item : value.items) read_texts(item);
    } else if (value.is_scalar()) {
      read_texts(value);
    } else if (!value.is_null()) {
      wrong(value, "this is " + describe(value) + ", not a list", what_is_a_list);
    }
    if (elements_.names.empty() && !elements_.broken)
      wrong(value, "this list is empty: nothing would be unfolded", what_is_a_list);
    if (elements_.broken) elements_.names.assign(1, "0");
    for (std::uint32_t i = 0; i < elements_.size(); ++i)
      elements_.places.emplace(elements_.names[i], i);
  }

 private:
  void wrong(const Yaml& value, std::string what, std::string expected, std::string hint = {}) {
    voice_.error(value, path_, std::move(what), std::move(expected), std::move(hint));
    elements_.broken = true;
  }

  /// "anna, ben, 0..9".
  void read_texts(const Yaml& value) {
    const auto* text = read_scalar(value, path_, voice_, what_is_a_list);
    if (text == nullptr) {
      elements_.broken = true;
      return;
    }
    std::string_view rest = *text;
    for (bool more = true; more && !too_many_;) {
      const auto comma = rest.find(',');
      more = comma != std::string_view::npos;
      const auto one = trimmed(rest.substr(0, comma));
      if (const auto dots = one.find(".."); dots != std::string_view::npos)
        read_range(value, one, trimmed(one.substr(0, dots)), trimmed(one.substr(dots + 2)));
      else read_name(value, std::string(one));
      if (more) rest.remove_prefix(comma + 1);
    }
  }

  void read_range(const Yaml& value, std::string_view range, std::string_view from,
                  std::string_view to) {
    const auto first = whole_number(from), last = whole_number(to);
    if (!first || !last)
      return wrong(value, in_quotes(range) + " is not a range", "whole numbers, as in 0..9");
    if (*first > *last)
      return wrong(value, "the range " + in_quotes(range) + " ends before it begins", {},
                   "the smaller number comes first");
    if (*last - *first >= max_elements) return wrong_size(value);
    // 001..120 keeps its zeros, as in a shell.
    const std::size_t width = from.size() > 1 && from[0] == '0' ? from.size() : 0;
    for (auto i = *first; !too_many_; ++i) {
      auto name = std::to_string(i);
      if (name.size() < width) name.insert(0, width - name.size(), '0');
      add(value, std::move(name));
      if (i == *last) break;
    }
  }

  void read_name(const Yaml& value, std::string name) {
    Yaml word = value;
    word.text = name;
    word.quoted = false;  // those who refer to it would need the quotes too
    if (is_boolean(word) || is_old_boolean(word) || name == "null")
      return wrong(value,
                   "the name " + in_quotes(name) + " is a boolean or nothing to other YAML readers",
                   {}, "choose another name");
    if (!is_element(name) || name.size() > longest_name)
      return wrong(value, in_quotes(name) + " cannot name one of many",
                   "lower-case letters, digits or _, at most 64 (anna, 7, left_ring)");
    add(value, std::move(name));
  }

  void add(const Yaml& value, std::string name) {
    if (elements_.size() >= max_elements) return wrong_size(value);
    if (!seen_.insert(name).second)
      return wrong(value, in_quotes(name) + " stands twice in this list", {}, "say it once");
    elements_.names.push_back(std::move(name));
  }

  void wrong_size(const Yaml& value) {
    too_many_ = true;
    wrong(value, "this list has more than 100000 elements", {}, "several graphs can run at once");
  }

  Elements& elements_;
  const std::string& path_;
  const Voice& voice_;
  std::set<std::string> seen_;
  bool too_many_{};
};

}  // namespace

void Elements::keep_first() {
  places.clear();
  names.resize(1);
  places.emplace(names.front(), 0U);
  broken = true;
}

std::string Elements::some(std::size_t k, std::size_t n) const { return some_of(instance(k), n); }

bool is_element(std::string_view text) {
  return !text.empty() && text[0] != '_' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

Elements read_elements(const std::string& name, const Yaml& value, const std::string& path,
                       const Voice& voice) {
  Elements elements;
  elements.name = name;
  Reader(elements, path, voice).read(value);
  return elements;
}

Yaml element_of(const Yaml& value, std::size_t k) {
  if (!value.each) return value;
  Yaml one = (*value.each)[k];
  if (!value.via.empty()) one.via = value.via;
  return one;
}

Yaml varying(std::vector<Yaml> variants, const Mark& mark) {
  Yaml value = variants.front();
  value.mark = mark;
  value.broken =
      std::any_of(variants.begin(), variants.end(), [](const Yaml& v) { return v.broken; });
  value.each = std::make_shared<const std::vector<Yaml>>(std::move(variants));
  return value;
}

std::string fill_path(const std::string& path, std::string_view element) {
  const auto at = path.find("[]");
  if (at == std::string::npos) return path;
  std::string filled;
  filled.reserve(path.size() + element.size());
  filled.append(path, 0, at + 1).append(element).append(path, at + 1);
  return filled;
}

namespace {

std::vector<std::string> without_last(std::vector<std::string> chain) {
  if (!chain.empty()) chain.pop_back();
  return chain;
}

bool same_place(const Diagnostic& a, const Diagnostic& b) {
  return a.severity == b.severity && a.where.line == b.where.line &&
         a.where.column == b.where.column && a.where.file == b.where.file && a.path == b.path;
}

}  // namespace

ElementVoices::ElementVoices(const Elements& elements, const Voice& voice)
    : elements_(elements), out_(voice.out()), voice_(heard_, without_last(voice.chain())) {}

const Voice& ElementVoices::of(std::size_t k) {
  collect();
  k_ = k;
  return voice_;
}

void ElementVoices::collect() {
  if (heard_.empty()) return;
  for (const auto& d : heard_.items()) {
    const auto it = std::find_if(said_.begin(), said_.end(),
                                 [&](const Said& said) { return same_place(said.diagnostic, d); });
    if (it == said_.end()) said_.push_back({d, k_, 1});
    else if (it->first != k_) ++it->n;
  }
  heard_ = {};
}

ElementVoices::~ElementVoices() {
  collect();
  for (auto& [diagnostic, first, n] : said_) {
    diagnostic.chain.push_back(elements_.some(first, n));
    out_.add(std::move(diagnostic));
  }
}

}  // namespace ib
