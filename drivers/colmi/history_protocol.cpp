#include "colmi/history_protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "colmi/decode.hpp"
#include "colmi/frame.hpp"
#include "colmi/measurement.hpp"
#include "colmi/requests.hpp"
#include "colmi/sleep.hpp"
#include "colmi/spo2_history.hpp"
#include "colmi/temperature_history.hpp"

namespace ib::colmi {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::local_seconds;
using std::chrono::minutes;
using std::chrono::year_month_day;

constexpr std::size_t most_remarks = 64;
constexpr days trusted_within{2};  // of a date that the ring tells and the one it was asked for

local_days day_of(const CivilTime& t) { return local_days{t.date}; }

std::string date(local_days day) {
  const year_month_day d{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()),
                     static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
}

/// Some applications ask for midnight in UTC, and the ring echoes what it was asked.
local_days date_of(std::uint32_t echo) {
  return std::chrono::floor<days>(local_seconds{std::chrono::seconds{echo}});
}

double in_seconds(unsigned min) { return 60.0 * min; }

std::optional<LoggedStage> logged(SleepStage::Kind kind) {
  using Kind = SleepStage::Kind;
  switch (kind) {
    case Kind::light: return LoggedStage::light;
    case Kind::deep: return LoggedStage::deep;
    case Kind::rem: return LoggedStage::rem;
    case Kind::awake: return LoggedStage::awake;
    default: return std::nullopt;
  }
}

}  // namespace

HistoryProtocol::HistoryProtocol(unsigned days, std::function<CivilTime()> wall,
                                 std::shared_ptr<HistoryShelf> shelf)
    : days_(std::clamp(days, 1U, most_days)), wall_(std::move(wall)), shelf_(std::move(shelf)) {
  plan();
}

std::string_view HistoryProtocol::name(Of of) {
  switch (of) {
    case Of::rates: return "heart rates";
    case Of::steps: return "steps";
    case Of::spo2: return "oxygen saturation";
    case Of::sleep: return "sleep";
    case Of::temperatures: break;
  }
  return "temperature";
}

/// "its heart rates of 2026-11-25", "its sleep".
std::string HistoryProtocol::in_words() const {
  const auto of = name(in_hand().of);
  if (!is_frames(in_hand().of)) return fmt::format("its {}", of);
  return fmt::format("its {} of {}", of, date(in_hand().day));
}

local_days HistoryProtocol::today() const { return day_of(wall_()); }

void HistoryProtocol::plan() {
  const auto last = today();
  for (const auto of : {Of::rates, Of::steps})
    for (unsigned ago = 0; ago < days_; ++ago) asks_.push_back({of, last - days{ago}});
  for (const auto of : {Of::spo2, Of::sleep, Of::temperatures}) asks_.push_back({of, last});
}

// -- the conversation -----------------------------------------------------------------------------------------

/// After a loss, too: what is in hand is asked for anew, and does not count as asked twice.
void HistoryProtocol::begin(Arrival now, device::Outbox&) {
  greeted_ = false;
  asked_ -= asked_ > 0 ? 1U : 0U;
  deadline_ = done() ? never_due : now + first_after;
}

void HistoryProtocol::ask(Arrival now, device::Outbox& out) {
  is_mixed_ = answered_ = false;
  asked_on_ = today();
  rates_.reset(day_epoch(year_month_day{in_hand().day}));
  steps_.reset();
  big_.reset();
  const bool frames = is_frames(in_hand().of);
  const auto packet = request();
  ++asked_;
  if (frames) out.send({uuid::command_service, uuid::command_write, packet, false});
  else out.send({uuid::big_data_service, uuid::big_data_write, packet, false});
  answer_ends_ = now + longest_answer;
  wait_on(now, frames ? answer : big_answer);
}

wire::Packet HistoryProtocol::request() {
  const auto& ask = in_hand();
  switch (ask.of) {
    case Of::rates: return read_heart_rate_log(day_epoch(year_month_day{ask.day}));
    case Of::steps: {
      const auto ago = (asked_on_ - ask.day).count();
      return read_steps(static_cast<std::uint8_t>(std::clamp<std::int64_t>(ago, 0, 255)));
    }
    case Of::spo2: return read_spo2();
    case Of::sleep: {
      constexpr std::array protocols{SleepProtocol::with_naps, SleepProtocol::plain,
                                     SleepProtocol::bare};
      return read_sleep(protocols[std::min<std::size_t>(silences_, protocols.size() - 1)]);
    }
    case Of::temperatures: break;
  }
  return read_temperatures(days_ <= 2 ? TemperatureDays::two : TemperatureDays::six);
}

