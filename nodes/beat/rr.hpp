// beat.rr: beats of a strap or ring that sends intervals.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "dsp/rr_clock.hpp"
#include "dsp/rr_rate_check.hpp"

namespace ib {

/// No detection: the device has done it. What is left is when the beats were, and where some are
/// missing.
struct RrBeats {
  /// How long a notification may lie behind its oldest beat, apart from what `hold` waits for: a strap
  /// that sends once a second, and a stall of 2 s. Longer ones go well where nothing has to wait.
  static constexpr Duration behind{3'000'000'000};

  static constexpr About about{
      "beat.rr", "1.0.0", "Beats from the intervals that a strap or ring sends.",
      "The intervals are the device's own and stay as they came, to the microsecond. When the beats were is worked "
      "out from the arrivals: the sum of the intervals is the device's clock, and the notification of the last 30 to "
      "60 s that waited least ties it to the session's, so that jitter, stalls and bursts of the radio do not move a "
      "beat. All beats lie late by the least delay of the radio and of the device, which nobody knows here.\n"
      "Where a notification comes late, or the sum stays behind the arrivals by more than a beat waits for the next "
      "notification, something may be lost, and beats wait. They go on if the arrivals come back to within "
      "max(350 ms, a quarter of the interval) of the sum in `hold`. If not, beats or a notification are missing: the "
      "next beat does not join the one before (`contiguous` false) and is counted in `gaps`. The first beats wait "
      "for `hold` too. A heart that keeps step with the sender may make a stall look like a loss; then one "
      "difference is given away. A single beat that a device leaves out without a pause may show some beats later.\n"
      "An interval of 0, or above 64 s, is no interval: it is counted in `refused_rr` with those before it in its notification, and the chain "
      "breaks. Intervals whose median parts by 15 % or more from the heart rate beside them, for 20 s, are not "
      "trusted. These, beats without contact to the skin, those that the device doubts itself and intervals outside 300 to "
      "2000 ms are not valid, sqi 0; all others have sqi 1, for a strap's beats need no pulse quality. The artefact rules of interval.clean still "
      "act. Beats that would lie before what is settled are late, and the chain breaks. Beats before the first "
      "arrival, of which that one tells, are not given: the stream begins there.\n"
      "Source: Bluetooth SIG, Heart Rate Service 1.0."};

  In<"notifications", RrNotification, InSpec{.doc = "Intervals as they arrived."}> notifications;
  Out<"beats", Beat,
      OutSpec{.doc = "The beats, each at the end of its interval.",
              .grade = Grade::beats,
              .per_item = RrNotification::most,
              .per_call = 2 * dsp::RrClock::room}>
      beats;
  Param<
      "hold",
      NumberSpec{
          .min = 1,
          .max = 10,
          .def = 5,
          .unit = "s",
          .doc =
              "How long the sum of intervals may lag behind the arrivals before beats are missing."}>
      hold;
  /// Places where beats are missing.
  Counter<"gaps"> gaps;
  Counter<"refused_rr"> refused_rr;
  /// Intervals that came without contact to the skin.
  Counter<"no_contact"> no_contact;
  /// Intervals that the device itself does not trust.
  Counter<"doubted"> doubted;
  /// Intervals that did not fit the device's own heart rate.
  Counter<"misfits"> misfits;
  static constexpr auto fields = std::tuple{
      &RrBeats::notifications, &RrBeats::beats,      &RrBeats::hold,    &RrBeats::gaps,
      &RrBeats::refused_rr,    &RrBeats::no_contact, &RrBeats::doubted, &RrBeats::misfits};

  Duration latency{};  ///< hold + behind
  Log log;

  bool activate(Activation& a);
  void reset();
  void on(decltype(notifications)&, Time t, const RrNotification& n);
  void on_gap(decltype(notifications)&, Time, Time);
  void advance(Time t);
  void on_end();

 private:
  void emit_decided();

  dsp::RrClock clock_;
  dsp::RrRateCheck rate_check_;
  bool warned_{};
  std::uint64_t gaps_before_{};  ///< a reset
  bool torn_{};                  ///< a beat was too late: the next one has none before it
  Time began_ = never;           ///< the first arrival
  Time closed_ = never;
};

/// For the table of contents: made in a file of its own (see signal/filters.hpp).
NodeDef rr_beats();

}  // namespace ib
