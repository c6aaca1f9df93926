// Nodes that are not honest about time, gaps and bounds.
#pragma once

#include "toy.hpp"

namespace ib::test {

/// time/order: the second item of a block stands before the first.
struct GoesBack : HandToy {
  static constexpr About about = broken("broken.goes_back");
  ib_status process(ib_process& p) {
    pass(p);
    ib_block& b = *p.out[0];
    if (b.n > 1) std::swap(writable_times(b)[0], writable_times(b)[1]);
    return IB_OK;
  }
};

/// time/settled: it says "settled" and then finds something older.
struct TooLate : Toy {
  static constexpr About about = broken("broken.too_late");
  void on(decltype(in)&, Time t, const Moment& v) {
    out(t, v);
    out(t - 1ms, v);
  }
};

/// time/marks
struct TakesItBack : HandToy {
  static constexpr About about = broken("broken.takes_it_back");
  ib_status process(ib_process& p) {
    const auto before = p.out[0]->settled_ns;
    pass(p);
    if (p.in[0] != nullptr && p.in[0]->n == 0 && before > IB_NEVER + 1'000'000'000)
      p.out[0]->settled_ns = before - 1'000'000'000;
    return IB_OK;
  }
};

/// time/ahead: nothing ever comes, and that it says too early.
struct Foresees : HandToy {
  static constexpr About about = broken("broken.foresees");
  ib_status process(ib_process& p) {
    pass(p);
    p.out[0]->n = p.out[0]->n_gaps = 0;
    if (p.out[0]->settled_ns > IB_NEVER) p.out[0]->settled_ns += 100'000'000'000;
    return IB_OK;
  }
};

/// time/held: of two inputs it waits for neither.
struct WaitsForNobody {
  static constexpr About about = broken("broken.waits_for_nobody");
  In<"a", Moment, InSpec{.doc = "Moments."}> a;
  In<"b", Moment, InSpec{.doc = "More."}> b;
  Out<"out", Moment, OutSpec{.doc = "Moments."}> out;
  static constexpr auto fields =
      std::tuple{&WaitsForNobody::a, &WaitsForNobody::b, &WaitsForNobody::out};
  int ended{};
  ib_status process(ib_process& p) {
    for (int i = 0; i < 2; ++i) {
      if (p.in[i] == nullptr) continue;
      if (p.in[i]->settled_ns > IB_NEVER) out.settle({p.in[i]->settled_ns});
      if ((p.in[i]->flags & IB_BLOCK_FINISHED) != 0 && ++ended == 2)
        p.out[0]->flags |= IB_BLOCK_FINISHED;
    }
    return IB_OK;
  }
};

/// time/latency_kept
struct LagsBehind : HandToy {
  static constexpr About about = broken("broken.lags_behind");
  ib_status process(ib_process& p) {
    const auto before = p.out[0]->settled_ns;
    pass(p);
    if (p.in[0] == nullptr || (p.in[0]->flags & IB_BLOCK_FINISHED) != 0) return IB_OK;
    p.out[0]->settled_ns = std::max(before, p.in[0]->settled_ns - 5'000'000'000);
    return IB_OK;
  }
};

/// time/latency_true
struct ExcusesItself : HandToy {
  static constexpr About about = broken("broken.excuses_itself");
  bool activate(Activation& a) {
    a.out().latency_ns = 60'000'000'000;
    return true;
  }
  ib_status process(ib_process& p) { return pass(p); }
};

/// time/seen
struct SeesMore : HandToy {
  static constexpr About about = broken("broken.sees_more");
  ib_status process(ib_process& p) {
    pass(p);
    if (p.out[0]->seen_ns > IB_NEVER) p.out[0]->seen_ns += 1'000'000'000'000;
    return IB_OK;
  }
};

/// gaps/contiguous: it forms intervals whatever lies between the beats.
struct ReachesAcross {
  static constexpr About about = broken("broken.reaches_across");
  In<"in", ib::Beat, InSpec{.doc = "Beats."}> in;
  Out<"out", ib::Beat, OutSpec{.doc = "Beats."}> out;
  static constexpr auto fields = std::tuple{&ReachesAcross::in, &ReachesAcross::out};
  void on(decltype(in)&, Time t, ib::Beat v) {
    v.contiguous = true;
    v.ibi_us = v.whole_ibi_us();
    v.sqi = {};
    out(t, v);
  }
};

/// data/all_invalid: whatever it is told of a beat, it vouches for it.
struct Vouches {
  static constexpr About about = broken("broken.vouches");
  In<"in", ib::Beat, InSpec{.doc = "Beats."}> in;
  Out<"out", ib::Beat, OutSpec{.doc = "Beats."}> out;
  static constexpr auto fields = std::tuple{&Vouches::in, &Vouches::out};
  void on(decltype(in)&, Time t, ib::Beat v) {
    v.valid = true;
    v.reason = Reason::none;
    v.ibi_us = v.whole_ibi_us();
    v.sqi = {};
    out(t, v);
  }
};

/// time/shifted: it says another number at another hour.
struct KnowsTheHour : Toy {
  static constexpr About about = broken("broken.knows_the_hour");
  void on(decltype(in)&, Time t, Moment v) {
    v.number = t.ns / Duration(1h).count();
    out(t, v);
  }
};

/// gaps/form: a gap without a length.
struct TellsOfNothing : HandToy {
  static constexpr About about = broken("broken.tells_of_nothing");
  ib_status process(ib_process& p) {
    pass(p);
    ib_block& b = *p.out[0];
    for (std::uint32_t g = 0; g < b.n_gaps; ++g) writable_gaps(b)[g].to_ns = b.gaps[g].from_ns;
    return IB_OK;
  }
};

/// gaps/empty_blocks: silence makes it begin anew.
struct CountsCalls : HandToy {
  static constexpr About about = broken("broken.counts_calls");
  std::int64_t calls{};
  void reset() { calls = 0; }
  bool activate(Activation&) {
    reset();
    return true;
  }
  ib_status process(ib_process& p) {
    if (p.in[0] == nullptr || p.in[0]->n == 0) ++calls;
    return pass(p, [this](std::uint32_t) { return calls; });
  }
};

/// gaps/new_clock: after a reset its time begins at 0 again.
struct BeginsAtZero : HandToy {
  static constexpr About about = broken("broken.begins_at_zero");
  std::int64_t first = IB_NEVER;
  bool again{};
  void reset() {
    again = true;
    first = IB_NEVER;
  }
  ib_status process(ib_process& p) {
    pass(p);
    ib_block& b = *p.out[0];
    if (!again) return IB_OK;
    for (std::uint32_t i = 0; i < b.n; ++i) {
      if (first == IB_NEVER) first = b.t_ns[i];
      writable_times(b)[i] -= first;
    }
    return IB_OK;
  }
};

/// gaps/end
struct NeverEnds : HandToy {
  static constexpr About about = broken("broken.never_ends");
  ib_status process(ib_process& p) {
    pass(p);
    p.out[0]->flags &= ~std::uint32_t{IB_BLOCK_FINISHED};
    return IB_OK;
  }
};

/// bounds/items: two for one, where one was promised.
struct SaysItTwice : Toy {
  static constexpr About about = broken("broken.says_it_twice");
  void on(decltype(in)&, Time t, const Moment& v) {
    out(t - Duration{1}, v);
    out(t, v);
  }
};

/// bounds/error_text
struct FailsInSilence {
  static constexpr About about = broken("broken.fails_in_silence");
  In<"in", Quantity, InSpec{.doc = "Numbers."}> in;
  Out<"out", Moment, OutSpec{.doc = "Moments."}> out;
  static constexpr auto fields = std::tuple{&FailsInSilence::in, &FailsInSilence::out};
  ib_status process(ib_process& p) {
    if (p.in[0] == nullptr) return IB_OK;
    const ib_block& b = *p.in[0];
    const auto* x = static_cast<const Quantity*>(b.data);
    for (std::uint32_t i = 0; i < b.n; ++i) {
      if (std::isnan(x[i].value)) return IB_ERROR;
    }
    for (std::uint32_t i = 0; i < b.n; ++i) out(Time{b.t_ns[i]}, {1});
    if (b.settled_ns > IB_NEVER) out.settle({b.settled_ns});
    p.out[0]->flags |= b.flags;
    return IB_OK;
  }
};

/// abi/later
struct KnowsOneSize : HandToy {
  static constexpr About about = broken("broken.knows_one_size");
  const char* error() const { return "this is no ib_process that I know"; }
  ib_status process(ib_process& p) {
    if (p.struct_size != sizeof(ib_process)) return IB_ERROR;
    return pass(p);
  }
};

}  // namespace ib::test
