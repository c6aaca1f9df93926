// ViatomRing: an O2Ring or O2Ring-S on a virtual finger. It sends what it is asked for: a reply with the
// samples since the last one, heart rate, SpO2 and charge. Its clock goes as fast as its wearer's options
// say (`ppm`), its waveform points down at systole, as the real one's.
//
// An O2Ring-S answers to nothing but its handshake until it was authenticated. A reply goes out in pieces of
// 20 bytes, or 244 of an O2Ring-S; the Radio may drop each of them, and then the reply is no reply.
// Source of the frames: see drivers/viatom. Thread: that of the loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bluetooth/asio.hpp"
#include "viatom/frame.hpp"
#include "virtual_ring/pulse_wave.hpp"
#include "vring/peripheral.hpp"
#include "vring/radio.hpp"

namespace ib::vring {

class ViatomRing final : public Peripheral {
 public:
  /// `start`: when the wearer's session time 0 is. The rate of the wearer's options is the ring's.
  ViatomRing(boost::asio::io_context& io, std::string address, std::string name,
             viatom::Generation generation, const virtual_ring::Options& wearer,
             const RadioOptions& radio, std::chrono::steady_clock::time_point start);

  std::string address() const override { return address_; }
  std::string name() const override { return name_; }
  std::vector<GattService> services() const override;
  void connected(Voice& voice) override;
  void disconnected() override;
  void subscribed(std::string_view characteristic, bool on) override;
  std::string written(std::string_view characteristic, wire::Bytes value) override;
  std::vector<std::byte> read(std::string_view) override { return {}; }

  // -- what can happen to it -------------------------------------------------------------------------------
  bool wear(bool on) {
    worn_ = on;
    return true;
  }
  bool put_on(bool on) override { return wear(on); }
  /// So many of its next replies bear a wrong checksum.
  void spoil(unsigned replies) { to_spoil_ = replies; }
  /// So many of the next requests are not answered.
  void ignore(unsigned requests) { to_ignore_ = requests; }

  struct Totals {
    std::uint64_t replies{};  ///< with samples, sent whole
    std::uint64_t samples{};  ///< in these
    std::uint64_t broken{};  ///< replies with samples that lost a piece to the radio or were spoilt
    std::uint64_t lost_samples{};  ///< in these
    std::uint64_t ignored{}, unauthenticated{};
    bool clock_set{};
  };
  const Totals& totals() const { return totals_; }

 private:
  using Bytes = std::vector<std::byte>;
  struct OnTheWay {
    Time arrival;
    Bytes bytes;
  };

  Time now() const;
  Anchor clock() const;
  void answer(std::uint8_t command, std::uint8_t sequence, wire::Bytes payload);
  void answer_live(std::uint8_t sequence);
  void reply(const Bytes& frame, std::size_t samples);
  Bytes waveform();
  std::uint8_t hr_bpm() const;
  void deliver();

  std::string address_, name_;
  viatom::Generation generation_;
  virtual_ring::Options wearer_;
  std::chrono::steady_clock::time_point start_;
  virtual_ring::PulseWave wave_;
  Radio radio_;
  boost::asio::steady_timer radio_timer_;
  Voice* voice_{};
  bool listening_{}, worn_{true}, authenticated_{};
  std::uint64_t next_sample_{};
  std::uint16_t counter_{};
  unsigned to_spoil_{}, to_ignore_{};
  std::deque<OnTheWay> on_the_way_;
  Totals totals_;
};

}  // namespace ib::vring
