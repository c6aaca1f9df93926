#include "beat/edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ib {
namespace {

/// What is no number says nothing.
Maybe number_or_absent(const Maybe& x) { return x && std::isfinite(*x) ? x : Maybe(); }

Duration distance(Time a, Time b) { return a < b ? b - a : a - b; }

bool is_stretch(const BeatEdit& e) {
  return e.action == EditAction::exclude && e.length_s && *e.length_s > 0;
}

const char* name_of(EditAction a) {
  const auto i = static_cast<std::size_t>(a);
  return i < labels(a).size() ? labels(a)[i] : "?";
}
const char* name_of(EditOutcome o) { return labels(o)[static_cast<std::size_t>(o)]; }

}  // namespace

bool EditBeats::activate(Activation&) {
  tolerance_ = from_seconds(tolerance * 1e-3);
  reset();
  return true;
}

void EditBeats::reset() {
  n_placed_ = n_pending_ = n_stretches_ = 0;
  newest_ = last_original_ = last_ = {};
  any_out_ = reformed_ = false;
  next_chain_ = 1;
}

void EditBeats::on(decltype(beats)&, Time t, const Beat& b) {
  Placed p;
  p.t = p.named = t;
  p.beat = b;
  p.beat.ibi_us = number_or_absent(b.ibi_us);
  p.beat.sqi = number_or_absent(b.sqi);
  p.serial = newest_.serial + 1;
  const auto ibi = p.beat.whole_ibi_us();
  if (b.contiguous && ibi > 0 && newest_.serial > 0) {
    p.chain = newest_.chain;
    p.us = newest_.us + ibi;
    p.reaches_back = newest_.reaches_back;
  } else {
    p.chain = next_chain_++;
    p.us = ibi;
    p.reaches_back = ibi > 0;
  }
  newest_ = p;
  insert(p);
}

void EditBeats::on(decltype(edits)&, Time t, const BeatEdit& e) {
  if (n_pending_ == pending_max) {  // the oldest acts on what is known
    if (pending_[0].edit.outcome == EditOutcome::pending) decide(pending_[0], closed_);
    done(pending_[0].t, pending_[0].edit);
    std::copy(pending_.begin() + 1, pending_.begin() + n_pending_, pending_.begin());
    --n_pending_;
  }
  Pending p{t, e};
  p.edit.shift_s = number_or_absent(e.shift_s);
  p.edit.length_s = number_or_absent(e.length_s);
  p.edit.outcome = EditOutcome::pending;
  pending_[n_pending_++] = p;
  if (is_stretch(p.edit)) decide(pending_[n_pending_ - 1], closed_);
}

void EditBeats::advance(Time t) {
  closed_ = t;
  work(t, t);
}

void EditBeats::on_end() {
  flush(forever);
  edited.settle(closed_);
  done.settle(closed_);
}

/// What is taken away is known before anything is put down: an added beat may stand where one was
/// removed. So these are decided later, when all that may make room for them has been.
void EditBeats::work(Time closed, Time limit) {
  const Duration settles = move_max + 3 * tolerance_;
  for (const bool takes_away : {true, false})
    for (std::size_t i = 0; i < n_pending_; ++i) {
      auto& p = pending_[i];
      const bool takes =
          p.edit.action == EditAction::remove || p.edit.action == EditAction::exclude;
      if (takes != takes_away || p.edit.outcome != EditOutcome::pending) continue;
      if (p.t <= closed - (takes ? tolerance_ : settles)) decide(p, limit);
    }
  std::size_t told = 0;
  for (; told < n_pending_ && pending_[told].edit.outcome != EditOutcome::pending; ++told)
    done(pending_[told].t, pending_[told].edit);
  std::copy(pending_.begin() + told, pending_.begin() + n_pending_, pending_.begin());
  n_pending_ -= told;
  while (n_placed_ > 0 && ready(placed_[0], closed)) let_out_first();
  drop_old_stretches();
}

void EditBeats::flush(Time limit) {
  work(forever, limit);
  while (n_placed_ > 0) let_out_first();
}

