#include "bench/plain.hpp"

#include <array>

#include "bench/nodes.hpp"
#include "dsp/iir_design.hpp"

namespace ib::bench {

Cost plain_scalings(std::uint64_t packets, int n) {
  std::array<float, 8> x{};
  x.fill(1);
  double by = 0.999;
  keep(by);  // a setting, not a constant, as in the node
  return cost_of(static_cast<double>(packets), [&] {
    for (std::uint64_t p = 0; p < packets; ++p) {
      for (int h = 0; h < n; ++h) {
        for (auto& v : x) v = static_cast<float>(static_cast<double>(v) * by);
        keep(x);
      }
    }
  });
}

Cost plain_sos(std::uint64_t samples) {
  const auto design = dsp::butterworth_band_pass(4, 0.5, 8, source_rate);
  std::array<double, 4> s1{}, s2{};
  std::array<float, 256> in{}, out{};
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<float>(i % 61);
  return cost_of(static_cast<double>(samples), [&] {
    for (std::uint64_t done = 0; done < samples; done += in.size()) {
      keep(in);
      for (std::size_t i = 0; i < in.size(); ++i) {
        double x = static_cast<double>(in[i]);
        for (std::size_t k = 0; k < 4; ++k) {
          const auto& c = design.sections[k];
          const double y = c.b0 * x + s1[k];
          s1[k] = c.b1 * x - c.a1 * y + s2[k];
          s2[k] = c.b2 * x - c.a2 * y;
          x = y;
        }
        out[i] = static_cast<float>(x);
      }
      keep(out);
    }
  });
}

}  // namespace ib::bench
