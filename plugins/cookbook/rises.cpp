// An event detector: samples in, events of its own type out. An event stands at the moment at which
// the line between two samples rises through the level.
#include <interbeat/node.hpp>

#include <algorithm>
#include <cmath>

namespace cookbook {

struct Rise {
  double slope_per_s{};

  static const ib_type& type() {
    return ib::item_type<Rise>(
        "cookbook/rise/1", "A signal rose through a level.",
        ib::field<&Rise::slope_per_s>("slope_per_s", "1/s", "How fast; unit of the signal per s."));
  }
};

struct Rises {
  static constexpr ib::About about{"cookbook.rises", "1.0.0", "Moments at which a signal rises."};

  ib::In<"in", float, ib::InSpec{.doc = "Regular samples."}> in;
  ib::Out<"rises", Rise,
          ib::OutSpec{.doc = "One per rise through the level.", .grade = ib::Grade::beats}>
      rises;
  ib::Param<"level", ib::NumberSpec{.min = -1e9, .max = 1e9, .def = 0, .doc = "The level."}> level;
  static constexpr auto fields = std::tuple{&Rises::in, &Rises::rises, &Rises::level};

  /// A rise may lie one sample back when it is seen: so much later is the output settled.
  ib::Duration latency{};
  bool activate(ib::Activation& plan) {
    latency = ib::from_seconds(1 / plan.in().rate_hz);
    reset();
    return true;
  }

  /// Every sample, in order of time. What is no number was not measured.
  void on(decltype(in)&, const ib::Sample& s) {
    if (!std::isfinite(s.x)) return reset();
    if (known_ && x_ < level && s.x >= level) {
      const double share = (level - x_) / (s.x - x_), step_s = ib::seconds(s.t - t_);
      const ib::Time t = t_ + ib::from_seconds(share * step_s);
      rises(std::max(t, s.t - latency), {(s.x - x_) / step_s});
    }
    known_ = true;
    x_ = s.x;
    t_ = s.t;
  }
  /// No line is drawn across a gap.
  void on_gap(decltype(in)&, ib::Time, ib::Time) { reset(); }
  void reset() { known_ = false; }

 private:
  bool known_{};
  double x_{};
  ib::Time t_;
};

}  // namespace cookbook

IB_NODES(cookbook::Rises)
