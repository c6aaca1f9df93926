// Which rings are of the Colmi / Yawell family: by name before, by service after the connection.
//
// Names lie: "R99 54DC", with a blank, is a ring of the YCBT family, and "SMART_RING" may be one of two
// others. So a name says only whom to ask; `is_family_service` decides.
// Thread: any; no allocation, no throw.
#pragma once

#include <string_view>

namespace ib::colmi {

/// The advertised name is one that rings of the family go by: R02_A1B2, COLMI R10_54DC, H59_x, RY02...,
/// or one of the brands that sell them under their own (boAtring, EVOLVEO). Case matters.
bool is_family_name(std::string_view name) noexcept;

/// One of the family's two services, as BlueZ writes it: lower case, with dashes.
bool is_family_service(std::string_view service_uuid) noexcept;

}  // namespace ib::colmi
