// PacketClock: the clock of a device estimated again from what a recording has of its packets, as somebody does who
// has nothing but the file; and how far that lies from the clock that the recorded blocks bear.
#pragma once

#include <interbeat/clock_estimator.hpp>
#include <interbeat/recording.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

namespace ib::test {

class PacketClock {
 public:
  /// `port`: whose samples. `period_ns`: between them, of a device whose own time its clock counts; 0: it counts
  /// samples.
  PacketClock(std::uint32_t source, std::uint32_t port, const ClockOptions& options,
              double period_ns = 0)
      : source_(source), port_(port), period_(period_ns), options_(options), clock_(options) {}

  /// What the recording gives, in its order.
  void meet(const Record& record) {
    if (const auto* p = std::get_if<RecordedPacket>(&record)) {
      constexpr auto link = IB_PACKET_CONNECTED | IB_PACKET_DISCONNECTED;
      const bool samples = p->port == port_ && p->n > 0;
      if (p->source == source_ && (samples || (p->flags & link) != 0)) packets_.push_back(*p);
    } else if (const auto* b = std::get_if<RecordedBlock>(&record)) {
      if (b->source == source_ && b->port == port_ && b->n > 0) blocks_.push_back(*b);
    }
  }
  /// Of all that was met. A block's packets stand in front of it.
  void estimate() {
    for (std::size_t k = 0; k < packets_.size(); ++k)
      if (packets_[k].n > 0) estimate(k);
    for (const auto& b : blocks_) compare(b);
  }

  std::size_t packets{}, blocks{}, epochs{}, lost{};
  std::size_t same_anchor{};   ///< blocks whose clock is the one found here, to the bit
  std::int64_t furthest_ns{};  ///< of a block's last sample, here and as recorded
  std::size_t unknown{};       ///< blocks of which no packet was recorded

 private:
  /// Samples of a packet, and their times.
  struct Piece {
    std::uint64_t first{}, last{};
    Anchor times;
    std::uint64_t origin{}, apart{1};  ///< step of the clock at `last`; steps between samples
    Time time(std::uint64_t index) const { return times.at(origin - (last - index) * apart); }
  };

  /// As a driver does it: what came behind a packet that the clock is unsure of.
  void foresee(std::size_t k, const ClockPacket& packet) {
    if (!clock_.asks_ahead(packet)) return;
    ClockOutlook outlook(options_);
    outlook.see(packet);
    for (++k; k < packets_.size() && !outlook.is_over(); ++k) {
      const auto& later = packets_[k];
      const Arrival at{later.arrival_ns};
      if (later.n == 0 || (later.flags & IB_PACKET_EPOCH) != 0 ||
          at - packet.at > ClockOutlook::longest) {
        outlook.end();
        continue;
      }
      auto p = packet;
      p.at = at;
      if (period_ > 0) {
        p.n = p.apart * later.n;
        p.index = DeviceIndex{static_cast<std::uint64_t>(later.device_ns)};
      } else {
        p.n = later.n;
        if (packet.index) p.index = DeviceIndex{later.first_index + later.n - 1};
      }
      outlook.see(p);
    }
    clock_.foresee(outlook);
  }

  void estimate(std::size_t k) {
    const auto& p = packets_[k];
    const bool anew = (p.flags & IB_PACKET_EPOCH) != 0;
    if (anew) clock_.restart();
    ClockPacket packet{.at = Arrival{p.arrival_ns}, .n = p.n};
    Piece piece{p.first_index, p.first_index + p.n - 1, {}, p.first_index + p.n - 1, 1};
    if (period_ > 0) {
      const auto stamp = static_cast<std::uint64_t>(p.device_ns);
      const double passed = anew || !stamp_ ? 0 : static_cast<double>(stamp - *stamp_);
      // Between two packets that follow each other as many steps as samples.
      if (!anew && expected_ == p.first_index) period_ = passed / p.n;
      piece.apart = packet.apart = static_cast<std::uint64_t>(std::llround(period_));
      packet.n = packet.apart * p.n;
      packet.index = DeviceIndex{stamp};
      piece.origin = stamp;
      stamp_ = stamp;
    } else if ((p.flags & IB_PACKET_COUNTED) != 0) {
      packet.index = DeviceIndex{piece.last};
    }
    foresee(k, packet);
    const auto step = clock_.packet(packet);
    expected_ = p.first_index + p.n;
    ++packets;
    epochs += step.kind == ClockStep::Kind::begins ? 1U : 0U;
    lost += step.lost > 0 ? 1U : 0U;
    piece.times = step.times;
    pieces_.push_back(piece);
  }

  void compare(const RecordedBlock& b) {
    ++blocks;
    const auto holds = [&](const Piece& p) {
      return p.first <= b.first_index && b.first_index <= p.last;
    };
    // In order: epochs count the same indices again.
    const auto piece =
        std::find_if(pieces_.begin() + static_cast<std::ptrdiff_t>(met_), pieces_.end(), holds);
    if (piece == pieces_.end()) {
      ++unknown;
      return;
    }
    met_ = static_cast<std::size_t>(piece - pieces_.begin());
    const Anchor recorded{b.anchor.index, b.anchor.t_ns, b.anchor.dt_q32};
    if (recorded.index == piece->times.index && recorded.t_ns == piece->times.t_ns &&
        recorded.dt_q32 == piece->times.dt_q32)
      ++same_anchor;
    const auto last = std::min(b.first_index + b.n - 1, piece->last);
    const auto apart_ns = (piece->time(last) - recorded.at(last)).count();
    furthest_ns = std::max(furthest_ns, std::abs(apart_ns));
  }

  std::uint32_t source_, port_;
  double period_;  ///< ns, by the device
  ClockOptions options_;
  ClockEstimator clock_;
  std::vector<RecordedPacket> packets_;
  std::vector<RecordedBlock> blocks_;
  std::size_t met_{};  ///< of the pieces: the block before lies there
  std::vector<Piece> pieces_;
  std::optional<std::uint64_t> stamp_;  ///< of the packet before
  std::uint64_t expected_{};
};

}  // namespace ib::test
