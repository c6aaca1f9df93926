// Adapter: a node written with fields, behind the C v-table of abi.h. It picks the runner by the
// shape of the node, keeps exceptions on its own side of the border, and offers the counters.
#pragma once

#include <interbeat/sugar/hopping.hpp>
#include <interbeat/sugar/host_clock.hpp>
#include <interbeat/sugar/log.hpp>
#include <interbeat/sugar/merging.hpp>
#include <interbeat/sugar/ordered.hpp>
#include <interbeat/sugar/packets.hpp>
#include <interbeat/sugar/sample_wise.hpp>
#include <interbeat/sugar/scratch.hpp>
#include <interbeat/sugar/state.hpp>
#include <interbeat/sugar/wake.hpp>
#include <interbeat/sugar/watch.hpp>

#include <exception>
#include <new>
#include <utility>

namespace ib {

/// A node type as the registry takes it.
struct NodeDef {
  const ib_node_desc* desc;
  ib_node* (*create)(const ib_host*);
};

namespace detail {

/// A node that reads and writes blocks itself: `ib_status process(ib_process&)`.
template <class N>
concept Raw = requires(N n, ib_process& p) {
  { n.process(p) } -> std::same_as<ib_status>;
};

template <class N>
class RawRunner {
 public:
  explicit RawRunner(N& node) : node_(node) {}
  bool activate(Activation&) { return true; }
  void reset() {}
  void state(State&) {}
  ib_status process(ib_process& p, PendingEvents& events) {
    events.apply_until(Time{p.now_ns});
    return node_.process(p);
  }

 private:
  N& node_;
};

template <class N>
auto pick_node() {
  if constexpr (Merging<N>) return std::type_identity<WithWindows<N>>{};
  else return std::type_identity<N>{};
}
template <class N>
using NodeOf = typename decltype(pick_node<N>())::type;

template <class N>
auto pick_runner() {
  if constexpr (Raw<N>) return std::type_identity<RawRunner<N>>{};
  else if constexpr (SampleWise<N>) return std::type_identity<SampleWiseRunner<N>>{};
  else if constexpr (Hopping<N>) return std::type_identity<HoppingRunner<N>>{};
  else {
    static_assert(Ordered<N>,
                  "a node is sample-wise (restart, operator()), hopping (history, hop, "
                  "at_hop), merging (window, every, at), ordered (on for each input) "
                  "or raw (process)");
    return std::type_identity<OrderedRunner<N>>{};
  }
}

template <class Author>
class Adapter {
  using N = NodeOf<Author>;
  using Runner = typename decltype(pick_runner<N>())::type;

 public:
  static ib_node* create(const ib_host* host) {
    auto* a = new (std::nothrow) Adapter;
    if (a == nullptr) return nullptr;
    if constexpr (has_live_params<N>()) a->log_ = Log(host);
    if constexpr (requires { a->node_.log = Log(host); }) a->node_.log = Log(host);
    if constexpr (requires { a->node_.wake = Wake(host); }) a->node_.wake = Wake(host);
    if constexpr (requires { a->node_.watch = Watch(host); }) a->node_.watch = Watch(host);
    if constexpr (requires { a->node_.clock = HostClock(host); }) a->node_.clock = HostClock(host);
    return &a->abi_;
  }

 private:
  Adapter() : runner_(node_) {
    abi_ = {sizeof(ib_node), 0,      &describe<Author>(), this,     &set_param, &activate,
            &process,        &reset, &deactivate,         &destroy, &extension};
  }

  static Adapter& self(ib_node* n) { return *static_cast<Adapter*>(n->self); }

  static ib_status set_param(ib_node* n, std::uint32_t index, double number, const char* text) {
    auto& a = self(n);
    ib_status status = IB_ERROR;
    each<N, FieldKind::param>(a.node_, [&](auto& p, std::size_t i) {
      if (i != index) return;
      status = IB_OK;
      using P = std::remove_reference_t<decltype(p)>;
      if constexpr (P::kind == IB_STRING) p.value = text != nullptr ? text : "";
      else p.value = static_cast<decltype(p.value)>(number);
    });
    return status;
  }

  static ib_status activate(ib_node* n, ib_activation* raw) {
    auto& a = self(n);
    Activation act(*raw);
    try {
      std::size_t i = 0;
      each<N, FieldKind::in>(a.node_,
                             [&](auto& in, std::size_t) { in.connected = act.connected(i++); });
      if constexpr (has_live_params<N>()) a.events_.reserve(&a, &Adapter::apply);
      if constexpr (requires { a.node_.activate(act); }) {
        if (!a.node_.activate(act)) return IB_ERROR;
      }
      return a.runner_.activate(act) ? IB_OK : IB_ERROR;
    } catch (const std::exception& e) {
      act.fail(e.what());
    } catch (...) {
      act.fail("the node threw something that is not an exception");
    }
    return IB_ERROR;
  }

