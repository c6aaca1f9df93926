#include "vring/channel.hpp"

#include <algorithm>
#include <utility>

namespace ib::vring {
namespace {

constexpr std::size_t cut_bytes = 3;

}  // namespace

Channel::Channel(boost::asio::io_context& io, std::unique_ptr<Peripheral> body, std::uint64_t seed)
    : body_(std::move(body)), seed_(seed), timer_(io) {
  ledger_.name = body_->name();
  ledger_.address = body_->address();
}

void Channel::connected(Voice& voice) {
  outer_ = &voice;
  ++ledger_.connections;
  counts_.assign(ledger_.streams.size(), {});
  body_->connected(*this);
}

void Channel::disconnected() {
  body_->disconnected();
  timer_.cancel();
  ledger_.lost_on_the_way += on_the_way_.size() + (held_ ? 1 : 0);
  on_the_way_.clear();
  held_.reset();
  outer_ = nullptr;
}

void Channel::begin(std::size_t which, const Fault& fault) {
  end(which);
  if (fault.kind == FaultKind::stall) {
    ++tally(FaultKind::stall);
    ++stalls_;
  }
  const auto path = "vring/" + address() + "/fault/" + std::to_string(which);
  active_.push_back({which, fault, KeyedRandom(seed_, path + "/hits"),
                     KeyedRandom(seed_, path + "/size"), fault.values.value_or(UINT64_MAX)});
  if (seen_.size() <= which) seen_.resize(which + 1);
}

void Channel::end(std::size_t which) {
  const auto one = std::find_if(active_.begin(), active_.end(),
                                [which](const Active& a) { return a.which == which; });
  if (one == active_.end()) return;
  const auto kind = one->fault.kind;
  active_.erase(one);
  if (kind == FaultKind::stall) --stalls_;
  if (kind == FaultKind::reorder && held_) queue(*std::exchange(held_, std::nullopt));
  release();
}

/// Of all faults of that kind that are on, whether one hits this value. Each looks at it.
bool Channel::hits(FaultKind kind, double* amount) {
  bool hit = false;
  for (auto& a : active_) {
    if (a.fault.kind != kind || a.left == 0) continue;
    const auto place = seen_[a.which]++;
    if (a.chance.uniform(place) >= a.fault.share) continue;
    --a.left;
    hit = true;
    if (amount != nullptr) *amount += seconds(a.fault.up_to) * a.size.uniform(place);
  }
  if (hit) ++tally(kind);
  return hit;
}

/// A number that does not follow the one before it begins a count anew: a measurement began.
void Channel::count_in(OnTheWay& one) {
  const auto numbered = body_->numbered(one.bytes);
  if (!numbered) return;
  auto& streams = ledger_.streams;
  const auto found = std::find_if(streams.begin(), streams.end(),
                                  [&](const auto& s) { return s.name == numbered->stream; });
  one.stream = static_cast<std::size_t>(found - streams.begin());
  if (found == streams.end()) streams.push_back({std::string(numbered->stream), 0, 0, 0, 0});
  counts_.resize(streams.size());
  auto& count = counts_[one.stream];
  ++streams[one.stream].made;
  ++count.place;
  if (!count.number || numbered->measurement != count.measurement ||
      numbered->number != static_cast<std::uint8_t>(*count.number + 1))
    count.began = count.place;
  count.measurement = numbered->measurement;
  count.number = numbered->number;
  one.place = count.place;
  one.began = count.began;
}

bool Channel::notify(std::string_view characteristic, wire::Bytes value) {
  if (outer_ == nullptr) return false;
  ++ledger_.made;
  OnTheWay one;
  one.characteristic = characteristic;
  one.bytes.assign(value.begin(), value.end());
  count_in(one);
  if (hits(FaultKind::loss)) return true;  // the device does not know
  if (hits(FaultKind::cut)) {
    one.bytes.resize(one.bytes.size() - std::min(cut_bytes, one.bytes.size() - 1));
    one.whole = false;
  }
  if (hits(FaultKind::bad_checksum)) {
    one.bytes.back() = std::byte((std::to_integer<unsigned>(one.bytes.back()) + 1U) & 0xFFU);
    one.whole = false;
  }
  double late_s = 0;
  hits(FaultKind::jitter, &late_s);
  one.arrival = std::max(last_arrival_, Clock::now() + from_seconds(late_s));
  auto before = std::exchange(held_, std::nullopt);
  if (!before && hits(FaultKind::reorder)) {
    held_ = std::move(one);
    return true;
  }
  if (hits(FaultKind::duplicate)) queue(one);
  queue(std::move(one));
  if (before) queue(*std::move(before));
  release();
  return true;
}

void Channel::queue(OnTheWay one) {
  if (on_the_way_.size() == most_on_the_way) {
    ++ledger_.lost_on_the_way;
    return;
  }
  last_arrival_ = one.arrival = std::max(last_arrival_, one.arrival);
  on_the_way_.push_back(std::move(one));
}

void Channel::release() {
  timer_.cancel();
  while (stalls_ == 0 && outer_ != nullptr && !on_the_way_.empty()) {
    if (on_the_way_.front().arrival > Clock::now()) {
      timer_.expires_at(on_the_way_.front().arrival);
      timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) release();
      });
      return;
    }
    const auto one = std::move(on_the_way_.front());
    on_the_way_.pop_front();
    send(one);
  }
}

void Channel::send(const OnTheWay& one) {
  if (!outer_->notify(one.characteristic, one.bytes)) {
    ++ledger_.lost_on_the_way;
    return;
  }
  ++ledger_.sent;
  ledger_.spoiled += one.whole ? 0 : 1;
  const bool fresh = one.whole && heard(one);
  if (on_sent_) on_sent_(one.characteristic, one.bytes, fresh);
}

/// False: it came before, or too late.
bool Channel::heard(const OnTheWay& one) {
  if (one.stream == no_stream) return true;
  auto& stream = ledger_.streams[one.stream];
  auto& count = counts_[one.stream];
  if (count.heard && one.place <= *count.heard) {
    if (one.place < *count.heard) ++stream.late;
    return false;
  }
  ++stream.heard;
  if (count.heard && *count.heard >= one.began) stream.missed += one.place - *count.heard - 1;
  count.heard = one.place;
  return true;
}

}  // namespace ib::vring
