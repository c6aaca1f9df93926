// The live executors: an Asio loop each, which owns the sources of its components. It sleeps until a
// source's next arrival, a wake-up from another thread, the control socket or the end; nothing is polled,
// and when everybody is silent there is no timer at all. The first one runs on the caller's thread,
// answers the socket and ends last.
#include "asio.hpp"
#include "control.hpp"
#include "denormals.hpp"
#include "due_heap.hpp"
#include "loop_waker.hpp"
#include "mark.hpp"
#include "outage_log.hpp"
#include "pace.hpp"
#include "realtime.hpp"
#include "run.hpp"
#include "session_recorder.hpp"
#include "stopwatch.hpp"
#include "thread_team.hpp"
#include "ticks.hpp"
#include "trace_lane.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace ib {
namespace detail {
namespace {

class LiveLoop {
 public:
  LiveLoop(PlanImpl& plan, AdmittedLog* log, unsigned executor, const Pace& pace)
      : run_(plan, log, executor),
        pace_(pace),
        timer_(io_),
        waker_(io_, [this] { woken(); }),
        due_(run_.components().size()) {
    place_.resize(plan.components.size());
    again_.reserve(run_.components().size());
    is_again_.resize(run_.components().size());
    for (std::uint32_t k = 0; k < run_.components().size(); ++k) place_[run_.components()[k]] = k;
  }

  Run& run() { return run_; }
  boost::asio::io_context& io() { return io_; }

  /// Until end() is called. `over` is called in the loop once every source of this executor has ended
  /// or the limit has come; until the others are over too it goes on answering, asleep.
  void go(std::function<void()> over) {
    over_ = std::move(over);
    run_.worker().adopt_thread();
    for (std::uint32_t k = 0; k < run_.components().size(); ++k) due_.set(k, Time{0});
    run_.worker().wake_through(&waker_);
    watch_descriptors();
    turn();
    woken();  // what was told before the loop began
    io_.run();
    run_.worker().wake_through(nullptr);
  }
  /// A mark that came in at that session time, at a source of this executor: the time it gets; never: it
  /// was refused.
  Time mark(std::uint32_t source, std::string_view text, Time received) {
    Source& s = run_.source(source);
    if (s.finished || received > pace_.limit) return never;
    auto* node = run_.plan().nodes[s.node];
    const auto bytes = static_cast<std::uint32_t>(text.size());
    const Time given{s.marks->mark(node, text.data(), bytes, received.ns)};
    if (given < Time{0} || given > pace_.limit) return never;
    const Time at = std::max(given, pace_.session_now());
    s.wake = std::min(s.wake, at);
    deliver(place_[s.component], at);
    rest(at);
    return given;
  }
  /// [any] The loop returns when what it has in hand is done.
  void end() { io_.stop(); }

 private:
  /// Of a source that always has more, before others have their turn; what they deliver stays the same.
  static constexpr unsigned calls_at_once = 64;
  static constexpr Duration paced_packet = 100ms;  // a file at live pace comes in packets of this

  std::uint32_t component(std::uint32_t k) const { return run_.components()[k]; }

  /// Everything that is due; then sleeps until the next thing.
  void turn() {
    const Time at = pace_.session_now();
    while (due_.first_due() <= at) deliver(due_.first(), at);
    rest(at);
  }
  /// Sources that said so themselves have something, whatever the heap thinks.
  void turn_told() {
    Source* told = run_.worker().take_told();
    if (told == nullptr) return;
    const Time at = pace_.session_now();
    while (told != nullptr) {
      Source& s = *told;
      told = s.next_told;
      if (told != nullptr) warm_up(*told);
      // From here on it may be told again.
      std::atomic_ref(s.told).exchange(false, std::memory_order_acq_rel);
      if (s.finished) continue;
      s.wake = std::min(s.wake, at);
      deliver(place_[s.component], at);
    }
    rest(at);
  }
  /// With thousands of rings the next one's state is far away in memory: it is asked for while this one
  /// computes.
  static void warm_up(const Source& next) {
    if (next.next_told != nullptr) prefetch_lines(next.next_told->island->turn.ops.data(), 4);
    for (const Op& op : next.island->turn.ops) {
      prefetch_lines(op.stage, 3);
      prefetch_lines(op.stage->node, 8);
      for (const auto& port : op.stage->ports) prefetch_lines(&port.own, 3);
    }
  }
  static void prefetch_lines(const void* from, int lines) {
    const auto* line = static_cast<const char*>(from);
    for (int k = 0; k < lines; ++k) __builtin_prefetch(line + k * 64);
  }
  void rest(Time at) {
    const bool all_delivered = again_.empty();
    for (const auto k : again_) {
      due_.set(k, at);  // behind whatever else the loop has to do
      is_again_[k] = 0;
    }
    again_.clear();
    if (!over_told_ && all_delivered && (at >= pace_.limit || due_.first_due() >= done)) {
      over_told_ = true;
      return over_();
    }
    if (!over_told_ || !all_delivered) sleep();
  }

