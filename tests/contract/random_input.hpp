// Random but valid input for any node, made from its descriptor: what is told of a port is enough.
//
//   auto setup = random_setup(desc, {.seed = 7});     // one script per input, live param events
//
// Samples are a pulse-like wave at 25..64 Hz with lost stretches and flags; beats and intervals
// walk around 0.8 s; everything else stands on a grid. Gaps of `common_gaps` lie in all inputs at
// once.
#pragma once

#include <interbeat/physio.hpp>

#include "types/interval.hpp"
#include "types/quality.hpp"

#include "support/node_runner.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <numbers>
#include <random>
#include <string_view>
#include <vector>

namespace ib::test {

/// What the values look like. The times of items are random in all of them.
enum class Values { plausible, constant, zero, huge, alternating };

struct InputOptions {
  unsigned seed{1};
  Duration begin{}, length = 300s;
  Values values{Values::plausible};
  bool seen_marks{};   ///< as a live host makes them: then items may be late
  bool common_gaps{};  ///< gaps in all inputs at the same times, and no others
  bool finish = true;
};

struct Setup {
  std::deque<Script> scripts;  ///< one per input port
  std::vector<ib_event> events;
  std::vector<Output::Gap> common_gaps;
};

namespace detail {

using Random = std::mt19937;

inline double uniform(Random& g, double low, double high) {
  return low + (high - low) * (static_cast<double>(g() & 0xFFFFFFU) / 16777216.0);
}
inline Duration some(Random& g, double low_s, double high_s) {
  return from_seconds(uniform(g, low_s, high_s));
}

/// A number of this unit as a body makes it, or as nobody should.
inline double number(Random& g, std::string_view unit, Values values, std::size_t k) {
  switch (values) {
    case Values::constant: return 1;
    case Values::zero: return 0;
    case Values::huge: return 1e9;
    case Values::alternating: return k % 2 == 0 ? 1e6 : -1e6;
    case Values::plausible: break;
  }
  if (unit == "us") return uniform(g, 6e5, 1.1e6);
  if (unit == "ms") return uniform(g, 600, 1100);
  if (unit == "bpm") return uniform(g, 55, 95);
  if (unit == "%") return uniform(g, 0, 100);
  if (unit == "bpm/s") return uniform(g, -3, 3);
  return uniform(g, 0, 1);
}

inline void write_field(Random& g, const ib_field& f, Values values, std::size_t k,
                        std::byte* item) {
  std::byte* to = item + f.offset;
  const double x = number(g, f.unit, values, k);
  const auto put = [&](auto v) { std::memcpy(to, &v, sizeof v); };
  switch (f.kind) {
    case IB_F32: return put(static_cast<float>(x));
    case IB_F64: return put(x);
    case IB_I32: return put(static_cast<std::int32_t>(x));
    case IB_I64: return put(static_cast<std::int64_t>(x));
    case IB_MAYBE: return put(g() % 8 == 0 ? Maybe{} : Maybe{x});
    case IB_ENUM: return put(static_cast<std::uint8_t>(f.n_labels > 0 ? g() % f.n_labels : 0));
    case IB_TEXT: std::strncpy(reinterpret_cast<char*>(to), "mark", f.count - 1); return;
    default: return put(static_cast<std::uint8_t>(g() % 2));
  }
}

/// Beats and intervals agree with themselves: valid ones have no reason and the length of their
/// time.
template <class T>
void agree(Random& g, std::byte* item, Duration length, bool after_gap, Values values) {
  T v;
  std::memcpy(&v, item, sizeof v);
  if (values == Values::plausible) v.ibi_us = static_cast<std::int32_t>(length.count() / 1000);
  v.contiguous = !after_gap && g() % 20 != 0;
  v.valid = g() % 12 != 0;
  v.reason = v.valid ? Reason::none : Reason::low_quality;
  if constexpr (requires { v.label; }) {
    v.label = v.valid ? Label::normal : Label::low_quality;
    v.contiguous = v.contiguous && v.valid;
  }
  if (after_gap) v.ibi_us = {};
  std::memcpy(item, &v, sizeof v);
}

class Writer {
 public:
  Writer(Script& s, const ib_port& port, const InputOptions& options, Random& g,
         const std::vector<Output::Gap>& common)
      : s_(s), port_(port), o_(options), g_(g), common_(common) {}

