#include "files/recorded_utc.hpp"

namespace ib::files {

std::int64_t utc_of_zero(const RecordingHead& head) {
  if (head.session_start_utc_ns != IB_NEVER) return head.session_start_utc_ns;
  std::int64_t utc = IB_NEVER;
  for (const auto& s : head.sources) {
    if (s.utc_start_ns == IB_NEVER) continue;
    const auto own = s.utc_start_ns - s.start_ns;
    if (utc != IB_NEVER && utc != own) return IB_NEVER;
    utc = own;
  }
  return utc;
}

}  // namespace ib::files
