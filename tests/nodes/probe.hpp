// Probe: a node's own functions, called without a runner: what `reset` must undo is state of the
// node, and a node after a reset has to be told apart from a fresh one in the same moment.
// Also: every number of an item, to show that none is NaN or infinite.
#pragma once

#include <interbeat/node.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <deque>
#include <initializer_list>
#include <vector>

#include "stream_pointers.hpp"
#include "support/dirty_scratch.hpp"
#include "support/node_runner.hpp"

namespace ib::test {

/// Activates `node` with streams of these rates (0: a stream of items; < 0: not connected).
template <class N>
void activate(N& node, std::initializer_list<double> rates_hz) {
  std::vector<ib_stream> in, out(detail::count_fields<N, FieldKind::out>());
  for (double rate : rates_hz) {
    ib_stream s{};
    s.flags = rate < 0 ? 0 : IB_STREAM_CONNECTED;
    s.rate_hz = std::max(rate, 0.0);
    in.push_back(s);
  }
  detail::each<N, FieldKind::in>(node, [&](auto& port, std::size_t i) {
    port.connected = (in.at(i).flags & IB_STREAM_CONNECTED) != 0;
  });
  ib_activation raw{};
  StreamPointers pointers;
  pointers.put(raw, in, out);
  Activation a(raw);
  BOOST_REQUIRE(node.activate(a));
  if constexpr (requires {
                  node.scratch;
                }) {  // as long as the program lives: who knows of the node
    static std::deque<DirtyScratch> lent;
    lent.emplace_back().resize(raw.scratch_bytes);
    node.scratch = ScratchMemory(lent.back().fill_anew());
  }
}

/// Equal in every field (padding may differ).
template <class T>
bool same(const T& a, const T& b) {
  const auto* x = reinterpret_cast<const std::byte*>(&a);
  const auto* y = reinterpret_cast<const std::byte*>(&b);
  for (std::uint32_t i = 0; i < T::type().n_fields; ++i) {
    const auto& f = T::type().fields[i];
    const std::size_t size = f.kind == IB_MAYBE                     ? sizeof(ib_maybe)
                             : f.kind == IB_F64 || f.kind == IB_I64 ? 8
                             : f.kind == IB_F32 || f.kind == IB_I32 ? 4
                                                                    : f.count;
    if (std::memcmp(x + f.offset, y + f.offset, size) != 0) return false;
  }
  return true;
}
template <class T>
bool same(const std::vector<Timed<T>>& a, const std::vector<Timed<T>>& b) {
  const auto alike = [](const auto& x, const auto& y) { return x.t == y.t && same(x.v, y.v); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), alike);
}

/// Catches what a port sends from now on.
template <class T>
class Catch {
 public:
  explicit Catch(Emit<T>& port) : port_(&port), room_(4096, sizeof(T), 0) {
    port.begin(block_ = room_.open(IB_NEVER));
  }
  ~Catch() { port_->end(); }
  Catch(const Catch&) = delete;
  Catch& operator=(const Catch&) = delete;

  std::size_t size() const { return block_->n; }
  const T& item(std::size_t i) const { return static_cast<const T*>(block_->data)[i]; }
  bool operator==(const Catch& o) const {
    if (size() != o.size()) return false;
    for (std::size_t i = 0; i < size(); ++i) {
      if (block_->t_ns[i] != o.block_->t_ns[i] || !same(item(i), o.item(i))) return false;
    }
    return true;
  }

 private:
  Emit<T>* port_;
  BlockRoom room_;
  ib_block* block_;
};

/// No number of the item is NaN or infinite, present or not.
template <class T>
bool is_finite(const T& item) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&item);
  for (std::uint32_t i = 0; i < T::type().n_fields; ++i) {
    const auto& f = T::type().fields[i];
    double value = 0;
    if (f.kind == IB_F64 || f.kind == IB_MAYBE) std::memcpy(&value, bytes + f.offset, sizeof value);
    if (!std::isfinite(value)) return false;
  }
  return true;
}

/// The number of values that may be absent and are there.
template <class T>
int present(const T& item) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&item);
  int n = 0;
  for (std::uint32_t i = 0; i < T::type().n_fields; ++i) {
    const auto& f = T::type().fields[i];
    if (f.kind != IB_MAYBE) continue;
    ib_maybe value;
    std::memcpy(&value, bytes + f.offset, sizeof value);
    n += value.present != 0 ? 1 : 0;
  }
  return n;
}

/// The attributes that an input refuses, or "".
inline std::string_view refuses(const NodeDef& def, std::size_t in) {
  const char* text = def.desc->ports[in].refuses;
  return text != nullptr ? text : "";
}

}  // namespace ib::test
