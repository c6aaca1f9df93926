// Live rings in one process: 64 Hz, packets of 4, each ring the whole chain of a person without files.
// A thread hands the packets over, spread evenly over time, a few every millisecond; the engine has one
// executor. Before the clock runs every ring gets 70 s of its past as fast as it goes, so that windows
// are full. Each number of rings is a process of its own, because memory is read as its resident size.
#include <interbeat/engine.hpp>

#include <fmt/format.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "bench/experiment.hpp"
#include "bench/graph_work.hpp"
#include "bench/nodes.hpp"
#include "bench/push.hpp"

namespace ib::bench {
namespace {

constexpr double packets_per_second = source_rate / PushPacket::samples;
constexpr int past_s = 70;

/// What one process reports of its rings.
struct Told {
  double resident{}, threads{}, built_s{};
  double cpu_ns{}, packets{}, seconds{}, lost{}, faults{};
  double p50_us{}, p99_us{}, max_us{}, wake_ups{};
};

std::string rings_yaml(std::size_t n) {
  const auto all = fmt::format("for_each: 0..{}", n - 1);
  const auto node = [&](const char* name, const std::string& rest) {
    return fmt::format("  {}: {{{}, {}}}\n", name, all, rest);
  };
  return "interbeat: 1\nnodes:\n" + node("ring", "type: bench.push, ring: $index") +
         node("filtered",
              R"(type: filter.bandpass, in: "ring[${each}]", low: 0.5 Hz, high: 8 Hz)") +
         node("detected", R"(type: beat.ppg, in: "filtered[${each}]")") +
         node(
             "quality",
             R"(type: quality.ppg, raw: "ring[${each}]", filtered: "filtered[${each}]", beats: "detected[${each}]")") +
         node("clean", R"(type: interval.clean, beats: "quality[${each}].beats")") +
         node("hrv", R"(type: hrv.window, intervals: "clean[${each}]", window: 60 s, step: 1 s)") +
         node("activation", R"(type: stress.classifier, intervals: "clean[${each}]")") +
         node("a", R"(type: bench.any, in: "hrv[${each}]")") +
         node("b", R"(type: bench.any, in: "activation[${each}]")");
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0, resident = 0;
  file >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double threads_now() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("Threads:")) {
      const auto digits = line.find_first_of("0123456789");
      double n = 0;
      std::from_chars(line.data() + digits, line.data() + line.size(), n);
      return n;
    }
  }
  return 0;
}

std::int64_t clock_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

/// Hands over what every ring has by now, a millisecond's worth at a time.
class Pusher {
 public:
  explicit Pusher(PushRings& rings) : rings_(rings) {}

  /// The past: as fast as the engine takes it, and all of it. Rings don't begin at one moment: else
  /// ten thousand windows would end in the same packet.
  void push_past() {
    const auto packets = static_cast<std::uint64_t>(past_s * packets_per_second);
    constexpr std::uint64_t at_once = PushRing::most / 2;
    for (std::uint64_t k = 0; k < packets; k += at_once) {
      for (std::size_t i = 0; i < rings_.size(); ++i) {
        await_room(i, at_once);
        for (std::uint64_t j = 0; j < at_once; ++j) push(i);
      }
    }
    for (std::size_t i = 0; i < rings_.size(); ++i) {
      for (std::size_t j = 0; j < i % static_cast<std::size_t>(packets_per_second); ++j) {
        await_room(i, 1);
        push(i);
      }
    }
    for (std::size_t i = 0; i < rings_.size(); ++i) await_room(i, PushRing::most);
  }
  /// In real time for so long.
  void push_for(double seconds) {
    const auto start = clock_ns(CLOCK_MONOTONIC);
    const double each_ns = 1e9 / (packets_per_second * static_cast<double>(rings_.size()));
    const auto end = static_cast<std::uint64_t>(seconds * 1e9 / each_ns);
    std::uint64_t sent = 0;
    for (std::int64_t tick = start; sent < end;) {
      tick += 1'000'000;
      const timespec at{tick / 1'000'000'000, tick % 1'000'000'000};
      clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
      const auto due = static_cast<std::uint64_t>(static_cast<double>(tick - start) / each_ns);
      for (; sent < due && sent < end; ++sent) {
        push(next_);
        next_ = next_ + 1 == rings_.size() ? 0 : next_ + 1;
      }
    }
    pushed_ += sent;
  }
  std::uint64_t pushed() const { return pushed_; }

 private:
  void await_room(std::size_t ring, std::size_t packets) const {
    while (!rings_.has_room(ring, packets)) std::this_thread::yield();
  }
  /// Each ring began elsewhere in the pulse.
  void push(std::size_t ring) {
    PushPacket::Values x;
    const auto from = rings_.at(ring).next + 7919 * ring;
    for (std::uint32_t i = 0; i < x.size(); ++i) x[i] = pulse_at(from + i);
    rings_.push(ring, x, clock_ns(CLOCK_BOOTTIME));
  }

  PushRings& rings_;
  std::size_t next_{};
  std::uint64_t pushed_{};
};

