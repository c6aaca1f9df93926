// The filters beside filter.bandpass, for the table of contents. They are made in a file of their
// own, because how much a compiler inlines depends on how large a file is: beside seven more, each
// block through filter.bandpass would cost a call more.
#pragma once

#include <interbeat/node.hpp>

#include <array>

namespace ib {

std::array<NodeDef, 7> further_filters();

}  // namespace ib
