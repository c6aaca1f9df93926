// The rows of a CSV recording by device index, in the three ways that CsvClock knows.
//
// Thread: [exec] of the source, blocks on the disk; buffers are made once.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "files/csv.hpp"
#include "files/csv_clock.hpp"
#include "files/csv_columns.hpp"
#include "source/regular_stream.hpp"

namespace ib::files {

/// What all three share: the file, its buffers, and how a row is laid out in lanes.
class CsvRows : public source::Rows {
 public:
  /// `invert`: the waveform is turned over.
  static std::unique_ptr<CsvRows> of(CsvFile file, CsvColumns columns, const CsvClock& clock,
                                     bool invert);

  /// Cells and rows that could not be used, and whether the file broke off.
  source::Losses losses() const;

 protected:
  CsvRows(CsvFile file, CsvColumns columns);

  static constexpr std::size_t chunk = 512;
  /// The next rows of the file into the buffers, in the units of the signals; 0: the end.
  std::size_t read();
  /// A run over `n` rows of `values`, the first of index `first`.
  void give(source::Run& run, std::uint64_t first, std::size_t n, const float* values) const;
  std::size_t width() const { return file_.columns().size(); }

  std::vector<double> times_;
  std::vector<float> values_;

 private:
  void scale(std::size_t rows, std::size_t column, std::size_t channels, float factor);

  CsvFile file_;
  CsvColumns columns_;
  bool invert_{};
};

class CountedRows final : public CsvRows {
 public:
  CountedRows(CsvFile file, CsvColumns columns) : CsvRows(std::move(file), std::move(columns)) {}
  State next(source::Run& run, Time now) override;

 private:
  std::uint64_t index_{};
};

class StampedRows final : public CsvRows {
 public:
  StampedRows(CsvFile file, CsvColumns columns, const CsvClock& clock)
      : CsvRows(std::move(file), std::move(columns)), clock_(clock) {}
  State next(source::Run& run, Time now) override;

 private:
  std::uint64_t tick(std::size_t row) const;

  CsvClock clock_;
  std::size_t at_{}, n_{};
  std::uint64_t end_{};  ///< tick after the last row
};

class ResampledRows final : public CsvRows {
 public:
  ResampledRows(CsvFile file, CsvColumns columns, const CsvClock& clock);
  State next(source::Run& run, Time now) override;

 private:
  struct Row {
    double t{};
    std::vector<float> values;
  };
  bool pull();
  void interpolate(double t, float* to) const;
  double time_of(std::uint64_t tick) const {
    return clock_.first_s + static_cast<double>(tick) * clock_.period_s;
  }

  CsvClock clock_;
  std::size_t at_{}, n_{};
  Row before_, after_;  ///< the rows around the next tick
  bool any_{}, ended_{};
  std::uint64_t tick_{};  ///< the next one
  std::vector<float> out_;
};

}  // namespace ib::files
