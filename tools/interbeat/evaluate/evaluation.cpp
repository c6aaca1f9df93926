#include "evaluate/evaluation.hpp"

#include "parallel_replay.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

namespace ib::evaluate {
namespace {

std::vector<Way> ways_of(const DataSet& set, const EvaluationOptions& options) {
  const std::vector<std::string> unnamed{""};
  const auto& algorithms = options.algorithms.empty() ? unnamed : options.algorithms;
  std::vector<std::optional<double>> rates;
  for (const double r : set.signal.rates_hz) rates.emplace_back(r);
  if (rates.empty()) rates.emplace_back();
  std::vector<Way> ways;
  for (const auto& algorithm : algorithms)
    for (const auto& rate : rates)
      ways.push_back({algorithm, rate, algorithm == algorithms.front()});
  return ways;
}

/// One record in one way.
RecordScore score_one(const DataSet& set, const ScoredGraph& graph, const Recording& recording,
                      const Way& way) {
  auto signal = way.rate_hz ? resampled(recording.signal, *way.rate_hz, set.signal.bridge_s)
                            : recording.signal;
  const bool turned = set.signal.polarity == Polarity::automatic && points_down(signal);
  if (turned) turn_over(signal);
  auto this_way = graph;
  if (!way.algorithm.empty()) this_way.set.emplace_back("algorithm", way.algorithm);
  auto s = score(set, recording, signal, run(this_way, signal));
  s.turned_over = turned;
  return s;
}

/// All recordings, read side by side; problems in the order of the records.
std::vector<Recording> read_all(const DataSet& set, const std::vector<Place>& places, unsigned jobs,
                                Diagnostics& out) {
  std::vector<Recording> recordings(places.size());
  std::vector<Diagnostics> problems(places.size());
  for_each_parallel(places.size(), jobs, [&](std::size_t i) {
    recordings[i] = read_recording(set, places[i], problems[i]);
  });
  for (const auto& of_one : problems)
    for (const auto& d : of_one.items()) out.add(d);
  return recordings;
}

}  // namespace

bool Evaluation::good() const {
  return std::all_of(summaries.begin(), summaries.end(),
                     [](const Summary& s) { return s.failed() == 0 && s.all_met(); });
}

std::optional<Evaluation> evaluate(DataSet set, const ScoredGraph& graph,
                                   const EvaluationOptions& options, Diagnostics& out) {
  const auto before = out.errors();
  if (!options.rates_hz.empty()) set.signal.rates_hz = options.rates_hz;
  const auto places = find_recordings(set, options.data, out);
  if (out.errors() > before) return std::nullopt;
  const auto recordings = read_all(set, places, options.jobs, out);
  if (out.errors() > before) return std::nullopt;
  const auto ways = ways_of(set, options);
  const auto n = recordings.size();
  std::vector<RecordScore> scores(ways.size() * n);
  std::mutex told;
  std::size_t done = 0;
  for_each_parallel(scores.size(), options.jobs, [&](std::size_t i) {
    const auto& recording = recordings[i % n];
    if (options.stop != nullptr && *options.stop) {
      scores[i].name = recording.name;
      scores[i].problem = "interrupted";
      return;
    }
    scores[i] = score_one(set, graph, recording, ways[i / n]);
    const std::lock_guard lock(told);
    if (options.progress) options.progress(++done, scores.size());
  });
  Evaluation evaluation{std::move(set), graph.file.filename().string(), {}};
  for (std::size_t w = 0; w < ways.size(); ++w) {
    const auto from = scores.begin() + static_cast<std::ptrdiff_t>(w * n);
    evaluation.summaries.push_back(
        summarise(evaluation.set, ways[w],
                  {std::make_move_iterator(from),
                   std::make_move_iterator(from + static_cast<std::ptrdiff_t>(n))}));
  }
  return evaluation;
}

}  // namespace ib::evaluate
