// Sample-wise shape: one value in, one value out, at the same device index.
//
//   struct OnePole {
//     void   restart(double first);   // at the start and after every gap
//     double operator()(double x);    // [exec]
//     Duration shift{};               // optional: the output's time base lies this much earlier
//     Duration bridge{};              // optional: gaps up to this are filled linearly and flagged
//     int settling_samples{};         // optional: so many outputs after a restart are WARMING
//     bool restarted() const;         // optional: the node itself began anew with the last sample
//   };
//
// The runner owns the loop, so any cut of the blocks gives the same bits.
#pragma once

#include <interbeat/sugar/activation.hpp>
#include <interbeat/sugar/describe.hpp>
#include <interbeat/sugar/emit.hpp>
#include <interbeat/sugar/pending_events.hpp>

#include <algorithm>
#include <concepts>

namespace ib::detail {

template <class N>
concept SampleWise = requires(N n, double x) {
  n.restart(x);
  { n(x) } -> std::convertible_to<double>;
};

template <SampleWise N>
class SampleWiseRunner {
 public:
  explicit SampleWiseRunner(N& node) : node_(node) {}

  bool activate(Activation& a) {
    auto& out = a.out();
    out.rate_hz = a.in().rate_hz;
    out.channels = a.in().channels;
    out.unit = a.in().unit;
    out.latency_ns = shift().count();
    out.max_items = a.in().max_items + bridge_samples(a.in().rate_hz);
    reset();
    return true;
  }
  void reset() {
    fresh_ = true;
    warming_left_ = 0;
    gap_ = {};
  }

  ib_status process(ib_process& p, PendingEvents& events) {
    const ib_block* in = p.in[0];
    ib_block* out = p.out[0];
    if (in == nullptr || out == nullptr) return IB_OK;
    out->anchor = in->anchor;
    out->anchor.t_ns -= shift().count();
    out->first_index = in->first_index;
    out->channels = 1;
    out->uncertainty_ns = in->uncertainty_ns;
    out->lost = in->lost;
    out->flags = in->flags;
    meet_gaps(*in, *out);
    if (!run(*in, *out, events)) return IB_ERROR;
    mark(*in, *out);
    out->seen_ns = in->seen_ns;
    return IB_OK;
  }

 private:
  Duration shift() const {
    if constexpr (requires { node_.shift; }) return node_.shift;
    else return Duration{};
  }
  Duration bridge() const {
    if constexpr (requires { node_.bridge; }) return node_.bridge;
    else return Duration{};
  }
  std::uint32_t bridge_samples(double rate) const {
    return static_cast<std::uint32_t>(seconds(bridge()) * rate) + (bridge().count() > 0 ? 1U : 0U);
  }

  /// A gap is judged when the sample behind it is there; until then it may still be bridged.
  void meet_gaps(const ib_block& in, ib_block& out) {
    bridged_ = 0;
    for (std::uint32_t i = 0; i < in.n_gaps; ++i) {
      if (gap_.to_ns == gap_.from_ns) gap_ = in.gaps[i];
      gap_.to_ns = std::max(gap_.to_ns, in.gaps[i].to_ns);
    }
    const bool any = gap_.to_ns != gap_.from_ns;
    if (!any || (in.n == 0 && (in.flags & IB_BLOCK_FINISHED) == 0)) return;
    if (in.n > 0 && bridges(in, out)) {
      bridged_ = static_cast<std::uint32_t>(in.first_index - next_index_);
      out.first_index = next_index_;
    } else {
      fresh_ = true;
      add_gap(out, Time{gap_.from_ns} - shift(), Time{gap_.to_ns} - shift());
    }
    gap_ = {};
  }
  /// Short, known on both sides, and nothing has been promised of the time it lies in.
  bool bridges(const ib_block& in, const ib_block& out) const {
    if (fresh_ || in.first_index <= next_index_) return false;
    const Samples s{in};
    const Time first_missing = s.anchor().at(next_index_);
    return gap_.to_ns - gap_.from_ns <= bridge().count() && s.time(0) - first_missing <= bridge() &&
           first_missing.ns - shift().count() > out.settled_ns;
  }
  /// As far as the input is settled, but not into a stretch that a bridge may still fill.
  void mark(const ib_block& in, ib_block& out) const {
    if (in.settled_ns <= IB_NEVER) return;
    std::int64_t settled = in.settled_ns;
    if ((in.flags & IB_BLOCK_FINISHED) != 0) {  // nothing comes any more, earlier or not
      out.settled_ns = std::max(out.settled_ns, settled);
      return;
    }
    if (!fresh_) {
      const auto next = next_time_.ns;
      if (settled >= next && settled - next < bridge().count()) settled = next - 1;
    }
    out.settled_ns = std::max(out.settled_ns, settled - shift().count());
  }

