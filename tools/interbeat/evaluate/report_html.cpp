#include "evaluate/plot.hpp"
#include "evaluate/report.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ib::evaluate {
namespace {

// Colours after Okabe & Ito, told apart by colour-blind eyes too; each a little lighter in the dark.
constexpr const char* style = R"(<style>
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5c6675;--paper:#fff;--line:#d9dee5;--bad:#b3261e;--good:#1b6e3c;
--c0:#0072b2;--c1:#d55e00;--c2:#008a63;--c3:#a8549a;--c4:#9a7400;--c5:#5c6675}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#a2abb8;--paper:#14181f;--line:#303845;--bad:#ff8a80;
--good:#7bd88f;--c0:#56b4e9;--c1:#ff9248;--c2:#35c79b;--c3:#dd9bd2;--c4:#e5b93c;--c5:#a2abb8}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2.2rem}p.note,figcaption{color:var(--soft);font-size:.92rem}
figure{margin:1rem 0}svg{width:100%;height:auto;display:block}svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
.table{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}th{color:var(--soft);font-weight:600}
.met{color:var(--good)}.missed{color:var(--bad);font-weight:600}
.grid{stroke:var(--line)}.level{stroke:var(--soft);stroke-dasharray:5 4}
.dot{fill:var(--c)}.hollow{fill:var(--paper);stroke:var(--c);stroke-width:1.6}.bar{fill:var(--c);opacity:.75}
.curve{fill:none;stroke:var(--c);stroke-width:2}
.s0{--c:var(--c0)}.s1{--c:var(--c1)}.s2{--c:var(--c2)}.s3{--c:var(--c3)}.s4{--c:var(--c4)}.s5{--c:var(--c5)}
</style>
)";

std::string rate_text(const Summary& s) {
  return s.way.rate_hz ? format_quantity(*s.way.rate_hz, "Hz") : "as recorded";
}

std::string figure(const std::string& heading, const Plot& plot, const std::string& caption) {
  return "<h2>" + in_html(heading) + "</h2>\n<figure>\n" + plot.svg() + "<figcaption>" +
         in_html(caption) + "</figcaption>\n</figure>\n";
}

std::string cells(const std::vector<std::string>& texts, const char* kind) {
  std::string out = "<tr>";
  for (const auto& t : texts) out += fmt::format("<{0}>{1}</{0}>", kind, in_html(t));
  return out + "</tr>\n";
}

std::string table_of_ways(const Evaluation& e) {
  std::string out = "<div class=\"table\"><table>\n";
  const bool known = e.set.reference.has_value();
  out += cells(
      known ? std::vector<std::string>{"", "n", "F1 median", "mean", "worst", "interval error ms",
                                       "its mean", "RMSSD error ms", "coverage"}
            : std::vector<std::string>{"", "n", "minutes", "reported", "all ms", "cleaned ms",
                                       "gated ms", "reported ms", "kept"},
      "th");
  for (const auto& s : e.summaries) {
    const auto n = fmt::format("{}", s.scored());
    out += cells(known ? std::vector<std::string>{s.way.text(), n, shown(s.f1.median(), 4),
                                                  shown(s.f1.mean(), 4), shown(s.f1.least(), 4),
                                                  shown(s.interval_error_ms.median(), 2),
                                                  shown(s.interval_error_mean_ms.mean(), 2),
                                                  shown(s.rmssd_error_ms.median(), 1),
                                                  shown(s.coverage.median(), 3)}
                       : std::vector<std::string>{s.way.text(), n, fmt::format("{}", s.minutes),
                                                  fmt::format("{}", s.reported_rmssd_ms.n()),
                                                  shown(s.raw_rmssd_ms.median(), 1),
                                                  shown(s.cleaned_rmssd_ms.median(), 1),
                                                  shown(s.gated_rmssd_ms.median(), 1),
                                                  shown(s.reported_rmssd_ms.median(), 1),
                                                  shown(s.kept_share, 3)},
                 "td");
  }
  return out + "</table></div>\n";
}

std::string bars_of(const Evaluation& e) {
  std::string out;
  for (const auto& s : e.summaries)
    for (const auto& v : s.verdicts)
      out += fmt::format("<li class=\"{}\">{}: {}</li>\n", v.met ? "met" : "missed",
                         in_html(s.way.text()), in_html(verdict_text(v)));
  return out.empty() ? "" : "<h2>Bars</h2>\n<ul>\n" + out + "</ul>\n";
}

