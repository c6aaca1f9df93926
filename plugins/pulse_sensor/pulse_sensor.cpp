// pulse_sensor.serial: a PulseSensor on an Arduino, by its USB serial port: a driver as a plugin.
//
// The port is read where the run's I/O loop says that something is there. What is watched is an epoll
// descriptor of the node's own, for a descriptor is given to the host once, in activate(), and a port that
// was pulled out comes back as another one. Every bound is in an array; what has no room stays in the
// kernel, which holds 4096 bytes, some 12 s.
// Thread: [control] and [exec], as abi.h says; PortKeeper has a thread of its own.
#include <interbeat/clock_model.hpp>
#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "decoder.hpp"
#include "line_reader.hpp"
#include "port_keeper.hpp"
#include "serial_port.hpp"

namespace pulse_sensor {

using namespace std::chrono_literals;
using ib::Duration;
using ib::Time;

struct Serial {
  static constexpr ib::About about{
      "pulse_sensor.serial", "1.0.0",
      "A PulseSensor on an Arduino: pulse waveform and the intervals of its own detector.",
      "Reads what the PulseSensor Playground library writes as PROCESSING_VISUALIZER: S, B and Q lines, 115200 "
      "baud. Samples are 10 bits, at `rate`; the sensor is read 500 times a second, so its intervals stand on a "
      "grid of 2 ms (`rr`, for beat.rr). Lines bear neither number nor time: samples stand where the clock "
      "estimator has them, and a lost line is known after some 2 s, by all that follows being late; a line that "
      "can't be read is lost at once. A device that is pulled out is a gap, and is tried again after 0.25 s, "
      "then twice as long, at most 4 s. Source: github.com/WorldFamousElectronics/PulseSensorPlayground. "
      "Example: {type: pulse_sensor.serial, device: /dev/ttyACM0}."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE;  // live, so not deterministic

  ib::Out<"ppg", ib::Ppg,
          ib::OutSpec{.doc = "Green light in counts, 0..1023, upright.", .grade = ib::Grade::raw}>
      ppg;
  ib::Out<"rr", ib::RrNotification,
          ib::OutSpec{.doc = "Intervals by the sketch as they arrived, with its rate.",
                      .grade = ib::Grade::beats}>
      rr;
  ib::Out<"heart_rate", ib::HeartRate,
          ib::OutSpec{.doc = "The rate by the sketch itself, over ten intervals.",
                      .grade = ib::Grade::metrics}>
      heart_rate;
  ib::Out<"status", ib::DeviceStatus,
          ib::OutSpec{.doc = "When the port was opened and lost.", .grade = ib::Grade::state}>
      status;
  ib::Out<"clock", ib::ClockModel,
          ib::OutSpec{.doc = "Where the count of samples stands in session time, once a second.",
                      .grade = ib::Grade::state}>
      clock_model;
  ib::String<"device",
             ib::StringSpec{
                 .doc = "Serial port, such as /dev/ttyACM0.", .required = true, .source = true}>
      device;
  ib::Param<"rate", ib::NumberSpec{.min = 10,
                                   .max = 500,
                                   .def = 50,
                                   .unit = "Hz",
                                   .doc = "Samples a second that the sketch sends, to 5 %: 50; of "
                                          "library 2.x on a board without a hardware timer 55.6."}>
      rate;
  ib::Counter<"bad_lines"> bad_lines;
  ib::Counter<"lost_samples"> lost_samples;
  ib::Counter<"lost_connections"> lost_connections;
  static constexpr auto fields = std::tuple{&Serial::ppg,          &Serial::rr,
                                            &Serial::heart_rate,   &Serial::status,
                                            &Serial::clock_model,  &Serial::device,
                                            &Serial::rate,         &Serial::bad_lines,
                                            &Serial::lost_samples, &Serial::lost_connections};
  ib::Watch watch;  // by these names: filled by the host
  ib::Wake wake;
  ib::Log log;
  ib::Packets packets;  ///< a host that records is told of every read

  Serial() = default;
  ~Serial() { deactivate(); }
  Serial(const Serial&) = delete;
  Serial& operator=(const Serial&) = delete;

  const void* extension(std::string_view id);
  bool activate(ib::Activation& plan);
  ib_status process(ib_process& p);
  void reset();
  void deactivate();

 private:
  static constexpr const char* door = "pulse_sensor.serial/1";  // to this object, from a C function
  static constexpr Duration first_wait{250'000'000}, longest_wait{4'000'000'000};
  static constexpr double events_per_second = 20;  // of a port; beats come three a second at most
  static constexpr std::uint64_t enough_bad_lines = 100;  // two seconds of another format
  enum class Poured { all, full, beyond };

  ib_status open(ib_source_info& info, std::span<char> error);
  bool open_port(std::string& problem);
  void learn_zero(const ib_process& p);
  void look_after_port(const ib_process& p);
  void adopt(int port, const ib_process& p);
  void lose(const ib_process& p);
  void hear(const ib_process& p);
  void tell(std::uint32_t flags, std::string_view bytes) const;
  void listen(bool on);
  bool read_some(const ib_process& p);
  bool find_more();
  Poured pour(Time limit);
  Poured pour(Time t, const Sample& s);
  template <class Port, class Item>
  Poured pour(Port& port, Time t, Time limit, const Item& item, Time gap_behind = ib::never);
  void settle(Time limit);
  void say_what_it_sends();

  // -- the port
  int port_{-1}, epoll_{-1};
  PortKeeper keeper_;
  bool listens_{};
  Duration wait_ = first_wait;
  Time try_at_ = ib::never;
  // -- what was read, and is not used yet
  std::array<char, 512> bytes_{};
  std::string_view unread_;
  ib::Arrival arrival_{};  ///< of these
  LineReader lines_;
  std::optional<Decoder> decoder_;
  std::uint64_t good_when_opened_{};
  std::span<const Found> found_;
  // -- what was given
  Duration max_step_{};
  std::int64_t zero_ns_{};  ///< the host's clock at session time 0
  Time reached_ = ib::never, beyond_ = ib::never;
  Time heard_ = ib::never;  ///< session time of arrival_
  Time last_ = ib::never;   ///< sample
  Time last_rr_ = ib::never;
  std::optional<Time> last_end_;  ///< of its period
  std::uint64_t expected_{};      ///< the next index
  std::uint64_t lost_before_{};   ///< lost_samples at the last one
  bool broken_{};                 ///< the port was lost since
  bool told_format_{};
  bool gave_{};  ///< in this call
};

// -- [control] ------------------------------------------------------------------------------------------

const void* Serial::extension(std::string_view id) {
  static const ib_source source{
      sizeof(ib_source),
      [](ib_node* node, ib_source_info* info, char* error, std::uint32_t size) -> ib_status {
        auto* self =
            static_cast<Serial*>(const_cast<void*>(node->extension(node, door)));  // NOLINT
        return self->open(*info, {error, size});
      },
      [](ib_node*, std::int64_t) {}};  // a device has no time of its own to be placed
  if (id == IB_EXT_SOURCE) return &source;
  return id == door ? this : nullptr;
}

ib_status Serial::open(ib_source_info& info, std::span<char> error) {
  info.live = 1;
  info.utc_start_ns = info.start_ns = IB_NEVER;
  info.duration_ns = IB_FOREVER;
  std::string problem;
  if (open_port(problem)) return IB_OK;
  if (!error.empty()) {
    const auto n = std::min(problem.size(), error.size() - 1);
    std::memcpy(error.data(), problem.data(), n);
    error[n] = '\0';
  }
  return IB_ERROR;
}

bool Serial::open_port(std::string& problem) {
  if (port_ >= 0) return true;
  const int port = open_serial(device.value.c_str());
  if (port >= 0) port_ = port;
  else problem = why_not(device.value, -port);
  return port >= 0;
}

bool Serial::activate(ib::Activation& plan) {
  std::string problem;
  if (!open_port(problem)) return plan.fail(problem);
  max_step_ = plan.max_step();
  for (std::size_t k = 0; k < plan.outputs(); ++k) {
    auto& out = plan.out(k);
    const double per_second = k == 0 ? rate.value : events_per_second;
    if (k == 0) {
      out.rate_hz = per_second;
      out.flags |= IB_STREAM_STEERED;
      out.channels = 1;
    }
    out.items_per_second = per_second;
    const double items = std::ceil(per_second * ib::seconds(max_step_)) + 2;
    out.max_items = static_cast<std::uint32_t>(std::clamp(items, 64.0, 1e9));
  }
  plan.out(1).sampled_hz = 500;  // MICROS_PER_READ of the library: 2000

  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_ < 0) return plan.fail(std::string("epoll_create1: ") + std::strerror(errno));
  if (!watch(epoll_))
    log.warning("a serial port is read at the pace of the clock alone: nothing comes from it here");
  packets.name({"serial"});
  keeper_.start(device.value, wake);
  decoder_.reset();
  reached_ = heard_ = last_ = last_rr_ = ib::never;
  last_end_.reset();
  lost_before_ = 0;
  wait_ = first_wait;
  told_format_ = false;
  reset();
  return true;
}

void Serial::deactivate() {
  keeper_.stop();
  for (int* fd : {&port_, &epoll_}) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
  listens_ = false;
}

// -- [exec] -------------------------------------------------------------------------------------------------

void Serial::reset() {
  unread_ = {};
  found_ = {};
  lines_.restart();
  broken_ = last_end_.has_value();
}

ib_status Serial::process(ib_process& p) {
  const Time now{p.now_ns};
  learn_zero(p);
  look_after_port(p);
  const Time limit = std::max(reached_, std::min(now, reached_ + max_step_));
  auto how = Poured::all;
  gave_ = false;
  bool read_all = true;
  for (bool may_read = true;;) {
    how = pour(limit);
    if (how != Poured::all || find_more()) {
      if (how != Poured::all) break;
      continue;
    }
    if (!std::exchange(may_read, false)) break;
    read_all = !read_some(p);
  }
  settle(limit);
  if (gave_) p.arrival_ns = arrival_.ns;
  bad_lines.value.store(decoder_->bad_lines(), std::memory_order_relaxed);
  lost_samples.value.store(decoder_->lost_samples(), std::memory_order_relaxed);
  if (how == Poured::full) return IB_OK;
  p.wake_ns = port_ < 0 ? try_at_.ns : IB_FOREVER;
  if (how == Poured::beyond) {
    reached_ = limit;
    if (limit < now) return IB_OK;
    p.wake_ns = std::min(p.wake_ns, beyond_.ns);
  }
  listen(how == Poured::all);  // what waits for its time must not be called for at once again
  return how == Poured::all && !read_all ? IB_OK : IB_SLEEP;
}

/// The host tells its clock and the session's in one call, but a source that lags is called for a moment
/// that lies behind: of the calls before the first line the one with the least between them counts.
void Serial::learn_zero(const ib_process& p) {
  const auto zero = p.arrival_ns - p.now_ns;
  const bool first = !decoder_;
  if (!first && (zero >= zero_ns_ || decoder_->lines() > 0 || !found_.empty())) return;
  zero_ns_ = zero;
  decoder_.emplace(rate.value, ib::SessionZero{ib::Arrival{zero}});
  if (!first) return;
  reached_ = Time{p.now_ns} - Duration{1};
  forget_input(port_);  // what came before the session is not of it
  adopt(port_, p);
}

void Serial::look_after_port(const ib_process& p) {
  if (port_ >= 0) return;
  const Time now{p.now_ns};
  if (const int port = keeper_.take(); port >= 0) return adopt(port, p);
  if (now < try_at_) return;
  keeper_.open();
  wait_ = std::min(2 * wait_, longest_wait);
  try_at_ = now + wait_;
}

void Serial::adopt(int port, const ib_process& p) {
  port_ = port;
  lines_.restart();
  unread_ = {};
  good_when_opened_ = decoder_->good_lines();
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, port_, &wanted) != 0) return lose(p);
  listens_ = true;
  hear(p);
  tell(IB_PACKET_CONNECTED, {});
  found_ = decoder_->connected(true, arrival_);
}

