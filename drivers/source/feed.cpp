#include "source/feed.hpp"

#include <algorithm>

namespace ib::source {

void Feed::add(std::unique_ptr<Stream> stream) {
  if (origin_) stream->place(*origin_);
  streams_.push_back(std::move(stream));
}

void Feed::become(std::uint64_t, std::string_view) {}

void Feed::place(Time origin) {
  origin_ = origin;
  for (auto& stream : streams_) stream->place(origin);
}

void Feed::start(const PerSignal<bool>& listened, Duration max_step) {
  active_.clear();
  for (auto& stream : streams_) {
    bool wanted = stream->leads();
    for (std::size_t i = 0; i < n_signals; ++i)
      wanted = wanted || (listened[i] && stream->gives(static_cast<Signal>(i)));
    if (wanted) active_.push_back(stream.get());
  }
  settled_.assign(active_.size(), never);
  max_step_ = max_step;
  reached_ = never;
}

ib_status Feed::turn(const Outlets& out, Time now, Time& wake) {
  wake = forever;
  if (active_.empty()) return IB_DONE;
  if (reached_ == never) begin_before(now);

  const Time limit = std::min(now, reached_ + max_step_);
  Time bound = limit, end = never;
  bool blocked = false, ended = true;
  for (std::size_t i = 0; i < active_.size(); ++i) {
    // A stream goes no further than the one before it has come: a simulated ring's truth is not
    // known before its samples, and nothing runs ahead of a stream that a gap has cut.
    const auto poured = active_[i]->pour(out, bound, now);
    bound = std::min(bound, poured.settled);
    settled_[i] = poured.settled;
    blocked = blocked || poured.why == Poured::Why::blocked;
    if (poured.why == Poured::Why::ended) {
      end = std::max(end, poured.next);
    } else {
      ended = false;
      if (poured.next > now) wake = std::min(wake, poured.next);  // else another holds it back
    }
  }
  // At the end time stands still: what comes of a recording must not depend on who asked how far.
  const bool done = ended && !blocked && end <= limit;
  for (std::size_t i = 0; i < active_.size(); ++i)
    settle(out, *active_[i], done ? end : settled_[i]);
  if (done) return IB_DONE;
  reached_ = std::max(reached_, bound);
  if (blocked || (bound == limit && limit < now)) return IB_OK;
  if (ended) wake = end;
  return IB_SLEEP;
}

/// The first turn: settled time starts just before whatever comes first.
void Feed::begin_before(Time now) {
  Time first = now;
  for (const auto* stream : active_) first = std::min(first, stream->begin());
  reached_ = first - Duration{1};
}

void Feed::settle(const Outlets& out, const Stream& stream, Time settled) const {
  for (std::size_t i = 0; i < n_signals; ++i) {
    if (out[i] == nullptr || !stream.gives(static_cast<Signal>(i))) continue;
    out[i]->settled_ns = std::max(out[i]->settled_ns, settled.ns);
  }
}

}  // namespace ib::source