/// Summaries of one detector, one for each rate.
using ByAlgorithm = std::vector<std::pair<std::string, std::vector<const Summary*>>>;
ByAlgorithm by_algorithm(const Evaluation& e) {
  ByAlgorithm groups;
  for (const auto& s : e.summaries) {
    if (groups.empty() || groups.back().first != s.way.algorithm)
      groups.push_back({s.way.algorithm, {}});
    groups.back().second.push_back(&s);
  }
  return groups;
}

std::vector<std::string> names_of(const Summary& s) {
  std::vector<std::string> names;
  for (const auto& r : s.records) names.push_back(r.name);
  return names;
}

std::string f1_plots(const Evaluation& e) {
  double least = 1;
  for (const auto& s : e.summaries) least = std::min(least, s.f1.least().value_or(1));
  const double low = std::max(0.0, std::floor(20 * least - 1e-9) / 20);
  std::string out;
  for (const auto& [algorithm, ways] : by_algorithm(e)) {
    Plot plot("F1 of each record" + (algorithm.empty() ? "" : ", " + algorithm),
              fmt::format("Median {} at {}; the worst three are named in the text.",
                          shown(ways[0]->f1.median(), 4), rate_text(*ways[0])),
              {"F1", low, 1, false, {}}, {"", 0, 1, false, names_of(*ways[0])});
    for (std::size_t w = 0; w < ways.size(); ++w) {
      const double beside =
          0.5 * (static_cast<double>(w) + 0.5) / static_cast<double>(ways.size()) - 0.25;
      for (std::size_t k = 0; k < ways[w]->records.size(); ++k) {
        const auto& r = ways[w]->records[k];
        if (r.match)
          plot.point({r.match->f1(), static_cast<double>(k) + beside}, w,
                     fmt::format("{}, {}: F1 {:.4f}", r.name, rate_text(*ways[w]), r.match->f1()));
      }
      plot.legend(rate_text(*ways[w]), w);
    }
    std::string worst;
    for (const auto* r : ways[0]->worst(3))
      worst += fmt::format("{}{} {:.4f}", worst.empty() ? "" : ", ", r->name, r->match->f1());
    out += figure(
        "F1 per record" + (algorithm.empty() ? "" : ": " + algorithm), plot,
        fmt::format("Worst at {}: {}. {}.", rate_text(*ways[0]), worst, count_text(*ways[0])));
  }
  return out;
}

std::string error_plot(const Evaluation& e) {
  constexpr double most_ms = 40;
  const auto ways = by_algorithm(e).front().second;
  std::string description;
  Plot plot("Share of intervals within an error", "One curve for each rate, all records together.",
            {"|interval found - interval known|, ms", 0, most_ms, false, {}},
            {"share of matched intervals", 0, 1, false, {}});
  for (std::size_t w = 0; w < ways.size(); ++w) {
    std::vector<double> all;
    for (const auto& r : ways[w]->records)
      all.insert(all.end(), r.interval_errors_ms.begin(), r.interval_errors_ms.end());
    if (all.empty()) continue;
    std::sort(all.begin(), all.end());
    std::vector<Point> curve;
    for (double ms = 0; ms <= most_ms; ms += 0.5) {
      const auto below = std::upper_bound(all.begin(), all.end(), ms) - all.begin();
      curve.push_back({ms, static_cast<double>(below) / static_cast<double>(all.size())});
    }
    plot.curve(curve, w);
    plot.legend(rate_text(*ways[w]), w);
    description += fmt::format("{}{}: half within {:.1f} ms", w > 0 ? "; " : "",
                               rate_text(*ways[w]), all[all.size() / 2]);
  }
  return figure("Interval error", plot, description + ".");
}

/// Minutes with an RMSSD on both sides.
std::string bland_altman(const Summary& s) {
  std::vector<Point> points;
  std::vector<std::string> names;
  std::vector<double> differences;
  double most = 1, furthest = 1;
  for (const auto& r : s.records)
    for (const auto& m : r.minutes) {
      if (!m.is_reported || !m.known || !m.known->rmssd_ms || m.known->coverage < 0.5) continue;
      const double ours = *m.gated->rmssd_ms, theirs = *m.known->rmssd_ms;
      points.push_back({(ours + theirs) / 2, ours - theirs});
      names.push_back(
          fmt::format("{} from {:.0f} s: {:.1f} and {:.1f} ms", r.name, m.at.from_s, ours, theirs));
      differences.push_back(ours - theirs);
      most = std::max(most, points.back().x);
      furthest = std::max(furthest, std::abs(points.back().y));
    }
  if (points.size() < 3) return "";
  const Distribution d(differences);
  const double centre = *d.mean(), reach = 1.96 * *d.sd();
  const double edge = 1.05 * std::max({furthest, std::abs(centre) + reach});
  Plot plot("Bland-Altman of RMSSD, minute by minute",
            fmt::format("Mean difference {:.1f} ms, limits of agreement {:.1f} to {:.1f} ms.",
                        centre, centre - reach, centre + reach),
            {"mean of ours and the reference's RMSSD, ms", 0, 1.05 * most, false, {}},
            {"ours - reference's, ms", -edge, edge, false, {}});
  for (std::size_t i = 0; i < points.size(); ++i) plot.point(points[i], 0, names[i]);
  plot.level(centre, fmt::format("mean {:.1f}", centre));
  plot.level(centre + reach, fmt::format("+1.96 sd {:.1f}", centre + reach));
  plot.level(centre - reach, fmt::format("-1.96 sd {:.1f}", centre - reach));
  return figure("RMSSD against the reference: " + s.way.text(), plot,
                fmt::format("{} minutes that ours reports. Minutes of one record are not "
                            "independent; pulse and ECG differ by the pulse's travel as well.",
                            points.size()));
}