/// An answer has an end, however it drips.
void HistoryProtocol::wait_on(Arrival now, Duration most) {
  deadline_ = std::min(now + most, answer_ends_);
}

void HistoryProtocol::due(Arrival now, device::Outbox& out) {
  if (now < deadline_ || done()) return;
  if (!greeted_) {
    greeted_ = true;
    return ask(now, out);
  }
  silences_ += answered_ ? 0U : 1U;
  again(now, out);
}

void HistoryProtocol::again(Arrival now, device::Outbox& out) {
  if (asked_ < tries) return ask(now, out);
  give_up(now, out);
}

void HistoryProtocol::give_up(Arrival now, device::Outbox& out) {
  if (doubted_) {
    remark(
        fmt::format("{}: its checksum did not fit in {} requests, but its lengths do: what it "
                    "tells is given, and is in doubt",
                    in_words(), tries));
    keep_doubted();
  } else if (in_hand().of == Of::steps && !is_mixed_ && steps_.settle()) {
    ++history_.missing_logs;
    remark(fmt::format("{} are incomplete: {} of {} rows did not come in {} requests", in_words(),
                       steps_.missing(), steps_.missing() + steps_.rows().size(), tries));
    keep_steps();
  } else if (!heard_) {
    leave_out(fmt::format("{} did not come: {} requests were not answered", in_words(), tries));
    skip_others();
  } else {
    leave_out(fmt::format("{} did not come whole in {} requests, and {} left out", in_words(),
                          tries, is_frames(in_hand().of) ? "are" : "is"));
  }
  next(now, out);
}

void HistoryProtocol::next(Arrival now, device::Outbox& out) {
  ++next_;
  asked_ = silences_ = 0;
  heard_ = is_mixed_ = false;
  doubted_.reset();
  if (shelf_) {
    auto so_far = history_;
    so_far.missing_logs += asks_.size() - next_;  // should nobody wait for them
    shelf_->put(so_far, done());
  }
  if (done()) deadline_ = answer_ends_ = never_due;
  else ask(now, out);
}

void HistoryProtocol::leave_out(std::string why) {
  ++history_.missing_logs;
  remark(std::move(why));
}

/// A log that is not known is not asked for seven times.
void HistoryProtocol::skip_others() {
  const auto of = in_hand().of;
  std::size_t others = 0;
  for (std::size_t k = next_ + 1; k < asks_.size() && asks_[k].of == of; ++k) ++others;
  const auto first = asks_.begin() + static_cast<std::ptrdiff_t>(next_ + 1);
  asks_.erase(first, first + static_cast<std::ptrdiff_t>(others));
  history_.missing_logs += others;
}

void HistoryProtocol::remark(std::string sentence) {
  if (history_.remarks.size() < most_remarks) history_.remarks.push_back(std::move(sentence));
}

void HistoryProtocol::end(Arrival, device::Outbox&) { deadline_ = never_due; }

// -- what comes -----------------------------------------------------------------------------------------------

void HistoryProtocol::received(std::uint8_t from, wire::Bytes value, Arrival now,
                               device::Outbox& out) {
  if (!greeted_ || done()) return;
  // Frames were seen on either characteristic; what is no frame there is not ours.
  const bool frames = is_frames(in_hand().of);
  if (frames && (from == from_command || value.size() == frame_size)) hear(value, now, out);
  if (!frames && from == from_big_data) hear_big(value, now, out);
}

void HistoryProtocol::hear(wire::Bytes frame, Arrival now, device::Outbox& out) {
  const auto decoded = decode(frame);
  const auto log = in_hand().of == Of::rates ? Log::heart_rate : Log::steps;
  if (const auto* refused = std::get_if<Refused>(&decoded))
    ++(refused->is_unknown() ? history_.unknown_packets : history_.bad_packets);
  if (const auto* no = std::get_if<RefusedCommand>(&decoded);
      no != nullptr && no->command == static_cast<std::uint8_t>(log)) {
    leave_out(fmt::format("{} did not come: its firmware refuses to tell them", in_words()));
    skip_others();
    return next(now, out);
  }
  const auto* packet = std::get_if<LogPacket>(&decoded);
  if (packet == nullptr || packet->log != log) return;
  if (is_mixed_) return wait_on(now, silence);  // until it is quiet
  hear(log == Log::heart_rate ? rates_.add(*packet) : steps_.add(*packet), now, out);
}

