// The table of contents: one line per node.
#include "builtin_nodes.hpp"

#include "beat/ppg.hpp"
#include "signal/bandpass.hpp"
#include "sink/console.hpp"
#include "sink/table.hpp"

namespace ib {
namespace {

template <class Node>
void add(Registry& r) {
  const auto def = node_def<Node>();
  r.add(NodeType{def.desc, def.create});
}

}  // namespace

void add_builtin_nodes(Registry& r) {
  add<BandPass>(r);
  add<PpgBeats>(r);
  add<CsvSink>(r);
  add<JsonlSink>(r);
  add<ConsoleSink>(r);
}

}  // namespace ib
