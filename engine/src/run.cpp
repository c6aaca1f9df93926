#include "run.hpp"

#include "session_recorder.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <string>

namespace ib::detail {

namespace {

void print(std::uint32_t severity, std::string_view line) {
  constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                  spdlog::level::warn, spdlog::level::err};
  spdlog::log(levels[severity], "{}", line);
}

/// While it lasts the source's executor has work in hand that began there, and what the source gives is
/// recorded, if anything is.
class InTurn {
 public:
  InTurn(Source& s, bool recorded) : source_(s), flag_(s.in_turn) {
    flag_.store(true, std::memory_order_relaxed);
    s.island->recorded = recorded;
  }
  ~InTurn() {
    source_.island->recorded = false;
    tell_readers(*source_.island);
    flag_.store(false, std::memory_order_relaxed);
  }
  InTurn(const InTurn&) = delete;
  InTurn& operator=(const InTurn&) = delete;

 private:
  Source& source_;
  std::atomic_ref<bool> flag_;
};

/// Sinks that show what is new, each in a thread that has no loop of its own.
void name_ageing_nodes(PlanImpl& plan) {
  if (plan.context.pace == nullptr) return;
  for (const auto& island : plan.islands) {
    if (!island->blocking || island->isolated) continue;
    for (const Stage* s : island->stages) {
      const auto* table =
          static_cast<const AgeingTable*>(s->node->extension(s->node, ageing_extension));
      if (table != nullptr) island->home->age(s->node, table);
    }
  }
}

}  // namespace

Run::Run(PlanImpl& plan, AdmittedLog* log, unsigned executor)
    : plan_(plan), log_(log), executor_(executor) {
  for (std::uint32_t c = 0; c < plan_.components.size(); ++c) {
    if (plan_.components[c].executor == executor_) components_.push_back(c);
  }
  if (plan_.context.recorder != nullptr) lane_ = &plan_.context.recorder->lane_of(executor_);
  if (executor_ != 0) return;  // its thread adopts the worker itself
  worker().adopt_thread();
  plan_.log.start([&graph = plan_.graph](std::uint32_t node) { return graph.nodes[node].path; },
                  print, {plan_.stop_fd, [&plan = plan_] { return waits_for(plan); }});
  name_ageing_nodes(plan_);
  for (std::size_t k = plan_.executors; k < plan_.workers.size(); ++k) {
    plan_.workers[k]->start_thread(plan_.context);
  }
}

namespace {

/// The rings that this thread writes could drop; with two blocks of room in each they will not in one turn.
bool has_room_to_lose(const Component& c, const Worker& own) {
  return std::all_of(c.lossy.begin(), c.lossy.end(), [&](CutRing* r) {
    if (r->producer->home != &own) return true;
    const auto wanted = std::min<std::size_t>(r->ring.capacity(), std::size_t{2} * r->pieces);
    return r->ring.room(wanted) >= wanted;
  });
}

}  // namespace

Run::~Run() { close(); }