  void write() {
    s_.connected = true;
    s_.latency = some(g_, 0, 2);
    if ((port_.flags & IB_PORT_REGULAR) != 0) write_samples();
    else write_items();
    mark(Script::Entry::settle, Time{} + o_.begin + o_.length);
    if (o_.finish) mark(Script::Entry::finish, {});
  }

 private:
  // -- samples -----------------------------------------------------------------------------------

  void write_samples() {
    s_.regular = true;
    s_.channels = std::max(1U, port_.channels);
    s_.item_size = 4 * std::size_t{s_.channels};
    constexpr double rates[]{25, 32, 50, 64};
    s_.rate_hz = std::max(rates[g_() % 4], port_.rate_min_hz);
    s_.anchor = Anchor::of_rate(s_.rate_hz, Time{} + o_.begin + some(g_, 0, 0.1));
    std::size_t gap = 0;
    double phase = 0;
    const double beat_hz = uniform(g_, 0.9, 1.6);
    for (std::size_t k = 0; at(s_.next_index) <= end(); ++k) {
      if (!o_.common_gaps && g_() % 600 == 0) lose(g_() % 3 == 0 ? 20 : 0.3);
      for (; gap < common_.size() && at(s_.next_index).ns >= common_[gap].from_ns; ++gap) {
        lose_until(Time{common_[gap].to_ns});
      }
      if (at(s_.next_index) > end()) return;
      phase += 2 * std::numbers::pi * beat_hz / s_.rate_hz;
      put_sample(k, phase);
      if (g_() % 40 == 0) mark_before(at(s_.next_index));
    }
  }
  Time at(std::uint64_t i) const { return s_.anchor.at(i); }
  Time end() const { return Time{} + o_.begin + o_.length; }

  void lose(double at_most_s) { lose_until(at(s_.next_index) + some(g_, 0.02, at_most_s)); }
  void lose_until(Time t) {
    const auto from = at(s_.next_index);
    do ++s_.next_index;
    while (at(s_.next_index) < t);
    if (at(s_.next_index) > end()) return;              // nothing comes behind it any more
    if (g_() % 4 == 0) mark_before(at(s_.next_index));  // a device that says so before it goes on
    put_gap(from, at(s_.next_index));
    if (g_() % 4 == 0) mark_before(at(s_.next_index));  // and one that says it in an empty block
  }
  void put_sample(std::size_t k, double phase) {
    const auto index = s_.next_index++;
    std::uint8_t flags = 0;
    if (flagged_ == 0 && g_() % 500 == 0) flagged_ = 5;
    if (flagged_ > 0) {
      --flagged_;
      flags = IB_SAMPLE_WARMING;
    }
    const auto where = append(at(index), index, flags);
    for (std::uint32_t c = 0; c < s_.channels; ++c) {
      const double wave =
          std::sin(phase) + 0.3 * std::sin(2 * phase + 1) + uniform(g_, -0.05, 0.05);
      const double x = o_.values == Values::plausible ? wave : number(g_, "", o_.values, k);
      const auto value = static_cast<float>(x);
      std::memcpy(s_.bytes.data() + where + 4 * c, &value, 4);
    }
  }

  // -- items -------------------------------------------------------------------------------------

