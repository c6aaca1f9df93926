#include "files/csv_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ib::files {

using source::Run;
using source::Signal;

namespace {

std::unique_ptr<CsvRows> rows_of(CsvFile file, CsvColumns columns, const CsvClock& clock) {
  switch (clock.kind) {
    case CsvClock::Kind::stamped:
      return std::make_unique<StampedRows>(std::move(file), std::move(columns), clock);
    case CsvClock::Kind::resampled:
      return std::make_unique<ResampledRows>(std::move(file), std::move(columns), clock);
    case CsvClock::Kind::counted: break;
  }
  return std::make_unique<CountedRows>(std::move(file), std::move(columns));
}

}  // namespace

std::unique_ptr<CsvRows> CsvRows::of(CsvFile file, CsvColumns columns, const CsvClock& clock,
                                     bool invert) {
  auto rows = rows_of(std::move(file), std::move(columns), clock);
  rows->invert_ = invert;
  return rows;
}

CsvRows::CsvRows(CsvFile file, CsvColumns columns)
    : times_(file.has_time() ? chunk : 0),
      values_(chunk * file.columns().size()),
      file_(std::move(file)),
      columns_(std::move(columns)) {}

source::Losses CsvRows::losses() const {
  const auto& counts = file_.counts();
  source::Losses losses;
  losses.bad_cells = counts.bad_cells;
  losses.refused_rows = counts.refused;
  losses.cut_short = file_.problems().total() - counts.bad_cells - counts.refused;
  return losses;
}

std::size_t CsvRows::read() {
  const auto n = file_.read<float>(times_, values_);
  std::size_t column = 0;
  for (const auto& lane : columns_.lanes) {
    if (lane.signal == Signal::acceleration) scale(n, column, lane.channels, columns_.g_per_unit);
    if (lane.signal == Signal::ecg) scale(n, column, lane.channels, columns_.mv_per_unit);
    if (lane.signal == Signal::ppg && invert_) scale(n, column, lane.channels, -1);
    column += lane.channels;
  }
  return n;
}

/// What is no sample stays none: NaN times anything is NaN.
void CsvRows::scale(std::size_t rows, std::size_t column, std::size_t channels, float factor) {
  if (factor == 1) return;
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t k = 0; k < channels; ++k) values_[row * width() + column + k] *= factor;
}

void CsvRows::give(Run& run, std::uint64_t first, std::size_t n, const float* values) const {
  run.first = first;
  run.n = static_cast<std::uint32_t>(n);
  std::size_t column = 0;
  for (std::size_t k = 0; k < columns_.lanes.size(); ++k) {
    run.values[k] = values + column;
    run.stride[k] = static_cast<std::uint32_t>(width());
    column += columns_.lanes[k].channels;
  }
}

CsvRows::State CountedRows::next(Run& run, Time) {
  const auto n = read();
  give(run, index_, n, values_.data());
  index_ += n;
  return n > 0 ? State::ready : State::ended;
}

std::uint64_t StampedRows::tick(std::size_t row) const {
  return static_cast<std::uint64_t>(
      std::max(0LL, std::llround((times_[row] - clock_.first_s) / clock_.period_s)));
}

CsvRows::State StampedRows::next(Run& run, Time) {
  if (at_ == n_) {
    n_ = read();
    at_ = 0;
  }
  if (n_ == 0) {
    give(run, end_, 0, values_.data());
    return State::ended;
  }
  const auto from = at_;
  const auto first = tick(from);
  while (++at_ < n_ && tick(at_) == first + (at_ - from)) {}
  end_ = first + (at_ - from);
  give(run, first, at_ - from, values_.data() + from * width());
  return State::ready;
}

ResampledRows::ResampledRows(CsvFile file, CsvColumns columns, const CsvClock& clock)
    : CsvRows(std::move(file), std::move(columns)), clock_(clock), out_(chunk * width()) {
  before_.values.resize(width());
  after_.values.resize(width());
}

/// The next row of the file becomes the one after the tick.
bool ResampledRows::pull() {
  if (at_ == n_) {
    n_ = read();
    at_ = 0;
    if (n_ == 0) return false;
  }
  std::swap(before_, after_);
  after_.t = times_[at_];
  std::copy_n(values_.data() + at_ * width(), width(), after_.values.data());
  if (!any_) before_ = after_;
  any_ = true;
  ++at_;
  return true;
}

CsvRows::State ResampledRows::next(Run& run, Time) {
  std::uint64_t first = tick_;
  std::size_t n = 0;
  while (n < chunk && !ended_) {
    const double t = time_of(tick_);
    while (!ended_ && (!any_ || after_.t < t)) ended_ = !pull();
    if (ended_) break;
    // Over a long hole straight to its end, which may be millions of ticks away.
    const auto landing = static_cast<std::uint64_t>(
        std::max(0.0, std::ceil((after_.t - clock_.first_s) / clock_.period_s)));
    if (landing > tick_ + 2 && after_.t - before_.t >= CsvClock::reach * clock_.period_s) {
      tick_ = landing;
      if (n > 0) break;
      first = landing;
      continue;
    }
    interpolate(t, out_.data() + n * width());
    ++tick_;
    ++n;
  }
  give(run, n > 0 ? first : tick_, n, out_.data());
  return n > 0 ? State::ready : State::ended;
}

void ResampledRows::interpolate(double t, float* to) const {
  const double length = after_.t - before_.t;
  const bool far = length >= CsvClock::reach * clock_.period_s && t < after_.t;
  const double share = length > 0 ? (t - before_.t) / length : 1;
  for (std::size_t k = 0; k < width(); ++k) {
    const auto a = static_cast<double>(before_.values[k]);
    const auto b = static_cast<double>(after_.values[k]);
    to[k] = far ? std::numeric_limits<float>::quiet_NaN()
                : static_cast<float>(share < 1 ? a + share * (b - a) : b);
  }
}

}  // namespace ib::files
