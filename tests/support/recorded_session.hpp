// RecordedSession: a small session as a Recorder would be given it, the same for the same seed: a ring with
// regular PPG and irregular beats, whose items have a field of every kind, a second ring with its packets, marks,
// events, checkpoints, notes. Of version 1 of the format: without packets. And Kept: records with what they borrow, to be compared.
#pragma once

#include <interbeat/recording.hpp>

#include <bit>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace ib::test {

/// An item of the port "beats".
struct RecordedBeat {
  double quality;
  ib_maybe amplitude;
  std::int64_t at;
  float slope;
  std::int32_t count;
  std::uint8_t u8, trusted, label;
  char word[13];
};
static_assert(sizeof(RecordedBeat) == 56);

inline RecordingHead recorded_head(int version = 2) {
  RecordedPort ppg{"ppg", "interbeat/ppg/1", "a.u.", IB_GRADE_RAW, 8, 2, 0, 64, 0, 64, 128, {}};
  RecordedPort beats{
      "beats", "interbeat/beat/1", "", IB_GRADE_BEATS, sizeof(RecordedBeat), 1, 0, 0, 64, 5, 16,
      {}};
  beats.fields = {
      {"quality", "1", IB_F64, offsetof(RecordedBeat, quality), 1, {}},
      {"amplitude", "a.u.", IB_MAYBE, offsetof(RecordedBeat, amplitude), 1, {}},
      {"at", "ns", IB_I64, offsetof(RecordedBeat, at), 1, {}},
      {"slope", "1/s", IB_F32, offsetof(RecordedBeat, slope), 1, {}},
      {"count", "1", IB_I32, offsetof(RecordedBeat, count), 1, {}},
      {"u8", "", IB_U8, offsetof(RecordedBeat, u8), 1, {}},
      {"trusted", "", IB_BOOL, offsetof(RecordedBeat, trusted), 1, {}},
      {"label", "", IB_ENUM, offsetof(RecordedBeat, label), 1, {"normal", "ectopic"}},
      {"word", "", IB_TEXT, offsetof(RecordedBeat, word), sizeof(RecordedBeat::word), {}}};
  RecordedPort absent = ppg;
  absent.name = "acc";
  absent.stream_flags = IB_STREAM_ABSENT;
  RecordingHead h;
  h.graph = "interbeat: 1\nname: two – people\n";
  h.graph_name = "two";
  h.graph_hash = 0xfedcba9876543210U;
  h.seed = 0xffffffffffffffffU;
  h.program = "interbeat 0.1.0, commit abc";
  h.build = "g++ 12 -O2";
  h.cpu = "x86-64-v2";
  h.session_start_utc_ns = 1'764'000'000'000'000'001;
  h.lead_in_ns = 1'000'000'000;
  h.step_ns = 250'000'000;
  h.sources = {{"anna.ring",
                "source.virtual",
                "1.0.0",
                "virtual:?bpm=60",
                "anna",
                1,
                1,
                0,
                IB_NEVER,
                500,
                {ppg, beats, absent}},
               {"ben.ring",
                "ring.bcl",
                "1.2.0",
                "ble:ben",
                "ben",
                1,
                0,
                -7,
                1'764'000'000'000'000'000,
                0,
                {ppg}}};
  if (version > 1)
    h.sources[1].packet_channels = {"bae80011-4f05-4503-8e65-3af1f7329d1f", "battery"};
  h.nodes = {"anna.ring", "ben.ring", "anna.beats", "log"};
  h.outlets = {{"log", "in"}, {"log", "in2"}};
  h.plugins = {{"com.example.gain", "2.0.1", std::string(64, 'a')}};
  return h;
}

/// A record and what it borrows.
struct Kept {
  Record record;
  std::vector<std::byte> items;
  std::vector<std::int64_t> times;
  std::vector<std::uint8_t> sample_flags;
  std::vector<ib_gap> gaps;

