// PlanImpl: everything a run owns. Built once by plan_build.cpp, immutable in shape while it runs.
#pragma once

#include <interbeat/engine.hpp>
#include <interbeat/sugar/presence.hpp>

#include "arena.hpp"
#include "intake.hpp"
#include "log_ring.hpp"
#include "node_process.hpp"
#include "node_streams.hpp"
#include "stage.hpp"
#include "tap_lane.hpp"
#include "ticks.hpp"
#include "worker.hpp"

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ib::detail {

/// One source: where it stands, and what the executor needs to turn it.
struct Source {
  std::uint32_t node{};  ///< in the graph
  std::uint32_t component{};
  Stage* stage{};
  Island* island{};
  const ib_source* ext{};
  const ib_mark* marks{};           ///< it takes marks from people
  const PresenceTable* presence{};  ///< it reads a device
  ib_source_info info{};
  std::string uri;
  Time start;             ///< where its own time 0 lies on the session clock
  SharedText start_note;  ///< equal ones are one
  Time wake = never;      ///< it asked to be turned again then
  Time turned = never;    ///< it was asked for what had arrived up to here
  bool finished{}, dormant{};
  bool follows{};  ///< it takes marks, and the others say what the session is
  bool in_turn{};  ///< a pass that it began runs; for the log's thread, through atomic_ref
  bool more{};     ///< its last turn ended before it had delivered all
  bool told{};     ///< it waits on its worker's list; any thread, through atomic_ref
  std::int64_t told_settled_ns{IB_NEVER};  ///< for reports from other threads, through atomic_ref
  Source* next_told{};                     ///< that list
  Time stuck_at = never;                   ///< its settled time after the last turn
  std::uint32_t errors_in_a_row{};         ///< of its turns
  static constexpr std::uint32_t max_errors_in_a_row = 16;
  std::uint32_t stuck{};                            ///< turns without delivery or a later wake
  static constexpr std::uint32_t max_stuck = 1000;  ///< in a row
  Time last_seen = never;
  std::uint64_t turns{}, seen_marks{};  ///< read by reports too: see bump()
  /// Sources that meet this one in a merge, and the shortest wait of those merges.
  std::vector<std::uint32_t> partners;

  /// A device paces it, or people alone do.
  bool is_live() const { return info.live != 0 || (marks != nullptr && !follows); }
  /// That it ever delivered.
  std::uint64_t items() const {
    std::uint64_t n = 0;
    for (const auto& p : stage->ports) n += p.own.items;
    return n;
  }
  /// Settled time of the slowest of its listened ports.
  Time settled() const {
    std::int64_t s = IB_FOREVER;
    for (const auto& p : stage->ports) {
      if (p.listened && p.settled_ns() < s) s = p.settled_ns();
    }
    return s == IB_FOREVER ? never : Time{s};
  }
};

/// A part of the graph that no edge connects to another, with its sources.
struct Component {
  Few<std::uint32_t> sources;
  LossyRings lossy;  ///< rings that drop when they are full
  unsigned executor{};
};

/// A descriptor that a live source reads (ib.fd/1).
struct WatchedDescriptor {
  std::uint32_t node;
  int fd;
};

class PlanImpl;
class PlaybackNode;

/// What a node sees of the engine. Its number is its place among the plan's.
struct NodeHost {
  ib_host host{};
  PlanImpl* plan{};
  std::atomic<Source*> source{};  ///< once the plan stands; the node may call from any thread
};

class PlanImpl {
 public:
  ~PlanImpl();

  Graph graph;
  PlanOptions options;
  PassContext context;
  LogRing log;
  Taps taps;
  std::vector<NodeHost> hosts;              ///< by graph node
  std::vector<std::unique_ptr<Busy>> busy;  ///< by executor
  TickRate tick_rate;
  std::deque<Histogram> histograms;  ///< stages point at theirs

  std::vector<WatchedDescriptor> watched;   ///< live
  std::unique_ptr<DeathWatch> death_watch;  ///< of isolated nodes
  std::map<std::string, std::shared_ptr<NodeProcess>> processes;
  Outages outages;

  // In destruction order: islands hold slots in the arena.
  Arena arena;
  std::vector<std::unique_ptr<Worker>> workers;  ///< executors first: they run the sources
  std::vector<std::unique_ptr<CutRing>> rings;
  std::vector<OutPort> ports;  ///< of all stages, and their inputs, in the order in which they run
  std::vector<InRef> inputs;
  std::vector<std::atomic<std::int64_t>> settled_in;
  std::vector<Stage> stages_in_order;
  std::vector<std::unique_ptr<Island>> islands;
  std::vector<Source> sources;
  std::vector<Stage*> stages;   ///< by graph node
  StreamTable streams;          ///< by graph node
  std::vector<ib_node*> nodes;  ///< by graph node; activated ones are deactivated at the end
  std::vector<bool> active;
  std::vector<bool> planned;                ///< has its place; in a dry plan sinks are not active
  std::vector<std::uint32_t> order;         ///< topological, one component after the other
  std::vector<std::uint32_t> component_of;  ///< by graph node
  std::vector<Component> components;
  unsigned executors{1}, executors_wanted{1};
  std::vector<std::uint32_t> source_of;  ///< graph node → index in sources, or nobody
  static constexpr std::uint32_t nobody = UINT32_MAX;

  Mode mode{Mode::replay};
  std::int64_t session_zero_ns{IB_NEVER};  ///< live: on the host's clock
  /// A source that is played from a recording.
  struct Playback {
    PlaybackNode* node{};
    std::uint32_t graph_node{};
  };
  std::vector<Playback> playback;  ///< by source of PlanOptions::recorded
  /// [control] Once the sources are open: as the options say, else live if a device paces one.
  void choose_mode();
  Duration step() const { return options.step; }
  Time ended = never;  ///< live: when in the session it was over
  int stop_fd{-1};     ///< live: readable once somebody wants the run to end
  Duration lead_in{};  ///< live sources stand here; before it their past runs at full speed
};

/// [any] What the run's end waits for: "nodes ring, slow and 3 others (executor 0)"; empty: nothing.
std::string waits_for(PlanImpl& plan);
/// "source anna.ring", "islands meet at together.align", ...
std::string why_there(const Island& island, const Graph& graph);
enum class Detail { figures, histograms };

/// Counts, depths and latencies as they stand; [any] while running.
RunReport make_report(PlanImpl& plan, Detail detail = Detail::figures);

}  // namespace ib::detail
