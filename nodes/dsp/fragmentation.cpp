#include "dsp/fragmentation.hpp"

#include <algorithm>

namespace ib::dsp {
namespace {

/// Goes through the differences in order and counts what ends.
class TurnCounter {
 public:
  static constexpr std::size_t long_segment = 3, alternation = 4;

  void difference(int sign) noexcept {
    ++pairs_;
    intervals_ += in_stretch_ ? 1 : 2;  // the first difference has two
    if (in_stretch_ && sign * sign_ <= 0) ++turns_;
    if (in_stretch_ && sign == sign_) {
      ++length_;
    } else {
      end_segment();
      length_ = 1;
    }
    sign_ = sign;
    in_stretch_ = true;
  }

  void end_stretch() noexcept {
    end_segment();
    end_alternation();
    in_stretch_ = false;
    sign_ = 0;
    length_ = 0;
  }

  std::size_t pairs() const noexcept { return pairs_; }

  Fragmentation result() const noexcept {
    const auto percent = [this](std::size_t part) {
      return 100.0 * static_cast<double>(part) / static_cast<double>(intervals_);
    };
    Fragmentation out;
    out.pip_pct = percent(turns_);
    out.pss_pct = percent(intervals_ - in_long_);
    out.pas_pct = percent(in_alternations_);
    if (segments_ > 0)
      out.ials = static_cast<double>(segments_) / static_cast<double>(in_segments_);
    return out;
  }

 private:
  void end_segment() noexcept {
    if (sign_ != 0) {
      ++segments_;
      in_segments_ += length_;
      if (length_ >= long_segment) in_long_ += length_;
    }
    if (sign_ != 0 && length_ == 1) ++singles_;
    else end_alternation();
  }
  void end_alternation() noexcept {
    if (singles_ >= alternation) in_alternations_ += singles_;
    singles_ = 0;
  }

  std::size_t pairs_{}, intervals_{}, turns_{};
  std::size_t segments_{}, in_segments_{}, in_long_{}, in_alternations_{};
  // Of the segment that goes on, and of the segments of one difference before it.
  int sign_{};
  std::size_t length_{}, singles_{};
  bool in_stretch_{};
};

}  // namespace

std::optional<Fragmentation> fragmentation_of(std::span<const NnInterval> series,
                                              std::size_t least_pairs) noexcept {
  TurnCounter turns;
  for (std::size_t i = 1; i < series.size(); ++i) {
    if (!is_pair(series, i)) {
      turns.end_stretch();
      continue;
    }
    turns.difference((series[i].us > series[i - 1].us) - (series[i].us < series[i - 1].us));
  }
  turns.end_stretch();
  if (turns.pairs() < std::max<std::size_t>(least_pairs, 1)) return std::nullopt;
  return turns.result();
}

}  // namespace ib::dsp
