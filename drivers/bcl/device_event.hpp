// What a BCL ring says of its finger and of itself, as a status event.
// Thread: any.
#pragma once

#include <interbeat/physio.hpp>

#include "bcl/messages.hpp"

namespace ib::bcl {

constexpr DeviceEvent event_of(Contact::Event told) noexcept {
  switch (told) {
    case Contact::Event::worn: return DeviceEvent::worn;
    case Contact::Event::not_worn: return DeviceEvent::not_worn;
    case Contact::Event::charging: return DeviceEvent::charging;
    case Contact::Event::busy: return DeviceEvent::busy;
    case Contact::Event::timeout: break;
  }
  return DeviceEvent::gave_up;
}

}  // namespace ib::bcl
