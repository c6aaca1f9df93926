// Options: who wears a virtual ring, how well it sits and how bad its radio is; read from the text
// of a source such as `virtual:seed=1,rate=25,couple=2,lag=2s?lead_in=300s`.
//
// `option_table` is the one description of the options: the parser, its messages and `inspect` all
// read it. Defaults stand in the struct, and only there.
// Thread: [control]; parsing allocates.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ib::virtual_ring {

/// Session seconds, [from_s, to_s).
struct Window {
  double from_s{}, to_s{};
  bool operator==(const Window&) const = default;
};

struct Options {
  static constexpr double never = std::numeric_limits<double>::infinity();

  // The person.
  std::uint64_t seed = 1;
  double hr_bpm = 62;
  double rsa_ms = 25;
  double resp_hz = 0.25;
  double slow_ms = 25;
  double vlf_ms = 30;
  double ectopic_per_min = 0;

  // The other person.
  std::optional<std::uint64_t> couple;
  double coupling = 0.6;
  double lag_s = 2;
  std::vector<Window> windows;

  // The sensor on the finger.
  double rate_hz = 25;
  double ppm = 0;
  double pulse_delay_ms = 250;
  double noise = 0.02;
  double wander = 0.2;
  double motion_per_min = 0;
  double motion_size = 3;
  double contact_loss_per_h = 0;
  double contact_loss_for_s = 5;
  bool accelerometer = true;

  // The radio and the stream.
  int packet = 5;
  double latency_ms = 40;
  double jitter_ms = 20;
  double loss = 0;
  double stall_per_min = 0;
  double stall_for_s = 0.6;
  double silent_after_s = never;
  double silent_for_s = never;
  double duration_s = never;
  double lead_in_s = 0;

  bool operator==(const Options&) const = default;
};

/// One documented option. `unit` is what a bare number means ("1": a ratio); `min` and `max` bound
/// fields of type double and int, and are 0 for seeds.
struct OptionInfo {
  using Field =
      std::variant<double Options::*, int Options::*, bool Options::*, std::uint64_t Options::*,
                   std::optional<std::uint64_t> Options::*, std::vector<Window> Options::*>;
  std::string_view name;
  std::string_view unit;
  double min, max;
  Field field;
  std::string_view doc;

  /// The default as a user would write it; "none" where there is none.
  std::string default_text() const;
  /// "30 to 200 bpm".
  std::string bounds_text() const;
};

std::span<const OptionInfo> option_table();

struct ParsedOptions {
  Options options;                      ///< defaults stand in for what could not be read
  std::vector<std::string> problems;    ///< one sentence each, all of them; empty = good
  std::vector<std::string_view> given;  ///< the options that the text names

  bool has(std::string_view option) const {
    return std::find(given.begin(), given.end(), option) != given.end();
  }
};

/// Reads `text`, with or without its leading `virtual:`. Options are separated by `,`, `&` or `?`;
/// numbers may carry a unit (`lag=1500ms`, `loss=2%`); windows read `300-600;900-1200`, at most 64.
ParsedOptions parse_options(std::string_view text);

/// What is wrong with options: bounds, and options that contradict each other. `given`: those that
/// a text names, be it with the value of the default; empty for options set in code.
std::vector<std::string> check(const Options& options,
                               std::span<const std::string_view> given = {});

}  // namespace ib::virtual_ring
