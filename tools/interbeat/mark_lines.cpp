#include "mark_lines.hpp"

#include "mark.hpp"
#include "message.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace ib::tool {
namespace {

constexpr std::size_t longest_line = 4096;

int opened_anew(int fd) {
  const auto name = fmt::format("/proc/self/fd/{}", fd);
  const int own = open(name.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  return own >= 0 ? own : fcntl(fd, F_DUPFD_CLOEXEC, 3);  // a socket has no name
}

}  // namespace

std::string cut_line_to_mark(std::string line, std::size_t max_bytes) {
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  const auto from = line.find_first_not_of(' ');
  if (from == std::string::npos) return {};
  line = line.substr(from, line.find_last_not_of(' ') - from + 1);
  const auto cut = detail::cut_to_bytes(line, max_bytes);
  if (cut.size() < line.size()) say("the mark is cut to its first {} bytes: {}", cut.size(), cut);
  return std::string(cut);
}

MarkLines::MarkLines(int fd, std::size_t max_bytes, bool quiet)
    : fd_(opened_anew(fd)), max_bytes_(max_bytes), quiet_(quiet) {}

MarkLines::~MarkLines() { end(); }

void MarkLines::end() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

void MarkLines::ready(const SetMark& set) {
  std::array<char, 4096> bytes;
  const auto n = read(fd_, bytes.data(), bytes.size());
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  for (ssize_t i = 0; i < n; ++i) take(bytes[static_cast<std::size_t>(i)], set);
  if (n > 0) return;
  mark(set);  // a last line without its end
  end();
}

void MarkLines::take(char c, const SetMark& set) {
  if (c == '\n') mark(set);
  else if (line_.size() < longest_line) line_ += c;
}

void MarkLines::mark(const SetMark& set) {
  const auto text = cut_line_to_mark(std::move(line_), max_bytes_);
  line_.clear();
  if (text.empty()) return;
  set(text, [text, quiet = quiet_](const MarkAnswer& a) {
    if (!a.problem.empty()) complain("no mark: " + a.problem);
    else if (!quiet) say("{:.3f} s  {}", seconds(a.at), text);
  });
}

}  // namespace ib::tool
