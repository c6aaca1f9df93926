// Opening: from the name of a recording to its feed, for the nodes that read one kind and for the
// one that takes any.
//
// Thread: [control]; reads files.
#pragma once

#include <string>
#include <string_view>

#include "source/source_node.hpp"

namespace ib::source {

struct DeviceHost;

/// What a user may say beside the name.
struct Wishes {
  std::string channel;        ///< column of the signal; empty: the usual one
  double rate_hz{};           ///< 0: from the file
  bool invert{};              ///< the waveform falls at systole: turn it over
  std::string ecg_channel{};  ///< CSV: column of the ECG; empty: the one whose name says so
};

Opened open_csv(const std::string& path, const Wishes& wishes);
/// Of the wishes only `invert`.
Opened open_e4(const std::string& path, const Wishes& wishes);
/// Of the wishes only `invert`.
Opened open_embrace(const std::string& path, const Wishes& wishes);
Opened open_oura(const std::string& path);
Opened open_intervals(const std::string& path, const std::string& column);
/// A person of a recorded session: `evening.ibr#anna`.
Opened open_recorded(const std::string& name);
/// Corrections made by hand.
Opened open_edits(const std::string& path);
/// Options as in `virtual:seed=1,rate=25`, with or without the scheme.
Opened open_virtual(const std::string& options);

/// By scheme (`virtual:`, `csv:`, `e4:`, `embraceplus:`, `intervals:`, `rr:`, `ibr:`, `ble:`) or, for a path,
/// by content.
Opened open_any(const std::string& uri, const Wishes& wishes, const DeviceHost& host);

}  // namespace ib::source
