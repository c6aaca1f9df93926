// What quality.ppg is worth on 16 patients (BIDMC, finger PPG against ECG): what the agreement of two detectors
// adds to RMSSD and takes from coverage, and what the shape of a beat still tells at 12.5 and 10.4 Hz. Nothing here
// was chosen to please these records: the bounds are those of the papers. The figures printed are the ones the
// documentation may quote.
#include "dsp/elgendi_beats.hpp"
#include "dsp/iir_design.hpp"
#include "dsp/mspt_beats.hpp"
#include "dsp/ppg_quality.hpp"
#include "dsp/sos_filter.hpp"
#include "dsp/ssf_beats.hpp"
#include "support/bidmc.hpp"
#include "support/csv_table.hpp"
#include "support/graph_world.hpp"
#include "support/shared_data.hpp"
#include "support/statistics.hpp"

#include <fmt/format.h>

#include <random>
#include <variant>

using namespace ib;
using namespace ib::test;
using bidmc::Record;

namespace {

std::vector<Record> patients() {
  const auto folder = shared("data/ppg_ecg_bidmc");
  if (!folder) {
    skip_absent("data/ppg_ecg_bidmc");
    return {};
  }
  auto records = bidmc::read_records(*folder);
  BOOST_REQUIRE(records.size() == 16u);
  return records;
}

std::filesystem::path thinned(const Record& record, std::size_t every, const Scratch& scratch) {
  const auto path = scratch.path() / (record.name + ".csv");
  std::ofstream out(path);
  out << fmt::format("# fs_hz: {}\nppg\n", bidmc::recorded_hz / static_cast<double>(every));
  for (std::size_t i = 0; i < record.ppg.size(); i += every)
    out << fmt::format("{}\n", record.ppg[i]);
  return path;
}

/// A hand that moves for 10 s of every 40: noise of the pulse's own band and strength (0 dB) on top.
Record shaken(Record record, unsigned seed) {
  std::mt19937 random(seed);
  dsp::SosFilter filter(dsp::butterworth_band_pass(2, 0.5, 5.0, bidmc::recorded_hz));
  std::vector<double> noise;
  for (std::size_t i = 0; i < record.ppg.size(); ++i)
    noise.push_back(filter(static_cast<double>(random() >> 8U) / 16777216.0 - 0.5));
  const auto deviation = [](const std::vector<double>& x) {
    double squares = 0;
    const double centre = mean(x);
    for (const double v : x) squares += (v - centre) * (v - centre);
    return std::sqrt(squares / static_cast<double>(x.size()));
  };
  const std::vector<double> pulse(record.ppg.begin(), record.ppg.begin() + 3750);  // 30 s
  const std::vector<double> some(noise.begin() + 1250, noise.begin() + 5000);
  const double gain = deviation(pulse) / deviation(some);
  for (std::size_t i = 0; i < record.ppg.size(); ++i)
    if (static_cast<std::size_t>(static_cast<double>(i) / bidmc::recorded_hz) % 40 >= 30)
      record.ppg[i] += gain * noise[i];
  return record;
}

/// The tables that a graph leaves behind, by file name.
std::map<std::string, CsvTable> tables_of(const Registry& registry, const std::string& text,
                                          const Scratch& scratch,
                                          const std::vector<std::string>& files) {
  Diagnostics problems;
  const auto graph = read_graph_text(text, "quality", ".", {}, registry, problems);
  BOOST_REQUIRE_MESSAGE(graph.has_value(), problems.text());
  PlanOptions options;
  options.out_dir = scratch.path();
  const auto built = plan(*graph, options);
  BOOST_TEST(run_replay(*built, {}).failures.empty());
  std::map<std::string, CsvTable> tables;
  for (const auto& name : files) {
    const auto& table = tables.emplace(name, scratch.path() / name).first->second;
    BOOST_REQUIRE_MESSAGE(table.problem().empty(), table.problem());
  }
  return tables;
}

using ByTime = std::map<double, double>;

ByTime column_by_time(const CsvTable& table, const std::string& name) {
  ByTime out;
  for (std::size_t i = 0; i < table.rows(); ++i)
    if (const auto value = table.number(i, name)) out[*table.number(i, "time_s")] = *value;
  return out;
}

constexpr std::string_view pulse_graph = R"(interbeat: 1
nodes:
  ring:     {{type: source, uri: "{}", channel: ppg}}
  filtered: {{type: filter.bandpass, in: ring.ppg, high: {} Hz}}
  detected: {{type: beat.ppg, in: filtered, algorithm: {}}}
{}  quality:  {{type: quality.ppg, raw: ring.ppg, filtered: filtered, beats: detected{}}}
  clean:    {{type: interval.clean, beats: quality.beats}}
  hrv:      {{type: hrv.window, intervals: clean, window: {} s, step: {} s}}
  hrv_file: {{type: sink.csv, in: hrv, path: hrv.csv}}
  file:     {{type: sink.csv, in: quality.beats, path: beats.csv}}
)";
constexpr std::string_view ecg_graph = R"(interbeat: 1
nodes:
  ecg:      {{type: source, uri: "{}"}}
  clean:    {{type: interval.clean, beats: ecg.beats, trust_source: true}}
  hrv:      {{type: hrv.window, intervals: clean, window: {} s, step: {} s}}
  hrv_file: {{type: sink.csv, in: hrv, path: hrv.csv}}
)";

