#include "run.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

namespace ib::detail {

namespace {

void print(std::uint32_t severity, std::string_view line) {
  constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                  spdlog::level::warn, spdlog::level::err};
  spdlog::log(levels[severity], "{}", line);
}

}  // namespace

Run::Run(PlanImpl& plan, AdmittedLog* log) : plan_(plan), log_(log) {
  std::vector<std::string> names;
  for (const auto& n : plan_.graph.nodes) names.push_back(n.path);
  plan_.log.start(std::move(names), print);
  plan_.workers[0]->adopt_thread();
  for (std::size_t k = 1; k < plan_.workers.size(); ++k) {
    plan_.workers[k]->start_thread(plan_.context);
  }
}

Run::~Run() { close(); }

bool Run::advance(std::uint32_t i, Time until) {
  Source& s = source(i);
  if (s.finished) return false;
  note({LogEntry::Kind::until, i, until, 0, 0});
  for (;;) {
    wait_for_room(s);
    s.stage->call.now_ns = until.ns;
    s.stage->call.wake_ns = IB_FOREVER;
    s.stage->answer = IB_OK;
    run_pass(*s.island, plan_.context);
    ++s.turns;
    drain();
    const bool failed = s.stage->state == StageState::stopped;
    if (s.stage->answer == IB_DONE || failed) {
      finish(i);
      return false;
    }
    if (s.stage->answer != IB_OK) break;
  }
  // After an error that it survived (restart, bypass) a source is asked again, but not for ever.
  const bool erred = s.stage->answer == IB_ERROR;
  s.errors_in_a_row = erred ? s.errors_in_a_row + 1 : 0;
  if (s.errors_in_a_row == Source::max_errors_in_a_row) {
    finish(i);
    return false;
  }
  s.wake = erred ? never : Time{s.stage->call.wake_ns};
  if (!erred && s.wake <= until && s.settled() <= s.stuck_at) return give_up_stuck(i, s);
  s.stuck_at = s.settled();
  s.dormant = s.wake >= forever;
  return true;
}

void Run::arrive(std::uint32_t i, Time now) {
  advance(i, now);
  for (const auto partner : source(i).partners) look_at(partner, now);
}

void Run::look_at(std::uint32_t i, Time now) {
  const Source& s = source(i);
  if (s.finished || now - s.settled() < seen_after || now - s.last_seen < seen_every) return;
  if (advance(i, now) && now - s.settled() >= seen_after) seen(i, now);
}

void Run::seen(std::uint32_t i, Time now) {
  Source& s = source(i);
  if (s.finished) return;
  note({LogEntry::Kind::seen, i, now, 0, 0});
  s.last_seen = now;
  ++s.seen_marks;
  wait_for_room(s);
  s.stage->host_seen = now.ns;
  run_pass(*s.island, plan_.context);
  drain();
}

void Run::finish(std::uint32_t i) {
  Source& s = source(i);
  if (s.finished) return;
  note({LogEntry::Kind::finished, i, s.settled(), 0, 0});
  s.finished = true;
  wait_for_room(s);
  s.stage->host_finished = true;
  run_pass(*s.island, plan_.context);
  drain();
}

/// A source that neither delivers nor says when it will would be asked for ever.
bool Run::give_up_stuck(std::uint32_t i, Source& s) {
  if (++s.stuck < Source::max_stuck) return true;
  s.stage->state = StageState::stopped;
  s.stage->failure = "it was asked a thousand times, delivered nothing and named no later time";
  finish(i);
  return false;
}

std::optional<Time> Run::change(std::uint32_t node, std::uint32_t param, double number) {
  Time newest = never;
  for (const auto& s : plan_.sources) newest = std::max(newest, s.settled());
  const Time at = std::max(newest, Time{0}) + Duration{1};
  if (!change_at(node, param, number, at)) return std::nullopt;
  return at;
}

bool Run::change_at(std::uint32_t node, std::uint32_t param, double number, Time at) {
  wait_quiet();  // a control action; nothing on the data path runs while the event is handed over
  Stage* s = plan_.stages[node];
  if (s == nullptr || s->state != StageState::running || s->n_events == Stage::max_events) return false;
  note({LogEntry::Kind::event, node, at, param, number});
  s->events[s->n_events++] = {at.ns, param, 0, number};
  return true;
}

void Run::drain() { plan_.workers[0]->drain(plan_.context); }

void Run::wait_quiet() {
  for (;;) {
    const auto version = plan_.busy.version();
    drain();
    if (plan_.busy.quiet()) return;
    plan_.busy.wait_change(version);
  }
}

void Run::wait_for_room(Source& s) {
  if (plan_.context.live) return;  // a live edge has a policy instead
  if (!has_room(*s.island)) wait_quiet();
}

void Run::close() {
  if (closed_) return;
  closed_ = true;
  for (std::uint32_t i = 0; i < sources(); ++i) finish(i);
  wait_quiet();
  for (std::size_t k = 1; k < plan_.workers.size(); ++k) plan_.workers[k]->stop_thread();
  drain();
  for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
    if (!plan_.active[i]) continue;
    plan_.nodes[i]->deactivate(plan_.nodes[i]);
    plan_.active[i] = false;
  }
  plan_.log.stop();
}

}  // namespace ib::detail
