// Hopping shape: a look at the last `history` of one regular input every `hop`.
//
//   struct PeakBeats {
//     static constexpr Duration history = 6s, hop = 250ms, latency = 1300ms;
//     void restart();                                      // start, and after every gap
//     void at_hop(History h, Emit<Beat>& emit);            // [exec]
//   };
//
// Hops sit on multiples of the hop in the DEVICE INDEX, never on blocks. After each hop the port is
// settled to (newest sample - latency); an item at or before that mark is refused and counted.
// Memory: twice the history, so that every look is one span. Thread: [exec].
#pragma once

#include <interbeat/sugar/activation.hpp>
#include <interbeat/sugar/describe.hpp>
#include <interbeat/sugar/pending_events.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace ib {

/// The newest samples of a regular stream; x[0] has device index `first`.
struct History {
  std::span<const float> x;
  std::uint64_t first{};
  Anchor clock;
  /// Time of position i within x; fractions interpolate (sub-sample peaks).
  Time time(double i) const {
    const auto k = static_cast<std::uint64_t>(i);
    return clock.at(first + k, i - static_cast<double>(k));
  }
};

namespace detail {

template <class N>
concept Hopping = requires {
  N::history;
  N::hop;
  N::latency;
};

template <Hopping N>
class HoppingRunner {
 public:
  explicit HoppingRunner(N& node) : node_(node) {}

  bool activate(Activation& a) {
    rate_ = a.in().rate_hz;
    keep_ = std::max<std::size_t>(1, samples(N::history));
    hop_ = std::max<std::uint64_t>(1, samples(N::hop));
    window_.assign(2 * keep_, 0.0F);
    port().latency = N::latency;
    a.out().latency_ns = port().latency.count();
    reset();
    return true;
  }
  void reset() { fresh_ = true; }
  void state(State& s) {
    s(fresh_, used_, at_, window_);
    s.require(used_ <= keep_ && at_ < keep_);
  }

  ib_status process(ib_process& p, PendingEvents& events) {
    const ib_block* in = p.in[0];
    if (in == nullptr) return IB_OK;
    const Samples s{*in};
    if (p.resume != 0) {
      port().gap(port().settled() + Duration{1}, s.time(stopped_at_) - N::latency + Duration{1});
    } else if (in->n_gaps > 0) {
      fresh_ = true;
      port().gap({in->gaps[0].from_ns}, {in->gaps[0].to_ns});
    }
    std::uint32_t i = p.resume != 0 ? stopped_at_ + 1 : 0;
    try {
      for (; i < in->n; ++i) meet(s, i, events);
    } catch (...) {
      stopped_at_ = i;
      throw;
    }
    if (in->settled_ns > IB_NEVER) port().settle(Time{in->settled_ns} - N::latency);
    if (p.out[0] != nullptr) {
      p.out[0]->seen_ns = in->seen_ns;
      p.out[0]->flags |= in->flags & (IB_BLOCK_FINISHED | IB_BLOCK_FAILED);
    }
    return IB_OK;
  }

  /// The author's code threw at a sample: time before it is settled, it itself is passed over.
  void failed(ib_process& p) {
    const Samples s{*p.in[0]};
    p.failed_item = stopped_at_;
    port().settle(s.time(stopped_at_) - Duration{1} - N::latency);
  }

 private:
  void meet(const Samples& s, std::uint32_t i, PendingEvents& events) {
    if (fresh_) start();
    push(s.frame(i)[0]);
    if ((s.index(i) + 1) % hop_ != 0) return;
    const Time now = s.time(i);
    events.apply_until(now);
    node_.at_hop(History{look(), s.index(i) + 1 - used_, s.anchor()}, port());
    port().settle(now - N::latency);
  }
  auto& port() { return node_.*port_field(); }
  static constexpr auto port_field() {
    constexpr std::size_t at = [] {
      std::size_t k = 0;
      each_field<N>([&]<std::size_t I>() {
        if constexpr (FieldAt<N, I>::field_kind == FieldKind::out) k = I;
      });
      return k;
    }();
    return std::get<at>(N::fields);
  }
  std::size_t samples(Duration d) const {
    return static_cast<std::size_t>(seconds(d) * rate_ + 0.5);
  }
  void start() {
    fresh_ = false;
    used_ = at_ = 0;
    node_.restart();
  }
  void push(float x) {  // mirrored: [at, at + keep) always holds the newest in order
    window_[at_] = window_[at_ + keep_] = x;
    at_ = at_ + 1 == keep_ ? 0 : at_ + 1;
    used_ = std::min(used_ + 1, keep_);
  }
  std::span<const float> look() const {
    return std::span(window_).subspan(at_ + keep_ - used_, used_);
  }

  N& node_;
  double rate_{};
  std::size_t keep_{1}, used_{}, at_{};
  std::uint64_t hop_{1};
  std::vector<float> window_;
  bool fresh_ = true;
  std::uint32_t stopped_at_{};  ///< in the block in hand, when the node threw
};

}  // namespace detail
}  // namespace ib
