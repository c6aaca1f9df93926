// What `interbeat doctor` finds: one line per thing, with what to do about it. Looking changes
// nothing. Thread: [control], the main thread, unless said.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace ib::tool {

/// `note`: live runs work, less evenly than they could. `problem`: they will be late or lose data.
enum class Level { ok, note, problem };

struct Finding {
  Level level{};
  std::string what, found;
  std::string advice{};                                   ///< empty when all is well
  std::vector<std::pair<std::string, double>> numbers{};  ///< for --json: "p50_us"
};
using Findings = std::vector<Finding>;

/// The program itself and what it uses: graphs, sockets, descriptors, locale.
Findings look_at_program();
/// Kernel, clock, CPUs, time that others take, limits of control groups.
Findings look_at_machine();
/// What of a `realtime:` profile would be granted. Tries it on a thread of its own.
Findings look_at_realtime();
/// How late a timer fires and how long a wake-up takes; half a second.
Findings measure_wake_ups();

}  // namespace ib::tool
