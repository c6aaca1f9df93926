#include "intake.hpp"

#include "isolated_node.hpp"
#include "log_ring.hpp"
#include "stage.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

namespace ib::detail {
namespace {

std::int64_t moment(const ib_block& b, std::uint32_t i, bool regular) {
  return regular ? time_of(b, i) : b.t_ns[i];
}

/// The first item from `first` on that is later than `t`.
std::uint32_t first_after(const ib_block& b, std::uint32_t first, std::int64_t t, bool regular) {
  std::uint32_t end = b.n;
  while (first < end) {
    const auto middle = first + (end - first) / 2;
    if (moment(b, middle, regular) > t) end = middle;
    else first = middle + 1;
  }
  return first;
}

}  // namespace

Intake::Intake(Stage& stage, Outages& outages)
    : stage_(stage),
      isolated_(IsolatedNode::of(stage.node)),
      outages_(outages),
      inputs_(stage.n_in) {}

void Intake::connect(std::size_t input, std::uint32_t gaps) {
  inputs_[input].connected = true;
  inputs_[input].gaps.resize(std::size_t{gaps} + 1);
}

void Intake::impose(std::vector<Outage> outages) { imposed_ = std::move(outages); }

bool Intake::meet(Island& island, RingInput& arrival, const PassContext& context) {
  const auto index = arrival.targets.front().port;
  Input& in = inputs_[index];
  CutRing& cut = *arrival.ring;
  const BlockSlot* waiting = cut.ring.peek(arrival.reader);
  if (waiting != nullptr) note_depth(arrival);
  if (in.stands &&
      !enter(index,
             context)) {  // the ring must not fill, or who writes it could not go on for others
    if (waiting == nullptr) return false;
    in.held.push_back(std::make_unique<Held>(*waiting, cut.shape));
    cut.ring.release(arrival.reader);
    return true;
  }
  const BlockSlot* slot = in.held.empty() ? waiting : &in.held.front()->slot;
  if (slot == nullptr) return false;
  if (cut.policy == Overflow::latest && in.held.empty())
    slot = std::exchange(in.chosen, true) ? &arrival.view : newest_only(arrival, slot);
  const auto part = next_part(index, slot->head, cut.shape.regular);
  show(in, *slot, part, cut.shape);
  for (const ib_block** cell : arrival.program.arrived) *cell = &in.view.head;
  island.arrival_ns = slot->arrival_ns;
  stage_.answer = IB_OK;
  run_pass(island, arrival.program, context);
  if (stage_.answer == lost_process) {  // next time the same again, without what is lost
    recover(index, part.settled_ns, context);
    return true;
  }
  bump(arrival.items, part.n);
  give(in, part);
  in.loss_told = !part.last && part.n > 0;
  if (!part.last) {
    in.stands = true;
    return true;
  }
  in.next = 0;
  in.chosen = false;
  if (in.held.empty()) cut.ring.release(arrival.reader);
  else in.held.pop_front();
  return true;
}

Intake::Held::Held(const BlockSlot& from, const BlockShape& shape)
    : data(
          std::max<std::size_t>(1, std::size_t{from.head.n} * shape.item_bytes / sizeof(Line) + 1)),
      times(std::max(1U, from.head.n)),
      flags(std::max(1U, from.head.n)),
      gaps(std::max(1U, from.head.n_gaps)) {
  slot.data = data.front().bytes;
  slot.times = times.data();
  slot.flags = flags.data();
  slot.gaps = gaps.data();
  slot.capacity = from.head.n;
  slot.copy(from, shape);
}

void Intake::give(Input& in, const Part& part) {
  const ib_block& shown = in.view.head;
  const bool ended = (shown.flags & IB_BLOCK_FINISHED) != 0;
  if (shown.n > 0 || ended) in.gap_from_ns = IB_NEVER;
  in.given_ns = ended ? IB_FOREVER : std::max(in.given_ns, part.settled_ns);
  in.next = part.first + part.n;
}

/// From the first item that is not lost to the end of the block, or to where the next outage begins.
Intake::Part Intake::next_part(std::size_t index, const ib_block& b, bool regular) {
  Input& in = inputs_[index];
  const auto first = first_after(b, in.next, in.lost_until_ns, regular);
  lost_.fetch_add(first - in.next, std::memory_order_relaxed);
  in.next = first;
  if (in.next_outage == imposed_.size()) return {first, b.n - first, b.settled_ns, true};
  const auto from = imposed_[in.next_outage].inputs[index].from.ns;
  const auto end = first_after(b, first, from, regular);
  // An end is held back too: whoever died of it had been given all before it, and not the end.
  const bool ends = (b.flags & IB_BLOCK_FINISHED) != 0 && from < IB_FOREVER;
  if (end == b.n && b.settled_ns <= from && !ends) return {first, b.n - first, b.settled_ns, true};
  return {first, end - first, std::min(b.settled_ns, from), false};
}

/// A header of its own; items stay where they are.
void Intake::show(Input& in, const BlockSlot& slot, const Part& part, const BlockShape& shape) {
  const ib_block& b = slot.head;
  BlockSlot& v = in.view;
  v = slot;
  v.gaps = in.gaps.data();
  ib_block& h = v.head;
  h.n = part.n;
  h.data = static_cast<const std::byte*>(b.data) + std::size_t{part.first} * shape.item_bytes;
  if (!shape.regular) h.t_ns = b.t_ns + part.first;
  if (shape.regular && b.sample_flags != nullptr) h.sample_flags = b.sample_flags + part.first;
  h.first_index = b.first_index + part.first;
  h.settled_ns = std::max(part.settled_ns, in.given_ns);
  if (part.first > 0 || in.loss_told || (part.n == 0 && !part.last)) {
    h.lost = 0;
    h.flags &= ~std::uint32_t{IB_BLOCK_LOST};
  }
  if (!part.last) {
    h.flags &= ~std::uint32_t{IB_BLOCK_FINISHED | IB_BLOCK_FAILED};
    h.seen_ns = IB_NEVER;
  }
  h.gaps = in.gaps.data();
  h.n_gaps = 0;
  for (std::uint32_t g = 0; g < b.n_gaps; ++g) {
    const auto& gap = b.gaps[g];
    if (gap.at < part.first || (gap.at >= part.first + part.n && !part.last)) continue;
    in.gaps[h.n_gaps++] = {gap.from_ns, gap.to_ns, gap.at - part.first, 0};
  }
  if (in.gap_from_ns != IB_NEVER) tell_gap(in, shape);
}

/// In front of the first item behind an outage; where none comes any more, at the end.
void Intake::tell_gap(Input& in, const BlockShape& shape) {
  ib_block& h = in.view.head;
  std::int64_t to = h.settled_ns;
  if (h.n > 0) to = moment(h, 0, shape.regular);
  else if ((h.flags & IB_BLOCK_FINISHED) == 0) return;
  auto* gaps = in.gaps.data();
  const bool there = h.n_gaps > 0 && gaps[0].at == 0;
  const std::int64_t from = in.gap_from_ns;
  if (to <= from) return;
  if (there) {
    gaps[0].from_ns = std::min(gaps[0].from_ns, from);
    gaps[0].to_ns = std::max(gaps[0].to_ns, to);
    return;
  }
  std::copy_backward(gaps, gaps + h.n_gaps, gaps + h.n_gaps + 1);
  gaps[0] = {from, to, 0, 0};
  ++h.n_gaps;
}

/// This input stands where an imposed outage begins. False: others don't yet, and it begins for all at once.
bool Intake::enter(std::size_t index, const PassContext& context) {
  const auto k = inputs_[index].next_outage;
  const Outage& outage = imposed_[k];
  if (outage.state) {  // an edit of each input alone
    lose(index, outage);
    pass_by(index);
    if (index == 0) tell_restart();
    return true;
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    pass_edits_before(k, i);
    const auto& in = inputs_[i];
    if (in.connected && (in.next_outage != k || in.given_ns < outage.inputs[i].from.ns))
      return false;
  }
  if (outage.last) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) pass_by(i);
    fail_for_good(stage_, context, "it was given up in the run that this log is of");
    return true;
  }
  stage_.node->reset(stage_.node, IB_RESET_FRESH);
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    lose(i, outage);
    pass_by(i);
  }
  tell_restart();
  return true;
}

