// Sequence: how many frames of one stream were lost, from a counter of 8 bits.
//
// A step forward of k: k - 1 frames lost. The same number again: a duplicate, nothing lost. Up to
// `late_most` steps back: a frame that was overtaken; its time has passed and its loss is counted
// already, so it is told apart and moves nothing. Hence a loss of 256 - late_most or more frames at once
// is misread, and one of exactly 256 not seen at all: after a silence of that many frames, or when a
// measurement begins anew, `reset`. Thread: one; no allocation, no throw.
#pragma once

#include <cstdint>
#include <optional>

namespace ib::bcl {

class Sequence {
 public:
  static constexpr std::uint8_t late_most = 8;

  enum class Kind : std::uint8_t { first, next, duplicate, late };
  struct Step {
    Kind kind{};
    std::uint8_t lost{};  ///< frames between the one before and this one
    /// Its items are new: they come after those of the frames before.
    bool in_order() const { return kind == Kind::first || kind == Kind::next; }
  };

  void reset() noexcept { last_.reset(); }

  Step advance(std::uint8_t seq) noexcept {
    if (!last_) return move_to(seq, Kind::first, 0);
    const auto ahead = static_cast<std::uint8_t>(seq - *last_);
    if (ahead == 0) return {Kind::duplicate, 0};
    if (ahead >= 256 - late_most) return {Kind::late, 0};
    return move_to(seq, Kind::next, static_cast<std::uint8_t>(ahead - 1));
  }

 private:
  Step move_to(std::uint8_t seq, Kind kind, std::uint8_t lost) noexcept {
    last_ = seq;
    return {kind, lost};
  }

  std::optional<std::uint8_t> last_;
};

}  // namespace ib::bcl
