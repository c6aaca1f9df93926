// Fuzz target: any bytes as a message of a Polar sensor: its control point, its data, its advertisement.
// Whatever they are: refused, or samples within the bounds that the decoder states.
#include "polar/advertisement.hpp"
#include "polar/control.hpp"
#include "polar/decode.hpp"
#include "polar/settings.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>

using namespace ib::polar;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Reads every value, so that the sanitizer sees the bytes.
void touch(const Values& values) {
  std::uint32_t all = 0;
  for (std::size_t i = 0; i < values.size(); ++i) all ^= values[i];
  static volatile std::uint32_t read;
  read = all;
}

void control(ib::wire::Bytes message) {
  const auto decoded = decode_control(message);
  if (const auto* stopped = std::get_if<Stopped>(&decoded))
    for (std::size_t i = 0; i < stopped->size(); ++i)
      require(static_cast<std::size_t>((*stopped)[i]) < 256);
  if (const auto* reply = std::get_if<Reply>(&decoded)) {
    const auto settings = settings_of(reply->parameters);
    for (const auto* values : {&settings.rate_hz, &settings.resolution_bits, &settings.range,
                               &settings.range_milli, &settings.channels})
      touch(*values);
    require(!settings.factor || *settings.factor > 0);
  }
}

void frame(ib::wire::Bytes bytes) {
  static std::array<std::int32_t, values_max> values;
  const auto decoded = decode(bytes);
  if (const auto* waveform = std::get_if<Waveform>(&decoded)) {
    require(waveform->size() * waveform->channels() <= values_max);
    require(waveform->read(values) == waveform->size());
  }
  if (const auto* intervals = std::get_if<PpIntervals>(&decoded))
    for (std::size_t i = 0; i < intervals->size(); ++i)
      require((*intervals)[i].hr_bpm.value_or(1) > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ib::wire::Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  frame(bytes);
  control(bytes);
  require(advertised(bytes).value_or(Advertised{1, 0, false}).hr_bpm > 0);
  return 0;
}