void Serial::lose(const ib_process& p) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, port_, nullptr);
  keeper_.close(std::exchange(port_, -1));
  listens_ = false;
  lost_connections.add();
  // One that comes and goes without a word is not asked more often for that.
  if (decoder_->good_lines() > good_when_opened_) wait_ = first_wait;
  try_at_ = Time{p.now_ns} + wait_;
  broken_ = last_end_.has_value();
  hear(p);
  tell(IB_PACKET_DISCONNECTED, {});
  found_ = decoder_->connected(false, arrival_);
  log.warning("the serial device is gone; it is tried again until it is back");
}

void Serial::listen(bool on) {
  if (port_ < 0 || listens_ == on) return;
  epoll_event wanted{};
  wanted.events = on ? EPOLLIN : 0U;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, port_, &wanted);
  listens_ = on;
}

/// True: there may be more.
bool Serial::read_some(const ib_process& p) {
  if (port_ < 0) return false;
  const auto n = ::read(port_, bytes_.data(), bytes_.size());
  if (n > 0) {
    unread_ = {bytes_.data(), static_cast<std::size_t>(n)};
    hear(p);
    tell(0, unread_);
    return unread_.size() == bytes_.size();
  }
  // 0: it was hung up. Nothing there, or a signal, is no news.
  if (n == 0 || (errno != EAGAIN && errno != EINTR)) lose(p);
  return false;
}

