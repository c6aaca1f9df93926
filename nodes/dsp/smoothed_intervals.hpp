// Whether a device hands out intervals that it has averaged over beats: then RMSSD is too small by a
// factor that nobody knows, and has to be withheld.
//
// A moving average of k intervals has no power at all at j/k cycles per beat, and a heart has no
// reason to avoid just these frequencies. So: the spectrum of differences over the newest 64 to 128
// unbroken intervals (Hann), its power at the zeros of k = 2..10 against the median of the rest. The
// median, because a paced breath is one high line that says nothing of the floor. The ratio is averaged
// over some eight looks, one each 16 intervals; after three looks it speaks, and twice in a row below
// the bound means smoothed. Own method. The bounds were set on every other real record in the order of
// sets and names: 0.4 in log10 below the deepest 0.2 % of any of these people's unsmoothed intervals.
// What the other half gives stands in tests/accuracy/smoothed_intervals.cpp.
//
// Does not see: exponential smoothing (it has no zeros; a heart may well look like it), averages of a
// heart that hardly varies (of ventilated patients it names a third), differences below some 0.2 ms of
// noise (nothing is said, so that a formula isn't called a device), and a device that breaks the chain
// more than once a minute. Comes nearest to a false alarm in simulated hearts, whose few lines leave
// valleys: 0.4 % of their time.
// Thread: stream. No allocation. Every 16th interval: some 40 us; others: nothing to speak of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ib::dsp {

class SmoothedIntervals {
 public:
  static constexpr std::size_t longest = 128;  ///< intervals looked at
  static constexpr std::size_t shortest = 64;  ///< unbroken, or there is nothing to look at
  static constexpr std::size_t step = 16;      ///< intervals from look to look
  static constexpr int least_looks = 3;        ///< so the first word comes after 96 intervals

  struct Verdict {
    bool smoothed{};  ///< stays while no other look speaks clearly against it
    bool decided{};   ///< false: not enough unbroken intervals yet
    /// The average that fits best, in beats, 2 to 10, and how far its zeros lie below the rest, log10 of
    /// power; absent before the first look.
    std::optional<int> beats;
    std::optional<double> depth;
    bool operator==(const Verdict&) const = default;
  };

  SmoothedIntervals() noexcept;

  /// The next valid interval, in whole microseconds, 0 < `ibi_us` < 16 s; `continues`: it starts where
  /// the one before ended. [stream]
  void push(std::int32_t ibi_us, bool continues) noexcept;
  /// Another device or person. [stream]
  void reset() noexcept;
  const Verdict& verdict() const noexcept { return verdict_; }

 private:
  static constexpr int fewest_beats = 2, most_beats = 10;
  static constexpr std::size_t averages = most_beats - fewest_beats + 1;
  static constexpr std::size_t grid_from = 7, grid_size = 58;  // of 1/128 cycles per beat: to 0.5

  void look() noexcept;
  std::array<double, 2> powers(std::array<double, 2> cycles_per_beat) const noexcept;
  double ratio(int beats) noexcept;
  void judge() noexcept;

  std::array<std::int32_t, longest> ring_{};
  std::size_t next_{}, unbroken_{}, since_look_{};
  std::array<double, longest - 1> differences_{};  // of a look, windowed, us
  std::size_t n_differences_{};
  std::array<double, grid_size> grid_{}, rest_{};
  std::array<double, averages> mean_ratio_{};
  int looks_{}, below_{};
  Verdict verdict_;
};

}  // namespace ib::dsp
