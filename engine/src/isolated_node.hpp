// IsolatedNode: a node that runs in another process, behind the same v-table as one that runs here. Its calls
// go through shared memory; what it answers is copied and checked, because its process is not trusted.
//
// `process` says lost_process when its process died or did not answer in time: nothing of that call was
// sent, and whoever runs the island starts it again (Intake) before the next one.
// Thread: [control] to make and activate; then the thread of its island.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/registry.hpp>

#include "call_page.hpp"
#include "isolated_changes.hpp"
#include "node_process.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ib {

/// Beyond what a node may answer.
inline constexpr ib_status lost_process = -1000;

class IsolatedNode {
 public:
  struct Call {
    const ib_node_desc* desc{};
    std::string begin;  ///< JSON: the node's type, its plugin, what the child needs to make it
    const ib_host* host{};
  };
  IsolatedNode(std::shared_ptr<NodeProcess> process, Call call);
  IsolatedNode(const IsolatedNode&) = delete;
  IsolatedNode& operator=(const IsolatedNode&) = delete;

  /// The v-table. Destroying it destroys this.
  ib_node* node() { return &abi_; }
  /// Null for a node of another kind.
  static IsolatedNode* of(ib_node* node);

  /// How long one call may take; live: and between restarts it is given time.
  void be_patient(std::chrono::nanoseconds hang_after, bool live) {
    hang_after_ = hang_after;
    process_->back_off(live);
  }
  /// After lost_process: starts it again. False with a sentence in error(): it died too often.
  /// A node that begins afresh is told of each input how far it is closed (IB_NEVER: nothing is connected;
  /// IB_FOREVER: it has ended).
  bool restart(std::span<const std::int64_t> closed);
  /// Whether the node that goes on knows what the one before it knew after its last answer.
  bool has_state() const { return state_kept_; }
  const char* error() const { return error_.data(); }
  /// [any]
  std::uint64_t starts() const { return process_->starts(); }

 private:
  // What the v-table calls.
  ib_status set_param(std::uint32_t index, double number, const char* text);
  ib_status activate(ib_activation& a);
  ib_status process(ib_process& p);
  void reset(std::uint32_t reason);
  void deactivate();

  enum class Outcome { answered, died, hung };
  Outcome ask(CallKind kind, std::chrono::nanoseconds at_most);
  CallPage& page() { return process_->page(place_); }
  SharedMemory& memory() { return process_->memory(place_); }
  enum class Ready { yes, no, died, given_up };
  Ready begin(std::string& answer);
  Ready map();
  void tell_time(std::span<const std::int64_t> closed);
  void say(const std::string& text);
  void take_lines();
  bool take_outputs(ib_process& p);
  std::string strange_shape(const ib_activation& a) const;
  void put_inputs(const ib_process& p);
  std::uint64_t counter(std::uint32_t i) const;

  std::shared_ptr<NodeProcess> process_;
  Call call_;
  std::size_t place_;
  ib_node abi_{};
  std::string params_, activation_;  ///< JSON, as the child gets them
  CallLayout layout_;
  std::vector<ib_block> out_before_;  ///< headers of the outputs as the last call got them
  std::chrono::nanoseconds hang_after_{};
  std::uint32_t number_{};   ///< of the process that knows this node
  std::uint32_t request_{};  ///< of its last call
  unsigned in_a_row_{};      ///< restarts since its last answer
  bool state_kept_{}, offers_state_{};
  std::uint32_t state_slot_{};
  std::uint64_t state_bytes_{};
  std::vector<std::string> counter_names_;
  ib_counters counters_{};
  std::array<std::uint64_t, most_call_counters> counted_before_{};
  IsolatedChanges changes_;
  std::array<char, 512> error_{};

  friend struct IsolatedTable;
};

}  // namespace ib
