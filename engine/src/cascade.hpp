// Cascade: neighbours that are second-order sections and nothing else, run in one loop, sample by sample:
// four sections that wait for each other's last sample overlap where four loops would each wait for
// themselves. Between two nodes a value is rounded to float, as the block between them would do it, so
// the bits are those of the nodes one by one.
// Thread: [control] to make, [exec] to run.
#pragma once

#include <interbeat/abi.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace ib::detail {

class Cascade {
 public:
  static constexpr std::uint32_t most = 8;  ///< sections

  /// [control, the node is active] False: it has no sections, or there is no room for them; nothing
  /// has changed.
  bool add(ib_node* node);
  std::uint32_t nodes() const { return static_cast<std::uint32_t>(members_.size()); }
  std::uint32_t sections() const { return n_; }

  /// [exec] False: some node can't now.
  bool ready() const {
    return std::all_of(members_.begin(), members_.end(),
                       [](const auto& m) { return *m.ready != 0; });
  }
  /// [exec] While ready.
  void run(ib_block& block) const;

 private:
  struct Member {
    ib_node* node;
    const std::uint8_t* ready;
    void (*move)(ib_node*, ib_block*);
  };
  std::vector<Member> members_;
  std::array<ib_section*, most> section_{};
  std::array<bool, most> ends_node_{};
  std::uint32_t n_{};
};

}  // namespace ib::detail