  bool run(const ib_block& in, ib_block& out, PendingEvents& events) {
    if (in.n == 0) return true;
    if (in.n + bridged_ > out.capacity) return false;
    const Samples s{in};
    float* y = writable_samples(out);
    std::uint8_t* flags = writable_flags(out);
    const auto* x = static_cast<const float*>(in.data);
    if (fresh_) {
      apply(events, s.time(0));
      node_.restart(static_cast<double>(x[0]));
      if constexpr (requires { node_.settling_samples; }) warming_left_ = node_.settling_samples;
      fresh_ = false;
    }
    std::uint32_t k = fill_bridge(x[0], y, flags);
    bool flagged = k > 0;
    if (!restarts_itself && !events.any() && warming_left_ == 0 && in.sample_flags == nullptr) {
      for (std::uint32_t i = 0; i < in.n; ++i) {
        y[k + i] = static_cast<float>(node_(static_cast<double>(x[i])));
        flags[k + i] = 0;
      }
    } else {
      for (std::uint32_t i = 0; i < in.n; ++i) {
        if (events.any()) apply(events, s.time(i));
        y[k + i] = static_cast<float>(node_(static_cast<double>(x[i])));
        flags[k + i] = static_cast<std::uint8_t>(s.flags(i) | warming());
        flagged = flagged || flags[k + i] != 0;
      }
    }
    out.n = k + in.n;
    if (!flagged) out.sample_flags = nullptr;
    last_ = x[in.n - 1];
    next_index_ = in.first_index + in.n;
    next_time_ = s.anchor().at(next_index_);
    return true;
  }

  /// A straight line from the last value to the first after the gap, flagged sample by sample.
  std::uint32_t fill_bridge(float first, float* y, std::uint8_t* flags) {
    const std::uint32_t n = bridged_;
    bridged_ = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
      const double share = static_cast<double>(i + 1) / static_cast<double>(n + 1);
      const double x = static_cast<double>(last_) +
                       share * (static_cast<double>(first) - static_cast<double>(last_));
      y[i] = static_cast<float>(node_(x));
      flags[i] = static_cast<std::uint8_t>(IB_SAMPLE_BRIDGED | warming());
    }
    return n;
  }

  static constexpr bool restarts_itself = requires(const N& n) { n.restarted(); };

  /// Asked once per output, after it: the one with which the node began anew is WARMING already.
  int warming() {
    if constexpr (restarts_itself)
      if (node_.restarted()) warming_left_ = node_.settling_samples;
    if (warming_left_ == 0) return 0;
    --warming_left_;
    return IB_SAMPLE_WARMING;
  }

  void apply(PendingEvents& events, Time t) { events.apply_until(t); }

  N& node_;
  bool fresh_ = true;
  int warming_left_{};
  std::uint32_t bridged_{};
  float last_{};
  std::uint64_t next_index_{};
  Time next_time_ = never;
  ib_gap gap_{};  ///< told, not yet judged
};

}  // namespace ib::detail
