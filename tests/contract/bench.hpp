// Bench: one node behind its C v-table, played from scripts, with every promise of abi.h checked
// around each call. What is broken is collected as sentences, so that a test can also ask for it.
//
//   Bench bench(def);
//   auto played = bench.play(setup, {.cut = 7});
//   played.problems           // "order: ...", "room: ...": the word names the promise
//   played.outputs            // canonical: what came out, however it was cut
//
// Rooms are sized as the plan sizes them, and stand between guard bytes.
#pragma once

#include "support/counted_malloc.hpp"

#include "support/graph_world.hpp"
#include "support/node_runner.hpp"

#include "contract/random_input.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ib::test {

/// Which node is meant, and how it is made.
struct NodeUnderTest {
  const ib_node_desc* desc{};
  ib_node* (*create)(const ib_host*){};
  bool is(std::uint32_t flag) const { return (desc->flags & flag) != 0; }
};

struct Play {
  unsigned cut{};            ///< 0: as few blocks as the script allows; else the seed of the cuts
  bool count_allocations{};  ///< in process()
  bool reset_before{};       ///< play on, on the same node, after reset()
};

struct Played {
  std::vector<Output> outputs;
  std::vector<std::string> problems;
  std::uint64_t allocations{};

  std::string problem(std::string_view promise) const {
    for (const auto& p : problems) {
      if (p.starts_with(promise)) return p;
    }
    return {};
  }
};

namespace detail {

inline std::uint64_t checksum(const ib_block& b, std::size_t item_size) {
  std::uint64_t h = 14695981039346656037U;
  const auto eat = [&h](const void* p, std::size_t n) {
    const auto* c = static_cast<const unsigned char*>(p);
    for (std::size_t i = 0; i < n; ++i) h = (h ^ c[i]) * 1099511628211U;
  };
  eat(&b, sizeof b);
  eat(b.data, b.n * item_size);
  if (b.t_ns != nullptr) eat(b.t_ns, b.n * sizeof(std::int64_t));
  if (b.sample_flags != nullptr) eat(b.sample_flags, b.n);
  eat(b.gaps, b.n_gaps * sizeof(ib_gap));
  return h;
}

/// A block's memory with a strip of known bytes behind data, times and flags.
class GuardedRoom {
 public:
  GuardedRoom(std::size_t capacity, std::size_t item_size, std::uint32_t channels)
      : capacity_(std::max<std::size_t>(1, capacity)),
        data_bytes_(capacity_ * item_size),
        data_((data_bytes_ + guard) / sizeof(Line) + 1),
        times_(capacity_ + guard / sizeof(std::int64_t)),
        flags_(capacity_ + guard),
        gaps_(capacity_ + 2 + guard / sizeof(ib_gap)) {
    std::memset(gaps_.data(), fill, gaps_.size() * sizeof(ib_gap));
    std::memset(data(), fill, data_.size() * sizeof(Line));
    std::memset(times_.data(), fill, times_.size() * sizeof(std::int64_t));
    std::memset(flags_.data(), fill, flags_.size());
    block_.struct_size = sizeof block_;
    block_.capacity = static_cast<std::uint32_t>(capacity_);
    block_.channels = channels;
  }
  ib_block* open(std::int64_t settled_ns) {
    block_.flags = block_.n = block_.n_gaps = 0;
    block_.lost = 0;
    block_.settled_ns = settled_ns;
    block_.seen_ns = IB_NEVER;
    block_.data = data();
    block_.t_ns = times_.data();
    block_.sample_flags = flags_.data();
    block_.gaps = gaps_.data();
    return &block_;
  }
  bool intact() const {
    return untouched(data() + data_bytes_) && untouched(times_.data() + capacity_) &&
           untouched(flags_.data() + capacity_) && untouched(gaps_.data() + capacity_ + 1);
  }

 private:
  static constexpr std::size_t guard = 64;
  static constexpr unsigned char fill = 0xA5;
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  static bool untouched(const void* at) {
    const auto* c = static_cast<const unsigned char*>(at);
    return std::all_of(c, c + guard, [](unsigned char x) { return x == fill; });
  }
  std::byte* data() { return data_.front().bytes; }
  const std::byte* data() const { return data_.front().bytes; }

