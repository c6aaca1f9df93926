// Sample-wise shape: one value in, one value out, at the same device index.
//
//   struct OnePole {
//     void   restart(double first);   // at the start and after every gap
//     double operator()(double x);    // [exec]
//     Duration shift{};               // optional: the output's time base lies this much earlier
//     Duration bridge{};              // optional: gaps up to this are filled linearly and flagged
//     int settling_samples{};         // optional: so many outputs after a restart are WARMING
//   };
//
// The runner owns the loop, so any cut of the blocks gives the same bits.
#pragma once

#include <interbeat/sugar/activation.hpp>
#include <interbeat/sugar/describe.hpp>
#include <interbeat/sugar/pending_events.hpp>

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
    pass_gaps(*in, *out);
    if (!run(*in, *out, events)) return IB_ERROR;
    out->settled_ns = in->settled_ns <= IB_NEVER ? in->settled_ns
                                                 : in->settled_ns - shift().count();
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

  void pass_gaps(const ib_block& in, ib_block& out) {
    if (in.n_gaps == 0) return;
    const auto& g = in.gaps[0];
    bridged_ = 0;
    if (!fresh_ && g.to_ns - g.from_ns <= bridge().count() && in.n > 0 &&
        in.first_index > next_index_) {
      bridged_ = static_cast<std::uint32_t>(in.first_index - next_index_);
      out.first_index = next_index_;
      return;
    }
    fresh_ = true;
    for (std::uint32_t i = 0; i < in.n_gaps; ++i) {
      out.gaps[i] = {in.gaps[i].from_ns - shift().count(), in.gaps[i].to_ns - shift().count(),
                     in.gaps[i].at, 0};
    }
    out.n_gaps = in.n_gaps;
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
    if (!events.any() && warming_left_ == 0 && in.sample_flags == nullptr) {
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

  int warming() {
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
};

}  // namespace ib::detail
