#include "evaluate/record_table.hpp"
#include "evaluate/report.hpp"
#include "page/page.hpp"
#include "plot/plot.hpp"

#include <interbeat/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace ib::evaluate {
namespace {

using page::escaped;

std::string rate_text(const Summary& s) {
  return s.way.rate_hz ? format_quantity(*s.way.rate_hz, "Hz") : "as recorded";
}

/// The heading of what shows one way alone; where there is only one it goes without saying.
std::string of_way(const std::string& heading, const Summary& s) {
  const bool as_it_is = s.way.algorithm.empty() && !s.way.rate_hz;
  return as_it_is ? heading : heading + ", " + s.way.text();
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

/// A row for each record, the first at the top.
class Rows {
 public:
  explicit Rows(const Summary& s) {
    for (auto r = s.records.rbegin(); r != s.records.rend(); ++r) names_.push_back(r->name);
  }
  plot::Axis axis() const {
    plot::Axis axis;
    axis.names = names_;
    return axis;
  }
  double of(std::size_t record) const { return static_cast<double>(names_.size() - 1 - record); }
  double height() const { return std::max(20.0 * static_cast<double>(names_.size()), 40.0); }

 private:
  std::vector<std::string> names_;
};

plot::Axis numbers(std::string label, std::string unit, std::optional<double> from = {},
                   std::optional<double> to = {}) {
  plot::Axis axis;
  axis.label = std::move(label);
  axis.unit = std::move(unit);
  axis.from = from;
  axis.to = to;
  return axis;
}

/// With a true minus.
std::string signed_text(double x) {
  return (x < 0 ? "\u2212" : "") + fmt::format("{:.1f}", std::abs(x));
}

class Page {
 public:
  explicit Page(const Evaluation& e) : e_(e) {}

  std::string html() {
    put("<h1>{}</h1>\n", escaped(e_.set.name));
    if (!e_.summaries.empty()) body();
    return page::html({e_.set.name + " \u2013 interbeat evaluate",
                       "How graph " + e_.graph + " does on recordings of known beats.",
                       {},
                       {},
                       std::move(out_)});
  }

 private:
  template <class... Args>
  void put(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Args>(args)...);
  }

  void body() {
    const auto& first = e_.summaries.front();
    lead(first);
    table_of_ways();
    bars();
    for (const auto& r : first.records) {
      if (!r.problem.empty())
        put("<p class=\"missed\">{}</p>\n", escaped(r.name + " was not scored: " + r.problem));
    }
    if (e_.set.reference) {
      f1_figures();
      error_shares();
      error_boxes(first);
      bland_altman(first);
    } else {
      minutes(first);
    }
    coverage(first);
    table_of_records(first);
  }

  void lead(const Summary& first) {
    put("<p class=\"lead\">{}</p>\n<p class=\"note\">Graph <code>{}</code>, {}.", lead_text(first),
        escaped(e_.graph), escaped(count_text(first)));
    if (e_.set.reference)
      put(" A beat is right within {:.0f} ms at one lag per record; the first {:g} s are not scored.",
          1000 * e_.set.score.tolerance_s, e_.set.score.skip_s);
    put("</p>\n");
  }

  /// What a reader wants to know first.
  std::string lead_text(const Summary& first) const {
    std::size_t bars = 0, missed = 0;
    for (const auto& s : e_.summaries)
      for (const auto& v : s.verdicts) ++bars, missed += v.met ? 0U : 1U;
    auto text = e_.set.reference ? fmt::format("Median F1 {} ({}).", shown(first.f1.median(), 4),
                                               escaped(first.way.text()))
                                 : fmt::format("{} of {} minutes tell an RMSSD.",
                                               first.reported_rmssd_ms.n(), first.minutes);
    if (bars > 0)
      text += fmt::format(" <span class=\"{}\">{} of {} bars met.</span>",
                          missed == 0 ? "met" : "missed", bars - missed, bars);
    return text;
  }

  void table_of_ways() {
    const bool known = e_.set.reference.has_value();
    page::HtmlTable table(
        "All runs",
        known ? std::vector<std::string>{"Run", "n", "F1 median", "F1 mean", "F1 worst",
                                         "Interval error, median ms", "mean ms", "RMSSD error, ms",
                                         "Coverage"}
              : std::vector<std::string>{"Run", "n", "Minutes", "Reported", "RMSSD of all, ms",
                                         "cleaned", "gated", "reported", "Intervals kept"},
        page::HtmlTable::Of::numbers);
    for (const auto& s : e_.summaries) {
      const auto n = fmt::format("{}", s.scored());
      table.row(
          known ? std::vector<std::string>{escaped(s.way.text()), n, shown(s.f1.median(), 4),
                                           shown(s.f1.mean(), 4), shown(s.f1.least(), 4),
                                           shown(s.interval_error_ms.median(), 2),
                                           shown(s.interval_error_mean_ms.mean(), 2),
                                           shown(s.rmssd_error_ms.median(), 1),
                                           shown(s.coverage.median(), 3)}
                : std::vector<std::string>{
                      escaped(s.way.text()), n, fmt::format("{}", s.minutes),
                      fmt::format("{}", s.reported_rmssd_ms.n()), shown(s.raw_rmssd_ms.median(), 1),
                      shown(s.cleaned_rmssd_ms.median(), 1), shown(s.gated_rmssd_ms.median(), 1),
                      shown(s.reported_rmssd_ms.median(), 1), shown(s.kept_share, 3)});
    }
    out_ += table.html();
  }

  /// A row for each run that bars bind, a column for each bar.
  void bars() {
    std::vector<std::string> head{"Run"};
    for (const auto& b : e_.set.bars) head.push_back(std::string(b.metric->name) + " " + b.text());
    page::HtmlTable table("Bars", head, page::HtmlTable::Of::numbers);
    for (const auto& s : e_.summaries) {
      if (s.verdicts.empty()) continue;
      std::vector<std::string> cells{escaped(s.way.text())};
      for (const auto& v : s.verdicts)
        cells.push_back(fmt::format("<span class=\"{}\" title=\"{}\">{} {}</span>",
                                    v.met ? "met" : "missed", escaped(verdict_text(v)),
                                    v.value ? fmt::format("{:.4g}", *v.value) : "absent",
                                    v.met ? "met" : "MISSED"));
      table.row(std::move(cells));
    }
    if (!table.empty()) put("<h2>Bars</h2>\n{}", table.html());
  }

  /// The record by record of the terminal, folded away: the same numbers as words, for who does not see the figures.
  void table_of_records(const Summary& s) {
    const auto t = e_.set.reference ? evaluate::table_of_records(s) : evaluate::table_of_minutes(s);
    if (t.rows.empty()) return;
    const auto of_what = of_way(e_.set.reference ? "Record by record" : "Minute by minute", s);
    page::HtmlTable table(of_what, t.head, page::HtmlTable::Of::numbers);
    for (auto row : t.rows) {
      for (auto& cell : row) cell = escaped(cell);
      table.row(std::move(row));
    }
    put("<details>\n<summary>{}</summary>\n{}</details>\n", escaped(of_what), table.html());
  }

  void figure(const std::string& heading, std::string description, std::vector<plot::Panel> panels,
              const std::string& caption) {
    plot::Figure f;
    f.title = heading;
    f.description = std::move(description);
    f.id = fmt::format("figure-{}", ++figures_);
    f.width = 460;  // on a phone it need not scroll
    f.enlarged = 1.3;
    f.panels = std::move(panels);
    put("<h2>{}</h2>\n<figure>\n<div class=\"picture\">{}</div>\n<figcaption>{}</figcaption>\n</figure>\n",
        escaped(heading), plot::svg(f), escaped(caption));
  }

  /// A strip for each record, a dot for each rate, the rates a little below each other.
  void f1_figures() {
    double least = 1;
    for (const auto& s : e_.summaries) least = std::min(least, s.f1.least().value_or(1));
    const double low = std::max(0.0, std::floor(20 * least - 1e-9) / 20);
    for (const auto& [algorithm, ways] : by_algorithm(e_)) {
      const auto& first = *ways[0];
      const Rows rows(first);
      plot::Panel panel;
      panel.x = numbers("F1", "", low, 1 + 0.02 * (1 - low));
      panel.y = rows.axis();
      panel.height = rows.height();
      for (std::size_t w = 0; w < ways.size(); ++w) {
        const double below =
            0.5 * (static_cast<double>(w) + 0.5) / static_cast<double>(ways.size()) - 0.25;
        plot::Series dots{plot::Mark::points, rate_text(*ways[w]), {}, static_cast<unsigned>(w)};
        for (std::size_t k = 0; k < ways[w]->records.size(); ++k) {
          const auto& r = ways[w]->records[k];
          if (!r.match) continue;
          dots.points.push_back({r.match->f1(), rows.of(k) - below});
          dots.says.push_back(
              fmt::format("{}, {}: F1 {:.4f}", r.name, rate_text(*ways[w]), r.match->f1()));
        }
        panel.series.push_back(std::move(dots));
      }
      std::string worst;
      for (const auto* r : first.worst(3))
        worst += fmt::format("{}{} {:.4f}", worst.empty() ? "" : ", ", r->name, r->match->f1());
      figure("F1 of each record" + (algorithm.empty() ? "" : ": " + algorithm),
             fmt::format("Median {} at {}.", shown(first.f1.median(), 4), rate_text(first)),
             {std::move(panel)}, fmt::format("Worst at {}: {}.", rate_text(first), worst));
    }
  }

  void error_shares() {
    constexpr double most_ms = 40;
    const auto ways = by_algorithm(e_).front().second;
    std::string halves;
    plot::Panel panel;
    panel.x = numbers("Interval error, |found \u2212 known|", "ms", 0, most_ms);
    panel.y = numbers("Share of matched intervals", "", 0, 1);
    panel.height = 240;
    for (std::size_t w = 0; w < ways.size(); ++w) {
      std::vector<double> all;
      for (const auto& r : ways[w]->records)
        all.insert(all.end(), r.interval_errors_ms.begin(), r.interval_errors_ms.end());
      if (all.empty()) continue;
      std::sort(all.begin(), all.end());
      plot::Series curve{plot::Mark::line, rate_text(*ways[w]), {}, static_cast<unsigned>(w)};
      for (double ms = 0; ms <= most_ms; ms += 0.5) {
        const auto below = std::upper_bound(all.begin(), all.end(), ms) - all.begin();
        curve.points.push_back({ms, static_cast<double>(below) / static_cast<double>(all.size())});
      }
      panel.series.push_back(std::move(curve));
      halves += fmt::format("{}{} at {}", halves.empty() ? "" : ", ",
                            format_quantity(std::round(10 * all[all.size() / 2]) / 10, "ms"),
                            rate_text(*ways[w]));
    }
    if (panel.series.empty()) return;
    figure("Share of intervals within an error", "One curve for each rate, all records together.",
           {std::move(panel)}, "Half of the intervals lie within " + halves + ".");
  }

  void error_boxes(const Summary& s) {
    const Rows rows(s);
    plot::Panel panel;
    double furthest = 1;
    panel.y = rows.axis();
    panel.height = rows.height();
    for (std::size_t k = 0; k < s.records.size(); ++k) {
      const auto& r = s.records[k];
      const Distribution d(r.interval_errors_ms);
      if (d.n() < 5) continue;
      furthest = std::max(furthest, *d.quantile(0.95));
      panel.boxes.push_back({rows.of(k), *d.quantile(0.05), *d.quantile(0.25), *d.median(),
                             *d.quantile(0.75), *d.quantile(0.95),
                             fmt::format("{}: median {:.1f} ms, 95 % within {:.1f} ms, n = {}",
                                         r.name, *d.median(), *d.quantile(0.95), d.n())});
    }
    if (panel.boxes.empty()) return;
    panel.x = numbers("Interval error, |found \u2212 known|", "ms", 0, 1.03 * furthest);
    figure(
        of_way("Interval error of each record", s),
        fmt::format("Median of the records' medians {} ms.",
                    shown(s.interval_error_ms.median(), 1)),
        {std::move(panel)},
        "Box: the middle half of the record's intervals, with their median; line: from 5 to 95 % of them. A record with "
        "fewer than five has none.");
  }

  /// Minutes with an RMSSD on both sides (Bland & Altman 1986, doi 10.1016/S0140-6736(86)90837-8).
  void bland_altman(const Summary& s) {
    plot::Series dots{plot::Mark::points, "", {}, 0};
    std::vector<double> differences;
    double furthest = 1, most = 1;
    for (const auto& r : s.records)
      for (const auto& m : r.minutes) {
        if (!m.is_reported || !m.known || !m.known->rmssd_ms || m.known->coverage < 0.5) continue;
        const double ours = *m.gated->rmssd_ms, theirs = *m.known->rmssd_ms;
        dots.points.push_back({(ours + theirs) / 2, ours - theirs});
        dots.says.push_back(fmt::format("{} from {:.0f} s: {:.1f} and {:.1f} ms", r.name,
                                        m.at.from_s, ours, theirs));
        differences.push_back(ours - theirs);
        furthest = std::max(furthest, std::abs(ours - theirs));
        most = std::max(most, (ours + theirs) / 2);
      }
    if (differences.size() < 3) return;
    const Distribution d(differences);
    const double centre = *d.mean(), reach = 1.96 * *d.sd();
    const double edge = 1.05 * std::max(furthest, std::abs(centre) + reach);
    plot::Panel against;
    against.x = numbers("Mean of ours and the reference's RMSSD", "ms", 0, 1.05 * most);
    against.y = numbers("Ours \u2212 reference's", "ms", -edge, edge);
    against.height = 280;
    against.series.push_back(std::move(dots));
    against.levels = {{centre, "mean " + signed_text(centre)},
                      {centre + reach, "mean + 1.96 sd: " + signed_text(centre + reach)},
                      {centre - reach, "mean \u2212 1.96 sd: " + signed_text(centre - reach)}};
    const auto ticks = plot::round_ticks(-edge, edge, 40);
    const double width = ticks.size() > 1 ? ticks[1] - ticks[0] : edge;
    plot::Panel spread;
    spread.x = numbers("Ours \u2212 reference's", "ms");
    spread.y = numbers("Minutes", "", 0);
    spread.height = 110;
    spread.series.push_back(
        plot::histogram(differences, std::floor(-edge / width) * width, edge + width, width));
    figure(
        of_way("RMSSD against the reference", s),
        fmt::format("Mean difference {:.1f} ms, limits of agreement {:.1f} to {:.1f} ms.", centre,
                    centre - reach, centre + reach),
        {std::move(against), std::move(spread)},
        fmt::format(
            "{} minutes that ours reports, after Bland and Altman; below, how often each difference comes. Minutes "
            "of one record are not independent, and pulse and ECG differ by the pulse's travel as well.",
            differences.size()));
  }

  void coverage(const Summary& s) {
    if (s.coverage.n() == 0) return;
    const Rows rows(s);
    plot::Panel panel;
    panel.x = numbers("Share of the time under valid intervals", "", 0, 1);
    panel.y = rows.axis();
    panel.height = rows.height();
    plot::Series lying{plot::Mark::rows, "", {}, 0, 0.6};
    for (std::size_t k = 0; k < s.records.size(); ++k) {
      if (!s.records[k].gated) continue;
      lying.points.push_back({s.records[k].gated->coverage, rows.of(k)});
      lying.says.push_back(
          fmt::format("{}: {:.1f} %", s.records[k].name, 100 * s.records[k].gated->coverage));
    }
    panel.series.push_back(std::move(lying));
    figure(of_way("Coverage of each record", s),
           fmt::format("Median {}.", shown(s.coverage.median(), 3)), {std::move(panel)},
           "What gate and cleaning left. A heart without a regular rhythm has none, by rule.");
  }

  void minutes(const Summary& s) {
    for (const auto& r : s.records) {
      if (r.minutes.empty()) continue;
      plot::Panel panel;
      panel.x = numbers("Minute", "", 0, static_cast<double>(r.minutes.size()) + 1);
      panel.y = numbers("RMSSD", "ms");
      panel.y.logarithmic = true;
      panel.height = 280;
      plot::Series all{plot::Mark::points, "all intervals", {}, 5};
      plot::Series cleaned{plot::Mark::points, "cleaned", {}, 1};
      plot::Series gated{plot::Mark::points, "cleaned and gated", {}, 0};
      plot::Series withheld{plot::Mark::rings, "too little left to be told", {}, 0};
      for (std::size_t k = 0; k < r.minutes.size(); ++k) {
        const auto& m = r.minutes[k];
        const auto add = [&](const std::optional<Variability>& v, plot::Series& to) {
          if (!v || !v->rmssd_ms) return;
          to.points.push_back({static_cast<double>(k) + 1, *v->rmssd_ms});
          to.says.push_back(fmt::format("minute {}, {}: {:.1f} ms, coverage {:.0f} %", k + 1,
                                        to.name, *v->rmssd_ms, 100 * v->coverage));
        };
        add(m.raw, all);
        add(m.cleaned, cleaned);
        add(m.gated, m.is_reported ? gated : withheld);
      }
      panel.series = {std::move(all), std::move(cleaned), std::move(gated), std::move(withheld)};
      figure(of_way("RMSSD of each minute of " + r.name, s),
             "All intervals, cleaned ones, and those behind the gate of signal quality.",
             {std::move(panel)},
             "What signal quality does not let pass is no variability of the heart.");
    }
  }

  const Evaluation& e_;
  std::string out_;
  unsigned figures_{};
};

}  // namespace

std::string html_of(const Evaluation& evaluation) { return Page(evaluation).html(); }

}  // namespace ib::evaluate
