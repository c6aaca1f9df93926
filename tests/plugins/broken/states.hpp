// Nodes that offer an extension and do not keep its promise.
#pragma once

#include "toy.hpp"

namespace ib::test {

/// Counts what came; the count is its state.
struct Counter8 : HandToy {
  std::int64_t count{};
  void reset() { count = 0; }
  bool activate(Activation&) {
    reset();
    return true;
  }
  ib_status process(ib_process& p) {
    return pass(p, [this](std::uint32_t) { return ++count; });
  }
};

/// state/continues: half of what it knows stays behind.
/// state/reproducible: it saves where it lies in memory.
/// state/bad_bytes: it believes a length that it reads.
enum class Fault { forgets, differs, believes };
template <Fault How>
struct BadState : Counter8 {
  static constexpr About about = broken(How == Fault::forgets   ? "broken.forgets_half"
                                        : How == Fault::differs ? "broken.saves_its_place"
                                                                : "broken.believes_lengths");
  static constexpr std::uint64_t bytes = 24;
  static inline thread_local BadState* newest{};  // set in extension(), used right behind it

  const void* extension(std::string_view id) {
    if (id != IB_EXT_STATE) return nullptr;
    newest = this;
    static const ib_state state{sizeof(ib_state), 0, &most, &save, &load};
    return &state;
  }
  static std::uint64_t most(ib_node*) { return bytes; }
  static std::uint64_t save(ib_node*, void* to, std::uint64_t room) {
    if (room < bytes) return 0;
    std::int64_t out[3]{newest->count, 8, 0};
    if (How == Fault::forgets) out[0] &= 0xF;
    if (How == Fault::differs)
      out[2] = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(newest));
    std::memcpy(to, out, bytes);
    return bytes;
  }
  static bool load(ib_node*, const void* from, std::uint64_t n) {
    std::int64_t in[3];
    if (How == Fault::believes) {
      if (n < 16) return false;
      std::memcpy(in, from, 16);
      std::vector<char> rest(static_cast<std::size_t>(in[1] & 0xFFFFFFF));
      std::memcpy(rest.data(), static_cast<const char*>(from) + 16, rest.size());
      newest->count = in[0];
      return true;
    }
    if (n != bytes) return false;
    std::memcpy(in, from, bytes);
    if (in[1] != 8 || in[0] < 0) return false;
    newest->count = in[0];
    return true;
  }
};

/// in_place/change: in place it rounds otherwise.
struct RoundsOtherwise : SampleToy {
  static constexpr About about = broken("broken.rounds_otherwise");
  double operator()(double x) noexcept { return x * 1.1; }
  static void change(ib_node& n) {
    n.extension = [](ib_node* self, const char* id) -> const void* {
      static const ib_in_place in_place{sizeof(ib_in_place), 0, [](ib_node*, ib_block* b) {
                                          float* x = writable_samples(*b);
                                          for (std::uint32_t i = 0; i < b->n; ++i)
                                            x[i] = x[i] * 1.1F + 1e-3F;
                                          return true;
                                        }};
      if (std::string_view(id) == IB_EXT_IN_PLACE) return &in_place;
      return before<RoundsOtherwise>.extension(self, id);
    };
  }
};

/// in_place/sections: what it hands out is not what it computes.
struct HandsOutOthers : SampleToy {
  static constexpr About about = broken("broken.hands_out_others");
  std::array<ib_section, 1> section{ib_section{0.5, 0, 0, -0.5, 0, 0, 0}};
  void restart(double first) {
    section[0].s1 = 0.5 * first;
    section[0].s2 = 0;
  }
  double operator()(double x) noexcept { return 2 * step(section[0], x); }
  std::span<ib_section> sections() { return section; }
};

}  // namespace ib::test
