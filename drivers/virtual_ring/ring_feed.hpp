// RingFeed: a virtual ring as a live source: packets when they arrive, and the truth behind them.
//
// Samples stand at their true times; what the radio lost is a gap with its count. As with a real
// device the ports are settled by what has arrived, never by the clock. Only the truth (the beats
// that the heart made, ectopic ones not valid) and the clock are known without error; they come no earlier than
// the samples of their time. Sample 0 lies the lead-in before the ring's own time 0. Thread: as Feed.
#pragma once

#include <memory>

#include "source/feed.hpp"
#include "virtual_ring/options.hpp"
#include "virtual_ring/ring.hpp"

namespace ib::virtual_ring {

class RingFeed final : public source::Feed {
 public:
  /// Precondition: check(options) is empty. `seeded`: the options say who this is; otherwise the
  /// node's place in its graph does.
  RingFeed(const Options& options, bool seeded);

  void describe(ib_source_info& info) const override;
  source::Shape shape(source::Signal s) const override;
  source::Losses losses() const override;
  void become(std::uint64_t graph_seed, std::string_view path) override;
  void start(const source::PerSignal<bool>& listened, Duration max_step) override;

 private:
  Options options_;
  bool seeded_;
  bool has_truth_{}, has_clock_{};  ///< a stream
  double rate_hz_;
  Time end_;
  const Ring* ring_{};  ///< owned by the stream
};

}  // namespace ib::virtual_ring
