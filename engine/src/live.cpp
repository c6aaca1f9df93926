// The live executor: one Asio loop owns the sources. It sleeps until a source's next arrival, another
// thread's wake-up, the control socket or the end; nothing is polled, and when everybody is silent
// there is no timer at all.
#include "asio.hpp"
#include "control.hpp"
#include "denormals.hpp"
#include "run.hpp"
#include "stopwatch.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>

namespace ib {
namespace detail {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t host_now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

class LiveRun {
 public:
  LiveRun(Plan& plan, const LiveOptions& options)
      : options_(options),
        run_(plan.impl(), options.log),
        timer_(io_),
        wake_(io_, dup(plan.impl().workers[0]->wake_fd())),
        stop_fd_(io_),
        control_(io_, run_, [this] { stop(); }),
        start_(Clock::now()),
        lead_in_(plan.impl().lead_in) {
    const Duration limit = options.limit ? *options.limit + lead_in_ : Duration::max() / 4;
    limit_ = Time{} + limit;
  }

  /// True when somebody asked it to stop before its end.
  bool go() {
    if (!options_.socket.empty()) {
      if (const auto why = control_.listen(options_.socket); !why.empty()) spdlog::warn("{}", why);
    }
    if (options_.read_stdin) control_.read_lines_from(STDIN_FILENO);
    watch_stop();
    watch_wake();
    turn();
    io_.run();
    control_.close();
    run_.close();
    return stopped_;
  }

 private:
  static constexpr Duration paced_packet = 100ms;  // a file at live pace comes in packets of this

  Time now() const {
    const auto wall = std::chrono::duration<double, std::nano>(Clock::now() - start_).count();
    return Time{} + lead_in_ + Duration{static_cast<std::int64_t>(wall * options_.speed)};
  }
  Clock::time_point wall(Time t) const {
    const auto ns = static_cast<double>((t - Time{} - lead_in_).count()) / options_.speed;
    return start_ + std::chrono::duration_cast<Clock::duration>(
                        std::chrono::duration<double, std::nano>(ns));
  }

  /// Everything that is due; then sleeps until the next thing.
  void turn() {
    if (stopped_) return end();
    const Time at = std::min(now(), limit_);
    deliver_until(at);
    if (at >= limit_ || all_finished()) return end();
    sleep();
  }

  /// What has arrived, the source that is furthest behind first and by one step at a time, as offline:
  /// after a lead-in or a pause of the host no source may run ahead of its partners.
  void deliver_until(Time at) {
    for (;;) {
      const auto i = furthest_behind(at);
      if (i == run_.sources()) break;
      auto& s = run_.source(i);
      const Time from = std::max({s.settled(), s.turned, Time{0}});
      const Time next = from + run_.plan().step();
      // One that is not due yet goes along step by step: only its marks move.
      const Time until = std::min(at, s.wake <= at ? std::max(next, s.wake) : next);
      const bool behind = until < at;
      run_.catch_up(behind);
      if (behind) run_.advance(i, until);
      else run_.arrive(i, at);
      if (!behind && s.info.live == 0 && s.wake < forever) {
        s.wake = std::max(s.wake, at + paced_packet);
      }
    }
    run_.catch_up(false);
  }
  std::uint32_t furthest_behind(Time at) {
    auto best = static_cast<std::uint32_t>(run_.sources());
    for (std::uint32_t i = 0; i < run_.sources(); ++i) {
      const auto& s = run_.source(i);
      // Also one that asked for a later turn, if its marks stand still while others go on.
      const bool lags = std::max(s.settled(), s.turned) + run_.plan().step() <= at;
      if (s.finished || (s.wake > at && !lags)) continue;
      if (best == run_.sources() || s.settled() < run_.source(best).settled()) best = i;
    }
    return best;
  }

  bool all_finished() {
    for (std::size_t i = 0; i < run_.sources(); ++i) {
      if (!run_.source(i).finished) return false;
    }
    return true;
  }

  void sleep() {
    Time next = limit_;
    for (std::size_t i = 0; i < run_.sources(); ++i) {
      if (!run_.source(i).finished) next = std::min(next, run_.source(i).wake);
    }
    if (next >= forever) return;  // silent for ever: only a signal or the socket ends this
    timer_.expires_at(wall(next));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) turn();
    });
  }

  void watch_wake() {
    wake_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [this](const boost::system::error_code& error) {
                       if (error) return;
                       run_.plan().workers[0]->clear_wake();
                       run_.drain();
                       watch_wake();
                     });
  }
  void watch_stop() {
    if (options_.stop_fd < 0) return;
    stop_fd_.assign(dup(options_.stop_fd));
    stop_fd_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [this](const boost::system::error_code& error) {
                          if (!error) stop();
                        });
  }

  void stop() {
    stopped_ = true;
    end();
  }
  void end() { io_.stop(); }

  const LiveOptions& options_;
  boost::asio::io_context io_{1};
  Run run_;
  boost::asio::steady_timer timer_;
  boost::asio::posix::stream_descriptor wake_, stop_fd_;
  Control control_;
  Clock::time_point start_;
  Duration lead_in_;
  Time limit_ = forever;
  bool stopped_{};
};

}  // namespace
}  // namespace detail

RunReport run_live(Plan& plan, const LiveOptions& options) {
  using namespace detail;
  const FlushDenormals guard;
  plan.impl().context.host_now = &host_now;
  Stopwatch watch;
  bool interrupted = false;
  {
    LiveRun live(plan, options);
    interrupted = live.go();
  }
  auto report = make_report(plan.impl());
  report.interrupted = interrupted;
  watch.fill(report);
  return report;
}

}  // namespace ib