struct OfPulse {
  ByTime values;
  double valid_share{};
};

OfPulse by_pulse(const Registry& registry, const Record& record, std::size_t every,
                 const std::string& algorithm, const std::string& second, const std::string& column,
                 int window_s) {
  const Scratch scratch;
  const bool two = !second.empty();
  const auto text = fmt::format(
      pulse_graph, thinned(record, every, scratch).string(),
      std::min(8.0, 0.4 * bidmc::recorded_hz / static_cast<double>(every)), algorithm,
      two ? "  other:    {type: beat.ppg, in: filtered, algorithm: " + second + "}\n" : "",
      two ? ", second: other" : "", window_s, window_s);
  const auto tables = tables_of(registry, text, scratch, {"hrv.csv", "beats.csv"});
  return {column_by_time(tables.at("hrv.csv"), column),
          mean(tables.at("beats.csv").numbers("valid"))};
}

ByTime by_ecg(const Registry& registry, const Record& record, const std::string& column,
              int window_s) {
  const Scratch scratch;
  const auto file = record.signals.parent_path() / (record.name + "_beats.csv");
  const auto text = fmt::format(ecg_graph, file.string(), window_s, window_s);
  return column_by_time(tables_of(registry, text, scratch, {"hrv.csv"}).at("hrv.csv"), column);
}

struct Errors {
  std::vector<double> all;  ///< |pulse - ECG|
  std::size_t windows{};    ///< that the ECG has
  std::vector<double> valid;
  void add(const ByTime& pulse, const ByTime& ecg) {
    windows += ecg.size();
    for (const auto& [t, value] : pulse)
      if (const auto same = ecg.find(t); same != ecg.end())
        all.push_back(std::abs(value - same->second));
  }
  std::string text(const char* unit) {
    BOOST_REQUIRE_MESSAGE(!all.empty(), "none of " << windows << " windows has a value of both");
    std::sort(all.begin(), all.end());
    return fmt::format(
        "{} of {} windows, |error| p50 {:.2f}, p90 {:.2f}, max {:.1f}, mean {:.2f} {}", all.size(),
        windows, quantile(all, 0.5), quantile(all, 0.9), all.back(), mean(all), unit);
  }
};

// -- the shape of a beat at low rates --------------------------------------------------------------

using AnyDetector = std::variant<dsp::MsptBeats, dsp::ElgendiBeats, dsp::SsfBeats>;

AnyDetector detector(const std::string& algorithm, double rate) {
  if (algorithm == "mspt") return AnyDetector(std::in_place_type<dsp::MsptBeats>, rate);
  if (algorithm == "elgendi") return AnyDetector(std::in_place_type<dsp::ElgendiBeats>, rate);
  return AnyDetector(std::in_place_type<dsp::SsfBeats>, rate);
}

void push_into(AnyDetector& any, std::uint64_t i, double y, std::vector<double>& peaks) {
  const auto note = [&](const dsp::Peak& p) {
    peaks.push_back(static_cast<double>(p.index) + p.fraction);
  };
  if (auto* m = std::get_if<dsp::MsptBeats>(&any)) {
    m->push(i, y);
    for (const auto& p : m->peaks()) note(p);
  } else if (auto* e = std::get_if<dsp::ElgendiBeats>(&any)) {
    e->push(i, y);
    if (e->peak()) note(*e->peak());
  } else {
    auto& s = std::get<dsp::SsfBeats>(any);
    s.push(i, y);
    if (s.peak()) note(*s.peak());
  }
}

