// Call: the calls of a central that the daemon may leave without an answer.
// Thread: values, any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ib::vring {

enum class Call : std::uint8_t { connect, start_notify, write_value, read_value };

/// As BlueZ names them, in the order of Call.
inline constexpr std::array<std::string_view, 4> call_names{"Connect", "StartNotify", "WriteValue",
                                                            "ReadValue"};

}  // namespace ib::vring
