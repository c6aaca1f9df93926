#include "verify/vectors.hpp"

#include "verify/graph_run.hpp"
#include "verify/reference_file.hpp"

#include "dsp/hrv_time.hpp"
#include "dsp/interval_rule.hpp"
#include "dsp/interval_statistics.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ib::verify {
namespace {

using nlohmann::json;

constexpr const char* sliding_group =
    "Sliding windows of hrv.window after every beat, relative (hrv_sliding.json)";

/// A window's name is its length.
double seconds_in(const std::string& text) {
  double s = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), s);
  if (error != std::errc() || end != text.data() + text.size() || !(s >= 1 && s <= 600))
    throw std::runtime_error("the length of a window, " + text + ", is not from 1 to 600 s");
  return s;
}

struct Slid {
  std::array<Worst, 8> columns;
  unsigned rows{}, unlike{};
};
constexpr std::array sliding_columns{"MeanNN",   "SDNN",  "RMSSD", "pNN50",
                                     "MedianNN", "MinNN", "MaxNN", "SDSD"};

/// The window after each beat beside its row, and its sums beside those of the same intervals put in anew.
void slide(const std::vector<std::int32_t>& lengths, double window_s, const json& rows,
           Slid& slid) {
  dsp::HrvTimeWindow window(from_seconds(window_s));
  std::size_t k = 0;
  Time t{};
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    t = t + std::chrono::microseconds(lengths[i]);
    window.push(t, lengths[i], true, i > 0);
    if (t < Time{} + window.window()) continue;
    const auto& x = window.statistics();
    dsp::IntervalStatistics anew(x.capacity());
    Time end{};
    for (std::size_t j = i + 1 - std::min(x.size(), i + 1); j <= i; ++j) {
      end = end + std::chrono::microseconds(lengths[j]);
      anew.push(end, lengths[j], true);
    }
    slid.unlike += anew.sums() == x.sums() ? 0U : 1U;
    const auto& row = rows.at(k++);
    const std::array values{x.mean_nn(),   x.sdnn(),   x.rmssd(),  x.pnn50(),
                            x.median_nn(), x.min_nn(), x.max_nn(), x.sdsd()};
    for (std::size_t c = 0; c < values.size(); ++c) {
      if (values[c]) slid.columns[c].relative(*values[c], row.at(c + 2));
      else slid.columns[c].absent();
    }
    ++slid.rows;
  }
  for (; k < rows.size(); ++k) slid.columns[0].absent();
}

// ---------------------------------------------------------------------------------------------

constexpr const char* artefact_group =
    "Injected artefacts through interval.clean, 200 to 2500 ms (ibi_artifacts.json)";

/// Beats in ms that begin at 0: the file of intervals between them.
std::string intervals_between(const json& peaks_ms) {
  std::vector<double> lengths;
  for (std::size_t i = 1; i < peaks_ms.size(); ++i)
    lengths.push_back(peaks_ms.at(i).get<double>() - peaks_ms.at(i - 1).get<double>());
  std::string text = "rr_us\n";
  for (const auto us : microseconds(lengths)) text += std::to_string(us) + "\n";
  return text;
}

struct Cleaned {
  unsigned other_labels{}, labels{}, other_counts{};
  Worst rmssd, sdnn;
};

