// Sample-wise shape: one value in, one value out, at the same device index.
//
//   struct OnePole {
//     void   restart(double first);   // at the start and after every gap
//     double operator()(double x);    // [exec]
//     Duration shift{};               // optional: the output's time base lies this much earlier
//     Duration bridge{};              // optional: gaps up to this are filled linearly and flagged
//     int settling_samples{};         // optional: so many outputs after a restart are WARMING
//     bool restarted() const;         // optional: the node itself began anew with the last sample
//     std::span<ib_section> sections();  // optional: all that operator() does is to run these
//     void state(State& s);         // optional: what it knows (state.hpp)
//   };
//
// The runner owns the loop, so any cut of the blocks gives the same bits. A node whose operator() is
// noexcept, and that neither bridges nor restarts itself, may work in its neighbour's memory (ib_in_place);
// one with sections in one loop with its neighbours (ib_sections).
#pragma once

#include <interbeat/sugar/activation.hpp>
#include <interbeat/sugar/describe.hpp>
#include <interbeat/sugar/emit.hpp>
#include <interbeat/sugar/pending_events.hpp>
#include <interbeat/sugar/state.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <span>
#include <utility>

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
    steady_ = 0;
    warming_left_ = 0;
    gap_ = {};
  }

  static constexpr bool restarts_itself = requires(const N& n) { n.restarted(); };
  static constexpr bool may_bridge = requires(const N& n) { n.bridge; };
  static constexpr bool in_place =
      noexcept(std::declval<N&>()(0.0)) && !may_bridge && !restarts_itself;
  static constexpr bool of_sections = requires(N & n) {
    { n.sections() } -> std::same_as<std::span<ib_section>>;
  };
  static constexpr bool moves = requires(const N& n) { n.shift; };

  /// 1 while the next block needs no more than its values changed. Param changes come with `process`.
  const std::uint8_t& steady() const { return steady_; }
  void change(ib_block& b) {
    change_values(writable_samples(b), b.n);
    move(b);
  }
  void move(ib_block& b) const {
    if constexpr (moves) {
      b.anchor.t_ns -= shift().count();
      if (b.settled_ns > IB_NEVER) b.settled_ns -= shift().count();
    }
  }

  void state(State& s) {
    s(fresh_, steady_, warming_left_, last_, last_out_, next_index_, next_time_, gap_);
  }

  ib_status process(ib_process& p, PendingEvents& events) {
    const ib_block* in = p.in[0];
    ib_block* out = p.out[0];
    if (events.any()) steady_ = 0;
    if (in == nullptr || out == nullptr) return IB_OK;
    if (p.resume == 0 && is_plain(*in, *out, events)) {
      open(*in, *out);
      at_ = bridged_ = 0;
      flagged_ = false;
      plain(*in, *out);
      if (at_ == in->n) return close(*in, *out, events);
      run(*in, *out, events);  // from where it began anew
      return close(*in, *out, events);
    }
    if (p.resume == 0) {
      open(*in, *out);
      meet_gaps(*in, *out);
      at_ = 0;
      if (in->n + bridged_ > out->capacity) return IB_ERROR;
    } else {
      pass_over_failed(*out);
    }
    run(*in, *out, events);
    return close(*in, *out, events);
  }
  /// The author's code threw at sample `at_`: what came out before it stands.
  void failed(ib_process& p) {
    const ib_block& in = *p.in[0];
    p.failed_item = at_;
    p.out[0]->settled_ns =
        std::max(p.out[0]->settled_ns, Samples{in}.time(at_).ns - 1 - shift().count());
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

  /// Nothing to apply, nothing to flag, no gap: most blocks are so, and have a loop of their own.
  bool is_plain(const ib_block& in, const ib_block& out, const PendingEvents& events) const {
    return steady_ && !events.any() && in.n_gaps == 0 && in.n > 0 && in.sample_flags == nullptr &&
           in.n <= out.capacity;
  }
  bool told_gap() const { return gap_.to_ns != gap_.from_ns; }
  ib_status close(const ib_block& in, ib_block& out, const PendingEvents& events) {
    if (in.n > 0) {
      if (out.n > 0) last_out_ = writable_samples(out)[out.n - 1];
      if (!flagged_) out.sample_flags = nullptr;
      last_ = static_cast<const float*>(in.data)[in.n - 1];
      next_index_ = in.first_index + in.n;
      if constexpr (may_bridge) next_time_ = Samples{in}.anchor().at(next_index_);
    }
    steady_ = !fresh_ && warming_left_ == 0 && !told_gap() && !events.any() ? 1 : 0;
    mark(in, out);
    out.seen_ns = in.seen_ns;
    return IB_OK;
  }

  /// A gap is judged when the sample behind it is there; until then it may still be bridged.
  void meet_gaps(const ib_block& in, ib_block& out) {
    bridged_ = 0;
    for (std::uint32_t i = 0; i < in.n_gaps; ++i) {
      if (!told_gap()) gap_ = in.gaps[i];
      gap_.to_ns = std::max(gap_.to_ns, in.gaps[i].to_ns);
    }
    if (!told_gap() || (in.n == 0 && (in.flags & IB_BLOCK_FINISHED) == 0)) return;
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
    if (may_bridge && !fresh_) {
      const auto next = next_time_.ns;
      if (settled >= next && settled - next < bridge().count()) settled = next - 1;
    }
    out.settled_ns = std::max(out.settled_ns, settled - shift().count());
  }

  void open(const ib_block& in, ib_block& out) const {
    out.anchor = in.anchor;
    out.anchor.t_ns -= shift().count();
    out.first_index = in.first_index;
    out.channels = 1;
    out.uncertainty_ns = in.uncertainty_ns;
    out.lost = in.lost;
    out.flags = in.flags;
  }

  /// In a regular block there is no room for a gap: the sample at which the node threw repeats the last
  /// value, flagged as no data, and the node starts anew behind it.
  void pass_over_failed(ib_block& out) {
    writable_samples(out)[out.n] = last_out_;
    writable_flags(out)[out.n] = IB_SAMPLE_BRIDGED;
    flagged_ = true;
    ++out.n;
    ++at_;
    fresh_ = true;
  }

  void run(const ib_block& in, ib_block& out, PendingEvents& events) {
    if (in.n == 0) return;
    const auto* x = static_cast<const float*>(in.data);
    if (at_ == 0) {
      if (fresh_) bridged_ = 0;
      flagged_ = bridged_ > 0;
      out.n = 0;
    }
    const Samples s{in};
    try {
      if (bridged_ > 0) fill_bridge(x[0], out);
      for (; at_ < in.n; ++at_) one(s, x[at_], out, events);
    } catch (...) {
      if (out.n > 0) last_out_ = writable_samples(out)[out.n - 1];
      throw;
    }
  }
  void plain(const ib_block& in, ib_block& out) {
    if constexpr (in_place) {
      float* y = writable_samples(out);
      std::copy_n(static_cast<const float*>(in.data), in.n, y);
      change_values(y, in.n);
      at_ = out.n = in.n;
    } else {
      plain_and_guarded(in, out);
    }
  }
  /// By fours, through an array of its own: the samples may be anywhere for all a compiler knows.
  void change_values(float* x, std::size_t n) {
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4) {
      std::array<float, 4> four;
      for (std::size_t k = 0; k < 4; ++k)
        four[k] = static_cast<float>(node_(static_cast<double>(x[i + k])));
      std::copy_n(four.begin(), 4, x + i);
    }
    for (; i < n; ++i) x[i] = static_cast<float>(node_(static_cast<double>(x[i])));
  }
  void plain_and_guarded(const ib_block& in, ib_block& out) {
    const auto* x = static_cast<const float*>(in.data);
    float* y = writable_samples(out);
    const std::size_t n = in.n;
    std::size_t i = 0;
    try {
      for (; i < n; ++i) {
        y[i] = static_cast<float>(node_(static_cast<double>(x[i])));
        if constexpr (restarts_itself) {
          if (node_.restarted()) break;
        }
      }
    } catch (...) {
      clear_flags(i, out);
      if (i > 0) last_out_ = y[i - 1];
      throw;
    }
    if constexpr (restarts_itself) {
      if (i < n) {
        clear_flags(i, out);
        return flag_restart(out);
      }
    }
    at_ = out.n = in.n;
  }
  /// Flags are written only where some sample of the block has one, or will.
  void clear_flags(std::size_t n, ib_block& out) {
    std::fill_n(writable_flags(out), n, std::uint8_t{0});
    at_ = out.n = static_cast<std::uint32_t>(n);
  }
  /// The node began anew with the sample just made: from here on samples are flagged.
  void flag_restart(ib_block& out) {
    ask_restarted();
    writable_flags(out)[out.n] = static_cast<std::uint8_t>(warming());
    flagged_ = flagged_ || writable_flags(out)[out.n] != 0;
    ++out.n;
    ++at_;
  }
  void one(const Samples& s, float x, ib_block& out, PendingEvents& events) {
    if (events.any()) apply(events, s.time(at_));
    if (fresh_) {
      fresh_ = false;
      if constexpr (requires { node_.settling_samples; }) warming_left_ = node_.settling_samples;
      node_.restart(static_cast<double>(x));
    }
    const float y = static_cast<float>(node_(static_cast<double>(x)));
    ask_restarted();
    const auto flags = static_cast<std::uint8_t>(s.flags(at_) | warming());
    writable_samples(out)[out.n] = y;
    writable_flags(out)[out.n] = flags;
    flagged_ = flagged_ || flags != 0;
    ++out.n;
  }

  /// A straight line from the last value to the first after the gap, flagged sample by sample.
  void fill_bridge(float first, ib_block& out) {
    const std::uint32_t n = std::exchange(bridged_, 0U);
    float* y = writable_samples(out);
    for (std::uint32_t i = 0; i < n; ++i) {  // whole before the node is asked: it may throw
      y[i] = last_out_;
      writable_flags(out)[i] = IB_SAMPLE_BRIDGED;
    }
    out.n = n;
    for (std::uint32_t i = 0; i < n; ++i) {
      const double share = static_cast<double>(i + 1) / static_cast<double>(n + 1);
      const double x = static_cast<double>(last_) +
                       share * (static_cast<double>(first) - static_cast<double>(last_));
      y[i] = static_cast<float>(node_(x));
      ask_restarted();
      writable_flags(out)[i] = static_cast<std::uint8_t>(IB_SAMPLE_BRIDGED | warming());
    }
  }

  void ask_restarted() {
    if constexpr (restarts_itself) {
      if (node_.restarted()) warming_left_ = node_.settling_samples;
    }
  }
  int warming() {
    if (warming_left_ == 0) return 0;
    --warming_left_;
    return IB_SAMPLE_WARMING;
  }

  void apply(PendingEvents& events, Time t) { events.apply_until(t); }

  N& node_;
  bool fresh_ = true;
  std::uint8_t steady_{};  ///< not fresh, not warming, no gap told, no param change waits
  int warming_left_{};
  std::uint32_t bridged_{};
  float last_{}, last_out_{};
  std::uint32_t at_{};  ///< sample of the block in hand
  bool flagged_{};      ///< some sample of the output block has a flag
  std::uint64_t next_index_{};
  Time next_time_ = never;
  ib_gap gap_{};  ///< told, not yet judged
};

}  // namespace ib::detail
