#include "bluetooth/usable_adapter.hpp"

#include <vector>

namespace ib::bluetooth {
namespace {

std::string name_of(const Adapter& adapter) {
  return adapter.path.substr(adapter.path.rfind('/') + 1);
}

/// Those that there are are all others.
std::string not_among(const std::vector<Adapter>& all, const std::string& wanted) {
  std::string there;
  for (const auto& a : all) there += (there.empty() ? "" : ", ") + name_of(a);
  return "there is no Bluetooth adapter " + wanted + "; there is " + there;
}

}  // namespace

UsableAdapter usable_adapter(const Bluez& bluez, const std::string& wanted) {
  const auto all = bluez.adapters();
  if (all.empty())
    return {{},
            "this machine has no Bluetooth adapter" + (wanted.empty() ? "" : " " + wanted) +
                "; plug one in, and `bluetoothctl list` shows it"};
  std::string off;
  for (const auto& a : all) {
    if (!wanted.empty() && name_of(a) != wanted) continue;
    if (a.powered) return {a.path, {}};
    off = name_of(a);
  }
  if (off.empty()) return {{}, not_among(all, wanted)};
  return {{},
          "the Bluetooth adapter " + off +
              " is switched off; switch it on: bluetoothctl power on; if that fails: rfkill "
              "unblock bluetooth"};
}

}  // namespace ib::bluetooth
