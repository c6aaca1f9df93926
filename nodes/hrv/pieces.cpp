#include "hrv/pieces.hpp"

#include "hrv/passport.hpp"

namespace ib {

bool HrvPieces::activate(Activation& a) {
  every = step.duration();
  const RateContract contract(a.in());
  if (!contract.carries_variability()) return a.fail(too_slow_for("variability", contract));
  a.out().items_per_second = 1 / step;
  reset();
  return true;
}

void HrvPieces::reset() {
  so_far_ = {};
  begin_ = never;
}

void HrvPieces::on(decltype(intervals)&, Time t, const Interval& i) {
  if (begin_ == never) begin_ = t - std::chrono::microseconds(i.ibi_us);
  so_far_.push(t, i.ibi_us, i.valid);
}

void HrvPieces::tick(Time t) {
  so_far_.advance(t);
  const Duration piece = dsp::HrvPieces::Params{}.length;
  PiecesRow row;
  row.piece_s = seconds(piece);
  row.n_pieces = static_cast<std::int32_t>(so_far_.pieces());
  row.sdann_ms = so_far_.sdann();
  row.sdnni_ms = so_far_.sdnni();
  constexpr int least = dsp::HrvPieces::least_pieces;
  if (row.n_pieces < least) {
    const bool young = begin_ == never || t - begin_ < least * piece;
    row.reason = young ? Reason::warming_up : Reason::insufficient_coverage;
  }
  pieces(t, row);
}

}  // namespace ib