  Kept() = default;
  explicit Kept(const Record& r) : record(r) {
    if (const auto* b = std::get_if<RecordedBlock>(&r)) {
      items.assign(b->items.begin(), b->items.end());
      times.assign(b->times.begin(), b->times.end());
      sample_flags.assign(b->sample_flags.begin(), b->sample_flags.end());
      gaps.assign(b->gaps.begin(), b->gaps.end());
    }
    if (const auto* p = std::get_if<RecordedPacket>(&r))
      items.assign(p->bytes.begin(), p->bytes.end());
  }
  /// To be written: borrowed from here.
  Record lent() const {
    auto r = record;
    if (auto* b = std::get_if<RecordedBlock>(&r)) {
      b->items = items;
      b->times = times;
      b->sample_flags = sample_flags;
      b->gaps = gaps;
    }
    if (auto* p = std::get_if<RecordedPacket>(&r)) p->bytes = items;
    return r;
  }
};

namespace recorded {

inline std::string words(const LogEntry& e) {
  return "entry " + std::to_string(static_cast<int>(e.kind)) + " " + std::to_string(e.source) +
         " " + std::to_string(e.time.ns) + " " + std::to_string(e.param) + " " +
         std::to_string(std::bit_cast<std::uint64_t>(e.number)) + " " +
         std::to_string(e.lost_until.ns);
}
inline std::string words(const Checkpoint& c) {
  return "checkpoint " + std::to_string(c.outlet) + " " + std::to_string(c.settled.ns) + " " +
         std::to_string(c.items) + " " + std::to_string(c.hash);
}
inline std::string words(const RecordedNote& n) {
  return "note " + std::to_string(n.session.ns) + " " + n.kind + " " + n.json;
}
inline std::string words(const RecordingEnd& e) {
  return "end " + std::to_string(e.settled.ns) + " " + std::to_string(e.lost_records);
}
inline std::string words(const RecordsLost& l) { return "lost " + std::to_string(l.records); }
inline std::string words(const RecordedPacket& p) {
  std::string s = "packet";
  for (const auto x : {p.source, p.channel, p.flags, p.port, p.n}) s += " " + std::to_string(x);
  return s + " " + std::to_string(p.first_index) + " " + std::to_string(p.lost) + " " +
         std::to_string(p.arrival_ns) + " " + std::to_string(p.device_ns);
}
inline std::string words(const RecordedBlock& b) {
  std::string s = "block";
  for (const auto x : {std::uint64_t{b.source}, std::uint64_t{b.port}, b.first_index,
                       b.anchor.index, b.lost, std::uint64_t{b.flags}, std::uint64_t{b.n}})
    s += " " + std::to_string(x);
  for (const auto x :
       {b.anchor.t_ns, b.anchor.dt_q32, b.arrival_ns, b.settled_ns, b.uncertainty_ns})
    s += " " + std::to_string(x);
  return s;
}

}  // namespace recorded

/// All that a record says, on a line; equal lines are equal records.
inline std::string words_of(const Kept& k) {
  auto s = std::visit([](const auto& r) { return recorded::words(r); }, k.record);
  for (const auto b : k.items) s += " " + std::to_string(static_cast<int>(b));
  for (const auto t : k.times) s += " t" + std::to_string(t);
  for (const auto f : k.sample_flags) s += " f" + std::to_string(f);
  for (const auto& g : k.gaps)
    s += " gap " + std::to_string(g.from_ns) + ".." + std::to_string(g.to_ns) + "@" +
         std::to_string(g.at);
  return s;
}

/// Record after record, without end; the same for the same seed.
class RecordedSession {
 public:
  explicit RecordedSession(unsigned seed, int version = 2)
      : random_(seed), more_(seed + 1), version_(version) {}