  std::size_t capacity_, data_bytes_;
  std::vector<Line> data_;
  std::vector<std::int64_t> times_;
  std::vector<std::uint8_t> flags_;
  std::vector<ib_gap> gaps_;
  ib_block block_{};
};

inline std::size_t size_of(const ib_field& f) {
  switch (f.kind) {
    case IB_F32:
    case IB_I32: return 4;
    case IB_F64:
    case IB_I64: return 8;
    case IB_MAYBE: return sizeof(ib_maybe);
    case IB_TEXT: return f.count;
    default: return 1;
  }
}

inline bool finite(const ib_field& f, const std::byte* item) {
  const auto at = [&](auto v) {
    std::memcpy(&v, item + f.offset, sizeof v);
    return v;
  };
  switch (f.kind) {
    case IB_F32: return std::isfinite(at(0.0F));
    case IB_F64: return std::isfinite(at(0.0));
    case IB_MAYBE: return std::isfinite(at(ib_maybe{}).value);
    default: return true;
  }
}

}  // namespace detail

/// Everything written to the standard output goes to the end of a file, as long as this lives.
class StdoutTo {
 public:
  explicit StdoutTo(const std::filesystem::path& file) {
    std::fflush(stdout);
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(fd, STDOUT_FILENO);
    ::close(fd);
  }
  ~StdoutTo() { ::dup2(kept_, STDOUT_FILENO), ::close(kept_); }
  StdoutTo(const StdoutTo&) = delete;
  StdoutTo& operator=(const StdoutTo&) = delete;

 private:
  int kept_ = ::dup(STDOUT_FILENO);
};

class Bench {
 public:
  explicit Bench(NodeUnderTest node) : def_(node) {
    for (std::uint32_t i = 0; i < def_.desc->n_ports; ++i) {
      const auto& port = def_.desc->ports[i];
      ((port.flags & IB_PORT_OUT) != 0 ? out_ports_ : in_ports_).push_back(&port);
    }
  }
  ~Bench() { close(); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  Played play(const Setup& setup, const Play& how) {
    played_ = {};
    how_ = how;
    random_.seed(how.cut);
    const auto silence = hush();
    if (how.reset_before) node_->reset(node_, IB_RESET_FRESH);
    else if (!start(setup)) return std::move(played_);
    auto scripts = setup.scripts;
    if (how.cut == 0) {
      for (auto& s : scripts) drop_inner_marks(s);
    }
    played_.outputs.resize(out_ports_.size());
    for (std::size_t k = 0; k < marks_.size(); ++k) played_.outputs[k].mark = marks_[k];
    feed(scripts, setup.events);
    for (std::size_t k = 0; k < marks_.size(); ++k) marks_[k] = played_.outputs[k].mark;
    return std::move(played_);
  }

  std::uint64_t counter(std::string_view name) const {
    const auto* c = static_cast<const ib_counters*>(node_->extension(node_, IB_EXT_COUNTERS));
    for (std::uint32_t i = 0; c != nullptr && i < c->n; ++i) {
      if (name == c->name(node_, i)) return c->value(node_, i);
    }
    return 0;
  }
  /// What a sink wrote, complete: files, and what went to the standard output.
  std::map<std::string, std::string> close() {
    {
      const auto silence = hush();
      destroy();
    }
    return files_in(out_.path());
  }

 private:
  std::unique_ptr<StdoutTo> hush() const {
    if (!def_.is(IB_NODE_SINK)) return nullptr;
    return std::make_unique<StdoutTo>(out_.path() / "stdout.txt");
  }
  void destroy() {
    if (node_ == nullptr) return;
    if (active_) node_->deactivate(node_);
    node_->destroy(node_);
    node_ = nullptr;
    active_ = false;
  }

  // -- activation, as the plan does it -----------------------------------------------------------

  bool start(const Setup& setup) {
    destroy();
    node_ = def_.create(nullptr);
    for (std::uint32_t i = 0; i < def_.desc->n_params; ++i) {
      if ((def_.desc->params[i].flags & IB_PARAM_OUTPUT_PATH) != 0) {
        node_->set_param(node_, i, 0, "out.txt");
      }
    }
    Duration step = 1s;
    in_streams_.clear();
    for (const auto& s : setup.scripts) {
      in_streams_.push_back(s.stream());
      step = std::max(step, s.span());
    }
    for (auto& s : in_streams_) s.hold_ns = step.count();
    preset_outputs(step);
    const auto out_dir = out_.path().string();
    char text[512]{};
    ib_activation a{};
    a.struct_size = sizeof a;
    a.n_in = static_cast<std::uint32_t>(in_streams_.size());
    a.n_out = static_cast<std::uint32_t>(out_streams_.size());
    a.in = in_streams_.data();
    a.out = out_streams_.data();
    a.max_step_ns = step.count();
    a.seed = 1;
    a.path = "test.node";
    a.out_dir = out_dir.c_str();
    a.error = text;
    a.error_size = sizeof text;
    active_ = node_->activate(node_, &a) == IB_OK;
    if (!active_) say("activate: " + std::string(text));
    rooms_.clear();
    marks_.assign(out_streams_.size(), IB_NEVER);
    items_in_ = 0;
    items_out_.assign(out_streams_.size(), 0);
    for (std::size_t k = 0; k < out_streams_.size(); ++k) {
      rooms_.emplace_back(out_streams_[k].max_items, item_size(k), out_streams_[k].channels);
    }
    return active_;
  }

  void preset_outputs(Duration step) {
    double items = 0, rate = 0;
    for (const auto& in : in_streams_) {
      items += in.max_items;
      rate += in.rate_hz > 0 ? in.rate_hz : in.items_per_second;
    }
    const double advance = 2 * seconds(step) + 30;
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
      out_streams_.push_back(s);
    }
  }
  bool regular(std::size_t k) const { return (out_ports_[k]->flags & IB_PORT_REGULAR) != 0; }
  std::size_t item_size(std::size_t k) const {
    return regular(k) ? 4 * std::max<std::size_t>(1, out_streams_[k].channels)
                      : out_streams_[k].type->item_size;
  }

