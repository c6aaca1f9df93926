// ListedItems: items that are all there, in order of time, for an EventStream.
//
// Thread: as Items.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "source/event_stream.hpp"

namespace ib::source {

template <class T>
class ListedItems final : public Items<T> {
 public:
  explicit ListedItems(std::vector<Timed<T>> items) : items_(std::move(items)) {}
  std::optional<Timed<T>> next() override {
    if (at_ == items_.size()) return std::nullopt;
    return items_[at_++];
  }

 private:
  std::vector<Timed<T>> items_;
  std::size_t at_{};
};

}  // namespace ib::source