/// Lines are the decoder's: which samples a read bears is known when they are read again.
void Serial::tell(std::uint32_t flags, std::string_view bytes) const {
  if (!packets.wanted()) return;
  ib_packet packet{};
  packet.flags = flags;
  packet.arrival_ns = heard_.ns;
  packet.device_ns = IB_NEVER;
  packet.n_bytes = static_cast<std::uint32_t>(bytes.size());
  packet.bytes = bytes.data();
  packets.tell(packet);
}

/// Lines that give nothing are passed over. False: no line is left.
bool Serial::find_more() {
  Line line;
  while (found_.empty() && lines_.next(unread_, line)) {
    found_ = decoder_->meet(line, arrival_);
    if (!told_format_) say_what_it_sends();
  }
  return !found_.empty();
}

void Serial::say_what_it_sends() {
  if (decoder_->good_lines() > 0 || decoder_->bad_lines() < enough_bad_lines) return;
  told_format_ = true;
  log.warning(
      "no line of the first 100 is the Playground's: is OUTPUT_TYPE of the sketch "
      "PROCESSING_VISUALIZER, and its serial port at 115200 baud?");
}

/// The stamp is taken just after `now_ns`: within a millisecond they are one moment.
void Serial::hear(const ib_process& p) {
  const auto ahead = p.arrival_ns - zero_ns_ - p.now_ns;
  arrival_ = {ahead > 0 && ahead < 1'000'000 ? zero_ns_ + p.now_ns : p.arrival_ns};
  heard_ = Time{arrival_.ns - zero_ns_};
}