void EditBeats::decide(Pending& p, Time limit) {
  p.edit.outcome = outcome_of(p, limit);
  if (p.edit.outcome == EditOutcome::applied) return;
  unmatched.add();
  say(p);
}

EditOutcome EditBeats::outcome_of(const Pending& p, Time limit) {
  if (p.edit.action == EditAction::add) return add(p, limit);
  return is_stretch(p.edit) ? exclude_stretch(p) : change_one(p, limit);
}

EditOutcome EditBeats::change_one(const Pending& p, Time limit) {
  auto* beat = nearest(p.t);
  if (beat == nullptr) return EditOutcome::no_beat;
  if (beat->taken) return EditOutcome::taken;
  if (p.edit.action == EditAction::move) {
    if (!p.edit.shift_s || std::abs(*p.edit.shift_s) > seconds(move_max))
      return EditOutcome::outside;
    return move(*beat, p.t + from_seconds(*p.edit.shift_s), limit);
  }
  beat->taken = true;
  (p.edit.action == EditAction::remove ? beat->removed : beat->excluded) = true;
  if (p.edit.action == EditAction::remove) removed.add();
  return EditOutcome::applied;
}

EditOutcome EditBeats::move(Placed& beat, Time to, Time limit) {
  const auto outcome = fits(to, &beat, limit);
  if (outcome != EditOutcome::applied) return outcome;
  Placed moving = beat;
  moving.t = to;
  moving.hand = Hand::moved;
  moving.taken = true;
  std::copy(&beat + 1, placed_.data() + n_placed_, &beat);
  --n_placed_;
  insert(moving);
  moved.add();
  return outcome;
}

EditOutcome EditBeats::add(const Pending& p, Time limit) {
  if (!in_reach(p.t)) return EditOutcome::outside;
  const auto outcome = fits(p.t, nullptr, limit);
  if (outcome != EditOutcome::applied) return outcome;
  Placed fresh;
  fresh.t = fresh.named = p.t;
  fresh.hand = Hand::added;
  insert(fresh);
  added.add();
  return outcome;
}

EditOutcome EditBeats::exclude_stretch(const Pending& p) {
  if (n_stretches_ == stretches_max) return EditOutcome::too_many;
  constexpr double year_s = 366 * 86'400.0;
  stretches_[n_stretches_++] = {p.t, p.t + from_seconds(std::min(*p.edit.length_s, year_s))};
  return EditOutcome::applied;
}

/// Of the automatics' beats, also those that an edit has changed.
EditBeats::Placed* EditBeats::nearest(Time t) {
  Placed* found = nullptr;
  for (std::size_t i = 0; i < n_placed_; ++i) {
    auto& p = placed_[i];
    if (p.serial == 0 || distance(p.named, t) > tolerance_) continue;
    if (found == nullptr || distance(p.named, t) < distance(found->named, t)) found = &p;
  }
  return found;
}

/// Whether a person's beat may stand there.
EditOutcome EditBeats::fits(Time t, const Placed* itself, Time limit) const {
  if (t > limit || (any_out_ && t <= last_.t) || t <= edited.settled()) return EditOutcome::outside;
  if (any_out_ && t - last_.t < tolerance_) return EditOutcome::too_close;
  for (std::size_t i = 0; i < n_placed_; ++i) {
    const auto& p = placed_[i];
    if (&p != itself && !p.removed && distance(p.t, t) < tolerance_) return EditOutcome::too_close;
  }
  return EditOutcome::applied;
}

/// A session begins as if with a beat: what a detector missed while it settled may be added.
bool EditBeats::in_reach(Time t) const {
  const auto near = [t](Time at) { return distance(at, t) <= silence_max; };
  if (near(Time{}) || (last_original_.serial > 0 && near(last_original_.named))) return true;
  return std::any_of(placed_.begin(), placed_.begin() + n_placed_,
                     [&](const Placed& p) { return p.serial > 0 && near(p.named); });
}

bool EditBeats::in_stretch(Time t) const {
  return std::any_of(stretches_.begin(), stretches_.begin() + n_stretches_,
                     [t](const Stretch& s) { return s.from <= t && t <= s.until; });
}

