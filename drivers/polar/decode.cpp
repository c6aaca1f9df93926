#include "polar/decode.hpp"

namespace ib::polar {
namespace {

using Layout = Waveform::Layout;

constexpr std::uint8_t compressed = 0x80;

std::optional<Layout> acceleration_layout(std::uint8_t frame_type) {
  switch (frame_type) {
    case 0: return Layout{3, 8, false, 1, false};
    case 1: return Layout{3, 16, false, 1, false};
    case 2: return Layout{3, 24, false, 1, false};
    case compressed | 0: return Layout{3, 16, true, 1000, true};
    case compressed | 1: return Layout{3, 16, true, 1, true};
    default: return std::nullopt;
  }
}

std::optional<Layout> layout_of(Measurement type, std::uint8_t frame_type) {
  if (type == Measurement::acceleration) return acceleration_layout(frame_type);
  if (type == Measurement::ecg && frame_type == 0) return Layout{1, 24, false, 1, false};
  if (type == Measurement::ppg && frame_type == 0) return Layout{4, 24, false, 1, false};
  if (type == Measurement::ppg && frame_type == compressed) return Layout{4, 22, true, 1, false};
  return std::nullopt;
}

std::size_t bytes_of_sample(const Layout& layout) { return layout.channels * layout.bits / 8U; }

std::int32_t read_value(wire::Reader& content, std::uint8_t bits) {
  switch (bits) {
    case 8: return content.s8();
    case 16: return content.s16();
    default: return content.s24();
  }
}

DeltaLayout delta(const Layout& layout) { return {layout.channels, layout.bits}; }

/// How many samples `content` holds; none: not a whole number of them.
std::optional<std::size_t> count_samples(wire::Bytes content, const Layout& layout) {
  if (layout.compressed) return count_delta_samples(content, delta(layout));
  const auto each = bytes_of_sample(layout);
  if (content.empty() || content.size() % each != 0) return std::nullopt;
  return content.size() / each;
}

}  // namespace

std::size_t Waveform::read(std::span<std::int32_t> values) const noexcept {
  if (layout_.compressed) return read_delta_samples(content_, delta(layout_), values);
  wire::Reader content(content_);
  std::size_t samples = 0;
  for (; samples < size_ && values.size() >= layout_.channels; ++samples) {
    for (std::size_t c = 0; c < layout_.channels; ++c)
      values[c] = read_value(content, layout_.bits);
    values = values.subspan(layout_.channels);
  }
  return samples;
}

PpInterval PpIntervals::operator[](std::size_t i) const noexcept {
  enum : std::uint8_t { blocker = 1, contact = 2, contact_supported = 4 };
  wire::Reader item(content_.subspan(i * bytes_each, bytes_each));
  PpInterval found;
  if (const auto hr = item.u8(); hr != 0) found.hr_bpm = hr;
  found.interval_ms = item.u16();
  found.error_ms = item.u16();
  const auto flags = item.u8();
  found.moved = (flags & blocker) != 0;
  if ((flags & contact_supported) != 0)
    found.contact = (flags & contact) != 0 ? SkinContact::on : SkinContact::off;
  return found;
}

/// The head of a frame, and what becomes of the rest.
struct Frame {
  Measurement type{};
  std::uint64_t last_ns{};
  std::uint8_t frame_type{};
  wire::Bytes content;

  Decoded intervals() const {
    if (frame_type != 0) return Refused{Refusal::unknown_frame};
    if (content.empty() || content.size() % PpIntervals::bytes_each != 0)
      return Refused{Refusal::bad_length};
    PpIntervals found;
    found.last_ns_ = last_ns;
    found.content_ = content;
    return found;
  }

  Decoded waveform() const {
    const auto layout = layout_of(type, frame_type);
    if (!layout) return Refused{Refusal::unknown_frame};
    const auto samples = count_samples(content, *layout);
    if (!samples) return Refused{Refusal::bad_length};
    Waveform found;
    found.type_ = type;
    found.last_ns_ = last_ns;
    found.layout_ = *layout;
    found.size_ = *samples;
    found.content_ = content;
    return found;
  }
};

Decoded decode(wire::Bytes bytes) noexcept {
  constexpr std::uint8_t type_bits = 0x3F;
  wire::Reader head(bytes);
  Frame frame;
  frame.type = static_cast<Measurement>(head.u8() & type_bits);
  frame.last_ns = head.u64();
  frame.frame_type = head.u8();
  if (!head.ok() || bytes.size() > frame_bytes_max) return Refused{Refusal::bad_length};
  frame.content = head.rest();
  switch (frame.type) {
    case Measurement::ecg:
    case Measurement::ppg:
    case Measurement::acceleration: return frame.waveform();
    case Measurement::pp_interval: return frame.intervals();
    default: return Refused{Refusal::unknown_type};
  }
}

}  // namespace ib::polar