void HistoryProtocol::hear(Progress progress, Arrival now, device::Outbox& out) {
  switch (progress) {
    case Progress::stale:
    case Progress::duplicate: return;
    case Progress::more: heard_ = true; return wait_on(now, silence);
    case Progress::none: return next(now, out);
    case Progress::mixed:
    case Progress::refused: heard_ = is_mixed_ = true; return wait_on(now, silence);
    case Progress::complete: break;
  }
  heard_ = true;
  const bool rates = in_hand().of == Of::rates;
  const bool of_another_day =
      rates && rates_.echo_trusted() && date_of(rates_.echo()) != in_hand().day;
  if (of_another_day) {  // left over from another request
    is_mixed_ = true;
    return wait_on(now, silence);
  }
  if (rates) keep_rates();
  else keep_steps();
  next(now, out);
}

void HistoryProtocol::hear_big(wire::Bytes part, Arrival now, device::Outbox& out) {
  const auto result = big_.add(part, now);
  constexpr auto id = [](Of of) {
    return of == Of::spo2    ? BigDataId::spo2
           : of == Of::sleep ? BigDataId::sleep
                             : BigDataId::temperatures;
  };
  const bool is_ours = big_.id() == static_cast<std::uint8_t>(id(in_hand().of));
  if (result == BigData::Result::more || result == BigData::Result::complete) {
    heard_ = true;
    answered_ = answered_ || is_ours;
    wait_on(now, big_answer);
  }
  if (result != BigData::Result::complete || !is_ours) return;
  // Days are counted back from a today that has ended meanwhile, or the bytes are in doubt.
  if (asked_on_ != today()) return again(now, out);
  if (!big_.crc_holds()) return doubt(now, out);
  keep(big_.payload());
  next(now, out);
}

/// Its checksum does not fit. It is asked for again, in the same words: an answer did come to these.
void HistoryProtocol::doubt(Arrival now, device::Outbox& out) {
  ++history_.bad_packets;
  const auto payload = big_.payload();
  const bool came_before =
      doubted_ && doubted_->asked_on == asked_on_ && std::ranges::equal(doubted_->payload, payload);
  if (holds_together(payload)) doubted_ = Doubted{{payload.begin(), payload.end()}, asked_on_};
  if (!came_before) return again(now, out);
  remark(fmt::format("{}: its checksum does not fit, but it came the same twice", in_words()));
  keep_doubted();
  next(now, out);
}

/// Its lengths are those of whole days or nights.
bool HistoryProtocol::holds_together(wire::Bytes payload) const {
  const auto is_whole = [](auto all) {
    while (all.next()) {}
    return all.whole();
  };
  if (in_hand().of == Of::spo2) return is_whole(Spo2Days(payload));
  if (in_hand().of == Of::sleep) return payload.empty() || is_whole(Nights(payload));
  return is_whole(TemperatureHistory(payload));
}

// -- what is kept ---------------------------------------------------------------------------------------------

void HistoryProtocol::keep(wire::Bytes payload) {
  if (in_hand().of == Of::spo2) keep_spo2(payload);
  else if (in_hand().of == Of::sleep) keep_nights(payload);
  else keep_temperatures(payload);
}

void HistoryProtocol::keep_doubted() {
  ++history_.doubtful_logs;
  asked_on_ = doubted_->asked_on;
  keep(doubted_->payload);
}

bool HistoryProtocol::has_begun(local_seconds at) const {
  const auto t = wall_();
  return at <= day_of(t) + std::chrono::hours{t.hour} + minutes{t.minute} +
                   std::chrono::seconds{t.second};
}

