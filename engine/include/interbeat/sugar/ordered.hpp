// Ordered shape: a node that meets the items of one or more inputs in the order of time, whatever
// the order in which blocks arrived; and, if it has `every`, a tick on a fixed grid of session time.
//
//   struct Node {
//     void on(decltype(beats)&, Time t, const Beat& b);     // an item; one overload per input
//     void on(decltype(ppg)&, const ib::Sample& s);         // a sample of a regular input
//     void on_gap(decltype(ppg)&, Time from, Time to);      // optional: before the item after it
//     void advance(Time t);                                 // optional: nothing at or before t comes
//     Duration every;  void tick(Time t);                   // optional: t = k * every, k = 1, 2, ...
//     void on_end();                                        // optional: every input has finished
//     static constexpr Duration wait, idle_after;           // optional: a merge that gives up; or
//                                                           // as settings: merge_policy.hpp
//     Duration latency;                                     // optional: of all outputs
//     Time settle_limit() const;                            // optional: outputs wait here
//   };
//
// Outputs are the node's own fields: `out(t, item)`. After each call every output is settled to
// (closed time of the inputs - its latency). Seen marks pass through nodes that stand behind one
// source; where two sources meet they end: what gives up settles its outputs itself. Item order at equal times: order of the input fields;
// a gap stands before the item behind it; a tick at t comes after the items at t.
// Bounds: each input has a store of what it may run ahead of the others (inlet.hpp); an item too many
// is lost, counted, and an error where time is virtual.
// Thread: [exec].
#pragma once

#include <interbeat/sugar/inlet.hpp>
#include <interbeat/sugar/merge_policy.hpp>
#include <interbeat/sugar/pending_events.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <tuple>
#include <utility>

namespace ib::detail {

template <class N, class F>
consteval bool meets() {
  if constexpr (F::field_kind != FieldKind::in) {
    return true;
  } else if constexpr (SampleTag<typename F::item>) {
    return requires(N & n, F & f, Sample s) { n.on(f, s); };
  } else {
    return requires(N & n, F & f, Time t, const typename F::item& v) { n.on(f, t, v); };
  }
}
template <class N>
consteval bool meets_all_inputs() {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    return (meets<N, FieldAt<N, I>>() && ...);
  }
  (std::make_index_sequence<field_count<N>>{});
}

/// Every input field has an `on`.
template <class N>
concept Ordered = count_fields<N, FieldKind::in>()
> 0 && meets_all_inputs<N>();

template <class N>
class OrderedRunner {
 public:
  explicit OrderedRunner(N& node) : node_(node) {}

  bool activate(Activation& a) {
    std::size_t connected = 0;
    each_inlet([&](auto& inlet, auto& field, std::size_t i) {
      inlet.connected = a.connected(i);
      field.edge = &inlet.edge;
      connected += inlet.connected ? 1 : 0;
      inlet.edge = SettledEdge(patience(Duration{a.in(i).latency_ns}));
    });
    single_ = connected == 1;
    passes_seen_ = a.sources() < 2;
    each_inlet([&](auto& inlet, auto&, std::size_t i) {
      if (!inlet.connected || single_) return;
      inlet.reserve(a.in(i), longest_wait(node_), a.sources() == 1);
    });
    each_out([&](auto& port, std::size_t k) {
      if constexpr (!is_late_port<decltype(port)>) promise(port, a, k);
    });
    reset();
    return true;
  }

  /// As fresh, but time goes on: ticks and marks never fall back. After an error the items that wait
  /// for their time stay; after anything else they are void, and counted.
  void reset(std::uint32_t reason = IB_RESET_FRESH) {
    if (reason == IB_RESET_ERROR) return;
    each_inlet([&](auto& inlet, auto&, std::size_t) {
      lost_ += inlet.waiting();
      inlet.clear();
    });
    ended_ = false;
  }
  /// The author's code threw at moment `hand_`: time before it is settled, it itself is passed over.
  void failed(ib_process& p) {
    each_inlet([&](auto& inlet, auto&, std::size_t) {
      if (!inlet.in_hand) return;
      inlet.store->pop();
      inlet.in_hand = false;
    });
    p.failed_item = single_ ? stopped_at_ : p.in[0] != nullptr ? p.in[0]->n : 0;
    each_out([&](auto& port, std::size_t) {
      if constexpr (!is_late_port<decltype(port)>) {
        port.settle(std::min(hand_ - Duration{1} - port.latency, limit()));
      }
    });
  }

