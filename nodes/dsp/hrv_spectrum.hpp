// Frequency-domain heart rate variability of one window, each value with the reason if it is
// withheld.
//
// What may be said depends on how much of the window is known and how long it is:
//
//   window     HF from 60 s, LF from 120 s, VLF, total and LF/HF with its shares from 300 s
//   coverage   >= 0.80, and no gap longer than 10 s
//   method     Welch where intervals follow each other without a break and cover 95 %; else
//              Lomb-Scargle, which fills nothing in. Or one of them, or Burg, as told: these span
//              gaps by a calm curve, at a loss
//   sliding    one Hann segment like `whole`, on samples of the stream's own grid (tachogram_stream.hpp)
//              kept up to date (sliding_spectrum.hpp): push() takes each interval once, and a look
//              costs a hundredth of a transform. Its samples are final seven beats late, so the
//              segment ends that much before `now`, and bins are 1/window apart, not padded. A
//              bracket of more than 3 s breaks the curve: absent until a window has passed
//   VLF        never from segments shorter than 300 s, which leak it into LF: on EC57's 0.033 Hz
//              pattern 64-s segments give VLF -29 % and 6100 ms^2 of LF that isn't there. So
//              neither from Burg
//   vlf_leaks  marks an LF from such segments beside a VLF four times as large
//
// LF/HF is no balance of two nerves; it is here because people compare it (Billman, Front Physiol
// 4:26, 2013). Definitions: tachogram.hpp, welch.hpp, lomb_scargle.hpp, burg.hpp, band_powers.hpp.
// Thread: one at a time. The constructor allocates, nothing else does.
#pragma once

#include <cstdint>
#include <interbeat/time.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "dsp/band_powers.hpp"
#include "dsp/beat_interval.hpp"
#include "dsp/burg.hpp"
#include "dsp/lomb_scargle.hpp"
#include "dsp/sliding_spectrum.hpp"
#include "dsp/tachogram.hpp"
#include "dsp/tachogram_stream.hpp"
#include "dsp/welch.hpp"

namespace ib::dsp {

enum class SpectrumMethod : std::uint8_t {
  automatic,  ///< welch or lomb, whichever suits the window
  welch,      ///< segments of 64 s
  whole,      ///< one segment over the whole window: resolves VLF, scatters more
  lomb,
  burg,
  sliding,  ///< like whole, kept up to date by push()
};
std::string_view name(SpectrumMethod) noexcept;

enum class SpectrumReason : std::uint8_t {
  none,
  insufficient_coverage,
  gap,                 ///< longer than a spectrum may span
  insufficient_beats,  ///< too few for any spectrum
  warming_up,          ///< sliding: not a whole window of samples since the start
  short_window,        ///< the band needs a longer window
  coarse_spectrum,     ///< the method's segments are too short for the band
  undefined,           ///< no value by definition: ln 0, the peak of nothing
};
std::string_view name(SpectrumReason) noexcept;

/// Present exactly if `reason` is none.
struct SpectrumValue {
  std::optional<double> value;
  SpectrumReason reason = SpectrumReason::insufficient_beats;
};

/// Powers ms^2, peaks Hz, shares 0..1.
struct HrvSpectrumValues {
  Time t;
  SpectrumMethod method{};  ///< the one used, never automatic
  std::size_t n{};          ///< valid intervals
  double coverage{};        ///< 0..1
  Duration longest_gap{};   ///< also before the first interval and after the last one
  SpectrumValue vlf, lf, hf, total, lf_share, hf_share, lf_hf, ln_hf;
  SpectrumValue vlf_peak, lf_peak, hf_peak;
  bool vlf_leaks{};
};

class HrvSpectrum {
 public:
  struct Params {
    SpectrumMethod method = SpectrumMethod::automatic;
    double least_coverage = 0.80;
    double welch_coverage = 0.95;  ///< automatic: below, Lomb-Scargle
    Duration longest_gap = 10s;
    Band vlf = vlf_band;
    bool remove_line = true;  ///< of the tachogram; false: its mean alone, as Kubios 2.2 does
    std::size_t transformed = 1024;  ///< welch: samples with the zeros
    Duration hf_window = 60s, lf_window = 120s, vlf_window = 300s;
    Duration shortest_interval =
        200ms;  ///< sizes the memory; of more intervals, the last ones are taken
  };

  /// [control]
  explicit HrvSpectrum(Duration window) : HrvSpectrum(window, Params{}) {}
  HrvSpectrum(Duration window, const Params& params);

  /// Sliding: takes the next interval, once, in order of time; else nothing. [stream]
  void push(const BeatInterval& interval) noexcept;
  /// Sliding: forgets all that was pushed. [stream]
  void clear() noexcept;

  /// Of the window that ends at `now`: intervals with now - window < end <= now, in order of time;
  /// others, and those not valid, are passed over. [stream]
  HrvSpectrumValues of(Time now, std::span<const BeatInterval> intervals) noexcept;

  /// Of the same window no value, for who reads density() by himself. [stream]
  struct Basis {
    SpectrumMethod method{};  ///< the one used, never automatic
    std::size_t n{};          ///< valid intervals
    double coverage{};        ///< 0..1
    Duration longest_gap{};
    SpectrumReason reason{};  ///< why there is no density, if there is none
  };
  Basis look(Time now, std::span<const BeatInterval> intervals) noexcept;

  /// What the last values were taken from; empty where there were none. Good until the next call.
  const Density& density() const noexcept { return density_; }
  Duration window() const noexcept { return window_; }

 private:
  /// How much of the window is known.
  struct Extent {
    std::size_t n{};
    double coverage{};
    Duration longest_gap{};
    Duration gaps{};  ///< sum of those between intervals; 0: none is missing
  };
  std::span<const BeatInterval> inside(Time now, std::span<const BeatInterval> all) const noexcept;
  Extent extent(Time now, std::span<const BeatInterval> intervals) const noexcept;
  SpectrumReason objection(const Extent& extent) const noexcept;
  SpectrumMethod method_for(const Extent& extent) const noexcept;
  Density density_by(SpectrumMethod method, Duration gaps) noexcept;
  std::span<double> tachogram(Curve curve) noexcept;
  Density lomb_density(Duration gaps) noexcept;
  SpectrumReason refusal(SpectrumMethod method) const noexcept;
  void publish(HrvSpectrumValues& values) const noexcept;
  SpectrumReason long_enough(Duration for_band) const noexcept;
  SpectrumReason resolves_vlf(SpectrumMethod method) const noexcept;

  Duration window_;
  Params params_;
  Tachogram tachogram_;
  // Those that the method may call for.
  std::optional<Welch> welch_;
  std::optional<LombScargle> lomb_;
  std::optional<Burg> burg_;
  std::optional<TachogramStream> stream_;
  std::optional<SlidingSpectrum> sliding_;
  bool broken_{};  // since its last sample that begins a curve, and one before
  std::vector<double> detrended_lengths_;
  Density density_;
};

}  // namespace ib::dsp
