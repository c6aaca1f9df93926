// EdfBytes: an EDF+ or BDF+ file as its specification says it lies on the disk (Kemp & Olivan 2003), discontinuous ones
// too, which EDFlib does not read. Written from the specification, without the program's own writer.
#pragma once

#include <boost/test/unit_test.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib::test {

class EdfBytes {
 public:
  struct Note {
    double onset{}, duration{-1};
    std::string text;
  };
  struct Record {
    double onset{};
    std::vector<std::vector<std::optional<double>>>
        samples;  ///< of each signal; none: lowest value
  };

  explicit EdfBytes(const std::string& bytes) : bytes_(bytes) {
    BOOST_TEST_REQUIRE(bytes.size() > 256U);
    const auto signals = static_cast<std::size_t>(number(252, 4));
    wide_ = bytes[0] != '0';
    BOOST_TEST_REQUIRE(static_cast<std::size_t>(number(184, 8)) == 256 * (signals + 1));
    const auto records = static_cast<std::size_t>(number(236, 8));
    std::size_t record_bytes = 0;
    for (std::size_t s = 0; s < signals; ++s)
      record_bytes += samples_of(signals, s) * sample_bytes();
    BOOST_TEST_REQUIRE(bytes.size() == 256 * (signals + 1) + records * record_bytes);
    for (std::size_t r = 0, at = 256 * (signals + 1); r < records; ++r) {
      auto& record = records_.emplace_back();
      for (std::size_t s = 0; s < signals; ++s) {
        const auto n = samples_of(signals, s);
        if (column(signals, s, 0, 16).find("Annotations") != std::string::npos)
          read_notes(record, std::string_view(bytes).substr(at, n * sample_bytes()));
        else read_samples(record, signals, s, at, n);
        at += n * sample_bytes();
      }
    }
  }

  std::string text(std::size_t at, std::size_t width) const {
    auto t = bytes_.substr(at, width);
    t.erase(t.find_last_not_of(' ') + 1);
    return t;
  }
  const std::vector<Record>& records() const { return records_; }
  const std::vector<Note>& notes() const { return notes_; }

 private:
  std::size_t sample_bytes() const { return wide_ ? 3 : 2; }
  double number(std::size_t at, std::size_t width) const {
    const auto t = text(at, width);
    double value{};
    const auto read = std::from_chars(t.data(), t.data() + t.size(), value);
    BOOST_TEST_REQUIRE((read.ec == std::errc{} && read.ptr == t.data() + t.size()),
                       "no number: " << t);
    return value;
  }
  /// A field of signal s; `before`: bytes of the fields in front of it, for one signal.
  std::string column(std::size_t signals, std::size_t s, std::size_t before,
                     std::size_t width) const {
    return text(256 + signals * before + s * width, width);
  }
  double column_number(std::size_t signals, std::size_t s, std::size_t before) const {
    return number(256 + signals * before + s * 8, 8);
  }
  std::size_t samples_of(std::size_t signals, std::size_t s) const {
    return static_cast<std::size_t>(column_number(signals, s, 216));
  }
  void read_samples(Record& record, std::size_t signals, std::size_t s, std::size_t at,
                    std::size_t n) {
    const double physical_min = column_number(signals, s, 104),
                 physical_max = column_number(signals, s, 112);
    const double digital_min = column_number(signals, s, 120),
                 digital_max = column_number(signals, s, 128);
    auto& samples = record.samples.emplace_back();
    for (std::size_t i = 0; i < n; ++i) {
      std::uint32_t raw = 0;
      for (std::size_t b = 0; b < sample_bytes(); ++b)
        raw |= std::uint32_t{static_cast<unsigned char>(bytes_[at + i * sample_bytes() + b])}
               << (8 * b);
      const auto sign = std::uint32_t{1} << (8 * sample_bytes() - 1);
      const double digital = static_cast<double>(static_cast<std::int64_t>(raw ^ sign) - sign);
      samples.push_back(digital == digital_min
                            ? std::nullopt
                            : std::optional(physical_min + (digital - digital_min) *
                                                               (physical_max - physical_min) /
                                                               (digital_max - digital_min)));
    }
  }
  void read_notes(Record& record, std::string_view tals) {
    bool first = true;
    while (!tals.empty() && tals.front() != '\0') {
      const auto end = tals.find('\0');
      BOOST_TEST_REQUIRE(end != std::string_view::npos);
      auto tal = tals.substr(0, end);
      tals.remove_prefix(end + 1);
      const auto texts = tal.find('\x14');
      auto times = tal.substr(0, texts);
      Note note;
      const auto duration = times.find('\x15');
      if (duration != std::string_view::npos) note.duration = seconds(times.substr(duration + 1));
      note.onset = seconds(times.substr(0, duration));
      note.text = tal.substr(texts + 1, tal.size() - texts - 2);
      if (first) record.onset = note.onset;
      else notes_.push_back(note);
      first = false;
    }
  }
  static double seconds(std::string_view t) {
    if (!t.empty() && t.front() == '+') t.remove_prefix(1);
    double value{};
    std::from_chars(t.data(), t.data() + t.size(), value);
    return value;
  }
  const std::string bytes_;
  bool wide_{};
  std::vector<Record> records_;
  std::vector<Note> notes_;
};

}  // namespace ib::test