std::string coverage_plot(const Summary& s) {
  if (s.coverage.n() == 0) return "";
  Plot plot("Coverage of each record", fmt::format("Median {}.", shown(s.coverage.median(), 3)),
            {"share of the time under valid intervals", 0, 1, false, {}},
            {"", 0, 1, false, names_of(s)});
  for (std::size_t k = 0; k < s.records.size(); ++k)
    if (s.records[k].gated)
      plot.bar({s.records[k].gated->coverage, static_cast<double>(k)}, 0,
               fmt::format("{}: {:.1f} %", s.records[k].name, 100 * s.records[k].gated->coverage));
  return figure("Coverage: " + s.way.text(), plot,
                "What gate and cleaning left. A heart without a regular rhythm has none, by rule.");
}

std::string minutes_plot(const Summary& s) {
  std::string out;
  for (const auto& r : s.records) {
    if (r.minutes.empty()) continue;
    double most = 10;
    for (const auto& m : r.minutes) most = std::max(most, m.raw.rmssd_ms.value_or(0));
    Plot plot("RMSSD of each minute of " + r.name,
              "All intervals, cleaned ones, and those behind the gate of signal quality.",
              {"minute", 0, static_cast<double>(r.minutes.size()) + 1, false, {}},
              {"RMSSD, ms", 5, 1.2 * most, true, {}});
    for (std::size_t k = 0; k < r.minutes.size(); ++k) {
      const auto& m = r.minutes[k];
      const double x = static_cast<double>(k) + 1;
      const auto put = [&](const std::optional<Variability>& v, std::size_t colour,
                           const char* what, bool hollow) {
        if (v && v->rmssd_ms)
          plot.point({x, *v->rmssd_ms}, colour,
                     fmt::format("minute {}, {}: {:.1f} ms, coverage {:.0f} %", k + 1, what,
                                 *v->rmssd_ms, 100 * v->coverage),
                     hollow);
      };
      put(m.raw, 5, "all", false);
      put(m.cleaned, 1, "cleaned", false);
      put(m.gated, 0, "gated", !m.is_reported);
    }
    plot.legend("all", 5);
    plot.legend("cleaned", 1);
    plot.legend("gated", 0);
    out += figure("RMSSD per minute: " + r.name + ", " + s.way.text(), plot,
                  "Hollow: too little of the minute is left for a value to be told.");
  }
  return out;
}

}  // namespace

std::string html_of(const Evaluation& e) {
  const auto& score = e.set.score;
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>" +
      in_html(e.set.name) + "</title>\n" + style + "</head>\n<body>\n<h1>" + in_html(e.set.name) +
      "</h1>\n";
  if (e.summaries.empty()) return out + "</body>\n</html>\n";
  const auto& first = e.summaries.front();
  out += "<p class=\"note\">" + in_html(fmt::format("Graph {}, {}. ", e.graph, count_text(first)));
  if (e.set.reference)
    out +=
        in_html(fmt::format("A beat is right within {:.0f} ms at one lag per record; the first "
                            "{:g} s are not scored.",
                            1000 * score.tolerance_s, score.skip_s));
  out += "</p>\n" + table_of_ways(e) + bars_of(e);
  for (const auto& r : first.records)
    if (!r.problem.empty())
      out += "<p class=\"missed\">" + in_html(r.name + " was not scored: " + r.problem) + "</p>\n";
  if (e.set.reference) out += f1_plots(e) + error_plot(e) + bland_altman(first);
  else out += minutes_plot(first);
  return out + coverage_plot(first) + "</body>\n</html>\n";
}

}  // namespace ib::evaluate
