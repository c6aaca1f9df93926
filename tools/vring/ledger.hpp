// Ledger: what a scene did to its devices, by kind, so that a driver's counts can be held against it.
//
// Of numbered values it keeps what a listener has to find out by itself: how many are missing between two
// that came. What was lost in front of the first one of a connection and behind its last one no number
// tells; those are in the values, and not in `missed`.
// Thread: values, any.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "vring/fault.hpp"
#include "vring/logged_truth.hpp"

namespace ib::vring {

struct StreamLedger {
  std::string name;
  std::uint64_t made{};    ///< by the device, while it was connected
  std::uint64_t heard{};   ///< whole, in order, each once
  std::uint64_t missed{};  ///< missing between two that were heard
  std::uint64_t late{};    ///< came whole behind one that follows them; they are among the missed

  bool operator==(const StreamLedger&) const = default;
};

struct RingLedger {
  std::string name, address, kind;
  std::uint64_t connections{};
  bool left_measuring{};            ///< its last central went without telling it to stop (bcl)
  std::uint64_t made{};             ///< values that it had ready for its central
  std::uint64_t sent{};             ///< values that went over the bus, with those that came twice
  std::uint64_t spoiled{};          ///< of these, cut or with a wrong checksum
  std::uint64_t lost_on_the_way{};  ///< the link broke, or nobody listened any more
  std::array<std::uint64_t, n_fault_kinds> faults{};  ///< values hit, or times it happened
  std::vector<StreamLedger> streams;
  std::vector<LoggedTruth> logged;  ///< of the logs that somebody asked for

  std::uint64_t of(FaultKind fault) const { return faults[static_cast<std::size_t>(fault)]; }
  /// "wave"; all zero where there is none of that name.
  StreamLedger stream(std::string_view its_name) const;
};

struct Ledger {
  double lasted_s{};
  std::uint64_t seed{};
  std::uint64_t daemon_restarts{}, adapter_off{}, adapter_unplugged{};
  std::vector<RingLedger> rings;

  /// JSON, two spaces an indentation, with a last newline.
  std::string json() const;
  /// A line for each ring that somebody connected to, for people.
  std::string text() const;
};

}  // namespace ib::vring
