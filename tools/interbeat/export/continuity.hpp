// Continuity: whether the items of a recorded port follow each other, block after block. They don't where a gap is
// told, where the index of a regular stream leaves something out, and where records are missing from the recording:
// its disk was full, or there was no room in memory. The last is a gap that the recording itself doesn't tell.
// Thread: one. Memory: none.
#pragma once

#include <interbeat/recording.hpp>

#include <cstdint>

namespace ib::tool {

/// Time of item i of a block.
std::int64_t time_ns(const RecordedBlock& b, std::uint32_t i);

/// Half-open [from, to) of session time in which nothing was measured.
struct SessionGap {
  std::int64_t from_ns{}, to_ns{};
};

class Continuity {
 public:
  /// What lies in front of the first item of a block.
  struct Front {
    bool follows{};  ///< regular: the sample is the next one behind that at `last_ns`
    std::int64_t last_ns{IB_NEVER};
    bool untold{};   ///< items are missing here that no gap of the recording tells of
    SessionGap gap;  ///< untold: from what was last told to the item
  };

  /// `holes`: how many times records were missing so far, of whichever ports. A regular one is known by its index
  /// to have lost something; an irregular one may have lost anything between what it told last and what it tells
  /// next.
  Front meet(const RecordedBlock& b, std::uint64_t holes);

 private:
  std::int64_t last_ns_{IB_NEVER}, settled_ns_{IB_NEVER}, period_ns_{};
  std::uint64_t next_index_{}, holes_{};
  bool told_{};  ///< a gap behind the last item
};

}  // namespace ib::tool
