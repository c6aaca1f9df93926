// The text of a descriptor as HTML. Descriptors are plain text (`inspect` shows it on terminals), so what a page
// makes of it follows from how they are written:
//
//   a paragraph is a line; a sentence with `a = b` outside brackets is shown as a formula, with powers, indices
//   and roots set; DOIs and addresses are links, names of nodes lead to their pages, `words` are code;
//   sentences that begin with Source(s):, Limits: or Example: stand in sections of their own.
//
// Nothing of the text is markup: it may come from a stranger's plugin. Thread: any; pure functions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ib::manual {

/// The page of a node, relative to the page that is written; empty: it has none.
using PageOf = std::function<std::string(std::string_view name)>;

/// One run of words: escaped, with links and code.
std::string inline_html(std::string_view text, const PageOf& page_of);

/// A formula, typeset: "sqrt(sum d^2 / n_d)" with a root, a square and an index.
std::string formula_html(std::string_view formula);

/// A unit as it is printed: "ms2" with a square; "1" is none.
std::string unit_html(std::string_view unit);

/// Sentences of a paragraph; initials, numbers and "ch. 7" end none.
std::vector<std::string> sentences(std::string_view paragraph);

/// What stands on a page, each as HTML; any may be empty.
struct Prose {
  std::string body;                  ///< paragraphs and formulas
  std::vector<std::string> sources;  ///< a paper or book each
  std::string limits;
  std::string example;
  std::size_t formulas{};
};

Prose prose_of(std::string_view doc, const PageOf& page_of);

}  // namespace ib::manual