  /// [any] Items that found their store full.
  std::uint64_t lost() const { return lost_told_.load(std::memory_order_relaxed); }
  /// [any] Items whose time was given up before they came.
  std::uint64_t late() const { return late_told_.load(std::memory_order_relaxed); }
  /// The sentence behind an IB_ERROR of `process`.
  static constexpr const char* overflow_text =
      "an input ran further ahead of the others than there is room for; what did not fit is lost";
  ib_status process(ib_process& p, PendingEvents& events) {
    bool overflow = false;
    if (p.resume != 0) lose_the_failed();
    each_inlet([&](auto& inlet, auto& field, std::size_t i) {
      const ib_block* block = p.in[i];
      if (block == nullptr || !inlet.connected) return;
      if (single_) meet_directly(inlet, field, *block, p.resume != 0 ? stopped_at_ + 1 : 0, events);
      else if (p.resume == 0) overflow = !keep(inlet, *block, i) || overflow;
      if (block->settled_ns > IB_NEVER) inlet.edge.settle({block->settled_ns});
      if (block->seen_ns > IB_NEVER) inlet.edge.seen({block->seen_ns});
      if ((block->flags & IB_BLOCK_FINISHED) != 0) {
        inlet.finished = true;
        inlet.edge.finish();
        failed_ = failed_ || (block->flags & IB_BLOCK_FAILED) != 0;
      }
    });
    const Time closed = closed_time();
    if (!single_) meet_kept(closed, events);
    if (closed > never && closed < forever) {
      run_ticks(closed, events);
      reach(closed, events);
    }
    finish_if_over();
    mark_outputs(closed, p);
    overflow = count() || overflow;
    return overflow ? IB_ERROR : IB_OK;
  }

 private:
  /// True: a window of the node was full, which its bounds should have kept from happening.
  bool count() {
    std::uint64_t late = 0;
    std::apply([&](const auto&... i) { ((late += i.edge.late()), ...); }, inlets_);
    late_told_.store(late, std::memory_order_relaxed);
    bool full = false;
    if constexpr (requires { node_.take_lost(); }) {
      const std::uint64_t lost = node_.take_lost();
      lost_ += lost;
      full = lost > 0;
    }
    lost_told_.store(lost_, std::memory_order_relaxed);
    return full;
  }

  template <class P>
  static constexpr bool is_late_port = std::remove_reference_t<P>::spec.late;

  Patience patience(Duration latency) const {
    Patience p;
    p.latency = latency;
    if constexpr (GivesUp<N>) {
      if (waits_for_ever(node_)) return p;
      p.wait = as_duration(node_.wait);
      p.idle_after = as_duration(node_.idle_after);
    }
    return p;
  }

  /// What the plan may count on: the output lags by the node's own latency and by what it waits for
  /// silent inputs; and what was kept for so long comes at once.
  template <class P>
  void promise(P& port, Activation& a, std::size_t k) {
    if constexpr (requires { node_.latency; }) port.latency = node_.latency;
    a.out(k).latency_ns = port.latency.count();
    if constexpr (GivesUp<N>) {
      if (!waits_for_ever(node_)) a.out(k).latency_ns += as_duration(node_.wait).count();
      double rate = 0;
      for (std::size_t i = 0; i < a.inputs(); ++i) {
        rate += a.in(i).rate_hz > 0 ? a.in(i).rate_hz : a.in(i).items_per_second;
      }
      constexpr auto& spec = P::spec;
      a.out(k).max_items += static_cast<std::uint32_t>(seconds(longest_wait(node_)) *
                                                       (spec.per_second + spec.per_item * rate));
    }
  }

