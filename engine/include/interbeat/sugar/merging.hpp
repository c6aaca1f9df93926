// Merging shape: once per tick of the session grid, a look at the last `window` of every input, when
// all of them are closed (settled, or given up in band).
//
//   struct Difference {
//     static constexpr Duration window = 10s, every = 5s, wait = 3s, idle_after = 10s;
//     void at(Time t, Span<Beat> a, Span<Beat> b, Emit<Together>& emit);   // [exec]
//   };
//
// The window of a tick at t is t - window < item <= t. It is the Ordered shape with a preallocated
// window per input, sized by the input's greatest rate; an item too many is lost and counted.
// Thread: [exec].
#pragma once

#include <interbeat/sugar/ordered.hpp>

#include <span>
#include <utility>
#include <vector>

namespace ib {

template <class T>
struct Item {
  Time t;
  T v;
};

/// One input of a merge at one tick: its items in the window, and what stands behind the moment.
template <class T>
struct Span {
  std::span<const Item<T>> items;
  Side state{};
};

namespace detail {

template <class N>
concept Merging = requires {
  N::window;
  N::every;
  &N::at;
};

/// The items of one input that are younger than the window; contiguous, in order.
template <class T>
class TimeWindow {
 public:
  void reserve(std::size_t capacity) {
    clear();
    capacity_ = capacity;
    items_.resize(2 * capacity);
  }
  bool push(Time t, const T& v) {
    if (last_ - first_ == capacity_) return false;
    if (last_ == items_.size()) {  // moved once per `capacity` pushes
      std::move(items_.begin() + static_cast<std::ptrdiff_t>(first_), items_.end(), items_.begin());
      last_ -= first_;
      first_ = 0;
    }
    items_[last_++] = {t, v};
    return true;
  }
  void drop_until(Time t) {
    while (first_ < last_ && items_[first_].t <= t) ++first_;
  }
  void clear() { first_ = last_ = 0; }
  std::span<const Item<T>> items() const {
    return std::span(items_).subspan(first_, last_ - first_);
  }

 private:
  std::vector<Item<T>> items_;
  std::size_t capacity_{}, first_{}, last_{};
};

template <class F>
struct WindowOf : TimeWindow<typename F::item> {};

template <class N>
struct WindowsOf {
  template <std::size_t... I>
  static auto pick(std::index_sequence<I...>) {
    return std::tuple_cat([] {
      using F = FieldAt<N, I>;
      if constexpr (F::field_kind == FieldKind::in) return std::tuple<WindowOf<F>>{};
      else return std::tuple<>{};
    }()...);
  }
  using type = decltype(pick(std::make_index_sequence<field_count<N>>{}));
};

/// A merging node in the clothes of an ordered one.
template <class N>
struct WithWindows : N {
  typename WindowsOf<N>::type windows;
  std::uint64_t lost{};

  bool activate(Activation& plan) {
    std::size_t i = 0;
    std::apply([&](auto&... w) { (w.reserve(room(plan.in(i++))), ...); }, windows);
    if constexpr (requires(N & n) { n.activate(plan); }) return N::activate(plan);
    else return true;
  }
  void reset() {
    std::apply([](auto&... w) { (w.clear(), ...); }, windows);
    if constexpr (requires(N & n) { n.reset(); }) N::reset();
  }
  template <class F>
  void on(F&, Time t, const typename F::item& v) {
    auto& w = std::get<WindowOf<F>>(windows);
    w.drop_until(t - N::window - N::every);  // no tick can look further back
    if (!w.push(t, v)) ++lost;
  }
  /// Items that found a window full, since the last question.
  std::uint64_t take_lost() { return std::exchange(lost, 0); }
  void tick(Time t) {
    std::apply([&](auto&... w) { (w.drop_until(t - N::window), ...); }, windows);
    call(t, std::make_index_sequence<field_count<N>>{});
  }

 private:
  static std::size_t room(const ib_stream& s) {
    const double span = seconds(Duration{N::window}) + seconds(Duration{N::every}) + 2;
    return static_cast<std::size_t>(s.items_per_second * span) + 2 * std::size_t{s.max_items} + 8;
  }
  template <std::size_t... I>
  void call(Time t, std::index_sequence<I...>) {
    N& node = *this;
    std::apply([&node, t](auto&&... args) { node.at(t, args...); },
               std::tuple_cat(inputs<I>(t)..., outputs<I>()...));
  }
  template <std::size_t I>
  auto inputs(Time t) {
    using F = FieldAt<N, I>;
    if constexpr (F::field_kind == FieldKind::in) {
      using T = typename F::item;
      auto& field = this->*std::get<I>(N::fields);
      return std::tuple{Span<T>{std::get<WindowOf<F>>(windows).items(), field.state(t)}};
    } else {
      return std::tuple<>{};
    }
  }
  template <std::size_t I>
  auto outputs() {
    using F = FieldAt<N, I>;
    if constexpr (F::field_kind == FieldKind::out) {
      return std::tuple<Emit<typename F::item>&>{this->*std::get<I>(N::fields)};
    } else {
      return std::tuple<>{};
    }
  }
};

}  // namespace detail
}  // namespace ib