  static ib_status process(ib_node* n, ib_process* p) {
    auto& a = self(n);
    if constexpr (requires { a.node_.scratch = ScratchMemory(); })
      a.node_.scratch = ScratchMemory(p->scratch);
    each<N, FieldKind::out>(a.node_, [&](auto& port, std::size_t k) {
      port.begin(p->out[k]);
      // A node that takes over goes on where the one before it had settled its port.
      if constexpr (!Raw<N> && !SampleWise<N>) {
        if (p->out[k] != nullptr) port.settle(Time{p->out[k]->settled_ns});
      }
    });
    if constexpr (has_live_params<N>()) a.take_events(*p);
    ib_status status = IB_ERROR;
    try {
      status = a.runner_.process(*p, a.events_);
      if constexpr (requires { Runner::overflow_text; }) {
        if (status == IB_ERROR) a.say(Runner::overflow_text);
      }
    } catch (const std::exception& e) {
      a.say(e.what(), std::current_exception());
      status = a.failed(*p);
    } catch (...) {
      a.say("the node threw something that is not an exception");
      status = a.failed(*p);
    }
    if constexpr (SampleWise<N>) return status;  // its runner wrote the block itself
    each<N, FieldKind::out>(a.node_, [&](auto& port, std::size_t) {
      if (port.overflowed()) {
        a.say("more items came out in one call than the port's bound promises");
        status = IB_ERROR;
      }
      port.end();
    });
    return status;
  }

  static void reset(ib_node* n, std::uint32_t reason) {
    auto& a = self(n);
    if constexpr (requires { a.node_.reset(); }) a.node_.reset();
    if constexpr (requires { a.runner_.reset(reason); }) a.runner_.reset(reason);
    else a.runner_.reset();
    each<N, FieldKind::out>(a.node_, [](auto& port, std::size_t) { port.reopen(); });
    a.say("");
  }
  static void deactivate(ib_node* n) {
    auto& a = self(n);
    if constexpr (requires { a.node_.deactivate(); }) {
      try {
        a.node_.deactivate();
      } catch (...) {  // a file that can't be closed has said so through its own counters
      }
    }
  }
  static void destroy(ib_node* n) { delete &self(n); }

  static const void* extension(ib_node* n, const char* id) {
    const std::string_view name(id);
    static const ib_counters counters{sizeof(ib_counters), n_counters, &counter_name,
                                      &counter_value};
    static const ib_error_text error{sizeof(ib_error_text), &error_text};
    if (name == IB_EXT_COUNTERS) return &counters;
    if (name == IB_EXT_ERROR) return &error;
    if constexpr (keeps_state) {
      static const ib_state state_table{sizeof(ib_state), 0, &state_bytes, &save_state,
                                        &load_state};
      if (name == IB_EXT_STATE) return &state_table;
    }
    if constexpr (SampleWise<N>) {
      if (const void* ext = in_place_extension(name); ext != nullptr) return ext;
    }
    if constexpr (has_packets) {
      if (name == IB_EXT_PACKETS) return packets_table<&packets_of>();
    }
    if constexpr (requires { self(n).node_.extension(name); }) return self(n).node_.extension(name);
    else return nullptr;
  }

  // State: the values of live params, those that wait, the runner's and the node's own.
  static constexpr bool keeps_state = requires(N & n, Runner& r, State& s) {
    n.state(s);
    r.state(s);
  };
  template <class F>
  void each_live_param(F&& f) {
    each<N, FieldKind::param>(node_, [&](auto& p, std::size_t i) {
      if constexpr (requires { p.spec.live; }) {
        if (p.spec.live) f(p, i);
      }
    });
  }
  void state(State& s) {
    if constexpr (keeps_state) {
      each_live_param([&](auto& p, std::size_t) {
        s(p.value);
        if constexpr (requires { p.spec.max; })
          s.require(p.value >= p.spec.min && p.value <= p.spec.max);
      });
      if constexpr (requires { node_.param_changed(); }) {
        if (s.loads()) node_.param_changed();
      }
      events_.state(s);
      runner_.state(s);
      node_.state(s);
    }
  }
  static std::uint64_t state_bytes(ib_node* n) {
    auto s = State::measuring();
    self(n).state(s);
    return s.bytes();
  }
  static std::uint64_t save_state(ib_node* n, void* to, std::uint64_t room) {
    auto s = State::saving(to, room);
    self(n).state(s);
    return s.good() ? s.bytes() : 0;
  }
  /// All of it or nothing: what turns out to be no state leaves the params as they were, and the rest fresh.
  static bool load_state(ib_node* n, const void* from, std::uint64_t bytes) {
    if (bytes != state_bytes(n)) return false;
    auto& a = self(n);
    std::array<double, count_fields<N, FieldKind::param>()> before{};
    a.each_live_param([&](auto& p, std::size_t i) { before[i] = static_cast<double>(p.value); });
    auto s = State::loading(from, bytes);
    a.state(s);
    if (s.good()) return true;
    a.each_live_param([&](auto& p, std::size_t i) {
      p.value = static_cast<std::remove_reference_t<decltype(p.value)>>(before[i]);
    });
    if constexpr (requires { a.node_.param_changed(); }) a.node_.param_changed();
    reset(n, IB_RESET_FRESH);
    a.events_.clear();
    return false;
  }

