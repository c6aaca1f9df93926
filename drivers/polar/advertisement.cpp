#include "polar/advertisement.hpp"

namespace ib::polar {

std::optional<Advertised> advertised(wire::Bytes manufacturer_data) noexcept {
  constexpr std::uint16_t polar_electro = 0x006B;
  enum : std::uint8_t { contact = 0x02, counter = 0x1C, other_data = 0x40 };
  wire::Reader data(manufacturer_data);
  const auto company = data.u16();
  const auto status = data.u8();
  data.skip(1);
  auto average = data.u8();
  if (data.left() > 0) average = data.u8();
  if (!data.ok() || company != polar_electro || (status & other_data) != 0 || average == 0)
    return std::nullopt;
  return Advertised{average, static_cast<std::uint8_t>((status & counter) >> 2U),
                    (status & contact) != 0};
}

}  // namespace ib::polar
