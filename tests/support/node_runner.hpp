// NodeRunner: one node, driven through its C v-table as the engine drives it, from a script.
//
//   NodeRunner run(node_def<DyadAlign>(), {{"rate", 2}});
//   run.in<Interval>(0).item(1s, {...}).item(2s, {...}).settle(10s).finish();
//   run.in<float>(0).rate(25).samples(wave).lose(12).samples(more);
//   run.play();                     // as few blocks as the script allows
//   run.play(Cut{seed});            // the same script, cut and interleaved at random
//   run.items<PairHr>(0)            // what came out: items with their times
//   run.output(0).mark, .gaps, .finished;   run.counter("late");   run.error();
//
// Each play() is a fresh node with the same settings. Every call is checked against the contract:
// times strictly increase, nothing comes at or before the port's mark, marks never fall, no block
// exceeds its room. Rooms and marks are sized as the plan sizes them.
#pragma once

#include <interbeat/node.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/dirty_scratch.hpp"
#include "validator/output.hpp"
#include "validator/script.hpp"

#include "stream_pointers.hpp"

namespace ib::test {

using validator::BlockRoom;
using validator::Output;
using validator::Script;
using validator::ScriptOf;

/// Play the script in random pieces: block lengths, order of the inputs, extra settled marks.
struct Cut {
  std::uint32_t seed{};
};

template <class T>
struct Timed {
  Time t;
  T v;
};

class NodeRunner {
 public:
  struct Setting {
    std::string_view name;
    double number{};
    std::string text{};
  };

  explicit NodeRunner(NodeDef def, std::vector<Setting> settings = {})
      : def_(def), settings_(std::move(settings)) {
    const auto& d = *def_.desc;
    for (std::uint32_t i = 0; i < d.n_ports; ++i) {
      ((d.ports[i].flags & IB_PORT_OUT) != 0 ? out_ports_ : in_ports_).push_back(&d.ports[i]);
    }
    for (const auto* port : in_ports_) scripts_.emplace_back(*port);
  }
  ~NodeRunner() { destroy(); }
  NodeRunner(const NodeRunner&) = delete;
  NodeRunner& operator=(const NodeRunner&) = delete;

  /// The script of input i. T: its item type, or float for samples. Naming an input connects it.
  template <class T>
  ScriptOf<T> in(std::size_t i) {
    scripts_.at(i).connect<T>();
    return ScriptOf<T>(scripts_.at(i));
  }
  /// A live change of a parameter, acting at input time t.
  NodeRunner& change(Duration t, std::string_view name, double value) {
    events_.push_back({t.count(), param(name), 0, value});
    return *this;
  }

  /// False if the node refused to run: see error().
  bool activate() { return start(); }
  void play() {
    play_by([](std::size_t) { return Piece{}; }, nullptr);
  }
  void play(Cut cut) {
    std::mt19937 random(cut.seed);
    play_by(
        [&random](std::size_t) {
          constexpr std::size_t lengths[]{0, 1, 2, 7, 40};
          return Piece{lengths[random() % 5], random() % 4 == 0};
        },
        &random);
  }

  template <class T>
  std::vector<Timed<T>> items(std::size_t k) const {
    const auto& o = outputs_.at(k);
    BOOST_REQUIRE_EQUAL(o.bytes.size(), o.t_ns.size() * sizeof(T));
    std::vector<Timed<T>> items(o.t_ns.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      items[i].t = {o.t_ns[i]};
      std::memcpy(&items[i].v, o.bytes.data() + i * sizeof(T), sizeof(T));
    }
    return items;
  }
  const Output& output(std::size_t k) const { return outputs_.at(k); }
  const std::vector<Output>& outputs() const { return outputs_; }
  /// How the node describes output k after activate: rate, latency, bounds.
  const ib_stream& stream(std::size_t k) const { return out_streams_.at(k); }
  const std::string& error() const { return error_; }
  std::uint64_t counter(std::string_view name) const {
    const auto* c = static_cast<const ib_counters*>(node_->extension(node_, IB_EXT_COUNTERS));
    for (std::uint32_t i = 0; i < c->n; ++i) {
      if (name == c->name(node_, i)) return c->value(node_, i);
    }
    BOOST_ERROR("no counter " << name);
    return 0;
  }

