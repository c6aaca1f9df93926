#include "files/recording_survey.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace ib::files {
namespace {

/// A port, as its blocks come.
class PortCount {
 public:
  void add(const RecordedBlock& b, bool regular, PortOfRecording& port) {
    auto& extent = port.extent;
    extent.end = std::max(extent.end, Time{b.settled_ns});
    for (const auto& gap : b.gaps) extent.end = std::max(extent.end, Time{gap.to_ns});
    if (b.n == 0) return;
    const Anchor clock{b.anchor.index, b.anchor.t_ns, b.anchor.dt_q32};
    extent.begin =
        std::min(extent.begin, regular ? clock.at(b.first_index) : Time{b.times.front()});
    extent.end =
        std::max(extent.end, regular ? clock.at(b.first_index + b.n - 1) : Time{b.times.back()});
    if (!regular)
      for (const auto t : b.times) count(t, port);
  }

 private:
  void count(std::int64_t t, PortOfRecording& port) {
    const auto second = t / 1'000'000'000;
    if (second != second_) in_second_ = 0;
    second_ = second;
    port.most_per_second = std::max(port.most_per_second, ++in_second_);
  }
  std::int64_t second_ = INT64_MIN;
  double in_second_{};
};

}  // namespace

RecordingSurvey RecordingSurvey::of(FileRecording& recording) {
  const auto& head = recording.head();
  RecordingSurvey survey;
  std::vector<std::vector<PortCount>> counts;
  for (const auto& source : head.sources) {
    survey.sources.emplace_back(source.ports.size());
    counts.emplace_back(source.ports.size());
  }
  recording.rewind();
  while (const Record* record = recording.next()) {
    if (const auto* lost = std::get_if<RecordsLost>(record)) {
      survey.problem = std::to_string(lost->records) +
                       " records are missing: there was no room for them, in memory or on the disk";
      break;
    }
    if (const auto* b = std::get_if<RecordedBlock>(record)) {
      counts[b->source][b->port].add(*b, head.sources[b->source].ports[b->port].rate_hz > 0,
                                     survey.sources[b->source][b->port]);
    } else if (const auto* e = std::get_if<LogEntry>(record)) {
      if (e->kind == LogEntry::Kind::until) survey.until = std::max(survey.until, e->time);
    } else if (std::holds_alternative<RecordingEnd>(*record)) {
      survey.ended = true;
    }
  }
  if (survey.problem.empty()) survey.problem = recording.problem();
  return survey;
}

}  // namespace ib::files
