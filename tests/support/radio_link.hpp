// RadioLink: what a low-energy radio makes of a device's packets: they wait for the next connection
// event, are sent again, held up by stalls, and lost. The truth is known: when each sample was
// measured.
// Model: 12.2 of the drivers' specification; every number is a pure function of seed and index.
#pragma once

#include <interbeat/keyed_random.hpp>
#include <interbeat/time.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace ib::test {

struct RadioLink {
  std::string name;
  double claimed_hz{}, true_hz{};    ///< true: at the start, on this machine's clock
  std::uint32_t n{1};                ///< samples in a packet
  double event_s{};                  ///< connection interval
  double again{};                    ///< share of events that fail
  double stall_each_minute{};        ///< greatest of one stall a minute, s (least: a third of it)
  double stall_share{};              ///< share of packets that begin a stall of 0.5..2 s
  double drift_ppm_min{};            ///< the device's step grows by this every minute
  double lost{};                     ///< share of packets, at random
  double lost_from{}, lost_to{1e9};  ///< s; outside of it none is
  double out_from{}, out_to{};       ///< disconnected, s: all packets are lost
  double held_s{};                   ///< constant delay inside the device
  double seconds{600};
};

struct RadioPacket {
  std::uint64_t first{};  ///< true index of its first sample
  std::uint32_t n{}, number{};
  Arrival at;
};

class Radio {
 public:
  Radio(const RadioLink& link, unsigned seed) : link_(link) {
    const auto key = [&](const char* path) { return KeyedRandom(seed, path); };
    phase_ = key("phase").uniform(0);
    const double events = phase_ * link.event_s;
    const auto fails = key("fails"), losses = key("losses"), stalls = key("stalls"),
               long_ = key("long"), host = key("host");
    const auto begin_minute = key("minute");
    const auto held_up = [&](double t) {  // by a stall of this minute
      if (link.stall_each_minute == 0) return t;
      const double minute = std::floor(t / 60);
      const auto k = static_cast<std::uint64_t>(minute);
      const double length = link.stall_each_minute * (1 + 2 * long_.uniform(k)) / 3;
      const double from = minute * 60 + begin_minute.uniform(k) * (60 - length);
      return t >= from && t < from + length ? from + length : t;
    };
    double free = 0, before = 0;  // nothing is sent before `free`
    for (std::uint64_t k = 0;; ++k) {
      const double ready = truth_s((k + 1) * link.n - 1) + link.held_s;
      if (ready >= link.seconds) break;
      if (stalls.uniform(k) < link.stall_share)
        free = std::max(free, ready + 0.5 + 1.5 * long_.uniform(k));
      if ((losses.uniform(k) < link.lost && ready >= link.lost_from && ready < link.lost_to) ||
          (ready >= link.out_from && ready < link.out_to))
        continue;
      double t = held_up(std::max(ready, free));
      auto event = static_cast<std::uint64_t>(std::ceil((t - events) / link.event_s));
      while (fails.uniform(event) < link.again) ++event;
      const double sent = events + static_cast<double>(event) * link.event_s;
      free = std::max(free, sent);
      const double arrived = std::max(before + 1e-6, sent - 1e-3 * std::log(1 - host.uniform(k)));
      before = arrived;
      packets_.push_back({k * link.n, link.n, static_cast<std::uint32_t>(k),
                          Arrival{from_seconds(arrived).count()}});
    }
  }

  const std::vector<RadioPacket>& packets() const { return packets_; }
  std::uint64_t samples() const { return packets_.empty() ? 0 : packets_.back().first + link_.n; }
  /// When sample i was measured, on the machine's clock.
  double truth_s(std::uint64_t i) const {
    const double t = (static_cast<double>(i) + phase_) / link_.true_hz;
    return 1 + t + 0.5 * link_.drift_ppm_min * 1e-6 / 60 * t * t;
  }

 private:
  RadioLink link_;
  double phase_{};
  std::vector<RadioPacket> packets_;
};

}  // namespace ib::test