 private:
  struct Piece {
    std::size_t length = static_cast<std::size_t>(-1);  ///< items at most; 0: not this input now
    bool extra_mark{};
  };

  // -- the node -----------------------------------------------------------------------------------

  std::uint32_t param(std::string_view name) const {
    for (std::uint32_t i = 0; i < def_.desc->n_params; ++i) {
      if (name == def_.desc->params[i].name) return i;
    }
    BOOST_FAIL("no param " << name);
    return 0;
  }

  void destroy() {
    if (node_ == nullptr) return;
    if (active_) node_->deactivate(node_);
    node_->destroy(node_);
    node_ = nullptr;
    active_ = false;
  }

  bool start() {
    destroy();
    node_ = def_.create(nullptr);
    BOOST_REQUIRE(node_ != nullptr);
    for (const auto& s : settings_) {
      BOOST_REQUIRE_EQUAL(node_->set_param(node_, param(s.name), s.number, s.text.c_str()), IB_OK);
    }
    Duration step = 1s;
    for (const auto& s : scripts_) step = std::max(step, s.span());
    in_streams_.clear();
    for (const auto& s : scripts_) in_streams_.push_back(s.stream());
    preset_outputs(step);
    char text[512]{};
    ib_activation a{};
    a.struct_size = sizeof a;
    pointers_.put(a, in_streams_, out_streams_);
    a.max_step_ns = step.count();
    a.seed = 1;
    a.path = "test.node";
    a.out_dir = ".";
    a.error = text;
    a.error_size = sizeof text;
    active_ = node_->activate(node_, &a) == IB_OK;
    scratch_.resize(a.scratch_bytes);
    error_ = text;
    outputs_.assign(out_streams_.size(), {});
    slots_.clear();
    for (std::size_t k = 0; k < out_streams_.size(); ++k) {
      slots_.emplace_back(out_streams_[k].max_items, item_size(k), out_streams_[k].channels);
    }
    return active_;
  }

  /// As the plan does it: what one call may bring, plus what a merge may have kept.
  void preset_outputs(Duration step) {
    double items = 0, rate = 0;
    for (const auto& in : in_streams_) {
      items += in.max_items;
      rate += in.rate_hz > 0 ? in.rate_hz : in.items_per_second;
    }
    const double advance = seconds(step) + 30;
    const double kept = in_streams_.size() > 1 ? rate * advance : 0;
    out_streams_.clear();
    for (const auto* port : out_ports_) {
      ib_stream s{};
      s.struct_size = sizeof s;
      s.flags = IB_STREAM_CONNECTED;
      const bool as_in = (port->flags & IB_PORT_TYPE_AS_IN) != 0;
      s.type = as_in ? in_streams_.front().type : port->type;
      s.unit = as_in ? in_streams_.front().unit : port->unit;
      s.name = port->name;
      s.channels = port->channels;
      s.max_items = static_cast<std::uint32_t>(port->items_per_item * (items + kept) +
                                               port->items_per_second * advance) +
                    port->items_per_call + 5;
      s.items_per_second = port->items_per_item * rate + port->items_per_second;
      for (const auto& in : in_streams_)
        if (s.sampled_hz == 0) s.sampled_hz = in.rate_hz > 0 ? in.rate_hz : in.sampled_hz;
      out_streams_.push_back(s);
    }
  }
  bool regular(std::size_t k) const { return (out_ports_[k]->flags & IB_PORT_REGULAR) != 0; }
  std::size_t item_size(std::size_t k) const {
    return regular(k) ? 4 * std::max<std::size_t>(1, out_streams_[k].channels)
                      : out_streams_[k].type->item_size;
  }

  // -- playing ------------------------------------------------------------------------------------

  template <class Choose>
  void play_by(Choose choose, std::mt19937* random) {
    BOOST_REQUIRE_MESSAGE(start(), "activate: " << error_);
    std::vector<Script::Player> players;
    for (const auto& s : scripts_) players.emplace_back(s);
    bool first = true;
    for (;;) {
      std::vector<const ib_block*> in(scripts_.size(), nullptr);
      bool left = false, any = false;
      for (std::size_t i = 0; i < players.size(); ++i) {
        left = left || !players[i].done();
        // In whole pieces one input after the other, at random any of them in one call.
        if (players[i].done() || (random == nullptr && any)) continue;
        const Piece piece = choose(i);
        if (piece.length == 0) continue;
        in[i] = players[i].next(piece.length, piece.extra_mark);
        any = true;
      }
      if (!left) return;
      if (any) call(in, first);
      if (any) first = false;
    }
  }

