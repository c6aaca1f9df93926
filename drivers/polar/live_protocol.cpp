#include "polar/live_protocol.hpp"

#include "polar/decode.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace ib::polar {
namespace {

using source::Signal;

constexpr std::array streamed{Measurement::ecg, Measurement::ppg, Measurement::acceleration,
                              Measurement::pp_interval};
constexpr std::uint8_t reply_mark = 0xF0;
constexpr double rate_tolerance = 0.03;

Signal signal_of(Measurement m) {
  switch (m) {
    case Measurement::ecg: return Signal::ecg;
    case Measurement::ppg: return Signal::ppg;
    case Measurement::acceleration: return Signal::acceleration;
    default: return Signal::rr;
  }
}

bool near_rate(double a, double b) { return std::abs(a - b) <= rate_tolerance * b; }

}  // namespace

bool LiveProtocol::offered(Measurement m) const {
  if (!terms_) return false;
  return m == Measurement::pp_interval ? terms_->intervals : terms_->of(m).offered;
}

void LiveProtocol::begin(Arrival now, device::Outbox& out) {
  tasks_.clear();
  asked_ = more_ = false;
  tries_ = 0;
  trial_.reset();
  failure_.clear();
  reply_due_ = never_due;
  quiet_ = now + quiet_for;
  for (auto& s : streams_) {
    s.running = s.seized = false;
    s.data_due = s.retry = never_due;
  }
  if (refused_) return;
  if (terms_) reconcile();
  else {
    drawn_ = {};
    tasks_.push_back({Ask::features, {}});
  }
  out.send({heart_rate::uuid::battery_service, heart_rate::uuid::battery_level, {}, false, true});
  go(now, out);
}

void LiveProtocol::want(const source::PerSignal<bool>& listened, Arrival now, device::Outbox& out) {
  for (const auto m : streamed) stream(m).wanted = listened[source::index_of(signal_of(m))];
  reconcile();
  go(now, out);
}

wire::Packet LiveProtocol::request(const Task& task) const {
  switch (task.ask) {
    case Ask::settings: return ask_settings(task.of);
    case Ask::start:
      if (task.of == Measurement::pp_interval) return start(task.of);
      return start(task.of, (terms_ ? *terms_ : drawn_).of(task.of).choice);
    case Ask::stop: return stop(task.of);
    default: return ask_status();
  }
}

void LiveProtocol::go(Arrival now, device::Outbox& out) {
  if (asked_ || tasks_.empty() || !failure_.empty()) return;
  asked_ = true;
  reply_due_ = now + reply_due;
  device::Request next{uuid::service, uuid::control, {}, true, false};
  if (tasks_.front().ask == Ask::features) next.read = true;
  else next.value = request(tasks_.front());
  out.send(next);
}

void LiveProtocol::received(std::uint8_t from, wire::Bytes value, Arrival now,
                            device::Outbox& out) {
  quiet_ = now + quiet_for;
  if (from == from_control) control(value, now);
  else if (from == from_data) frame(value, now);
  go(now, out);
}

/// The first byte of a request is its answer's second.
bool LiveProtocol::answers(const Reply& reply) const {
  if (!asked_ || tasks_.empty() || tasks_.front().ask == Ask::features) return false;
  const auto asked = request(tasks_.front());
  const bool same = reply.operation == std::to_integer<std::uint8_t>(asked.bytes()[0]);
  return same && (tasks_.front().ask == Ask::status || reply.type == tasks_.front().of);
}

