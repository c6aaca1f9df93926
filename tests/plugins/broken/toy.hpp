// What the nodes of this folder have in common: moments in, moments out, by hand or by the sugar; each then
// breaks one promise, and no other if it can be helped. tests/contract/catch_table.cpp says which test
// of the validator finds it.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>
#include <interbeat/sections.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace ib::test {

struct Moment {
  std::int64_t number;
  static const ib_type& type() {
    return item_type<Moment>("interbeat/test_moment/1", "A numbered moment.",
                             field<&Moment::number>("number", "1", "Its number."));
  }
};
struct Quantity {
  double value;
  static const ib_type& type() {
    return item_type<Quantity>("interbeat/test_quantity/1", "A number.",
                               field<&Quantity::value>("value", "1", "The number."));
  }
};

constexpr About broken(const char* type) { return {type, "1.0.0", "Breaks one promise."}; }

/// By the sugar: ordered, one input.
struct Toy {
  In<"in", Moment, InSpec{.doc = "Moments."}> in;
  Out<"out", Moment, OutSpec{.doc = "Moments."}> out;
  static constexpr auto fields = std::tuple{&Toy::in, &Toy::out};
};
struct QuantityToy {
  In<"in", Quantity, InSpec{.doc = "Numbers."}> in;
  Out<"out", Quantity, OutSpec{.doc = "Numbers."}> out;
  static constexpr auto fields = std::tuple{&QuantityToy::in, &QuantityToy::out};
};

/// By hand, block by block; `number(i)` gives what goes out for item i.
struct HandToy : Toy {
  static const Moment* items(const ib_block& b) { return static_cast<const Moment*>(b.data); }
  static Moment* writable(ib_block& b) { return static_cast<Moment*>(const_cast<void*>(b.data)); }
  static ib_gap* writable_gaps(ib_block& b) { return const_cast<ib_gap*>(b.gaps); }

  template <class F>
  static ib_status pass(ib_process& p, F&& number) {
    if (p.in[0] == nullptr || p.out[0] == nullptr) return IB_OK;
    const ib_block& in = *p.in[0];
    ib_block& out = *p.out[0];
    for (std::uint32_t i = 0; i < in.n; ++i) writable(out)[i].number = number(i);
    std::copy_n(in.t_ns, in.n, writable_times(out));
    std::copy_n(in.gaps, in.n_gaps, writable_gaps(out));
    out.n = in.n;
    out.n_gaps = in.n_gaps;
    out.flags = in.flags;
    out.settled_ns = in.settled_ns;
    out.seen_ns = in.seen_ns;
    return IB_OK;
  }
  static ib_status pass(ib_process& p) {
    return pass(p, [&](std::uint32_t i) { return items(*p.in[0])[i].number; });
  }
};

/// Samples by the sugar.
struct SampleToy {
  In<"in", float, InSpec{.doc = "Samples."}> in;
  Out<"out", float, OutSpec{.doc = "Samples."}> out;
  static constexpr auto fields = std::tuple{&SampleToy::in, &SampleToy::out};
  void restart(double) {}
};

/// A node type whose v-table is changed after it was made. `Change` gets the node; what it was before is in
/// `before<N>`.
template <class N>
inline ib_node before{};
template <class N, void (*Change)(ib_node&)>
NodeDef changed() {
  return {node_def<N>().desc, [](const ib_host* host) {
            ib_node* n = node_def<N>().create(host);
            if (n == nullptr) return n;
            before<N> = *n;
            Change(*n);
            return n;
          }};
}

}  // namespace ib::test
