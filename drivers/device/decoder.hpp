// Decoder: what one family's notifications mean, as samples and items on the session clock.
//
// A pure function of the notifications and their arrivals, with memory: no I/O, no clock of its own. It
// writes what it found of one notification into Findings, from where the stream fills blocks.
// Thread: [control] to make; then [exec]. No allocation in `decode`.
#pragma once

#include <interbeat/clock/packet.hpp>
#include <interbeat/clock_model.hpp>
#include <interbeat/physio.hpp>
#include <interbeat/spot.hpp>
#include <interbeat/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "device/notification.hpp"
#include "device/waiting.hpp"
#include "source/signal.hpp"

namespace ib::device {

/// Samples of one regular signal, in order, on one clock.
struct FoundSamples {
  source::Signal signal{};
  std::uint32_t channels{1};
  std::uint32_t n{};            ///< samples
  std::uint64_t first_index{};  ///< on the device's own count, lost ones counted
  std::uint64_t lost{};         ///< known to be lost in front of them
  Anchor clock;                 ///< of their session times
  Duration uncertainty{};       ///< of these, one standard deviation
  bool breaks{};                ///< as ClockStep has it: a gap in front of them, however short
  std::size_t first_value{};    ///< in Findings::values
};

/// One item of an event signal.
struct FoundItem {
  source::Signal signal{};
  Time t;
  std::variant<RrNotification, HeartRate, DeviceStatus, ClockModel, OxygenSaturation,
               SpotMeasurement>
      item;
};

/// Where one notification stands in its device's own count, as its clock was told.
struct FoundPlace {
  source::Signal signal{};                ///< of its samples; of several on one clock the first
  std::uint64_t first_index{};            ///< of its first sample, lost ones counted
  std::uint32_t n{};                      ///< samples, also those that are too late to be given
  bool anew{};                            ///< the count and the clock begin with it
  bool counted{};                         ///< the device numbers its packets or tells their time
  std::optional<std::int64_t> device_ns;  ///< of its last sample, by the device

  static FoundPlace of(source::Signal signal, const ClockStep& step, std::uint64_t n,
                       bool counted) {
    return {signal,
            step.first.value,
            static_cast<std::uint32_t>(n),
            step.kind == ClockStep::Kind::begins,
            counted,
            {}};
  }
};

/// What one notification held; a fixed room, used again.
class Findings {
 public:
  static constexpr std::size_t most_samples = 16;  ///< runs of them
  static constexpr std::size_t most_values =
      2048;  ///< of all runs: a frame of 512 bytes, 2 bits a value
  static constexpr std::size_t most_items = 32;  ///< a value of 512 bytes that is all intervals: 29

  void clear() {
    n_samples_ = n_values_ = n_items_ = 0;
    place_.reset();
  }
  /// For those who estimate the clock anew; of several packets in one notification the first.
  void stands_at(const FoundPlace& place) {
    if (!place_) place_ = place;
  }
  const std::optional<FoundPlace>& place() const { return place_; }

  /// Room for `n` samples, to be filled in. Empty, and nothing noted: there is none.
  std::span<float> add(FoundSamples run) {
    const auto wanted = std::size_t{run.n} * run.channels;
    if (n_samples_ == most_samples || n_values_ + wanted > most_values || wanted == 0) return {};
    run.first_value = n_values_;
    samples_[n_samples_++] = run;
    n_values_ += wanted;
    return std::span(values_).subspan(run.first_value, wanted);
  }
  /// False: there is no room, whatever a device sends.
  bool add(const FoundItem& item) {
    if (n_items_ == most_items) return false;
    items_[n_items_++] = item;
    return true;
  }

  std::span<const FoundSamples> samples() const { return std::span(samples_).first(n_samples_); }
  std::span<const FoundItem> items() const { return std::span(items_).first(n_items_); }
  std::span<const float> values(const FoundSamples& run) const {
    return std::span(values_).subspan(run.first_value, std::size_t{run.n} * run.channels);
  }

 private:
  std::array<FoundSamples, most_samples> samples_{};
  std::array<float, most_values> values_{};
  std::array<FoundItem, most_items> items_{};
  std::size_t n_samples_{}, n_values_{}, n_items_{};
  std::optional<FoundPlace> place_;
};

class Decoder {
 public:
  virtual ~Decoder() = default;

  /// [control] Whether and how it gives a signal.
  virtual source::Shape shape(source::Signal s) const = 0;
  /// [control] Why it does not give one that its kind of device has, for the middle of a sentence.
  virtual std::string why_absent(source::Signal) const { return {}; }
  /// [exec] The device was told to measure anew (Notification::Kind::asked_anew).
  virtual void asked_anew(Arrival) {}
  /// [exec] Whether the oldest of what waits, one at least, can be decoded yet. One with which a clock
  /// begins waits until what came behind it tells how old it is (ClockOutlook). Whoever has waited for
  /// ClockOutlook::longest decodes it all the same.
  virtual bool is_ready(const Waiting&) { return true; }
  /// [exec] `arrival`: of the notification, on the session clock. Findings are in order of time, signal
  /// by signal, and behind those of the notifications before.
  virtual void decode(const Notification& got, Time arrival, Findings& found) = 0;
  /// [exec] Up to where a signal is settled when all that arrived by `arrival` was decoded: nothing of
  /// it will come at or before. For events that stand at their arrival, the arrival.
  virtual Time settled(source::Signal s, Time arrival) const = 0;

  struct Counts {
    std::uint64_t bad_packets{};   ///< refused: too short, wrong sum; unknown, where not told apart
    std::uint64_t lost_packets{};  ///< missing in the device's own count
    std::uint64_t lost_samples{};
    std::uint64_t unknown_packets{};  ///< sound, of a kind that no source describes
    std::uint64_t
        off_rate{};    ///< how often samples came at another rate than any that was expected
    double rate_hz{};  ///< the newest such rate, as it was measured
  };
  virtual Counts counts() const = 0;
};

}  // namespace ib::device
