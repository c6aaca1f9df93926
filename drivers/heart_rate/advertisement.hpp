// The heart rate that some sensors put into their advertisement: seen without a connection, of many
// at once, and without intervals: good for presence and as a last resort.
//
// Polar (company 006b) and XOSS (ff04): four bytes of manufacturer data, the rate in the last
// (Theengs decoder, devices PH10 and XOSS). Polar advertises other things in data of other lengths.
// Thread: any; no allocation, no throw.
#pragma once

#include <cstdint>
#include <optional>

#include "wire/reader.hpp"

namespace ib::heart_rate {

/// In beats a minute, 1 .. 255; none if this is not such data, or the rate is 0. `company` and `data`
/// as BlueZ gives them (Device1.ManufacturerData): the data without the company's two bytes.
std::optional<std::uint8_t> advertised_rate(std::uint16_t company, wire::Bytes data) noexcept;

}  // namespace ib::heart_rate
