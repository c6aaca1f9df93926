#include "dsp/hrv_pieces.hpp"

#include <cassert>
#include <chrono>
#include <cmath>

namespace ib::dsp {

HrvPieces::HrvPieces(const Params& params)
    : length_(params.length),
      least_us_(params.least_coverage *
                std::chrono::duration<double, std::micro>(params.length).count()) {
  assert(length_ > Duration{});
}

bool HrvPieces::push(Time t_end, std::int32_t ibi_us, bool valid) noexcept {
  if (t_end <= last_ || ibi_us <= 0 || ibi_us >= 4'000'000) return false;
  last_ = t_end;
  if (piece_end_ == never) piece_end_ = t_end - std::chrono::microseconds(ibi_us) + length_;
  // One that ends with its piece belongs to it, so the piece is not over yet.
  advance(t_end - Duration{1});
  if (!valid) return true;
  const std::int64_t x = ibi_us;
  n_ += 1, x_ += x, xx_ += x * x;
  return true;
}

void HrvPieces::advance(Time now) noexcept {
  if (piece_end_ == never || now < piece_end_) return;
  end_piece();
  const auto passed = (now - piece_end_) / length_ + 1;  // this one, and empty ones
  piece_end_ = piece_end_ + passed * length_;
}

void HrvPieces::end_piece() noexcept {
  if (n_ >= 2 && static_cast<double>(x_) >= least_us_) {
    const auto n = static_cast<double>(n_);
    const double mean_ms = static_cast<double>(x_) / n / 1000;
    const __int128 scatter = static_cast<__int128>(n_) * xx_ - static_cast<__int128>(x_) * x_;
    sdnn_sum_ += std::sqrt(static_cast<double>(scatter) / (n * (n - 1))) / 1000;
    ++pieces_;
    const double step = mean_ms - mean_;
    mean_ += step / static_cast<double>(pieces_);
    squares_ += step * (mean_ms - mean_);
  }
  n_ = x_ = xx_ = 0;
}

std::optional<double> HrvPieces::sdann() const noexcept {
  if (pieces_ < least_pieces) return std::nullopt;
  return std::sqrt(squares_ / static_cast<double>(pieces_ - 1));
}

std::optional<double> HrvPieces::sdnni() const noexcept {
  if (pieces_ < least_pieces) return std::nullopt;
  return sdnn_sum_ / static_cast<double>(pieces_);
}

}  // namespace ib::dsp
