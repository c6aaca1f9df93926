// The table of contents: one line per source node.
#include "builtin.hpp"

#include <interbeat/node.hpp>

#include "bcl/ring_source.hpp"
#include "colmi/history_source.hpp"
#include "colmi/ring_source.hpp"
#include "files/csv_source.hpp"
#include "files/e4_source.hpp"
#include "files/edit_source.hpp"
#include "files/embrace_source.hpp"
#include "files/interval_source.hpp"
#include "files/oura_source.hpp"
#include "heart_rate/sensor_source.hpp"
#include "markers/marker_source.hpp"
#include "polar/sensor_source.hpp"
#include "source/any_source.hpp"
#include "viatom/ring_source.hpp"
#include "virtual_ring/virtual_source.hpp"

namespace ib {
namespace {

template <class Node>
void add(Registry& registry) {
  const auto def = node_def<Node>();
  registry.add(NodeType{def.desc, def.create});
}

}  // namespace

void add_builtin_drivers(Registry& registry) {
  add<source::AnySource>(registry);        // source
  add<source::CsvSource>(registry);        // source.csv
  add<source::E4Source>(registry);         // source.e4
  add<source::EmbraceSource>(registry);    // source.embraceplus
  add<source::OuraSource>(registry);       // source.oura
  add<source::IntervalSource>(registry);   // source.intervals
  add<source::EditSource>(registry);       // source.edits
  add<source::VirtualSource>(registry);    // source.virtual
  add<source::MarkerSource>(registry);     // source.markers
  add<source::HeartRateSource>(registry);  // ble.heart_rate
  add<source::BclSource>(registry);        // ring.bcl
  add<source::ColmiSource>(registry);      // ring.colmi
  add<source::ColmiLogSource>(registry);   // ring.colmi_history
  add<source::PolarSource>(registry);      // polar.pmd
  add<source::ViatomSource>(registry);     // ring.viatom
}

}  // namespace ib
