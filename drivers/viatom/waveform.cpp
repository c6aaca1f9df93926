#include "viatom/waveform.hpp"

#include "viatom/decode.hpp"

#include <algorithm>
#include <cassert>

namespace ib::viatom {
namespace {

constexpr float highest = 255;

std::uint8_t byte_at(wire::Bytes samples, std::size_t k) {
  return std::to_integer<std::uint8_t>(samples[k]);
}

/// How many spikes lie in a row from `k` on.
std::size_t spikes_from(wire::Bytes samples, std::size_t k) {
  std::size_t n = 0;
  while (k + n < samples.size() && byte_at(samples, k + n) == spike) ++n;
  return n;
}

}  // namespace

Stretch stretch_from(wire::Bytes samples, std::size_t from) noexcept {
  for (auto n = spikes_from(samples, from); n > longest_mend; n = spikes_from(samples, from))
    from += n;
  auto end = from;
  while (end < samples.size()) {
    const auto spikes = spikes_from(samples, end);
    if (spikes > longest_mend) break;
    end += std::max<std::size_t>(spikes, 1);
  }
  if (spikes_from(samples, from) == end - from) return {end, 0};  // nothing else: no neighbour
  return {from, end - from};
}

void read_stretch(wire::Bytes samples, Stretch stretch, bool turned,
                  std::span<float> values) noexcept {
  const auto part = samples.subspan(stretch.from, stretch.n);
  for (std::size_t k = 0; k < part.size();) {
    const auto spikes = spikes_from(part, k);
    if (spikes == 0) {
      values[k] = static_cast<float>(byte_at(part, k));
      ++k;
      continue;
    }
    // At an end of the stretch there is one neighbour.
    const bool left = k > 0, right = k + spikes < part.size();
    assert(left || right);
    const auto next = static_cast<float>(right ? byte_at(part, k + spikes) : 0U);
    const float before = left ? values[k - 1] : next, behind = right ? next : before;
    std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(k), spikes, 0.5F * (before + behind));
    k += spikes;
  }
  if (!turned) return;
  for (auto& v : values) v = highest - v;
}

}  // namespace ib::viatom
