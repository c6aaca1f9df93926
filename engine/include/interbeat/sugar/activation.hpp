// Activation and Call: the C structs of activate and process, as a node author reads them.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/time.hpp>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace ib {

/// [control] What the plan knows of the node's edges, and where the node states its own bounds.
class Activation {
 public:
  explicit Activation(ib_activation& raw) : raw_(&raw) {}

  const ib_stream& in(std::size_t i = 0) const { return *raw_->in[i]; }
  ib_stream& out(std::size_t i = 0) { return *raw_->out[i]; }
  std::size_t inputs() const { return raw_->n_in; }
  std::size_t outputs() const { return raw_->n_out; }
  bool connected(std::size_t i) const { return (raw_->in[i]->flags & IB_STREAM_CONNECTED) != 0; }
  /// How many sources stand above this node.
  std::size_t sources() const { return raw_->n_sources; }
  Duration max_step() const { return Duration{raw_->max_step_ns}; }
  std::uint64_t seed() const { return raw_->seed; }
  std::string_view path() const { return raw_->path; }
  std::string_view out_dir() const { return raw_->out_dir; }
  /// Working memory for every call of process: see ScratchMemory. The greatest wish counts.
  void want_scratch(std::size_t bytes) {
    raw_->scratch_bytes = std::max<std::uint64_t>(raw_->scratch_bytes, bytes);
  }
  const ib_activation& raw() const { return *raw_; }

  /// The node can't run like this; the sentence says why and what to do. Returns false, so that
  /// `return a.fail("...")` reads well in `bool activate(Activation&)`.
  bool fail(std::string_view sentence) {
    if (raw_->error != nullptr && raw_->error_size > 0) {
      const auto n = std::min<std::size_t>(sentence.size(), raw_->error_size - 1);
      std::memcpy(raw_->error, sentence.data(), n);
      raw_->error[n] = '\0';
    }
    return false;
  }

 private:
  ib_activation* raw_;
};

/// The values of one regular block with their times.
struct Samples {
  const ib_block& block;
  std::uint32_t size() const { return block.n; }
  const float* frame(std::uint32_t i) const {
    return static_cast<const float*>(block.data) + std::size_t{i} * block.channels;
  }
  std::uint64_t index(std::uint32_t i) const { return block.first_index + i; }
  Time time(std::uint32_t i) const { return anchor().at(index(i)); }
  std::uint8_t flags(std::uint32_t i) const {
    return block.sample_flags != nullptr ? block.sample_flags[i] : std::uint8_t{0};
  }
  Anchor anchor() const { return {block.anchor.index, block.anchor.t_ns, block.anchor.dt_q32}; }
};

/// One sample as an event node meets it.
struct Sample {
  Time t;
  double x{};             ///< first channel
  const float* frame{};   ///< all channels
  std::uint64_t index{};  ///< device index
  std::uint8_t flags{};   ///< IB_SAMPLE_*
  const Anchor* clock{};  ///< of this piece of the stream
};

/// [exec] Room for out samples: write through these, then set block.n.
inline float* writable_samples(ib_block& b) {
  return static_cast<float*>(const_cast<void*>(b.data));  // NOLINT: the host's slot, ours to fill
}
inline std::uint8_t* writable_flags(ib_block& b) {
  return const_cast<std::uint8_t*>(b.sample_flags);  // NOLINT
}
inline std::int64_t* writable_times(ib_block& b) {
  return const_cast<std::int64_t*>(b.t_ns);  // NOLINT
}

}  // namespace ib
