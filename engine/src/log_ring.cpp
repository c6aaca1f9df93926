#include "log_ring.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

namespace ib {

LogRing::LogRing() : cells_(capacity), fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  for (std::uint64_t i = 0; i < capacity; ++i) cells_[i].turn.store(i, std::memory_order_relaxed);
}

LogRing::~LogRing() {
  stop();
  close(fd_);
}

bool LogRing::write(std::uint32_t severity, std::uint32_t node, std::string_view text) noexcept {
  auto ticket = tail_.load(std::memory_order_relaxed);
  Cell* cell = nullptr;
  for (;;) {
    cell = &cells_[ticket % capacity];
    const auto turn = cell->turn.load(std::memory_order_acquire);
    if (turn == ticket) {
      if (tail_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_relaxed)) break;
    } else if (turn < ticket) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return false;
    } else {
      ticket = tail_.load(std::memory_order_relaxed);
    }
  }
  auto& r = cell->record;
  r.severity = std::min(severity, 3U);
  r.node = node;
  const auto n = std::min(text.size(), r.text.size() - 1);
  std::memcpy(r.text.data(), text.data(), n);
  r.text[n] = '\0';
  cell->turn.store(ticket + 1, std::memory_order_release);
  if (reader_sleeps_.exchange(false, std::memory_order_acq_rel)) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto w = ::write(fd_, &one, sizeof one);
  }
  return true;
}

bool LogRing::read(LogRecord& out) noexcept {
  Cell& cell = cells_[head_ % capacity];
  if (cell.turn.load(std::memory_order_acquire) != head_ + 1) return false;
  out = cell.record;
  cell.turn.store(head_ + capacity, std::memory_order_release);
  ++head_;
  return true;
}

void LogRing::start(NameOf name_of, Print print, Ending ending) {
  ending_ = std::move(ending);
  name_of_ = std::move(name_of);
  print_ = std::move(print);
  stop_.store(false);
  thread_ = std::thread([this] { loop(); });
}

void LogRing::stop() {
  if (!thread_.joinable()) return;
  stop_.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto w = ::write(fd_, &one, sizeof one);
  thread_.join();
}

void LogRing::loop() {
  std::array<unsigned, 4> printed{};
  std::array<std::uint64_t, 4> suppressed{};
  auto second = std::chrono::steady_clock::now();
  for (;;) {
    if (const auto now = std::chrono::steady_clock::now();
        now - second >= std::chrono::seconds(1)) {
      second = now;
      printed.fill(0);
      tell_suppressed(suppressed);
    }
    print_all(printed, suppressed);
    if (stop_.load(std::memory_order_acquire)) break;
    // Asleep is said first and the ring looked at once more, so that no record is slept over.
    reader_sleeps_.exchange(true, std::memory_order_acq_rel);
    print_all(printed, suppressed);
    std::array<pollfd, 2> p{{{fd_, POLLIN, 0}, {ending_.fd, POLLIN, 0}}};  // -1 is passed over
    const bool owes =
        std::any_of(suppressed.begin(), suppressed.end(), [](auto n) { return n > 0; });
    const bool asked = say_waiting_ != std::chrono::steady_clock::time_point{};
    poll(p.data(), p.size(), owes || asked ? 1000 : -1);
    if (p[1].revents != 0) {
      ending_.fd = -1;
      say_waiting_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(900);
    } else if (asked && !stop_.load(std::memory_order_acquire)) {
      tell_waiting();
    }
    std::uint64_t n = 0;
    [[maybe_unused]] const auto got = ::read(fd_, &n, sizeof n);
  }
  print_all(printed, suppressed);
  tell_suppressed(suppressed);
  if (dropped() > 0)
    print_(IB_LOG_WARNING, fmt::format("{} log lines were lost: the ring was full", dropped()));
}

void LogRing::print_all(std::array<unsigned, 4>& printed,
                        std::array<std::uint64_t, 4>& suppressed) {
  LogRecord r;
  while (read(r)) {
    if (printed[r.severity]++ >= lines_per_second) {
      ++suppressed[r.severity];
      continue;
    }
    print_(r.severity, fmt::format("{}: {}", name_of_(r.node), r.text.data()));
  }
}

void LogRing::tell_waiting() {
  const auto now = std::chrono::steady_clock::now();
  if (now < say_waiting_) return;
  say_waiting_ = now + std::chrono::seconds(10);
  const auto what = ending_.waits_for();
  if (!what.empty())
    print_(IB_LOG_WARNING, fmt::format("asked to end, and waiting for a call to return: {}", what));
}

void LogRing::tell_suppressed(std::array<std::uint64_t, 4>& suppressed) {
  for (std::uint32_t s = 0; s < suppressed.size(); ++s) {
    if (suppressed[s] > 0)
      print_(s, fmt::format("{} more lines like these were not printed", suppressed[s]));
    suppressed[s] = 0;
  }
}

}  // namespace ib
