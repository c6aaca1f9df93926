// The simple rules by which intervals are taken for artefacts: a share of the interval before, or of a mean around.
// They know nothing of the person's own scatter, as Lipponen & Tarvainen's do (interval_cleaner.hpp); here because
// published results were made with them.
//
//   malik     changes by at most 20 % of the interval before (Malik et al., Comput Cardiol 1989)
//   kamath    grows by at most 32.5 %, shrinks by at most 24.5 % (Kamath & Fallen 1995)
//   karlsson  differs by less than 20 % from the mean of both neighbours (Karlsson et al., 10.1186/1475-925X-11-2)
//   acar      differs by less than 20 % from the mean of the nine before (Acar et al. 2000)
//   none      everything passes
//
// "Before" is what was accepted last, so that one artefact does not condemn the next interval; after three rejections
// in a row the level has moved, and the next one is taken as it is. Compared in whole microseconds, exactly.
// Thread: stream. No allocation.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>

namespace ib::dsp {

enum class ArtefactRule : std::uint8_t { lipponen, malik, kamath, karlsson, acar, none };

class IntervalRule {
 public:
  IntervalRule() = default;
  explicit IntervalRule(ArtefactRule rule) : rule_(rule) {}

  /// Nothing before is known any more, as after a gap.
  void restart() noexcept { n_ = rejected_ = 0; }

  /// `next_us`: length of the interval behind, 0: not known.
  bool accepts(std::int32_t us, std::int32_t next_us) noexcept {
    const bool good = n_ == 0 || fits(us, next_us);
    if (!good && ++rejected_ < most_rejected) return false;
    if (!good) {
      restart();
      return false;
    }
    rejected_ = 0;
    before_[at_] = us;
    at_ = static_cast<std::uint8_t>(at_ + 1U == before_.size() ? 0 : at_ + 1);
    if (n_ < before_.size()) ++n_;
    return true;
  }

 private:
  static constexpr std::uint8_t most_rejected = 3;

  std::int64_t last() const noexcept { return before_[at_ == 0 ? before_.size() - 1 : at_ - 1U]; }
  bool fits(std::int64_t x, std::int64_t next) const noexcept {
    const std::int64_t p = last(), change = x - p;
    switch (rule_) {
      case ArtefactRule::malik: return std::abs(change) * 5 <= p;
      case ArtefactRule::kamath:
        return change >= 0 ? change * 1000 <= 325 * p : -change * 1000 <= 245 * p;
      case ArtefactRule::karlsson: return next <= 0 || std::abs(2 * x - (p + next)) * 5 < p + next;
      case ArtefactRule::acar: return is_near_mean(x);
      case ArtefactRule::lipponen:
      case ArtefactRule::none: break;
    }
    return true;
  }
  bool is_near_mean(std::int64_t x) const noexcept {
    std::int64_t sum = 0;
    for (std::size_t k = 1; k <= n_; ++k)
      sum += before_[(at_ + before_.size() - k) % before_.size()];
    return std::abs(static_cast<std::int64_t>(n_) * x - sum) * 5 < sum;
  }

  std::array<std::int32_t, 9> before_{};  // accepted, a ring
  std::uint8_t at_{}, n_{}, rejected_{};
  ArtefactRule rule_{};
};

}  // namespace ib::dsp
