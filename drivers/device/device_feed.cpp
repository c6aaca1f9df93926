#include "device/device_feed.hpp"

#include <interbeat/clock/outlook.hpp>
#include <interbeat/sugar/activation.hpp>
#include <interbeat/sugar/emit.hpp>

#include <algorithm>
#include <utility>

namespace ib::device {
namespace {

using source::Signal;

template <class T>
void append_item(ib_block& block, Time t, const T& item) {
  static_cast<T*>(const_cast<void*>(block.data))[block.n] = item;  // NOLINT: our slot
  writable_times(block)[block.n] = t.ns;
  ++block.n;
}

}  // namespace

DeviceFeed::DeviceFeed(std::unique_ptr<Decoder> decoder, HostClock clock)
    : decoder_(std::move(decoder)), clock_(clock) {}

void DeviceFeed::describe(ib_source_info& info) const { info.live = 1; }

source::Losses DeviceFeed::losses() const {
  const auto counts = decoder_->counts();
  source::Losses l;
  l.bad_packets = counts.bad_packets;
  l.unknown_packets = counts.unknown_packets;
  l.lost_packets = counts.lost_packets + dropped_;
  l.lost_samples = counts.lost_samples + out_of_order_;
  l.off_rate = counts.off_rate;
  l.found_rate_hz = counts.rate_hz;
  return l;
}

void DeviceFeed::place(Time origin) { Feed::place(origin); }

void DeviceFeed::start(const source::PerSignal<bool>&, Duration max_step) {
  max_step_ = max_step;
  for (std::size_t k = 0; k < source::n_signals; ++k) {
    const auto shape = decoder_->shape(static_cast<Signal>(k));
    ports_[k].present = shape.present;
    finds_losses_ = finds_losses_ || (shape.present && shape.rate_hz > 0);
  }
}

source::Shape DeviceFeed::shape(source::Signal s) const {
  auto shape = decoder_->shape(s);
  shape.steered = shape.rate_hz > 0;
  return shape;
}

/// Read once: both clocks go at one pace from there on. Not from `now` where the host says it: beside a partner
/// with a past the first turns are in that past.
std::int64_t DeviceFeed::offset(Time now) {
  if (!offset_) {
    const auto zero = clock_.session_zero_ns();
    offset_ = zero > IB_NEVER ? -zero : now.ns - clock_.now_ns();
  }
  return *offset_;
}

ib_status DeviceFeed::turn(const source::Outlets& out, Time now, Time& wake) {
  wake = forever;
  offset(now);
  if (reached_ == never) reached_ = now - Duration{1};
  const Time limit = std::max(reached_, std::min(now, reached_ + max_step_));
  auto how = Poured::all;
  while (in_hand_ || next_notification(now)) {
    how = pour(out, limit);
    if (how != Poured::all) break;
    in_hand_ = false;
  }
  settle(out, limit);
  if (now >= Time{}) presence_.begin();
  if (how == Poured::all) {
    wake = kept_until_;
    return IB_SLEEP;
  }
  if (how == Poured::full) return IB_OK;
  reached_ = limit;
  if (limit < now) return IB_OK;
  wake = beyond_;  // the device's clock is a little ahead of the host's: its time will come
  return IB_SLEEP;
}

/// False: none waits, or the oldest is kept.
bool DeviceFeed::next_notification(Time now) {
  kept_until_ = forever;
  for (waiting_.take_from(*inbox_); waiting_.size() > 0; waiting_.take_from(*inbox_)) {
    const auto& got = waiting_[0];
    if (got.kind == Notification::Kind::asked_anew) {
      decoder_->asked_anew(got.arrival);
      pass_oldest();
      continue;
    }
    const Time arrival{got.arrival.ns + *offset_};
    if (arrival >= Time{} && tell_standing()) return true;
    if (keeps(got, arrival, now)) return false;
    if (got.kind == Notification::Kind::disconnected) {
      for (auto& port : ports_) port.broken = port.last_end.has_value();
      presence_.lost(arrival);
    } else if (got.kind == Notification::Kind::connected) {
      presence_.back(arrival);
    }
    found_.clear();
    decoder_->decode(got, arrival, found_);
    if (packets_.wanted()) tell(got, arrival);
    pass_oldest();
    if (arrival < Time{}) {  // before the session: the decoder knows it, nobody else
      for (const auto& found : found_.items())
        if (const auto* said = std::get_if<DeviceStatus>(&found.item)) standing_.note(*said);
      continue;
    }
    arrival_ = std::max(arrival_, arrival);
    take_found();
    return true;
  }
  return tell_standing();
}

void DeviceFeed::pass_oldest() {
  if (!finds_losses_) dropped_ += waiting_[0].dropped;
  waiting_.pop();
}

/// False: it said nothing of itself before the session, or that was told.
bool DeviceFeed::tell_standing() {
  found_.clear();
  if (!standing_.tell(Time{}, found_)) return false;
  take_found();
  return true;
}

void DeviceFeed::take_found() {
  next_run_ = next_item_ = 0;
  next_sample_ = 0;
  for (const auto& run : found_.samples()) ports_[source::index_of(run.signal)].lost += run.lost;
  for (const auto& found : found_.items())
    if (const auto* said = std::get_if<DeviceStatus>(&found.item)) presence_.note(*said, found.t);
  in_hand_ = true;
}

/// Not where there is no room for what could tell more.
bool DeviceFeed::keeps(const Notification& oldest, Time arrival, Time now) {
  if (oldest.kind != Notification::Kind::value || decoder_->is_ready(waiting_)) return false;
  kept_until_ = arrival + ClockOutlook::longest;
  return now < kept_until_ && !waiting_.is_full();
}

/// Behind its decoding: then it is known where it stands.
void DeviceFeed::tell(const Notification& got, Time arrival) const {
  ib_packet packet{};
  packet.channel = got.from;
  packet.arrival_ns = arrival.ns;
  packet.device_ns = IB_NEVER;
  if (got.kind == Notification::Kind::value) {
    packet.n_bytes = got.n;
    packet.bytes = got.bytes.data();
  } else {
    const bool there = got.kind == Notification::Kind::connected;
    packet.flags = there ? IB_PACKET_CONNECTED : IB_PACKET_DISCONNECTED;
  }
  if (const auto& place = found_.place()) {
    packet.port = numbers_[source::index_of(place->signal)];
    packet.n = place->n;
    packet.first_index = place->first_index;
    if (place->anew) packet.flags |= IB_PACKET_EPOCH;
    if (place->counted) packet.flags |= IB_PACKET_COUNTED;
    if (place->device_ns) packet.device_ns = *place->device_ns;
  }
  packets_.tell(packet);
}

DeviceFeed::Poured DeviceFeed::pour(const source::Outlets& out, Time limit) {
  for (; next_run_ < found_.samples().size(); ++next_run_, next_sample_ = 0) {
    const auto how = pour(out, found_.samples()[next_run_], limit);
    if (how != Poured::all) return how;
  }
  for (; next_item_ < found_.items().size(); ++next_item_) {
    const auto how = pour(out, found_.items()[next_item_], limit);
    if (how != Poured::all) return how;
  }
  return Poured::all;
}

DeviceFeed::Poured DeviceFeed::pour(const source::Outlets& out, const FoundSamples& run,
                                    Time limit) {
  auto& port = ports_[source::index_of(run.signal)];
  ib_block* block = out[source::index_of(run.signal)];
  if (run.breaks && next_sample_ == 0) port.broken = port.last_end.has_value();
  for (; next_sample_ < run.n; ++next_sample_) {
    const auto index = run.first_index + next_sample_;
    const Time t = run.clock.at(index);
    if (t > limit) {
      beyond_ = t;
      return Poured::beyond;
    }
    if (t <= port.last) {  // a clock that was set anew: what lies before the mark is late
      ++out_of_order_;
      continue;
    }
    if (block != nullptr) {
      const auto& anchor = block->anchor;
      const bool same_clock = anchor.index == run.clock.index && anchor.t_ns == run.clock.t_ns &&
                              anchor.dt_q32 == run.clock.dt_q32;
      const bool gap = port.broken || (port.last_end && port.expected != index);
      if (block->n > 0 && (block->n == block->capacity || gap || !same_clock)) return Poured::full;
      append_sample(*block, port, run, next_sample_);
    }
    port.last = t;
    port.last_end = run.clock.at(index + 1);
    port.expected = index + 1;
    port.broken = false;
    port.lost = 0;
  }
  return Poured::all;
}

void DeviceFeed::append_sample(ib_block& block, Port& port, const FoundSamples& run,
                               std::uint32_t k) {
  const auto index = run.first_index + k;
  if (block.n == 0) {
    block.anchor = {run.clock.index, run.clock.t_ns, run.clock.dt_q32};
    block.first_index = index;
    block.uncertainty_ns = run.uncertainty.count();
    block.sample_flags = nullptr;
    if (port.broken || (port.last_end && port.expected != index)) {
      // Not less than nothing: a clock that begins anew may place a sample within the period of the last one.
      const Time t = run.clock.at(index);
      add_gap(block, *port.last_end < t ? *port.last_end : port.last + Duration{1}, t);
      block.lost = port.lost;
      if (port.lost > 0) block.flags |= IB_BLOCK_LOST;
    }
  }
  const auto values = found_.values(run).subspan(std::size_t{k} * run.channels, run.channels);
  std::copy(values.begin(), values.end(), writable_samples(block) + block.n * run.channels);
  ++block.n;
}

DeviceFeed::Poured DeviceFeed::pour(const source::Outlets& out, const FoundItem& found,
                                    Time limit) {
  auto& port = ports_[source::index_of(found.signal)];
  if (found.t > limit) {
    beyond_ = found.t;
    return Poured::beyond;
  }
  if (found.t <= port.last) {
    ++out_of_order_;
    return Poured::all;
  }
  if (ib_block* block = out[source::index_of(found.signal)]) {
    if (block->n == block->capacity) return Poured::full;
    if (port.broken) add_gap(*block, *port.last_end, found.t);
    std::visit([&](const auto& item) { append_item(*block, found.t, item); }, found.item);
  }
  port.last = found.t;
  port.last_end = found.t + Duration{1};
  port.broken = false;
  return Poured::all;
}

/// What is in hand was decoded, but lies in front: nothing is settled beyond the place before it.
void DeviceFeed::settle(const source::Outlets& out, Time limit) {
  Time furthest = reached_;
  for (std::size_t k = 0; k < source::n_signals; ++k) {
    const auto signal = static_cast<Signal>(k);
    if (!ports_[k].present || (arrival_ == never && ports_[k].last == never)) continue;
    Time to =
        arrival_ == never ? ports_[k].last : std::min(limit, decoder_->settled(signal, arrival_));
    if (in_hand_) {
      if (next_run_ < found_.samples().size()) {
        const auto& run = found_.samples()[next_run_];
        if (run.signal == signal)
          to = std::min(to, run.clock.at(run.first_index + next_sample_) - Duration{1});
      }
      for (std::size_t r = next_run_ + 1; r < found_.samples().size(); ++r) {
        const auto& run = found_.samples()[r];
        if (run.signal == signal) to = std::min(to, run.clock.at(run.first_index) - Duration{1});
      }
      for (std::size_t i = next_item_; i < found_.items().size(); ++i)
        if (found_.items()[i].signal == signal)
          to = std::min(to, found_.items()[i].t - Duration{1});
    }
    to = std::max(to, std::min(limit, ports_[k].last));
    furthest = std::max(furthest, to);
    if (out[k] != nullptr) out[k]->settled_ns = std::max(out[k]->settled_ns, to.ns);
  }
  reached_ = std::min(furthest, limit);
}

}  // namespace ib::device
