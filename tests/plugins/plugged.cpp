// The nodes bench.pass and bench.scale once more, as a plugin: what a hop costs that was loaded
// (tests/bench/plugin.cpp).
#include <interbeat/node.hpp>

namespace {

struct Pass {
  static constexpr ib::About about{"plugged.pass", "1.0.0", "Hands on."};
  ib::In<"in", float, ib::InSpec{.doc = "In."}> in;
  ib::Out<"out", float, ib::OutSpec{.doc = "Out."}> out;
  static constexpr auto fields = std::tuple{&Pass::in, &Pass::out};
  void restart(double) {}
  double operator()(double x) noexcept { return x; }
};

struct Scale {
  static constexpr ib::About about{"plugged.scale", "1.0.0", "Multiplies."};
  ib::In<"in", float, ib::InSpec{.doc = "In."}> in;
  ib::Out<"out", float, ib::OutSpec{.doc = "Out."}> out;
  ib::Param<"by", ib::NumberSpec{.min = 0, .max = 2, .def = 0.999, .unit = "1", .doc = "Factor."}>
      by;
  static constexpr auto fields = std::tuple{&Scale::in, &Scale::out, &Scale::by};
  void restart(double) {}
  double operator()(double x) noexcept { return x * by; }
};

}  // namespace

IB_NODES(Pass, Scale)
