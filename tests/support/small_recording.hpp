// SmallRecording: a session of two people that can be checked by eye, as a file. Ten seconds, from 14:00:00.25 UTC on:
//
//   anna.ring.ppg    25 Hz, sample i is i; 4 s to 6 s are missing, and one sample (at 8 s) was bridged
//   anna.ring.acc    25 Hz, x = 0.001 i, y = -1, z = 1 g, nothing missing
//   anna.ring.rr     an interval a second, each 800000 + 1000 k us; the third has no quality
//   ben.strap.rate   heart rate 61, 63, 65 at 1 s, 3 s, 5 s; contact off, on, on
//   ben.strap.marks  "start" at 2 s
// and a mark of the session at 7 s, "cold, \"very\" cold"; a param change at 3 s; a note.
// With `packets` also what anna's ring sent: connected at -0.5 s, two packets of seven samples, its battery.
#pragma once

#include <interbeat/physio.hpp>
#include <interbeat/recording_file.hpp>

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ib::test {

/// An interval of `anna.ring.rr`.
struct SmallInterval {
  std::int32_t ibi_us;
  std::uint8_t valid, label;
  std::uint8_t reserved[2];
  ib_maybe sqi;
};
static_assert(sizeof(SmallInterval) == 24);

struct SmallSession {
  bool ends = true;                                 ///< else it breaks off
  std::function<void(RecordingHead&)> change_head;  ///< before it is written
  std::int64_t late_ns{};                           ///< from 6 s on everything is so much later
  double fast_ppm{};  ///< how much faster than 25 Hz the acceleration runs
  bool packets{};
  bool acc_lost{};                              ///< with the pulse waveform: one packet bore both
  std::string mark = R"(cold, \"very\" cold)";  ///< of the session at 7 s, as JSON has it
  int marks_at_7_s = 1;
};

class SmallRecording {
 public:
  static RecordingHead head() {
    RecordingHead h;
    h.graph = "interbeat: 1\nname: couple\n";
    h.graph_name = "couple";
    h.graph_hash = 0x0123456789abcdefU;
    h.seed = 7;
    h.program = "interbeat 0.1.0, commit abc";
    h.build = "g++ 12 -O2";
    h.cpu = "x86-64-v2";
    h.session_start_utc_ns = 1'795'701'600'250'000'000;  // 2026-11-26T14:00:00.250Z
    RecordedPort ppg{"ppg", "interbeat/ppg/1", "a.u.", IB_GRADE_RAW, 4, 1, 0, 25, 25, 25, 32, {}};
    RecordedPort acc{"acc", "interbeat/acceleration/1", "g", IB_GRADE_RAW, 12, 3, 0, 25, 25, 25, 32,
                     {}};
    RecordedPort rr{
        "rr", "interbeat/interval/1", "", IB_GRADE_BEATS, sizeof(SmallInterval), 1, 0, 0, 25, 5, 16,
        {}};
    rr.fields = {{"ibi_us", "us", IB_I32, offsetof(SmallInterval, ibi_us), 1, {}},
                 {"valid", "", IB_BOOL, offsetof(SmallInterval, valid), 1, {}},
                 {"label", "", IB_ENUM, offsetof(SmallInterval, label), 1, {"normal", "ectopic"}},
                 {"sqi", "1", IB_MAYBE, offsetof(SmallInterval, sqi), 1, {}}};
    RecordedPort rate{"rate",
                      "interbeat/heart_rate/1",
                      "",
                      IB_GRADE_METRICS,
                      sizeof(HeartRate),
                      1,
                      0,
                      0,
                      0,
                      1,
                      16,
                      {}};
    rate.fields = {{"heart_rate_bpm", "bpm", IB_MAYBE, offsetof(HeartRate, heart_rate_bpm), 1, {}},
                   {"contact", "", IB_ENUM, offsetof(HeartRate, contact), 1, {"", "off", "on"}}};
    RecordedPort marks{
        "marks", "interbeat/marker/1", "", IB_GRADE_METRICS, sizeof(Marker), 1, 0, 0, 0, 1, 16, {}};
    marks.fields = {{"text", "", IB_TEXT, 0, sizeof(Marker), {}}};
    RecordedPort absent = acc;
    absent.name = "gyro";
    absent.stream_flags = IB_STREAM_ABSENT;
    h.sources = {{"anna.ring",
                  "ring.bcl",
                  "1.0.0",
                  "ble:anna",
                  "anna",
                  1,
                  0,
                  0,
                  IB_NEVER,
                  0,
                  {ppg, acc, rr, absent}},
                 {"ben.strap",
                  "ble.heart_rate",
                  "1.2.0",
                  "ble:ben",
                  "ben",
                  1,
                  0,
                  0,
                  IB_NEVER,
                  0,
                  {rate, marks}}};
    h.nodes = {"anna.ring", "ben.strap", "anna.beats", "log"};
    h.outlets = {{"log", "in"}};
    h.plugins = {{"com.example.gain", "2.0.1", std::string(64, 'a')}};
    return h;
  }

  explicit SmallRecording(const std::filesystem::path& file, const SmallSession& session = {})
      : session_(session) {
    Diagnostics problems;
    recorder_ = FileRecorder::create(file, {}, problems);
    BOOST_TEST_REQUIRE((recorder_ != nullptr), problems.text());
    auto head = SmallRecording::head();
    if (session.packets) head.sources[0].packet_channels = {"wave", "battery"};
    if (session.change_head) session.change_head(head);
    recorder_->begin(head);
    for (std::int64_t s = 0; s < 10; ++s) second(s);
    if (session.ends) {
      for (std::uint32_t source : {0U, 1U})
        recorder_->write(LogEntry{LogEntry::Kind::finished, source, {at(10)}, 0, 0, {}});
      recorder_->write(RecordingEnd{{at(10)}, 0});
    }
    recorder_->commit();
    BOOST_TEST(recorder_->problem() == "");
    recorder_.reset();
  }

 private:
  static constexpr std::int64_t second_ns = 1'000'000'000;

  /// Session time of second s.
  std::int64_t at(std::int64_t s) const { return s * second_ns + (s >= 6 ? session_.late_ns : 0); }

  void second(std::int64_t s) {
    const auto now = at(s) + second_ns;
    for (std::uint32_t source : {0U, 1U})
      recorder_->write(LogEntry{LogEntry::Kind::until, source, {now}, 0, 0, {}});
    if (session_.packets && s == 0) packets();
    ppg(s);
    acc(s);
    interval(s);
    if (s == 2) mark(s);
    if (s == 1 || s == 3 || s == 5) rate(s);
    if (s == 3) recorder_->write(LogEntry{LogEntry::Kind::event, 2, {3 * second_ns}, 4, 0.5, {}});
    for (int k = 0; s == 7 && k < session_.marks_at_7_s; ++k)
      recorder_->write(RecordedNote{{at(7)}, "mark", "{\"text\":\"" + session_.mark + "\"}"});
    if (s == 8) recorder_->write(RecordedNote{{now}, "remark", "{}"});
    recorder_->commit();
  }
  /// Samples of second s, 25 a second.
  RecordedBlock samples(std::uint32_t port, std::int64_t s) const {
    RecordedBlock b;
    b.port = port;
    b.n = 25;
    b.first_index = static_cast<std::uint64_t>(25 * s);
    b.anchor = {0, at(s) - s * second_ns, std::int64_t{40'000'000} << 32};
    b.arrival_ns = at(s) + second_ns + 60'000'000;
    b.settled_ns = at(s) + second_ns - 1;
    b.uncertainty_ns = 4'000'000;
    return b;
  }
  void packets() {
    RecordedPacket p;
    p.flags = IB_PACKET_CONNECTED;
    p.arrival_ns = -500'000'000;
    recorder_->write(p);
    const std::vector<std::byte> bytes{std::byte{0x00}, std::byte{0x5a}, std::byte{0xff}};
    p.bytes = bytes;
    p.flags = IB_PACKET_EPOCH | IB_PACKET_COUNTED;
    p.n = 7;
    p.arrival_ns = 300'000'001;
    recorder_->write(p);
    p.flags = IB_PACKET_COUNTED;
    p.first_index = 7;
    p.arrival_ns = 600'000'000;
    p.device_ns = 1'280'000'000;
    p.lost = 2;
    recorder_->write(p);
    p = {};
    p.channel = 1;
    p.arrival_ns = 700'000'000;
    p.bytes = std::span(bytes).first(1);
    recorder_->write(p);
  }
  void ppg(std::int64_t s) {
    if (s == 4 || s == 5) return;
    auto b = samples(0, s);
    const auto gaps = lost_before(s, b);
    std::vector<float> values;
    for (std::int64_t i = 0; i < 25; ++i) values.push_back(static_cast<float>(25 * s + i));
    std::vector<std::uint8_t> flags(25);
    flags[0] = IB_SAMPLE_BRIDGED;
    b.items = std::as_bytes(std::span(values));
    if (s == 8) b.sample_flags = flags;
    b.gaps = gaps;
    recorder_->write(b);
  }
  /// What is missing from 4 s to 6 s; the gaps are to outlive the block.
  std::vector<ib_gap> lost_before(std::int64_t s, RecordedBlock& b) const {
    if (s != 6) return {};
    b.lost = 50;
    b.flags = IB_BLOCK_LOST;
    return {{at(4), at(6), 0, 0}};
  }
  void acc(std::int64_t s) {
    if (session_.acc_lost && (s == 4 || s == 5)) return;
    auto b = samples(1, s);
    std::vector<ib_gap> gaps;
    if (session_.acc_lost) gaps = lost_before(s, b);
    b.gaps = gaps;
    b.anchor.dt_q32 =
        static_cast<std::int64_t>(40e6 * 4294967296.0 / (1 + session_.fast_ppm * 1e-6));
    std::vector<float> values;
    for (std::int64_t i = 0; i < 25; ++i)
      values.insert(values.end(),
                    {static_cast<float>(0.001 * static_cast<double>(25 * s + i)), -1.0F, 1.0F});
    b.items = std::as_bytes(std::span(values));
    recorder_->write(b);
  }
  template <class Item>
  void item(std::uint32_t source, std::uint32_t port, std::int64_t t, const Item& item) {
    RecordedBlock b;
    b.source = source;
    b.port = port;
    b.n = 1;
    b.settled_ns = t;
    b.items = std::as_bytes(std::span(&item, 1));
    b.times = std::span(&t, 1);
    recorder_->write(b);
  }
  void interval(std::int64_t s) {
    SmallInterval interval{static_cast<std::int32_t>(800'000 + 1000 * s), 1, 0, {}, {0.5, 1}};
    if (s == 2) interval.sqi = {0, 0};
    if (s == 4) interval.label = 1;
    item(0, 2, at(s) + 500'000'000, interval);
  }
  void rate(std::int64_t s) {
    HeartRate rate;
    rate.heart_rate_bpm = Maybe(60.0 + static_cast<double>(s));
    rate.contact = s == 1 ? Contact::off : Contact::on;
    item(1, 0, s * second_ns, rate);
  }
  void mark(std::int64_t s) {
    Marker marker;
    std::memcpy(marker.text, "start", 6);
    item(1, 1, s * second_ns, marker);
  }

  SmallSession session_;
  std::unique_ptr<FileRecorder> recorder_;
};

}  // namespace ib::test
