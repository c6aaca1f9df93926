#include "export/continuity.hpp"

#include <interbeat/time.hpp>

#include <algorithm>

namespace ib::tool {

std::int64_t time_ns(const RecordedBlock& b, std::uint32_t i) {
  if (!b.times.empty()) return b.times[i];
  return Anchor{b.anchor.index, b.anchor.t_ns, b.anchor.dt_q32}.at(b.first_index + i).ns;
}

Continuity::Front Continuity::meet(const RecordedBlock& b, std::uint64_t holes) {
  const bool hole = holes != holes_;
  Front front;
  front.last_ns = last_ns_;
  if (b.n == 0) {
    told_ = told_ || !b.gaps.empty();
    // Up to where it is settled behind missing records says nothing of these.
    if (!hole) settled_ns_ = std::max(settled_ns_, b.settled_ns);
    return front;
  }
  const bool regular = b.times.empty();
  const auto first_ns = time_ns(b, 0);
  if (last_ns_ != IB_NEVER) {
    const bool told = told_ || (!b.gaps.empty() && b.gaps.front().at == 0);
    const bool jumps = regular && b.first_index != next_index_;
    front.follows = regular && !told && !jumps;
    front.untold = regular ? jumps && (hole || !told) : hole;
    front.gap = {regular ? last_ns_ + period_ns_ : std::max(last_ns_, settled_ns_), first_ns};
    front.untold = front.untold && front.gap.from_ns < front.gap.to_ns;
  }
  last_ns_ = time_ns(b, b.n - 1);
  settled_ns_ = std::max(settled_ns_, b.settled_ns);
  period_ns_ = regular ? b.anchor.dt_q32 >> 32 : 0;
  next_index_ = b.first_index + b.n;
  told_ = !b.gaps.empty() && b.gaps.back().at == b.n;
  holes_ = holes;
  return front;
}

}  // namespace ib::tool
