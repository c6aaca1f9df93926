// Absence: why an output of a node has no stream in this run, for the message to whoever needs it. A node
// that marks outputs IB_STREAM_ABSENT may have this extension; without it the message gives no reason.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>

namespace ib {

inline constexpr const char* absence_extension = "ib.absence/1";

/// [control & active] The rest of the sentence "anna has no stream `ppg`, which beats needs: ...", such as
/// "a chest strap has no waveform"; null or empty: no reason is known. Valid until the next call.
struct AbsenceTable {
  std::uint32_t struct_size{};
  std::uint32_t reserved{};
  const char* (*why)(ib_node*, std::uint32_t out){};
  /// [control] Whether an opened source has that output, before it is active; for hints. May be null, or
  /// missing in a table of an older `struct_size`: then it is not known.
  bool (*present)(ib_node*, std::uint32_t out){};
};

}  // namespace ib
