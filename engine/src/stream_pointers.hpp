// The streams of an activation, each by a pointer: a node built with another version's header knows
// another size of them.
//
// Thread: [control].
#pragma once

#include <interbeat/abi.h>

#include <span>
#include <vector>

namespace ib {

class StreamPointers {
 public:
  /// Until the next call, or until one of the streams moves.
  void put(ib_activation& a, std::span<ib_stream> in, std::span<ib_stream> out) {
    in_.clear();
    out_.clear();
    for (auto& s : in) in_.push_back(&s);
    for (auto& s : out) out_.push_back(&s);
    a.n_in = static_cast<std::uint32_t>(in.size());
    a.n_out = static_cast<std::uint32_t>(out.size());
    a.in = in_.data();
    a.out = out_.data();
  }

 private:
  std::vector<const ib_stream*> in_;
  std::vector<ib_stream*> out_;
};

}  // namespace ib
