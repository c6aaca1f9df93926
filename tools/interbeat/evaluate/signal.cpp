#include "evaluate/signal.hpp"

#include "dsp/iir_design.hpp"
#include "dsp/piecewise_cubic.hpp"
#include "dsp/sos_filter.hpp"
#include "evaluate/distribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace ib::evaluate {
namespace {

constexpr double no_sample = std::numeric_limits<double>::quiet_NaN();

/// How often the new grid steps over the old one, if it does so evenly.
std::optional<std::size_t> whole_ratio(double from_hz, double to_hz) {
  const double ratio = from_hz / to_hz, whole = std::round(ratio);
  if (whole < 1 || std::abs(ratio - whole) > 1e-9 * ratio) return std::nullopt;
  return static_cast<std::size_t>(whole);
}

Signal each_nth(const Signal& signal, std::size_t n, double rate_hz) {
  Signal out;
  out.rate_hz = rate_hz;
  out.first_s = signal.first_s;
  for (std::size_t i = 0; i < signal.values.size(); i += n) out.values.push_back(signal.values[i]);
  return out;
}

/// Stretches of samples without a hole, each by a curve of its own.
class Curves {
 public:
  Curves(const Signal& signal, Signal& out) : out_(out), curve_(signal.values.size()) {}

  void add(double t, double x) {
    t_.push_back(t);
    x_.push_back(x);
  }
  /// Draws what was added, and begins anew.
  void draw() {
    if (t_.size() >= 2) {
      curve_.fit(t_, x_, dsp::Curve::natural);
      const double rate = *out_.rate_hz, first = out_.first_s;
      constexpr double rounding = 1e-9;  // s: the last digit of a time column
      const auto from = static_cast<std::size_t>(std::ceil((t_.front() - rounding - first) * rate));
      const auto to = static_cast<std::size_t>(std::floor((t_.back() + rounding - first) * rate));
      if (to >= from && to < out_.values.size())
        curve_.at(first + static_cast<double>(from) / rate, 1 / rate,
                  std::span(out_.values).subspan(from, to - from + 1));
    }
    t_.clear();
    x_.clear();
  }

 private:
  Signal& out_;
  dsp::PiecewiseCubic curve_;
  std::vector<double> t_, x_;
};

/// Population skewness; none of a constant.
std::optional<double> skewness(std::span<const double> values) {
  double mean = 0, square = 0, cube = 0;
  for (const double x : values) mean += x / static_cast<double>(values.size());
  for (const double x : values) {
    const double d = x - mean;
    square += d * d;
    cube += d * d * d;
  }
  const auto n = static_cast<double>(values.size());
  if (!(square > 0)) return std::nullopt;
  return cube / n / std::pow(square / n, 1.5);
}

}  // namespace

double Signal::end_s() const {
  if (values.empty()) return first_s;
  return rate_hz ? time_s(values.size()) : times_s.back();
}

double Signal::mean_rate_hz() const {
  if (rate_hz) return *rate_hz;
  const double length = times_s.empty() ? 0 : times_s.back() - times_s.front();
  return length > 0 ? static_cast<double>(times_s.size() - 1) / length : 0;
}

std::optional<std::string> rate_error(const Signal& signal, double rate_hz) {
  if (!signal.rate_hz || rate_hz <= *signal.rate_hz * (1 + 1e-9)) return std::nullopt;
  return fmt::format("{:g} Hz is above the {:g} Hz that it was recorded at", rate_hz,
                     *signal.rate_hz);
}

Signal resampled(const Signal& signal, double rate_hz, double bridge_s) {
  if (signal.rate_hz)
    if (const auto n = whole_ratio(*signal.rate_hz, rate_hz)) return each_nth(signal, *n, rate_hz);
  Signal out;
  out.rate_hz = rate_hz;
  if (signal.values.empty()) return out;
  out.first_s = signal.time_s(0);
  const double length = signal.time_s(signal.values.size() - 1) - out.first_s;
  out.values.assign(static_cast<std::size_t>(std::floor(length * rate_hz + 1e-6)) + 1, no_sample);
  Curves curves(signal, out);
  // Of an even signal a hole is one missing sample; of an uneven one a step that is too long.
  const double longest = signal.rate_hz ? std::max(bridge_s, 1.5 / *signal.rate_hz) : bridge_s;
  std::optional<double> last;
  for (std::size_t i = 0; i < signal.values.size(); ++i) {
    const double t = signal.time_s(i);
    if (std::isnan(signal.values[i]) || (last && t <= *last)) continue;
    if (last && t - *last > longest) curves.draw();
    curves.add(t, signal.values[i]);
    last = t;
  }
  curves.draw();
  return out;
}

void turn_over(Signal& signal) {
  for (auto& x : signal.values) x = -x;
}

bool points_down(const Signal& signal) {
  constexpr double five_s = 5;
  const double rate = signal.rate_hz.value_or(0);
  if (rate < 20) return false;
  dsp::SosFilter filter(dsp::butterworth_band_pass(2, 0.5, 8, rate));
  std::vector<double> filtered, skews;
  double held = no_sample;  // through holes
  const auto piece = static_cast<std::size_t>(five_s * rate);
  for (std::size_t i = 0; i < std::min(signal.values.size(), 4 * piece); ++i) {
    const double x = std::isnan(signal.values[i]) ? held : signal.values[i];
    if (std::isnan(x)) continue;
    if (std::isnan(held)) filter.restart(x);
    held = x;
    filtered.push_back(filter(x));
  }
  for (std::size_t k = 1; (k + 1) * piece <= filtered.size(); ++k)
    if (const auto s = skewness(std::span(filtered).subspan(k * piece, piece))) skews.push_back(*s);
  const auto middle = Distribution(skews).median();
  return middle && *middle < 0;
}

}  // namespace ib::evaluate
