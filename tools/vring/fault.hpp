// Fault: what a scenario lets happen, to one virtual device or to the daemon, and when.
//
// `fault_table` is the one description of the kinds: the reader of scenarios, its messages, the ledger and
// docs/virtual-rings.md all follow it. Times count from the scene's start. Thread: values, any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <interbeat/time.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "vring/call.hpp"

namespace ib::vring {

enum class FaultKind : std::uint8_t {
  loss,
  duplicate,
  reorder,
  cut,
  bad_checksum,
  jitter,
  stall,
  contact_loss,
  stop,
  drift,
  disconnect,
  hang,
  daemon_restart,
  adapter_off,
  adapter_unplugged,
};
inline constexpr std::size_t n_fault_kinds = 15;

/// What a kind of fault happens to.
enum class FaultReach : std::uint8_t {
  values,  ///< values on their way: `share` of them, or the next `values` ones
  device,  ///< a device or its link
  daemon,  ///< the daemon; such a fault names no ring
};

/// Whether it lasts.
enum class FaultLength : std::uint8_t {
  none,    ///< it happens at once
  open,    ///< without `for`: to the end
  needed,  ///< `for` says how long
};

struct FaultInfo {
  FaultKind kind;
  std::string_view name;
  FaultReach reach;
  FaultLength length;
  std::string_view doc;
};

/// In the order of FaultKind.
std::span<const FaultInfo> fault_table();
const FaultInfo& info_of(FaultKind kind);

struct Fault {
  FaultKind kind{};
  std::optional<std::size_t> ring;      ///< by its place; none: every ring, or the daemon
  Duration at{};                        ///< of the first time
  std::optional<Duration> length;       ///< of each time; none: see FaultLength
  std::optional<Duration> every;        ///< again, so long after the time before
  std::optional<Duration> until;        ///< no time begins later
  Duration spread{};                    ///< each time later by a random part of this
  double share = 1;                     ///< of the values, 0 to 1
  std::optional<std::uint64_t> values;  ///< so many, and then it is over
  Duration up_to{};                     ///< jitter: the longest delay
  double ppm{};                         ///< drift
  Call call{};                          ///< hang

  bool operator==(const Fault&) const = default;
};

}  // namespace ib::vring
