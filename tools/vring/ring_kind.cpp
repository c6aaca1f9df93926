#include "vring/ring_kind.hpp"

#include <algorithm>
#include <array>

#include "vring/bcl_ring.hpp"
#include "vring/colmi_ring.hpp"
#include "vring/polar.hpp"
#include "vring/strap.hpp"
#include "vring/viatom_ring.hpp"

namespace ib::vring {
namespace {

using Loop = boost::asio::io_context;
using Start = std::chrono::steady_clock::time_point;

std::unique_ptr<Peripheral> make_bcl(Loop& io, const DeviceSpec& s, Start start) {
  auto ring = std::make_unique<BclRing>(io, s.address, s.name, s.wearer, s.radio, start);
  ring->set_old_firmware(s.old_firmware);
  return ring;
}
std::unique_ptr<Peripheral> make_strap(Loop& io, const DeviceSpec& s, Start) {
  return std::make_unique<Strap>(io, s.address, s.name, s.wearer);
}
std::unique_ptr<Peripheral> make_colmi(Loop& io, const DeviceSpec& s, Start start) {
  return std::make_unique<ColmiRing>(io, s.address, s.name, s.wearer, s.radio, s.firmware, start);
}
template <bool chest>
std::unique_ptr<Peripheral> make_polar(Loop& io, const DeviceSpec& s, Start start) {
  PolarOptions options;
  options.chest = chest;
  return std::make_unique<PolarSensor>(io, s.address, s.name, s.wearer, s.radio, start, options);
}
std::unique_ptr<Peripheral> make_viatom(Loop& io, const DeviceSpec& s, Start start) {
  constexpr auto generation = viatom::Generation::o2ring_s;
  auto wearer = s.wearer;
  wearer.rate_hz = viatom::wave_hz_of(generation);
  return std::make_unique<ViatomRing>(io, s.address, s.name, generation, wearer, s.radio, start);
}

constexpr std::array table{
    // name, radio, checksum, contact, clock, can stop, counts per g
    RingKind{"bcl", true, false, true, true, true, 1000, make_bcl,
             "A BCL ring: waveform and acceleration at 25 Hz, its own intervals (ring.bcl)."},
    RingKind{"strap", false, false, true, false, false, 0, make_strap,
             "A chest strap of the heart rate service: rate and intervals (ble.heart_rate)."},
    RingKind{
        "colmi", true, true, true, false, true, 0, make_colmi,
        "A Colmi ring: the heart rate that its firmware averages, or its raw light (ring.colmi)."},
    RingKind{"polar_strap", true, false, false, true, false, 0, make_polar<true>,
             "A Polar chest strap: electrocardiogram and acceleration (polar.pmd)."},
    RingKind{"polar_band", true, false, true, true, false, 0, make_polar<false>,
             "A Polar armband: waveform, pulse intervals and acceleration (polar.pmd)."},
    RingKind{"viatom", true, true, true, false, false, 0, make_viatom,
             "An O2Ring-S: waveform, heart rate and oxygen saturation (ring.viatom)."},
};

}  // namespace

std::span<const RingKind> ring_kinds() { return table; }

const RingKind* find_ring_kind(std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const RingKind& k) { return k.name == name; });
  return found == table.end() ? nullptr : found;
}

}  // namespace ib::vring
