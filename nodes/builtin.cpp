// The table of contents: one line per node.
#include "builtin_nodes.hpp"

#include "beat/clean.hpp"
#include "beat/ecg.hpp"
#include "beat/edit.hpp"
#include "beat/ppg.hpp"
#include "beat/rr.hpp"
#include "dyad/align.hpp"
#include "dyad/coregulation.hpp"
#include "dyad/linkage.hpp"
#include "dyad/slope.hpp"
#include "dyad/wcc.hpp"
#include "hrv/coherence.hpp"
#include "hrv/nonlinear.hpp"
#include "hrv/pieces.hpp"
#include "hrv/respiration.hpp"
#include "hrv/spectrum.hpp"
#include "hrv/window.hpp"
#include "signal/bandpass.hpp"
#include "signal/filters.hpp"
#include "signal/quality.hpp"
#include "sink/console.hpp"
#include "sink/table.hpp"
#include "stress/classifier.hpp"

namespace ib {
namespace {

template <class Node>
void add(Registry& r) {
  const auto def = node_def<Node>();
  r.add(NodeType{def.desc, def.create});
}

void add(Registry& r, const NodeDef& def) { r.add(NodeType{def.desc, def.create}); }

void add_filters(Registry& r) {
  for (const auto& def : further_filters()) add(r, def);
}

}  // namespace

void add_builtin_nodes(Registry& r) {
  add<BandPass>(r);              // filter.bandpass
  add_filters(r);                // filter.lowpass, highpass, bandstop, notch, dc, average, smooth
  add<PpgQuality>(r);            // quality.ppg
  add<PpgBeats>(r);              // beat.ppg
  add<EcgBeats>(r);              // beat.ecg
  add(r, rr_beats());            // beat.rr
  add<EditBeats>(r);             // beat.edit
  add<CleanIntervals>(r);        // interval.clean
  add<HrvWindow>(r);             // hrv.window
  add<HrvSpectrum>(r);           // hrv.spectrum
  add<HrvNonlinear>(r);          // hrv.nonlinear
  add<HrvCoherence>(r);          // hrv.coherence
  add<HrvRespiration>(r);        // hrv.respiration
  add<HrvPieces>(r);             // hrv.pieces
  add<ActivationClassifier>(r);  // stress.classifier
  add<DyadAlign>(r);             // dyad.align
  add<DyadSlope>(r);             // dyad.slope
  add<DyadWcc>(r);               // dyad.wcc
  add<DyadLinkage>(r);           // dyad.linkage
  r.add(coregulation_module());  // dyad.coregulation = align, slope, wcc, linkage
  add<CsvSink>(r);               // sink.csv
  add<JsonlSink>(r);             // sink.jsonl
  add<ConsoleSink>(r);           // sink.console
}

}  // namespace ib
