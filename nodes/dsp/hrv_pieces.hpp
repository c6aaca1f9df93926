// SDANN and SDNNI: heart rate variability of a long recording by its pieces of five minutes. SDANN
// is the standard deviation of their mean intervals (what drifts over minutes), SDNNI the mean of
// their SDNN (what happens within them) (Task Force, Circulation 93:1043, 1996).
//
// Pieces lie edge to edge from the start of the first interval; an interval belongs to the piece in
// which it ends. One counts if it is over and valid intervals cover 70 % of it. Needs three such
// pieces, else absent. Exact sums within a piece; of the pieces only running sums are kept, so a
// night takes no more memory than a minute. Thread: stream; no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <interbeat/time.hpp>
#include <optional>

namespace ib::dsp {

class HrvPieces {
 public:
  static constexpr std::size_t least_pieces = 3;
  struct Params {
    Duration length = 300s;
    double least_coverage = 0.70;  ///< 0..1
  };

  HrvPieces() : HrvPieces(Params{}) {}
  explicit HrvPieces(const Params& params);

  /// Takes the next interval. False, and nothing taken, if `t_end` is not after the one before or
  /// the interval is not between 0 and 4 s. [stream]
  bool push(Time t_end, std::int32_t ibi_us, bool valid) noexcept;
  /// Ends the pieces that are over at `now`. [stream]
  void advance(Time now) noexcept;

  std::size_t pieces() const noexcept { return pieces_; }  ///< that count
  std::optional<double> sdann() const noexcept;            ///< ms
  std::optional<double> sdnni() const noexcept;            ///< ms

 private:
  void end_piece() noexcept;

  Duration length_;
  double least_us_;
  Time piece_end_ = never;  // never: no interval yet
  Time last_ = never;
  // Of the piece that is running, in us.
  std::int64_t n_{}, x_{}, xx_{};
  // Of the pieces that count: mean and squares around it of their mean intervals, sum of their
  // SDNN.
  std::size_t pieces_{};
  double mean_{}, squares_{}, sdnn_sum_{};
};

}  // namespace ib::dsp
