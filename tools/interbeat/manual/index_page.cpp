// The first page: every node, by family, with one line.
#include "manual/site.hpp"

#include "page/page.hpp"

#include <fmt/format.h>

#include <iterator>

namespace ib::manual {
namespace {

using page::escaped;

constexpr std::string_view opening = R"(<h1>interbeat: reference manual</h1>
<p class="lead">What each node does, by which formula, in which units, within which limits, and after which paper.</p>
<p>A graph connects nodes. The pages are made from the descriptors that also check the graphs, so names, units, ranges and defaults
are those that the program uses. Each figure is drawn from a run of the graph below it, and each example is the text of a graph that is shipped.</p>
)";

constexpr std::string_view closing = R"(<h2 id="words">What the pages mean</h2>
<ul class="plain">
<li><b>May be absent</b>: the value is not there where it can't be known. It is never 0, never an old value; the field <code>reason</code> says why.</li>
<li><b>Time</b> is session time, in seconds since the session began. A sample or beat stands where it happened, not where it was computed.</li>
<li><b>Latency</b> is how much later than that, in session time and at worst, a node knows; the latencies of a path add up (<code>interbeat plan --explain</code>).</li>
<li><b>Detail</b> is how closely a stream tells of a body: raw, beats, metrics, state, trend. Consent is given by it.</li>
<li><b>Adds, clears, refuses</b>: attributes travel with a stream. A node that refuses <code>unrated</code> takes no beats that no quality was asked of;
such a graph is refused when it is read.</li>
<li><b>Live</b> params may change while a graph runs (<code>interbeat set</code>).</li>
</ul>
<p class="note">Values are for self-reflection and research. They are no diagnosis.</p>
)";

}  // namespace

std::string index_page(const Site& site) {
  std::string body(opening), family, jump;
  std::string rows;
  const auto flush = [&] {
    if (!rows.empty()) body += rows + "</ul>\n";
    rows.clear();
  };
  for (const auto& type : site.types()) {
    const auto f = family_of(type);
    if (f.name != family) {
      flush();
      family = f.name;
      rows =
          fmt::format("<h2 id=\"{0}\">{1}</h2>\n<p class=\"note\">{2}</p>\n<ul class=\"nodes\">\n",
                      escaped("family-" + f.name), escaped(f.title), escaped(f.says));
    }
    fmt::format_to(
        std::back_inserter(rows), "<li><a href=\"{}\"><code>{}</code></a> <span>{}</span></li>\n",
        escaped(site.page_of(type)), escaped(type), escaped(summary_of(site.registry(), type)));
  }
  flush();
  body += closing;
  return page::html(
      {"interbeat: reference manual",
       "Every node of interbeat: formula, unit, defaults, source, limits and a figure.",
       "manual.css",
       {},
       std::move(body)});
}

}  // namespace ib::manual
