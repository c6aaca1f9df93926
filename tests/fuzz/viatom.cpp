// Fuzz target: any bytes as notifications of a Viatom ring. The first byte tells the generation and how
// they are cut. Whatever they are: what comes out whole opens, and what is decoded lies within it.
#include "viatom/decode.hpp"
#include "viatom/reassembly.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace ib::viatom;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void within(ib::wire::Bytes part, ib::wire::Bytes whole) {
  require(part.empty() || (part.data() >= whole.data() &&
                           part.data() + part.size() <= whole.data() + whole.size()));
}

void decode_all(ib::wire::Bytes frame) {
  const auto decoded = decode(frame);
  if (const auto* live = std::get_if<Live>(&decoded)) within(live->waveform, frame);
  if (const auto* waveform = std::get_if<Waveform>(&decoded)) within(waveform->samples, frame);
  if (const auto* answer = std::get_if<Answer>(&decoded)) within(answer->payload, frame);
  const auto real_time = decode_real_time(frame);
  if (const auto* values = std::get_if<RealTime>(&real_time)) within(values->waveform, frame);
  decode_sensors(frame);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto generation = data[0] % 2 == 0 ? Generation::o2ring : Generation::o2ring_s;
  const std::size_t cut = 1 + data[0];
  ib::wire::Bytes bytes(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  decode_all(bytes);
  Reassembly reassembly(generation);
  while (!bytes.empty()) {
    const auto n = std::min(cut, bytes.size());
    reassembly.push(bytes.first(n));
    while (const auto frame = reassembly.next()) {
      const auto opened = open_frame(generation, *frame);
      if (const auto* refused = std::get_if<Refused>(&opened))
        require(refused->reason == Refusal::failed || refused->reason == Refusal::not_a_reply);
      decode_all(*frame);
    }
    bytes = bytes.subspan(n);
  }
  require(reassembly.skipped() < size);
  return 0;
}
