// IntervalFeed: a file of beats or beat-to-beat intervals as beats, and one of a strap's
// notifications as these too.
//
// The file is read once at opening, for its duration and its densest second. Thread: as Feed.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "files/beat_items.hpp"
#include "files/notification_items.hpp"
#include "source/feed.hpp"

namespace ib::files {

class IntervalFeed final : public source::Feed {
 public:
  /// `column`: of several; empty: the first known. Problems beside a value: what is damaged, and
  /// what is not as its name says.
  static Result<std::unique_ptr<source::Feed>> open(const std::filesystem::path& path,
                                                    const std::string& column);

  void describe(ib_source_info& info) const override;
  source::Shape shape(source::Signal s) const override;
  source::Losses losses() const override;

 private:
  IntervalFeed(IntervalFile file, const EventExtent& extent, bool breaks_off);
  void add_notifications(IntervalFile file, double most_per_second);

  EventExtent extent_;
  bool breaks_off_;
  std::optional<double> t0_unix_;
  const BeatItems* items_;                   ///< owned by the stream
  const source::EventStream<Beat>* stream_;  ///< owned by the feed
  NotificationItems* notifications_{};       ///< owned by their stream; null: there are none
  double notifications_per_second_{};
};

}  // namespace ib::files
