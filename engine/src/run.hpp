// Run: what every executor does the same way. It admits: turns of sources, seen marks, ends, param
// changes; each lands in the log, and the result depends on the log alone. Executors only decide when.
//
// Thread: worker 0, the one that owns the sources.
#pragma once

#include "plan_impl.hpp"

#include <optional>
#include <vector>

namespace ib::detail {

class Run {
 public:
  Run(PlanImpl& plan, AdmittedLog* log);
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Lets the source deliver what arrived up to `until`. False: it has ended (and was finished).
  bool advance(std::uint32_t source, Time until);
  /// Live: lets the source deliver, then says of every partner that somebody now waits for what had
  /// arrived of it: at most 4 marks per second, none when all are silent, no timer.
  void arrive(std::uint32_t source, Time now);
  /// All that had arrived by `now` at this source lies before this mark.
  void seen(std::uint32_t source, Time now);
  /// The source's streams end at their last item.
  void finish(std::uint32_t source);
  /// A param changes for all input times at or after the event's; returns that time: after
  /// everything admitted so far on any source.
  std::optional<Time> change(std::uint32_t node, std::uint32_t param, double number);
  /// False: 64 changes already wait at this node, or the node has stopped.
  bool change_at(std::uint32_t node, std::uint32_t param, double number, Time at);

  /// Runs what worker 0 has to do; other workers run on their own.
  void drain();
  /// Waits until every island is idle.
  void wait_quiet();
  /// Everything has ended: all finished, all idle, all nodes flushed.
  void close();

  PlanImpl& plan() { return plan_; }
  std::size_t sources() const { return plan_.sources.size(); }
  Source& source(std::size_t i) { return plan_.sources[i]; }

  static constexpr Duration seen_every = 250ms;  ///< between two marks of one source
  static constexpr Duration seen_after = 1s;     ///< a partner less behind can't be given up yet

 private:
  void look_at(std::uint32_t partner, Time now);
  bool give_up_stuck(std::uint32_t i, Source& s);
  void wait_for_room(Source& s);
  void note(LogEntry e) {
    if (log_ != nullptr) log_->push_back(e);
  }

  PlanImpl& plan_;
  AdmittedLog* log_;
  bool closed_{};
};

}  // namespace ib::detail
