// `$name`, `${name}` and `$$` in the texts of a graph.
#include "graph_names.hpp"
#include "graph_parameters.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace ib {
namespace {

/// What a "$" begins: a name, its length in the text, and whether braces stand around it.
struct Dollar {
  std::string_view name;
  std::size_t length{};
  bool braces{};
};

Dollar read_dollar(std::string_view text) {
  if (text.substr(0, 2) == "$$") return {{}, 2, false};
  const bool braces = text.substr(0, 2) == "${";
  const auto rest = text.substr(braces ? 2 : 1);
  const auto end = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
  const auto name = rest.substr(0, end);
  if (!is_name(name)) return {};
  if (!braces) return {name, name.size() + 1, false};
  if (end == std::string_view::npos || rest[end] != '}') return {};
  return {name, name.size() + 3, true};
}

std::vector<std::string> dollar_names(const ParameterValues& values) {
  std::vector<std::string> names;
  for (const auto& [name, value] : values) names.push_back("$" + name);
  return names;
}

const Yaml* look_up(std::string_view name, const Yaml& use, const ParameterValues& values,
                    const std::string& path, const Voice& voice) {
  const auto it = values.find(name);
  if (it != values.end()) return &it->second;
  const auto written = "$" + std::string(name);
  voice.error(use, path, "there is no parameter " + in_quotes(name),
              values.empty() ? "" : one_of(dollar_names(values)),
              values.empty() ? "declare it under `parameters:`"
                             : did_you_mean(written, dollar_names(values)));
  return nullptr;
}

/// A stretch of a text with parameters in it: words, or a parameter to put in.
struct Piece {
  std::string words;
  const Yaml* value{};
};

/// Empty, and said, when something in it cannot be filled in.
std::vector<Piece> pieces_of(const Yaml& scalar, const ParameterValues& values,
                             const std::string& path, const Voice& voice) {
  const std::string_view text = scalar.text;
  std::vector<Piece> pieces(1);
  bool sound = true;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      pieces.back().words += text[i++];
      continue;
    }
    const auto dollar = read_dollar(text.substr(i));
    if (dollar.length == 0 || (!dollar.name.empty() && !dollar.braces)) {
      const auto name = std::string(dollar.name.empty() ? "name" : dollar.name);
      voice.error(scalar, path,
                  "a \"$\" inside of a text begins a parameter in braces, as in ${" + name + "}",
                  {}, "write $$ for a dollar sign");
      return {};
    }
    if (dollar.name.empty()) {
      pieces.back().words += '$';
    } else if (const auto* value = look_up(dollar.name, scalar, values, path, voice)) {
      if (value->is_sequence())
        voice.error(scalar, path, in_quotes(dollar.name) + " is a list and cannot stand in a text",
                    {}, "write `for_each: $" + std::string(dollar.name) + "` and ${each}");
      sound = sound && !value->broken && !value->is_sequence();
      pieces.push_back({{}, value});
      pieces.emplace_back();
    } else {
      sound = false;
    }
    i += dollar.length;
  }
  return sound ? pieces : std::vector<Piece>{};
}

/// The pieces as element k has them.
std::string joined(const std::vector<Piece>& pieces, std::size_t k) {
  std::string text;
  for (const auto& piece : pieces) {
    text += piece.words;
    if (piece.value != nullptr)
      text += piece.value->each ? (*piece.value->each)[k].text : piece.value->text;
  }
  return text;
}

/// How many variants the filled text has; 0: it is the same for all.
std::size_t variants_of(const std::vector<Piece>& pieces) {
  for (const auto& piece : pieces)
    if (piece.value != nullptr && piece.value->each) return piece.value->each->size();
  return 0;
}

void fill_text(Yaml& scalar, const ParameterValues& values, const std::string& path,
               const Voice& voice) {
  const auto pieces = pieces_of(scalar, values, path, voice);
  scalar.quoted = true;
  scalar.broken = scalar.broken || pieces.empty();
  scalar.text = joined(pieces, 0);
  constexpr std::size_t longest = 65'536;  // texts that double in each module stay bounded
  if (scalar.text.size() > longest && !scalar.broken) {
    voice.error(scalar, path, "with its parameters filled in, this text has more than 65536 bytes");
    scalar.broken = true;
  }
  if (scalar.broken) scalar.text.clear();
  const auto n = scalar.broken ? 0 : variants_of(pieces);
  if (n == 0) return;
  std::vector<Yaml> variants(n, scalar);
  for (std::size_t k = 0; k < n; ++k) variants[k].text = joined(pieces, k);
  scalar.each = std::make_shared<const std::vector<Yaml>>(std::move(variants));
}

Yaml fill_scalar(const Yaml& scalar, const ParameterValues& values, const std::string& path,
                 const Voice& voice) {
  const std::string_view text = scalar.text;
  const auto dollar = text.empty() || text[0] != '$' ? Dollar{} : read_dollar(text);
  Yaml filled = scalar;
  if (dollar.length != text.size() || dollar.name.empty()) {
    fill_text(filled, values, path, voice);
    return filled;
  }
  const auto* value = look_up(dollar.name, scalar, values, path, voice);
  if (value == nullptr) {
    filled.broken = true;
    return filled;
  }
  filled = *value;
  filled.via = "$" + std::string(dollar.name) + " at " + location_of(scalar.mark);
  return filled;
}

void add_names_used(const Yaml& tree, std::set<std::string, std::less<>>& names) {
  const std::string_view text = tree.text;
  for (std::size_t i = text.find('$'); i < text.size(); i = text.find('$', i)) {
    const auto dollar = read_dollar(text.substr(i));
    if (!dollar.name.empty()) names.emplace(dollar.name);
    i += std::max<std::size_t>(dollar.length, 1);
  }
  for (const auto& item : tree.items) add_names_used(item, names);
  for (const auto& entry : tree.entries) add_names_used(entry.value, names);
}

}  // namespace

std::set<std::string, std::less<>> names_used(const Yaml& tree) {
  std::set<std::string, std::less<>> names;
  add_names_used(tree, names);
  return names;
}

Yaml substitute(const Yaml& tree, const ParameterValues& values, const std::string& path,
                const Voice& voice) {
  if (tree.is_scalar())
    return tree.text.find('$') == std::string::npos ? tree : fill_scalar(tree, values, path, voice);
  Yaml filled = tree;
  for (auto& item : filled.items) item = substitute(item, values, path, voice);
  for (auto& entry : filled.entries)
    entry.value = substitute(entry.value, values, join_path(path, entry.key), voice);
  return filled;
}

}  // namespace ib
