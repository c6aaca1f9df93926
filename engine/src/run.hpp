// Run: what every executor does the same way. It admits: turns of sources, seen marks, ends, param
// changes; each lands in the log, and the result depends on the log alone. Executors only decide when.
// With several executors each has a Run for its components, and a log; the first also starts and ends
// what the plan has once (the log's printer, more threads, the nodes' end).
//
// Thread: the executor's own. The first is made first and closed last.
#pragma once

#include "plan_impl.hpp"
#include "record_lane.hpp"

#include <optional>
#include <vector>

namespace ib::detail {

class Run {
 public:
  Run(PlanImpl& plan, AdmittedLog* log, unsigned executor = 0);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Lets the source deliver what arrived up to `until`. False: it has ended (and was finished).
  /// After `calls` of its node it goes on another time: `more` is set.
  bool advance(std::uint32_t source, Time until, unsigned calls = no_bound);
  /// Live: lets the source deliver, then says of every partner that somebody now waits for what had
  /// arrived of it: at most 4 marks per second, none when all are silent, no timer.
  void arrive(std::uint32_t source, Time now, unsigned calls = no_bound);
  /// All that had arrived by `now` at this source lies before this mark.
  void seen(std::uint32_t source, Time now);
  /// The source's streams end at their last item.
  void finish(std::uint32_t source);
  /// After everything admitted so far on any source: the earliest time at which a change can act.
  Time earliest_change() const;
  /// A param changes for all input times at or after `at`. False: 16 changes already wait at this
  /// node, or it has no live params, or it has stopped.
  bool change_at(std::uint32_t node, std::uint32_t param, double number, Time at);
  /// [control] A node may get changes from now on. It allocates: once, for who is ever changed.
  void prepare_changes(std::uint32_t node);
  /// Changes with times of their own (offline, or from a log): each is admitted before any source
  /// goes beyond its time.
  void plan_changes(AdmittedLog changes);
  /// Planned changes that nobody could take.
  std::uint64_t refused_changes() const { return refused_changes_; }

  /// Live, behind the clock (a lead-in, a host that was busy): islands wait for room, as offline.
  void catch_up(bool behind) {
    catching_up_ = behind;
    if (lane_ != nullptr && plan_.context.live) lane_->wait_when_full(behind);
  }
  /// Runs what this executor's worker has to do; other workers run on their own.
  void drain();
  /// Waits until every island is idle.
  void wait_quiet();
  /// Everything has ended: all finished, all idle, all nodes flushed.
  void close();
  /// The same without the end of anything: sources stay open, nobody flushes.
  void abandon();

  PlanImpl& plan() { return plan_; }
  Worker& worker() { return *plan_.workers[executor_]; }
  /// Indices of the components that this executor runs.
  const std::vector<std::uint32_t>& components() const { return components_; }
  const Few<std::uint32_t>& sources_of(std::uint32_t component) const {
    return plan_.components[component].sources;
  }
  std::size_t sources() const { return plan_.sources.size(); }
  Source& source(std::size_t i) { return plan_.sources[i]; }

  static constexpr unsigned no_bound = UINT32_MAX;
  static constexpr Duration seen_every = 250ms;  ///< between two marks of one source
  static constexpr Duration seen_after = 1s;     ///< a partner less behind can't be given up yet

 private:
  void look_at(std::uint32_t partner, Time now, unsigned calls);
  bool give_up_stuck(std::uint32_t i, Source& s);
  void wait_for_room(Source& s);
  void admit_planned(Time until);
  bool send_kept_ends();
  void end_nodes();
  void note(const LogEntry& e) {
    if (log_ != nullptr) log_->push_back(e);
    if (lane_ != nullptr) lane_->write(e);
  }

  Busy& busy() { return *plan_.busy[executor_]; }
  bool is_mine(const Island& island) const {
    return plan_.components[island.component].executor == executor_;
  }

  PlanImpl& plan_;
  AdmittedLog* log_;
  unsigned executor_;
  RecordLane* lane_{};  ///< while it is recorded
  std::vector<std::uint32_t> components_;
  AdmittedLog planned_;  ///< by time
  std::size_t next_planned_{};
  std::uint64_t refused_changes_{};
  bool closed_{}, catching_up_{};
};

}  // namespace ib::detail
