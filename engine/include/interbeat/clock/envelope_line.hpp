// EnvelopeLine: where the earliest arrivals lie, as the lower convex hull of the last minute, over
// an ExpectileLine that knows the rate.
//
// Of each 2 s of device time the least delay is kept, and of 31 of these the edge of the lower hull
// over their centroid (Andrew 1979): a stall, however long, can't lift it. Alone it would need a
// known rate: a claimed one may be wrong by 3 %, and two points 2 s apart on a link that jitters by
// 100 ms say nothing. So the filter leads for the first 10 s; its rate, or the crystal's, bounds
// the hull's slope (four standard deviations, 200 ppm); it judges what came late or early; and it
// leads for good where the first 10 s bring fewer than 8 packets per 2 s, of which the least is not
// yet the earliest. Once the window is full the output turns by 500 ppm at most. After a window of
// silence all begins again.
// Thread: one. No allocation, 31 points at most.
#pragma once

#include <interbeat/clock/expectile_line.hpp>
#include <interbeat/clock/packet.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace ib {

class EnvelopeLine {
 public:
  explicit EnvelopeLine(const ClockOptions& o) : crystal_(o.crystal), filter_(o) {}

  void advance(double d) { filter_.advance(d); }
  double x() const { return filter_.x(); }
  double awaited() const { return filter_.awaited(); }
  double expected() const {
    return leads_ ? x() + level_ + slope_ * (x() - centre_) : filter_.expected();
  }

  void see(double arrival) {
    filter_.see(arrival);
    if (n_ == 0 || x() - points_[n_ - 1].x > window) begin();
    ++packets_;
    const bool is_young = x() - began_ < young;
    if (keep({x(), arrival - x()}) || is_young) fit();
    if (!judged_ && !is_young) {
      judged_ = true;
      leads_ = packets_ >= dense * (x() - began_) / bin;
    }
  }
  /// The points met since the loss lie too high by it, where they do not touch the hull.
  void lose(double s) { filter_.lose(s); }

  double slope() const { return leads_ ? 1 + slope_ : filter_.slope(); }
  double rate() const { return filter_.rate(); }  // all packets know it better than one edge does
  double rate_sd() const { return filter_.rate_sd(); }
  double sd() const { return filter_.sd(); }
  double scale() const { return filter_.scale(); }
  double wander() const {
    return leads_ ? std::max(0.0, 0.5 * (filter_.expected() - expected())) : filter_.wander();
  }
  double slew() const { return leads_ && full_ ? 500e-6 : filter_.slew(); }

 private:
  struct Point {
    double x, y;  ///< device time and delay, s
  };
  static constexpr double bin = 2, window = 60, young = 10, crystals = 200e-6, deviations = 4,
                          dense = 8;

  static double cross(const Point& o, const Point& a, const Point& b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
  }
  void drop_oldest() {
    std::copy(points_.begin() + 1, points_.begin() + static_cast<std::ptrdiff_t>(n_),
              points_.begin());
    --n_;
  }

  /// The first packet, or the first after so long that no point of before is left.
  void begin() {
    n_ = 0;
    packets_ = 0;
    began_ = x();
    judged_ = leads_ = full_ = false;
  }

  /// Whether anything changed.
  bool keep(Point p) {
    if (n_ > 0 && std::floor(p.x / bin) == std::floor(points_[n_ - 1].x / bin)) {
      if (p.y >= points_[n_ - 1].y) return false;
      points_[n_ - 1] = p;
      return true;
    }
    if (n_ == points_.size()) drop_oldest();
    points_[n_++] = p;
    while (points_[0].x < p.x - window - bin) {
      drop_oldest();
      full_ = true;
    }
    full_ = full_ || n_ == points_.size();
    return true;
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
    slope_ = filter_.rate() - 1;
    double middle = slope_, room = deviations * filter_.rate_sd();
    if (crystal_) {
      middle = 0;
      room = crystals;
    }
    if (points_[n_ - 1].x - points_[0].x >= young) {
      std::size_t e = 1;
      while (e + 1 < m && hull[e].x < centre_) ++e;
      slope_ = (hull[e].y - hull[e - 1].y) / (hull[e].x - hull[e - 1].x);
    }
    slope_ = std::clamp(slope_, middle - room, middle + room);
    level_ = std::numeric_limits<double>::infinity();  // of this slope, the line under all of them
    for (std::size_t i = 0; i < n_; ++i)
      level_ = std::min(level_, points_[i].y - slope_ * (points_[i].x - centre_));
  }

  bool crystal_;
  ExpectileLine filter_;
  double packets_{}, began_{};
  bool judged_{}, leads_{}, full_{};
  double level_{}, slope_{}, centre_{};
  std::array<Point, 31> points_{};
  std::size_t n_{};
};

}  // namespace ib
