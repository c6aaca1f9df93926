// Fuzz target: any bytes as what a serial port gives, through the line reader and the decoder. The first byte
// tells how they are cut. Whatever they are: values lie in their ranges, the same lines come out however the
// bytes are cut, no more than there are ends of lines, and times of samples rise.
#include "../../plugins/pulse_sensor/decoder.hpp"
#include "../../plugins/pulse_sensor/line_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

using namespace pulse_sensor;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<Line> lines_of(std::string_view bytes, std::size_t cut) {
  std::vector<Line> lines;
  LineReader reader;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(cut, bytes.size()))) {
    auto piece = bytes.substr(0, cut);
    for (Line line; reader.next(piece, line);) lines.push_back(line);
    require(piece.empty());
  }
  return lines;
}

void require_range(const Line& line) {
  using Kind = Line::Kind;
  switch (line.kind) {
    case Kind::sample: return require(line.value <= 1023);
    case Kind::rate: return require(line.value >= 1 && line.value <= 999);
    case Kind::interval: return require(line.value >= 1 && line.value <= 9999);
    default: return require(line.value == 0);
  }
}

void decode_all(const std::vector<Line>& lines, std::uint64_t step_ns) {
  Decoder decoder(50, {});
  ib::Time last = ib::never;
  ib::Arrival at;
  for (const auto& line : lines) {
    at = at + ib::Duration{static_cast<std::int64_t>(step_ns)};
    const auto found = decoder.meet(line, at);
    require(found.size() <= Decoder::most_found);
    for (const auto& f : found) {
      const auto* sample = std::get_if<Sample>(&f.what);
      if (sample == nullptr) continue;
      require(f.t > last);
      last = f.t;
    }
  }
  require(decoder.lines() <= lines.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto lines = lines_of(bytes, bytes.size() + 1);
  require(lines_of(bytes, 1 + data[0] % 32) == lines);
  require(lines.size() <= static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')));
  std::for_each(lines.begin(), lines.end(), require_range);
  decode_all(lines, std::uint64_t{1'000'000} * data[0]);  // 0..255 ms apart
  return 0;
}
