// Feed: what stands behind a source node, a recording or a device, as signals on the session clock.
//
// A feed is a few streams, each with a clock or item times of its own, that are poured together:
// all of them up to the same limit, which rises by at most `max_step` a turn. So no signal of a feed
// runs ahead of another by more than a step, and the items do not depend on how turns were cut.
// Owner: the source node. Thread: `place`, `start` [control]; `turn` [exec], may block on a file.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/sugar/packets.hpp>
#include <interbeat/time.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/signal.hpp"

namespace ib::device {
class Presence;
}

namespace ib::source {

/// Where the items go: a block per signal, null where nobody listens.
using Outlets = PerSignal<ib_block*>;

/// How far a stream came.
struct Poured {
  enum class Why : std::uint8_t {
    reached,  ///< all up to the limit, or all that has arrived
    blocked,  ///< a block is full or had to be cut: more is ready
    ended,    ///< nothing will ever come again
  };
  Why why{};
  Time settled;  ///< nothing at or before this comes any more; never beyond the limit
  Time next;     ///< when more is there; ended: where the stream ends
};

/// One stream of a feed: signals that share a clock.
class Stream {
 public:
  virtual ~Stream() = default;
  /// [control] Its own time 0 lies at `origin` of the session clock. Once.
  virtual void place(Time origin) = 0;
  /// [control] Nothing lies before this.
  virtual Time begin() const = 0;
  /// [exec] Appends what lies after the last call and not after `limit`; to nobody, too.
  /// `now`: what arrives later is not there yet.
  virtual Poured pour(const Outlets& out, Time limit, Time now) = 0;
  virtual bool gives(Signal s) const = 0;
  /// Must run although nobody listens: others wait for it.
  virtual bool leads() const { return false; }
};

/// What went wrong or missing on the way, so far.
struct Losses {
  std::uint64_t bad_cells{};                     ///< cells that are no finite number: drop-outs
  std::uint64_t refused_rows{};                  ///< rows or values that could not be placed
  std::uint64_t cut_short{};                     ///< files that broke off before their end
  std::uint64_t lost_packets{}, lost_samples{};  ///< by the radio
  std::uint64_t bad_packets{};                   ///< that could not be read
  std::uint64_t unknown_packets{};  ///< that are sound, of a kind that no source describes
  std::uint64_t off_rate{};         ///< times that samples came at another rate than was said
  double found_rate_hz{};           ///< the newest of these
  std::uint64_t repeated{};         ///< items of a log that were there already, the same
  std::uint64_t overlapping{};      ///< items of a log whose place another had taken
  std::uint64_t missing_logs{};     ///< that did not come, or not whole
  std::uint64_t doubtful_logs{};    ///< given although their checksum did not fit
};

class Feed {
 public:
  virtual ~Feed() = default;

  /// [control] Start, duration, lead-in, whether live and simulated.
  virtual void describe(ib_source_info& info) const = 0;
  /// [control] Whether and how it gives a signal.
  virtual Shape shape(Signal s) const = 0;
  /// [control] Why it does not give a signal, for the middle of a sentence; empty: there is no more to say.
  virtual std::string why_absent(Signal) const { return {}; }
  virtual Losses losses() const = 0;
  /// [control] The participant whose signals these are, where the recording says so; else empty.
  virtual std::string owner() const { return {}; }
  /// [control] Where it tells of what its device sent; null: it has no device.
  virtual Packets* packets() { return nullptr; }
  /// [control] Where it tells whether its device is in reach; null: it has none.
  virtual device::Presence* presence() { return nullptr; }
  /// [control] Which port of the node each signal is, for these.
  virtual void number_ports(const PerSignal<std::uint32_t>&) {}

  /// [control] Once, before `start`.
  virtual void place(Time origin);
  /// [control] Once, between `place` and `start`: which node of which graph plays it. A simulation
  /// that was given no seed of its own becomes somebody by these.
  virtual void become(std::uint64_t graph_seed, std::string_view path);
  /// [control] The signals that somebody listens to, and the greatest advance of a turn.
  virtual void start(const PerSignal<bool>& listened, Duration max_step);
  /// [exec] Fills the blocks with what has arrived by `now`; IB_OK, IB_SLEEP with `wake`, IB_DONE.
  virtual ib_status turn(const Outlets& out, Time now, Time& wake);

 protected:
  /// Before or after `place`.
  void add(std::unique_ptr<Stream> stream);

 private:
  void begin_before(Time now);
  void settle(const Outlets& out, const Stream& stream, Time settled) const;

  std::vector<std::unique_ptr<Stream>> streams_;
  std::optional<Time> origin_;
  std::vector<Stream*> active_;
  std::vector<Time> settled_;  ///< of the active streams, in this turn
  Duration max_step_{};
  Time reached_ = never;  ///< every active stream is settled up to here
};

}  // namespace ib::source
