// LineReader: bytes of a serial port, in pieces of any length, as lines. A line that is longer than any of
// the Playground's is one bad line, however long it is; nothing grows.
// Thread: one; no allocation, no throw.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "line.hpp"

namespace pulse_sensor {

class LineReader {
 public:
  static constexpr std::size_t most = 16;  ///< bytes before the LF; the longest line has 6

  /// The port was opened anew: what comes up to the first LF is the end of a line.
  void restart() noexcept { *this = {}; }

  /// Takes from the front of `bytes`. False: all are taken, and the line in hand has no end yet.
  bool next(std::string_view& bytes, Line& line) noexcept {
    while (!bytes.empty()) {
      const auto end = bytes.find('\n');
      keep(bytes.substr(0, end));
      if (end == std::string_view::npos) {
        bytes = {};
        return false;
      }
      bytes.remove_prefix(end + 1);
      const bool whole = !std::exchange(torn_, false), fits = n_ <= most;
      if (whole) line = fits ? parse({text_.data(), n_}) : Line{Line::Kind::bad, 0};
      n_ = 0;
      if (whole) return true;
    }
    return false;
  }

 private:
  void keep(std::string_view part) noexcept {
    if (n_ + part.size() > most) {
      n_ = most + 1;  // it stays too long, whatever comes
      return;
    }
    std::copy(part.begin(), part.end(), text_.begin() + static_cast<std::ptrdiff_t>(n_));
    n_ += part.size();
  }

  std::array<char, most> text_{};
  std::size_t n_{};
  bool torn_{true};  ///< its beginning was not seen
};

}  // namespace pulse_sensor
