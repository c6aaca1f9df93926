// quality.ppg: rates every beat of a pulse waveform, and says once per second why.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <interbeat/types/quality.hpp>
#include "dsp/detector_agreement.hpp"
#include "dsp/ppg_quality.hpp"
#include "signal/timed_window.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>

namespace ib {

/// Beats leave with the time they came with, `sqi` set, and `valid` only where it reaches 0.5 in the
/// shape of a beat (r >= 0.8). A beat is rated once half a median interval (at most 1 s) has arrived behind
/// it.
struct PpgQuality {
  static constexpr About about{
      "quality.ppg", "1.0.0", "Rates beats by the pulse waveform around them.",
      "Each beat is compared with an adaptive mean beat (Pearson r over half a median interval to "
      "each side, from the fifth beat on); a plateau at the top of the raw wave is clipping. Over the "
      "last 5 s: skewness of the band-passed wave, and the longest stand-still of the raw one. "
      "Perfusion is the pulse's height on the constant light where the sensor delivers that (at "
      "least 5 times the pulse), else its height over the median of the last 60 s. With `acc`: "
      "activity, the standard deviation of acceleration over 1 s, and whether hand and pulse share "
      "one rhythm (cadence lock). With `second`: agreement q = 2 TP / (n1 + n2) of the beats of two "
      "detectors over 10 s, one to one within 150 ms (bSQI). With `lowest` and `highest`: the share "
      "of samples at the converter's limits.\n"
      "score = min(shape, agreement, motion, perfusion) * (0.5 + 0.5 skew), smoothed with 2 s; shape "
      "= clip((r - 0.6) / 0.3), agreement = clip((q - 0.6) / 0.4), so that at 0.8, below which its "
      "authors call a wave poor, this part alone reaches 0.5; motion = 1 at 0.02 g to 0 at 0.10 g, perfusion = 0 at 0.02 % to 1 at "
      "0.06 %, or 1 within 1/3..3 of the usual height, skew = clip(skewness / 0.5). Flat for more "
      "than 0.25 s, more than 5 % at the limits, locked, above 0.25 g, or no beat for 3 s: 0 at once; clipped: 0 for that beat "
      "alone. A beat is valid where it scores 0.5 and correlates with the mean beat by 0.8 "
      "(an interval needs both its beats: interval.clean): the score follows within seconds, and one bad shape among good ones must not wait for it. At most 0.9 without `acc`; at 10-20 Hz only shape, flat and clipping, at most 0.7; "
      "slower: no score, and no valid beat. `limited_by` names the part that alone would raise the "
      "score most.\n"
      "A detector keeps beats 0.3 s apart, and of a heart above 200 a minute it takes every second pulse. A beat that "
      "passes over pulses is not valid (`aliasing`), whatever its score, unless the hand moves: half of the power of "
      "the last 3 s (1.5 s after a gap) lies at one rate above 200 a minute and at least 1.5 times that of the beat's "
      "interval, and neither the interval's own rate nor half or a third of the wave's has a tenth of it. A dicrotic "
      "wave leaves power at the rate of the beats; only one in the middle of an interval below 0.6 s is taken for a "
      "pulse, from two thirds of the systolic height on: nothing tells it from a heart twice as fast with an alternans. "
      "At 12.5 Hz the second harmonic of 300 a minute folds onto 150, and up to 270 is told. Of 293,897 beats of 49 real "
      "recordings 24 were marked, none of them good otherwise.\n"
      "A gap starts the windows anew; the mean beat outlives gaps up to 30 s. Samples filled "
      "across a gap refuse the beats around them. Beats that a gap cuts off come out unrated, "
      "not valid. `inverted`: skewness below -0.3 for 20 s, with matching beats (r >= 0.8) in half of "
      "them: the wave falls at systole, and its source wants `invert: true`.\n"
      "Sources: Orphanidou 2015 (10.1109/JBHI.2014.2338351), Elgendi 2016 "
      "(10.3390/bioengineering3040021), Li 2008 (10.1088/0967-3334/29/1/002), Sun 2000 (10.21437/ICSLP.2000-902). Why it must be there: on a real ring, RMSSD without it is "
      "ten times too large (median 249 against 20 ms)."};

  In<"raw", float,
     InSpec{.doc = "Pulse waveform as measured, systole up; with its constant part, if any."}>
      raw;
  In<"filtered", float, InSpec{.doc = "The same, band-passed (filter.bandpass)."}> filtered;
  In<"beats", Beat, InSpec{.doc = "Beats found in `filtered` (beat.ppg)."}> beats;
  In<"acc", Acceleration, InSpec{.doc = "Acceleration of the same hand.", .optional = true}> acc;
  In<"second", Beat,
     InSpec{.doc = "Beats that another algorithm of beat.ppg finds in `filtered`.",
            .optional = true}>
      second;
  Out<"beats", Beat,
      OutSpec{.doc = "The same beats, rated.",
              .grade = Grade::beats,
              .per_item = 0,
              .per_second = 4,
              .per_call = 24,
              .clears = "unrated"}>
      rated;
  Out<"quality", QualityRow,
      OutSpec{.doc = "The score and its parts, once per second.",
              .grade = Grade::metrics,
              .per_item = 0,
              .per_second = 1,
              .per_call = 2}>
      quality;
  Param<"lowest", NumberSpec{.min = -1e9,
                             .max = 1e9,
                             .doc = "Lowest value the converter of `raw` can give. Equal to "
                                    "`highest`: the limits are not known."}>
      lowest;
  Param<"highest", NumberSpec{.min = -1e9, .max = 1e9, .doc = "The highest, likewise."}> highest;
  /// Beats that came out unrated because the wave around them was cut off.
  Counter<"unrated"> unrated;
  static constexpr auto fields = std::tuple{
      &PpgQuality::raw,     &PpgQuality::filtered, &PpgQuality::beats,   &PpgQuality::acc,
      &PpgQuality::second,  &PpgQuality::rated,    &PpgQuality::quality, &PpgQuality::lowest,
      &PpgQuality::highest, &PpgQuality::unrated};

