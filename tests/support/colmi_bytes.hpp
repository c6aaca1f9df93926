// Any bytes as a Colmi / Yawell ring might send them, and what must hold whatever they are. For the fuzzer
// and for random tests.
#pragma once

#include "colmi/big_data.hpp"
#include "colmi/bursts.hpp"
#include "colmi/day_log.hpp"
#include "colmi/decode.hpp"
#include "colmi/frame.hpp"
#include "colmi/history_protocol.hpp"
#include "colmi/live_decoder.hpp"
#include "colmi/live_heart_rate.hpp"
#include "colmi/placed_history.hpp"
#include "colmi/sleep.hpp"
#include "colmi/spo2_history.hpp"
#include "colmi/step_log.hpp"
#include "colmi/temperature_history.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace ib::test {

/// A ring's whole receiving side, and a clock.
class ColmiHost {
 public:
  ColmiHost() {
    rates_.reset(1'723'248'000);
    live_.start(now_);
    begin_history();
  }

  /// The promise that did not hold; empty: all did.
  std::string_view broken() const { return broken_; }

  /// Items of its logs that were believed.
  std::size_t logged() const {
    const auto& h = history_->history();
    return h.rates.size() + h.steps.size() + h.spo2.size() + h.nights.size();
  }

  /// After all that was played: a ring that has fallen silent is let go, in time.
  void fall_silent() {
    for (int k = 0; k < 200 && broken_.empty() && !history_->done(); ++k) {
      now_ = std::max(now_, history_->deadline());
      ask(&colmi::HistoryProtocol::due);
    }
    require(history_->done(), "a ring that is silent is let go");
    keep_history();
  }

  /// Bytes as they come: each step is a kind, a size and so many bytes.
  void play(wire::Bytes bytes) {
    read_histories(bytes);
    wire::Reader r(bytes);
    while (r.left() > 0 && broken_.empty()) {
      const unsigned kind = r.u8() % 6;
      const std::size_t size = r.u8();
      const auto part = r.take(std::min(size, r.left()));
      switch (kind) {
        case 0:
          hear(colmi::decode(part), part.size());
          find_in(part);
          tell_history(colmi::from_command, part);
          break;
        case 1:
        case 2: hear_framed(part); break;
        case 3: take_chunk(part); break;
        case 4: pass(size); break;
        default: begin_history(); break;  // the connection was lost, and is back
      }
    }
  }

 private:
  void require(bool holds, std::string_view promise) {
    if (!holds && broken_.empty()) broken_ = promise;
  }

  /// The bytes as a sound frame: cut or padded, with its checksum.
  void hear_framed(wire::Bytes part) {
    std::array<std::byte, colmi::frame_size> frame{};
    std::copy_n(part.begin(), std::min(part.size(), frame.size() - 1), frame.begin());
    frame.back() =
        static_cast<std::byte>(colmi::checksum(wire::Bytes(frame).first(colmi::frame_size - 1)));
    hear(colmi::decode(frame), frame.size());
    find_in(frame);
    tell_history(colmi::from_command, frame);
  }

  /// As a source has it: what is given rises in time, is settled then, and is there or says why not.
  void find_in(wire::Bytes value) {
    const Time arrival{now_.ns};
    for (auto* decoder : {&of_rate_, &of_raw_}) {
      found_->clear();
      decoder->decode(device::Notification::of(0, value, now_), arrival, *found_);
      for (const auto& run : found_->samples()) {
        const auto t = run.clock.at(run.first_index);
        auto& last = last_[run.channels - 1];
        require(run.n == 1 && t > last, "samples of a channel rise in time");
        require(decoder->settled(run.signal, arrival) >= t, "what is given is settled");
        last = t;
      }
      for (const auto& item : found_->items())
        if (const auto* rate = std::get_if<HeartRate>(&item.item))
          require(bool(rate->heart_rate_bpm) == (rate->reason == Reason::none),
                  "a rate that is absent has a reason");
    }
  }

  void hear(const colmi::Decoded& decoded, std::size_t size) {
    using namespace colmi;
    if (const auto* refused = std::get_if<Refused>(&decoded))
      require((refused->reason == Refused::Reason::bad_length) == (size != frame_size),
              "a frame has 16 bytes");
    else require(size == frame_size, "what is understood has 16 bytes");
    if (const auto* battery = std::get_if<Battery>(&decoded))
      require(battery->percent <= 100, "a charge is at most 100 %");
    if (const auto* measured = std::get_if<Measured>(&decoded))
      require(measured->value().has_value() == (measured->reading == Reading::value),
              "a value stands where it is read");
    if (const auto* rate = std::get_if<StreamedHeartRate>(&decoded))
      require(!rate->value() || is_heart_rate(*rate->value()), "a rate is 30 to 220");
    if (const auto* activity = std::get_if<LiveActivity>(&decoded))
      require(activity->steps <= LiveActivity::most_steps, "steps have a bound");
    if (const auto* a = std::get_if<RawAcceleration>(&decoded))
      require(std::min({a->x, a->y, a->z}) >= -2048 && std::max({a->x, a->y, a->z}) <= 2047,
              "an acceleration has twelve bits");
    if (const auto* sample = std::get_if<RawOptical>(&decoded)) {
      require(sample->value != 0, "a hole is no sample");
      bursts_.begins(sample->channel, now_);
    }
    if (const auto* packet = std::get_if<LogPacket>(&decoded)) add(*packet);
    follow(live_.heard(decoded, now_));
  }

  void add(const colmi::LogPacket& packet) {
    using colmi::Progress;
    for (auto* log : {&rates_, &stress_, &hrv_}) {
      const bool completes = log->add(packet) == Progress::complete;
      const auto values = log->values();
      require(!completes || log->complete(), "complete is complete");
      require(values.empty() != log->complete(), "values stand once they are complete");
      require(values.size() <= colmi::DayLog::most_slots, "a day has at most 288 slots");
      if (completes) log->reset(1'723'248'000);
    }
    const auto progress = steps_.add(packet);
    for (const auto& row : steps_.rows())
      require(row.date.ok() && row.quarter < 96, "a row has a date and a quarter hour");
    if (progress == Progress::mixed) steps_.settle();
    if (steps_.complete()) steps_.reset();
  }

  void take_chunk(wire::Bytes part) {
    tell_history(colmi::from_big_data, part);
    if (big_->add(part, now_) != colmi::BigData::Result::complete) {
      require(big_->payload().empty(), "a part is no message");
      return;
    }
    require(big_->payload().size() <= colmi::BigData::most_payload, "a message has a bound");
    read_histories(big_->payload());
  }

  void read_histories(wire::Bytes payload) {
    using namespace colmi;
    Nights nights(payload);
    for (unsigned n = 0; const auto night = nights.next(); ++n) {
      require(n < 255 && night->count <= Night::most_stages, "nights and stages have a bound");
      require(night->span_min() < 1440, "a night is shorter than a day");
    }
    Spo2Days saturations(payload);
    while (const auto day = saturations.next())
      for (const auto& hour : day->hours)
        require(!hour || (hour->min >= 70 && hour->max <= 100 && hour->min <= hour->max),
                "an SpO2 is 70 to 100 %");
    TemperatureHistory temperatures(payload);
    while (const auto day = temperatures.next())
      for (std::size_t slot = 0; slot < day->count; ++slot)
        require(day->tenth_celsius(slot).value_or(201) > 200, "a raw 0 is none");
    if (const auto page = temperature_page(payload))
      require(page->count * 2 + 4 == payload.size() && page->page < page->pages,
              "a page is all of its payload");
  }

  /// Time passes, at most 25.5 s.
  void pass(std::size_t tenths) {
    now_.ns += static_cast<std::int64_t>(tenths) * 100'000'000;
    big_->expire(now_);
    follow(live_.due(now_));
    if (now_ >= history_->deadline()) ask(&colmi::HistoryProtocol::due);
  }

  // -- its logs, as they are asked for

  void begin_history() { ask(&colmi::HistoryProtocol::begin); }
  void tell_history(std::uint8_t from, wire::Bytes value) {
    device::Outbox out;
    history_->received(from, value, now_, out);
    look_at(out);
  }
  void ask(void (colmi::HistoryProtocol::*how)(Arrival, device::Outbox&)) {
    device::Outbox out;
    (*history_.*how)(now_, out);
    look_at(out);
  }
  /// One request at a time, and none that does more than read.
  void look_at(const device::Outbox& out) {
    require(out.requests().size() <= 1, "one log is asked for at a time");
    for (const auto& request : out.requests()) {
      const auto bytes = request.value.bytes();
      const auto command = std::to_integer<unsigned>(bytes[0]);
      const auto log = std::to_integer<unsigned>(bytes[1]);
      require(command == 0x15 || command == 0x43 ||
                  (command == 0xBC && (log == 0x2A || log == 0x27 || log == 0x25)),
              "a log is read, and nothing else");
    }
    require(history_->done() == (history_->deadline() >= device::Protocol::never_due),
            "who waits for a log has a deadline");
  }
  void keep_history() {
    const auto& history = history_->history();
    require(history.remarks.size() <= 64, "remarks have a bound");
    for (const auto& rate : history.rates)
      require(rate.item.heart_rate_bpm >= 30 && rate.item.heart_rate_bpm <= 220,
              "a logged rate is 30 to 220");
    for (const auto& item : history.spo2)
      require(item.item.lowest_pct >= 70 && item.item.highest_pct <= 100, "an SpO2 is 70 to 100 %");
    const auto noon =
        std::chrono::local_days{std::chrono::year{2024} / 8 / 10} + std::chrono::hours{12};
    for (const auto& rate : history.rates) require(rate.at <= noon, "nothing is logged ahead");
    for (const auto& row : history.steps) require(row.at <= noon, "nothing is counted ahead");
    const auto placed =
        colmi::place(history, [](std::chrono::sys_seconds) { return std::chrono::seconds{0}; });
    const auto rises = [this](const auto& items) {
      for (std::size_t k = 0; k < items.size(); ++k)
        require(items[k].t >= (k == 0 ? Time{} : items[k - 1].t + Duration{1}),
                "what was logged rises in time");
    };
    rises(placed.rates);
    rises(placed.steps);
    rises(placed.spo2);
    rises(placed.temperatures);
    rises(placed.sleep);
    const auto given = placed.rates.size() + placed.steps.size() + placed.spo2.size() +
                       placed.temperatures.size() + placed.sleep.size();
    std::size_t told = history.rates.size() + history.steps.size() + history.spo2.size() +
                       history.temperatures.size();
    for (const auto& night : history.nights) told += night.stages.size();
    require(given + placed.repeated + placed.overlapping + placed.unplaced == told,
            "what is not given is counted");
  }

  void follow(const colmi::LiveHeartRate::Step& step) {
    using Phase = colmi::LiveHeartRate::Phase;
    const auto phase = live_.phase();
    const bool rests =
        phase == Phase::idle || phase == Phase::silent || phase == Phase::unsupported;
    require(rests != step.deadline.has_value(), "who waits has a deadline");
    require(!step.send || step.send->size() == colmi::frame_size, "a request has 16 bytes");
    if (rests) live_.start(now_);
  }

  Arrival now_{};
  std::string_view broken_;
  colmi::DayLog rates_{colmi::Log::heart_rate}, stress_{colmi::Log::stress}, hrv_{colmi::Log::hrv};
  colmi::StepLog steps_;
  colmi::Bursts bursts_;
  colmi::LiveHeartRate live_;
  colmi::LiveDecoder of_rate_, of_raw_{colmi::Measure::raw, 4.17};
  std::unique_ptr<device::Findings> found_ = std::make_unique<device::Findings>();
  std::array<Time, 3> last_{never, never, never};  // of one channel, of three
  std::unique_ptr<colmi::BigData> big_ = std::make_unique<colmi::BigData>();
  std::unique_ptr<colmi::HistoryProtocol> history_ = std::make_unique<colmi::HistoryProtocol>(
      2,
      [] {
        return colmi::CivilTime{std::chrono::year{2024} / 8 / 10, 12, 0, 0};
      },
      nullptr);
};

}  // namespace ib::test
