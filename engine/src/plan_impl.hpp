// PlanImpl: everything a run owns. Built once by plan_build.cpp, immutable in shape while it runs.
#pragma once

#include <interbeat/engine.hpp>

#include "arena.hpp"
#include "log_ring.hpp"
#include "stage.hpp"
#include "worker.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ib::detail {

/// One source: where it stands, and what the executor needs to turn it.
struct Source {
  Stage* stage{};
  Island* island{};
  const ib_source* ext{};
  ib_source_info info{};
  std::string uri;
  Time start;  ///< where its own time 0 lies on the session clock
  std::string start_note;
  Time wake = never;    ///< it asked to be turned again then
  Time turned = never;  ///< it was asked for what had arrived up to here
  bool finished{}, dormant{};
  std::uint32_t errors_in_a_row{};  ///< of its turns
  static constexpr std::uint32_t max_errors_in_a_row = 16;
  Time stuck_at = never;                            ///< its settled time after the last turn
  std::uint32_t stuck{};                            ///< turns without delivery or a later wake
  static constexpr std::uint32_t max_stuck = 1000;  ///< in a row
  Time last_seen = never;
  std::uint64_t turns{}, seen_marks{};
  /// Sources that meet this one in a merge, and the shortest wait of those merges.
  std::vector<std::uint32_t> partners;

  /// Settled time of the slowest of its listened ports.
  Time settled() const {
    std::int64_t s = IB_FOREVER;
    for (const auto& p : stage->ports) {
      if (p.listened && p.settled_ns < s) s = p.settled_ns;
    }
    return s == IB_FOREVER ? never : Time{s};
  }
};

/// What the plan knows of one node's edges.
struct NodeStreams {
  std::vector<ib_stream> in, out;
  std::vector<std::string> out_names;
  std::vector<std::string> owners;     ///< by output, as in ib_stream
  Duration path_latency{};             ///< worst case, source to this node's outputs
  std::vector<std::uint32_t> sources;  ///< indices of all sources upstream
};

/// The slowest way from a source to a node, for explain.
struct Path {
  std::string text;
  Duration latency{};
};

/// What a node sees of the engine.
struct NodeHost {
  ib_host host{};
  LogRing* log{};
  std::uint32_t node{};
};

class PlanImpl {
 public:
  ~PlanImpl();

  Graph graph;
  PlanOptions options;
  PassContext context;
  LogRing log;
  std::vector<std::unique_ptr<NodeHost>> hosts;  ///< by graph node
  Busy busy;

  // In destruction order: islands hold slots in the arena.
  Arena arena;
  std::vector<std::unique_ptr<Worker>> workers;  ///< [0] is the thread that runs the sources
  std::vector<std::unique_ptr<CutRing>> rings;
  std::vector<std::unique_ptr<Island>> islands;
  std::vector<Source> sources;
  std::vector<Stage*> stages;        ///< by graph node
  std::vector<NodeStreams> streams;  ///< by graph node
  std::vector<ib_node*> nodes;       ///< by graph node; activated ones are deactivated at the end
  std::vector<bool> active;
  std::vector<bool> planned;             ///< has its place; in a dry plan sinks are not active
  std::vector<std::uint32_t> order;      ///< topological
  std::vector<std::uint32_t> source_of;  ///< graph node → index in sources, or nobody
  static constexpr std::uint32_t nobody = UINT32_MAX;

  Mode mode{Mode::replay};
  /// [control] Once the sources are open: as the options say, else live if a device paces one.
  void choose_mode();
  Duration step() const { return options.step; }
  Duration lead_in{};  ///< live sources stand here; before it their past runs at full speed
};

/// Counts, depths and latencies as they stand; [any] while running.
RunReport make_report(PlanImpl& plan);

}  // namespace ib::detail