void clean(const GraphRun& run, const json& c, Cleaned& out) {
  run.write("rr.csv", intervals_between(c.at("peaks_ms")));
  run.run(R"(interbeat: 1
nodes:
  rr:    {type: source.intervals, path: rr.csv}
  clean: {type: interval.clean, beats: rr, trust_source: true, shortest: 200 ms, longest: 2500 ms}
  file:  {type: sink.csv, in: clean, path: labels.csv}
)");
  const auto rows = run.rows("labels.csv");
  const auto& expected = c.at("stream_L2_labels_per_peak");
  dsp::IntervalStatistics x(std::max<std::size_t>(1, rows.size()));
  bool before = false;
  Time t{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto label = rows.text(i, "label");
    const bool as_expected =
        (label == "normal" ? "n" : label) == expected.at(i + 1).get<std::string>();
    out.other_labels += as_expected ? 0U : 1U;
    ++out.labels;
    const auto us = static_cast<std::int32_t>(rows.number(i, "ibi_us").value_or(0));
    t = t + std::chrono::microseconds(us);
    const auto why = rows.text(i, "reason");
    const bool usable = rows.text(i, "valid") == "1" || why == "irregular" || why == "smoothed";
    if (usable) x.push(t, us, before);
    before = usable;
  }
  out.other_labels += static_cast<unsigned>(
      std::abs(static_cast<double>(expected.size()) - static_cast<double>(rows.size()) - 1));
  const auto& kept = c.at("stream_L2_exclusion");
  const bool as_many = x.sums().n == kept.at("valid_intervals").get<std::int64_t>() &&
                       x.sums().n_diff == kept.at("valid_diffs").get<std::int64_t>();
  out.other_counts += as_many ? 0U : 1U;
  const auto add = [](Worst& worst, std::optional<double> ours, const json& reference) {
    if (ours) worst.relative(*ours, reference);
    else worst.absent();
  };
  add(out.rmssd, x.rmssd(), kept.at("rmssd"));
  add(out.sdnn, x.sdnn(), kept.at("sdnn"));
}

/// hrv-analysis accepts what follows a rejected interval unseen, ours compares with what was accepted last: figures.
void compare_rules(const json& rules, Comparisons& all) {
  const auto lengths = microseconds(rules.at("input"));
  for (const auto& [name, rule] : {std::pair{"malik", dsp::ArtefactRule::malik},
                                   {"kamath", dsp::ArtefactRule::kamath},
                                   {"karlsson", dsp::ArtefactRule::karlsson},
                                   {"acar", dsp::ArtefactRule::acar}}) {
    const auto& theirs = rules.at("hrvanalysis_output_null_means_removed").at(name);
    dsp::IntervalRule ours(rule);
    double kept = 0, kept_by_them = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      kept += ours.accepts(lengths[i], i + 1 < lengths.size() ? lengths[i + 1] : 0) ? 1 : 0;
      kept_by_them += theirs.at(i).is_null() ? 0 : 1;
    }
    all.push_back({artefact_group, std::string("rule ") + name + ": intervals kept", "",
                   kept_by_them, kept, 0,
                   "hrv-analysis accepts what follows a rejected interval unseen", true, 0});
  }
}

}  // namespace

void compare_sliding(const json& series, const json& sliding, Comparisons& all) {
  const auto lengths = microseconds(series.at(sliding.at("series").get<std::string>()).at("rr"));
  if (lengths.size() > 10'000 || sliding.at("windows").size() > 16)
    throw std::runtime_error("at most 16 windows over 10000 intervals are compared");
  Slid slid;
  for (const auto& [length, table] : sliding.at("windows").items()) {
    const double window_s = seconds_in(length);
    slide(lengths, window_s, table.at("rows"), slid);
  }
  for (std::size_t c = 0; c < sliding_columns.size(); ++c)
    all.push_back(slid.columns[c].comparison(sliding_group, sliding_columns[c], 1e-9));
  all.push_back({sliding_group, "windows whose sums are not those made anew", "", 0,
                 static_cast<double>(slid.unlike), 0, "of " + std::to_string(slid.rows), false, 0});
}

void compare_artefacts(const json& artefacts, Comparisons& all) {
  const GraphRun run;
  Cleaned out;
  for (const auto& c : artefacts.at("cases")) clean(run, c, out);
  const auto count = [&](const std::string& metric, unsigned ours, std::size_t of) {
    all.push_back({artefact_group, metric, "", 0, static_cast<double>(ours), 0,
                   "of " + std::to_string(of), false, 0});
  };
  count("labels that differ", out.other_labels, out.labels);
  count("series with another number left", out.other_counts, artefacts.at("cases").size());
  if (!out.rmssd.empty()) {
    all.push_back(out.rmssd.comparison(artefact_group, "RMSSD of what is left, relative", 1e-9));
    all.push_back(out.sdnn.comparison(artefact_group, "SDNN of what is left, relative", 1e-9));
  }
  if (artefacts.contains("rules")) compare_rules(artefacts.at("rules"), all);
}

}  // namespace ib::verify
