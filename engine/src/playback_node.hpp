// PlaybackNode: a source whose blocks were recorded, in place of the node that the graph names: the same ports,
// rates, bounds and latencies, and the blocks of a turn when its time comes.
//
// Thread: as any node; `give` by the executor between its calls.
#pragma once

#include <interbeat/recording.hpp>

#include "plan_impl.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace ib::detail {

class PlaybackNode {
 public:
  /// `desc`: what the graph has there; ports are matched by name.
  PlaybackNode(const RecordedSource& recorded, const ib_node_desc& desc);

  ib_node* node() { return &node_; }
  /// The next block of the turn that is about to be played; it is copied.
  void give(const RecordedBlock& block);
  bool has_blocks() const { return next_ < given_; }

 private:
  struct OwnBlock {
    RecordedBlock head;
    std::vector<std::byte> items;
    std::vector<std::int64_t> times;
    std::vector<std::uint8_t> sample_flags;
    std::vector<ib_gap> gaps;
  };
  static constexpr std::uint32_t nowhere = UINT32_MAX;

  static PlaybackNode& of(ib_node* n) { return *static_cast<PlaybackNode*>(n->self); }
  ib_status open(ib_source_info& info) const;
  ib_status activate(ib_activation& a);
  std::string activate_port(std::uint32_t k, ib_stream& s) const;
  ib_status process(ib_process& call);
  void count(const RecordedBlock& block);
  static void put(const OwnBlock& from, ib_block& to, bool regular);

  const RecordedSource& recorded_;
  const ib_node_desc& desc_;
  ib_node node_{};
  std::uint32_t n_out_{};
  std::vector<std::uint32_t> port_of_;      ///< the node's, by recorded port
  std::vector<std::uint32_t> recorded_of_;  ///< the recorded, by the node's
  std::deque<OwnBlock> blocks_;             ///< reused from turn to turn
  std::size_t given_{}, next_{};
  std::vector<bool> taken_;          ///< ports that this call has written
  std::vector<std::uint64_t> lost_;  ///< samples, by recorded port
  std::atomic<std::uint64_t> lost_samples_{};
};

/// [control] For a plan that plays a recording (PlanOptions::recorded): the source with the node's path, or the
/// only one of its participant. Null with a sentence in `problem`.
PlaybackNode* make_playback(PlanImpl& plan, std::uint32_t node, std::string& problem);

}  // namespace ib::detail
