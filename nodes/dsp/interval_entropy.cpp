#include "dsp/interval_entropy.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <numeric>

namespace ib::dsp {
namespace {

/// Sum of ln of counts below 2^16, by logarithms of products, which are fewer.
class LogSum {
 public:
  void add(std::uint16_t count) noexcept {
    templates_ += count > 0 ? 1 : 0;
    product_ *= std::max<int>(count, 1);
    if (product_ > nearly_full) {
      logs_ += std::log(product_);
      product_ = 1;
    }
  }
  /// Mean of ln of the share of templates that are like each one.
  std::optional<double> mean_log_share() const noexcept {
    if (templates_ == 0) return std::nullopt;
    return (logs_ + std::log(product_)) / templates_ - std::log(static_cast<double>(templates_));
  }

 private:
  static constexpr double nearly_full = 1e300;
  int templates_ = 0;
  double product_ = 1, logs_ = 0;
};

}  // namespace

IntervalEntropy::IntervalEntropy(std::size_t capacity, const Params& params)
    : tolerance_(params.tolerance),
      by_length_(std::min(capacity, most)),
      reach_(by_length_.size()),
      among_shortest_(by_length_.size() + 1),
      carry_(by_length_.size()),
      alike_(by_length_.size()),
      alike_longer_(by_length_.size()) {
  assert(tolerance_ >= 0);
}

Entropy IntervalEntropy::operator()(std::span<const NnInterval> series,
                                    std::span<const std::uint16_t> by_length) noexcept {
  series = series.last(std::min(series.size(), alike_.size()));
  Entropy out;
  out.enough = series.size() >= enough;
  if (series.size() < least) return out;

  out.tolerance_us = tolerance_ * sdnn_us(series).value_or(0);
  if (by_length.size() != series.size()) by_length = sorted(series);
  find_reach(series, by_length, static_cast<std::int64_t>(out.tolerance_us));
  std::fill_n(carry_.begin(), series.size(), Carry{});
  std::fill_n(alike_.begin(), series.size(), std::uint16_t{0});
  std::fill_n(alike_longer_.begin(), series.size(), std::uint16_t{0});
  for (std::size_t from = 0; from < series.size(); from += bits)
    compare(series, by_length, from, out);

  // Each template met itself once, and each other one twice.
  std::int64_t with_interval_behind = 0;
  for (std::size_t i = 2; i < series.size(); ++i)
    with_interval_behind += is_pair(series, i - 1) && is_pair(series, i) ? 1 : 0;
  out.alike = (out.alike - with_interval_behind) / 2;
  out.alike_longer = (out.alike_longer - with_interval_behind) / 2;
  if (out.alike > 0 && out.alike_longer > 0)
    out.sample = std::log(static_cast<double>(out.alike) / static_cast<double>(out.alike_longer));
  LogSum alike, alike_longer;
  for (std::size_t i = 0; i < series.size(); ++i) {
    alike.add(alike_[i]);
    alike_longer.add(alike_longer_[i]);
  }
  const auto phi = alike.mean_log_share(), phi_longer = alike_longer.mean_log_share();
  if (phi && phi_longer) out.approximate = *phi - *phi_longer;
  return out;
}

std::span<const std::uint16_t> IntervalEntropy::sorted(
    std::span<const NnInterval> series) noexcept {
  const auto places = std::span(by_length_).first(series.size());
  std::iota(places.begin(), places.end(), std::uint16_t{0});
  std::sort(places.begin(), places.end(),
            [&](std::uint16_t a, std::uint16_t b) { return series[a].us < series[b].us; });
  return places;
}

void IntervalEntropy::find_reach(std::span<const NnInterval> series,
                                 std::span<const std::uint16_t> by_length,
                                 std::int64_t tolerance_us) noexcept {
  std::size_t from = 0, to = 0;
  for (const std::uint16_t place : by_length) {
    const std::int64_t us = series[place].us;
    while (us - series[by_length[from]].us > tolerance_us) ++from;
    while (to < by_length.size() && series[by_length[to]].us - us <= tolerance_us) ++to;
    reach_[place] = {static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to)};
  }
}

/// All intervals, and the templates that end with them, with those of the 64 from `from` on.
void IntervalEntropy::compare(std::span<const NnInterval> series,
                              std::span<const std::uint16_t> by_length, std::size_t from,
                              Entropy& out) noexcept {
  // By values of their own: the compiler can't know that what is stored here isn't a vector's place.
  const auto among_shortest = std::span(among_shortest_);
  const auto reach = std::span(reach_);
  const auto carry = std::span(carry_);
  const auto alike = std::span(alike_), alike_longer = std::span(alike_longer_);
  const std::size_t block = from / bits;
  Word shorter = among_shortest[0] = 0;
  for (std::size_t k = 0; k < by_length.size(); ++k) {
    const Word inside = by_length[k] / bits == block ? 1 : 0;
    among_shortest[k + 1] = shorter |= inside << by_length[k] % bits;
  }
  Word unbroken = 0;
  for (std::size_t j = from; j < std::min(from + bits, series.size()); ++j)
    unbroken |= Word{is_pair(series, j)} << (j - from);

  constexpr unsigned last = bits - 1;
  std::int64_t pairs = 0, longer_pairs = 0;
  Word single = 0, pair = 0;  // alike to interval i, and to the template that ends with it
  Carry in{};
  for (std::size_t i = 0; i < series.size(); ++i) {
    const Word both_unbroken = is_pair(series, i) ? unbroken : 0;
    const Word behind_single = (single << 1U | in.single) & both_unbroken;
    const Word behind_pair = (pair << 1U | in.pair) & both_unbroken;
    single = among_shortest[reach[i].to] ^ among_shortest[reach[i].from];
    pair = behind_single & single;
    in = carry[i];
    carry[i] = {static_cast<std::uint8_t>(single >> last), static_cast<std::uint8_t>(pair >> last)};
    const auto longer = std::popcount(behind_pair & single);
    pairs += std::popcount(behind_pair);
    longer_pairs += longer;
    alike[i] = static_cast<std::uint16_t>(alike[i] + std::popcount(pair));
    alike_longer[i] = static_cast<std::uint16_t>(alike_longer[i] + longer);
  }
  out.alike += pairs;
  out.alike_longer += longer_pairs;
}

}  // namespace ib::dsp