  void call(const std::vector<const ib_block*>& in, bool with_events) {
    std::vector<ib_block*> out;
    for (std::size_t k = 0; k < slots_.size(); ++k) out.push_back(slots_[k].open(outputs_[k].mark));
    ib_process p{};
    p.struct_size = sizeof p;
    p.n_in = static_cast<std::uint32_t>(in.size());
    p.n_out = static_cast<std::uint32_t>(out.size());
    p.in = in.data();
    p.out = out.data();
    p.events = events_.data();
    p.n_events = with_events ? static_cast<std::uint32_t>(events_.size()) : 0;
    p.scratch = scratch_.fill_anew();
    const auto status = node_->process(node_, &p);
    if (status == IB_ERROR) {
      const auto* ext = static_cast<const ib_error_text*>(node_->extension(node_, IB_EXT_ERROR));
      BOOST_ERROR("process: " << (ext != nullptr ? ext->text(node_) : "an error"));
    }
    for (std::size_t k = 0; k < out.size(); ++k) collect(k, *out[k]);
  }

  void collect(std::size_t k, const ib_block& b) {
    auto& o = outputs_[k];
    BOOST_REQUIRE(b.n <= b.capacity);
    BOOST_REQUIRE(b.settled_ns >= o.mark);
    BOOST_REQUIRE(!o.finished || b.n == 0);
    for (std::uint32_t g = 0; g < b.n_gaps; ++g) {
      o.add_gap({b.gaps[g].from_ns, b.gaps[g].to_ns, o.t_ns.size() + b.gaps[g].at});
    }
    const auto size = item_size(k);
    for (std::uint32_t i = 0; i < b.n; ++i) {
      const auto t = regular(k) ? Samples{b}.time(i).ns : b.t_ns[i];
      BOOST_REQUIRE_MESSAGE(o.t_ns.empty() || t > o.t_ns.back(), "times must increase");
      BOOST_REQUIRE_MESSAGE(t > o.mark, "an item at or before the port's mark");
      o.t_ns.push_back(t);
      keep_item(k, static_cast<const std::byte*>(b.data) + i * size, size);
      if (regular(k)) o.flags.push_back(b.sample_flags != nullptr ? b.sample_flags[i] : 0);
    }
    o.mark = b.settled_ns;
    if (!o.t_ns.empty()) o.mark = std::max(o.mark, o.t_ns.back());
    o.seen = std::max(o.seen, b.seen_ns);
    o.finished = o.finished || (b.flags & IB_BLOCK_FINISHED) != 0;
  }

  /// Field by field: what lies between the fields is not part of an item.
  void keep_item(std::size_t k, const std::byte* item, std::size_t size) {
    auto& bytes = outputs_[k].bytes;
    const auto at = bytes.size();
    bytes.resize(at + size);
    if (regular(k)) {
      std::memcpy(bytes.data() + at, item, size);
      return;
    }
    const auto& type = *out_streams_[k].type;
    for (std::uint32_t f = 0; f < type.n_fields; ++f) {
      const auto& field = type.fields[f];
      std::memcpy(bytes.data() + at + field.offset, item + field.offset, size_of(field));
    }
  }
  static std::size_t size_of(const ib_field& field) {
    switch (field.kind) {
      case IB_F32:
      case IB_I32: return 4;
      case IB_F64:
      case IB_I64: return 8;
      case IB_MAYBE: return sizeof(ib_maybe);
      case IB_TEXT: return field.count;
      default: return 1;
    }
  }

  NodeDef def_;
  std::vector<Setting> settings_;
  std::vector<const ib_port*> in_ports_, out_ports_;
  std::deque<Script> scripts_;
  std::vector<ib_event> events_;
  ib_node* node_{};
  bool active_{};
  std::vector<ib_stream> in_streams_, out_streams_;
  StreamPointers pointers_;
  std::deque<BlockRoom> slots_;
  DirtyScratch scratch_;
  std::vector<Output> outputs_;
  std::string error_;
};

}  // namespace ib::test
