#include "vring/fault.hpp"

#include <array>

namespace ib::vring {
namespace {

using enum FaultKind;
using Reach = FaultReach;
using Length = FaultLength;

constexpr std::array table{
    FaultInfo{loss, "loss", Reach::values, Length::open,
              "Values are dropped before the radio takes them."},
    FaultInfo{duplicate, "duplicate", Reach::values, Length::open, "Values come twice."},
    FaultInfo{reorder, "reorder", Reach::values, Length::open,
              "Values come behind the one that follows them."},
    FaultInfo{cut, "cut", Reach::values, Length::open, "Values come without their last 3 bytes."},
    FaultInfo{bad_checksum, "bad_checksum", Reach::values, Length::open,
              "Values come with a last byte that is one too high."},
    FaultInfo{jitter, "jitter", Reach::values, Length::open,
              "Values come later, each by up to `up_to`; none overtakes another."},
    FaultInfo{stall, "stall", Reach::device, Length::needed,
              "Nothing comes; then all that was held back comes at once."},
    FaultInfo{contact_loss, "contact_loss", Reach::device, Length::needed,
              "It is taken off, and put on again."},
    FaultInfo{stop, "stop", Reach::device, Length::none,
              "It stops measuring by itself and says nothing, until it is asked to measure again."},
    FaultInfo{drift, "drift", Reach::device, Length::open,
              "Its clock goes wrong by `ppm`; after `for` it goes as before."},
    FaultInfo{disconnect, "disconnect", Reach::device, Length::needed,
              "The link breaks; for so long the device is out of reach."},
    FaultInfo{hang, "hang", Reach::device, Length::open,
              "Calls of one kind are taken and never answered; nothing comes of them."},
    FaultInfo{daemon_restart, "daemon_restart", Reach::daemon, Length::needed,
              "bluetoothd leaves the bus and comes back, having forgotten everything."},
    FaultInfo{adapter_off, "adapter_off", Reach::daemon, Length::needed,
              "The adapter is switched off, and on again."},
    FaultInfo{adapter_unplugged, "adapter_unplugged", Reach::daemon, Length::open,
              "The adapter is pulled out with all that it found, and put in again after `for`."},
};
static_assert(table.size() == n_fault_kinds);

}  // namespace

std::span<const FaultInfo> fault_table() { return table; }

const FaultInfo& info_of(FaultKind kind) { return table[static_cast<std::size_t>(kind)]; }

}  // namespace ib::vring