  /// What has arrived at the sources of one component, the furthest behind first and by one step at a
  /// time, as offline: after a lead-in or a pause of the host no source may run ahead of its partners.
  void deliver(std::uint32_t k, Time at) {
    const auto& sources = run_.sources_of(component(k));
    bool caught_up = false;  // what queued up on the way here waits for room as the past did
    for (;;) {
      const auto i = furthest_behind(sources, at);
      if (i == PlanImpl::nobody) break;
      auto& s = run_.source(i);
      const Time from = std::max({s.settled(), s.turned, Time{0}});
      const Time next = from + run_.plan().step();
      // One that is not due yet goes along step by step: only its marks move.
      const Time until = std::min(at, s.wake <= at ? std::max(next, s.wake) : next);
      const bool behind = until < at;
      caught_up = caught_up || behind;
      run_.catch_up(caught_up);
      if (behind) run_.advance(i, until, calls_at_once);
      else run_.arrive(i, at, calls_at_once);
      if (s.more) return go_on_later(k, at);
      if (!behind && s.info.live == 0 && s.wake < forever) {
        s.wake = std::max(s.wake, at + paced_packet);
      }
    }
    for (const auto i : sources) {
      if (!holds_others_back(run_.source(i), at)) continue;
      run_.arrive(i, at, calls_at_once);
      if (run_.source(i).more) return go_on_later(k, at);
    }
    run_.catch_up(false);
    due_.set(k, next_due(sources));
  }
  void go_on_later(std::uint32_t k, Time at) {
    run_.catch_up(false);
    due_.set(k, Time{at.ns + 1});
    if (!std::exchange(is_again_[k], char{1})) again_.push_back(k);
  }
  /// One that takes marks speaks seldom and knows at once that nothing has come: a merge of it with a
  /// device shall not wait for its next turn.
  static bool holds_others_back(const Source& s, Time at) {
    return s.follows && !s.partners.empty() && !s.finished && std::max(s.settled(), s.turned) < at;
  }
  std::uint32_t furthest_behind(const Few<std::uint32_t>& sources, Time at) {
    auto best = PlanImpl::nobody;
    for (const auto i : sources) {
      const auto& s = run_.source(i);
      // Also one that asked for a later turn, if its marks stand still while others go on.
      const bool lags = std::max(s.settled(), s.turned) + run_.plan().step() <= at;
      if (s.finished || (s.wake > at && !lags)) continue;
      if (best == PlanImpl::nobody || s.settled() < run_.source(best).settled()) best = i;
    }
    return best;
  }
  /// `done` when all have ended. Who only takes marks keeps no run from its end.
  Time next_due(const Few<std::uint32_t>& sources) {
    Time next = done;
    for (const auto i : sources) {
      const auto& s = run_.source(i);
      const bool waits = s.follows && s.wake >= forever;
      if (!s.finished && !waits) next = std::min(next, std::min(s.wake, forever));
    }
    return next;
  }
  static constexpr Time done{forever.ns + 1};

  /// One timer for all, set anew only when it shall fire at another time.
  void sleep() {
    const Time next = std::min(due_.first_due(), pace_.limit);
    if (next >= forever || next == armed_) return;  // silent for ever: no timer
    armed_ = next;
    timer_.expires_after(pace_.until(next));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      armed_ = forever;
      turn();
    });
  }

  // -- descriptors that sources read ---------------------------------------------------------------------

