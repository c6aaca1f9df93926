// Intake: what stands in front of a node that may be interrupted: one in a process of its own, or one whose
// outages a log tells of. It hands the node the blocks of its rings, cut where an outage begins and ends.
//
// An outage is an edit of the input. Of each input i the items in (from_i, until_i] are lost, and a gap from
// there to the next item stands in their place; so windows behind it see less coverage, and not a jump.
//   The node kept its state: from_i is what it had been given, and it goes on as it was.
//   It was given up:         it fails for good once each input i has been given up to from_i; nothing is lost.
//   It began afresh:         from_i is the time that all its inputs had closed, the same for all; once all
//                            inputs have been given up to there, the node is as fresh.
// Neither depends on blocks, threads or the order in which inputs are heard, so a log that names them is
// enough to have the same items again.
// Thread: [control] to build; then its island's.
#pragma once

#include <interbeat/engine.hpp>

#include "block_slot.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace ib {
class IsolatedNode;
}

namespace ib::detail {

struct Island;
struct RingInput;
struct Stage;
struct PassContext;

/// The outages of a run as they happen; rare, and off the data path.
class Outages {
 public:
  void add(Outage outage) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(outage));
  }
  std::vector<Outage> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Outage> all_;
};

class Intake {
 public:
  Intake(Stage& stage, Outages& outages);

  /// [control] A ring ends at this input, whose blocks have at most so many gaps.
  void connect(std::size_t input, std::uint32_t gaps);
  /// [control] Outages that will happen, in their order.
  void impose(std::vector<Outage> outages);
  /// One pass: a block of that ring, or as much of it as comes before an outage. False: none waits, or it
  /// has to wait for other inputs.
  bool meet(Island& island, RingInput& arrival, const PassContext& context);
  /// [any] Items that were lost in outages.
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  /// A block of an input that is ahead of others when an outage has to begin for all. Only a replay that
  /// imposes one makes them: as many as come until the others are there.
  struct Held {
    Held(const BlockSlot& from, const BlockShape& shape);
    struct alignas(64) Line {
      std::byte bytes[64];
    };
    std::vector<Line> data;
    std::vector<std::int64_t> times;
    std::vector<std::uint8_t> flags;
    std::vector<ib_gap> gaps;
    BlockSlot slot;
  };
  struct Input {
    bool connected{};
    std::int64_t given_ns{IB_NEVER};       ///< settled so far, in what the node was given
    std::int64_t lost_until_ns{IB_NEVER};  ///< items up to here are lost
    std::int64_t gap_from_ns{IB_NEVER};    ///< a gap to be told with the next item
    std::uint32_t next{};                  ///< of the block in hand: the first item not yet given
    std::size_t next_outage{};             ///< of those imposed
    bool chosen{};                         ///< `latest`: the block in hand is the arrival's view
    bool loss_told{};                      ///< of the block in hand: what its head says was lost
    bool stands{};                         ///< it was given all up to where that one begins
    BlockSlot view;
    std::vector<ib_gap> gaps;
    std::deque<std::unique_ptr<Held>> held;
  };
  struct Part {
    std::uint32_t first{}, n{};
    std::int64_t settled_ns{};
    bool last{};
  };
  Part next_part(std::size_t index, const ib_block& b, bool regular);
  void show(Input& in, const BlockSlot& slot, const Part& part, const BlockShape& shape);
  void tell_gap(Input& in, const BlockShape& shape);
  void give(Input& in, const Part& part);
  bool enter(std::size_t index, const PassContext& context);
  void pass_edits_before(std::size_t k, std::size_t index);
  void pass_by(std::size_t index);
  void lose(std::size_t index, const Outage& outage);
  void tell_restart();
  void give_up(const PassContext& context);
  void recover(std::size_t index, std::int64_t settled_ns, const PassContext& context);

  Stage& stage_;
  IsolatedNode* isolated_;
  Outages& outages_;
  std::vector<Input> inputs_;
  std::vector<Outage> imposed_;
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace ib::detail
