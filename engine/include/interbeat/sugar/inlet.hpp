// Inlet: one input of an ordered node: how far it is settled, what of it waits for the other inputs,
// and the gap that stands in front of the next item. One place holds one gap: what comes to it again
// widens it.
//
// Bounds: a store holds what its input may run ahead of the others, which the plan knows (`hold`),
// and what a detector's mark may stand still after a start; an item or gap too many is lost, and the
// runner counts it. With one input connected nothing waits, and there is no store.
// Thread: [exec], owned by its node.
#pragma once

#include <interbeat/sugar/activation.hpp>
#include <interbeat/sugar/describe.hpp>
#include <interbeat/sugar/edge.hpp>
#include <interbeat/sugar/fifo.hpp>
#include <interbeat/sugar/sample_store.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <tuple>

namespace ib::detail {

/// Items of an irregular input, each with its time, and the gaps between them.
template <class T>
class ItemStore {
 public:
  void reserve(std::size_t items, std::size_t /*clocks*/ = 0) {
    items_.reserve(items);
    gaps_.reserve(items / 4 + 4);
  }
  void clear() {
    items_.clear();
    gaps_.clear();
    popped_ = 0;
  }
  bool empty() const { return items_.empty(); }
  std::size_t size() const { return items_.size(); }
  bool push(Time t, const T& v, const Hole& gap) {
    const auto number = popped_ + static_cast<std::uint32_t>(items_.size());
    if (items_.size() == items_.capacity()) return false;
    if (gap.any() && !gaps_.push({gap, number})) return false;
    return items_.push({t, v});
  }
  Time time() const { return items_.front().t; }
  const T& item() const { return items_.front().v; }
  bool behind_gap() const { return !gaps_.empty() && gaps_.front().before == popped_; }
  Hole take_gap() {
    if (!behind_gap()) return {};
    const Hole gap = gaps_.front().gap;
    gaps_.pop();
    return gap;
  }
  void pop() {
    items_.pop();
    ++popped_;
  }

 private:
  struct Kept {
    Time t;
    T v;
  };
  struct KeptGap {
    Hole gap;
    std::uint32_t before{};  ///< stands in front of the item with this number
  };
  Fifo<Kept> items_;
  Fifo<KeptGap> gaps_;
  std::uint32_t popped_{};
};

template <class T>
struct StoreOf {
  using type = ItemStore<T>;
};
template <SampleTag T>
struct StoreOf<T> {
  using type = SampleStore<channels_of<T>()>;
};

template <class F>
struct Inlet {
  using T = typename F::item;
  SettledEdge edge;
  std::unique_ptr<typename StoreOf<T>::type> store;  ///< null where nothing ever waits
  Hole gap;                                          ///< in front of the next item to come
  bool connected{}, finished{};
  bool in_hand{};  ///< the front item is being met

  void clear() {
    if (store != nullptr) store->clear();
    gap = {};
  }
  /// An input that has ended holds nobody.
  Time closed() const { return connected && !finished ? edge.closed() : forever; }
  /// The moment at which this input wants to be met next; forever: nothing waits.
  /// A gap waits for the item behind it: how early its mark comes depends on how blocks are cut.
  Time next() const { return waiting() == 0 ? forever : store->time(); }
  std::size_t waiting() const { return store == nullptr ? 0 : store->size(); }
  void meet_gap(const ib_gap& g) { gap.widen({{g.from_ns}, {g.to_ns}}); }

  /// [control] `wait`: how long the node may stand behind a silent input.
  void reserve(const ib_stream& s, Duration wait, bool one_source) {
    // After a start a detector's mark stands still for 3.5 s, and then lies 1.25 s behind.
    constexpr double standstill_s = 2.25;
    const double rate = s.rate_hz > 0 ? s.rate_hz : s.items_per_second;
    const double span = seconds(Duration{s.hold_ns} + wait) + standstill_s;
    // Behind one source all inputs come in one pass, and `hold` has room for its step. Several
    // sources have no common pass: blocks of one may come before any of another.
    const std::size_t at_once = s.rate_hz > 0 ? 16 : 12;  // samples; beats of a first look
    const std::size_t more = one_source ? at_once : 2 * std::size_t{s.max_items} + 8;
    store = std::make_unique<typename StoreOf<T>::type>();
    constexpr double packets_per_second = 10;
    const std::size_t samples = static_cast<std::size_t>(rate * span) + more;
    const bool steered = (s.flags & IB_STREAM_STEERED) != 0;
    store->reserve(
        samples,
        steered ? std::min(samples, static_cast<std::size_t>(packets_per_second * span) + 1) : 0);
  }
};

template <class N>
struct InletsOf {
  template <std::size_t... I>
  static auto pick(std::index_sequence<I...>) {
    return std::tuple_cat([] {
      using F = FieldAt<N, I>;
      if constexpr (F::field_kind == FieldKind::in) return std::tuple<Inlet<F>>{};
      else return std::tuple<>{};
    }()...);
  }
  using type = decltype(pick(std::make_index_sequence<field_count<N>>{}));
};

}  // namespace ib::detail
