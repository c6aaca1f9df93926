#include "colmi/recognise.hpp"

#include <algorithm>
#include <array>

#include "colmi/uuid.hpp"

namespace ib::colmi {
namespace {

// Sold with the same app (list of the ATC_RF03_Ring project). The whole name: "SE" begins many others.
constexpr std::array<std::string_view, 24> brands{
    "VK-5098", "MERLIN",    "Hello Ring", "RING1", "boAtring", "TR-R02",  "SE",     "EVOLVEO",
    "GL-SR2",  "Blaupunkt", "KSIX RING",  "iGET",  "Kogan",    "FITNESS", "Fyri",   "OneRing",
    "SR01",    "BOK",       "9FSM",       "STF",   "Newgen",   "SSR",     "SEEKEN", "MXSR"};

bool take(std::string_view& name, std::string_view prefix) noexcept {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return true;
}

/// The last two bytes of the address: 54DC.
bool is_address_tail(std::string_view text) noexcept {
  return text.size() == 4 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
         });
}

}  // namespace

bool is_family_name(std::string_view name) noexcept {
  if (std::find(brands.begin(), brands.end(), name) != brands.end()) return true;
  auto rest = name;
  if (take(rest, "RY0") || take(rest, "RT0") || take(rest, "H59_")) return true;
  if (take(rest, "COLMI R")) return take(rest, "07_") || take(rest, "10_") || take(rest, "12_");
  if (take(rest, "R0"))
    return rest.size() >= 2 && rest[0] >= '1' && rest[0] <= '9' && rest[1] == '_';
  if (take(rest, "R10_") || take(rest, "R11_") || take(rest, "R11C_")) return is_address_tail(rest);
  return false;
}

bool is_family_service(std::string_view service_uuid) noexcept {
  return service_uuid == uuid::command_service || service_uuid == uuid::big_data_service;
}

}  // namespace ib::colmi
