// The tachogram as a stream: interval lengths at 4 Hz on the common grid t = k * 250 ms, each
// sample once and for good. For spectra that slide (sliding_spectrum.hpp).
//
// The curve is the natural spline of tachogram.hpp. There all beats decide about all of it; but one
// that is n beats away moves it by 0.27^n only, so a piece is final as soon as `look_ahead` beats
// behind it are known. The past enters whole: the spline's equations are solved forwards as beats
// come, and backwards over the look-ahead alone.
//
//   delay    look_ahead + 1 beats
//   gap      two beats further apart than `longest_bracket` are not joined: the curve up to the
//            first is finished there, and the next sample `begins` a new one
//
// The samples depend on the beats alone, not on when they are asked for.
// Thread: one at a time. The constructor allocates, nothing else does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <interbeat/time.hpp>
#include <vector>

#include "dsp/beat_interval.hpp"
#include "dsp/piecewise_cubic.hpp"

namespace ib::dsp {

struct TachogramSample {
  Time t;
  double ms{};
  bool begins{};  ///< doesn't continue the sample before
};

class TachogramStream {
 public:
  static constexpr double rate_hz = 4;
  static constexpr Duration period{250'000'000};

  struct Params {
    std::size_t look_ahead = 6;  ///< beats, at least 1
    Duration longest_bracket = 3s;
  };

  TachogramStream() : TachogramStream(Params{}) {}
  /// [control]
  explicit TachogramStream(const Params& params);

  /// Takes the next interval and emits the samples that it decides: `emit(const TachogramSample&)`.
  /// One that is not valid is passed over. False, and nothing taken: it has no length, or doesn't
  /// end after the one before. Samples per call: longest_bracket / period + 1, where a gap ends
  /// (look_ahead + 1) times as many. [stream]
  template <class Emit>
  bool push(const BeatInterval& interval, Emit&& emit) {
    if (!interval.valid) return true;
    if (interval.ibi_us <= 0 || interval.end <= last_) return false;
    if (size_ > 0 && interval.end - newest().t > params_.longest_bracket) finish(emit);
    append(interval);
    last_ = interval.end;
    if (size_ < knots_.size()) return true;
    find_slopes();
    emit_piece(0, emit);
    drop_oldest();
    return true;
  }

  /// No beat will follow soon: emits what is left of the curve, and forgets it. [stream]
  template <class Emit>
  void finish(Emit&& emit) {
    if (size_ > 1) {
      find_slopes();
      for (std::size_t i = 0; i + 1 < size_; ++i) emit_piece(i, emit);
      if (next_ == newest().t) emit_sample(newest().ms, emit);
    }
    size_ = 0;
  }

  /// Forgets all. [stream]
  void clear() noexcept {
    size_ = 0;
    last_ = never;
  }

 private:
  struct Knot {
    Time t;
    double ms{};
    // Slope = `ahead` - `pull` * slope of the next knot; all that lies before is worked in.
    double ahead{}, pull{};
    double slope{};
  };

  const Knot& newest() const noexcept { return knots_[size_ - 1]; }
  void append(const BeatInterval& interval) noexcept;
  void solve_forwards() noexcept;
  void find_slopes() noexcept;
  void drop_oldest() noexcept;

  template <class Emit>
  void emit_piece(std::size_t i, Emit& emit) {
    const Knot &left = knots_[i], &right = knots_[i + 1];
    const auto piece =
        CubicPiece::between(seconds(right.t - left.t), left.ms, left.slope, right.ms, right.slope);
    while (next_ < right.t) emit_sample(piece.at(seconds(next_ - left.t)), emit);
  }
  template <class Emit>
  void emit_sample(double ms, Emit& emit) {
    emit(TachogramSample{next_, ms, begins_});
    begins_ = false;
    next_ = next_ + period;
  }

  Params params_;
  std::vector<Knot> knots_;  // the oldest first; few, so they are moved up
  std::size_t size_ = 0;
  Time last_ = never;  // beat taken
  Time next_;          // of the next sample
  bool begins_ = true;
};

}  // namespace ib::dsp