/// A reply may come in parts: all but the first are a byte that says whether more comes, and parameters.
void LiveProtocol::control(wire::Bytes value, Arrival now) {
  if (more_ && !value.empty() && std::to_integer<std::uint8_t>(value[0]) != reply_mark) {
    const auto part = value.subspan(1);
    more_ = value[0] != std::byte{} && parameters_.size() + part.size() <= most_parameters;
    parameters_.insert(parameters_.end(), part.begin(), part.end());
    if (!more_) answered(error_, parameters_, now);
    return;
  }
  more_ = false;
  const auto decoded = decode_control(value);
  if (const auto* reply = std::get_if<Reply>(&decoded)) {
    if (!answers(*reply)) return;
    error_ = reply->error;
    parameters_.assign(reply->parameters.begin(), reply->parameters.end());
    more_ = reply->more;
    if (!more_) answered(error_, parameters_, now);
  } else if (const auto* features = std::get_if<Features>(&decoded)) {
    // Read once, it may come twice: the daemon notifies of what was read, too.
    if (asked_ && tasks_.front().ask == Ask::features) meet(*features);
  } else if (const auto* stopped = std::get_if<Stopped>(&decoded)) {
    for (std::size_t k = 0; k < stopped->size(); ++k) {
      const auto m = (*stopped)[k];
      if (number_of(m) >= n_streams || !stream(m).running) continue;
      stream(m).running = false;
      stream(m).data_due = never_due;
      stream(m).retry = now + retry_after;
    }
  }
}

void LiveProtocol::meet(const Features& features) {
  tasks_.pop_front();
  asked_ = false;
  tries_ = 0;
  reply_due_ = never_due;
  drawn_.intervals = features.has(Measurement::pp_interval);
  for (const auto m : waveforms)
    if (features.has(m)) tasks_.push_back({Ask::settings, m});
  settle_when_done();
}

void LiveProtocol::answered(Error error, wire::Bytes parameters, Arrival now) {
  const auto task = tasks_.front();
  tasks_.pop_front();
  asked_ = false;
  tries_ = 0;
  reply_due_ = never_due;
  switch (task.ask) {
    case Ask::settings:
      if (error == Error::none) meet(settings_of(parameters), task.of);
      else if (error != Error::not_supported && error != Error::bad_type)
        return give_up(sentence_of(error, task.of));
      break;
    case Ask::start: started(error, task.of, now); break;
    case Ask::stop:
      stream(task.of).running = false;
      stream(task.of).data_due = never_due;
      break;
    default: break;
  }
  settle_when_done();
}

void LiveProtocol::meet(const Settings& settings, Measurement m) {
  auto chosen = choose(m, settings, agreement_->wishes());
  if (!chosen.problem.empty()) {
    refused_ = true;
    tasks_.clear();
    return agreement_->refuse(std::move(chosen.problem));
  }
  drawn_.of(m) = chosen.term;
  if (m != Measurement::ppg || !chosen.term.offered) return;
  trial_ = Trial{};
  tasks_.push_front({Ask::start, m});
}

void LiveProtocol::started(Error error, Measurement m, Arrival now) {
  auto& s = stream(m);
  if (error == Error::already_in_state && !std::exchange(s.seized, true)) {
    tasks_.push_front({Ask::start, m});
    tasks_.push_front({Ask::stop, m});
    return;
  }
  if (error == Error::none) {
    s.running = true;
    s.retry = never_due;
    if (trial_) trial_->due = now + trial_due;
    else s.data_due = now + (m == Measurement::pp_interval ? intervals_due : waveform_due);
    return;
  }
  if (!terms_) {
    refused_ = true;
    tasks_.clear();
    trial_.reset();
    return agreement_->refuse(sentence_of(error, m));
  }
  if (error == Error::charging || error == Error::bad_state) s.retry = now + retry_after;
  else give_up(sentence_of(error, m));
}

void LiveProtocol::frame(wire::Bytes value, Arrival now) {
  const auto decoded = decode(value);
  if (const auto* wave = std::get_if<Waveform>(&decoded)) {
    auto& s = stream(wave->type());
    if (s.running && !trial_) s.data_due = now + waveform_due;
    if (!trial_ || trial_->due == never_due || wave->type() != Measurement::ppg) return;
    if (trial_->frames++ == 0) {
      trial_->first_ns = wave->last_ns();
      return;
    }
    trial_->samples += wave->size();
    if (trial_->frames < trial_frames) return;
    const auto passed_ns = static_cast<double>(wave->last_ns() - trial_->first_ns);
    tried(static_cast<double>(trial_->samples) * 1e9 / passed_ns);
  } else if (std::holds_alternative<PpIntervals>(decoded)) {
    auto& s = stream(Measurement::pp_interval);
    if (s.running) s.data_due = now + intervals_due;
  }
}

