// A node of every shape that keeps all its promises: what the validator must let pass.
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>
#include <interbeat/sections.hpp>

#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>

namespace ib::test {

/// Sample-wise, with a live param.
struct Smooth {
  static constexpr About about{"good.smooth", "1.2.3", "First-order low-pass."};
  In<"in", float, InSpec{.doc = "Samples."}> in;
  Out<"out", float, OutSpec{.doc = "The same, smoother."}> out;
  Param<"keep", NumberSpec{.min = 0,
                           .max = 0.999,
                           .def = 0.9,
                           .unit = "1",
                           .doc = "Share of the last output that stays.",
                           .live = true}>
      keep;
  double y{};
  static constexpr auto fields = std::tuple{&Smooth::in, &Smooth::out, &Smooth::keep};
  void restart(double first) { y = first; }
  double operator()(double x) noexcept { return y = keep * y + (1 - keep) * x; }
};

/// Sample-wise, of second-order sections: the host may run them.
struct Sectioned {
  static constexpr About about{"good.sectioned", "1.0.0", "Two sections, one behind the other."};
  In<"in", float, InSpec{.doc = "Samples."}> in;
  Out<"out", float, OutSpec{.doc = "The same, smoother."}> out;
  static constexpr auto fields = std::tuple{&Sectioned::in, &Sectioned::out};
  std::array<ib_section, 2> both{ib_section{0.2, 0.1, 0, -0.6, 0.1, 0, 0},
                                 ib_section{0.5, 0, 0, -0.5, 0, 0, 0}};
  void restart(double) {
    for (auto& s : both) s.s1 = s.s2 = 0;
  }
  double operator()(double x) noexcept { return step(both, x); }
  std::span<ib_section> sections() { return both; }
};

/// Hopping: beats at local maxima.
struct Peaks {
  static constexpr About about{"good.peaks", "1.0.0", "Beats at local maxima."};
  static constexpr Duration history = 6s, hop = 250ms, latency = 1300ms;
  In<"in", float, InSpec{.doc = "A pulse wave."}> in;
  Out<"beats", Beat, OutSpec{.doc = "A beat per maximum.", .per_item = 1, .per_call = 8}> beats;
  std::optional<Time> last;
  static constexpr auto fields = std::tuple{&Peaks::in, &Peaks::beats};
  void restart() { last.reset(); }
  void at_hop(const History& h, Emit<Beat>& emit) {
    for (std::size_t i = 8; i + 8 < h.x.size(); ++i) {
      if (!(h.x[i] > 0.5F) || !(h.x[i] > h.x[i - 1]) || !(h.x[i] >= h.x[i + 1])) continue;
      const auto t = h.time(static_cast<double>(i));
      if (t <= emit.settled() || (last && t - *last < 300ms)) continue;
      Beat b;
      if (last) b.ibi_us = static_cast<double>((t - *last).count() / 1000);
      b.contiguous = last.has_value();
      b.valid = last.has_value();
      if (emit(t, b)) last = t;
    }
  }
};

/// Ordered, of two inputs; it says why it fails.
struct Adds {
  static constexpr About about{"good.adds", "1.0.0", "The sum of the newest of both."};
  struct Sum {
    Maybe sum;
    static const ib_type& type() {
      return item_type<Sum>("interbeat/test_sum/1", "A sum.",
                            field<&Sum::sum>("sum", "1", "Of both."));
    }
  };
  struct Number {
    double x;
    static const ib_type& type() {
      return item_type<Number>("interbeat/test_number/1", "A number.",
                               field<&Number::x>("x", "1", "The number."));
    }
  };
  In<"a", Number, InSpec{.doc = "One."}> a;
  In<"b", Number, InSpec{.doc = "The other."}> b;
  Out<"out", Sum, OutSpec{.doc = "A sum for each of a."}> out;
  static constexpr auto fields = std::tuple{&Adds::a, &Adds::b, &Adds::out};
  std::optional<double> newest;
  bool activate(Activation&) {
    reset();
    return true;
  }
  void reset() { newest.reset(); }
  void on(decltype(a)&, Time t, const Number& v) {
    if (!std::isfinite(v.x)) throw std::runtime_error("what is no number can't be added");
    const auto sum = v.x + newest.value_or(0);
    out(t, {newest && std::isfinite(sum) ? Maybe(sum) : Maybe()});
  }
  void on(decltype(b)&, Time, const Number& v) {
    newest.reset();
    if (std::isfinite(v.x)) newest = v.x;
  }
};

/// It keeps a piece of memory at each of its first 250 lives, and then no more: so does glibc's allocator with
/// the pieces that a thread gave back, for as many lives as the lengths of strings decide. No leak.
struct HoardsAtFirst {
  static constexpr About about{"good.hoards_at_first", "1.0.0", "Hands on what comes."};
  struct Number {
    double x;
    static const ib_type& type() {
      return item_type<Number>("interbeat/test_hoarded/1", "A number.",
                               field<&Number::x>("x", "1", "The number."));
    }
  };
  In<"in", Number, InSpec{.doc = "Numbers."}> in;
  Out<"out", Number, OutSpec{.doc = "The same."}> out;
  static constexpr auto fields = std::tuple{&HoardsAtFirst::in, &HoardsAtFirst::out};
  bool activate(Activation&) {
    using Piece = std::array<std::byte, 200>;
    static std::array<std::unique_ptr<Piece>, 250> hoard;
    static std::atomic<std::size_t> lives;
    const auto life = lives.fetch_add(1, std::memory_order_relaxed);
    if (life < hoard.size()) hoard[life] = std::make_unique<Piece>();
    return true;
  }
  void on(decltype(in)&, Time t, const Number& v) {
    if (std::isfinite(v.x)) out(t, v);
  }
};

}  // namespace ib::test

IB_NODES(ib::test::Smooth, ib::test::Sectioned, ib::test::Peaks, ib::test::Adds,
         ib::test::HoardsAtFirst)
