// The calls of an isolated node that is ready: what it is given, and what it may answer.
#include "isolated_node.hpp"

#include <interbeat/sugar/activation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace ib {

using std::chrono::nanoseconds;

namespace {

constexpr nanoseconds time_to_end = std::chrono::seconds(2);

}  // namespace

/// One call and its answer. The words of a call stand in the page before it is made.
IsolatedNode::Outcome IsolatedNode::ask(CallKind kind, nanoseconds at_most) {
  auto& p = page();
  p.kind = kind;
  if (++request_ == call_died) ++request_;
  const auto number = request_;
  const auto end = std::chrono::steady_clock::now() + at_most;
  p.request.store(number, std::memory_order_release);
  wake_word(p.request);
  for (;;) {
    const auto reply = p.reply.load(std::memory_order_acquire);
    if (reply == number) return Outcome::answered;
    if (reply == call_died) return Outcome::died;
    const auto left = end - std::chrono::steady_clock::now();
    if (left.count() <= 0) return Outcome::hung;  // whatever else stands there
    wait_word(p.reply, reply, left);
  }
}

void IsolatedNode::put_inputs(const ib_process& p) {
  auto& c = page();
  auto* base = memory().data();
  c.in_there = c.out_there = 0;
  for (std::uint32_t i = 0; i < p.n_in; ++i) {
    const ib_block* b = p.in[i];
    if (b == nullptr) continue;
    c.in_there |= std::uint64_t{1} << i;
    const auto& place = layout_.in()[i];
    c.in[i] = *b;
    std::memcpy(base + place.data, b->data, std::size_t{b->n} * place.shape.item_bytes);
    if (!place.shape.regular) std::memcpy(base + place.times, b->t_ns, b->n * sizeof(std::int64_t));
    else if (b->sample_flags != nullptr) std::memcpy(base + place.flags, b->sample_flags, b->n);
    std::memcpy(base + place.gaps, b->gaps, b->n_gaps * sizeof(ib_gap));
  }
  for (std::uint32_t k = 0; k < p.n_out; ++k) {
    if (p.out[k] == nullptr) continue;
    c.out_there |= std::uint64_t{1} << k;
    c.out[k] = *p.out[k];
    out_before_[k] = *p.out[k];
  }
}

/// Headers are copied once and then checked: the other side may still write. False: what it says can't be read.
bool IsolatedNode::take_outputs(ib_process& p) {
  bool sound = true;
  auto& c = page();
  const auto* base = memory().data();
  for (std::uint32_t k = 0; k < p.n_out; ++k) {
    ib_block* b = p.out[k];
    if (b == nullptr) continue;
    const auto& place = layout_.out()[k];
    const ib_block said = c.out[k];
    const auto n = std::min(said.n, place.shape.capacity);
    b->n = said.n;  // the host refuses more than there is room for
    b->flags = said.flags;
    b->lost = said.lost;
    b->seen_ns = said.seen_ns;
    b->settled_ns = std::max(b->settled_ns, said.settled_ns);
    b->first_index = said.first_index;
    b->anchor = said.anchor;
    if (!place.shape.regular) b->anchor.dt_q32 = 0;
    else if (n > 0 && said.anchor.dt_q32 <= 0) sound = false;
    b->uncertainty_ns = said.uncertainty_ns;
    std::memcpy(const_cast<void*>(b->data), base + place.data,
                std::size_t{n} * place.shape.item_bytes);
    if (!place.shape.regular)
      std::memcpy(writable_times(*b), base + place.times, n * sizeof(std::int64_t));
    else std::memcpy(writable_flags(*b), base + place.flags, n);
    if (said.sample_flags == nullptr) b->sample_flags = nullptr;
    b->n_gaps = 0;  // those that the contract allows: one in a place, none behind the end
    for (std::uint32_t g = 0; g < std::min(said.n_gaps, place.shape.gaps()); ++g) {
      ib_gap gap;
      std::memcpy(&gap, base + place.gaps + g * sizeof gap, sizeof gap);
      const bool rises = b->n_gaps == 0 || gap.at > b->gaps[b->n_gaps - 1].at;
      if (gap.to_ns <= gap.from_ns || gap.at > (place.shape.regular ? 0 : n) || !rises) continue;
      const_cast<ib_gap*>(b->gaps)[b->n_gaps++] = gap;
    }
  }
  return sound;
}