/// What is near the rate that was offered is that rate; else it is what was measured, in whole Hz, as
/// all rates of Polar are.
void LiveProtocol::tried(double rate_hz) {
  auto& term = drawn_.of(Measurement::ppg);
  trial_.reset();
  tasks_.push_back({Ask::stop, Measurement::ppg});
  if (near_rate(rate_hz, term.rate_hz)) return;
  const double wish = agreement_->wishes().ppg_hz;
  const double whole = std::round(rate_hz);
  term.offered = whole >= 1 && whole <= 1000;  // not, where its time stamps are none
  if (wish > 0 && term.offered) {
    refused_ = true;
    agreement_->refuse(
        fmt::format("its pulse waveform comes at {:g} Hz, though it offers {:g} Hz; leave ppg_rate "
                    "out, and the rate is taken as it comes",
                    whole, term.rate_hz));
  }
  term.rate_hz = whole;
}

void LiveProtocol::settle_when_done() {
  if (terms_ || refused_ || trial_ || !tasks_.empty() || !failure_.empty()) return;
  terms_ = drawn_;
  agreement_->settle(drawn_);
  reconcile();
}

bool LiveProtocol::is_due(Measurement m) const {
  return std::any_of(tasks_.begin(), tasks_.end(), [&](const Task& t) {
    return t.of == m && (t.ask == Ask::start || t.ask == Ask::stop);
  });
}

/// What runs is brought to what is wanted.
void LiveProtocol::reconcile() {
  for (const auto m : streamed) {
    const auto& s = stream(m);
    if (!offered(m) || s.wanted == s.running || is_due(m)) continue;
    if (s.wanted && s.retry != never_due) continue;  // not yet
    tasks_.push_back({s.wanted ? Ask::start : Ask::stop, m});
  }
}

void LiveProtocol::give_up(std::string why) {
  agreement_->remark(why);
  failure_ = std::move(why);
}

Arrival LiveProtocol::deadline() const {
  if (refused_ || !failure_.empty()) return never_due;
  Arrival first = std::min(quiet_, reply_due_);
  if (trial_) first = std::min(first, trial_->due);
  for (const auto& s : streams_) first = std::min({first, s.data_due, s.retry});
  return first;
}

void LiveProtocol::due(Arrival now, device::Outbox& out) {
  if (now >= reply_due_) {
    reply_due_ = never_due;
    asked_ = more_ = false;
    if (++tries_ >= most_tries)
      return give_up(
          "it does not answer requests; switch it off and on, and end other programs "
          "that use it");
  }
  if (trial_ && now >= trial_->due) return give_up("it began its pulse waveform and sent nothing");
  for (const auto m : streamed) {
    auto& s = stream(m);
    if (now >= s.retry) s.retry = never_due;
    if (now < s.data_due) continue;
    s.data_due = never_due;
    if (is_due(m)) continue;
    tasks_.push_back({Ask::stop, m});
    tasks_.push_back({Ask::start, m});
  }
  reconcile();
  if (now >= quiet_) {
    quiet_ = now + quiet_for;
    if (tasks_.empty()) tasks_.push_back({Ask::status, {}});
  }
  go(now, out);
}

void LiveProtocol::end(Arrival, device::Outbox& out) {
  for (const auto m : streamed)
    if (stream(m).running) out.send({uuid::service, uuid::control, stop(m), true, false});
  for (auto& s : streams_) s = {};
  tasks_.clear();
  asked_ = false;
  reply_due_ = quiet_ = never_due;
}

}  // namespace ib::polar