  struct Watched {
    Watched(std::uint32_t i, boost::asio::io_context& io) : source(i), end(io) {}
    std::uint32_t source;
    boost::asio::posix::stream_descriptor end;
  };
  void watch_descriptors() {
    auto& plan = run_.plan();
    for (const auto& w : plan.watched) {
      for (const auto c : run_.components()) {
        for (const auto i : run_.sources_of(c)) {
          if (run_.source(i).node == w.node) watch(i, w.fd);
        }
      }
    }
  }
  void watch(std::uint32_t source, int fd) {
    auto& w = watched_.emplace_back(source, io_);
    boost::system::error_code error;
    const int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0) error.assign(errno, boost::system::system_category());
    else w.end.assign(own, error);
    if (!error) return wait_for(w);
    if (own >= 0) close(own);
    spdlog::error("{} can't be waited for: {}",
                  run_.plan().graph.nodes[run_.source(source).node].path, error.message());
  }
  void wait_for(Watched& w) {
    w.end.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [this, &w](const auto& error) {
                       auto& s = run_.source(w.source);
                       if (error || over_told_) return;
                       const Time at = pace_.session_now();
                       s.wake = std::min(s.wake, at);
                       deliver(place_[s.component], at);
                       rest(at);
                       if (s.finished) w.end.close();
                       else wait_for(w);
                     });
  }

  void woken() {
    run_.worker().looked();
    if (auto* trace = run_.worker().trace; trace != nullptr) {
      trace->moment(TraceRecord::Kind::wake_up, 0, 1);
    }
    turn_told();
    run_.drain();
  }

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};  // it ends when told to, not when nothing is due
  Run run_;
  const Pace& pace_;
  boost::asio::steady_timer timer_;
  LoopWaker waker_;
  DueHeap due_;                       // by place in the run's components
  std::vector<std::uint32_t> place_;  // by component
  std::vector<std::uint32_t> again_;  // those with a source that has more, after its turn
  std::vector<char> is_again_;        // by place
  std::deque<Watched> watched_;
  Time armed_ = forever;
  std::function<void()> over_;
  bool over_told_{};
};

class LiveRun {
 public:
  LiveRun(Plan& plan, const LiveOptions& options) : options_(options), plan_(plan.impl()) {
    pace_.lead_in = plan_.lead_in;
    pace_.speed = options.speed;
    const Duration limit = options.limit ? *options.limit + plan_.lead_in : Duration::max() / 4;
    pace_.limit = Time{} + limit;
    plan_.session_zero_ns = pace_.start_ns - pace_.lead_in.count();
    plan_.context.pace = &pace_;
    logs_.resize(plan_.executors);
    if (options.record.recorder != nullptr)
      recorder_.emplace(plan_, options.record, plan_.session_zero_ns);
    for (unsigned e = 0; e < plan_.executors; ++e) {
      auto* log = options_.log != nullptr ? &logs_[e] : nullptr;
      loops_.push_back(std::make_unique<LiveLoop>(plan_, log, e, pace_));
    }
    running_ = plan_.executors;
  }

  /// The first is closed last, also when the run never began.
  ~LiveRun() {
    while (!loops_.empty()) loops_.pop_back();
    plan_.context.pace = nullptr;
  }
  LiveRun(const LiveRun&) = delete;
  LiveRun& operator=(const LiveRun&) = delete;

  std::optional<RecordingReport> recording() const {
    return recorder_ ? std::optional(recorder_->report()) : std::nullopt;
  }

  /// True when somebody asked it to stop before its end.
  bool go() {
    auto& io = loops_[0]->io();
    Control control(
        io, loops_[0]->run(), [this] { stop(); },
        [this](unsigned e, auto work) { do_on(e, std::move(work)); },
        [this](const auto& node, const auto& text, auto told) {
          mark(node, text, std::move(told));
        },
        options_.write_field);
    if (!options_.socket.empty()) {
      if (const auto why = control.listen(options_.socket); !why.empty()) spdlog::warn("{}", why);
    }
    if (options_.read_stdin) control.read_lines_from(STDIN_FILENO);
    boost::asio::posix::stream_descriptor stop_fd(io);
    watch_stop(stop_fd);
    boost::asio::posix::stream_descriptor input(io);
    listen_to(input);
    ThreadTeam others;
    auto* team = plan_.context.realtime;
    for (unsigned e = 1; e < plan_.executors; ++e) {
      others.add([this, e, number = team->next_executor()] { run_other(e, number); });
    }
    team->lead();
    others.begin();
    loops_[0]->go([this] { one_is_over(); });
    plan_.ended = pace_.session_now();
    control.close();
    if (input.is_open()) input.close();
    others.join();
    loops_[0]->run().close();
    control.finish_taps();
    for (const auto& log : logs_) {
      if (options_.log != nullptr)
        options_.log->insert(options_.log->end(), log.begin(), log.end());
    }
    if (options_.log != nullptr) log_outages(plan_, *options_.log);
    if (recorder_) recorder_->finish(true);
    return stopped_;
  }

