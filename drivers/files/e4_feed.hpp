// E4Feed: an Empatica E4 export as signals: BVP as ppg, ACC, TEMP, EDA, IBI as beats, tags as
// markers.
//
// Its time 0 is the earliest start of its files. Thread: as Feed.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "files/beat_items.hpp"
#include "files/e4.hpp"
#include "source/feed.hpp"
#include "source/regular_stream.hpp"

namespace ib::files {

class E4Rows;

/// What one reading of all files tells: where the main stream ends, how dense the beats are.
struct E4Scan {
  Duration duration{};
  double beats_per_second{1};
};

class E4Feed final : public source::Feed {
 public:
  /// `invert`: the BVP falls at systole. Problems beside a value: files of the export that are left
  /// out, and what is damaged in the others.
  static Result<std::unique_ptr<source::Feed>> open(const std::filesystem::path& path,
                                                    bool invert = false);

  void describe(ib_source_info& info) const override;
  source::Shape shape(source::Signal s) const override { return shapes_[source::index_of(s)]; }
  source::Losses losses() const override;

 private:
  E4Feed(E4Export found, const E4Scan& scan, bool has_tags, bool invert);
  void add_regular(std::optional<E4Stream> stream, source::Signal signal, Duration start,
                   float factor = 1);
  void add_beats(IntervalFile file, Duration start);
  void add_tags(const std::vector<double>& seconds);

  double start_unix_;
  Duration duration_{};
  source::PerSignal<source::Shape> shapes_{};
  std::vector<const E4Rows*> rows_;  ///< owned by the streams
  const BeatItems* beats_{};         ///< owned by its stream
};

}  // namespace ib::files
