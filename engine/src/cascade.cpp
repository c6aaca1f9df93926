#include "cascade.hpp"

#include <interbeat/sections.hpp>

#include <cstddef>
#include <utility>

namespace ib::detail {
namespace {

/// What the sections remember stays in registers, as far as there are registers: their number is known
/// to the compiler. The arithmetic is step()'s.
template <std::size_t K>
void run_all(ib_section* const* sections, const bool* ends_node, float* samples, std::size_t n) {
  std::array<double, K> s1, s2;
#pragma GCC unroll 8
  for (std::size_t k = 0; k < K; ++k) {
    s1[k] = sections[k]->s1;
    s2[k] = sections[k]->s2;
  }
  for (std::size_t i = 0; i < n; ++i) {
    double x = static_cast<double>(samples[i]);
#pragma GCC unroll 8
    for (std::size_t k = 0; k < K; ++k) {
      x = step(*sections[k], s1[k], s2[k], x);
      if (ends_node[k]) x = static_cast<double>(static_cast<float>(x));
    }
    samples[i] = static_cast<float>(x);
  }
#pragma GCC unroll 8
  for (std::size_t k = 0; k < K; ++k) {
    sections[k]->s1 = s1[k];
    sections[k]->s2 = s2[k];
  }
}

using Loop = void (*)(ib_section* const*, const bool*, float*, std::size_t);

template <std::size_t... K>
constexpr std::array<Loop, sizeof...(K)> loops_of(std::index_sequence<K...>) {
  return {&run_all<K + 1>...};
}
constexpr auto loop_of = loops_of(std::make_index_sequence<Cascade::most>{});

}  // namespace

bool Cascade::add(ib_node* node) {
  const auto* ext = static_cast<const ib_sections*>(node->extension(node, IB_EXT_SECTIONS));
  if (ext == nullptr || ext->sections == nullptr) return false;
  std::uint32_t n = 0;
  const std::uint8_t* ready = nullptr;
  ib_section* first = ext->sections(node, &n, &ready);
  if (first == nullptr || ready == nullptr || n == 0 || n > most - n_) return false;
  for (std::uint32_t k = 0; k < n; ++k) section_[n_ + k] = first + k;
  n_ += n;
  ends_node_[n_ - 1] = true;
  members_.push_back({node, ready, ext->move});
  return true;
}

void Cascade::run(ib_block& block) const {
  auto* samples = static_cast<float*>(const_cast<void*>(block.data));  // NOLINT: a slot of the host
  loop_of[n_ - 1](section_.data(), ends_node_.data(), samples, block.n);
  const auto n = block.n;
  for (const auto& m : members_) {
    if (m.move != nullptr) m.move(m.node, &block);
  }
  block.n = n;  // `move` moves times: how many there are is not its to say
}

}  // namespace ib::detail
