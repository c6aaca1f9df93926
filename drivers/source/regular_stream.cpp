#include "source/regular_stream.hpp"

#include <interbeat/sugar/activation.hpp>
#include <interbeat/sugar/emit.hpp>

#include <algorithm>
#include <cmath>

namespace ib::source {

RegularStream::RegularStream(Anchor clock, std::vector<Lane> lanes, std::unique_ptr<Rows> rows)
    : clock_(clock), rows_(std::move(rows)) {
  for (const auto& lane : lanes) ports_.push_back({lane, clock.index, 0, false});
}

void RegularStream::place(Time origin) {
  origin_ = origin - Time{};
  clock_.t_ns += origin.ns;
  last_ = begin() - Duration{1};  // nothing lies before: partners need not wait for it
}

bool RegularStream::gives(Signal s) const {
  return std::any_of(ports_.begin(), ports_.end(),
                     [s](const Port& port) { return port.lane.signal == s; });
}

Poured RegularStream::pour(const Outlets& out, Time limit, Time now) {
  using enum Poured::Why;
  while (next_row(out, now)) {
    const std::uint64_t index = run_.first + at_;
    const Time t = clock_.at(index);
    if (t > limit) return {reached, limit, t};
    for (const auto& port : ports_)
      if (must_cut(out, port)) return {blocked, t - Duration{1}, t};
    const std::uint32_t n = rows_alike(out, limit);
    for (std::size_t k = 0; k < ports_.size(); ++k) {
      auto& port = ports_[k];
      if (!port.sample) continue;
      if (auto* block = out[index_of(port.lane.signal)]) append(*block, port, k, index, n);
      port.expected = index + n;
      port.lost = 0;
    }
    last_ = clock_.at(index + n - 1);
    at_ += n;
    looked_ = false;
  }
  if (state_ == Rows::State::ended) return at_end(out, limit);
  const Time arrival = rows_->next_arrival();
  return {reached, std::min(last_, limit), arrival == forever ? forever : arrival + origin_};
}

/// Goes to the next row that is a sample of something; false: none in sight.
bool RegularStream::next_row(const Outlets& out, Time now) {
  while (!looked_) {
    if (at_ == run_.n) {
      if (state_ == Rows::State::ended) return false;
      state_ = rows_->next(run_, now - origin_);
      if (state_ == Rows::State::waiting) return false;
      at_ = 0;
      for (auto& port : ports_) port.lost += run_.lost;
      if (state_ == Rows::State::ended) {
        run_.n = 0;
        return false;
      }
    }
    if (look(out)) looked_ = true;
    else ++at_;
  }
  return true;
}

/// Which signals have a sample in the row in hand; false: none that anybody waits for.
bool RegularStream::look(const Outlets& out) {
  bool any = false;
  for (std::size_t k = 0; k < ports_.size(); ++k) {
    auto& port = ports_[k];
    port.sample = is_sample(k, at_);
    any = any || (port.sample && (out[index_of(port.lane.signal)] != nullptr || rows_->live()));
  }
  return any;
}

bool RegularStream::is_sample(std::size_t lane, std::uint32_t row) const {
  const float* frame = run_.values[lane] + std::size_t{row} * run_.stride[lane];
  return std::all_of(frame, frame + ports_[lane].lane.channels,
                     [](float x) { return std::isfinite(x); });
}

/// From the row in hand on, as many as the blocks have room for, the limit allows and are samples of
/// the same signals: they go together.
std::uint32_t RegularStream::rows_alike(const Outlets& out, Time limit) const {
  std::uint32_t n = run_.n - at_;
  for (const auto& port : ports_) {
    const auto* block = out[index_of(port.lane.signal)];
    if (port.sample && block != nullptr) n = std::min(n, block->capacity - block->n);
  }
  n = rows_until(limit, n);
  for (std::size_t k = 0; k < ports_.size(); ++k) {
    std::uint32_t alike = 1;
    while (alike < n && is_sample(k, at_ + alike) == ports_[k].sample) ++alike;
    n = alike;
  }
  return n;
}

/// Of `n` rows from the one in hand on, which is not after the limit, those that are not.
std::uint32_t RegularStream::rows_until(Time limit, std::uint32_t n) const {
  const std::uint64_t index = run_.first + at_;
  if (clock_.at(index + n - 1) <= limit) return n;
  std::uint32_t within = 0;  // n - 1 is not
  for (std::uint32_t after = n - 1; after - within > 1;) {
    const std::uint32_t middle = within + (after - within) / 2;
    (clock_.at(index + middle) > limit ? after : within) = middle;
  }
  return within + 1;
}

/// A full block, or one that a gap would break: it leaves first.
bool RegularStream::must_cut(const Outlets& out, const Port& port) const {
  const auto* block = out[index_of(port.lane.signal)];
  if (!port.sample || block == nullptr || block->n == 0) return false;
  return block->n == block->capacity || port.expected != run_.first + at_;
}

void RegularStream::append(ib_block& block, Port& port, std::size_t lane, std::uint64_t index,
                           std::uint32_t n) {
  if (block.n == 0) {
    head(block, index);
    if (index != port.expected) mark_gap(block, port, index);
  }
  const std::size_t channels = port.lane.channels, stride = run_.stride[lane];
  const float* from = run_.values[lane] + std::size_t{at_} * stride;
  float* to = writable_samples(block) + block.n * channels;
  if (stride == channels) {
    std::copy_n(from, n * channels, to);
  } else {
    for (std::uint32_t row = 0; row < n; ++row, from += stride, to += channels)
      std::copy_n(from, channels, to);
  }
  block.n += n;
}

void RegularStream::mark_gap(ib_block& block, Port& port, std::uint64_t index) {
  add_gap(block, clock_.at(port.expected), clock_.at(index));
  block.lost = port.lost;
  if (port.lost > 0) block.flags |= IB_BLOCK_LOST;
}

void RegularStream::head(ib_block& block, std::uint64_t index) const {
  block.anchor = {clock_.index, clock_.t_ns, clock_.dt_q32};
  block.first_index = index;
  block.uncertainty_ns = 0;
  block.sample_flags = nullptr;
}

/// Behind the last sample: what is missing up to the end is a gap, too.
Poured RegularStream::at_end(const Outlets& out, Time limit) {
  const Time end = clock_.at(run_.first);
  if (end > limit) return {Poured::Why::ended, limit, end};
  for (auto& port : ports_) {
    auto* block = out[index_of(port.lane.signal)];
    if (block == nullptr || port.expected >= run_.first) continue;
    if (block->n > 0) return {Poured::Why::blocked, end - Duration{1}, end};
    head(*block, run_.first);
    mark_gap(*block, port, run_.first);
    port.expected = run_.first;
  }
  return {Poured::Why::ended, limit, end};
}

}  // namespace ib::source
