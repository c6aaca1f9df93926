// Nodes whose life goes wrong, and nodes whose results depend on more than their input.
#pragma once

#include "toy.hpp"

#include <stdexcept>

namespace ib::test {

/// life/thousand
struct LeavesAPiece : Toy {
  static constexpr About about = broken("broken.leaves_a_piece");
  LeavesAPiece() : left(std::malloc(40)) {}
  void* left;
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// life/cycles
struct LeavesAPieceEachTime : Toy {
  static constexpr About about = broken("broken.leaves_a_piece_each_time");
  void* left{};
  bool activate(Activation&) {
    left = std::malloc(200);
    return true;
  }
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// life/unborn
struct DiesUnborn : Toy {
  static constexpr About about = broken("broken.dies_unborn");
  std::unique_ptr<int> made;
  int* volatile needed{};
  ~DiesUnborn() { *needed = 0; }
  bool activate(Activation&) {
    made = std::make_unique<int>(1);
    needed = made.get();
    return true;
  }
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// life/reset
struct Remembers : Toy {
  static constexpr About about = broken("broken.remembers");
  std::int64_t count{};
  void on(decltype(in)&, Time t, const Moment&) { out(t, {++count}); }
};

/// life/recovers
struct NeverRecovers : SampleToy {
  static constexpr About about = broken("broken.never_recovers");
  double sum{};
  double operator()(double x) {
    sum = 0 * sum + x;  // what was no number once, is none for ever
    return sum;
  }
};

/// life/extensions
struct OffersEverything : Toy {
  static constexpr About about = broken("broken.offers_everything");
  const void* extension(std::string_view id) const {
    return id.starts_with("acme.") ? &about : nullptr;
  }
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// life/odd_streams
struct DividesByRates : SampleToy {
  static constexpr About about = broken("broken.divides_by_rates");
  int spacing_ms{};
  bool activate(Activation& a) {
    const auto rate = static_cast<int>(std::min(a.in().rate_hz, 1e6));
    spacing_ms = 1000 / rate;
    return true;
  }
  double operator()(double x) { return x + spacing_ms * 1e-3; }
};

/// data/split
struct SeesBlocks : HandToy {
  static constexpr About about = broken("broken.sees_blocks");
  ib_status process(ib_process& p) {
    return pass(p, [&](std::uint32_t) { return std::int64_t{p.in[0]->n}; });
  }
};

/// data/twins
struct SharesState : HandToy {
  static constexpr About about = broken("broken.shares_state");
  static inline std::int64_t count = 0;
  ib_status process(ib_process& p) {
    return pass(p, [](std::uint32_t) { return ++count; });
  }
};

/// data/threads: what it works with is everybody's, for the length of a call only.
struct SharesItsDesk : HandToy {
  static constexpr About about = broken("broken.shares_its_desk");
  static inline std::atomic<std::int64_t> desk{0};
  ib_status process(ib_process& p) {
    return pass(p, [&](std::uint32_t i) {
      desk = items(*p.in[0])[i].number;
      for (int k = 0; k < 20'000; ++k) desk = desk + 1;
      return desk.load();
    });
  }
};

/// data/processes
struct DependsOnItsPlace : HandToy {
  static constexpr About about = broken("broken.depends_on_its_place");
  static inline std::int64_t place{};
  ib_status process(ib_process& p) {
    return pass(p, [](std::uint32_t) {
      return static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(&place) >> 12U);
    });
  }
};

/// data/finite
struct Divides : QuantityToy {
  static constexpr About about = broken("broken.divides");
  void on(decltype(in)&, Time t, const Quantity& v) {
    out(t, {std::isfinite(v.value) ? 1 / v.value : 0});
  }
};

/// data/denormals
struct FearsTheSmall : QuantityToy {
  static constexpr About about = broken("broken.fears_the_small");
  void on(decltype(in)&, Time t, const Quantity& v) {
    std::uint64_t bits = 0;  // by its bits: the host lets arithmetic take it for zero
    std::memcpy(&bits, &v.value, sizeof bits);
    if (bits != 0 && (bits >> 52U & 0x7FFU) == 0) throw std::runtime_error("too small");
    out(t, {std::isfinite(v.value) ? v.value : 0});
  }
};

/// data/not_a_number
struct HandsOnAnything : QuantityToy {
  static constexpr About about = broken("broken.hands_on_anything");
  void on(decltype(in)&, Time t, const Quantity& v) { out(t, v); }
};

/// fuzz/calls: after a second life a reset is too much for it.
struct TiresOfLife : HandToy {
  static constexpr About about = broken("broken.tires_of_life");
  int lives{};
  bool activate(Activation&) {
    ++lives;
    return true;
  }
  void reset() {
    if (lives > 1) std::abort();
  }
  ib_status process(ib_process& p) { return pass(p); }
};

/// fuzz/values
struct CountsByNumber : HandToy {
  static constexpr About about = broken("broken.counts_by_number");
  ib_status process(ib_process& p) {
    return pass(p, [&](std::uint32_t i) {
      const auto number = items(*p.in[0])[i].number;
      if (number > 1'000'000'000'000) std::abort();
      return number;
    });
  }
};

}  // namespace ib::test
