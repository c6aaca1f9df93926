// A bench's node comes to life as the plan brings it there: params, streams with their bounds, rooms.
#include "validator/bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ib::validator {

void Bench::destroy() {
  if (node_ == nullptr) return;
  if (active_) node_->deactivate(node_);
  node_->destroy(node_);
  node_ = nullptr;
  active_ = false;
}

bool Bench::start(const Setup& setup) {
  destroy();
  setup_ = setup;
  in_rooms_.clear();
  in_marks_.assign(in_ports_.size(), IB_NEVER);
  last_mark_ = IB_NEVER;
  items_in_ = 0;
  items_out_.assign(out_ports_.size(), 0);
  marks_.assign(out_ports_.size(), IB_NEVER);
  return make() && activate();
}

bool Bench::make() {
  node_ = def_.create(nullptr);
  if (node_ == nullptr) {
    say("activate: create() gave no node");
    return false;
  }
  for (std::uint32_t i = 0; i < def_.desc->n_params; ++i) {
    if ((def_.desc->params[i].flags & IB_PARAM_OUTPUT_PATH) != 0)
      node_->set_param(node_, i, 0, "out.txt");
  }
  for (const auto& s : setup_->settings) {
    if (node_->set_param(node_, s.param, s.number, s.text) != IB_OK)
      say(fmt::format("activate: param `{}` was refused", def_.desc->params[s.param].name));
  }
  return true;
}

bool Bench::activate() {
  later_ = how_.later;
  in_streams_.clear();
  Duration step = 1s;
  for (const auto& s : setup_->scripts) {
    auto& stream = in_streams_.emplace_back(later_).v;
    const auto size = stream.struct_size;
    stream = s.stream();
    stream.struct_size = size;
    step = std::max(step, s.span());
  }
  for (auto& s : in_streams_) s.v.hold_ns = step.count();
  preset_streams(step);
  std::vector<const ib_stream*> in;
  std::vector<ib_stream*> out;
  for (auto& s : in_streams_) in.push_back(&s.v);
  for (auto& s : out_streams_) out.push_back(&s.v);
  const auto out_dir = out_.path().string();
  char text[512]{};
  Grown<ib_activation> grown(later_);
  auto& a = grown.v;
  a.n_in = static_cast<std::uint32_t>(in.size());
  a.n_out = static_cast<std::uint32_t>(out.size());
  a.in = in.data();
  a.out = out.data();
  a.max_step_ns = step.count();
  a.seed = 1;
  a.path = "test.node";
  a.out_dir = out_dir.c_str();
  a.error = text;
  a.error_size = sizeof text;
  const auto status = node_->activate(node_, &a);
  active_ = status == IB_OK;
  error_ = text;
  if (!active_) {
    say(fmt::format("activate: {}", *text != '\0' ? text : "it refused without a sentence"));
    return false;
  }
  constexpr std::uint64_t most_scratch = std::uint64_t{1} << 30;
  if (a.scratch_bytes > most_scratch) {
    say(fmt::format("activate: it wants {} bytes of working memory", a.scratch_bytes));
    return false;
  }
  scratch_ = std::make_unique<Pages>("its working memory", a.scratch_bytes, 64);
  cascade_ = std::make_unique<detail::Cascade>();
  if (!cascade_->add(node_)) cascade_.reset();
  make_rooms();
  return true;
}

/// As the plan does it: what one call may bring, plus what a merge may have kept.
void Bench::preset_streams(Duration step) {
  double items = 0, rate = 0;
  for (const auto& in : in_streams_) {
    items += in.v.max_items;
    rate += in.v.rate_hz > 0 ? in.v.rate_hz : in.v.items_per_second;
  }
  const double advance = 2 * seconds(step) + 30;
  const double kept = in_streams_.size() > 1 ? rate * advance : 0;
  constexpr double most = 1e6;
  out_streams_.clear();
  for (const auto* port : out_ports_) {
    auto& s = out_streams_.emplace_back(later_).v;
    s.flags = IB_STREAM_CONNECTED;
    const bool as_in = (port->flags & IB_PORT_TYPE_AS_IN) != 0 && !in_streams_.empty();
    s.type = as_in ? in_streams_.front().v.type : port->type;
    s.unit = as_in ? in_streams_.front().v.unit : port->unit;
    s.name = port->name;
    s.owners = "anna";
    s.channels = port->channels;
    s.max_items = static_cast<std::uint32_t>(std::min(most, port->items_per_item * (items + kept) +
                                                                port->items_per_second * advance)) +
                  port->items_per_call + 5;
    s.items_per_second = port->items_per_item * rate + port->items_per_second;
    s.sampled_hz = in_streams_.empty()
                       ? 0
                       : std::max(in_streams_.front().v.rate_hz, in_streams_.front().v.sampled_hz);
  }
}

void Bench::make_rooms() {
  rooms_.clear();
  for (std::size_t k = 0; k < out_streams_.size(); ++k) {
    const auto& s = out_streams_[k].v;
    rooms_.emplace_back(out_ports_[k]->name, std::min<std::size_t>(s.max_items, 4'000'000),
                        item_size(k), s.channels, later_);
  }
}

std::size_t Bench::item_size(std::size_t k) const {
  const auto& s = out_streams_[k].v;
  return regular(k) ? 4 * std::max<std::size_t>(1, s.channels) : s.type->item_size;
}

}  // namespace ib::validator