/// Outages before that one which this input alone had to pass, and has: it ended, or stood still, just there.
void Intake::pass_edits_before(std::size_t k, std::size_t index) {
  Input& in = inputs_[index];
  while (in.connected && in.next_outage < k) {
    const auto& edit = imposed_[in.next_outage];
    if (!edit.state || in.given_ns < edit.inputs[index].from.ns) return;
    lose(index, edit);
    pass_by(index);
    if (index == 0) tell_restart();
  }
}

void Intake::pass_by(std::size_t index) {
  inputs_[index].stands = false;
  ++inputs_[index].next_outage;
}

void Intake::lose(std::size_t index, const Outage& outage) {
  Input& in = inputs_[index];
  const auto& lost = outage.inputs[index];
  in.lost_until_ns = std::max(in.lost_until_ns, lost.until.ns);
  const bool anything = lost.until > lost.from || !outage.state;
  if (anything && lost.from > never) in.gap_from_ns = lost.from.ns + 1;
}

void Intake::tell_restart() {
  bump(stage_.counts.restarts);
  stage_.attention.fetch_or(attend_restart, std::memory_order_relaxed);
}

/// The process died in a pass that gave `index` items up to `settled_ns`; it is started again, or given
/// up where it died too often.
void Intake::recover(std::size_t index, std::int64_t settled_ns, const PassContext& context) {
  const auto began = std::chrono::steady_clock::now();
  Outage outage{stage_.graph_node,      std::vector<Outage::Lost>(inputs_.size()),
                isolated_->has_state(), false,
                isolated_->error(),     {}};
  std::int64_t closed = IB_FOREVER, newest = settled_ns;
  for (const auto& in : inputs_) {
    if (!in.connected) continue;
    closed = std::min(closed, in.given_ns);
    if (in.given_ns < IB_FOREVER) newest = std::max(newest, in.given_ns);
  }
  std::vector<std::int64_t> told(inputs_.size(), IB_NEVER);
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!inputs_[i].connected) continue;
    told[i] = inputs_[i].given_ns == IB_FOREVER ? IB_FOREVER : std::min(closed, newest);
  }
  if (!isolated_->restart(told)) return give_up(context);
  outage.state = outage.state && isolated_->has_state();
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const auto& in = inputs_[i];
    if (!in.connected) continue;
    if (in.given_ns == IB_FOREVER) outage.inputs[i] = {forever, forever};
    else if (!outage.state) outage.inputs[i] = {Time{closed}, Time{newest}};
    else
      outage.inputs[i] = {Time{in.given_ns},
                          Time{i == index ? std::max(in.given_ns, settled_ns) : in.given_ns}};
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].connected) lose(i, outage);
  }
  tell_restart();
  const auto ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
  if (context.log != nullptr) {
    char line[160];
    std::snprintf(line, sizeof line, "its process ended: %.80s; started again in %.0f ms, %s",
                  outage.why.c_str(), ms, outage.state ? "with what it knew" : "afresh");
    context.log->write(IB_LOG_WARNING, stage_.graph_node, line);
  }
  outages_.add(std::move(outage));
}

/// The block in hand is met once more, by whoever stands in for it.
void Intake::give_up(const PassContext& context) {
  Outage outage{stage_.graph_node,
                std::vector<Outage::Lost>(inputs_.size()),
                false,
                true,
                isolated_->error(),
                {}};
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].connected)
      outage.inputs[i] = {Time{inputs_[i].given_ns}, Time{inputs_[i].given_ns}};
  }
  fail_for_good(stage_, context, isolated_->error());
  outages_.add(std::move(outage));
}

}  // namespace ib::detail
