#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace ib::tool {

bool is_terminal(int fd) { return isatty(fd) == 1; }

std::size_t terminal_width(int fd) {
  winsize size{};
  const bool known = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

Paint::Paint(int fd) : on_(is_terminal(fd) && std::getenv("NO_COLOR") == nullptr) {}

std::string Paint::wrap(std::string_view code, std::string_view text) const {
  if (!on_) return std::string(text);
  return std::string(code) + std::string(text) + "\x1b[0m";
}

}  // namespace ib::tool