 private:
  void run_other(unsigned e, unsigned number) {
    const FlushDenormals guard;
    plan_.context.realtime->join(number);
    auto& loop = *loops_[e];
    loop.go([this] { boost::asio::post(loops_[0]->io(), [this] { one_is_over(); }); });
    loop.run().close();
  }
  /// [executor 0] All go on answering the socket until the last one is over.
  void one_is_over() {
    if (--running_ == 0) end_all();
  }
  void end_all() {
    for (auto& loop : loops_) loop->end();
  }
  /// [executor 0] Work for another executor's thread; for the own one, at once.
  void do_on(unsigned e, std::function<void(Run&)> work) {
    if (e == 0) return work(loops_[0]->run());
    boost::asio::post(loops_[e]->io(), [this, e, work] { work(loops_[e]->run()); });
  }

  /// [executor 0]
  void mark(const std::string& node, const std::string& text,
            std::function<void(const MarkAnswer&)> told) {
    const Time received = pace_.now();
    MarkAnswer answer;
    const auto source = find_mark_taker(plan_, node, answer.problem);
    if (source) answer.problem = problem_of_mark(text, plan_.sources[*source].marks->max_bytes);
    if (!answer.problem.empty()) return told(answer);
    const auto e = plan_.components[plan_.sources[*source].component].executor;
    auto set = [this, e, source, text, received] {
      MarkAnswer a;
      a.at = loops_[e]->mark(*source, text, received);
      if (a.at == never) a.problem = mark_refused(plan_, *source);
      return a;
    };
    if (e == 0) return told(set());
    boost::asio::post(loops_[e]->io(), [this, set, told = std::move(told)] {
      boost::asio::post(loops_[0]->io(), [told, answer = set()] { told(answer); });
    });
  }
  void listen_to(boost::asio::posix::stream_descriptor& fd) {
    const int own = options_.input != nullptr ? options_.input->fd() : -1;
    if (own < 0) return;
    boost::system::error_code error;
    fd.assign(fcntl(own, F_DUPFD_CLOEXEC, 0), error);
    if (!error) wait_for_input(fd);
  }
  void wait_for_input(boost::asio::posix::stream_descriptor& fd) {
    fd.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                  [this, &fd](const boost::system::error_code& error) {
                    if (error) return;
                    options_.input->ready(
                        [this](const auto& text, auto told) { mark({}, text, std::move(told)); });
                    if (options_.input->fd() >= 0) wait_for_input(fd);
                    else fd.close();
                  });
  }

  void watch_stop(boost::asio::posix::stream_descriptor& fd) {
    if (options_.stop_fd < 0) return;
    fd.assign(dup(options_.stop_fd));
    fd.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                  [this](const boost::system::error_code& error) {
                    if (!error) stop();
                  });
  }
  void stop() {
    stopped_ = true;
    end_all();
  }

  const LiveOptions& options_;
  PlanImpl& plan_;
  Pace pace_;
  std::optional<SessionRecorder> recorder_;
  std::vector<AdmittedLog> logs_;
  std::vector<std::unique_ptr<LiveLoop>> loops_;  ///< by executor
  unsigned running_{};
  bool stopped_{};
};

}  // namespace
}  // namespace detail

RunReport run_live(Plan& plan, const LiveOptions& options) {
  using namespace detail;
  const FlushDenormals guard;
  plan.impl().context.host_now = &monotonic_ns;
  plan.impl().stop_fd = options.stop_fd;
  RealtimeTeam team(plan.graph().realtime, plan.impl().executors + plan.impl().options.threads - 1);
  plan.impl().context.realtime = &team;
  Stopwatch watch;
  bool interrupted = false;
  std::optional<RecordingReport> recording;
  {
    LiveRun live(plan, options);
    interrupted = live.go();
    recording = live.recording();
  }
  plan.impl().context.realtime = nullptr;
  auto report = make_report(plan.impl());
  report.realtime = team.reports();
  report.interrupted = interrupted;
  report.recording = recording;
  watch.fill(report);
  return report;
}

}  // namespace ib