  Duration latency = 1s;  ///< half the longest interval, and two samples; set in activate
  Duration every = 1s;
  Log log;
  ScratchMemory scratch;

  bool activate(Activation& a);
  void reset();
  void on(decltype(raw)&, const Sample& s) { raw_.push(s, static_cast<float>(s.x)); }
  void on(decltype(filtered)&, const Sample& s);
  void on(decltype(beats)&, Time t, const Beat& b);
  void on(decltype(acc)&, const Sample& s);
  void on(decltype(second)&, Time t, const Beat& b);
  void on_gap(decltype(raw)&, Time, Time) { raw_.restart_with_next(); }
  void on_gap(decltype(filtered)&, Time from, Time to);
  void on_gap(decltype(acc)&, Time, Time) { hand_->acc.restart_with_next(); }
  /// Samples stayed away without a gap mark: a beat leaves before its port's mark would pass it.
  void advance(Time t) {
    closed_ = t;
    while (n_waiting_ > 0 && waiting_.front().t + latency <= t) {
      give_up(waiting_.front());
      pop_waiting();
    }
  }
  void tick(Time t);
  void on_end();

 private:
  /// A beat until it is rated: what of it the rating won't replace.
  struct Waiting {
    Waiting() = default;
    Waiting(Time at, const Beat& b, Duration half)
        : t(at),
          ibi_us(is_number(b.ibi_us) ? b.ibi_us.value : 0),
          half_ns(static_cast<std::uint32_t>(half.count())),
          has_ibi(is_number(b.ibi_us)),
          contiguous(b.contiguous),
          valid(b.valid),
          reason(b.reason) {}

    Time t;
    double ibi_us{};
    std::uint32_t half_ns{};  ///< of a median interval; 0: no interval is known yet
    bool has_ibi{}, contiguous{}, valid{};
    Reason reason{};

    static bool is_number(const Maybe& x) { return x && std::isfinite(*x); }
    Duration half() const { return Duration{half_ns}; }
    Time due() const { return t + half(); }
    Beat beat() const {
      Beat b;
      b.ibi_us.value = ibi_us;
      b.ibi_us.present = has_ibi ? 1 : 0;
      b.contiguous = contiguous;
      b.valid = valid;
      b.reason = reason;
      return b;
    }
  };
  static_assert(sizeof(Waiting) == 24);
  /// What acceleration tells.
  struct Hand {
    Hand(double rate_hz, double kept_s) : motion(rate_hz) { acc.reserve(rate_hz, kept_s, kept_s); }
    void restart() {
      acc.clear();
      motion.restart();
      cadence.restart();
    }
    TimedWindow<double> acc;  ///< magnitude
    dsp::MotionGate motion;
    dsp::CadenceLock cadence;
  };

  void rate(const Waiting& w, Time now);
  bool passes_over_pulses(const Waiting& w) const;
  void note_shape(const Waiting& w);
  void forget_shape();
  void look_back(Time now);
  void look_at_motion(Time now);
  std::optional<bool> look_for_inversion();
  std::optional<double> update(Time now);
  void give_up_waiting();
  void pop_waiting();
  void give_up(const Waiting& w);
  void let_out(const Waiting& w, Maybe sqi, bool good, Reason otherwise);
  Reason reason_of(std::optional<double> score) const;
  bool knows_limits() const { return highest > lowest; }

  dsp::QualityDepth depth_{dsp::QualityDepth::absent};
  TimedWindow<float> raw_, filtered_;
  dsp::MedianInterval interval_s_;
  dsp::BeatTemplate template_;
  dsp::AmplitudeReference usual_height_;
  std::unique_ptr<Hand> hand_;                         ///< null without `acc`
  std::unique_ptr<dsp::DetectorAgreement> agreement_;  ///< null without `second`
  dsp::InvertedPulse inversion_;
  dsp::QualityCombiner combiner_{dsp::QualityDepth::absent};
  dsp::QualityParts parts_;
  std::array<Waiting, 8> waiting_;  ///< by time; 1 s holds 4 beats, one too many goes out unrated
  std::uint32_t n_waiting_{};
  bool began_{};            ///< a sample has come since the start
  bool warned_{};           ///< of a pulse that points down
  Time last_beat_ = never;  ///< or the first sample of this piece
  Time heard_ = never;      ///< the last beat itself
  Time last_update_ = never;
  Time closed_ = never;
};

}  // namespace ib
