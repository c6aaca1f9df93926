// The first page: every node, by family, with one line.
#include "manual/site.hpp"

#include "page/page.hpp"

#include <fmt/format.h>

#include <array>
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
<li><b>May be absent</b>: the value is not there where it can't be known. It is never 0, never an old value; the field <a href="#reasons"><code>reason</code></a> says why.</li>
<li><b>Time</b> is session time, in seconds since the session began. A sample or beat stands where it happened, not where it was computed.</li>
<li><b>Latency</b> is how much later than that, in session time and at worst, a node knows; the latencies of a path add up (<code>interbeat plan --explain</code>).</li>
<li><b>Detail</b> is how closely a stream tells of a body: raw, beats, metrics, state, trend. Consent is given by it.</li>
<li><b>Adds, clears, refuses</b>: attributes travel with a stream. A node that refuses <code>unrated</code> takes no beats that no quality was asked of;
such a graph is refused when it is read.</li>
<li><b>Live</b> params may change while a graph runs (<code>interbeat set</code>).</li>
</ul>
<p class="note">Values are for self-reflection and research. They are no diagnosis.</p>
)";

struct Meaning {
  std::string_view word, says;
};
/// Of a Reason, in its order; docs/glossary.md has the same.
constexpr std::array reasons{
    Meaning{"warming_up", "a filter or window is still filling; it passes by itself"},
    Meaning{"low_quality", "the signal around it can't be trusted"},
    Meaning{"gap", "it would reach across a stretch without data, or to before the start"},
    Meaning{"insufficient_beats", "too few beats, or too few neighbouring ones, for this value"},
    Meaning{"insufficient_coverage", "too little of the window lies under trusted intervals"},
    Meaning{"out_of_range", "no heart does this: an interval outside 300 to 2000 ms"},
    Meaning{"artefact", "a missed, extra, ectopic, long or short beat"},
    Meaning{
        "irregular",
        "the rhythm of this stretch does not suit HRV. It says no more than that, and it is no finding"},
    Meaning{"no_baseline", "the person's own usual values are not known yet"},
    Meaning{"motion", "the hand moved too much"},
    Meaning{"stale", "the last good value is too long ago"},
    Meaning{"collecting", "the stretch that it looks back on is not full yet"},
    Meaning{"partner_silent", "nothing has come from the other person for too long"},
    Meaning{"aliasing", "the heart may beat faster than so few samples a second, or the beat detector, can tell"},
    Meaning{
        "smoothed",
        "the device, or its app, has averaged the intervals: heart rate stays good, variability is gone"},
    Meaning{"edited", "a person took it out, or set one of its beats"},
    Meaning{"below_rate",
            "the beats were found in too few samples a second for this value to be more than low"},
};

std::string reasons_table() {
  page::HtmlTable table("Reasons", {"Reason", "Meaning"});
  for (const auto& r : reasons)
    table.row({fmt::format("<code>{}</code>", r.word), escaped(r.says)},
              fmt::format("reason-{}", r.word));
  return "<h2 id=\"reasons\">Reasons</h2>\n<p>Where a value is absent, or a class is not <code>ok</code>, the column "
         "<code>reason</code> holds one of these words.</p>\n" +
         table.html();
}

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
  body += reasons_table();
  body += closing;
  return page::html(
      {"interbeat: reference manual",
       "Every node of interbeat: formula, unit, defaults, source, limits and a figure.",
       "manual.css",
       {},
       std::move(body)});
}

}  // namespace ib::manual
