// Standing: how a device stands: the last it said of its link, its wear, its charge and its intervals. Who comes
// later is told that first.
//
// What passes (busy, gave up) is not kept; a link that is lost takes the wear with it.
// Thread: [exec]. No allocation.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "device/decoder.hpp"

namespace ib::device {

class Standing {
 public:
  void note(const DeviceStatus& said) {
    switch (said.event) {
      case DeviceEvent::disconnected: of(wear).what.reset(); [[fallthrough]];
      case DeviceEvent::connected: return keep(link, said);
      case DeviceEvent::worn:
      case DeviceEvent::not_worn:
      case DeviceEvent::charging: return keep(wear, said);
      case DeviceEvent::battery: return keep(charge, said);
      case DeviceEvent::coarse:
      case DeviceEvent::implausible: return keep(intervals, said);
      case DeviceEvent::busy:
      case DeviceEvent::gave_up: return;
    }
  }
  /// Puts all of it into `out`, the oldest first, at `t` and 1 ns apart, and forgets it. False: there is none.
  bool tell(Time t, Findings& out) {
    bool any = false;
    for (auto* next = oldest(); next != nullptr; next = oldest()) {
      out.add({source::Signal::status, t, *next->what});
      next->what.reset();
      t = t + Duration{1};
      any = true;
    }
    return any;
  }

 private:
  enum Group : std::size_t { link, wear, charge, intervals, n_groups };
  struct Said {
    std::optional<DeviceStatus> what;
    std::uint64_t turn{};  ///< the order in which they were said
  };

  Said& of(Group group) { return said_[group]; }
  void keep(Group group, const DeviceStatus& status) { of(group) = {status, turn_++}; }
  Said* oldest() {
    Said* first = nullptr;
    for (auto& s : said_)
      if (s.what && (first == nullptr || s.turn < first->turn)) first = &s;
    return first;
  }

  std::array<Said, n_groups> said_{};
  std::uint64_t turn_{};
};

}  // namespace ib::device