void HistoryProtocol::keep_rates() {
  if (!rates_.echo_trusted())
    remark(
        fmt::format("{} bear another date: its clock is wrong, and the day is taken for the one "
                    "that was asked for",
                    in_words()));
  const auto values = rates_.values();
  for (std::size_t slot = 0; slot < values.size(); ++slot) {
    if (values[slot] == 0) continue;
    const local_seconds at = in_hand().day + minutes{slot * rates_.minutes()};
    if (!is_heart_rate(values[slot]) || !has_begun(at)) {
      ++history_.refused;
      continue;
    }
    LoggedRate item;
    item.heart_rate_bpm = values[slot];
    item.slot_s = in_seconds(rates_.minutes());
    history_.rates.push_back({at, item});
  }
}

void HistoryProtocol::keep_steps() {
  for (const auto& row : steps_.rows()) {
    const local_days day{row.date};
    const auto apart = day > in_hand().day ? day - in_hand().day : in_hand().day - day;
    if (day != in_hand().day && !std::exchange(other_day_told_, true))
      remark(
          fmt::format("{} bear the date {}: the ring's clock shows another day than was expected "
                      "(ring_clock), and what it tells by days back may be off by as much",
                      in_words(), date(day)));
    const local_seconds at = day + minutes{15 * row.quarter};
    if (apart > trusted_within || !has_begun(at)) {
      ++history_.refused;
      continue;
    }
    LoggedSteps item;
    item.steps = row.steps;
    item.distance_m = row.metres;
    item.energy_kcal = row.calories / 1000.0;
    history_.steps.push_back({at, item});
  }
}

void HistoryProtocol::keep_spo2(wire::Bytes payload) {
  Spo2Days all(payload);
  while (const auto day = all.next()) {
    if (day->days_ago >= days_) continue;
    history_.refused += day->implausible;
    for (std::size_t hour = 0; hour < day->hours.size(); ++hour) {
      const auto& range = day->hours[hour];
      if (!range) continue;
      const local_seconds at = asked_on_ - days{day->days_ago} + std::chrono::hours{hour};
      if (!has_begun(at)) {
        ++history_.refused;
        continue;
      }
      LoggedSpo2 item;
      item.lowest_pct = range->min;
      item.highest_pct = range->max;
      item.slot_s = in_seconds(60);
      history_.spo2.push_back({at, item});
    }
  }
  if (!all.whole()) leave_out(fmt::format("{} ends within a day, which is left out", in_words()));
}

void HistoryProtocol::keep_nights(wire::Bytes payload) {
  if (payload.empty()) return;  // no night
  Nights all(payload);
  while (const auto night = all.next()) {
    if (night->days_ago >= days_) continue;
    const auto day = asked_on_ - days{night->days_ago};
    const bool day_before = night->start_min > night->end_min;
    ShownNight shown{day - days{day_before ? 1 : 0} + minutes{night->start_min}, {}};
    if (!has_begun(shown.start)) {
      ++history_.refused;
      continue;
    }
    minutes from_start{0};
    for (const auto& stage : night->stages()) {
      const minutes lasts{stage.minutes};
      const auto kind = logged(stage.kind);
      if (kind && lasts.count() > 0) shown.stages.push_back({from_start, lasts, *kind});
      else if (!kind && stage.kind != SleepStage::Kind::none) ++history_.refused;
      from_start += lasts;
    }
    if (from_start.count() != night->span_min())
      remark(
          fmt::format("its night that ended on {} lasts {} min by its begin and end, but {} by its "
                      "stages: these are placed from its begin on",
                      date(day), night->span_min(), from_start.count()));
    history_.nights.push_back(std::move(shown));
  }
  if (!all.whole()) leave_out(fmt::format("{} ends within a night, which is left out", in_words()));
}

void HistoryProtocol::keep_temperatures(wire::Bytes payload) {
  TemperatureHistory all(payload);
  while (const auto day = all.next()) {
    if (day->days_ago >= days_) continue;
    for (std::size_t slot = 0; slot < day->count; ++slot) {
      const auto tenths = day->tenth_celsius(slot);
      if (!tenths) continue;
      const local_seconds at =
          asked_on_ - days{day->days_ago} + minutes{slot * std::size_t{day->minutes}};
      if (!has_begun(at)) {
        ++history_.refused;
        continue;
      }
      LoggedTemperature item;
      item.temperature_degc = *tenths / 10.0;
      item.slot_s = in_seconds(day->minutes);
      history_.temperatures.push_back({at, item});
    }
  }
  if (!all.whole()) leave_out(fmt::format("{} ends within a day, which is left out", in_words()));
}

}  // namespace ib::colmi
