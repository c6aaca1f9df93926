// KeyedRandom: random numbers that are looked up, not drawn. Each is a pure function of
// (seed, path, index), so a value never depends on who asked first, how often, or in which chunks.
//
// Generator: splitmix64 (Steele, Lea & Flood, OOPSLA 2014) used as a counter-based generator. The
// key is a mix of the seed and the FNV-1a hash of the path; output i is the i-th splitmix64 output
// of that key. Not for secrets.
// Give every quantity its own path ("heart/ectopic"): uniform, normal and bits of one path share
// their underlying draws and are not independent of each other.
// Thread: a value, any. `bits` and `uniform` are the same everywhere; `normal` goes through libm,
// so its last bit is promised for one build only.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace ib {

class KeyedRandom {
 public:
  constexpr KeyedRandom(std::uint64_t seed, std::string_view path)
      : key_(mix(mix(seed + golden) ^ fnv1a(path))) {}

  /// 64 independent fair bits.
  constexpr std::uint64_t bits(std::uint64_t index) const {
    return mix(key_ + (index + 1) * golden);
  }

  /// Uniform in [0, 1), a multiple of 2^-53.
  constexpr double uniform(std::uint64_t index) const { return to_unit(bits(index)); }

  /// Standard normal, |value| < 8.6. Box-Muller on two draws: no rejection, so the cost is fixed.
  double normal(std::uint64_t index) const {
    const double u = to_unit(bits(2 * index)) + 0x1p-53;  // (0, 1]: the logarithm stays finite
    const double v = to_unit(bits(2 * index + 1));
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
  }

  /// The output function of splitmix64: state after the increment -> 64 bits.
  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  /// The increment of splitmix64: the odd number next to 2^64 divided by the golden ratio.
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15ULL;

  /// FNV-1a, 64 bits (Fowler, Noll & Vo).
  static constexpr std::uint64_t fnv1a(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
  }

 private:
  static constexpr double to_unit(std::uint64_t word) {
    return static_cast<double>(word >> 11) * 0x1p-53;
  }

  std::uint64_t key_;
};

}  // namespace ib
