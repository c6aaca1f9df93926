// Opening of Bluetooth devices: from the name in a graph to a feed that streams, or a sentence.
// Thread: [control]; takes as long as connecting takes.
#pragma once

#include <interbeat/sugar/host_clock.hpp>
#include <interbeat/sugar/wake.hpp>

#include <string>

#include "source/source_node.hpp"

namespace ib::source {

/// What a source node gives its device to work with.
struct DeviceHost {
  Duration connect_timeout{};
  HostClock clock;
  Wake wake;
};

/// Whatever it is, by its services.
Opened open_ble(const std::string& device, const DeviceHost& host);
Opened open_heart_rate(const std::string& device, const DeviceHost& host);
/// `counts_per_g`: of its acceleration; 0: as the book has it, or not known.
Opened open_bcl(const std::string& device, double counts_per_g, const DeviceHost& host);
/// `wave_hz`: of its waveform, 0: as its family has it; `as_sent`: not turned over.
Opened open_viatom(const std::string& device, double wave_hz, bool as_sent, const DeviceHost& host);

}  // namespace ib::source
