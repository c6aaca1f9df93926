#include "dsp/local_maxima.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace ib::dsp {
namespace {

using Window = std::span<const double>;

// The middle is the third piece of w: left, middle and right are the same values at three offsets.
std::size_t count_from(Window w, std::size_t distance, std::size_t from) noexcept {
  std::size_t count = 0;
  for (std::size_t i = from; i + distance < w.size(); ++i)
    count += static_cast<std::size_t>(w[i] > std::max(w[i - distance], w[i + distance]));
  return count;
}

std::size_t one_lane(Window w, std::size_t distance) noexcept {
  return count_from(w, distance, distance);
}

// GCC and clang turn these vectors into what the function's target has.
template <std::size_t>
struct Vector;
template <>
struct Vector<2> {
  typedef double Values __attribute__((vector_size(16)));        // NOLINT: `using` can't
  typedef std::int64_t Counts __attribute__((vector_size(16)));  // NOLINT
};
template <>
struct Vector<4> {
  typedef double Values __attribute__((vector_size(32)));        // NOLINT
  typedef std::int64_t Counts __attribute__((vector_size(32)));  // NOLINT
};

/// Adds the maxima among `Lanes` values from `middle` on.
template <std::size_t Lanes>
[[gnu::always_inline]] inline void count_at(const double* middle, std::size_t distance,
                                            typename Vector<Lanes>::Counts& counts) noexcept {
  typename Vector<Lanes>::Values left, here, right;
  std::memcpy(&left, middle - distance, sizeof left);
  std::memcpy(&here, middle, sizeof here);
  std::memcpy(&right, middle + distance, sizeof right);
  const typename Vector<Lanes>::Values higher = left < right ? right : left;
  counts -= here > higher;  // true is -1
}

template <std::size_t Lanes>
[[gnu::always_inline]] inline std::size_t in_lanes(Window w, std::size_t distance) noexcept {
  typename Vector<Lanes>::Counts counts{};
  std::size_t i = distance;
  // Four at a time: with one, half the instructions are the loop's own.
  for (; i + distance + 4 * Lanes <= w.size(); i += 4 * Lanes) {
    const double* at = w.data() + i;
    count_at<Lanes>(at, distance, counts);
    count_at<Lanes>(at + Lanes, distance, counts);
    count_at<Lanes>(at + 2 * Lanes, distance, counts);
    count_at<Lanes>(at + 3 * Lanes, distance, counts);
  }
  for (; i + distance + Lanes <= w.size(); i += Lanes)
    count_at<Lanes>(w.data() + i, distance, counts);
  std::int64_t count = 0;
  for (std::size_t k = 0; k < Lanes; ++k) count += counts[k];
  return static_cast<std::size_t>(count) + count_from(w, distance, i);
}

std::size_t two_lanes(Window w, std::size_t distance) noexcept { return in_lanes<2>(w, distance); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] std::size_t four_lanes(Window w, std::size_t distance) noexcept {
  return in_lanes<4>(w, distance);
}
bool has_four_lanes() noexcept { return __builtin_cpu_supports("avx2") != 0; }
#else
constexpr auto four_lanes = &two_lanes;
bool has_four_lanes() noexcept { return false; }
#endif

}  // namespace

CountMaxima count_maxima_by(std::size_t lanes) noexcept {
  if (lanes == 1) return &one_lane;
  if (lanes == 2) return &two_lanes;
  return lanes == 4 && has_four_lanes() ? four_lanes : nullptr;
}

std::size_t count_maxima(Window w, std::size_t distance) noexcept {
  static const CountMaxima widest = has_four_lanes() ? four_lanes : &two_lanes;
  return widest(w, distance);
}

}  // namespace ib::dsp
