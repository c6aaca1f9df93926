// What a stranger wrote, made fit for a terminal. Thread: any. A pure function, defined in nearest.cpp.
#pragma once

#include <string>
#include <string_view>

namespace ib {

/// Every control character (C0, DEL, and C1 as UTF-8 writes it) becomes "?".
std::string without_controls(std::string_view text);

}  // namespace ib
