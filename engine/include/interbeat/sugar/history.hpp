// History: that a source gives what its device has logged in the past, at its own past times. A live session
// has one present, so the loader refuses such a source beside a live one, before it is opened.
#pragma once

#include <cstdint>

namespace ib {

inline constexpr const char* history_extension = "ib.history/1";

/// Of a source node; the address of one is all that is asked for.
struct HistoryTable {
  std::uint32_t struct_size{};
  std::uint32_t reserved{};
};

}  // namespace ib