bool Run::advance(std::uint32_t i, Time until, unsigned calls) {
  Source& s = source(i);
  s.more = false;
  if (s.finished) return false;
  const InTurn in_turn(s, lane_ != nullptr);
  admit_planned(until);
  s.turned = until;
  note({LogEntry::Kind::until, i, until, 0, 0});
  do {
    wait_for_room(s);
    s.stage->call.now_ns = until.ns;
    s.stage->call.wake_ns = IB_FOREVER;
    s.stage->answer = IB_OK;
    const auto items = s.items();
    run_turn(*s.island, plan_.context);
    bump(s.turns, 1);
    drain();
    std::atomic_ref(s.told_settled_ns).store(s.settled().ns, std::memory_order_relaxed);
    const bool failed = s.stage->state.load(std::memory_order_relaxed) == StageState::stopped;
    if (s.stage->answer == IB_DONE || failed) {
      finish(i);
      return false;
    }
    const bool moved = s.settled() > s.stuck_at || s.items() > items;
    s.stuck_at = s.settled();
    const bool sleeps = s.stage->answer == IB_SLEEP && Time{s.stage->call.wake_ns} > until;
    s.stuck = moved || sleeps ? 0 : s.stuck + 1;
    if (s.stuck == Source::max_stuck) return give_up_stuck(i, s);
  } while (s.stage->answer == IB_OK && --calls > 0);
  if (s.stage->answer == IB_OK) {
    s.more = true;
    s.wake = until;
    return true;
  }
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

void Run::arrive(std::uint32_t i, Time now, unsigned calls) {
  advance(i, now, calls);
  for (const auto partner : source(i).partners) look_at(partner, now, calls);
}

void Run::look_at(std::uint32_t i, Time now, unsigned calls) {
  const Source& s = source(i);
  const auto behind = [&] { return now - std::max(s.settled(), s.start); };
  if (s.finished || behind() < seen_after || now - s.last_seen < seen_every) return;
  // A mark says that all that had arrived lies before it: not while there is more.
  if (advance(i, now, calls) && !s.more && behind() >= seen_after) seen(i, now);
}

void Run::seen(std::uint32_t i, Time now) {
  Source& s = source(i);
  if (s.finished) return;
  note({LogEntry::Kind::seen, i, now, 0, 0});
  s.last_seen = now;
  bump(s.seen_marks, 1);
  wait_for_room(s);
  s.stage->host_seen = now.ns;
  s.stage->attention.fetch_or(attend_state, std::memory_order_relaxed);
  run_turn(*s.island, plan_.context);
  tell_readers(*s.island);
  drain();
}

void Run::finish(std::uint32_t i) {
  Source& s = source(i);
  if (s.finished) return;
  note({LogEntry::Kind::finished, i, s.settled(), 0, 0});
  std::atomic_ref(s.finished).store(true, std::memory_order_relaxed);
  wait_for_room(s);
  s.stage->host_finished = true;
  s.stage->attention.fetch_or(attend_state, std::memory_order_relaxed);
  run_turn(*s.island, plan_.context);
  tell_readers(*s.island);
  drain();
}

/// A source that neither delivers nor says when it will would be asked for ever.
bool Run::give_up_stuck(std::uint32_t i, Source& s) {
  static_assert(Source::max_stuck == 1000);
  s.stage->failure = "it was asked 1000 times in a row, delivered nothing and named no later time";
  s.stage->attention.fetch_or(attend_state, std::memory_order_relaxed);
  s.stage->state.store(StageState::stopped, std::memory_order_release);
  finish(i);
  return false;
}

Time Run::earliest_change() const {
  Time newest = never;
  for (const auto c : components_) {
    for (const auto i : sources_of(c)) {
      const auto& s = plan_.sources[i];
      newest = std::max(newest, s.last_seen);
      for (const auto& p : s.stage->ports) newest = std::max(newest, Time{p.settled_ns()});
    }
  }
  return std::max(newest, Time{0}) + Duration{1};
}

bool Run::change_at(std::uint32_t node, std::uint32_t param, double number, Time at) {
  Stage* s = plan_.stages[node];
  if (s == nullptr || !s->mailbox) return false;  // nobody has prepared it
  if (s->state.load(std::memory_order_acquire) != StageState::running) return false;
  ib_event* slot = s->mailbox->reserve();
  if (slot == nullptr) return false;
  *slot = {at.ns, param, 0, number};
  s->mailbox->publish();
  s->attention.fetch_or(attend_mail, std::memory_order_release);
  note({LogEntry::Kind::event, node, at, param, number});
  return true;
}

void Run::prepare_changes(std::uint32_t node) {
  Stage* s = plan_.stages[node];
  if (s == nullptr || s->mailbox) return;
  const auto& d = *plan_.graph.nodes[node].type->desc;
  const bool any = std::any_of(d.params, d.params + d.n_params,
                               [](const ib_param& p) { return (p.flags & IB_PARAM_LIVE) != 0; });
  if (any) s->mailbox = std::make_unique<Ring<ib_event>>(Stage::max_events, 1);
}

void Run::plan_changes(AdmittedLog changes) {
  for (const auto& c : changes) prepare_changes(c.source);
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

void Run::drain() { worker().drain(plan_.context); }

void Run::wait_quiet() {
  for (;;) {
    const auto version = busy().version();
    drain();
    if (busy().quiet()) return;
    busy().wait_change(version);
  }
}

/// Live, an edge has a policy instead; but while the past is caught up with, time is virtual, and edges
/// that may lose wait too.
void Run::wait_for_room(Source& s) {
  if (plan_.context.live && !catching_up_) return;
  const auto fits = [&] {
    return has_room(*s.island) &&
           (!catching_up_ || has_room_to_lose(plan_.components[s.component], worker()));
  };
  while (!fits()) {
    const auto version = busy().version();
    waits_for_room(*s.island);  // whoever makes room changes the version
    drain();
    if (fits() || busy().quiet()) return;
    busy().wait_change(version);
  }
}

/// Ends that found their ring full: now there is room, and nobody runs.
bool Run::send_kept_ends() {
  bool sent = false;
  for (auto& island : plan_.islands) {
    if (is_mine(*island)) sent = detail::send_kept_ends(*island) || sent;
  }
  return sent;
}

void Run::close() {
  if (closed_) return;
  closed_ = true;
  catch_up(true);  // nobody is waited for any more: what is left has time
  for (const auto c : components_) {
    for (const auto i : sources_of(c)) finish(i);
  }
  do {
    wait_quiet();
  } while (send_kept_ends());
  if (executor_ == 0) end_nodes();
}

void Run::abandon() {
  if (closed_) return;
  closed_ = true;
  wait_quiet();
  if (executor_ == 0) end_nodes();
}

void Run::end_nodes() {
  for (std::size_t k = plan_.executors; k < plan_.workers.size(); ++k) {
    plan_.workers[k]->stop_thread();
  }
  drain();
  for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
    if (!plan_.active[i]) continue;
    plan_.nodes[i]->deactivate(plan_.nodes[i]);
    plan_.active[i] = false;
  }
  plan_.log.stop();
}

}  // namespace ib::detail
