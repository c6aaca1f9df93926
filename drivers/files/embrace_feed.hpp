// EmbraceFeed: a folder of an Empatica EmbracePlus as signals, in the CSV form that its maker's script
// converts the recordings to.
//
//   bvp.csv               unix_timestamp,bvp           64 Hz, ppg
//   accelerometer.csv     unix_timestamp,x,y,z         64 Hz, g
//   eda.csv               unix_timestamp,eda           4 Hz, uS
//   temperature.csv       unix_timestamp,temperature   1 Hz, degC
//   systolic_peaks.csv    systolic_peak_timestamp      ns; intervals are their differences
//   tags.csv              tags_timestamp               us; presses of the button
//
// unix_timestamp counts microseconds since 1970. Names in any case; files may be missing, but not both
// bvp.csv and systolic_peaks.csv; other files and columns are passed over. What can't be used is left
// out and told with file:line. Time 0 is the earliest start. Holes, as between two recordings in one
// file, are gaps.
// Source: Empatica, "Converting Avro to CSV files". Thread: as Feed.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "files/csv_rows.hpp"
#include "files/problem.hpp"
#include "source/feed.hpp"

namespace ib::files {

/// True if a folder holds bvp.csv or systolic_peaks.csv with the header row of an EmbracePlus.
bool is_embrace_folder(const std::filesystem::path& path);

class EmbraceFeed final : public source::Feed {
 public:
  /// `invert`: the BVP falls at systole. Problems beside a value: files that are left out, and what
  /// is damaged in the others.
  static Result<std::unique_ptr<source::Feed>> open(const std::filesystem::path& path,
                                                    bool invert = false);

  void describe(ib_source_info& info) const override;
  source::Shape shape(source::Signal s) const override { return shapes_[source::index_of(s)]; }
  source::Losses losses() const override;

 private:
  friend struct EmbraceOpening;
  EmbraceFeed() = default;

  std::int64_t start_unix_ns_{};
  Duration duration_{};
  std::uint64_t refused_stamps_{};
  source::PerSignal<source::Shape> shapes_{};
  std::vector<const CsvRows*> rows_;  ///< owned by the streams
};

}  // namespace ib::files
