// Ring: a whole virtual ring as the host sees it: packets of samples, in order, each with the time
// at which the radio delivers it.
//
// The sensor samples at rate * (1 + ppm * 1e-6), exactly; the device believes it is `rate`. A
// packet arrives latency + jitter after its last sample, later if the radio stalls, and never
// before the packet in front of it. Lost packets are passed over: the sample index jumps and the
// next packet says by how much. Thread: one at a time. Invariant: the bytes depend on the options
// alone. Memory is constant and next() does not allocate; no clock is read: the caller waits for
// next_arrival(), or does not.
#pragma once

#include <cstdint>
#include <interbeat/keyed_random.hpp>
#include <interbeat/time.hpp>
#include <optional>
#include <span>
#include <vector>

#include "virtual_ring/episodes.hpp"
#include "virtual_ring/options.hpp"
#include "virtual_ring/pulse_wave.hpp"
#include "virtual_ring/truth.hpp"

namespace ib::virtual_ring {

/// When the radio holds everything back.
Episodes stalls_of(const Options& options);

struct Packet {
  std::uint64_t first_index{};    ///< of the first sample; counts lost samples too
  int n{};                        ///< samples: `packet`, fewer only at the end of the stream
  std::int64_t device_time_ns{};  ///< of the first sample, on the device's clock since its start
  Time arrival;                   ///< when the host has it
  std::span<const float> ppg;     ///< n raw counts, whole numbers in 0..262143
  std::span<const float> acc;     ///< 3 n values x, y, z in g; empty without accelerometer
  bool lost_before = false;       ///< samples were lost between the packet before and this one
  std::uint64_t lost_samples{};   ///< how many
};

class Ring {
 public:
  struct Totals {
    std::uint64_t packets{}, samples{};  ///< delivered by next()
    std::uint64_t lost_packets{},
        lost_samples{};  ///< in front of the packets delivered, and at an end
    bool operator==(const Totals&) const = default;
  };

  /// [control] Allocates. Throws std::invalid_argument with all of check(options), if anything.
  explicit Ring(const Options& options);

  /// The next packet; its spans hold until the next call. Empty when nothing will ever come again:
  /// the stream has ended, or (end() == forever) the device is silent for ever.
  std::optional<Packet> next();

  /// Arrival of what next() will return; `forever` when nothing will ever come again.
  Time next_arrival() const { return coming_.arrival; }

  /// Session time of the true sample times: sample i is taken at true_clock().at(i).
  const Anchor& true_clock() const { return true_clock_; }
  /// What the device stamps: nominal rate, counted from its own start, some days ago.
  const Anchor& device_clock() const { return device_clock_; }
  /// When the stream ends: `duration`; `forever` without.
  Time end() const { return end_; }

  const Totals& totals() const { return totals_; }
  const Options& options() const { return options_; }
  Truth truth() const { return Truth(options_); }

 private:
  struct Coming {
    std::uint64_t first{};
    std::uint64_t samples{};  // 0 = nothing will ever come
    Time arrival = forever;
  };

  Coming find_coming();
  std::uint64_t first_index_at(Time t) const;
  Time arrival_of(std::uint64_t packet, Time taken);

  Options options_;
  Anchor true_clock_, device_clock_;
  PulseWave wave_;
  KeyedRandom loss_, jitter_;
  Episodes stall_;
  Interval silence_;
  Time end_;
  std::uint64_t end_index_;   // one past the last sample that will ever be taken
  std::uint64_t packet_{};    // next packet number to look at
  std::uint64_t expected_{};  // index that follows the last packet delivered
  Time last_arrival_ = never;
  Coming coming_;
  Totals totals_;
  std::vector<float> ppg_, acc_;
};

}  // namespace ib::virtual_ring
