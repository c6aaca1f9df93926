// Scenario: who is there and what happens to them, read from YAML. docs/virtual-rings.md has every word.
//
// All mistakes are said at once, each at its place, with what was expected and the nearest right name.
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "vring/daemon.hpp"
#include "vring/fault.hpp"
#include "vring/ring_kind.hpp"

namespace ib::vring {

struct RingSpec {
  std::string name;  ///< in this scenario
  const RingKind* kind{};
  DeviceSpec device;
  Manners manners;
};

struct Scenario {
  static constexpr std::size_t most_rings = 64, most_faults = 1000;

  std::uint64_t seed = 1;  ///< of the faults, and of each ring that has none of its own
  std::vector<RingSpec> rings;
  std::vector<Fault> faults;
};

/// None, and all of it in `out`, where something is wrong. `seed` stands in for the scenario's own.
std::optional<Scenario> read_scenario_text(const std::string& text, const std::string& name,
                                           Diagnostics& out,
                                           std::optional<std::uint64_t> seed = {});
std::optional<Scenario> read_scenario(const std::filesystem::path& file, Diagnostics& out,
                                      std::optional<std::uint64_t> seed = {});

/// Its rings by name, as a devices file of interbeat, so that `ble:anna` is found.
std::string devices_text(const Scenario& scenario);

/// Of the ring at this place, if it has none of its own: "AA:00:00:00:00:01" is the first.
std::string default_address(std::size_t place);

/// So many BCL rings, 1 to `most_rings`: ring1 for itself, the others 2 s behind it.
Scenario scenario_of_rings(std::size_t n, std::uint64_t seed);

}  // namespace ib::vring
