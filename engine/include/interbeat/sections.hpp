// One sample through second-order sections: the arithmetic that a node with sections and the host, which
// may run those of neighbours in one loop, have in common. Direct form II transposed in double.
// Compile it with -ffp-contract=off: a fused multiply-add would round otherwise.
// Thread: [exec], whoever owns the sections.
#pragma once

#include <interbeat/abi.h>

#include <span>

namespace ib {

inline double step(const ib_section& c, double& s1, double& s2, double x) noexcept {
  const double y = c.b0 * x + s1;
  s1 = c.b1 * x - c.a1 * y + s2;
  s2 = c.b2 * x - c.a2 * y;
  return y;
}

inline double step(ib_section& c, double x) noexcept { return step(c, c.s1, c.s2, x); }

inline double step(std::span<ib_section> sections, double x) noexcept {
  for (auto& section : sections) x = step(section, x);
  return x;
}

}  // namespace ib
