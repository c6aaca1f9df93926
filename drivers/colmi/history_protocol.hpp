// A Colmi / Yawell ring, asked for its logs: heart rates and steps day by day, then oxygen saturation, sleep
// and temperature of all days at once.
//
//   connected                nothing for 2 s: what is written sooner is lost on it
//   a log                    asked for; the first packet is due within 3 s, each other 2 s after the one before
//                            (of big data 5 s each), all of one answer within 30 s
//   incomplete, or mixed     2 s of silence, then asked for again; three requests in all
//   then still incomplete    a remark; the day is left out. Of steps the rows that came are kept: each is whole
//   nothing ever came        a remark; the other days of this log are not asked for
//   refused                  the same
//   the connection was lost  once it is back, the log in hand is asked for anew
//
// It writes requests that read, and nothing else: no clock is set, no setting written, no measurement begun.
// The ring counts days back from its own today, so its clock decides; where a step row's date tells that it is
// another day there, a remark says so. A message whose CRC does not fit is asked for again in the same words.
// If it comes the same twice, the firmware sums differently; if it never fits in three requests, the last one whose
// lengths are those of whole days or nights is given. Either is remarked and counted (doubtful_logs). Sleep is asked
// for in three forms, old firmwares knowing the shorter ones: the next is tried when nothing came to the one before. Values that cannot be (an impossible rate, a
// slot that has not begun yet) are counted. Memory: seven days of 5-minute slots, some 100 KiB.
// Stress and HRV are the maker's scores; they are not asked for.
// Thread: [io].
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "colmi/big_data.hpp"
#include "colmi/day_log.hpp"
#include "colmi/history.hpp"
#include "colmi/history_shelf.hpp"
#include "colmi/live_protocol.hpp"
#include "colmi/messages.hpp"
#include "colmi/step_log.hpp"
#include "colmi/wall_clock.hpp"
#include "device/protocol.hpp"

namespace ib::colmi {

class HistoryProtocol final : public device::Protocol {
 public:
  static constexpr Duration first_after = 2s, answer = 3s, silence = DayLog::silence,
                            big_answer = BigData::silence, longest_answer = 30s;
  static constexpr unsigned tries = 3, most_days = 7;

  /// `wall`: what the ring's clock shows. `days`: 1..7, today among them.
  HistoryProtocol(unsigned days, std::function<CivilTime()> wall,
                  std::shared_ptr<HistoryShelf> shelf);

  std::span<const device::Subscription> subscriptions() const override { return wanted_; }
  Duration pause() const override { return Duration{600'000'000}; }
  void begin(Arrival now, device::Outbox& out) override;
  void received(std::uint8_t from, wire::Bytes value, Arrival now, device::Outbox& out) override;
  Arrival deadline() const override { return deadline_; }
  void due(Arrival now, device::Outbox& out) override;
  void end(Arrival now, device::Outbox& out) override;

  bool done() const { return next_ == asks_.size(); }
  const History& history() const { return history_; }

 private:
  enum class Of : std::uint8_t { rates, steps, spo2, sleep, temperatures };
  struct Ask {
    Of of;
    std::chrono::local_days day;  ///< of rates and steps
  };

  /// A payload that holds together although its CRC did not fit.
  struct Doubted {
    std::vector<std::byte> payload;
    std::chrono::local_days asked_on;
  };

  static constexpr std::array<device::Subscription, 2> wanted_{
      {{uuid::command_service, uuid::command_notify, true},
       {uuid::big_data_service, uuid::big_data_notify, false}}};

  static std::string_view name(Of of);
  static bool is_frames(Of of) { return of == Of::rates || of == Of::steps; }
  const Ask& in_hand() const { return asks_[next_]; }
  std::string in_words() const;
  std::chrono::local_days today() const;

  void plan();
  void ask(Arrival now, device::Outbox& out);
  wire::Packet request();
  void again(Arrival now, device::Outbox& out);
  void give_up(Arrival now, device::Outbox& out);
  void next(Arrival now, device::Outbox& out);
  void leave_out(std::string why);
  void skip_others();
  void remark(std::string sentence);

  void hear(wire::Bytes frame, Arrival now, device::Outbox& out);
  void hear(Progress progress, Arrival now, device::Outbox& out);
  void hear_big(wire::Bytes part, Arrival now, device::Outbox& out);
  void wait_on(Arrival now, Duration most);
  void doubt(Arrival now, device::Outbox& out);
  bool holds_together(wire::Bytes payload) const;

  void keep(wire::Bytes payload);
  void keep_doubted();
  void keep_rates();
  void keep_steps();
  void keep_spo2(wire::Bytes payload);
  void keep_nights(wire::Bytes payload);
  void keep_temperatures(wire::Bytes payload);
  bool has_begun(std::chrono::local_seconds at) const;

  unsigned days_;
  std::function<CivilTime()> wall_;
  std::shared_ptr<HistoryShelf> shelf_;
  History history_;
  std::vector<Ask> asks_;
  std::size_t next_{};
  unsigned asked_{};                       ///< how often what is in hand was
  unsigned silences_{};                    ///< how often nothing came to it
  bool answered_{};                        ///< something came to the last request
  bool greeted_{}, heard_{}, is_mixed_{};  ///< heard: anything of what is in hand, ever
  bool other_day_told_{};
  std::chrono::local_days asked_on_{};  ///< the ring's today when it was asked
  Arrival deadline_{never_due}, answer_ends_{never_due};
  DayLog rates_{Log::heart_rate};
  StepLog steps_;
  BigData big_;
  std::optional<Doubted> doubted_;
};

}  // namespace ib::colmi
