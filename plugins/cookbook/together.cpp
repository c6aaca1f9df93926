// A merge of two people: every 5 s a look at the last 10 s of both, once both are known up to then.
#include <interbeat/node.hpp>
#include <interbeat/types/interval.hpp>

namespace cookbook {

using namespace std::chrono_literals;

struct RateDifference {
  ib::Maybe difference_bpm;  // absent: one of them has no valid interval in the window
  ib::Side side_a{}, side_b{};
  std::uint8_t reserved[6]{};  // no padding: items are compared and recorded as bytes

  static const ib_type& type() {
    using D = RateDifference;
    return ib::item_type<D>(
        "cookbook/rate_difference/1", "Heart rate of a minus heart rate of b.",
        ib::field<&D::difference_bpm>("difference_bpm", "bpm", "Mean rate of a minus that of b."),
        ib::field<&D::side_a>("side_a", "", "Whether a's time was settled, given up or idle."),
        ib::field<&D::side_b>("side_b", "", "Whether b's time was settled, given up or idle."));
  }
};

struct Together {
  static constexpr ib::About about{"cookbook.together", "1.0.0", "Difference of two heart rates."};
  static constexpr ib::Duration window = 10s, every = 5s;
  // How long one is waited for when the other is ahead, and after which silence no longer.
  static constexpr ib::Duration wait = 3s, idle_after = 10s;

  ib::In<"a", ib::Interval, ib::InSpec{.doc = "Intervals of one person."}> a;
  ib::In<"b", ib::Interval, ib::InSpec{.doc = "Intervals of the other."}> b;
  ib::Out<"difference", RateDifference,
          ib::OutSpec{.doc = "One row per 5 s.",
                      .grade = ib::Grade::metrics,
                      .per_item = 0,
                      .per_second = 0.2,
                      .per_call = 1}>
      difference;
  static constexpr auto fields = std::tuple{&Together::a, &Together::b, &Together::difference};

  void at(ib::Time t, ib::Span<ib::Interval> of_a, ib::Span<ib::Interval> of_b,
          ib::Emit<RateDifference>& emit) {
    const auto rate_a = rate(of_a), rate_b = rate(of_b);
    RateDifference row;
    if (rate_a && rate_b) row.difference_bpm = *rate_a - *rate_b;
    row.side_a = of_a.state;
    row.side_b = of_b.state;
    emit(t, row);
  }

 private:
  static ib::Maybe rate(const ib::Span<ib::Interval>& span) {
    double sum_us = 0, n = 0;
    for (const auto& [t, interval] : span.items) {
      if (!interval.valid) continue;
      sum_us += interval.ibi_us;
      n += 1;
    }
    return sum_us > 0 ? ib::Maybe(60e6 * n / sum_us) : ib::Maybe();
  }
};

}  // namespace cookbook

IB_NODES(cookbook::Together)
