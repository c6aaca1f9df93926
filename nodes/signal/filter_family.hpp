// The families of filter that a node can be told to take, and what the second one needs to know.
#pragma once

#include <interbeat/node.hpp>

namespace ib {

/// Butterworth: the flattest band and the least delay. Chebyshev II: flat in the band, a bounded
/// rest outside, more delay.
using FilterFamily =
    Choice<"family",
           ChoiceSpec{.labels = {"butterworth", "chebyshev2"},
                      .doc = "butterworth: edges are where 3 dB are lost; least delay. chebyshev2: "
                             "edges are where the stop band begins, `stop_db` down; flat in the "
                             "band, more delay."}>;
inline constexpr std::uint32_t chebyshev2 = 1;

/// How far down the stop band of a Chebyshev II filter lies.
using StopBand =
    Param<"stop_db",
          NumberSpec{
              .min = 6, .max = 60, .def = 20, .doc = "chebyshev2: loss in the stop band, in dB."}>;

}  // namespace ib
