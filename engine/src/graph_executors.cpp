#include "graph_executors.hpp"

#include "graph_names.hpp"
#include "graph_scalars.hpp"

#include <charconv>
#include <set>
#include <string>
#include <system_error>

namespace ib {
namespace {

const std::string expected = "a whole number from 1 to 64, or auto";

/// How many threads a machine has to give is not a module's to know.
void refuse_in_modules(const Draft& draft, Diagnostics& out) {
  std::set<const Sheet*> seen{draft.scopes.front().sheet.get()};
  for (const auto& scope : draft.scopes) {
    if (!seen.insert(scope.sheet.get()).second) continue;
    if (const auto* entry = scope.sheet->root.find("executors"))
      Voice(out, scope.chain)
          .error(entry->mark, "executors", "only the graph itself says how many executors run it",
                 {}, "write it in the graph that uses this module");
  }
}

}  // namespace

std::optional<unsigned> parse_executors(std::string_view text) {
  if (text == "auto") return 0;
  unsigned n = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return n >= 1 && n <= max_executors ? std::optional(n) : std::nullopt;
}

std::optional<unsigned> read_executors(const Draft& draft, Diagnostics& out) {
  refuse_in_modules(draft, out);
  const auto* section = draft.scopes.front().sheet->section("executors");
  if (section == nullptr) return std::nullopt;
  const Voice voice(out);
  const auto value = substitute(*section, draft.parameters, "executors", voice);
  const auto* text = read_scalar(value, "executors", voice, expected);
  if (text == nullptr) return std::nullopt;
  auto n = parse_executors(*text);
  if (!n)
    voice.error(value, "executors", in_quotes(*text) + " is not a number of executors", expected,
                "auto: as many as there are CPUs for them");
  return n;
}

}  // namespace ib
