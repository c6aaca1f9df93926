// What BlueZ and D-Bus say when something fails, for people.
#include "bluetooth/bluez.hpp"

#include <array>
#include <string_view>

namespace ib::bluetooth {
namespace {

struct Meaning {
  std::string_view name, text;
  bool passing{};
};

constexpr std::array meanings{
    Meaning{"org.bluez.Error.InProgress",
            "the adapter is busy with something else; it is tried again", true},
    Meaning{"org.bluez.Error.NotReady",
            "the Bluetooth adapter is switched off; switch it on: bluetoothctl power on"},
    Meaning{"org.bluez.Error.NotConnected", "the device is not connected any more", true},
    Meaning{"org.bluez.Error.NotPermitted",
            "another program listens to this device already; close it, or disconnect and connect "
            "the device"},
    Meaning{"org.bluez.Error.NotSupported", "the device does not offer this"},
    Meaning{"org.bluez.Error.NotAuthorized",
            "the device wants to be paired first: interbeat devices pair DEVICE"},
    Meaning{"org.bluez.Error.AuthenticationFailed",
            "pairing failed; remove the device (bluetoothctl remove ADDRESS) and pair it again"},
    Meaning{"org.bluez.Error.AuthenticationRejected",
            "the device refused to be paired; it may be paired with a phone: remove it there"},
    Meaning{"org.bluez.Error.DoesNotExist",
            "the device is not known any more; it has to be found again", true},
    Meaning{"org.freedesktop.DBus.Error.UnknownObject",
            "the device is not there any more; it has to be found again", true},
    Meaning{"org.freedesktop.DBus.Error.ServiceUnknown",
            "bluetoothd does not run; start it: systemctl start bluetooth"},
    Meaning{"org.freedesktop.DBus.Error.NameHasNoOwner",
            "bluetoothd does not run; start it: systemctl start bluetooth"},
    Meaning{"org.freedesktop.DBus.Error.AccessDenied",
            "this user may not use Bluetooth; add it to the group bluetooth, or see "
            "/etc/dbus-1/system.d/bluetooth.conf"},
    Meaning{"org.freedesktop.DBus.Error.NoReply", "the device did not answer in time", true},
    Meaning{"org.freedesktop.DBus.Error.Timeout", "the device did not answer in time", true},
    Meaning{"org.bluez.Error.Failed", "the connection could not be made", true},
};

const Meaning* meaning_of(const Failure& failure) {
  for (const auto& m : meanings)
    if (m.name == failure.name) return &m;
  return nullptr;
}

}  // namespace

std::string sentence_of(const Failure& failure) {
  const auto* known = meaning_of(failure);
  const auto raw = failure.name + (failure.message.empty() ? "" : ": " + failure.message);
  return known == nullptr ? raw : std::string(known->text) + " (" + raw + ")";
}

bool wants_pairing(const Failure& failure) {
  return failure.name == "org.bluez.Error.NotAuthorized" ||
         (failure.name == "org.bluez.Error.NotPermitted" && failure.message == "Not paired");
}

bool is_silence(const Failure& failure) {
  return failure.name == "org.freedesktop.DBus.Error.NoReply" ||
         failure.name == "org.freedesktop.DBus.Error.Timeout";
}

bool is_passing(const Failure& failure) {
  const auto* known = meaning_of(failure);
  return known != nullptr && known->passing;
}

}  // namespace ib::bluetooth
