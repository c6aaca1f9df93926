// Lines on screen: how many lines of sink.console's table stand above the cursor of this process's terminal. Who
// prints a line for people there puts it above them; below, the next table would be drawn over it.
// Thread: any.
#pragma once

#include <atomic>
#include <cstddef>

namespace ib {

/// 0: there is no table, or it is the last one. A process has one terminal.
inline std::atomic<std::size_t>& lines_on_screen() {
  static std::atomic<std::size_t> lines{0};
  return lines;
}

}  // namespace ib
