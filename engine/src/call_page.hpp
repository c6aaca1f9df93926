// CallPage: how a node in another process is called: one call at a time, written into shared memory, a futex
// word each way.
//
//   parent  request = k, wake            child   waits until request != k - 1, and `process` is its number
//           waits until reply == k               ... runs the call ...
//           or reply == call_died                reply = k, wake
//
// `reply` goes from k - 1 to k by the child, or to call_died by the parent's DeathWatch once the child is
// gone; the two never meet, because whoever is gone writes nothing. Numbers go on when another process takes
// over: `process` says for whom the page is now, so what an earlier one was asked is nothing to a later one. Nobody spins, and nobody wakes while no
// call is under way. What the child writes is hostile until read: the parent copies it once and checks the
// copy.
// Thread: the parent's caller and the child's server, in turns; words that are atomic, [any].
#pragma once

#include <interbeat/abi.h>

#include "block_slot.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

inline constexpr std::uint32_t most_call_ports = 64, most_call_events = 16, most_call_counters = 64;
inline constexpr std::uint32_t call_died = UINT32_MAX;

enum class CallKind : std::uint32_t { begin, map, process, reset, load, deactivate };

/// A line that the node said; as much as ib.log/1 takes.
struct CallLine {
  std::uint32_t severity;
  char text[160];
};

struct CallPage {
  static constexpr std::uint32_t current = 1;
  std::uint32_t protocol{current};

  alignas(64) std::atomic<std::uint32_t> request{0};
  std::atomic<std::uint32_t> process{0};  ///< number of the process that is asked
  alignas(64) std::atomic<std::uint32_t> reply{0};

  // -- the call, and its answer -----------------------------------------------------------------------
  alignas(64) CallKind kind{};
  std::int32_t status{};
  std::uint32_t argument{};               ///< reset: the reason; load: which state
  std::uint32_t text_bytes{};             ///< begin, map: JSON in the text area, both ways
  std::uint64_t in_there{}, out_there{};  ///< process: bit k: port k has a block
  std::int64_t now_ns{};
  std::uint32_t resume{}, failed_item{}, n_events{}, n_counters{};
  ib_event events[most_call_events]{};
  ib_block in[most_call_ports]{}, out[most_call_ports]{};  ///< without their pointers
  std::uint64_t counters[most_call_counters]{};
  std::uint64_t state_bytes[2]{};  ///< of the two states; 0: none
  std::uint32_t state_slot{};      ///< the newer one
  char error[512]{};
  /// [parent] Whoever wrote it may have left out its end.
  std::string error_text() const { return {error, strnlen(error, sizeof error)}; }
  // -- lines: the child's `said` counts those kept, the parent's `heard` what it took, `unheard` the rest -------------------------
  static constexpr std::uint32_t most_lines = 32;
  std::atomic<std::uint64_t> said{0}, heard{0}, unheard{0};
  CallLine lines[most_lines]{};
};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

/// Where things lie in the shared memory: the page, a text, then the blocks and two states.
class CallLayout {
 public:
  static constexpr std::size_t text_at = (sizeof(CallPage) + 4095) / 4096 * 4096;
  static constexpr std::size_t text_room = 256 * 1024;
  static constexpr std::size_t blocks_at = text_at + text_room;

  CallLayout() = default;
  CallLayout(std::vector<BlockShape> in, std::vector<BlockShape> out, std::size_t state_room);

  std::size_t bytes() const { return bytes_; }
  std::size_t state_room() const { return state_room_; }
  std::size_t state_at(std::uint32_t slot) const { return state_at_[slot & 1U]; }

  struct Place {
    BlockShape shape;
    std::size_t data{}, times{}, flags{}, gaps{};
  };
  const std::vector<Place>& in() const { return in_; }
  const std::vector<Place>& out() const { return out_; }

 private:
  std::vector<Place> placed(std::vector<BlockShape> shapes);
  std::size_t take(std::size_t bytes);

  std::size_t bytes_{blocks_at}, state_room_{};
  std::size_t state_at_[2]{};
  std::vector<Place> in_, out_;
};

/// [parent, child] Waits while the word is `seen`, at most so long. False: the time is over.
bool wait_word(const std::atomic<std::uint32_t>& word, std::uint32_t seen,
               std::chrono::nanoseconds at_most);
/// [parent, child] For ever.
void wait_word(const std::atomic<std::uint32_t>& word, std::uint32_t seen);
/// [any]
void wake_word(std::atomic<std::uint32_t>& word);

/// [parent, child] The text of a call, at most as long as its room.
void put_text(CallPage& page, std::byte* memory, std::string_view text);
std::string take_text(const CallPage& page, const std::byte* memory);

}  // namespace ib