  void write_items() {
    if (port_.type == nullptr) s_.connect<QualityRow>();  // it has a field of nearly every kind
    const ib_type& type = *s_.stream().type;
    s_.item_size = type.item_size;
    const std::string_view urn = type.urn;
    const bool heart = urn == ib::Beat::type().urn || urn == Interval::type().urn;
    s_.rate_hz = heart ? 4 : 2;
    Time t = Time{} + o_.begin, last = t;
    bool after_gap = true;
    std::size_t gap = 0;
    for (std::size_t k = 0;; ++k) {
      t = heart ? last + some(g_, 0.6, 1.1) : last + 500ms;
      if (!o_.common_gaps && g_() % 40 == 0) {
        const auto silence = g_() % 3 == 0 ? some(g_, 5, 40) : some(g_, 0.5, 5);
        t = t + (heart ? silence : Duration(500ms) * (silence / 500ms));
        after_gap = g_() % 4 != 0;  // now and then nothing was lost: nobody spoke
        if (after_gap && t <= end()) put_gap(last + Duration{1}, t);
      }
      for (; gap < common_.size() && t.ns > common_[gap].from_ns; ++gap) {
        t = std::max(t, Time{common_[gap].to_ns} + (heart ? some(g_, 0, 1) : 0s));
        if (!heart) t = {(t.ns + 499'999'999) / 500'000'000 * 500'000'000};
        if (t <= end()) put_gap(Time{common_[gap].from_ns}, Time{common_[gap].to_ns});
        after_gap = true;
      }
      if (t > end()) return;
      if (g_() % 8 == 0) mark_before(t);
      const auto where = append(t, 0, 0);
      auto* item = s_.bytes.data() + where;
      for (std::uint32_t f = 0; f < type.n_fields; ++f) {
        write_field(g_, type.fields[f], o_.values, k, item);
      }
      if (urn == ib::Beat::type().urn) agree<ib::Beat>(g_, item, t - last, after_gap, o_.values);
      if (urn == Interval::type().urn) agree<Interval>(g_, item, t - last, after_gap, o_.values);
      after_gap = false;
      last = t;
    }
  }

  // -- entries -----------------------------------------------------------------------------------

  std::size_t append(Time t, std::uint64_t index, std::uint8_t flags) {
    const auto where = s_.bytes.size();
    s_.entries.push_back({Script::Entry::item, t.ns, 0, index, where, flags});
    s_.bytes.resize(where + s_.item_size);
    settled_ = t;
    return where;
  }
  void put_gap(Time from, Time to) {
    s_.entries.push_back({Script::Entry::gap, from.ns, to.ns, 0, 0, 0});
  }
  void mark(Script::Entry::Kind kind, Time t) { s_.entries.push_back({kind, t.ns, 0, 0, 0, 0}); }
  /// Settled somewhere between the last item and the next one, which comes at t.
  void mark_before(Time t) {
    const auto room = t - std::max(settled_, Time{} + o_.begin) - Duration{1};
    if (room.count() <= 0) return;
    settled_ = std::max(settled_, Time{} + o_.begin) + some(g_, 0, seconds(room));
    settled_ = std::min(settled_, t - Duration{1});
    mark(Script::Entry::settle, settled_);
    if (o_.seen_marks && g_() % 2 == 0) mark(Script::Entry::seen, t + some(g_, 0, 8));
  }

  Script& s_;
  const ib_port& port_;
  const InputOptions& o_;
  Random& g_;
  const std::vector<Output::Gap>& common_;
  Time settled_ = never;
  int flagged_{};
};

}  // namespace detail

inline Setup random_setup(const ib_node_desc& desc, const InputOptions& options) {
  detail::Random g(options.seed);
  Setup setup;
  if (options.common_gaps) {
    for (Time t = Time{} + options.begin + detail::some(g, 5, 40);
         t < Time{} + options.begin + options.length;) {
      const auto to = t + (g() % 4 == 0 ? Duration{1} : detail::some(g, 0.001, 60));
      setup.common_gaps.push_back({t.ns, to.ns, 0});
      t = to + detail::some(g, 5, 60);
    }
  }
  for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
    const auto& port = desc.ports[i];
    if ((port.flags & IB_PORT_OUT) != 0) continue;
    Script& s = setup.scripts.emplace_back(port);
    detail::Random own(options.seed * 64 + i);  // what a port gets does not depend on the others
    const bool first = setup.scripts.size() == 1;
    const bool left_out = (port.flags & IB_PORT_OPTIONAL) != 0 && !first && own() % 2 == 0;
    if (!left_out) detail::Writer(s, port, options, own, setup.common_gaps).write();
  }
  for (std::uint32_t i = 0; i < desc.n_params; ++i) {
    const auto& p = desc.params[i];
    if ((p.flags & IB_PARAM_LIVE) == 0) continue;
    for (int n = 0; n < 4; ++n) {
      const auto at = options.begin + detail::some(g, 0, seconds(options.length));
      setup.events.push_back({at.count(), i, 0, detail::uniform(g, p.min, p.max)});
    }
  }
  std::sort(setup.events.begin(), setup.events.end(),
            [](const auto& a, const auto& b) { return a.t_ns < b.t_ns; });
  return setup;
}

}  // namespace ib::test