void EditBeats::insert(const Placed& p) {
  if (n_placed_ == placed_max) let_out_first();
  std::size_t at = n_placed_++;
  for (; at > 0 && placed_[at - 1].t > p.t; --at) placed_[at] = placed_[at - 1];
  placed_[at] = p;
}

/// No edit to come can reach it, and of an added beat it is known what comes behind it.
bool EditBeats::ready(const Placed& p, Time closed) const {
  if (p.t > closed - (2 * move_max + 3 * tolerance_)) return false;
  const bool last_of_all = p.hand == Hand::added && newest_.serial > 0 && p.t > newest_.named;
  return !last_of_all || newest_.named <= closed - silence_max;
}

void EditBeats::let_out_first() {
  Placed p = placed_[0];
  std::copy(placed_.begin() + 1, placed_.begin() + n_placed_, placed_.begin());
  --n_placed_;
  if (p.hand == Hand::added) join_chain(p);
  else last_original_ = p;
  if (p.removed) {
    reformed_ = true;
    return;
  }
  Beat b = p.beat;
  const bool as_it_was = p.hand == Hand::none && last_.hand == Hand::none &&
                         last_.serial + 1 == p.serial && !reformed_;
  if (!as_it_was) {
    form_interval(p, b);
    b.edited = true;
  }
  if (p.hand != Hand::none) {
    b.valid = true;
    b.sqi = 1;
    b.reason = b.ibi_us ? Reason::none : Reason::gap;
  }
  if (p.excluded || in_stretch(p.t)) {
    b.valid = false;
    b.reason = Reason::edited;
    b.edited = true;
    excluded.add();
  }
  edited(p.t, b);
  last_ = p;
  any_out_ = true;
  reformed_ = false;
}

/// An added beat lies on the device time of the two beats around it, if the automatics joined these.
void EditBeats::join_chain(Placed& p) const {
  const Placed* before = last_original_.serial > 0 ? &last_original_ : nullptr;
  const Placed* after = nullptr;
  for (std::size_t i = 0; i < n_placed_; ++i) {
    const auto& o = placed_[i];
    if (o.serial == 0) continue;
    if (o.named <= p.t && (before == nullptr || o.named > before->named)) before = &o;
    if (o.named > p.t && (after == nullptr || o.named < after->named)) after = &o;
  }
  p.chain = 0;
  if (before == nullptr || after == nullptr || before->chain != after->chain) return;
  const double share = seconds(p.t - before->named) / seconds(after->named - before->named);
  p.chain = before->chain;
  p.us = before->us + std::llround(share * static_cast<double>(after->us - before->us));
}

/// False: none ends here that could be measured.
bool EditBeats::form_interval(const Placed& p, Beat& b) const {
  std::int64_t ibi_us = 0;
  const bool joined = any_out_ && p.chain != 0 && last_.chain == p.chain;
  if (joined) ibi_us = p.device_us() - last_.device_us();
  else if (p.reaches_back && p.hand != Hand::added) ibi_us = p.device_us();
  const bool good = ibi_us >= 1 && ibi_us <= 2'000'000'000;
  b.ibi_us = good ? Maybe(static_cast<double>(ibi_us)) : Maybe();
  b.contiguous = good && joined;
  if (b.valid) b.reason = good ? Reason::none : Reason::gap;
  return good;
}

void EditBeats::drop_old_stretches() {
  const auto over = [&](const Stretch& s) { return s.until + silence_max < closed_; };
  const auto end = std::remove_if(stretches_.begin(), stretches_.begin() + n_stretches_, over);
  n_stretches_ = static_cast<std::size_t>(end - stretches_.begin());
}

void EditBeats::say(const Pending& p) const {
  std::array<char, 120> text{};
  const auto ms = p.t.ns / 1'000'000;
  fmt::format_to_n(text.data(), text.size() - 1, "{} at {}.{:03} s is not applied: {}",
                   name_of(p.edit.action), ms / 1000, std::abs(ms % 1000), name_of(p.edit.outcome));
  log.warning(text.data());
}

}  // namespace ib
