// DeviceFeed: a device as the feed of a source: notifications out of its inbox, through its decoder, into
// blocks.
//
// A port is settled by what has arrived, never by a clock: a device that falls silent holds its partners
// until they give it up. A connection that was lost, and what the device's own count misses, is a gap from
// the end of the last sample to the next one. What arrived before the session began is passed over, but
// for how the device stands: that is told at session time 0 (standing.hpp).
// What found no place in the inbox is a lost packet where nothing else tells; a clock of samples finds it missing
// by itself, and it is counted there.
// What a clock is unsure of waits for what comes behind it, a second at most (Decoder::is_ready).
// Session time is the host's clock at an arrival, less what that showed at session time 0; so it holds for
// a run at the pace of the clock only. Whoever records is told of every notification, also of those before
// the session, from which the decoder knows the clock.
// Owner: the source node. Thread: as source::Feed. No allocation after construction.
#pragma once

#include <interbeat/sugar/host_clock.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "device/decoder.hpp"
#include "device/inbox.hpp"
#include "device/presence.hpp"
#include "device/standing.hpp"
#include "device/waiting.hpp"
#include "source/feed.hpp"

namespace ib::device {

class DeviceFeed : public source::Feed {
 public:
  /// `decoder`: null as long as nobody knows what the device is.
  DeviceFeed(std::unique_ptr<Decoder> decoder, HostClock clock);

  Inbox& inbox() { return *inbox_; }
  /// [control] Before it is started: what Notification::from counts.
  void name_channels(std::vector<std::string> names) { packets_.name(std::move(names)); }

  void describe(ib_source_info& info) const override;
  source::Shape shape(source::Signal s) const override;
  std::string why_absent(source::Signal s) const override { return decoder_->why_absent(s); }
  source::Losses losses() const override;
  Packets* packets() override { return &packets_; }
  Presence* presence() override { return &presence_; }
  void number_ports(const source::PerSignal<std::uint32_t>& ports) override { numbers_ = ports; }
  void place(Time origin) override;
  void start(const source::PerSignal<bool>& listened, Duration max_step) override;
  ib_status turn(const source::Outlets& out, Time now, Time& wake) override;

 protected:
  /// [control] Before anything of Feed is asked.
  void decode_with(std::unique_ptr<Decoder> decoder) { decoder_ = std::move(decoder); }

 private:
  struct Port {
    bool present{};
    std::uint64_t expected{};      ///< index after the last sample
    std::optional<Time> last_end;  ///< end of the last sample's period; none: there was no sample
    bool broken{};                 ///< the connection was lost behind it, or its clock began anew
    std::uint64_t lost{};          ///< samples, since the last one that was poured
    Time last = never;             ///< of the last sample or item
  };
  enum class Poured : std::uint8_t { all, full, beyond };

  bool next_notification(Time now);
  bool keeps(const Notification& oldest, Time arrival, Time now);
  void pass_oldest();
  void tell(const Notification& got, Time arrival) const;
  bool tell_standing();
  void take_found();
  Poured pour(const source::Outlets& out, Time limit);
  Poured pour(const source::Outlets& out, const FoundSamples& run, Time limit);
  Poured pour(const source::Outlets& out, const FoundItem& found, Time limit);
  void append_sample(ib_block& block, Port& port, const FoundSamples& run, std::uint32_t k);
  void settle(const source::Outlets& out, Time limit);
  std::int64_t offset(Time now);

  std::unique_ptr<Inbox> inbox_ = std::make_unique<Inbox>();
  Waiting waiting_;
  std::unique_ptr<Decoder> decoder_;
  HostClock clock_;
  Packets packets_;
  source::PerSignal<std::uint32_t> numbers_{};  ///< of the node's ports
  source::PerSignal<Port> ports_{};
  Duration max_step_{};
  std::optional<std::int64_t> offset_;  ///< session time less the host's clock
  Findings found_;
  Presence presence_;
  Standing standing_;                     ///< before the session
  std::size_t next_run_{}, next_item_{};  ///< of what was found and is not poured yet
  std::uint32_t next_sample_{};           ///< of that run
  bool in_hand_{};                        ///< there is such
  Time arrival_ = never;                  ///< of the last notification decoded
  Time reached_ = never;                  ///< no port is settled beyond
  Time beyond_ = never;                   ///< of what waits for its time
  Time kept_until_ = forever;             ///< when the oldest is decoded, whatever comes behind it
  std::uint64_t out_of_order_{};
  bool finds_losses_{};      ///< a clock of samples does, by numbers, by time or by arrivals
  std::uint64_t dropped_{};  ///< by the inbox, where nothing else finds them
};

}  // namespace ib::device
