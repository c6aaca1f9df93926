// CsvFeed: a CSV recording as signals: a pulse waveform, an ECG,
// acceleration, temperature.
//
// Thread: as Feed.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "files/csv_rows.hpp"
#include "source/feed.hpp"

namespace ib::files {

struct CsvFeedOptions {
  std::string channel{any_channel};  ///< column of the pulse waveform
  std::string ecg_channel{};         ///< column of the ECG; empty: the one whose name says so
  double rate_hz{};                  ///< 0: from the file
  bool invert{};                     ///< the waveform falls at systole
};

class CsvFeed final : public source::Feed {
 public:
  /// Problems beside a value: what is damaged, and what is not as its name says.
  static Result<std::unique_ptr<source::Feed>> open(const std::filesystem::path& path,
                                                    const CsvFeedOptions& options);

  void describe(ib_source_info& info) const override;
  source::Shape shape(source::Signal s) const override;
  source::Losses losses() const override { return rows_->losses(); }

 private:
  CsvFeed(CsvFile file, const CsvColumns& columns, const CsvClock& clock, bool invert);

  CsvClock clock_;
  std::vector<source::Lane> lanes_;
  std::optional<double> t0_unix_;
  const CsvRows* rows_;  ///< owned by the stream
};

}  // namespace ib::files
