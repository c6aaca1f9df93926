// Nodes that break one promise each: they prove that the contract's checks can fail.
#pragma once

#include <interbeat/physio.hpp>

#include "support/toy_nodes.hpp"

#include <memory>

namespace ib::test::broken {

/// What they have in common: pulses in, pulses out, a name that says nothing.
struct Toy {
  static constexpr About about{"test.broken", "1.0.0", "Breaks one promise."};
  In<"in", Pulse, InSpec{.doc = "Moments."}> in;
  Out<"out", Pulse, OutSpec{.doc = "Moments."}> out;
  static constexpr auto fields = std::tuple{&Toy::in, &Toy::out};

  static std::int64_t number(const ib_block& b, std::uint32_t i) {
    return static_cast<const Pulse*>(b.data)[i].number;
  }
  /// Hands on what came; `f(i)` gives the number.
  template <class F>
  ib_status pass(ib_process& p, F&& f) {
    if (p.in[0] == nullptr) return IB_OK;
    const ib_block& b = *p.in[0];
    for (std::uint32_t i = 0; i < b.n; ++i) out(Time{b.t_ns[i]}, {f(i)});
    if (b.settled_ns > IB_NEVER) out.settle({b.settled_ns});
    p.out[0]->flags |= b.flags & IB_BLOCK_FINISHED;
    return IB_OK;
  }
};

/// (a) Its answer depends on how long a block is.
struct SeesBlocks : Toy {
  ib_status process(ib_process& p) {
    return pass(p, [&](std::uint32_t) { return std::int64_t{p.in[0]->n}; });
  }
};

/// (b) All instances count on one counter.
struct SharesState : Toy {
  static inline std::int64_t count = 0;
  ib_status process(ib_process& p) {
    return pass(p, [](std::uint32_t) { return ++count; });
  }
};

/// (c) It knows after a reset what was before it.
struct Remembers : Toy {
  std::int64_t count{};
  ib_status process(ib_process& p) {
    return pass(p, [this](std::uint32_t) { return ++count; });
  }
};

/// (d) It writes behind the back of its port: the second item of a block stands before the first.
struct GoesBack : Toy {
  ib_status process(ib_process& p) {
    const auto s = pass(p, [](std::uint32_t) { return 1; });
    ib_block& b = *p.out[0];
    if (b.n > 1) std::swap(writable_times(b)[0], writable_times(b)[1]);
    return s;
  }
};
/// (d) It says "settled" and then finds something older.
struct TooLate : Toy {
  void on(decltype(in)&, Time t, const Pulse& v) {
    out(t, v);
    out(t - 1ms, v);
  }
};
/// (d) It settles beyond what its input has closed.
struct Foresees : Toy {
  ib_status process(ib_process& p) {
    const auto s = pass(p, [](std::uint32_t) { return 1; });
    out.settle(out.settled() + 100s);
    return s;
  }
};

/// (e)
struct Allocates : Toy {
  std::unique_ptr<Pulse> kept;
  void on(decltype(in)&, Time t, const Pulse& v) {
    kept = std::make_unique<Pulse>(v);
    out(t, *kept);
  }
};

/// (f) It works in place, where that is not its place.
struct WritesItsInput : Toy {
  ib_status process(ib_process& p) {
    const auto s = pass(p, [](std::uint32_t) { return 1; });
    if (p.in[0] != nullptr && p.in[0]->n > 0) {
      const_cast<Pulse*>(static_cast<const Pulse*>(p.in[0]->data))->number ^= 1;
    }
    return s;
  }
};
/// (f) One item too many, behind the end of its slot.
struct WritesBeyond : Toy {
  ib_status process(ib_process& p) {
    const auto s = pass(p, [](std::uint32_t) { return 1; });
    ib_block& b = *p.out[0];
    const Pulse one{1};
    std::memcpy(const_cast<Pulse*>(static_cast<const Pulse*>(b.data)) + b.capacity, &one,
                sizeof one);
    return s;
  }
};

/// (g)
struct Quotient {
  double value;
  static const ib_type& type() {
    return item_type<Quotient>("interbeat/test_quotient/1", "A quotient.",
                               field<&Quotient::value>("value", "1", "It."));
  }
};
struct Divides {
  static constexpr About about{"test.broken", "1.0.0", "Breaks one promise."};
  In<"in", Quotient, InSpec{.doc = "Numbers."}> in;
  Out<"out", Quotient, OutSpec{.doc = "One by each."}> out;
  static constexpr auto fields = std::tuple{&Divides::in, &Divides::out};
  void on(decltype(in)&, Time t, const Quotient& v) { out(t, {1 / v.value}); }
};

/// (h) A port without a sentence; a param whose default is out of its range.
struct SaysNothing {
  static constexpr About about{"test.broken", "1.0.0", "Breaks one promise."};
  In<"in", Pulse> in;
  Out<"out", Pulse, OutSpec{.doc = "Moments."}> out;
  static constexpr auto fields = std::tuple{&SaysNothing::in, &SaysNothing::out};
  void on(decltype(in)&, Time t, const Pulse& v) { out(t, v); }
};
struct OutOfRange : Toy {
  Param<"share", NumberSpec{.min = 0, .max = 1, .def = 2, .doc = "A share."}> share;
  static constexpr auto fields = std::tuple{&Toy::in, &Toy::out, &OutOfRange::share};
  void on(decltype(in)&, Time t, const Pulse& v) { out(t, v); }
};
struct ShoutsItsName : Toy {
  Param<"Share", NumberSpec{.min = 0, .max = 1, .def = 1, .doc = "A share."}> share;
  static constexpr auto fields = std::tuple{&Toy::in, &Toy::out, &ShoutsItsName::share};
  void on(decltype(in)&, Time t, const Pulse& v) { out(t, v); }
};

/// (i) Two items for one, where one was promised.
struct SaysItTwice : Toy {
  void on(decltype(in)&, Time t, const Pulse& v) {
    out(t - Duration{1}, v);
    out(t, v);
  }
};

/// (j) It forms intervals whatever lies between the beats.
struct ReachesAcross {
  static constexpr About about{"test.broken", "1.0.0", "Breaks one promise."};
  In<"in", ib::Beat, InSpec{.doc = "Beats."}> in;
  Out<"out", ib::Beat, OutSpec{.doc = "Beats."}> out;
  static constexpr auto fields = std::tuple{&ReachesAcross::in, &ReachesAcross::out};
  void on(decltype(in)&, Time t, ib::Beat v) {
    v.contiguous = true;
    out(t, v);
  }
};

}  // namespace ib::test::broken
