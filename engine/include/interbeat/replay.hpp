// replay.hpp: a recorded session, run again: the same bytes as the live run, at any speed and on any number of
// threads, because a run's result depends on what was admitted alone, and that is what was recorded.
//
//   auto recording = open_recording("session.ibr", problems);
//   const auto survey = survey_of(*recording);
//   auto graph = read_graph_text(recording->head().graph, ...);
//   auto plan = Plan::build(*graph, playback_options(recording->head(), survey, *graph, {}), problems);
//   const auto played = play(*plan, *recording, survey, {});
//   if (!played.same()) ...
//
// Thread: [control].
#pragma once

#include <interbeat/engine.hpp>
#include <interbeat/recording.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ib {

/// What has to be known of a recording before it is played: one reading of all of it.
struct RecordingSurvey {
  std::uint64_t records{}, blocks{};
  Time until = never;  ///< sources were run up to here
  bool ended{};        ///< the session came to its end; else it broke off
  /// The recording has a hole, or damage; a replay ends there, and so does this survey. A sentence.
  std::string problem;
  AdmittedLog outages;                               ///< of isolated nodes
  std::vector<std::vector<Checkpoint>> checkpoints;  ///< by outlet, in order
};

/// Reads a recording to its end, or to the first hole, and goes back to its start.
RecordingSurvey survey_of(Recording& recording);

/// Options of a plan whose sources are played: those given, with the step and the outages of the recording, in
/// virtual time. The head must outlive the plan.
PlanOptions playback_options(const RecordingHead& head, const RecordingSurvey& survey,
                             const Graph& graph, PlanOptions options);

struct PlayOptions {
  double speed{};                              ///< times the clock; 0: as fast as it can
  const std::atomic<bool>* stop{};             ///< set by a signal: the replay breaks off
  int stop_fd{-1};                             ///< readable once `stop` is set
  std::function<void(Time settled)> progress;  ///< at most every 100 ms of wall time
};

/// How an input of a sink compares with what it got when the session was recorded.
struct OutletVerdict {
  RecordedOutlet outlet;
  bool in_graph{};           ///< the graph that was played has it too
  std::uint64_t recorded{};  ///< checkpoints in the recording
  std::uint64_t equal{};     ///< of them, the same here
  std::optional<Checkpoint> expected,
      found;  ///< the first that differs; none found: the replay never got there
};

struct PlayReport {
  RunReport run;
  bool
      ended{};  ///< to the session's end; else to where the recording breaks off, and nothing was flushed
  bool stopped{};      ///< by PlayOptions::stop
  Time until = never;  ///< the sources were run up to here
  std::uint64_t
      changes_without_node{};  ///< recorded changes of nodes that this graph does not have
  std::vector<OutletVerdict> outlets;

  /// Every checkpoint of every outlet that the graph has is the same. True of none at all, too.
  bool same() const;
};

/// Plays a recording from its start; where it has a hole or breaks off, the replay ends, without a flush.
PlayReport play(Plan& plan, Recording& recording, const RecordingSurvey& survey,
                const PlayOptions& options);

}  // namespace ib
