#include "page/page.hpp"

#include "plot/plot.hpp"

#include <fmt/format.h>

#include <utility>

namespace ib::page {
namespace {

constexpr std::string_view page_style = R"(:root {
  color-scheme: light dark;
  --ground: #fcfcfb; --raised: #f3f4f2; --ink: #1c2126; --faint: #5a646e; --rule: #d9dde1; --link: #0a5a96; --mark: #fff0c2;
  --good: #1b6e3c; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) { :root {
  --ground: #14181c; --raised: #1d2329; --ink: #e4e7ea; --faint: #a0abb6; --rule: #333c45; --link: #7dbff2; --mark: #4a3f16;
  --good: #7bd88f; --bad: #ff8a80;
} }
@media print { :root {
  color-scheme: light;
  --ground: #fff; --raised: #f6f6f6; --ink: #000; --faint: #444; --rule: #bbb; --link: #000; --mark: #eee;
  --good: #000; --bad: #000;
} }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 0 1.25rem 4rem; max-width: 52rem; background: var(--ground); color: var(--ink);
  font: 1.0625rem/1.55 Charter, "Bitstream Charter", "Source Serif 4", Cambria, Georgia, serif; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: .06em; }
a:focus-visible, [tabindex]:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
code, pre, .formulas, h1, h2, h3, nav, th, .facts, .kind, figcaption b, summary { font-family: system-ui, sans-serif; }
code, pre, h1 .type, th code { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; }
code { font-size: .88em; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
nav.where { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; justify-content: space-between; padding: 1rem 0; font-size: .875rem; color: var(--faint); }
h1 { margin: 1.25rem 0 .4rem; font-size: clamp(1.7rem, 6vw, 2.4rem); line-height: 1.15; letter-spacing: -.01em; font-weight: 650; overflow-wrap: anywhere; }
h1 .version { font: 400 .9rem system-ui, sans-serif; letter-spacing: 0; color: var(--faint); white-space: nowrap; }
.lead { margin: 0 0 1.2rem; font-size: 1.22rem; color: var(--ink); }
h2 { margin: 2.4rem 0 .6rem; padding-top: .5rem; border-top: 1px solid var(--rule); font-size: 1.15rem; line-height: 1.3; font-weight: 650; }
h3 { margin: 1.6rem 0 .4rem; font-size: .98rem; font-weight: 600; overflow-wrap: anywhere; }
p { margin: .55rem 0; }
.note { color: var(--faint); font-size: .95rem; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .9rem 1.2rem; margin: 1.2rem 0 0; padding: .9rem 0; border: solid var(--rule); border-width: 1px 0; font-size: .92rem; }
dl.facts dt { color: var(--faint); font-size: .8rem; }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1.6rem 0 0; }
h2 + figure { margin-top: .5rem; }
figcaption { margin-top: .6rem; font-size: .95rem; color: var(--faint); }
figcaption b { color: var(--ink); font-size: .9rem; }
ul.formulas { list-style: none; margin: .7rem 0; padding: .55rem .9rem; background: var(--raised); border-radius: 6px; font-family: "STIX Two Math", "Cambria Math", Charter, Georgia, serif; font-size: 1.06rem; overflow-x: auto; }
ul.formulas li { margin: .3rem 0; padding-left: 1.4rem; text-indent: -1.4rem; line-height: 1.6; }
ul.formulas .words { color: var(--faint); }
sub, sup { line-height: 0; font-size: .75em; }
.scroll { overflow-x: auto; margin: .4rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; line-height: 1.42; }
th, td { padding: .42rem 1rem .42rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; min-width: 12rem; }
thead th { font-size: .78rem; font-weight: 500; color: var(--faint); white-space: nowrap; }
tbody th { font-weight: 600; white-space: nowrap; }
td { font-variant-numeric: tabular-nums; }
table.numbers { font: .88rem/1.42 system-ui, sans-serif; }
table.numbers th, table.numbers td { min-width: 0; padding-right: .9rem; text-align: right; white-space: nowrap; }
table.numbers th:first-child { text-align: left; }
table.numbers th:last-child, table.numbers td:last-child { padding-right: 0; }
.met { color: var(--good); }
.missed { color: var(--bad); font-weight: 600; }
tr:target { background: var(--mark); }
pre { margin: .5rem 0; padding: .8rem .9rem; background: var(--raised); border-radius: 6px; overflow-x: auto; font-size: .8125rem; line-height: 1.5; }
pre mark { background: var(--mark); color: inherit; border-radius: 2px; }
details { margin: .7rem 0; }
summary { cursor: pointer; font-size: .92rem; color: var(--link); }
ul.plain { margin: .4rem 0; padding-left: 1.15rem; }
ul.nodes { list-style: none; margin: .2rem 0; padding: 0; }
ul.nodes li { display: grid; grid-template-columns: 11.5rem 1fr; gap: 0 1rem; padding: .32rem 0; border-bottom: 1px solid var(--rule); }
ul.nodes li:last-child { border-bottom: 0; }
ul.plain li { margin: .25rem 0; }
.turn { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .5rem 2rem; margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); font-size: .92rem; }
@media (max-width: 34rem) {
  ul.nodes li { grid-template-columns: 1fr; }
  body { padding: 0 .9rem 3rem; font-size: 1rem; }
  .scroll table { min-width: 34rem; }
  .scroll table.numbers { min-width: 0; }
  figure svg.plot { min-width: calc(.78 * var(--width)); }
  figure .picture { overflow-x: auto; }
}
@media print {
  body { max-width: none; font-size: 10pt; }
  nav.where, .turn, .skip, summary { display: none; }
  h2, h3 { break-after: avoid; }
  figure, tr, pre { break-inside: avoid; }
  .scroll, pre { overflow: visible; }
  pre { white-space: pre-wrap; }
}
)";

}  // namespace

std::string style() { return std::string(page_style) + std::string(plot::style()); }

std::string html(const Frame& f) {
  const auto theme = f.style_file.empty() ? "<style>\n" + style() + "</style>\n"
                                          : fmt::format("<link rel=\"stylesheet\" href=\"{}\">\n",
                                                        escaped(f.style_file));
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n"
      "<meta name=\"description\" content=\"{}\">\n{}</head>\n<body>\n"
      "<a class=\"skip\" href=\"#page\">To the text</a>\n{}<main id=\"page\">\n{}</main>\n</body>\n</html>\n",
      escaped(f.title), escaped(f.description), theme, f.before, f.body);
}

void HtmlTable::row(std::vector<std::string> cells, std::string id) {
  rows_.push_back({std::move(cells), std::move(id)});
}

std::string HtmlTable::html() const {
  std::vector<bool> used(head_.size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < head_.size(); ++i) used[i] = used[i] || !row.cells[i].empty();
  }
  std::string out = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n<table{}>\n<thead><tr>",
      escaped(label_), of_ == Of::numbers ? " class=\"numbers\"" : "");
  for (std::size_t i = 0; i < head_.size(); ++i) {
    if (used[i]) out += fmt::format("<th scope=\"col\">{}</th>", escaped(head_[i]));
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows_) {
    out += row.id.empty() ? "<tr>" : fmt::format("<tr id=\"{}\">", escaped(row.id));
    for (std::size_t i = 0; i < head_.size(); ++i) {
      if (!used[i]) continue;
      out +=
          i == 0 ? "<th scope=\"row\">" + row.cells[i] + "</th>" : "<td>" + row.cells[i] + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n</div>\n";
}

}  // namespace ib::page
