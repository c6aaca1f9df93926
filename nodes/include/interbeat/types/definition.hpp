// Definition: whose formulas the values of a row follow, and which version of them. A version counts up
// when the same intervals would give another number; then old rows and new ones can be told apart.
#pragma once

#include <array>
#include <cstdint>

namespace ib {

enum class Definition : std::uint8_t {
  task_force,  ///< Task Force (Circulation 93:1043, 1996)
  kubios,      ///< what Kubios HRV 2.2 prints
  neurokit,    ///< what NeuroKit2 0.2 returns
};
inline constexpr std::array<const char*, 3> labels(Definition) {
  return {"task_force_v1", "kubios_2_2_v1", "neurokit_0_2_v1"};
}

}  // namespace ib