  static constexpr bool has_packets = requires(N & n) { n.packets.tell(ib_packet{}); };
  static Packets* packets_of(ib_node* n) {
    if constexpr (has_packets) return &self(n).node_.packets;
    else return nullptr;
  }

  static const void* in_place_extension(std::string_view name) {
    if constexpr (Runner::in_place) {
      static const ib_in_place in_place{sizeof(ib_in_place), 0, &change};
      if (name == IB_EXT_IN_PLACE) return &in_place;
      if constexpr (Runner::of_sections) {
        static const ib_sections sections_table{sizeof(ib_sections), 0, &sections,
                                                Runner::moves ? &move : nullptr};
        if (name == IB_EXT_SECTIONS) return &sections_table;
      }
    }
    return nullptr;
  }
  static bool change(ib_node* n, ib_block* b) {
    auto& a = self(n);
    if (a.runner_.steady() == 0) return false;
    a.runner_.change(*b);
    return true;
  }
  static ib_section* sections(ib_node* n, std::uint32_t* count, const std::uint8_t** ready) {
    auto& a = self(n);
    const auto all = a.node_.sections();
    *count = static_cast<std::uint32_t>(all.size());
    *ready = &a.runner_.steady();
    return all.data();
  }
  static void move(ib_node* n, ib_block* b) { self(n).runner_.move(*b); }

  // Counters: the node's own, then "late" (refused by its outputs or too late at its inputs) and
  // "lost" (a store was full).
  static constexpr auto n_own = static_cast<std::uint32_t>(count_fields<N, FieldKind::counter>());
  static constexpr std::uint32_t n_counters = n_own + 2;

  static const char* counter_name(ib_node* n, std::uint32_t i) {
    if (i == n_own) return "late";
    if (i == n_own + 1) return "lost";
    const char* name = "";
    each<N, FieldKind::counter>(self(n).node_, [&](auto& c, std::size_t k) {
      if (k == i) name = std::remove_reference_t<decltype(c)>::name;
    });
    return name;
  }
  static std::uint64_t counter_value(ib_node* n, std::uint32_t i) {
    auto& a = self(n);
    std::uint64_t v = 0;
    if (i == n_own) {
      each<N, FieldKind::out>(a.node_, [&](auto& port, std::size_t) {
        v += port.late.load(std::memory_order_relaxed);
      });
      if constexpr (requires { a.runner_.late(); }) v += a.runner_.late();
    } else if (i == n_own + 1) {
      if constexpr (requires { a.runner_.lost(); }) v = a.runner_.lost();
      v += a.events_.refused();
    } else {
      each<N, FieldKind::counter>(a.node_, [&](auto& c, std::size_t k) {
        if (k == i) v = c.value.load(std::memory_order_relaxed);
      });
    }
    return v;
  }
  static const char* error_text(ib_node* n) {
    auto& a = self(n);
    if (*a.error_ == '\0') {
      if constexpr (requires { a.node_.error(); }) return a.node_.error();
    }
    return a.error_;
  }
  void take_events(const ib_process& p) {
    if (p.resume != 0) return;
    bool all = true;
    for (std::uint32_t i = 0; i < p.n_events; ++i) all = events_.push(p.events[i]) && all;
    if (!all) log_.warning("a param change was not taken: 16 others still wait for their time");
  }
  /// A text that lasts, or one that lasts as long as the exception that carries it.
  void say(const char* text, std::exception_ptr carrier = {}) {
    error_ = text;
    carrier_ = std::move(carrier);
  }

  /// The runner knows at which item the author's code threw; a raw node does not.
  ib_status failed(ib_process& p) {
    if constexpr (requires { runner_.failed(p); }) {
      runner_.failed(p);
      return IB_ERROR_AT_ITEM;
    } else {
      return IB_ERROR;
    }
  }

  static void apply(void* adapter, const ib_event& e) {
    auto& a = *static_cast<Adapter*>(adapter);
    set_param(&a.abi_, e.param, e.number, nullptr);
    if constexpr (requires { a.node_.param_changed(); }) a.node_.param_changed();
  }

  ib_node abi_{};
  N node_;
  Runner runner_;
  PendingEvents events_;
  struct Silent {};
  [[no_unique_address]] std::conditional_t<has_live_params<N>(), Log, Silent> log_;
  const char* error_{""};  ///< a sentence
  std::exception_ptr carrier_;
};

}  // namespace detail

/// The definition of a node type, for a registry's list or a plugin's table.
template <class N>
NodeDef node_def() {
  return {&detail::describe<N>(), &detail::Adapter<N>::create};
}

}  // namespace ib
