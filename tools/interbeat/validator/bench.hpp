// Bench: one node behind its C v-table, played from scripts, with every promise of abi.h checked
// around each call. What is broken is collected as sentences, so that a test can also ask for it.
//
//   Bench bench(node);
//   auto played = bench.play(setup, {.cut = 7});
//   played.problems           // "order: ...", "room: ...": the word names the promise
//   played.outputs            // canonical: what came out, however it was cut
//
// Rooms are sized as the plan sizes them, and stand between pages that nobody may touch (pages.hpp).
// Thread: one per bench.
#pragma once

#include "validator/random_input.hpp"
#include "validator/room.hpp"
#include "validator/scratch_folder.hpp"
#include "validator/subject.hpp"
#include "validator/traps.hpp"
#include "validator/watch.hpp"

#include "cascade.hpp"

#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace ib::validator {

/// Where the engine would let a node change its neighbour's block.
enum class InPlace { never, change, sections };

struct Play {
  unsigned cut{};         ///< 0: as few blocks as the script allows; else the seed of the cuts
  bool reset_before{};    ///< play on, on the same node, after reset()
  bool again_before{};    ///< ... or after deactivate and activate
  bool read_only{};       ///< what is lent for reading can't be written
  bool later{};           ///< structs as a later minor version has them
  bool empty_blocks{};    ///< between all others
  bool watch{};           ///< count what process() asks of the C library
  Trap trap{};            ///< ... or of the kernel
  InPlace in_place{};     ///< where the node offers it
  std::size_t move_at{};  ///< before this call, from 1: its state moves to a new instance
};

struct Played {
  std::vector<Output> outputs;
  std::vector<std::string> problems;
  ib_watch_counts asked{};           ///< with `watch`
  std::size_t calls{};               ///< of process
  std::size_t changed{};             ///< ... and of what took its place
  double worst_ms{}, total_ms{};     ///< this thread's CPU time in process
  double mean_ms_per_s{};            ///< ... per second of data
  std::vector<std::int64_t> lag_ns;  ///< per output: most that its mark stood behind its inputs'
  std::size_t state_bytes{};         ///< saved at `move_at`
  std::uint64_t state_hash{};

  /// The first problem with one of these promises; empty: all were kept.
  std::string first(std::initializer_list<std::string_view> promises) const;
  /// A node that refuses its input or gives up proves nothing.
  std::string broke() const { return first({"activate", "error"}); }
};

class Bench {
 public:
  explicit Bench(NodeUnderTest node);
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// Makes a node and activates it for these inputs. False: it refused; see error().
  bool start(const Setup& setup);
  const std::string& error() const { return error_; }
  ib_node* node() const { return node_; }
  const ib_stream& out_stream(std::size_t k) const { return out_streams_.at(k).v; }

  Played play(const Setup& setup, const Play& how);

  std::uint64_t counter(std::string_view name) const;
  bool offers(const char* extension) const;
  /// What a sink wrote, complete: files, and what went to the standard output.
  std::map<std::string, std::string> close();

 private:
  void destroy();
  bool make();
  bool activate();
  void preset_streams(Duration step);
  void make_rooms();
  bool regular_in(std::size_t i) const { return (in_ports_[i]->flags & IB_PORT_REGULAR) != 0; }
  bool regular(std::size_t k) const { return (out_ports_[k]->flags & IB_PORT_REGULAR) != 0; }
  std::size_t item_size(std::size_t k) const;

  using Inputs = std::vector<const ib_block*>;
  void feed(const std::deque<Script>& scripts, const std::vector<ib_event>& events);
  void call_empty(const Inputs& in);
  void call(const Inputs& in, const std::vector<ib_event>& events);
  ib_status process(ib_process& p);
  ib_status one_call(ib_process& p);
  bool change_in_place(const ib_process& p);
  void move_house();
  void say_error(ib_status status);
  void meet(std::size_t i, const ib_block& b);
  std::int64_t closed() const;
  std::unique_ptr<StdoutTo> hush() const;

  void check(std::size_t k, const ib_block& b);
  void check_bound(std::size_t k, const ib_block& b);
  void check_gaps(std::size_t k, const ib_block& b);
  void keep(std::size_t k, const std::byte* item);
  void say(std::string what);

  NodeUnderTest def_;
  ScratchFolder out_;
  std::vector<const ib_port*> in_ports_, out_ports_;
  ib_node* node_{};
  bool active_{};
  std::string error_;
  std::optional<Setup> setup_;  ///< of the node that is there
  bool later_{};
  std::deque<Grown<ib_stream>> in_streams_, out_streams_;
  std::deque<OutRoom> rooms_;
  std::deque<InRoom> in_rooms_;
  std::unique_ptr<Pages> scratch_;
  std::unique_ptr<detail::Cascade> cascade_;
  std::vector<std::int64_t> marks_, in_marks_;
  std::int64_t closed_seen_ = IB_NEVER;  ///< greatest seen mark that came in
  std::int64_t last_mark_ = IB_NEVER;    ///< greatest settled mark that came in
  std::uint64_t items_in_{};
  std::vector<std::uint64_t> items_out_;
  Played played_;
  Play how_;
  std::mt19937 random_;
};

/// The value of one field of an item is a number, as far as its type promises one.
bool is_finite(const ib_field& f, const std::byte* item);
std::size_t size_of(const ib_field& f);

}  // namespace ib::validator