  Kept next() {
    if (version_ > 1 && !std::exchange(told_, !told_) && more_() % 2 == 0) return packet();
    const auto turn = turn_++;
    const auto now = static_cast<std::int64_t>(turn) * 15'625'000;
    switch (below(8)) {
      case 0: return Kept(Record(entry(now)));
      case 1: return Kept(Record(Checkpoint{below(2), {now}, turn, bits()}));
      case 2:
        return Kept(
            Record(RecordedNote{{now}, "mark", R"({"text":")" + std::to_string(bits()) + "\"}"}));
      case 3:
      case 4: return beats(now);
      default: return samples(now);
    }
  }

 private:
  // Not std::uniform_int_distribution: another library would draw other numbers.
  std::uint64_t bits() { return random_(); }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  LogEntry entry(std::int64_t now) {
    LogEntry e;
    e.kind = static_cast<LogEntry::Kind>(below(5));
    e.source = below(2);
    e.time = {now};
    e.param = below(9);
    const double numbers[]{0.0, -0.0, 1.0, 0.1, -1e300, 5e-324};
    e.number = numbers[below(6)];
    if (e.kind == LogEntry::Kind::outage) e.lost_until = {now + 5};
    return e;
  }

  Kept samples(std::int64_t now) {
    const auto source = below(2);
    Kept k;
    RecordedBlock b;
    b.source = source;
    b.n = below(6);
    b.anchor = {1000, now, 4};  // so close together that the next block lies behind it
    b.first_index = 1000 + below(3);
    b.arrival_ns = now + 3'000'000;
    b.settled_ns = now;
    b.uncertainty_ns = 4'000'000;
    b.lost = below(4);
    b.flags = b.lost > 0 ? IB_BLOCK_LOST : 0;
    b.anchor.dt_q32 = std::int64_t{1000} << 32;
    for (std::uint32_t i = 0; i < b.n * 8; ++i)
      k.items.push_back(static_cast<std::byte>(below(256)));
    if (below(2) == 0) k.sample_flags.assign(b.n, IB_SAMPLE_BRIDGED);
    if (below(3) == 0) k.gaps = {{now - 1000, now, 0, 0}};
    k.record = b;
    return k;
  }

  Kept packet() {
    Kept k;
    RecordedPacket p;
    p.source = 1;
    p.channel = static_cast<std::uint32_t>(more_() % 2);
    p.arrival_ns =
        static_cast<std::int64_t>(turn_) * 15'625'000 - 100'000'000;  // the first before 0
    switch (more_() % 4) {
      case 0: p.flags = IB_PACKET_CONNECTED; break;
      case 1: p.lost = more_() % 3; [[fallthrough]];
      default:
        p.flags = IB_PACKET_COUNTED;
        p.n = 5;
        p.first_index = more_() >> 8;
        if (more_() % 2 == 0) p.device_ns = static_cast<std::int64_t>(more_() >> 4);
        k.items.resize(more_() % 30, static_cast<std::byte>(more_() % 256));
    }
    k.record = p;
    return k;
  }

  Kept beats(std::int64_t now) {
    Kept k;
    RecordedBlock b;
    b.port = 1;
    b.n = below(4);
    b.settled_ns = std::exchange(settled_, true) ? now : IB_NEVER;
    for (std::uint32_t i = 0; i < b.n; ++i) {
      RecordedBeat beat;
      std::memset(static_cast<void*>(&beat), 0, sizeof beat);
      beat.quality = static_cast<double>(below(1000)) / 999;
      if (below(2) == 0) beat.amplitude = {static_cast<double>(below(100)), 1};
      beat.at = now;
      beat.slope = static_cast<float>(below(77)) / 7;
      beat.count = -static_cast<std::int32_t>(below(1000));
      beat.u8 = static_cast<std::uint8_t>(below(256));
      beat.trusted = static_cast<std::uint8_t>(below(2));
      beat.label = static_cast<std::uint8_t>(below(2));
      std::memcpy(beat.word, "größer", sizeof("größer"));
      const auto* bytes = reinterpret_cast<const std::byte*>(&beat);
      k.items.insert(k.items.end(), bytes, bytes + sizeof beat);
      k.times.push_back(now + 10 * i);
    }
    if (b.n > 1) k.gaps = {{now - 50, now - 20, 0, 0}, {now + 1, now + 9, 1, 0}};
    k.record = b;
    return k;
  }

  std::mt19937_64 random_, more_;  // more_: of what version 1 had not
  int version_;
  bool told_{};
  std::uint64_t turn_{1};
  bool settled_{};  // the beats, at some time
};

}  // namespace ib::test
