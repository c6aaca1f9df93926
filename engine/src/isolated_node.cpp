#include "isolated_node.hpp"

#include <interbeat/sugar/activation.hpp>

#include "activation_json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <utility>

namespace ib {

using nlohmann::json;
using std::chrono::nanoseconds;

namespace {

/// To load a library and to get ready may take its time, also under a sanitizer.
constexpr nanoseconds to_get_ready = std::chrono::seconds(20), to_end = std::chrono::seconds(2);

std::string until_zero(const char* s, std::size_t most) { return {s, strnlen(s, most)}; }

}  // namespace

/// From the v-table to the object.
struct IsolatedTable {
  static IsolatedNode& self(ib_node* n) { return *static_cast<IsolatedNode*>(n->self); }
  static ib_status set_param(ib_node* n, std::uint32_t i, double x, const char* text) {
    return self(n).set_param(i, x, text);
  }
  static ib_status activate(ib_node* n, ib_activation* a) { return self(n).activate(*a); }
  static ib_status process(ib_node* n, ib_process* p) { return self(n).process(*p); }
  static void reset(ib_node* n, std::uint32_t reason) { self(n).reset(reason); }
  static void deactivate(ib_node* n) { self(n).deactivate(); }
  static void destroy(ib_node* n) { delete &self(n); }
  static const void* extension(ib_node* n, const char* id) {
    static const ib_error_text text{sizeof(ib_error_text),
                                    [](ib_node* m) { return self(m).error(); }};
    if (std::strcmp(id, IB_EXT_COUNTERS) == 0) return &self(n).counters_;
    if (std::strcmp(id, IB_EXT_ERROR) == 0) return &text;
    return nullptr;
  }
  static const char* counter_name(ib_node* n, std::uint32_t i) {
    const auto& names = self(n).counter_names_;
    return i < names.size() ? names[i].c_str() : "";
  }
  static std::uint64_t counter_value(ib_node* n, std::uint32_t i) { return self(n).counter(i); }
};

IsolatedNode::IsolatedNode(std::shared_ptr<NodeProcess> process, Call call)
    : process_(std::move(process)),
      call_(std::move(call)),
      place_(process_->nodes()),
      params_("[]") {
  process_->add_node();
  counters_ = {sizeof(ib_counters), 0, &IsolatedTable::counter_name, &IsolatedTable::counter_value};
  abi_ = {sizeof(ib_node),
          0,
          call_.desc,
          this,
          &IsolatedTable::set_param,
          &IsolatedTable::activate,
          &IsolatedTable::process,
          &IsolatedTable::reset,
          &IsolatedTable::deactivate,
          &IsolatedTable::destroy,
          &IsolatedTable::extension};
}

IsolatedNode* IsolatedNode::of(ib_node* node) {
  return node->process == &IsolatedTable::process ? static_cast<IsolatedNode*>(node->self)
                                                  : nullptr;
}

void IsolatedNode::say(const std::string& text) {
  const auto n = std::min(text.size(), error_.size() - 1);
  std::memcpy(error_.data(), text.data(), n);
  error_[n] = '\0';
}

ib_status IsolatedNode::set_param(std::uint32_t index, double number, const char* text) {
  if (index >= call_.desc->n_params) return IB_ERROR;
  auto all = json::parse(params_);
  all.push_back({index, number, text != nullptr ? text : ""});
  params_ = all.dump();
  return IB_OK;
}

/// One call and its answer. The words of a call stand in the page before it is made.
IsolatedNode::Outcome IsolatedNode::ask(CallKind kind, nanoseconds at_most) {
  auto& p = page();
  p.kind = kind;
  const auto number = ++request_;
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

/// Makes the node in its process, new or old; else error() says why not.
IsolatedNode::Ready IsolatedNode::begin(std::string& answer) {
  const auto number = process_->number();
  if (!process_->lives() && !process_->start(number)) {
    say(process_->death());
    return Ready::given_up;
  }
  number_ = process_->number();
  request_ = 0;
  auto told = json::parse(call_.begin);
  told["params"] = json::parse(params_);
  told["activation"] = json::parse(activation_);
  put_text(page(), memory().data(), told.dump());
  switch (ask(CallKind::begin, to_get_ready)) {
    case Outcome::answered: break;
    case Outcome::died:
      process_->bury();
      say(process_->death() + " while it got ready");
      return Ready::died;
    case Outcome::hung:
      process_->kill("it was still busy getting ready after 20 s");
      say(process_->death());
      return Ready::died;
  }
  if (page().status != IB_OK) {
    say(until_zero(page().error, sizeof page().error));
    return Ready::no;
  }
  answer = take_text(page(), memory().data());
  return Ready::yes;
}

/// Tells where blocks lie. The child maps them.
bool IsolatedNode::map() {
  json shapes{{"in", json::array()}, {"out", json::array()}, {"state", layout_.state_room()}};
  std::vector<BlockShape> in, out;
  for (const auto& place : layout_.in()) in.push_back(place.shape);
  for (const auto& place : layout_.out()) out.push_back(place.shape);
  shapes["in"] = shapes_json(in);
  shapes["out"] = shapes_json(out);
  put_text(page(), memory().data(), shapes.dump());
  if (ask(CallKind::map, to_get_ready) == Outcome::answered && page().status == IB_OK) return true;
  say("its process could not map the memory of its blocks");
  return false;
}

/// An output that is not what its descriptor says: readers would look for times where there are none.
std::string IsolatedNode::strange_shape(const ib_activation& a) const {
  std::uint32_t k = 0;
  for (std::uint32_t i = 0; i < call_.desc->n_ports; ++i) {
    const auto& port = call_.desc->ports[i];
    if ((port.flags & IB_PORT_OUT) == 0) continue;
    const auto& s = *a.out[k++];
    const bool regular = (port.flags & IB_PORT_REGULAR) != 0;
    if (regular != (s.rate_hz > 0))
      return fmt::format("its output `{}` is {}, and it gave {} Hz as its rate", port.name,
                         regular ? "regular" : "irregular", s.rate_hz);
    if (regular && (port.flags & IB_PORT_TYPE_AS_IN) == 0 && port.channels != 0 &&
        s.channels != port.channels)
      return fmt::format("its output `{}` has {} channels, and it gave {}", port.name,
                         port.channels, s.channels);
  }
  return {};
}

ib_status IsolatedNode::activate(ib_activation& a) {
  const auto refuse = [&](const std::string& why) {
    if (a.error != nullptr && a.error_size > 0)
      std::snprintf(a.error, a.error_size, "%s", why.c_str());
    return IB_ERROR;
  };
  try {
    activation_ = activation_json(a).dump();
    std::string answer;
    if (begin(answer) != Ready::yes) return refuse(error_.data());
    const auto told = json::parse(answer);
    ib::take_outputs(told.at("out"), a);
    counter_names_ = told.at("counters").get<std::vector<std::string>>();
    if (counter_names_.size() > most_call_counters) counter_names_.resize(most_call_counters);
    counters_.n = static_cast<std::uint32_t>(counter_names_.size());
    if (const auto why = strange_shape(a); !why.empty()) return refuse(why);
    const std::uint64_t state_room = told.at("state");
    constexpr std::uint64_t most_state = 64 << 20;
    if (state_room > most_state)
      return refuse(fmt::format("its state of up to {} bytes is too large to be kept", state_room));
    offers_state_ = state_room > 0;
    std::vector<BlockShape> in, out;
    for (std::uint32_t i = 0; i < a.n_in; ++i) in.push_back(shape_of(*a.in[i]));
    for (std::uint32_t k = 0; k < a.n_out; ++k) out.push_back(shape_of(*a.out[k]));
    layout_ = CallLayout(std::move(in), std::move(out), state_room);
    out_before_.assign(a.n_out, ib_block{});
    constexpr std::size_t most_bytes = std::size_t{1} << 30;
    if (layout_.bytes() > most_bytes)
      return refuse("its blocks would take more than 1 GiB of shared memory");
    memory().grow(layout_.bytes());
    return map() ? IB_OK : refuse(error_.data());
  } catch (const std::exception& error) {
    return refuse(fmt::format("its process gave an answer that makes no sense: {}", error.what()));
  }
}

bool IsolatedNode::restart(std::span<const std::int64_t> closed) {
  for (std::uint32_t i = 0; i < most_call_counters; ++i) counted_before_[i] = counter(i);
  take_lines();
  const bool had_state = state_kept_;
  if (number_ == process_->number()) process_->bury();  // whatever it said of itself
  std::string answer;
  try {
    auto ready = Ready::died;
    while (ready == Ready::died) {
      page().n_counters = 0;
      ready = begin(answer);
      if (ready == Ready::yes && !map()) ready = process_->lives() ? Ready::no : Ready::died;
    }
    if (ready != Ready::yes) return false;
    state_kept_ = false;
    if (had_state) {
      page().argument = page().state_slot =
          state_slot_;  // the next one is saved beside it, not over it
      page().state_bytes[state_slot_ & 1U] = state_bytes_;
      const auto outcome = ask(CallKind::load, to_get_ready);
      state_kept_ = outcome == Outcome::answered && page().status == IB_OK;
    }
    if (!state_kept_) tell_time(closed);
  } catch (const std::exception& error) {
    say(error.what());
    return false;
  }
  tell_events_ = n_events_ > 0 && !state_kept_;
  return true;
}

/// A node that begins afresh in the middle of a session is one that was reset there: it hears how far time has
/// gone, what it says to that is nobody's, and then it is reset.
void IsolatedNode::tell_time(std::span<const std::int64_t> closed) {
  auto& c = page();
  c.in_there = c.out_there = 0;
  c.n_events = c.resume = 0;
  c.now_ns = IB_FOREVER;
  for (std::size_t i = 0; i < closed.size(); ++i) {
    if (closed[i] <= IB_NEVER) continue;
    c.in_there |= std::uint64_t{1} << i;
    c.in[i] = {};
    c.in[i].struct_size = sizeof(ib_block);
    c.in[i].channels = layout_.in()[i].shape.channels;
    c.in[i].seen_ns = IB_NEVER;
    c.in[i].settled_ns = closed[i];
    c.now_ns = std::min(c.now_ns, closed[i]);
  }
  if (c.in_there == 0) return;
  for (std::size_t k = 0; k < out_before_.size(); ++k) {
    if (out_before_[k].struct_size == 0) continue;
    c.out_there |= std::uint64_t{1} << k;
    c.out[k] = out_before_[k];
  }
  if (ask(CallKind::process, to_get_ready) != Outcome::answered) return;  // found at the next call
  c.argument = IB_RESET_FRESH;
  ask(CallKind::reset, to_get_ready);
  for (std::uint32_t i = 0; i < most_call_counters; ++i)
    counted_before_[i] -= counter(i) - counted_before_[i];
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

/// What no answer has covered is told again; the newest of each param too, told again to a process that does not know them.
void IsolatedNode::remember_events(const ib_process& p) {
  for (std::uint32_t i = 0; i < p.n_events; ++i) {
    const auto& e = p.events[i];
    auto* end = events_.data() + n_events_;
    auto* at = std::find_if(events_.data(), end,
                            [&](const ib_event& known) { return known.param == e.param; });
    if (at == end && n_events_ == events_.size()) continue;
    if (at == end) ++n_events_;
    *at = e;
  }
  for (std::uint32_t i = 0; i < p.n_events && n_unanswered_ < unanswered_.size(); ++i)
    unanswered_[n_unanswered_++] = p.events[i];
  auto& c = page();
  c.n_events = 0;
  if (std::exchange(tell_events_, false)) {
    std::sort(events_.data(), events_.data() + n_events_,
              [](const ib_event& a, const ib_event& b) { return a.t_ns < b.t_ns; });
    std::copy_n(events_.data(), n_events_, c.events);
    c.n_events = n_events_;
    return;
  }
  c.n_events = n_unanswered_;
  std::copy_n(unanswered_.data(), n_unanswered_, c.events);
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
  if (given_up_) return IB_FATAL;
  remember_events(p);  // also those of a call that is not made
  if (number_ != process_->number() || !process_->lives()) {
    say(process_->death());
    tell_events_ = false;
    return lost_process;
  }
  put_inputs(p);
  auto& c = page();
  c.now_ns = p.now_ns;
  c.resume = p.resume;
  switch (ask(CallKind::process, hang_after_)) {
    case Outcome::answered: break;
    case Outcome::died: say(process_->death()); return lost_process;
    case Outcome::hung:
      process_->kill(
          fmt::format("it was still busy with one call after {} ms",
                      std::chrono::duration_cast<std::chrono::milliseconds>(hang_after_).count()));
      say(process_->death());
      return lost_process;
  }
  n_unanswered_ = 0;
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
  if (status < 0) say(until_zero(c.error, sizeof c.error));
  return status >= IB_FATAL ? status : IB_ERROR;
}

void IsolatedNode::reset(std::uint32_t reason) {
  if (number_ != process_->number() || !process_->lives()) return;  // found at the next call
  page().argument = reason;
  state_kept_ = false;  // what was saved is from before
  if (ask(CallKind::reset, hang_after_) == Outcome::hung)
    process_->kill("it was still busy with a reset");
}

void IsolatedNode::deactivate() {
  if (number_ != process_->number() || !process_->lives()) return;
  if (ask(CallKind::deactivate, to_end) == Outcome::hung) process_->kill("it did not end");
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
