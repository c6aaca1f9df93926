// Calls that are more than the node's own: marks of the host, changes of params, errors, and what a
// node that has stopped still sends.
#include "isolated_node.hpp"
#include "log_ring.hpp"
#include "outlets.hpp"
#include "stage.hpp"
#include "tap_lane.hpp"
#include "trace_lane.hpp"
#include "worker.hpp"

#include <algorithm>
#include <cstdio>
#include <span>

namespace ib::detail {
namespace {

void note(const Stage& s, TraceRecord::Kind what) {
  if (auto* trace = s.island->home->trace; trace != nullptr) trace->moment(what, s.graph_node, 1);
}

/// Stopped, bypassed: the text first, then the state that makes it readable.
void leave(Stage& s, StageState to, const char* why) {
  s.failure = why;
  s.attention.fetch_or(attend_state, std::memory_order_relaxed);
  s.state.store(to, std::memory_order_release);
}

/// What a stopped node sends: its stream ends here, once, behind what it sent before, and says why.
void send_end(Stage& s) {
  for (ib_block* out : s.out) {
    if (out != nullptr) out->flags |= IB_BLOCK_FINISHED | IB_BLOCK_FAILED;
  }
}

void send_through(Stage& s, const Op& op) {  // bypass: same type in and out, checked when read
  if (op.in[0] == nullptr || s.out[0] == nullptr) return;
  slot_of(*s.out[0]).copy(slot_of(*op.in[0]), s.ports[0].shape);
}

const char* error_text(ib_node* node) {
  const auto* ext = static_cast<const ib_error_text*>(node->extension(node, IB_EXT_ERROR));
  return ext != nullptr ? ext->text(node) : nullptr;
}

/// Why the call that has just ended failed.
const char* reason(const Stage& s) {
  const bool overflow = std::any_of(s.out.begin(), s.out.end(), overflows);
  const char* why = overflow ? "it says that it wrote more items than its output has room for"
                             : error_text(s.node);
  return why != nullptr && *why != '\0' ? why : "the node reported an error";
}

void say(const PassContext& context, const Stage& s, const char* what, const char* why) {
  if (context.log == nullptr) return;
  char line[160];
  std::snprintf(line, sizeof line, "%s: %s", what, why);
  context.log->write(IB_LOG_ERROR, s.graph_node, line);
}

/// The rest of the blocks is lost: an end among them must not be. Marks stand: they only promise that
/// nothing earlier comes.
void send_nothing(Stage& s, const Op& op) {
  bool ended = s.n_in > 0;
  for (std::uint32_t i = 0; i < s.n_in; ++i) {
    ended = ended && op.in[i] != nullptr && (op.in[i]->flags & IB_BLOCK_FINISHED) != 0;
  }
  for (std::uint32_t k = 0; k < s.n_out; ++k) {
    if (s.out[k] == nullptr) continue;
    slot_of(*s.out[k]).reopen();
    if (ended) s.out[k]->flags |= IB_BLOCK_FINISHED;
  }
}

/// Its process died: nothing of this call is sent, and Intake starts it again.
void lose_call(Stage& s) {
  s.answer = lost_process;
  for (ib_block* out : s.out) {
    if (out != nullptr) slot_of(*out).reopen();
  }
}

/// The failed item and what lies behind it, as it came.
void send_rest(Stage& s, const Op& op, std::uint32_t from) {
  if (op.in[0] == nullptr || s.out[0] == nullptr) return;
  slot_of(*s.out[0]).append(slot_of(*op.in[0]), from, s.ports[0].shape);
}

/// Under `restart`: it fails at the same item for ever.
void fail_without_end(Stage& s, const PassContext& context) {
  fail_for_good(s, context, "it reports a failed item again and again, and never gets past it");
  s.answer = IB_FATAL;
  send_end(s);
}

/// Each item of a call may fail once, and each that the node has kept from calls before.
std::uint64_t most_resumes(const Stage& s, const Op& op) {
  std::uint64_t n = 65536;
  for (std::uint32_t i = 0; i < s.n_in; ++i) {
    if (op.in[i] != nullptr) n += op.in[i]->n;
  }
  return n;
}

/// An empty block with the host's own marks, in place of a source's turn.
void send_host_marks(Stage& s) {
  for (ib_block* out : s.out) {
    if (out == nullptr) continue;
    out->seen_ns = s.host_seen;
    if (s.host_finished) out->flags |= IB_BLOCK_FINISHED;
  }
  s.host_seen = IB_NEVER;
  s.host_finished = false;
  if (s.state.load(std::memory_order_relaxed) != StageState::running) return;
  s.attention.fetch_and(std::uint8_t(~attend_state), std::memory_order_relaxed);
}

/// The changes that were admitted before the block in hand: whoever pushed them published later blocks.
/// A mailbox holds no more than one call can take.
std::uint32_t take_events(Stage& s, std::span<ib_event> events) {
  const auto was = s.attention.fetch_and(std::uint8_t(~attend_mail), std::memory_order_acquire);
  if ((was & attend_mail) == 0) return 0;
  std::uint32_t n = 0;
  while (n < events.size()) {
    const ib_event* e = s.mailbox->peek(0);
    if (e == nullptr) return n;
    events[n++] = *e;
    note(s, TraceRecord::Kind::param_change);
    s.mailbox->release(0);
  }
  s.attention.fetch_or(attend_mail, std::memory_order_relaxed);
  return n;
}

void call_with_events(Stage& s, const Op& op, const PassContext& context) {
  auto& events = s.island->home->events;
  s.call.n_events = take_events(s, events);
  s.call.events = events.data();
  s.answer = call(s);
  if (s.answer < 0) handle_error(s, op, context, s.answer);
  s.call.n_events = 0;
}

}  // namespace

namespace {

/// Whoever reads it shall know that what comes now was made by another process than what came before.
void tell_restart(Stage& s) {
  const auto was = s.attention.load(std::memory_order_relaxed);
  if ((was & attend_restart) == 0) return;
  s.attention.fetch_and(std::uint8_t(~attend_restart), std::memory_order_relaxed);
  for (ib_block* out : s.out) {
    if (out != nullptr) out->flags |= IB_BLOCK_RESTARTED;
  }
}

void call_or_stand_in(Stage& s, const Op& op, const PassContext& context) {
  if (s.host_seen != IB_NEVER || s.host_finished) return send_host_marks(s);
  switch (s.state.load(std::memory_order_relaxed)) {
    case StageState::running: return call_with_events(s, op, context);
    case StageState::stopped: return send_end(s);
    case StageState::bypassed: return send_through(s, op);
  }
}

}  // namespace

void call_specially(Stage& s, const Op& op, const PassContext& context) {
  const auto attention = s.attention.load(std::memory_order_acquire);
  const bool tapped = (attention & attend_tap) != 0;
  if ((attention & attend_outlet) != 0 && context.outlets != nullptr)
    context.outlets->meet(s, op.in);
  call_or_stand_in(s, op, context);
  if (s.answer != lost_process) tell_restart(s);
  if (tapped && context.taps != nullptr) context.taps->offer(s);
}

void fail_for_good(Stage& s, const PassContext& context, const char* why) {
  bump(s.counts.errors);
  note(s, TraceRecord::Kind::error);
  const bool bypass = s.on_error == OnError::bypass;
  say(context, s, bypass ? "bypassed" : "stopped", why);
  leave(s, bypass ? StageState::bypassed : StageState::stopped, why);
}

/// A node that failed at an item is called again behind it, until the blocks are through or it
/// fails for good; so what comes out does not depend on how they were cut. Each call passes one item.
void handle_error(Stage& s, const Op& op, const PassContext& context, ib_status status) {
  for (auto left = most_resumes(s, op);; --left) {
    if (status == lost_process) return lose_call(s);
    bump(s.counts.errors);
    note(s, TraceRecord::Kind::error);
    const bool at_item = status == IB_ERROR_AT_ITEM;
    if (at_item && left == 0) return fail_without_end(s, context);
    const char* why = reason(s);
    if (s.on_error == OnError::stop || (status == IB_FATAL && s.on_error == OnError::restart)) {
      if (!at_item) send_nothing(s, op);
      say(context, s, "stopped", why);
      leave(s, StageState::stopped, why);
      return send_end(s);
    }
    if (s.on_error == OnError::bypass) {
      if (!at_item) send_nothing(s, op);
      say(context, s, "bypassed", why);
      leave(s, StageState::bypassed, why);
      return send_rest(s, op, at_item ? s.call.failed_item : 0);
    }
    bump(s.counts.restarts);
    note(s, TraceRecord::Kind::restart);
    say(context, s, "restarted", why);
    s.node->reset(s.node, IB_RESET_ERROR);
    if (!at_item) return send_nothing(s, op);
    s.call.resume = 1;
    status = call(s);
    s.call.resume = 0;
    s.answer = status;
    if (status >= 0) return;
  }
}

}  // namespace ib::detail