constexpr double displaced_s = 0.05;

/// Template correlation of beats that stand where the ECG has one, and of those that don't.
struct Shapes {
  std::vector<double> right, displaced,
      wrong;  ///< within 50 ms of the usual delay, 150 ms, neither
  std::vector<double> f1;
};

/// Of the nearest ECG beat; above 0: the pulse comes behind it.
double offset_s(const Record& record, double at_s) {
  const auto later = std::lower_bound(record.ecg.begin(), record.ecg.end(), at_s,
                                      [](const auto& b, double t) { return b.at_s < t; });
  double nearest = later != record.ecg.end() ? at_s - later->at_s : 1e9;
  if (later != record.ecg.begin())
    if (const double earlier = at_s - std::prev(later)->at_s; earlier < std::abs(nearest))
      nearest = earlier;
  return nearest;
}

void look_at_shapes(const Record& record, std::size_t every, const std::string& algorithm,
                    Shapes& shapes) {
  const double rate = bidmc::recorded_hz / static_cast<double>(every);
  dsp::SosFilter filter(dsp::butterworth_band_pass(2, 0.5, std::min(8.0, 0.4 * rate), rate));
  filter.restart(record.ppg.front());
  auto any = detector(algorithm, rate);
  std::visit([](auto& d) { d.restart(0); }, any);
  std::vector<double> wave, peaks, at_s;
  for (std::size_t i = 0; i < record.ppg.size(); i += every) {
    wave.push_back(filter(record.ppg[i]));
    push_into(any, wave.size() - 1, wave.back(), peaks);
  }
  for (const double p : peaks) at_s.push_back(p / rate);
  const auto score = bidmc::best_score(record, at_s);
  shapes.f1.push_back(score.f1());
  std::vector<double>
      matched;  // the lag is one of many that match as many beats: take their middle
  for (const double t : at_s)
    if (const double off = offset_s(record, t - score.lag_s); std::abs(off) <= bidmc::tolerance_s)
      matched.push_back(off);
  const double lag_s = score.lag_s + median(matched);
  dsp::MedianInterval interval;
  dsp::BeatTemplate shape;
  for (std::size_t i = 1; i < peaks.size(); ++i) {
    interval.push(peaks[i] - peaks[i - 1]);
    const auto r = shape.match(wave, peaks[i], 0.5 * *interval.value());
    if (!r || at_s[i] < bidmc::skipped_s) continue;
    const double off = std::abs(offset_s(record, at_s[i] - lag_s));
    (off <= displaced_s          ? shapes.right
     : off <= bidmc::tolerance_s ? shapes.displaced
                                 : shapes.wrong)
        .push_back(*r);
  }
}

double share_from(const std::vector<double>& r, double bound) {
  return static_cast<double>(
             std::count_if(r.begin(), r.end(), [&](double x) { return x >= bound; })) /
         std::max<double>(1, static_cast<double>(r.size()));
}

/// The chance that a right beat has the larger r: 0.5 says nothing, 1 everything.
double discrimination(std::vector<double> right, const std::vector<double>& wrong) {
  std::sort(right.begin(), right.end());
  double sum = 0;
  for (const double r : wrong)
    sum += static_cast<double>(right.end() - std::upper_bound(right.begin(), right.end(), r)) /
           static_cast<double>(right.size());
  return sum / static_cast<double>(wrong.size());
}

