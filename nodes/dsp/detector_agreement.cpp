#include "dsp/detector_agreement.hpp"

#include <algorithm>

namespace ib::dsp {

void DetectorAgreement::restart(std::int64_t now_ns) noexcept {
  first_ = next_ = open_ = 0;
  paired_ = 0;
  began_ns_ = now_ns;
}

void DetectorAgreement::forget_oldest() noexcept {
  paired_ -= seen(first_).paired ? 1U : 0U;
  ++first_;
  open_ = std::max(open_, first_);
}

// All that are open and free come from one detector: two of different ones would be a pair.
void DetectorAgreement::push(Detector who, std::int64_t t_ns) noexcept {
  while (open_ < next_ && (seen(open_).paired || seen(open_).t_ns < t_ns - tolerance_ns)) ++open_;
  const bool pair = open_ < next_ && seen(open_).who != who;
  if (pair) {
    seen(open_++).paired = true;
    ++paired_;
  }
  if (next_ - first_ == most) forget_oldest();
  seen(next_++) = {t_ns, who, pair};
  paired_ += pair ? 1U : 0U;
}

std::optional<double> DetectorAgreement::value(std::int64_t now_ns) noexcept {
  while (first_ < next_ && seen(first_).t_ns <= now_ns - window_ns) forget_oldest();
  if (now_ns - began_ns_ < window_ns) return std::nullopt;
  std::uint64_t undecided = 0;
  for (auto i = next_; i > first_ && seen(i - 1).t_ns > now_ns - tolerance_ns; --i)
    undecided += seen(i - 1).paired ? 0U : 1U;
  const auto n = next_ - first_ - undecided;
  if (n == 0) return std::nullopt;
  return static_cast<double>(paired_) / static_cast<double>(n);
}

}  // namespace ib::dsp
