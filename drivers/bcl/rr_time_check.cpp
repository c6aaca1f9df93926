#include "bcl/rr_time_check.hpp"

#include <algorithm>

namespace ib::bcl {

void RrTimeCheck::begin(Arrival at) noexcept {
  begun_ = true;
  began_ = at;
  sum_ = least_ = Duration{0};
  bin_ = 0;
  n_ = 0;
}

void RrTimeCheck::list(Arrival at, std::int32_t sum_ms) noexcept {
  if (!begun_) return begin(at);
  sum_ += Duration{std::int64_t{sum_ms} * 1'000'000};
  const Duration delay = at - began_ - sum_;
  const auto now = (at - began_) / bin;
  if (now > bin_ + 1) return begin(at);
  if (now == bin_) {
    least_ = std::min(least_, delay);
    return;
  }
  judge();
  bin_ = now;
  least_ = delay;
}

/// The bin under way is over.
void RrTimeCheck::judge() noexcept {
  if (n_ == most) std::rotate(past_.begin(), past_.begin() + 1, past_.end());
  else ++n_;
  past_[n_ - 1] = least_;
  const auto share = [](double of, Duration length) {
    return Duration{static_cast<std::int64_t>(of * static_cast<double>(length.count()))};
  };
  bool parted = false;
  if (n_ >= 3) {
    const auto a = past_[n_ - 3], b = past_[n_ - 2], c = past_[n_ - 1];
    parted = a - c > share(too_long, 2 * bin) ||
             (b - a > share(too_short, bin) && c - b > share(too_short, bin));
  }
  if (n_ == most) {
    const auto first = std::min(past_[0], past_[1]), last = std::min(past_[4], past_[5]);
    parted = parted || first - last > share(too_long_slowly, 4 * bin);
  }
  if (parted) disagrees_ = true;
  else if (n_ == most) disagrees_ = false;
}

}  // namespace ib::bcl