void compare_agreement(const std::vector<Record>& records, std::size_t every, const char* what) {
  const auto registry = all_nodes();
  const std::vector<std::pair<std::string, std::string>> pairs{
      {"mspt", "elgendi"}, {"elgendi", "mspt"}, {"ssf", "mspt"}};
  for (const auto& [first, other] : pairs) {
    Errors alone, both;
    for (const auto& record : records) {
      const auto ecg = by_ecg(registry, record, "rmssd_ms", 60);
      const auto one = by_pulse(registry, record, every, first, "", "rmssd_ms", 60);
      const auto two = by_pulse(registry, record, every, first, other, "rmssd_ms", 60);
      alone.add(one.values, ecg);
      both.add(two.values, ecg);
      alone.valid.push_back(one.valid_share);
      both.valid.push_back(two.valid_share);
    }
    const auto figures = fmt::format(
        "{:g} Hz, {}{}: alone {}, valid beats {:.3f}\n    with {}: {}, valid beats {:.3f}",
        bidmc::recorded_hz / static_cast<double>(every), first, what, alone.text("ms"),
        mean(alone.valid), other, both.text("ms"), mean(both.valid));
    BOOST_TEST_MESSAGE(figures);
    BOOST_TEST(quantile(both.all, 0.5) <= quantile(alone.all, 0.5) + 0.5);
    BOOST_TEST(quantile(both.all, 0.9) <= quantile(alone.all, 0.9) + 0.5);
    BOOST_TEST(mean(both.valid) <= mean(alone.valid));
    BOOST_TEST(mean(both.valid) >= mean(alone.valid) - 0.15);  // ssf is the first to go in noise
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quality)

BOOST_AUTO_TEST_CASE(agreement_of_two_detectors_against_ecg) {
  const auto records = patients();
  if (records.empty()) return;
  compare_agreement(records, 1, "");
  compare_agreement(records, 5, "");
}

BOOST_AUTO_TEST_CASE(agreement_of_two_detectors_on_a_hand_that_moves) {
  auto records = patients();
  if (records.empty()) return;
  for (unsigned seed = 1; auto& record : records) record = shaken(record, seed++);
  compare_agreement(records, 5, ", 0 dB of noise for 10 s of every 40 (seeds 1..16)");
}

BOOST_AUTO_TEST_CASE(the_shape_of_a_beat_at_low_rates) {
  const auto records = patients();
  if (records.empty()) return;
  for (const std::size_t every : {std::size_t{5}, std::size_t{10}, std::size_t{12}})
    for (const std::string algorithm : {"mspt", "elgendi", "ssf"}) {
      Shapes s;
      for (const auto& record : records) look_at_shapes(record, every, algorithm, s);
      for (auto* r : {&s.right, &s.displaced, &s.wrong}) std::sort(r->begin(), r->end());
      const auto line = [&](const char* what, const std::vector<double>& r) {
        return fmt::format(
            "    {} {}: r p05 {:.2f}, p25 {:.2f}, p50 {:.2f}, p75 {:.2f}; r >= 0.8: "
            "{:.3f}\n",
            r.size(), what, quantile(r, 0.05), quantile(r, 0.25), quantile(r, 0.5),
            quantile(r, 0.75), share_from(r, 0.8));
      };
      const double d = discrimination(s.right, s.wrong);
      const auto figures = fmt::format(
          "{:.1f} Hz, {}: F1 median {:.4f}, mean {:.4f}; r tells right from false with AUC {:.3f}\n{}{}{}",
          bidmc::recorded_hz / static_cast<double>(every), algorithm, median(s.f1), mean(s.f1), d,
          line("right", s.right), line("displaced by 50-150 ms", s.displaced),
          line("false", s.wrong));
      BOOST_TEST_MESSAGE(figures);
      BOOST_TEST(share_from(s.right, 0.8) > 0.9);
      BOOST_TEST(d > 0.75);
    }
}

BOOST_AUTO_TEST_CASE(heart_rate_from_ten_samples_a_second) {
  const auto records = patients();
  if (records.empty()) return;
  const auto registry = all_nodes();
  for (const std::size_t every : {std::size_t{5}, std::size_t{10}, std::size_t{12}})
    for (const std::string algorithm : {"mspt", "elgendi", "ssf"}) {
      Errors error;
      for (const auto& record : records)
        error.add(by_pulse(registry, record, every, algorithm, "", "heart_rate_bpm", 30).values,
                  by_ecg(registry, record, "heart_rate_bpm", 30));
      const auto figures = fmt::format("{:.1f} Hz, {}, heart rate of 30 s: {}",
                                       bidmc::recorded_hz / static_cast<double>(every), algorithm,
                                       error.text("bpm"));
      BOOST_TEST_MESSAGE(figures);
      BOOST_TEST(quantile(error.all, 0.5) <= 1);
      BOOST_TEST(static_cast<double>(error.all.size()) >= 0.8 * static_cast<double>(error.windows));
    }
}

BOOST_AUTO_TEST_SUITE_END()
