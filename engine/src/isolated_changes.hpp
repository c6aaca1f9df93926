// IsolatedChanges: the param changes of a node in another process, so that a process that takes over knows all of
// them: it is made with those in force, and told of those that wait for their time.
//
// A change is in force once the answer to a call has covered it and all inputs were given beyond its time. Bound: 32 are
// kept; a node refuses more than 16 itself.
// Thread: [control] to make; then the thread of its island.
#pragma once

#include <interbeat/abi.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ib {

class IsolatedChanges {
 public:
  explicit IsolatedChanges(std::uint32_t params);
  /// [control] Which inputs there are to wait for.
  void activate(const ib_activation& a);

  /// Those that come with a call, which may never be answered.
  void remember(const ib_process& p);
  /// Those that no answer has covered, in their order, as many as there is room for: how many.
  std::uint32_t put(std::span<ib_event> room);
  /// That call was answered, with what put() gave.
  void answered(const ib_process& p);
  /// From here on another process is asked, which was made with what is in force.
  void tell_again();

  /// Of each param; NaN: as it was made.
  std::span<const double> in_force() const { return in_force_; }

 private:
  struct Change {
    ib_event event;
    bool told;
  };
  std::array<Change, 32> changes_{};  ///< by time
  std::size_t n_{};
  std::uint32_t n_put_{};
  std::vector<double> in_force_;
  std::vector<std::int64_t> given_ns_;  ///< of each input
};

}  // namespace ib
