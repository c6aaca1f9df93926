// EventStream: items with a time each, on their way into blocks: beats and markers of files, the
// truth of a simulation. Times rise strictly; what does not is dropped and counted.
//
// Thread: as Stream. No allocation after construction.
#pragma once

#include <interbeat/sugar/activation.hpp>

#include <cstdint>
#include <memory>
#include <optional>

#include "source/feed.hpp"

namespace ib::source {

template <class T>
struct Timed {
  Time t;  ///< in the source's own time
  T item;
};

/// Where items come from, in order; none: the end.
template <class T>
class Items {
 public:
  virtual ~Items() = default;
  virtual std::optional<Timed<T>> next() = 0;
};

template <class T>
class EventStream final : public Stream {
 public:
  /// `end`: own time at which the stream ends; without, its last item.
  EventStream(Signal signal, std::unique_ptr<Items<T>> items, std::optional<Time> end = {})
      : signal_(signal),
        items_(std::move(items)),
        end_(end.value_or(never)),
        coming_(items_->next()) {}

  void place(Time origin) override {
    origin_ = origin - Time{};
    if (end_ > never && end_ < forever) end_ = end_ + origin_;
  }
  Time begin() const override { return coming_ ? coming_->t + origin_ : forever; }
  bool gives(Signal s) const override { return s == signal_; }
  std::uint64_t out_of_order() const { return out_of_order_; }

  Poured pour(const Outlets& out, Time limit, Time) override {
    ib_block* block = out[index_of(signal_)];
    while (coming_) {
      const Time t = coming_->t + origin_;
      if (t > limit) return {Poured::Why::reached, limit, t};
      if (block != nullptr && block->n == block->capacity)
        return {Poured::Why::blocked, t - Duration{1}, t};
      if (block != nullptr) append(*block, t);
      last_ = t;
      advance();
    }
    return {Poured::Why::ended, limit, std::max(end_, last_)};
  }

 private:
  void append(ib_block& block, Time t) {
    static_cast<T*>(const_cast<void*>(block.data))[block.n] = coming_->item;  // NOLINT: our slot
    writable_times(block)[block.n] = t.ns;
    ++block.n;
  }
  void advance() {
    coming_ = items_->next();
    for (; coming_ && coming_->t + origin_ <= last_; coming_ = items_->next()) ++out_of_order_;
  }

  Signal signal_;
  std::unique_ptr<Items<T>> items_;
  Duration origin_{};
  Time end_;
  std::optional<Timed<T>> coming_;
  Time last_ = never;
  std::uint64_t out_of_order_{};
};

}  // namespace ib::source
