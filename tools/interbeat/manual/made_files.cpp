#include "manual/made_files.hpp"

#include <interbeat/keyed_random.hpp>

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <numbers>
#include <stdexcept>
#include <vector>

namespace ib::manual {
namespace {

constexpr std::uint64_t seed = 1;

std::string impulse_or_step(const Yaml& how, bool stays) {
  const double rate = number_in(how, "rate_hz");
  const auto before = static_cast<int>(number_in(how, "before_s") * rate);
  const auto all = before + static_cast<int>(number_in(how, "after_s") * rate);
  std::string out = fmt::format("# fs_hz: {}\nppg\n", rate);
  for (int i = 0; i < all; ++i) out += i == before || (stays && i > before) ? "1\n" : "0\n";
  return out;
}

/// Each interval is as long as the swing says at the moment it begins, and scattered.
std::string intervals(const Yaml& how) {
  const auto* parts = how.find("parts");
  if (parts == nullptr) throw std::runtime_error("intervals have parts");
  const KeyedRandom random(seed, "figure/intervals");
  std::string out = "rr_us\n";
  std::uint64_t n = 0;
  double t = 0, end = 0;
  for (const auto& part : parts->value.items) {
    end += number_in(part, "for_s");
    const double mean = number_in(part, "mean_ms"), swing = number_in(part, "swing_ms", 0);
    const double hz = number_in(part, "at_hz", 0), scatter = number_in(part, "scatter_ms", 0);
    const auto early_every = static_cast<std::uint64_t>(number_in(part, "early_every", 0));
    while (t < end) {
      double ms =
          mean + swing * std::sin(2 * std::numbers::pi * hz * t) + scatter * random.normal(n++);
      if (early_every > 0) {  // a premature beat, and the pause behind it
        const auto place = n % early_every;
        ms *= place == early_every / 2 ? 0.62 : place == early_every / 2 + 1 ? 1.38 : 1;
      }
      const auto us = std::llround(1000 * ms);
      fmt::format_to(std::back_inserter(out), "{}\n", us);
      t += static_cast<double>(us) * 1e-6;
    }
  }
  return out;
}

/// A strap that sends once a second; of the radio one stall and one loss.
std::string notifications(const Yaml& how) {
  const double duration = number_in(how, "duration_s"), mean = number_in(how, "mean_ms");
  const double swing = number_in(how, "swing_ms"), hz = number_in(how, "at_hz");
  const double stall = number_in(how, "stall_at_s"), stalled = number_in(how, "stall_s");
  const double lost = number_in(how, "lose_at_s");
  const KeyedRandom random(seed, "figure/notifications");
  std::string out = "arrival_s,rr_1024\n";
  double beat = 0.4;
  std::uint64_t n = 0;
  for (double sent = 1; sent <= duration; sent += 1) {
    std::string list;
    for (;;) {
      const double ms = mean + swing * std::sin(2 * std::numbers::pi * hz * beat);
      const auto raw = std::llround(1.024 * ms);
      if (beat + static_cast<double>(raw) / 1024 > sent) break;
      beat += static_cast<double>(raw) / 1024;
      list += fmt::format("{}{}", list.empty() ? "" : ";", raw);
    }
    double arrival = sent + 0.05 + 0.08 * random.uniform(n++);
    if (arrival >= stall && arrival < stall + stalled)
      arrival = stall + stalled + 1e-3 * (arrival - stall);
    if (sent != lost) fmt::format_to(std::back_inserter(out), "{:.4f},{}\n", arrival, list);
  }
  return out;
}

/// A bump of one beat: where it stands in the beat (seconds from the R wave), how high, how wide.
struct Bump {
  double at_s, height, width_s;
};
constexpr std::array ecg_bumps{Bump{-0.2, 0.12, 0.025}, Bump{-0.03, -0.12, 0.008},
                               Bump{0, 1.0, 0.010}, Bump{0.03, -0.22, 0.009},
                               Bump{0.27, 0.28, 0.050}};
constexpr std::array pulse_bumps{Bump{0.25, 1.0, 0.085}, Bump{0.55, 0.35, 0.120}};

template <std::size_t n>
std::string wave(const Yaml& how, const std::array<Bump, n>& bumps, std::string_view column) {
  const double rate = number_in(how, "rate_hz"), duration = number_in(how, "duration_s");
  const double mean_s = number_in(how, "mean_ms") * 1e-3;
  std::vector<double> beats;
  for (double t = 0.4; t < duration + 1;
       t += mean_s * (1 + 0.04 * std::sin(2 * std::numbers::pi * 0.25 * t)))
    beats.push_back(t);
  const auto as = text_in(how, "as", "csv");
  const bool e4 = as == "e4", embrace = as == "embraceplus";
  std::string out = e4        ? fmt::format("1700000000.000000\n{:.6f}\n", rate)
                    : embrace ? std::string("unix_timestamp,bvp\n")
                              : fmt::format("# fs_hz: {}\n{}\n", rate, column);
  const KeyedRandom random(seed, "figure/wave");
  for (int i = 0; i < static_cast<int>(duration * rate); ++i) {
    const double t = i / rate;
    double x = 0.01 * random.normal(static_cast<std::uint64_t>(i));
    for (const double beat : beats) {
      for (const auto& b : bumps) {
        const double u = (t - beat - b.at_s) / b.width_s;
        if (std::abs(u) < 6) x += b.height * std::exp(-0.5 * u * u);
      }
    }
    if (embrace)
      fmt::format_to(std::back_inserter(out), "{},", 1'700'000'000'000'000 + std::llround(1e6 * t));
    fmt::format_to(std::back_inserter(out), "{:.4f}\n", e4 || embrace ? 100 * x : x);
  }
  return out;
}

}  // namespace

std::string made_file(const FileToMake& file) {
  if (file.make == "impulse") return impulse_or_step(file.how, false);
  if (file.make == "step") return impulse_or_step(file.how, true);
  if (file.make == "intervals") return intervals(file.how);
  if (file.make == "notifications") return notifications(file.how);
  if (file.make == "ecg") return wave(file.how, ecg_bumps, "ecg_mv");
  if (file.make == "pulse") return wave(file.how, pulse_bumps, "ppg");
  if (file.make == "text") return text_in(file.how, "text");
  throw std::runtime_error(file.name + " can't be made as \"" + file.make +
                           "\": impulse, step, intervals, notifications, ecg, pulse or text");
}

}  // namespace ib::manual