Serial::Poured Serial::pour(Time limit) {
  struct Into {
    Serial& self;
    Time t, limit;
    Poured operator()(const Sample& s) const { return self.pour(t, s); }
    Poured operator()(const Interval& i) const {
      const bool torn = i.after_loss && self.last_rr_ != ib::never;
      const auto how = self.pour(self.rr, t, limit, i.rr, torn ? self.last_rr_ : ib::never);
      if (how == Poured::all) self.last_rr_ = self.rr.settled();
      return how;
    }
    Poured operator()(const ib::HeartRate& h) const {
      return self.pour(self.heart_rate, t, limit, h);
    }
    Poured operator()(const ib::DeviceStatus& s) const {
      return self.pour(self.status, t, limit, s);
    }
    Poured operator()(const ib::ClockModel& m) const {
      return self.pour(self.clock_model, t, limit, m);
    }
  };
  while (!found_.empty()) {
    const auto& next = found_.front();
    if (next.t > limit) {
      beyond_ = next.t;
      return Poured::beyond;
    }
    if (const auto how = std::visit(Into{*this, next.t, limit}, next.what); how != Poured::all)
      return how;
    found_ = found_.subspan(1);
    gave_ = true;
  }
  return Poured::all;
}

/// A block holds samples of one anchor without a gap.
Serial::Poured Serial::pour(Time t, const Sample& s) {
  const bool gap = last_end_ && (broken_ || s.breaks || expected_ != s.index);
  if (auto* block = ppg.block(); block != nullptr) {
    const auto& a = block->anchor;
    const bool same =
        a.index == s.clock.index && a.t_ns == s.clock.t_ns && a.dt_q32 == s.clock.dt_q32;
    if (block->n > 0 && (block->n == block->capacity || gap || !same)) return Poured::full;
    if (block->n == 0) {
      block->anchor = {s.clock.index, s.clock.t_ns, s.clock.dt_q32};
      block->first_index = s.index;
      block->uncertainty_ns = s.uncertainty.count();
      block->sample_flags = nullptr;
      if (gap) {
        ib::add_gap(*block, *last_end_ < t ? *last_end_ : last_ + ib::Duration{1}, t);
        block->lost = decoder_->lost_samples() - lost_before_;
        if (block->lost > 0) block->flags |= IB_BLOCK_LOST;
      }
    }
    ib::writable_samples(*block)[block->n++] = s.counts;
  }
  lost_before_ = decoder_->lost_samples();
  last_ = t;
  last_end_ = s.clock.at(s.index + 1);
  expected_ = s.index + 1;
  broken_ = false;
  return Poured::all;
}

/// Two of one moment are a nanosecond apart.
template <class Port, class Item>
Serial::Poured Serial::pour(Port& port, Time t, Time limit, const Item& item, Time gap_behind) {
  t = std::max(t, port.settled() + Duration{1});
  if (t > limit) {
    beyond_ = t;
    return Poured::beyond;
  }
  if (port.listened() && port.block()->n == port.block()->capacity) return Poured::full;
  if (gap_behind != ib::never) port.gap(gap_behind + Duration{1}, t);
  port(t, item);
  return Poured::all;
}

/// By what has arrived, never by a clock: a device that is silent holds its partners until they give it up.
void Serial::settle(Time limit) {
  if (heard_ == ib::never) return;
  const bool in_hand = !found_.empty() || !unread_.empty();
  const Time events = std::min(limit, in_hand ? heard_ - Duration{1} : heard_);
  rr.settle(events);
  heart_rate.settle(events);
  status.settle(events);
  clock_model.settle(events);
  ppg.settle(std::min(limit, last_));
  reached_ = std::max(reached_, std::min(limit, std::max(events, last_)));
}

}  // namespace pulse_sensor

IB_NODES(pulse_sensor::Serial)
