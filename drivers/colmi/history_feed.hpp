// HistoryFeed: what a ring's logs held as the feed of a source: a recording like another, whose time 0 is the
// earliest item and whose UTC is known.
//
// Every log has its port, also one of which nothing came: then there is no item in it.
// Thread: as Feed.
#pragma once

#include <cstdint>
#include <string>

#include "colmi/history.hpp"
#include "colmi/placed_history.hpp"
#include "source/feed.hpp"
#include "source/source_node.hpp"

namespace ib::colmi {

class HistoryFeed final : public source::Feed {
 public:
  /// Without a single item: no feed, and the reasons. `who`: for messages.
  static source::Opened open(const History& history, const Zone& zone, const std::string& who);

  void describe(ib_source_info& info) const override;
  source::Shape shape(source::Signal s) const override;
  source::Losses losses() const override { return losses_; }

 private:
  HistoryFeed(const History& history, PlacedHistory placed);

  template <class T>
  void give(source::Signal signal, std::vector<source::Timed<T>> items);

  std::chrono::sys_seconds zero_{};
  Time last_{};
  source::PerSignal<source::Shape> shapes_{};
  source::Losses losses_;
};

}  // namespace ib::colmi
