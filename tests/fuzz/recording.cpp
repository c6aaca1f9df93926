// Fuzz target: a recording that somebody changed. The first byte chooses what the rest changes: bytes of a whole
// file, of a file and its write-ahead log, the text of the head, or the columns of a block or of a packet with the
// right checksum. Whatever comes: refused, or records that are sound.
#include <interbeat/recording_file.hpp>

#include "record_check.hpp"
#include "recording_head.hpp"
#include "support/recorded_session.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

namespace fs = std::filesystem;
using namespace ib;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A folder with a sound recording, as a killed recorder leaves it and as a closed one does.
class FuzzFolder {
 public:
  FuzzFolder() {
    auto name = (fs::temp_directory_path() / "interbeat-fuzz-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
    Diagnostics problems;
    auto recorder = FileRecorder::create(path_ / "sound.ibr", {}, problems);
    if (recorder == nullptr) std::abort();
    test::RecordedSession session(1);
    recorder->begin(test::recorded_head());
    for (int i = 0; i < 40; ++i) recorder->write(session.next().lent());
    recorder->commit();
    open_file = bytes_of(path_ / "sound.ibr");
    open_log = bytes_of(path_ / "sound.ibr-wal");
    recorder.reset();
    closed_file = bytes_of(path_ / "sound.ibr");
  }
  ~FuzzFolder() { fs::remove_all(path_); }
  FuzzFolder(const FuzzFolder&) = delete;
  FuzzFolder& operator=(const FuzzFolder&) = delete;

  void read(const std::string& file, const std::string& log) const {
    for (const char* tail : {"", "-wal", "-shm"})
      fs::remove((path_ / "changed.ibr").string() + tail);
    std::ofstream(path_ / "changed.ibr", std::ios::binary) << file;
    if (!log.empty()) std::ofstream(path_ / "changed.ibr-wal", std::ios::binary) << log;
    Diagnostics problems;
    const auto recording = open_recording(path_ / "changed.ibr", problems);
    if (recording == nullptr) {
      if (!problems.has_errors()) std::abort();
      return;
    }
    std::size_t n{};
    while (recording->next() != nullptr) ++n;
    recording->rewind();
    while (recording->next() != nullptr) --n;
    if (n != 0) std::abort();  // the same twice
  }

  std::string closed_file, open_file, open_log;

 private:
  fs::path path_;
};

/// Every four bytes: where (0..65535 of 65536ths), and what: xor with the third, twice as far with the fourth;
/// three zeros at the end cut the rest off.
void change(std::string& bytes, std::basic_string_view<std::uint8_t> by) {
  while (by.size() >= 4 && !bytes.empty()) {
    const auto at = (std::size_t{by[0]} * 256 + by[1]) * bytes.size() / 65536;
    if (by[2] == 0 && by[3] == 0) bytes.resize(at);
    else bytes[at] = static_cast<char>(bytes[at] ^ by[2]);
    by.remove_prefix(4);
  }
}

void read_block(const std::uint8_t* data, std::size_t size) {
  static const auto head = test::recorded_head();
  RecordedBlock b;
  if (size < sizeof b.anchor + 40) return;
  const auto take = [&](auto& value) {
    std::memcpy(&value, data, sizeof value);
    data += sizeof value;
    size -= sizeof value;
  };
  std::uint8_t source{}, port{}, n{}, items{}, times{}, flags{}, gaps{};
  take(source);
  take(port);
  take(n);
  take(items);
  take(times);
  take(flags);
  take(gaps);
  take(b.anchor);
  take(b.first_index);
  take(b.settled_ns);
  take(b.arrival_ns);
  b.source = source % 3;
  b.port = port % 4;
  b.n = n;
  std::vector<std::byte> item_bytes(items * 8U);
  std::vector<std::int64_t> t(times);
  std::vector<std::uint8_t> sample_flags(flags);
  std::vector<ib_gap> g(gaps % 32);
  const auto fill = [&](void* to, std::size_t bytes) {
    const auto m = std::min(bytes, size);
    if (m > 0) std::memcpy(to, data, m);
    data += m;
    size -= m;
  };
  fill(item_bytes.data(), item_bytes.size());
  fill(t.data(), t.size() * sizeof t[0]);
  fill(g.data(), g.size() * sizeof g[0]);
  b.items = item_bytes;
  b.times = t;
  b.sample_flags = sample_flags;
  b.gaps = g;
  RecordCheck check(head);
  const bool sound = check.problem_of(b).empty();
  if (!sound) return;
  if (b.items.size() != std::size_t{b.n} * head.sources[b.source].ports[b.port].item_bytes)
    std::abort();
  if (b.n > 0 && check.problem_of(b).empty()) std::abort();  // twice at the same time
}

void read_packet(const std::uint8_t* data, std::size_t size) {
  static const auto head = test::recorded_head();
  RecordedPacket p;
  struct Columns {
    std::uint32_t flags, n, port, n_bytes;
    std::uint64_t first_index, lost;
    std::int64_t arrival_ns, device_ns;
    std::uint8_t source, channel;
  } c{};
  if (size < sizeof c) return;
  std::memcpy(static_cast<void*>(&c), data, sizeof c);
  const std::vector<std::byte> bytes(c.n_bytes % 8192);
  p.source = c.source % 3;
  p.channel = c.channel % 3;
  p.flags = c.flags;
  p.port = c.port % 4;
  p.n = c.n;
  p.first_index = c.first_index;
  p.lost = c.lost;
  p.arrival_ns = c.arrival_ns;
  p.device_ns = c.device_ns;
  p.bytes = bytes;
  RecordCheck check(head);
  if (!check.problem_of(p).empty()) return;
  const auto& source = head.sources[p.source];
  if (p.channel >= source.packet_channels.size() || p.bytes.size() > RecordedPacket::most_bytes)
    std::abort();
  if (p.n > 0 && (p.port >= source.ports.size() || p.first_index + p.n < p.first_index))
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const FuzzFolder folder;
  if (size == 0) return 0;
  const std::basic_string_view<std::uint8_t> by(data + 1, size - 1);
  switch (data[0] % 5) {
    case 0: {
      auto file = folder.closed_file;
      change(file, by);
      folder.read(file, {});
      break;
    }
    case 1: {
      auto file = folder.open_file, log = folder.open_log;
      change(file, by.substr(0, by.size() / 8 / 4 * 4));
      change(log, by.substr(by.size() / 8 / 4 * 4));
      folder.read(file, log);
      break;
    }
    case 2: {
      static const auto sound = recording_head_json(test::recorded_head());
      auto text = sound;
      for (std::size_t i = 0; i + 4 <= by.size(); i += 4) {  // where, how many go, what comes
        const auto at = (std::size_t{by[i]} * 256 + by[i + 1]) % (text.size() + 1);
        text.replace(at, by[i + 2] % 32, 1, static_cast<char>(by[i + 3]));
      }
      std::string problem;
      const auto head = recording_head_of(text, problem);
      if (!head && problem.empty()) std::abort();
      if (head) {
        const auto again = recording_head_of(recording_head_json(*head), problem);
        if (!again || !(*again == *head)) std::abort();
      }
      break;
    }
    case 3: read_block(by.data(), by.size()); break;
    default: read_packet(by.data(), by.size()); break;
  }
  return 0;
}
