#include "export/edf_file.hpp"

#include <interbeat/abi.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace ib::tool {
namespace {

constexpr std::size_t number_width = 8;

/// A field of the head: ASCII, left-justified, cut at its width.
std::string field_of(std::string_view text, std::size_t width) {
  std::string field;
  for (const char c : text.substr(0, width)) field += c >= ' ' && c <= '~' ? c : '_';
  field.resize(width, ' ');
  return field;
}

/// The nearest number of at most eight characters that is not above (`up`: not below) `value`.
bool rounded_text(double value, bool up, std::string& text, double& as_read) {
  for (int decimals = 7; decimals >= 0; --decimals) {
    const double scale = std::pow(10.0, decimals);
    const double rounded = (up ? std::ceil(value * scale) : std::floor(value * scale)) / scale;
    text = fmt::format("{:.{}f}", rounded, decimals);
    if (text.size() > number_width) continue;
    if (text.find_first_not_of("-0.") == std::string::npos) text = "0";  // never "-0.0"
    std::from_chars(text.data(), text.data() + text.size(), as_read);
    return std::isfinite(value);
  }
  return false;
}

/// Nanoseconds as seconds with as few decimals as they need, at most seven: 100 ns is what readers keep.
std::string edf_seconds(std::int64_t ns) {
  const auto ticks = ns / 100;
  auto text = fmt::format("{}.{:07}", ticks / 10'000'000, ticks % 10'000'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string signed_seconds(std::int64_t ns) {
  return ns < 0 ? "-" + edf_seconds(-ns) : "+" + edf_seconds(ns);
}

struct EdfDate {
  std::string date, time, words;  ///< "26.11.26", "14.30.05", "26-NOV-2026"
};

int year_of(std::int64_t utc_ns) {
  using namespace std::chrono;
  const year_month_day date{floor<days>(sys_time<nanoseconds>{nanoseconds{utc_ns}})};
  return static_cast<int>(date.year());
}

EdfDate date_of(std::int64_t utc_ns, bool dated) {
  using namespace std::chrono;
  static constexpr std::array<const char*, 12> months{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  const sys_time<nanoseconds> t{nanoseconds{utc_ns}};
  const auto day = floor<days>(t);
  const year_month_day date{day};
  const auto year = static_cast<int>(date.year());
  const hh_mm_ss time{floor<seconds>(t - day)};
  const auto month = static_cast<unsigned>(date.month());
  return {fmt::format("{:02}.{:02}.{:02}", static_cast<unsigned>(date.day()), month, year % 100),
          fmt::format("{:02}.{:02}.{:02}", time.hours().count(), time.minutes().count(),
                      time.seconds().count()),
          dated ? fmt::format("{:02}-{}-{}", static_cast<unsigned>(date.day()),
                              months.at(month - 1), year)
                : "X"};
}

bool continues_edf_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

bool edf_can_date(std::int64_t utc_ns) {
  constexpr std::int64_t day_ns = 86'400'000'000'000;
  return utc_ns > IB_NEVER && utc_ns < IB_FOREVER && year_of(utc_ns - day_ns) >= 1985 &&
         year_of(utc_ns + day_ns) <= 2084;
}

std::vector<std::string> edf_texts(std::string_view text, std::size_t most, bool& cut) {
  static constexpr std::string_view goes_on = "…";
  std::vector<std::string> texts;
  while (texts.size() < most) {
    const std::string from = texts.empty() ? "" : std::string(goes_on);
    if (from.size() + text.size() <= most_edf_text) {
      texts.push_back(from + std::string(text));
      return texts;
    }
    auto size = most_edf_text - from.size() - goes_on.size();
    for (int back = 0; back < 3 && continues_edf_character(text[size]); ++back) --size;
    texts.push_back(from + std::string(text.substr(0, size)) + std::string(goes_on));
    text.remove_prefix(size);
  }
  cut = true;
  return texts;
}

bool EdfScale::of(double least, double most, EdfKind kind, EdfScale& scale) {
  scale.highest = kind == EdfKind::edf ? 32767 : 8388607;
  scale.lowest = -scale.highest - 1;
  const double steps = static_cast<double>(scale.highest) - scale.lowest - 1;
  if (!(most > least)) most = least + std::max(std::abs(least) * 1e-3, 1e-3);
  // One step below the data for "not measured".
  double highest{};
  if (!rounded_text(most, true, scale.most_text, highest) ||
      !rounded_text(least - (most - least) / steps, false, scale.least_text, scale.least))
    return false;
  scale.step = (highest - scale.least) / (steps + 1);
  return scale.step > 0;
}

std::int32_t EdfScale::digital(double value) const {
  const double d = std::round((value - least) / step) + lowest;
  return static_cast<std::int32_t>(
      std::clamp(d, static_cast<double>(lowest) + 1, static_cast<double>(highest)));
}

std::string edf_bytes(const EdfAnnotation& a) {
  auto bytes = signed_seconds(a.onset_ns);
  if (a.duration_ns >= 0) bytes += '\x15' + edf_seconds(a.duration_ns);
  bytes += '\x14';
  for (const char c : a.text) bytes += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  bytes += '\x14';
  return bytes += '\0';
}

std::string edf_bytes_of_start(std::int64_t onset_ns) {
  return signed_seconds(onset_ns) + std::string("\x14\x14\0", 3);
}

EdfFile::EdfFile(OutFile& file, EdfHead head) : file_(file), head_(std::move(head)) {
  file_.write(head_bytes());
}

std::string EdfFile::head_bytes() const {
  const bool edf = head_.kind == EdfKind::edf;
  const auto date = date_of(head_.start_utc_ns, head_.dated);
  const auto n = head_.signals.size() + 1;
  const std::uint32_t bytes_a_sample = edf ? 2 : 3;
  std::string h = edf ? field_of("0", 8) : "\xff" + field_of("BIOSEMI", 7);
  h += field_of(head_.patient, 80);
  h += field_of("Startdate " + date.words + " X X interbeat", 80);
  h += field_of(date.date, 8) + field_of(date.time, 8);
  h += field_of(std::to_string(256 * (n + 1)), 8);
  h += field_of(std::string(edf ? "EDF+" : "BDF+") + (head_.continuous ? "C" : "D"), 44);
  h += field_of("-1", 8);  // until it is finished
  h += field_of(head_.duration, 8) + field_of(std::to_string(n), 4);
  const auto column = [&](std::size_t width, auto of_signal, std::string_view of_annotations) {
    for (const auto& s : head_.signals) h += field_of(of_signal(s), width);
    h += field_of(of_annotations, width);
  };
  column(
      16, [](const EdfSignal& s) { return s.label; }, edf ? "EDF Annotations" : "BDF Annotations");
  column(
      80, [](const EdfSignal&) { return ""; }, "");
  column(
      8, [](const EdfSignal& s) { return s.unit; }, "");
  column(
      8, [](const EdfSignal& s) { return s.scale.least_text; }, "-1");
  column(
      8, [](const EdfSignal& s) { return s.scale.most_text; }, "1");
  column(
      8, [](const EdfSignal& s) { return std::to_string(s.scale.lowest); },
      edf ? "-32768" : "-8388608");
  column(
      8, [](const EdfSignal& s) { return std::to_string(s.scale.highest); },
      edf ? "32767" : "8388607");
  column(
      80, [](const EdfSignal&) { return ""; }, "");
  column(
      8, [this](const EdfSignal&) { return std::to_string(head_.samples); },
      std::to_string(head_.annotation_bytes / bytes_a_sample));
  column(
      32, [](const EdfSignal&) { return ""; }, "");
  return h;
}

void EdfFile::write_record(const std::vector<std::vector<std::int32_t>>& digital,
                           std::string_view annotations) {
  std::string record;
  for (const auto& channel : digital)
    for (const auto d : channel)
      for (unsigned byte = 0; byte < (head_.kind == EdfKind::edf ? 2U : 3U); ++byte)
        record += static_cast<char>(static_cast<std::uint32_t>(d) >> (8 * byte) & 0xffU);
  record += annotations;
  record.resize(record.size() + head_.annotation_bytes - annotations.size(), '\0');
  file_.write(record);
  ++records_;
}

void EdfFile::finish() { file_.write_at(236, field_of(std::to_string(records_), 8)); }

}  // namespace ib::tool
