#include "signal/filters.hpp"

#include "signal/average.hpp"
#include "signal/bandstop.hpp"
#include "signal/dc.hpp"
#include "signal/highpass.hpp"
#include "signal/lowpass.hpp"
#include "signal/notch.hpp"
#include "signal/smooth.hpp"

namespace ib {

std::array<NodeDef, 7> further_filters() {
  return {node_def<LowPass>(),     node_def<HighPass>(), node_def<BandStop>(),
          node_def<Notch>(),       node_def<DcFilter>(), node_def<AverageFilter>(),
          node_def<SmoothFilter>()};
}

}  // namespace ib
