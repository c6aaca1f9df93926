// PiecesRow: heart rate variability of a long recording by its pieces of five minutes, up to this time: what drifts
// over minutes, and what happens within them (Task Force, Circulation 93:1043, 1996).
//
// Invariant: both values are present or neither; `reason` says why not.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/types/definition.hpp>

#include <cstdint>

namespace ib {

struct PiecesRow {
  double piece_s{};
  Maybe sdann_ms, sdnni_ms;
  std::int32_t n_pieces{};     ///< that count: over, and 70 % of them under valid intervals
  Reason reason{};             ///< why there is nothing
  Definition definition{};
  std::uint8_t reserved[2]{};  // no padding: a row's bytes are reproducible

  static const ib_type& type() {
    using P = PiecesRow;
    return item_type<P>(
        "interbeat/pieces/1", "Variability of the recording so far, by pieces of five minutes.",
        field<&P::sdann_ms>("sdann_ms", "ms", "Standard deviation of the pieces' mean intervals."),
        field<&P::sdnni_ms>("sdnni_ms", "ms", "Mean of the pieces' SDNN."),
        field<&P::piece_s>("piece_s", "s", "Length of a piece."),
        field<&P::n_pieces>("n_pieces", "1", "Pieces that count."),
        field<&P::definition>("definition", "", "Whose formulas, and which version of them."),
        field<&P::reason>("reason", "", "Why there is nothing."));
  }
};

static_assert(sizeof(PiecesRow) == sizeof(double) + 2 * sizeof(Maybe) + 8);

}  // namespace ib
