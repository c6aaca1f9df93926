// What must come out when the intervals themselves come from a formula: needs no file.
//
// Thread: [control].
#pragma once

#include "verify/comparison.hpp"

namespace ib::verify {

/// The sine patterns of ANSI/AAMI EC57:2012 (table A.10), from their closed form: band powers are amplitude^2 / 2.
Comparisons ec57_patterns();
/// Two lengths in turn, a constant, a breath: values that can be worked out by hand.
Comparisons by_hand();

}  // namespace ib::verify
