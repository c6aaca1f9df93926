#include "isolated_node.hpp"

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
constexpr nanoseconds to_get_ready = std::chrono::seconds(20);

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
      params_("[]"),
      changes_(call_.desc->n_params) {
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

/// Makes the node in its process, new or old; else error() says why not.
IsolatedNode::Ready IsolatedNode::begin(std::string& answer) {
  const auto last = process_->number();
  if (!process_->lives() && !process_->start(last)) {
    say(process_->death());
    return Ready::given_up;
  }
  number_ = process_->claim(place_, request_);
  auto told = json::parse(call_.begin);
  told["params"] = json::parse(params_);
  const auto in_force = changes_.in_force();
  for (std::size_t i = 0; i < in_force.size(); ++i) {
    if (!std::isnan(in_force[i])) told["params"].push_back({i, in_force[i], ""});
  }
  told["activation"] = json::parse(activation_);
  put_text(page(), memory().data(), told.dump());
  switch (ask(CallKind::begin, to_get_ready)) {
    case Outcome::answered: break;
    case Outcome::died:
      process_->bury(number_);
      say(process_->death() + " while it got ready");
      return Ready::died;
    case Outcome::hung:
      process_->kill(number_, "it was still busy getting ready after 20 s");
      say(process_->death());
      return Ready::died;
  }
  if (page().status != IB_OK) {
    say(page().error_text());
    return Ready::no;
  }
  answer = take_text(page(), memory().data());
  return Ready::yes;
}

/// Tells where blocks lie. The child maps them.
IsolatedNode::Ready IsolatedNode::map() {
  json shapes{{"in", json::array()}, {"out", json::array()}, {"state", layout_.state_room()}};
  std::vector<BlockShape> in, out;
  for (const auto& place : layout_.in()) in.push_back(place.shape);
  for (const auto& place : layout_.out()) out.push_back(place.shape);
  shapes["in"] = shapes_json(in);
  shapes["out"] = shapes_json(out);
  put_text(page(), memory().data(), shapes.dump());
  switch (ask(CallKind::map, to_get_ready)) {
    case Outcome::answered: break;
    case Outcome::died:
      process_->bury(number_);
      say(process_->death() + " while it got ready");
      return Ready::died;
    case Outcome::hung:
      process_->kill(number_, "it was still busy getting ready after 20 s");
      say(process_->death());
      return Ready::died;
  }
  if (page().status == IB_OK) return Ready::yes;
  say("its process could not map the memory of its blocks");
  return Ready::no;
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
    changes_.activate(a);
    constexpr std::size_t most_bytes = std::size_t{1} << 30;
    if (layout_.bytes() > most_bytes)
      return refuse("its blocks would take more than 1 GiB of shared memory");
    memory().grow(layout_.bytes());
    return map() == Ready::yes ? IB_OK : refuse(error_.data());
  } catch (const std::exception& error) {
    return refuse(fmt::format("its process gave an answer that makes no sense: {}", error.what()));
  }
}

bool IsolatedNode::restart(std::span<const std::int64_t> closed) {
  for (std::uint32_t i = 0; i < most_call_counters; ++i) counted_before_[i] = counter(i);
  take_lines();
  const bool had_state = state_kept_;
  process_->bury(number_);  // whatever it said of itself
  std::string answer;
  try {
    auto ready = Ready::died;
    while (ready == Ready::died) {
      page().n_counters = 0;
      ready = begin(answer);
      if (ready != Ready::given_up && ++in_a_row_ > process_->max_restarts()) {
        say(fmt::format("{}, and it had been started again {} times in a row", process_->death(),
                        process_->max_restarts()));
        return false;
      }
      if (ready == Ready::yes) ready = map();
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
  if (!state_kept_) changes_.tell_again();
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
    c.in[i].settled_ns = closed[i] < IB_FOREVER ? closed[i] : IB_NEVER;
    if (closed[i] == IB_FOREVER) c.in[i].flags = IB_BLOCK_FINISHED;
    c.now_ns = std::min(c.now_ns, closed[i]);
  }
  for (std::size_t i = 0; i < closed.size(); ++i) {
    if (closed[i] == IB_FOREVER) c.in[i].settled_ns = c.now_ns;
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

}  // namespace ib
