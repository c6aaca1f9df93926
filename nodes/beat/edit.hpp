// beat.edit: beats with a person's corrections.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace ib {

/// Edits name beats by the time at which the automatics put them, and act in the order of time. The
/// automatics' own stream stays as it is: this is a second one beside it.
struct EditBeats {
  /// No edit moves a beat further.
  static constexpr Duration move_max = 500ms;
  /// An added beat waits so long for the automatics' next one: only that says whether the stretch
  /// between is whole. And it lies no further from all beats than this.
  static constexpr Duration silence_max = 10s;

  static constexpr About about{
      "beat.edit", "1.0.0", "Beats with a person's corrections; the original stays beside them.",
      "add: a beat where no other lies within `tolerance`; remove, move, exclude: the automatics' beat "
      "nearest to the edit's time, within `tolerance`. Intervals are formed anew across what has changed, "
      "on the device's own time: removing a beat joins its two intervals, adding one divides an interval "
      "in two whose sum stays. A break stays a break: an added beat forms intervals only between two beats "
      "that the automatics joined. exclude leaves a beat, or all in a stretch, where they are, not valid "
      "(reason `edited`).\n"
      "A person's word stands above the automatics': an added or moved beat is valid, its quality 1. All "
      "others keep their quality; what nothing rated stays unrated. `edited` marks a beat that a person set "
      "or excluded, and one whose interval was formed anew. The rules of interval.clean still act; its "
      "`rule: none` turns them off.\n"
      "`edits` gives each edit back with its outcome: applied, no_beat, taken (an edit before it has "
      "changed that beat), too_close (a beat that stays lies within `tolerance` of the place), outside "
      "(more than 10 s from all beats, or across a gap). What was not applied is counted as unmatched and "
      "said in the log. Everything leaves 10 s late: an added beat waits for what comes behind it."};

  In<"beats", Beat, InSpec{.doc = "The automatics' beats, rated or not."}> beats;
  In<"edits", BeatEdit, InSpec{.doc = "Corrections by hand, as source.edits reads them."}> edits;
  Out<"beats", Beat,
      OutSpec{.doc = "The corrected beats.", .grade = Grade::beats, .per_item = 1, .per_call = 32}>
      edited;
  Out<"edits", BeatEdit,
      OutSpec{.doc = "The edits and what came of each.",
              .grade = Grade::beats,
              .per_item = 1,
              .per_call = 32}>
      done;
  Param<"tolerance",
        NumberSpec{.min = 20,
                   .max = 300,
                   .def = 150,
                   .unit = "ms",
                   .doc = "How far the beat may lie from the time that an edit names."}>
      tolerance;
  Counter<"added"> added;
  Counter<"removed"> removed;
  Counter<"moved"> moved;
  Counter<"excluded"> excluded;
  /// Edits that were not applied.
  Counter<"unmatched"> unmatched;
  static constexpr auto fields = std::tuple{
      &EditBeats::beats,     &EditBeats::edits,    &EditBeats::edited,  &EditBeats::done,
      &EditBeats::tolerance, &EditBeats::added,    &EditBeats::removed, &EditBeats::moved,
      &EditBeats::excluded,  &EditBeats::unmatched};

  Duration latency = silence_max;
  Log log;

  bool activate(Activation& a);
  void reset();
  void on(decltype(beats)&, Time t, const Beat& b);
  void on(decltype(edits)&, Time t, const BeatEdit& e);
  /// Nothing is named, moved or joined across a gap.
  void on_gap(decltype(beats)&, Time, Time) { flush(closed_); }
  void on_gap(decltype(edits)&, Time, Time) { flush(closed_); }
  void advance(Time t);
  void on_end();

 private:
  enum class Hand : std::uint8_t { none, added, moved };

  /// A beat on its way out. The automatics' beats of one chain lie on one device time.
  struct Placed {
    Time t;      ///< where it stands
    Time named;  ///< where the automatics put it
    Beat beat;
    std::int64_t us{};       ///< `named` in its chain's device time
    std::uint32_t chain{};   ///< of beats that the automatics joined
    std::uint32_t serial{};  ///< number of the automatics' beat; 0: a person's
    bool reaches_back{};     ///< the chain's time 0 is a beat that nobody gave
    Hand hand{};
    bool removed{}, excluded{}, taken{};
    std::int64_t device_us() const { return us + (t - named).count() / 1000; }
  };
  struct Pending {
    Time t;
    BeatEdit edit;
  };
  struct Stretch {
    Time from, until;
  };
  static constexpr std::size_t placed_max = 32;  ///< 2 s hold 12; more, and the oldest leaves early
  static constexpr std::size_t pending_max = 32;
  static constexpr std::size_t stretches_max = 16;

  void work(Time closed, Time limit);
  void flush(Time limit);
  void decide(Pending& p, Time limit);
  EditOutcome outcome_of(const Pending& p, Time limit);
  EditOutcome change_one(const Pending& p, Time limit);
  EditOutcome add(const Pending& p, Time limit);
  EditOutcome move(Placed& beat, Time to, Time limit);
  EditOutcome exclude_stretch(const Pending& p);
  Placed* nearest(Time t);
  EditOutcome fits(Time t, const Placed* itself, Time limit) const;
  bool in_reach(Time t) const;
  bool in_stretch(Time t) const;
  void insert(const Placed& p);
  bool ready(const Placed& p, Time closed) const;
  void let_out_first();
  void join_chain(Placed& p) const;
  bool form_interval(const Placed& p, Beat& b) const;
  void say(const Pending& p) const;
  void drop_old_stretches();

  Duration tolerance_{150ms};
  std::array<Placed, placed_max> placed_{};  ///< by time
  std::size_t n_placed_{};
  std::array<Pending, pending_max> pending_{};  ///< by time
  std::size_t n_pending_{};
  std::array<Stretch, stretches_max> stretches_{};
  std::size_t n_stretches_{};
  Placed newest_;         ///< the automatics' last beat that came; serial 0: none yet
  Placed last_original_;  ///< the last one that has left or was removed
  Placed last_;           ///< the last beat that has left, whoever set it
  bool any_out_{};
  bool reformed_{};  ///< a beat was removed since `last_`
  std::uint32_t next_chain_{1};
  Time closed_ = never;
};

}  // namespace ib
