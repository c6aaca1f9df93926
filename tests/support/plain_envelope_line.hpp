// PlainEnvelopeLine: the lower envelope as a line of its own, as the engine's notes describe it:
// least delay of each 2 s, the last 60 s, lower convex hull, its edge over the centroid, slope
// within `spread` (200 ppm of a crystal), offset alone in the first 10 s, then turning by 500 ppm
// at most. A reference for reports: where a rate is only claimed it does not find the line. Slopes
// from the second bin on there, since at 3 % off an offset alone would be 300 ms wrong after 10 s.
#pragma once

#include <interbeat/clock/packet.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace ib::test {

class PlainEnvelopeLine {
 public:
  explicit PlainEnvelopeLine(const ClockOptions& o)
      : steep_(o.crystal ? 200e-6 : o.spread), young_(o.crystal ? 10 : 2) {}

  void advance(double d) { x_ += d; }
  double x() const { return x_; }
  double expected() const { return x_ + level_ + slope_ * (x_ - centre_); }
  double awaited() const { return expected(); }

  void see(double arrival) {
    const double away = std::abs(arrival - expected());
    scale_ = packets_ < 20 ? std::max(0.005, 0.9 * scale_ + 0.1 * std::min(away, 0.2))
                           : 0.995 * scale_ + 0.005 * std::min(away, 5 * scale_);
    ++packets_;
    const Point p{x_, arrival - x_};
    if (n_ == 0 || std::floor(p.x / 2) != std::floor(points_[n_ - 1].x / 2)) {
      if (n_ == points_.size()) drop_oldest();
      points_[n_++] = p;
    } else if (p.y < points_[n_ - 1].y) {
      points_[n_ - 1] = p;
    }
    while (points_[0].x < x_ - 60) drop_oldest();
    fit();
  }
  void lose(double s) { x_ += s / slope(); }

  double slope() const { return 1 + slope_; }
  double rate() const { return 1 + slope_; }
  double rate_sd() const { return steep_; }
  double sd() const { return 0; }
  double scale() const { return scale_; }
  double wander() const { return 0.5 * scale(); }
  double slew() const { return x_ < 10 ? 0.8 : 500e-6; }

 private:
  struct Point {
    double x, y;
  };
  static double cross(const Point& o, const Point& a, const Point& b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
  }
  void drop_oldest() {
    std::copy(points_.begin() + 1, points_.begin() + static_cast<std::ptrdiff_t>(n_),
              points_.begin());
    --n_;
  }
  void fit() {
    std::array<Point, 31> hull;
    std::size_t m = 0;
    centre_ = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      centre_ += points_[i].x;
      while (m >= 2 && cross(hull[m - 2], hull[m - 1], points_[i]) <= 0) --m;
      hull[m++] = points_[i];
    }
    centre_ /= static_cast<double>(n_);
    if (points_[n_ - 1].x - points_[0].x >= young_) {
      std::size_t e = 1;
      while (e + 1 < m && hull[e].x < centre_) ++e;
      slope_ = (hull[e].y - hull[e - 1].y) / (hull[e].x - hull[e - 1].x);
    }
    slope_ = std::clamp(slope_, -steep_, steep_);
    level_ = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < n_; ++i)
      level_ = std::min(level_, points_[i].y - slope_ * (points_[i].x - centre_));
  }

  double steep_, young_;
  double x_{}, level_{}, slope_{}, centre_{};
  std::array<Point, 31> points_{};
  std::size_t n_{};
  double scale_{0.03};
  int packets_{};
};

}  // namespace ib::test
