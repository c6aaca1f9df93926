// Random but valid input for any node, made from its descriptor: what is told of a port is enough.
//
//   auto setup = random_setup(desc, {.seed = 7});     // one script per input, live param events
//
// Samples are a pulse-like wave at 25..64 Hz with lost stretches and flags; beats and intervals
// (items with a field `ibi_us`) walk around 0.8 s; everything else stands on a grid. Gaps of
// `common_gaps` lie in all inputs at once.
//
// Thread: pure functions.
#pragma once

#include "validator/output.hpp"
#include "validator/script.hpp"

#include <deque>
#include <vector>

namespace ib::validator {

/// What the values look like. The times of items are random in all of them.
enum class Values {
  plausible,
  constant,
  zero,
  huge,
  alternating,
  denormal,
  not_a_number,  ///< now and then NaN or an infinity, where a float stands
  random_bits    ///< whatever the bits say
};
const char* name_of(Values values);

struct InputOptions {
  unsigned seed{1};
  Duration begin{}, length = 300s;
  Values values{Values::plausible};
  bool gaps = true;    ///< now and then something is lost
  bool seen_marks{};   ///< as a live host makes them: then items may be late
  bool common_gaps{};  ///< gaps in all inputs at the same times, and no others
  bool events = true;  ///< changes of live params
  bool all_invalid{};  ///< items with a field `valid` say 0
  bool finish = true;
};

struct Setup {
  struct Setting {
    std::uint32_t param;
    double number;
    const char* text;
  };
  std::deque<Script> scripts;  ///< one per input port
  std::vector<ib_event> events;
  std::vector<Setting> settings;  ///< before activation
  std::vector<Output::Gap> common_gaps;
};

Setup random_setup(const ib_node_desc& desc, const InputOptions& options);

}  // namespace ib::validator
