// The smallest nodes that a hop can be measured with, and a source that never runs dry.
#pragma once

#include <interbeat/engine.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "plan_impl.hpp"
#include "run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

namespace ib::bench {

/// One packet of `packet` samples per turn, for ever.
struct ToySource {
  static constexpr About about{"toy.source", "1.0.0", "One packet per turn."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE | IB_NODE_DETERMINISTIC;
  Out<"ppg", Ppg, OutSpec{.doc = "Samples."}> ppg;
  Param<"packet",
        NumberSpec{
            .min = 1, .max = 4096, .def = 8, .unit = "1", .doc = "Samples.", .integer = true}>
      packet;
  static constexpr auto fields = std::tuple{&ToySource::ppg, &ToySource::packet};
  static constexpr double rate = 64;

  std::uint64_t index{};
  bool activate(Activation& a) {
    a.out().rate_hz = rate;
    a.out().max_items = static_cast<std::uint32_t>(packet);
    return true;
  }
  ib_status process(ib_process& p) {
    ib_block* b = p.out[0];
    const auto anchor = Anchor::of_rate(rate);
    b->anchor = {anchor.index, anchor.t_ns, anchor.dt_q32};
    b->first_index = index;
    b->n = static_cast<std::uint32_t>(packet);
    float* x = writable_samples(*b);
    for (std::uint32_t i = 0; i < b->n; ++i) x[i] = static_cast<float>((index + i) % 61);
    b->sample_flags = nullptr;
    index += b->n;
    b->settled_ns = anchor.at(index - 1).ns;
    p.wake_ns = anchor.at(index).ns;
    return IB_SLEEP;
  }
};

struct Pass {
  static constexpr About about{"toy.pass", "1.0.0", "Hands on."};
  In<"in", float, InSpec{.doc = "In."}> in;
  Out<"out", float, OutSpec{.doc = "Out."}> out;
  static constexpr auto fields = std::tuple{&Pass::in, &Pass::out};
  void restart(double) {}
  double operator()(double x) { return x; }
};

struct Scale {
  static constexpr About about{"toy.scale", "1.0.0", "Multiplies."};
  In<"in", float, InSpec{.doc = "In."}> in;
  Out<"out", float, OutSpec{.doc = "Out."}> out;
  Param<"by", NumberSpec{.min = 0, .max = 2, .def = 0.999, .unit = "1", .doc = "Factor."}> by;
  static constexpr auto fields = std::tuple{&Scale::in, &Scale::out, &Scale::by};
  void restart(double) {}
  double operator()(double x) { return x * by; }
};

struct Swallow {
  static constexpr About about{"toy.sink", "1.0.0", "Takes everything."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_DETERMINISTIC;
  In<"in", float, InSpec{.doc = "In."}> in;
  static constexpr auto fields = std::tuple{&Swallow::in};
  double sum{};
  ib_status process(ib_process& p) {
    if (p.in[0] != nullptr && p.in[0]->n > 0)
      sum += static_cast<double>(*Samples{*p.in[0]}.frame(0));
    return IB_OK;
  }
};

inline Registry toys() {
  Registry r;
  for (const auto& d :
       {node_def<ToySource>(), node_def<Pass>(), node_def<Scale>(), node_def<Swallow>()}) {
    r.add(NodeType{d.desc, d.create});
  }
  return r;
}

/// source → n × type → sink, from YAML as a user would write it.
inline std::string chain_yaml(int n, const std::string& type, int packet, bool queues = false) {
  std::string y =
      fmt::format("interbeat: 1\nnodes:\n  n0: {{type: toy.source, packet: {}}}\n", packet);
  for (int i = 1; i <= n; ++i) {
    y += queues
             ? fmt::format("  n{}: {{type: {}, in: {{from: n{}, queue: 1 s}}}}\n", i, type, i - 1)
             : fmt::format("  n{}: {{type: {}, in: n{}}}\n", i, type, i - 1);
  }
  return y + fmt::format("  sink: {{type: toy.sink, in: n{}}}\n", n);
}

/// A plan and the run that turns its one source.
class Turner {
 public:
  Turner(const std::string& yaml, const Registry& registry) {
    Diagnostics problems;
    const auto graph = read_graph_text(yaml, "bench", ".", {}, registry, problems);
    if (!graph) throw std::runtime_error(problems.text());
    plan_ = Plan::build(*graph, {}, problems);
    if (!plan_) throw std::runtime_error(problems.text());
    run_ = std::make_unique<detail::Run>(plan_->impl(), nullptr);
  }
  void turn() {
    now_ = now_ + 1s;
    run_->advance(0, now_);
  }

 private:
  std::unique_ptr<Plan> plan_;
  std::unique_ptr<detail::Run> run_;
  Time now_{};
};

}  // namespace ib::bench
