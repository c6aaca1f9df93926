// How late this machine is: a timer that should fire, a thread that should wake. Each measured on an
// ordinary thread and, where it is granted, on a real-time one.
#include "doctor.hpp"
#include "realtime.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <optional>
#include <thread>
#include <vector>

namespace ib::tool {
namespace {

constexpr std::int64_t ms = 1'000'000;

std::int64_t now_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

void sleep_to(std::int64_t at) {
  const timespec until{at / 1'000'000'000, at % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) != 0) {}
}

/// By how much 100 timers of 1 ms were late, in ns.
std::vector<std::int64_t> late_timers() {
  std::vector<std::int64_t> late;
  for (int i = 0; i < 100; ++i) {
    const auto due = now_ns() + ms;
    sleep_to(due);
    late.push_back(now_ns() - due);
  }
  return late;
}

/// A descriptor that one thread writes to wake another.
class Bell {
 public:
  ~Bell() { close(fd_); }
  Bell() = default;
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  bool there() const { return fd_ >= 0; }
  void ring() const {
    const std::uint64_t one = 1;
    while (write(fd_, &one, sizeof one) < 0 && errno == EINTR) {}
  }
  void wait() const {
    std::uint64_t n = 0;
    while (read(fd_, &n, sizeof n) < 0 && errno == EINTR) {}
  }

 private:
  int fd_ = eventfd(0, EFD_CLOEXEC);
};

/// From write(2) to the thread that slept in read(2), 100 times, in ns. Each is answered before the
/// next: rings that nobody has heard yet would count as one. `prepare` runs on the sleeper.
template <class Prepare>
std::vector<std::int64_t> wake_ups(Prepare prepare) {
  constexpr int rounds = 100;
  std::vector<std::int64_t> took;
  const Bell bell, answer;
  if (!bell.there() || !answer.there()) return took;
  std::atomic<std::int64_t> rung{0};
  std::thread sleeper([&] {
    prepare();
    for (int i = 0; i < rounds; ++i) {
      bell.wait();
      took.push_back(now_ns() - rung.load());
      answer.ring();
    }
  });
  for (int i = 0; i < rounds; ++i) {
    sleep_to(now_ns() + ms);  // by then it sleeps again
    rung.store(now_ns());
    bell.ring();
    answer.wait();
  }
  sleeper.join();
  return took;
}

Finding judged(std::string what, std::vector<std::int64_t> ns) {
  Finding f{Level::ok, std::move(what), "could not be measured"};
  if (ns.empty()) return f;
  std::sort(ns.begin(), ns.end());
  const auto at = [&](std::size_t percent) {
    return static_cast<double>(ns[(ns.size() - 1) * percent / 100]) / 1e3;
  };
  const double p50 = at(50), p99 = at(99), most = static_cast<double>(ns.back()) / 1e3;
  f.found =
      fmt::format("p50 {:.0f} us, p99 {:.0f} us, max {:.0f} us (n {})", p50, p99, most, ns.size());
  f.numbers = {
      {"n", static_cast<double>(ns.size())}, {"p50_us", p50}, {"p99_us", p99}, {"max_us", most}};
  if (p99 < 1000) return f;
  f.level = p99 < 10'000 ? Level::note : Level::problem;
  f.advice =
      "something else has the CPU: look at the load, at stolen time and control groups, or "
      "run with `realtime:`";
  return f;
}

}  // namespace

Findings measure_wake_ups() {
  Findings all;
  all.push_back(judged("timer late", late_timers()));
  all.push_back(judged("wake-up", wake_ups([] {})));
  RealtimeProfile profile;
  profile.policy = SchedulingPolicy::fifo;
  profile.priority = RealtimeProfile::default_priority;
  std::optional<std::vector<std::int64_t>> late;
  std::thread([&] {
    if (!apply_to_this_thread(profile).granted_line().empty()) late = late_timers();
  }).join();
  if (!late) return all;
  all.push_back(judged("timer, fifo", *late));
  all.push_back(judged("wake-up, fifo", wake_ups([&] { apply_to_this_thread(profile); })));
  return all;
}

}  // namespace ib::tool
