#include "bench/nodes.hpp"

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>
#include <interbeat/sections.hpp>

#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "bench/arrivals.hpp"
#include "bench/push.hpp"
#include "bench/window.hpp"
#include "builtin.hpp"
#include "builtin_nodes.hpp"
#include "dsp/iir_design.hpp"

namespace ib::bench {
namespace {

/// Beats 0.83 s apart with a slow sway, on a constant as a ring has it: 17 minutes, then again.
const std::vector<float>& pulse_table() {
  static const std::vector<float> table = [] {
    std::vector<float> t(1U << 16);
    double beat = 0, next = 0.83;
    for (std::size_t i = 0; i < t.size(); ++i) {
      const double s = static_cast<double>(i) / source_rate;
      if (s > beat + next) {
        beat += next;
        next = 0.83 + 0.05 * std::sin(0.6 * s);
      }
      const double from_peak = s - beat - 0.3;
      t[i] = static_cast<float>(50000 + 500 * std::exp(-from_peak * from_peak / 0.01));
    }
    return t;
  }();
  return table;
}

struct Source {
  static constexpr About about{"bench.source", "1.0.0",
                               "A pulse from a table, while it is measured."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE | IB_NODE_DETERMINISTIC;
  Out<"ppg", Ppg, OutSpec{.doc = "Samples."}> ppg;
  Param<"packet", NumberSpec{.min = 1,
                             .max = 4096,
                             .def = 8,
                             .unit = "1",
                             .doc = "Samples a packet.",
                             .integer = true}>
      packet;
  static constexpr auto fields = std::tuple{&Source::ppg, &Source::packet};

  Window* window = window_in_force();
  const std::vector<float>* table{};
  std::uint64_t index{};
  Anchor anchor = Anchor::of_rate(source_rate);

  bool activate(Activation& a) {
    a.out().rate_hz = source_rate;
    a.out().max_items = static_cast<std::uint32_t>(packet);
    table = &pulse_table();
    return window != nullptr || a.fail("bench.source is measured by a program, not run by a graph");
  }
  ib_status process(ib_process& p) {
    const auto n = static_cast<std::uint32_t>(packet);
    if (std::exchange(awaits_, false)) {  // the turn ends, so that the packet is handed over
      p.wake_ns = p.now_ns;
      return IB_SLEEP;
    }
    if (const auto due = anchor.at(index + n - 1).ns; due > p.now_ns) {
      p.wake_ns = due;
      return IB_SLEEP;
    }
    if (!window->next()) return IB_DONE;
    ib_block* b = p.out[0];
    b->anchor = {anchor.index, anchor.t_ns, anchor.dt_q32};
    b->first_index = index;
    b->n = n;
    float* x = writable_samples(*b);
    for (std::uint32_t i = 0; i < n; ++i) x[i] = (*table)[(index + i) & (table->size() - 1)];
    b->sample_flags = nullptr;
    index += n;
    b->settled_ns = anchor.at(index - 1).ns;
    awaits_ = window->await_answer;
    return IB_OK;
  }

 private:
  bool awaits_{};
};

struct Pass {
  static constexpr About about{"bench.pass", "1.0.0", "Hands on."};
  In<"in", float, InSpec{.doc = "In."}> in;
  Out<"out", float, OutSpec{.doc = "Out."}> out;
  static constexpr auto fields = std::tuple{&Pass::in, &Pass::out};
  void restart(double) {}
  double operator()(double x) noexcept { return x; }
};

struct Scale {
  static constexpr About about{"bench.scale", "1.0.0", "Multiplies."};
  In<"in", float, InSpec{.doc = "In."}> in;
  Out<"out", float, OutSpec{.doc = "Out."}> out;
  Param<"by", NumberSpec{.min = 0, .max = 2, .def = 0.999, .unit = "1", .doc = "Factor."}> by;
  static constexpr auto fields = std::tuple{&Scale::in, &Scale::out, &Scale::by};
  void restart(double) {}
  double operator()(double x) noexcept { return x * by; }
};

struct SomeSections {
  static constexpr About about{"bench.biquad", "1.0.0", "Sections of a band-pass that has four."};
  In<"in", float, InSpec{.doc = "In."}> in;
  Out<"out", float, OutSpec{.doc = "Out."}> out;
  Param<"section",
        NumberSpec{.min = 0, .max = 3, .def = 0, .unit = "1", .doc = "The first.", .integer = true}>
      section;
  Param<"many",
        NumberSpec{.min = 1, .max = 4, .def = 1, .unit = "1", .doc = "How many.", .integer = true}>
      many;
  static constexpr auto fields = std::tuple{&SomeSections::in, &SomeSections::out,
                                            &SomeSections::section, &SomeSections::many};

  std::array<ib_section, 4> all{};
  std::size_t n{};
  bool activate(Activation& a) {
    const auto design = dsp::butterworth_band_pass(4, 0.5, 8, source_rate);
    const auto first = static_cast<std::size_t>(section);
    n = static_cast<std::size_t>(many);
    if (first + n > all.size()) return a.fail("the band-pass has four sections");
    for (std::size_t k = 0; k < n; ++k) {
      const auto& c = design.sections.at(first + k);
      all[k] = {c.b0, c.b1, c.b2, c.a1, c.a2, 0, 0};
    }
    return true;
  }
  std::span<ib_section> sections() { return {all.data(), n}; }
  void restart(double) {
    for (auto& s : all) s.s1 = s.s2 = 0;
  }
  double operator()(double x) noexcept { return step(sections(), x); }
};

struct Sink {
  static constexpr About about{"bench.sink", "1.0.0", "Takes samples."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_DETERMINISTIC;
  In<"in", float, InSpec{.doc = "In."}> in;
  static constexpr auto fields = std::tuple{&Sink::in};

  Window* window = window_in_force();
  double sum{};
  ib_status process(ib_process& p) {
    if (p.in[0] == nullptr || p.in[0]->n == 0) return IB_OK;
    sum += static_cast<double>(*Samples{*p.in[0]}.frame(0));
    if (window != nullptr && window->await_answer)
      window->answered.fetch_add(1, std::memory_order_release);
    return IB_OK;
  }
};

struct AnySink {
  static constexpr About about{"bench.any", "1.0.0", "Takes every stream."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_DETERMINISTIC;
  In<"in", void, InSpec{.doc = "In."}> in;
  static constexpr auto fields = std::tuple{&AnySink::in};
  std::uint64_t items{};
  ib_status process(ib_process& p) {
    if (p.in[0] != nullptr) items += p.in[0]->n;
    return IB_OK;
  }
};

}  // namespace

float pulse_at(std::uint64_t index) {
  const auto& table = pulse_table();
  return table[index & (table.size() - 1)];
}

void add_bench_nodes(Registry& registry) {
  for (const auto& d :
       {node_def<Source>(), node_def<Pass>(), node_def<Scale>(), node_def<SomeSections>(),
        node_def<Sink>(), node_def<AnySink>(), node_def<Push>()}) {
    registry.add(NodeType{d.desc, d.create});
  }
  registry.add(pass_in_c());
  registry.add(arrive_node());
}

Registry bench_registry() {
  Registry registry;
  add_builtin_nodes(registry);
  add_builtin_drivers(registry);
  add_bench_nodes(registry);
  return registry;
}

}  // namespace ib::bench
