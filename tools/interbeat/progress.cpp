#include "progress.hpp"

#include "message.hpp"
#include "terminal.hpp"

#include <unistd.h>

#include <algorithm>

namespace ib::tool {
namespace {

std::string clock_text(double s) {
  const auto whole = static_cast<long long>(s);
  return fmt::format("{:02}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

double share(Time settled, const std::optional<Duration>& duration) {
  if (!duration || duration->count() <= 0) return 0;
  return std::clamp(seconds(settled) / seconds(*duration), 0.0, 1.0);
}

}  // namespace

Progress::Progress(ProgressStyle style, std::optional<Duration> duration)
    : style_(style), duration_(duration) {}

std::string Progress::text(Time settled, std::optional<Duration> duration, double wall_s) {
  auto s = clock_text(seconds(settled));
  if (duration) {
    s += fmt::format(" of {} {:4.0f} %", clock_text(seconds(*duration)),
                     100 * share(settled, duration));
  }
  if (wall_s > 0.1) s += fmt::format("   {:.0f} times real time", seconds(settled) / wall_s);
  return s;
}

void Progress::operator()(Time settled) {
  if (style_ == ProgressStyle::none || settled <= Time{}) return;
  furthest_ = std::max(furthest_, settled);
  const auto now = Clock::now();
  const auto line = text(furthest_, duration_, std::chrono::duration<double>(now - start_).count());
  if (style_ == ProgressStyle::lines) {
    if (now - told_ < 5s) return;
    told_ = now;
    say("{}", line);
    return;
  }
  std::string bar;
  const auto room = terminal_width(STDERR_FILENO);
  if (duration_ && room > line.size() + 15) {
    const auto length = std::min<std::size_t>(40, room - line.size() - 5);
    const auto full =
        static_cast<std::size_t>(share(furthest_, duration_) * static_cast<double>(length));
    bar = "[" + std::string(full, '=') + std::string(length - full, ' ') + "]  ";
  }
  tell("\r" + bar + line + "\x1b[K");
  drawn_ = true;
}

void Progress::clear() {
  if (drawn_) tell("\r\x1b[K");
  drawn_ = false;
}

}  // namespace ib::tool
