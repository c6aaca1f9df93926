// SessionRecorder: a run's way into a recording. The threads of the run write into lanes of their own
// (record_lane.hpp); a thread of the recorder's empties them into the Recorder and commits, four times a second
// while something comes, and sleeps while nothing does. The run never waits for it, except in virtual time.
//
// Each round takes the lanes of sinks first and those of sources after them: so the records that led to
// a checkpoint are in the recording before it is committed, whenever the program is killed.
// Thread: [control]; made once the plan stands and before its executors, ended when they have returned.
#pragma once

#include <interbeat/engine.hpp>
#include <interbeat/recording.hpp>

#include "outlets.hpp"
#include "plan_impl.hpp"
#include "record_bell.hpp"
#include "record_lane.hpp"

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace ib::detail {

/// What a recording holds of a plan, before anything came.
RecordingHead recording_head_of(const PlanImpl& plan, const Outlets& outlets,
                                const RecordOptions& options);

class SessionRecorder {
 public:
  static constexpr std::chrono::milliseconds commit_every{250};
  static constexpr std::chrono::seconds telemetry_every{60};
  static constexpr double room_s = 30;  ///< what a lane holds of what its thread brings, at least
  static constexpr std::size_t least_lane = 1U << 20U, most_lane = 64U << 20U;  ///< bytes

  /// `origin_ns`: the host's clock at session time 0; 0 in virtual time.
  SessionRecorder(PlanImpl& plan, const RecordOptions& options, std::int64_t origin_ns);
  ~SessionRecorder();
  SessionRecorder(const SessionRecorder&) = delete;
  SessionRecorder& operator=(const SessionRecorder&) = delete;

  /// The lane of an executor.
  RecordLane& lane_of(unsigned executor) { return *lanes_[executor]; }
  /// [exec] What a source holds after a call of its node.
  void take(const Stage& source) noexcept {
    taps_[plan_.source_of[source.graph_node]].take(source);
  }

  /// The run is over, and nothing writes any more: the rest, and whether the session came to its end.
  void finish(bool ended);
  RecordingReport report() const { return report_; }

 private:
  /// Those checkpoints that say something new, into the lane of the sink's thread.
  class KeptCheckpoints final : public CheckpointUser {
   public:
    explicit KeptCheckpoints(RecordLane& lane) : lane_(lane) {}
    void take(const Checkpoint& checkpoint, bool last) noexcept override;

   private:
    RecordLane& lane_;
    std::uint64_t items_{~std::uint64_t{0}};
  };

  void make_lanes();
  void listen_to_packets();
  std::size_t number_of(const Worker& home) const;
  void loop();
  bool anything() const;
  bool hurry() const;
  void drain();
  void drain(RecordLane& lane);
  void write_outages();
  void write_telemetry();
  void tell_problem();

  PlanImpl& plan_;
  Recorder& recorder_;
  Outlets outlets_;
  RecordBell bell_;
  std::vector<std::unique_ptr<RecordLane>> lanes_;  ///< by worker; null: it has nothing to say
  std::vector<SourceTap> taps_;                     ///< by source
  std::deque<PacketTap> packet_taps_;               ///< of those sources that have any
  std::vector<KeptCheckpoints> kept_;               ///< by outlet
  std::size_t outages_{};                           ///< that were written
  std::int64_t origin_ns_;
  std::chrono::steady_clock::time_point telemetry_due_;
  bool told_problem_{};
  RecordingReport report_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace ib::detail
