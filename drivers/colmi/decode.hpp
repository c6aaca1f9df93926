// One frame of the command service, from bytes to what it says.
//
// Nothing of a frame is read before its length and checksum hold. A frame does not tell whether it is a
// reply or came by itself, and some replies are byte for byte like their request (69 01 01: "start" when
// sent, "not worn" when received): only received frames belong here.
// Thread: any; no state, no allocation, no throw.
#pragma once

#include "colmi/messages.hpp"
#include "wire/reader.hpp"

namespace ib::colmi {

/// What the frame says; Refused if it is none, or says what no source describes. A refusal of the commands
/// 0x21 and 0x3C begins like a raw and like a big-data packet; it is known by the 0xEE behind.
Decoded decode(wire::Bytes frame) noexcept;

}  // namespace ib::colmi
