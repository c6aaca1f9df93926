// OuraFeed: a file of the Oura cloud as the feed of a source: means of the heart rate, nights and sessions as
// marks.
//
// Its time 0 is the earliest moment in it. A mean of a series stands at the end of the minutes that it is of;
// one that is null is absent (low_quality). Its variability is the maker's own number and given nowhere.
// The file is read once at opening. Thread: as Feed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "files/oura.hpp"
#include "source/event_stream.hpp"
#include "source/feed.hpp"

#include <interbeat/physio.hpp>

namespace ib::files {

class OuraFeed final : public source::Feed {
 public:
  /// Problems beside a value: what was left out.
  static Result<std::unique_ptr<source::Feed>> open(const std::filesystem::path& path);

  void describe(ib_source_info& info) const override;
  source::Shape shape(source::Signal s) const override;
  std::string why_absent(source::Signal s) const override;
  source::Losses losses() const override;

 private:
  explicit OuraFeed(const OuraFile& file);

  std::int64_t zero_unix_ms_{};
  Time last_{};
  double rates_per_second_{}, marks_per_second_{};  ///< 0: there are none
  const source::EventStream<HeartRate>* rates_{};   ///< owned by the feed
  const source::EventStream<Marker>* marks_{};      ///< owned by the feed
};

}  // namespace ib::files