  // -- playing -----------------------------------------------------------------------------------

  /// Marks with an item behind them: without them a script falls into fewer blocks.
  static void drop_inner_marks(Script& s) {
    const bool seen = std::any_of(s.entries.begin(), s.entries.end(),
                                  [](const auto& e) { return e.kind == Script::Entry::seen; });
    if (seen) return;  // then it matters what was settled at that moment
    const auto last = std::find_if(s.entries.rbegin(), s.entries.rend(), [](const auto& e) {
                        return e.kind == Script::Entry::item;
                      }).base();
    s.entries.erase(std::remove_if(s.entries.begin(), last,
                                   [](const auto& e) { return e.kind == Script::Entry::settle; }),
                    last);
  }

  void feed(const std::deque<Script>& scripts, const std::vector<ib_event>& events) {
    std::vector<Script::Player> players;
    for (const auto& s : scripts) players.emplace_back(s);
    bool first = true;
    for (;;) {
      std::vector<const ib_block*> in(scripts.size(), nullptr);
      bool left = false, any = false;
      for (std::size_t i = 0; i < players.size(); ++i) {
        if (players[i].done()) continue;
        left = true;
        if (how_.cut == 0) {
          if (!any) in[i] = players[i].next(static_cast<std::size_t>(-1), false);
        } else if (random_() % 4 != 0) {
          constexpr std::size_t lengths[]{0, 1, 2, 7, 40, 300};
          in[i] = players[i].next(lengths[random_() % 6], random_() % 4 == 0);
        }
        any = any || in[i] != nullptr;
      }
      if (!left) return;
      if (!any) continue;
      call(in, first ? events : std::vector<ib_event>{});
      first = false;
      if (!played_.problem("error").empty()) return;
    }
  }

