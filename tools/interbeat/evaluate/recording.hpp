// Recording: one record of a data set, read: its waveform and the beats that are known of it.
//
// Bounds: 10,000 records, each of at most 2^26 samples; more is refused with the number.
// Thread: `find` [control], `read` any; blocks on the disk.
#pragma once

#include "evaluate/data_set.hpp"
#include "evaluate/match.hpp"
#include "evaluate/signal.hpp"

#include <interbeat/diagnostic.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace ib::evaluate {

/// Where a record lies.
struct Place {
  std::string name;  ///< what the pattern's * stands for; without one, the file's name
  std::filesystem::path signal, reference;
};

struct Recording {
  std::string name;
  Signal signal;
  std::vector<KnownBeat> beats;  ///< ascending; none without a reference
  bool turned_over{};            ///< the wave fell at systole
};

/// All that the patterns name below `data`, by name. What is missing is said in `out`.
std::vector<Place> find_recordings(const DataSet& set, const std::filesystem::path& data,
                                   Diagnostics& out);

/// Waveform and reference; what can't be read is said in `out`. The waveform is as recorded, the right way up unless the
/// polarity is automatic: that is judged at the rate that is scored.
Recording read_recording(const DataSet& set, const Place& place, Diagnostics& out);

}  // namespace ib::evaluate
