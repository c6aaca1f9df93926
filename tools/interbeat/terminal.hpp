// The terminal behind a descriptor, if there is one: its width, and colours that are empty
// elsewhere.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ib::tool {

bool is_terminal(int fd);

/// Columns; 80 when nobody knows.
std::size_t terminal_width(int fd);

/// Colours for one descriptor; none unless it is a terminal, and none with NO_COLOR set.
class Paint {
 public:
  explicit Paint(int fd);
  std::string bold(std::string_view text) const { return wrap("\x1b[1m", text); }
  std::string red(std::string_view text) const { return wrap("\x1b[1;31m", text); }
  std::string yellow(std::string_view text) const { return wrap("\x1b[33m", text); }
  std::string green(std::string_view text) const { return wrap("\x1b[32m", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const;
  bool on_;
};

}  // namespace ib::tool