  void call(const std::vector<const ib_block*>& in, const std::vector<ib_event>& events) {
    std::vector<ib_block*> out;
    for (std::size_t k = 0; k < rooms_.size(); ++k) {
      out.push_back(rooms_[k].open(played_.outputs[k].mark));
    }
    std::vector<std::uint64_t> before;
    for (std::size_t i = 0; i < in.size(); ++i) before.push_back(sum(in[i], i));
    ib_process p{};
    p.struct_size = sizeof p;
    p.n_in = static_cast<std::uint32_t>(in.size());
    p.n_out = static_cast<std::uint32_t>(out.size());
    p.in = in.data();
    p.out = out.data();
    p.events = events.data();
    p.n_events = static_cast<std::uint32_t>(events.size());
    if (how_.count_allocations) count_allocations(true);
    const auto status = node_->process(node_, &p);
    if (how_.count_allocations) {
      count_allocations(false);
      played_.allocations += counted_allocations();
    }
    if (status == IB_ERROR) {
      const auto* ext = static_cast<const ib_error_text*>(node_->extension(node_, IB_EXT_ERROR));
      say(std::string("error: ") + (ext != nullptr ? ext->text(node_) : "process said so"));
    }
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (sum(in[i], i) != before[i])
        say(std::string("input: ") + in_ports_[i]->name + " was written");
      if (in[i] != nullptr) items_in_ += in[i]->n;
    }
    for (std::size_t k = 0; k < out.size(); ++k) check(k, *out[k]);
  }
  std::uint64_t sum(const ib_block* b, std::size_t i) const {
    if (b == nullptr) return 0;
    const auto& s = in_streams_[i];
    return detail::checksum(*b, s.rate_hz > 0 ? 4 * std::size_t{s.channels} : s.type->item_size);
  }

  void check(std::size_t k, const ib_block& b) {
    auto& o = played_.outputs[k];
    const std::string port = out_ports_[k]->name;
    if (!rooms_[k].intact()) say("room: `" + port + "` was written behind its end");
    if (b.n > b.capacity || b.n_gaps > (regular(k) ? 1 : b.capacity + 1))
      return say("room: `" + port + "` holds too much");
    if (b.settled_ns < o.mark) say("mark: `" + port + "` fell");
    if (o.finished && b.n > 0) say("mark: `" + port + "` went on after its end");
    check_bound(k, b);
    for (std::uint32_t g = 0; g < b.n_gaps; ++g) {
      if (b.gaps[g].to_ns <= b.gaps[g].from_ns) say("gap: an empty one on `" + port + "`");
      if (b.gaps[g].at > b.n) say("gap: behind the end of `" + port + "`");
      if (g > 0 && b.gaps[g].at <= b.gaps[g - 1].at) say("gap: two in one place on `" + port + "`");
      o.add_gap({b.gaps[g].from_ns, b.gaps[g].to_ns, o.t_ns.size() + b.gaps[g].at});
    }
    const auto told = o.mark;
    for (std::uint32_t i = 0; i < b.n; ++i) {
      const auto t = regular(k) ? Samples{b}.time(i).ns : b.t_ns[i];
      if (!o.t_ns.empty() && t <= o.t_ns.back())
        say("order: times on `" + port + "` do not increase");
      if (t <= told) {
        say("order: `" + port + "` was settled to " + std::to_string(told) +
            " when an item came at " + std::to_string(t));
      }
      o.t_ns.push_back(t);
      keep(k, static_cast<const std::byte*>(b.data) + i * item_size(k));
      if (regular(k)) o.flags.push_back(b.sample_flags != nullptr ? b.sample_flags[i] : 0);
    }
    o.mark = std::max(o.mark, b.settled_ns);
    o.seen = std::max(o.seen, b.seen_ns);
    o.finished = o.finished || (b.flags & IB_BLOCK_FINISHED) != 0;
  }

  /// n_out <= items_per_item * n_in + items_per_second * (settled advance) + items_per_call.
  void check_bound(std::size_t k, const ib_block& b) {
    const auto& port = *out_ports_[k];
    items_out_[k] += b.n;
    const auto from = std::max<std::int64_t>(played_.outputs[k].mark, 0);
    const double advance = seconds(Duration{std::max<std::int64_t>(0, b.settled_ns - from)});
    // Items that a merge kept are released by a later call: all that came in, less what went out.
    const double owed = static_cast<double>(items_in_) * port.items_per_item + bridge_room(port);
    const double bound = port.items_per_item > 0
                             ? owed +
                                   port.items_per_second *
                                       seconds(Duration{std::max<std::int64_t>(0, b.settled_ns)}) +
                                   port.items_per_call - static_cast<double>(items_out_[k] - b.n)
                             : port.items_per_second * advance + port.items_per_call;
    if (static_cast<double>(b.n) > bound + 1e-6) {
      say("bound: `" + std::string(port.name) + "` sent " + std::to_string(b.n) +
          " items, promised " + std::to_string(bound));
    }
  }
  /// Sample-wise nodes add bridged samples to what came in, and say so in max_items.
  double bridge_room(const ib_port& port) const {
    return (port.flags & IB_PORT_TYPE_AS_IN) != 0 ? 1e9 : 0;
  }

  void keep(std::size_t k, const std::byte* item) {
    auto& bytes = played_.outputs[k].bytes;
    if (regular(k)) {
      for (std::size_t c = 0; c < item_size(k) / 4; ++c) {
        float x;
        std::memcpy(&x, item + 4 * c, 4);
        if (!std::isfinite(x)) say(std::string("finite: ") + out_ports_[k]->name);
      }
      bytes.insert(bytes.end(), item, item + item_size(k));
      return;
    }
    const auto& type = *out_streams_[k].type;
    for (std::uint32_t f = 0; f < type.n_fields; ++f) {  // what lies between them is nobody's
      const auto& field = type.fields[f];
      bytes.insert(bytes.end(), item + field.offset, item + field.offset + detail::size_of(field));
      if (!detail::finite(field, item)) say(std::string("finite: ") + field.name);
    }
  }

  void say(std::string what) {
    if (played_.problems.size() < 20) played_.problems.push_back(std::move(what));
  }

  NodeUnderTest def_;
  Scratch out_;
  std::vector<const ib_port*> in_ports_, out_ports_;
  ib_node* node_{};
  bool active_{};
  std::vector<ib_stream> in_streams_, out_streams_;
  std::deque<detail::GuardedRoom> rooms_;
  std::vector<std::int64_t> marks_;
  std::uint64_t items_in_{};
  std::vector<std::uint64_t> items_out_;
  Played played_;
  Play how_;
  std::mt19937 random_;
};

}  // namespace ib::test
