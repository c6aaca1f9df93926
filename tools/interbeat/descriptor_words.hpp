// What a descriptor says, in words: for `interbeat inspect` and for the manual. Thread: any; pure functions.
#pragma once

#include <interbeat/abi.h>

#include <string>

namespace ib::tool {

inline bool has(std::uint32_t flags, std::uint32_t flag) { return (flags & flag) != 0; }

std::string type_text(const ib_port& p);
/// "optional, regular, at least 12.5 Hz, refuses unrated"; may be empty.
std::string port_notes(const ib_port& p);
/// "10 to 1800 s", "true, false", the words of a choice.
std::string range_text(const ib_param& p);
std::string default_text(const ib_param& p);
/// "number, may be absent"; of an enumeration its words.
std::string field_kind(const ib_field& f);

}  // namespace ib::tool
