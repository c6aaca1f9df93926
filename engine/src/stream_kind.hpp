// StreamKind: what is known of a stream before anything is opened, and whether an input can read it.
//
// Thread: any. Pure functions.
#pragma once

#include <interbeat/abi.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace ib {

struct StreamKind {
  const ib_type* type{};  ///< null: samples
  std::string_view unit;
  std::uint32_t channels{};  ///< 0: not known
  bool regular{};
};

inline std::string_view text_or_empty(const char* text) {
  return text == nullptr ? std::string_view() : text;
}

inline std::string_view urn_of(const ib_type* type) {
  return type == nullptr ? "samples" : std::string_view(type->urn);
}

/// What an output gives that does not follow its node's input (IB_PORT_TYPE_AS_IN).
inline StreamKind kind_of(const ib_port& output) {
  return {output.type, text_or_empty(output.unit), output.channels,
          (output.flags & IB_PORT_REGULAR) != 0};
}

inline bool is_float(const StreamKind& stream) {
  if (stream.type == nullptr) return true;
  const auto kind = stream.type->n_fields == 0 ? ib_kind{IB_F32} : stream.type->fields[0].kind;
  return kind == IB_F32 || kind == IB_F64;
}

/// Item type, regular or irregular, channels, unit.
inline bool fits(const StreamKind& stream, const ib_port& input) {
  if ((input.flags & IB_PORT_ANY_TYPE) != 0) return true;
  const bool any_samples = (input.flags & IB_PORT_ANY_SAMPLES) != 0;
  const bool regular = any_samples || (input.flags & IB_PORT_REGULAR) != 0;
  if (stream.regular != regular) return false;
  if (any_samples ? !is_float(stream)
                  : input.type != nullptr && urn_of(stream.type) != urn_of(input.type))
    return false;
  if (regular && input.channels != 0 && stream.channels != 0 && input.channels != stream.channels)
    return false;
  const auto unit = text_or_empty(input.unit);
  return unit.empty() || stream.unit.empty() || unit == stream.unit;
}

}  // namespace ib