Told run_rings(std::size_t n, double seconds) {
  Told told;
  PushRings rings(n);
  const auto before = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  const auto plan = build(rings_yaml(n), {});
  told.built_s = 1e-9 * static_cast<double>(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - before);
  const int stop = eventfd(0, EFD_CLOEXEC);
  LiveOptions live;
  live.stop_fd = stop;
  RunReport report;
  std::thread engine([&] { report = run_live(*plan, live); });
  clockid_t engine_clock{};
  pthread_getcpuclockid(engine.native_handle(), &engine_clock);
  Pusher pusher(rings);
  pusher.push_past();
  pusher.push_for(2);
  plan->forget_latencies();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto faults = usage.ru_minflt;
  const auto cpu = clock_ns(engine_clock);
  const auto pushed = pusher.pushed();
  pusher.push_for(seconds);
  told.cpu_ns = static_cast<double>(clock_ns(engine_clock) - cpu);
  told.packets = static_cast<double>(pusher.pushed() - pushed);
  told.seconds = seconds;
  getrusage(RUSAGE_SELF, &usage);
  told.faults = static_cast<double>(usage.ru_minflt - faults);
  told.resident = resident_bytes();
  told.threads = threads_now();
  const std::uint64_t one = 1;
  if (write(stop, &one, sizeof one) != sizeof one) throw std::runtime_error("eventfd");
  engine.join();
  close(stop);
  told.lost = static_cast<double>(rings.lost_packets() + report.lost);
  for (const auto& l : report.latencies) {
    if (l.sink.starts_with("b")) {
      told.p50_us = l.p50_us;
      told.p99_us = l.p99_us;
      told.max_us = l.max_us;
    }
  }
  if (!report.threads.empty()) told.wake_ups = static_cast<double>(report.threads[0].wake_ups);
  if (!report.failures.empty()) throw std::runtime_error(report.failures.front());
  return told;
}

/// In a process of its own.
Told rings_apart(std::size_t n, double seconds) {
  int fds[2];
  if (pipe(fds) != 0) throw std::runtime_error("pipe: no more files");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork: no more processes");
  if (child == 0) {
    close(fds[0]);
    int status = 1;
    try {
      const Told told = run_rings(n, seconds);
      if (write(fds[1], &told, sizeof told) == sizeof told) status = 0;
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s\n", e.what());
    }
    _exit(status);
  }
  close(fds[1]);
  Told told;
  const auto got = read(fds[0], &told, sizeof told);
  close(fds[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (got != sizeof told) throw std::runtime_error(fmt::format("{} rings: no result", n));
  return told;
}

Cost cost_of_rings(std::size_t n, double seconds, Told& last) {
  last = rings_apart(n, seconds);
  Cost c;
  c.units = last.packets;
  c.cpu_ns = last.cpu_ns;
  c.wall_ns = 1e9 * last.seconds;
  c.faults = static_cast<std::uint64_t>(last.faults);
  c.latencies_us = {static_cast<float>(last.p50_us), static_cast<float>(last.p99_us)};
  return c;
}

}  // namespace

Experiment rings(const Effort& effort) {
  const double seconds = effort.quick ? 2 : 6;
  const auto few = std::make_shared<Told>(), many = std::make_shared<Told>();
  enum Sides : std::size_t { thousand, ten_thousand };
  Experiment e;
  e.title = "live rings in one process, 64 Hz, packets of 4, one executor";
  e.sides = {{"1,000 rings", [=] { return cost_of_rings(1'000, seconds, *few); }},
             {"10,000 rings", [=] { return cost_of_rings(10'000, seconds, *many); }}};
  e.figures = {
      {"CPU of a packet, 1,000 rings", "us", Kind::time,
       [](auto& r) { return 1e-3 * r.sides[thousand].cpu(); }},
      {"CPU of a packet, 10,000 rings", "us", Kind::time,
       [](auto& r) { return 1e-3 * r.sides[ten_thousand].cpu(); }},
      {"... against 1,000", "x", Kind::ratio,
       [](auto& r) { return r.sides[ten_thousand].cpu() / r.sides[thousand].cpu(); }, at_most(1.3)},
      {"share of a core, 10,000 rings", "%", Kind::time,
       [](auto& r) { return 100 * r.sides[ten_thousand].cpu_ns / r.sides[ten_thousand].wall_ns; },
       at_most(60)},
      {"push to activation, p50", "us", Kind::time,
       [](auto& r) { return double{r.sides[ten_thousand].latencies_us[0]}; }},
      {"push to activation, p99", "us", Kind::time,
       [](auto& r) { return double{r.sides[ten_thousand].latencies_us[1]}; }, at_most(5000)},
      {"page faults a packet", "", Kind::count,
       [](auto& r) { return r.sides[ten_thousand].faults_each(); }, at_most(0.001)},
  };
  e.counts = [few, many] {
    return std::vector<Count>{
        {"packets lost", "", few->lost + many->lost, {}, at_most(0)},
        {"memory of a ring (resident, 1,000 to 10,000)",
         "kB",
         (many->resident - few->resident) / 9'000 / 1000,
         {},
         at_most(32)},
        {"threads more at 10,000", "", many->threads - few->threads, {}, at_most(0)},
        {"CPU of reading and planning 10,000", "s", many->built_s, {}, at_most(3)},
    };
  };
  e.rounds.turns = 1;
  e.rounds.most = 20;
  e.threads = 2;
  return e;
}

}  // namespace ib::bench
