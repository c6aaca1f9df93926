#include "files/recording_feed.hpp"

#include <interbeat/clock_model.hpp>
#include <interbeat/physio.hpp>
#include <interbeat/recorded_port.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "files/recorded_utc.hpp"

namespace ib::files {
namespace {

using source::Signal;

/// A port of a source, by its name and type.
struct KnownPort {
  Signal signal;
  std::string_view name;
  const ib_type* type;
  std::uint32_t channels;  ///< 0: irregular
};

template <class T>
KnownPort known(Signal signal, std::string_view name) {
  if constexpr (SampleTag<T>) return {signal, name, &T::type(), channels_of<T>()};
  else return {signal, name, &T::type(), 0};
}

const std::vector<KnownPort>& known_ports() {
  static const std::vector<KnownPort> ports{known<Ppg>(Signal::ppg, "ppg"),
                                            known<Ecg>(Signal::ecg, "ecg"),
                                            known<Acceleration>(Signal::acceleration, "acc"),
                                            known<Temperature>(Signal::temperature, "temperature"),
                                            known<SkinConductance>(Signal::skin_conductance, "eda"),
                                            known<Beat>(Signal::beats, "beats"),
                                            known<RrNotification>(Signal::rr, "rr"),
                                            known<Marker>(Signal::markers, "markers"),
                                            known<HeartRate>(Signal::heart_rate, "heart_rate"),
                                            known<DeviceStatus>(Signal::status, "status"),
                                            known<ClockModel>(Signal::clock, "clock"),
                                            known<OxygenSaturation>(Signal::spo2, "spo2")};
  return ports;
}

/// What a head may promise of an irregular port beyond what is found in it: nodes behind it make room for that.
constexpr double most_promised_hz = 1000;

bool is_absent(const RecordedPort& port) { return (port.stream_flags & IB_STREAM_ABSENT) != 0; }

/// The port of the name, if there is one and something of it was recorded.
std::optional<std::uint32_t> port_called(const RecordedSource& source, std::string_view name) {
  for (std::uint32_t k = 0; k < source.ports.size(); ++k)
    if (source.ports[k].name == name && !is_absent(source.ports[k])) return k;
  return std::nullopt;
}

std::vector<Problem> told_of(const std::filesystem::path& file, const Diagnostics& found) {
  std::vector<Problem> told;
  for (const auto& d : found.items()) told.push_back({file, 0, d.what, d.expected, d.hint});
  return told;
}

std::string seconds_text(Time t) {
  auto text = std::to_string(std::max<std::int64_t>(0, t.ns / 1'000'000'000));
  return text + " s";
}

/// A port that two sources of a person have: who of them is meant?
Problem ambiguous(const std::filesystem::path& file, const RecordedPerson& person,
                  const RecordingHead& head, std::string_view port,
                  const std::vector<std::uint32_t>& sources) {
  std::vector<std::string> paths;
  for (const auto s : sources) paths.push_back(head.sources[s].path);
  return {file,
          0,
          "the " + std::string(port) + " of " + in_quotes(person.name) + " was recorded by " +
              std::to_string(paths.size()) + " sources: " + listed(paths),
          "one of them, such as " + in_quotes(file.filename().string() + "#" + paths.front()),
          {}};
}

}  // namespace

Result<std::unique_ptr<source::Feed>> RecordingFeed::open(const std::filesystem::path& file,
                                                          std::string_view who) {
  Diagnostics found;
  const auto recording = open_recording(file, found);
  auto told = told_of(file, found);
  if (recording == nullptr) return {std::nullopt, std::move(told)};
  const auto& head = recording->head();
  auto person = find_person(head, file, who);
  if (!person) return {std::nullopt, std::move(person.problems)};
  const auto survey = RecordingSurvey::of(*recording);

  std::unique_ptr<RecordingFeed> feed(new RecordingFeed);
  feed->owner_ = person->name;
  feed->zero_utc_ns_ = utc_of_zero(head);
  feed->breaks_off_ = !survey.ended;
  std::size_t played = 0;
  std::string reason;
  for (const auto s : person->sources)
    feed->simulated_ = feed->simulated_ || head.sources[s].simulated != 0;
  for (const auto& port : known_ports()) {
    auto& why = feed->absent_[index_of(port.signal)];
    why = "nothing of it was recorded";
    std::vector<std::uint32_t> having;
    for (const auto s : person->sources)
      if (port_called(head.sources[s], port.name)) having.push_back(s);
    if (having.size() > 1)
      return {std::nullopt, {ambiguous(file, *person, head, port.name, having)}};
    if (having.empty()) continue;
    const auto& source = head.sources[having.front()];
    const auto k = *port_called(source, port.name);
    why = why_unfit(source.ports[k], port.type, port.channels > 0);
    if (!why.empty()) {
      if (reason.empty()) reason = ": " + why;
      continue;
    }
    std::string problem;
    if (!feed->add_port(*recording, having.front(), k, port.signal,
                        survey.sources[having.front()][k], problem))
      return {std::nullopt, {{file, 0, "it can't be read again: " + problem, {}, {}}}};
    ++played;
  }
  if (played == 0)
    return {
        std::nullopt,
        {{file, 0,
          "nothing that a source can play was recorded of " +
              in_quotes(who.empty() ? head.sources[person->sources.front()].path : who) + reason,
          "a session in which a node reads one of its streams",
          "`interbeat info` says what is in it"}}};
  if (recording->part() > 1)
    told.push_back({file,
                    0,
                    "this is part " + std::to_string(recording->part()) +
                        " of its session; what came before is not played",
                    {},
                    {}});
  if (!survey.ended)
    told.push_back({file,
                    0,
                    "it breaks off at " + seconds_text(survey.until) +
                        ", and is played up to there" +
                        (survey.problem.empty() ? "" : ": " + survey.problem),
                    {},
                    {}});
  return {std::unique_ptr<source::Feed>(std::move(feed)), std::move(told)};
}

bool RecordingFeed::add_port(const FileRecording& recording, std::uint32_t source,
                             std::uint32_t port, Signal signal, const PortOfRecording& found,
                             std::string& problem) {
  auto reader = recording.again(problem);
  if (reader == nullptr) return false;
  const auto& recorded = recording.head().sources[source].ports[port];
  const bool regular = recorded.rate_hz > 0;
  auto& shape = shapes_[index_of(signal)];
  shape.present = true;
  shape.rate_hz = recorded.rate_hz;
  shape.channels = recorded.channels;
  shape.sampled_hz = recorded.sampled_hz;
  shape.steered = (recorded.stream_flags & IB_STREAM_STEERED) != 0;
  if (!regular)
    shape.items_per_second = std::max(
        {1.0, found.most_per_second, std::min(recorded.items_per_second, most_promised_hz)});
  if (found.extent.end > never) end_ = std::max(end_, found.extent.end);
  auto stream =
      std::make_unique<RecordedStream>(signal, RecordedBlocks(std::move(reader), source, port),
                                       recorded.item_bytes, regular, found.extent);
  played_[index_of(signal)] = stream.get();
  add(std::move(stream));
  return true;
}

void RecordingFeed::describe(ib_source_info& info) const {
  info.utc_start_ns = zero_utc_ns_;
  info.duration_ns = end_.ns;
  info.simulated = simulated_ ? 1 : 0;
}

source::Losses RecordingFeed::losses() const {
  source::Losses losses;
  bool cut_short = breaks_off_;
  for (const auto* stream : played_) {
    if (stream == nullptr) continue;
    cut_short = cut_short || stream->cut_short();
    losses.refused_rows += stream->out_of_order();
    losses.lost_samples = std::max(losses.lost_samples, stream->lost_samples());
  }
  losses.cut_short = cut_short ? 1 : 0;
  return losses;
}

}  // namespace ib::files