ib_status IsolatedNode::process(ib_process& p) {
  if (p.resume == 0) changes_.remember(p);  // also those of a call that is not made
  if (number_ != process_->number() || !process_->lives()) {
    say(process_->death());
    return lost_process;
  }
  put_inputs(p);
  auto& c = page();
  c.n_events = p.resume == 0 ? changes_.put(c.events) : changes_.put({});
  c.now_ns = p.now_ns;
  c.resume = p.resume;
  switch (ask(CallKind::process, hang_after_)) {
    case Outcome::answered: break;
    case Outcome::died: say(process_->death()); return lost_process;
    case Outcome::hung:
      process_->kill(
          number_,
          fmt::format("it was still busy with one call after {} ms",
                      std::chrono::duration_cast<std::chrono::milliseconds>(hang_after_).count()));
      say(process_->death());
      return lost_process;
  }
  changes_.answered(p);
  in_a_row_ = 0;
  const ib_status status = c.status;
  p.failed_item = c.failed_item;
  const bool sound = take_outputs(p);
  take_lines();
  state_slot_ = c.state_slot & 1U;
  state_bytes_ = std::min<std::uint64_t>(c.state_bytes[state_slot_], layout_.state_room());
  state_kept_ = offers_state_ && state_bytes_ > 0;
  if (!sound) {
    say("samples came out without a clock");
    return IB_ERROR;
  }
  if (status < 0) say(c.error_text());
  return status >= IB_FATAL ? status : IB_ERROR;
}

void IsolatedNode::reset(std::uint32_t reason) {
  state_kept_ = false;  // what was saved is from before, also if this is not heard any more
  if (number_ != process_->number() || !process_->lives()) return;  // found at the next call
  page().argument = reason;
  if (ask(CallKind::reset, hang_after_) == Outcome::hung)
    process_->kill(number_, "it was still busy with a reset");
}

void IsolatedNode::deactivate() {
  if (number_ != process_->number() || !process_->lives()) return;
  if (ask(CallKind::deactivate, time_to_end) == Outcome::hung)
    process_->kill(number_, "it did not end");
  take_lines();
}

std::uint64_t IsolatedNode::counter(std::uint32_t i) const {
  const auto& p = process_->page(place_);
  const auto now = i < std::min(p.n_counters, most_call_counters)
                       ? std::atomic_ref(const_cast<std::uint64_t&>(p.counters[i]))
                             .load(std::memory_order_relaxed)
                       : 0;
  return counted_before_[i] + now;
}

/// What the node said since, in the host's own log.
void IsolatedNode::take_lines() {
  auto& p = page();
  const auto said = p.said.load(std::memory_order_acquire);
  auto heard = p.heard.load(std::memory_order_relaxed);
  if (call_.host == nullptr) return;
  const auto unheard = p.unheard.exchange(0, std::memory_order_relaxed);
  if (said == heard && unheard == 0) return;
  const auto* log = static_cast<const ib_log*>(call_.host->extension(call_.host, IB_EXT_LOG));
  for (unsigned n = 0; heard != said && n < CallPage::most_lines; ++n, ++heard) {
    CallLine line = p.lines[heard % CallPage::most_lines];
    line.text[sizeof line.text - 1] = '\0';
    if (log != nullptr)
      log->write(call_.host, std::min(line.severity, std::uint32_t{IB_LOG_ERROR}), line.text);
  }
  p.heard.store(said, std::memory_order_release);
  if (unheard == 0 || log == nullptr) return;
  char line[64];
  std::snprintf(line, sizeof line, "%llu lines of it were not kept",
                static_cast<unsigned long long>(unheard));
  log->write(call_.host, IB_LOG_WARNING, line);
}

}  // namespace ib
