#include "run.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
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
  admit_planned(until);
  s.turned = until;
  note({LogEntry::Kind::until, i, until, 0, 0});
  do {
    wait_for_room(s);
    s.stage->call.now_ns = until.ns;
    s.stage->call.wake_ns = IB_FOREVER;
    s.stage->answer = IB_OK;
    const auto items = s.stage->items_out.load(std::memory_order_relaxed);
    run_pass(*s.island, plan_.context);
    ++s.turns;
    drain();
    const bool failed = s.stage->state.load(std::memory_order_relaxed) == StageState::stopped;
    if (s.stage->answer == IB_DONE || failed) {
      finish(i);
      return false;
    }
    const bool moved =
        s.settled() > s.stuck_at || s.stage->items_out.load(std::memory_order_relaxed) > items;
    s.stuck_at = s.settled();
    const bool sleeps = s.stage->answer == IB_SLEEP && Time{s.stage->call.wake_ns} > until;
    s.stuck = moved || sleeps ? 0 : s.stuck + 1;
    if (s.stuck == Source::max_stuck) return give_up_stuck(i, s);
  } while (s.stage->answer == IB_OK);
  // After an error that it survived (restart, bypass) a source is asked again, but not for ever.
  const bool erred = s.stage->answer == IB_ERROR;  // a source is raw: never at an item
  s.errors_in_a_row = erred ? s.errors_in_a_row + 1 : 0;
  if (s.errors_in_a_row == Source::max_errors_in_a_row) {
    finish(i);
    return false;
  }
  s.wake = erred ? never : Time{s.stage->call.wake_ns};
  s.dormant = s.wake >= forever;
  return true;
}

void Run::arrive(std::uint32_t i, Time now) {
  advance(i, now);
  for (const auto partner : source(i).partners) look_at(partner, now);
}

void Run::look_at(std::uint32_t i, Time now) {
  const Source& s = source(i);
  const auto behind = [&] { return now - std::max(s.settled(), s.start); };
  if (s.finished || behind() < seen_after || now - s.last_seen < seen_every) return;
  if (advance(i, now) && behind() >= seen_after) seen(i, now);
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
  std::snprintf(s.stage->failure.data(), s.stage->failure.size(),
                "it was asked %u times in a row, delivered nothing and named no later time",
                Source::max_stuck);
  s.stage->state.store(StageState::stopped, std::memory_order_release);
  finish(i);
  return false;
}

Time Run::earliest_change() const {
  Time newest = never;
  for (const auto& s : plan_.sources) {
    newest = std::max(newest, s.last_seen);
    for (const auto& p : s.stage->ports) newest = std::max(newest, Time{p.settled_ns});
  }
  return std::max(newest, Time{0}) + Duration{1};
}

bool Run::change_at(std::uint32_t node, std::uint32_t param, double number, Time at) {
  Stage* s = plan_.stages[node];
  if (s == nullptr || !s->mailbox) return false;
  if (s->state.load(std::memory_order_acquire) != StageState::running) return false;
  ib_event* slot = s->mailbox->reserve();
  if (slot == nullptr) return false;
  *slot = {at.ns, param, 0, number};
  s->mailbox->publish();
  note({LogEntry::Kind::event, node, at, param, number});
  return true;
}

void Run::plan_changes(AdmittedLog changes) {
  std::stable_sort(changes.begin(), changes.end(),
                   [](const LogEntry& a, const LogEntry& b) { return a.time < b.time; });
  planned_ = std::move(changes);
}

void Run::admit_planned(Time until) {
  for (; next_planned_ < planned_.size() && planned_[next_planned_].time <= until;
       ++next_planned_) {
    const auto& c = planned_[next_planned_];
    if (!change_at(c.source, c.param, c.number, c.time)) ++refused_changes_;
  }
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

/// Live, an edge has a policy instead; but while the past is caught up with, time is virtual.
void Run::wait_for_room(Source& s) {
  if (plan_.context.live && !catching_up_) return;
  while (!has_room(*s.island)) {
    const auto version = plan_.busy.version();
    drain();
    if (has_room(*s.island) || plan_.busy.quiet()) return;
    plan_.busy.wait_change(version);
  }
}

/// Ends that found their ring full: now there is room, and nobody runs.
bool Run::send_kept_ends() {
  bool sent = false;
  for (auto& island : plan_.islands) sent = detail::send_kept_ends(*island) || sent;
  return sent;
}

void Run::close() {
  if (closed_) return;
  closed_ = true;
  for (std::uint32_t i = 0; i < sources(); ++i) finish(i);
  do {
    wait_quiet();
  } while (send_kept_ends());
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
