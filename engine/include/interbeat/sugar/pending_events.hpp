// PendingEvents: param changes on their way to a node. Each acts when the node's input time reaches
// it, before the first item at or after it, wherever blocks are cut.
// Bound: 16 wait for their time; one more is refused, counted, and said in the log.
// Thread: [exec], owned by its node.
#pragma once

#include <interbeat/abi.h>
#include <interbeat/sugar/state.hpp>
#include <interbeat/time.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace ib::detail {

class PendingEvents {
 public:
  using Apply = void (*)(void* node, const ib_event&);

  static constexpr std::size_t most = 16;
  /// [control] The only call that allocates: for a node some of whose params are live.
  void reserve(void* node, Apply apply) {
    waiting_ = std::make_unique<Waiting>();
    waiting_->node = node;
    waiting_->apply = apply;
  }

  void clear() {
    if (waiting_ != nullptr) waiting_->n = 0;
  }
  bool any() const { return waiting_ != nullptr && waiting_->n > 0; }
  /// When the first of them acts; only if any().
  Time first() const { return Time{waiting_->t_ns.front()}; }
  /// [any]
  std::uint64_t refused() const {
    return waiting_ == nullptr ? 0 : waiting_->refused.load(std::memory_order_relaxed);
  }
  /// False: refused, too many wait already. Only behind reserve().
  bool push(const ib_event& e) {
    auto& w = *waiting_;
    if (w.n == most) {
      w.refused.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    std::size_t at = w.n++;
    for (; at > 0 && w.t_ns[at - 1] > e.t_ns; --at) w.move(at - 1, at);
    w.t_ns[at] = e.t_ns;
    w.number[at] = e.number;
    w.param[at] = static_cast<std::uint16_t>(e.param);
    return true;
  }
  /// Those that wait; of a node without live params nothing.
  void state(State& s) {
    if (waiting_ == nullptr) return;
    auto& w = *waiting_;
    s(w.n, w.t_ns, w.number, w.param);
    s.require(w.n <= most);
    if (w.n > most) w.n = 0;
  }
  void apply_until(Time t) {
    if (!any()) return;
    auto& w = *waiting_;
    std::size_t done = 0;
    for (; done < w.n && w.t_ns[done] <= t.ns; ++done)
      w.apply(w.node, {w.t_ns[done], w.param[done], 0, w.number[done]});
    for (std::size_t i = done; i < w.n; ++i) w.move(i, i - done);
    for (std::size_t i = w.n - done; i < w.n; ++i) w.clear(i);  // the same state is the same bytes
    w.n -= static_cast<std::uint32_t>(done);
  }

 private:
  /// By time; a field of all of them after the other, because so they are smaller.
  struct Waiting {
    void* node{};
    Apply apply{};
    std::atomic<std::uint64_t> refused{0};
    std::uint32_t n{};
    std::array<std::int64_t, most> t_ns{};
    std::array<double, most> number{};
    std::array<std::uint16_t, most> param{};

    void clear(std::size_t i) {
      t_ns[i] = 0;
      number[i] = 0;
      param[i] = 0;
    }
    void move(std::size_t from, std::size_t to) {
      t_ns[to] = t_ns[from];
      number[to] = number[from];
      param[to] = param[from];
    }
  };
  std::unique_ptr<Waiting> waiting_;
};

}  // namespace ib::detail