  template <class F>
  void each_inlet(F&& f) {
    std::size_t in = 0;
    each_field<N>([&]<std::size_t I>() {
      using Field = FieldAt<N, I>;
      if constexpr (Field::field_kind == FieldKind::in) {
        f(std::get<Inlet<Field>>(inlets_), node_.*std::get<I>(N::fields), in++);
      }
    });
  }
  /// The `who`-th of them alone.
  template <class F>
  void the_inlet(std::size_t who, F&& f) {
    std::size_t in = 0;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const auto is_it = [&]<std::size_t K>() {
        using Field = FieldAt<N, K>;
        if constexpr (Field::field_kind == FieldKind::in) {
          if (in++ != who) return false;
          f(std::get<Inlet<Field>>(inlets_), node_.*std::get<K>(N::fields));
          return true;
        } else {
          return false;
        }
      };
      static_cast<void>((is_it.template operator()<I>() || ...));
    }
    (std::make_index_sequence<field_count<N>>{});
  }
  template <class F>
  void each_out(F&& f) {
    each<N, FieldKind::out>(node_, f);
  }

  Time closed_time() {
    Time closed = forever, last = never;
    each_inlet([&](auto& inlet, auto&, std::size_t) {
      closed = std::min(closed, inlet.closed());
      if (inlet.connected) last = std::max(last, inlet.edge.closed());
    });
    return closed < forever ? closed : last;  // all have ended: as far as the last of them
  }

  // -- one input: items are met where they lie, in the block -------------------------------------

  template <class F>
  void meet_directly(Inlet<F>& inlet, F& field, const ib_block& b, std::uint32_t from,
                     PendingEvents& events) {
    std::uint32_t i = from;
    try {
      if constexpr (SampleTag<typename F::item>) meet_samples(inlet, field, b, i, events);
      else meet_events(inlet, field, b, i, events);
    } catch (...) {
      stopped_at_ = i;
      throw;
    }
    stopped_at_ = b.n;
  }
  template <class F>
  void meet_samples(Inlet<F>& inlet, F& field, const ib_block& b, std::uint32_t& i,
                    PendingEvents& events) {
    const Samples s{b};
    const Anchor clock = s.anchor();
    if (b.n_gaps > 0 && i == 0) inlet.meet_gap(b.gaps[0]);
    for (; i < b.n; ++i) {
      const Time t = clock.at(s.index(i));
      if (!inlet.edge.item(t)) continue;
      before(t, events);
      meet_gap(std::exchange(inlet.gap, {}), field);
      const float* frame = s.frame(i);
      node_.on(field,
               Sample{t, static_cast<double>(frame[0]), frame, s.index(i), s.flags(i), &clock});
    }
  }
  template <class F>
  void meet_events(Inlet<F>& inlet, F& field, const ib_block& b, std::uint32_t& i,
                   PendingEvents& events) {
    std::uint32_t g = 0;
    while (i > 0 && g < b.n_gaps && b.gaps[g].at < i) ++g;  // told before the error
    for (; i < b.n; ++i) {
      while (g < b.n_gaps && b.gaps[g].at <= i) inlet.meet_gap(b.gaps[g++]);
      const Time t{b.t_ns[i]};
      if (!inlet.edge.item(t)) continue;
      before(t, events);
      meet_gap(std::exchange(inlet.gap, {}), field);
      node_.on(field, t, static_cast<const typename F::item*>(b.data)[i]);
    }
    while (g < b.n_gaps) inlet.meet_gap(b.gaps[g++]);
  }

  // -- several inputs: kept until all are closed beyond them ---------------------------------------

  template <class F>
  bool keep(Inlet<F>& inlet, const ib_block& b, [[maybe_unused]] std::size_t input) {
    const std::uint64_t lost_before = lost_;
    std::uint32_t g = 0;
    for (std::uint32_t i = 0; i < b.n;) {
      while (g < b.n_gaps && b.gaps[g].at <= i) inlet.meet_gap(b.gaps[g++]);
      if constexpr (SampleTag<typename F::item>) {
        const std::uint32_t end = g < b.n_gaps ? std::min(b.n, b.gaps[g].at) : b.n;
        keep_samples(inlet, Samples{b}, i, end);
        i = end;
      } else {
        keep_item(inlet, Time{b.t_ns[i]}, static_cast<const typename F::item*>(b.data)[i], input);
        ++i;
      }
    }
    while (g < b.n_gaps) inlet.meet_gap(b.gaps[g++]);
    return lost_ == lost_before;
  }
  template <class F>
  void keep_item(Inlet<F>& inlet, Time t, const typename F::item& v, std::size_t input) {
    if (!inlet.edge.item(t)) return send_aside<F>(input, t, v);
    if (inlet.store->push(t, v, inlet.gap)) inlet.gap = {};
    else ++lost_;
  }
  /// Of one piece, [i, end): time rises in it, so behind the first that is in time all are.
  template <class F>
  void keep_samples(Inlet<F>& inlet, const Samples& s, std::uint32_t i, std::uint32_t end) {
    const Anchor clock = s.anchor();
    while (i < end && !inlet.edge.item(clock.at(s.index(i)))) ++i;
    if (i == end) return;
    inlet.edge.settle(clock.at(s.index(end - 1)));
    const auto* flags = s.block.sample_flags != nullptr ? s.block.sample_flags + i : nullptr;
    const std::uint32_t kept =
        inlet.store->push(clock, s.index(i), flags, inlet.gap, s.frame(i), end - i);
    if (kept > 0) inlet.gap = {};
    lost_ += end - i - kept;
  }
  /// A late item leaves through the late port of its input, if the node has one and is told to.
  template <class F>
  void send_aside([[maybe_unused]] std::size_t input, [[maybe_unused]] Time t,
                  [[maybe_unused]] const typename F::item& v) {
    if constexpr (requires { node_.late; }) {
      if (!node_.late.aside()) return;
      each_late([&](auto& port, std::size_t k) {
        using P = std::remove_reference_t<decltype(port)>;
        if constexpr (std::is_same_v<typename P::item, typename F::item>) {
          if (k == input) port(t, v);
        }
      });
    }
  }
  template <class F>
  void each_late(F&& f) {
    std::size_t late = 0;
    each_out([&](auto& port, std::size_t) {
      if constexpr (is_late_port<decltype(port)>) f(port, late++);
    });
  }

  void meet_kept(Time closed, PendingEvents& events) {
    std::array<Time, n_in> next;  // a node gets nothing new meanwhile: looked up once, then kept up
    each_inlet([&](auto& inlet, auto&, std::size_t i) { next[i] = inlet.next(); });
    for (;;) {
      std::size_t who = 0;
      Time first = next[0];
      for (std::size_t i = 1; i < n_in; ++i) {
        if (next[i] >= first) continue;
        first = next[i];
        who = i;
      }
      if (first > closed || first == forever) return;
      the_inlet(who, [&](auto& inlet, auto& field) {
        meet_one(inlet, field, first, events);
        next[who] = inlet.next();
      });
    }
  }
  template <class F>
  void meet_one(Inlet<F>& inlet, F& field, Time t, PendingEvents& events) {
    using T = typename F::item;
    auto& store = *inlet.store;
    inlet.in_hand = true;
    before(t, events);
    if (store.behind_gap()) meet_gap(store.take_gap(), field);
    if constexpr (SampleTag<T>) {
      std::array<float, channels_of<T>()> frame;
      store.copy_frame(frame);
      node_.on(field, Sample{t, static_cast<double>(frame[0]), frame.data(), store.index(),
                             store.flags(), &store.clock()});
    } else {
      node_.on(field, t, store.item());
    }
    store.pop();
    inlet.in_hand = false;
  }

  // -- time ------------------------------------------------------------------------------------------

  /// Everything due strictly before an item at t.
  void before(Time t, PendingEvents& events) {
    const Time just_before = t - Duration{1};
    run_ticks(just_before, events);
    reach(just_before, events);
    if (any(events)) events.apply_until(t);
    hand_ = t;
  }
  /// Only params that are live change: other nodes needn't ask.
  static bool any([[maybe_unused]] const PendingEvents& events) {
    if constexpr (has_live_params<N>()) return events.any();
    else return false;
  }
  /// A change acts before the node is told of time at or behind it, however often it is told.
  void reach([[maybe_unused]] Time t, PendingEvents& events) {
    while (any(events) && events.first() <= t) {
      const Time at = events.first();
      tell(at - Duration{1});
      events.apply_until(at);
    }
    tell(t);
  }
  void tell([[maybe_unused]] Time t) {
    if constexpr (requires { node_.advance(t); }) {
      if (t > reached_) node_.advance(hand_ = reached_ = t);
    }
  }
  void run_ticks([[maybe_unused]] Time until, [[maybe_unused]] PendingEvents& events) {
    if constexpr (requires { node_.tick(until); }) {
      for (;;) {
        const Time t{next_tick_ * Duration{node_.every}.count()};
        if (t > until) return;
        ++next_tick_;
        reach(t, events);
        if (skips_missing(node_) && !all_settled(t)) continue;
        hand_ = t;
        node_.tick(t);
      }
    }
  }
  bool all_settled(Time t) {
    bool all = true;
    each_inlet([&](auto& inlet, auto&, std::size_t) {
      all = all && (!inlet.connected || inlet.edge.state(t) == Side::settled);
    });
    return all;
  }
  /// The gap in front of the next item, if there is one.
  template <class F>
  void meet_gap(const Hole& gap, F& field) {
    if (!gap.any()) return;
    if constexpr (requires { node_.on_gap(field, Time{}, Time{}); }) {
      node_.on_gap(field, gap.from, gap.to);
    }
    each_out([&](auto& port, std::size_t) {
      if constexpr (!is_late_port<decltype(port)>) port.gap(gap.from, gap.to);
    });
  }

  /// What a failed moment costs its streams: it is a gap, in front of what comes next.
  void lose_the_failed() {
    each_out([&](auto& port, std::size_t) {
      if constexpr (!is_late_port<decltype(port)>) {
        port.gap(port.settled() + Duration{1}, hand_ - port.latency + Duration{1});
      }
    });
  }

  void finish_if_over() {
    if (ended_) return;
    bool all = true;
    each_inlet([&](auto& inlet, auto&, std::size_t) {
      all = all && (!inlet.connected || inlet.finished);
    });
    if (!all) return;
    ended_ = true;
    each_inlet([&](auto& inlet, auto& field, std::size_t) {
      meet_gap(std::exchange(inlet.gap, {}), field);
    });
    if constexpr (requires { node_.on_end(); }) node_.on_end();
  }

  void mark_outputs(Time closed, ib_process& p) {
    Time seen = forever;
    each_inlet([&](auto& inlet, auto&, std::size_t) {
      if (inlet.connected && !inlet.finished) seen = std::min(seen, inlet.edge.seen_mark());
    });
    const bool pass_seen = passes_seen_ && seen > passed_seen_ && seen < forever;
    if (pass_seen) passed_seen_ = seen;
    settle_late_ports();
    each_out([&](auto& port, std::size_t k) {
      if constexpr (!is_late_port<decltype(port)>) {
        if (closed > never && closed < forever)
          port.settle(std::min(closed - port.latency, limit()));
      }
      if (p.out[k] == nullptr) return;
      if (pass_seen) p.out[k]->seen_ns = seen.ns;
      if (ended_)
        p.out[k]->flags |=
            std::uint32_t{IB_BLOCK_FINISHED} | (failed_ ? std::uint32_t{IB_BLOCK_FAILED} : 0U);
    });
  }

  /// Late items of an input come in its own order, behind what is settled on it: not what is closed.
  void settle_late_ports() {
    Time settled = forever;
    each_inlet([&](auto& inlet, auto&, std::size_t) {
      if (inlet.connected) settled = std::min(settled, inlet.edge.settled());
    });
    each_late([&](auto& port, std::size_t) {
      if (settled > never && settled < forever) port.settle(settled);
    });
  }

  Time limit() const {
    if constexpr (requires { node_.settle_limit(); }) return node_.settle_limit();
    else return forever;
  }

  static constexpr std::size_t n_in = count_fields<N, FieldKind::in>();

  N& node_;
  typename InletsOf<N>::type inlets_;
  bool single_{};
  bool ended_{}, failed_{};
  std::int64_t next_tick_ = 1;
  bool passes_seen_ = true;
  Time hand_ = never;           ///< the item, tick or moment that the node is met with
  std::uint32_t stopped_at_{};  ///< in the block in hand, when the node threw
  Time reached_ = never;
  Time passed_seen_ = never;
  std::uint64_t lost_{};
  std::atomic<std::uint64_t> late_told_{0}, lost_told_{0};
};

}  // namespace ib::detail
