#include <interbeat/diagnostic.hpp>

#include <algorithm>
#include <tuple>

namespace ib {
namespace {

auto place(const Diagnostic& d) { return std::tie(d.where.file, d.where.line, d.where.column); }

auto meaning(const Diagnostic& d) {
  return std::tie(d.where.file, d.where.line, d.where.column, d.severity, d.what, d.expected,
                  d.hint);
}

std::string word(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "note";
}

std::string location(const Mark& where) {
  if (where.file.empty() && where.line == 0) return {};
  std::string text = where.file.str();
  if (where.line > 0) text += ":" + std::to_string(where.line);
  if (where.line > 0 && where.column > 0) text += ":" + std::to_string(where.column);
  return text + ": ";
}

/// What was expected and what to do, a line each.
std::string advice(const Diagnostic& d) {
  return (d.expected.empty() ? "" : "  expected " + d.expected + "\n") +
         (d.hint.empty() ? "" : "  hint: " + d.hint + "\n");
}

std::string first_line(const Diagnostic& d) {
  return location(d.where) + word(d.severity) + ": " + (d.path.empty() ? "" : d.path + ": ") +
         d.what + "\n";
}

}  // namespace

bool Diagnostics::has_errors() const { return errors() > 0; }

std::size_t Diagnostics::errors() const {
  return static_cast<std::size_t>(std::count_if(
      items_.begin(), items_.end(), [](const auto& d) { return d.severity == Severity::error; }));
}

std::string Diagnostics::text() const {
  std::vector<const Diagnostic*> sorted;
  for (const auto& d : items_) sorted.push_back(&d);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return place(*a) < place(*b); });
  // A module used twice brings each of its problems twice: one text, every way that led there.
  std::string text;
  std::vector<bool> said(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (said[i]) continue;
    text += first_line(*sorted[i]) + advice(*sorted[i]);
    std::vector<std::string> ways;
    for (std::size_t j = i; j < sorted.size() && place(*sorted[j]) == place(*sorted[i]); ++j) {
      if (meaning(*sorted[j]) != meaning(*sorted[i])) continue;
      said[j] = true;
      for (const auto& way : sorted[j]->chain)
        if (std::find(ways.begin(), ways.end(), way) == ways.end()) ways.push_back(way);
    }
    for (const auto& way : ways) text += "  in " + way + "\n";
  }
  return text;
}

}  // namespace ib
