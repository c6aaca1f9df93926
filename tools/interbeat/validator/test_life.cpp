// A node's life: made, active, reset, active again, gone.
#include "validator/test.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace ib::validator::life_tests {
namespace {

struct Kept {
  std::size_t bytes;
  long files;
};
Kept kept() {
  const auto m = mallinfo2();
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  return {m.uordblks + m.hblkhd, error ? 0 : std::distance(begin(files), end(files))};
}

/// Does `once` keep something each time? What the allocator holds back for itself (glibc: up to seven pieces of
/// each of 64 sizes per thread, which fill over several batches) comes to an end; a leak goes on.
template <class F>
std::string leak(int times, const F& once) {
  constexpr std::size_t least = 32;  // what the smallest piece of memory takes
  constexpr int batches = 40;        // seen: quiet from the sixth on, however long its strings were
  const auto grown = [&] {
    const auto before = kept();
    for (int i = 0; i < times; ++i) once();
    const auto after = kept();
    return Kept{after.bytes > before.bytes ? after.bytes - before.bytes : 0,
                after.files - before.files};
  };
  grown();
  Kept least_grown{};
  for (int batch = 0; batch < batches; ++batch) {
    const auto now = grown();
    if (now.bytes < least * static_cast<std::size_t>(times) && now.files <= 0) return {};
    if (batch == 0 || now.bytes < least_grown.bytes) least_grown = now;
  }
  if (least_grown.files > 0)
    return fmt::format("{} files stayed open after {} times", least_grown.files, times);
  return fmt::format("{} bytes stayed after {} times", least_grown.bytes, times);
}

/// After what `again` says a node answers as a fresh one, from its mark on.
std::string as_fresh(const NodeCase& c, Values values, Play again) {
  const auto before = random_setup(
      *c.node.desc,
      {.seed = c.seed, .length = 120s, .values = values, .events = false, .finish = false});
  const auto after =
      random_setup(*c.node.desc, {.seed = c.seed, .begin = 121s, .length = 120s, .events = false});
  Bench used(c.node), fresh(c.node);
  const auto old = used.play(before, {.cut = c.seed});
  if (values == Values::plausible) {
    if (auto s = old.broke(); !s.empty()) return s;
  }
  again.cut = c.seed;
  const auto now = used.play(after, again), expected = fresh.play(after, {.cut = c.seed});
  if (auto s = now.broke() + expected.broke(); !s.empty()) return s;
  for (std::size_t k = 0; k < now.outputs.size(); ++k) {
    const auto mark = old.outputs[k].mark;
    const auto d = difference(expected.outputs[k].beyond(mark), now.outputs[k].beyond(mark));
    if (!d.empty()) return fmt::format("output {}, fresh or not: {}", k, d);
  }
  return {};
}

}  // namespace

Verdict thousand(const NodeCase& c) {
  if (sanitized) return skipped("a sanitizer looks for leaks itself, and keeps memory back");
  const auto once = [&] {
    ib_node* n = c.node.create(nullptr);
    if (n != nullptr) n->destroy(n);
    return n != nullptr;
  };
  if (!once()) return failed("create() makes no node");
  return verdict(leak(500, once));
}

Verdict cycles(const NodeCase& c) {
  if (auto s = as_fresh(c, Values::plausible, {.again_before = true}); !s.empty()) return failed(s);
  if (sanitized) return passed();
  const auto setup = random_setup(*c.node.desc, {.seed = c.seed, .length = 2s, .events = false});
  Bench bench(c.node);
  bench.play(setup, {});
  return verdict(leak(30, [&] { bench.play(setup, {.again_before = true}); }));
}

Verdict unborn(const NodeCase& c) {
  ib_node* n = c.node.create(nullptr);
  if (n == nullptr) return failed("create() makes no node");
  for (std::uint32_t i = 0; i < c.node.desc->n_params; ++i) {
    const auto& p = c.node.desc->params[i];
    n->set_param(n, i, p.def, p.def_text != nullptr ? p.def_text : "");
  }
  n->extension(n, IB_EXT_COUNTERS);
  n->destroy(n);
  return passed();
}

Verdict reset(const NodeCase& c) {
  return verdict(as_fresh(c, Values::plausible, {.reset_before = true}));
}
Verdict recovers(const NodeCase& c) {
  return verdict(as_fresh(c, Values::not_a_number, {.reset_before = true}));
}

Verdict extensions(const NodeCase& c) {
  Bench bench(c.node);
  if (!bench.start(random_setup(*c.node.desc, {.seed = c.seed, .length = 10s})))
    return failed("activate: " + bench.error());
  ib_node* n = bench.node();
  for (const char* id : {"", "ib.", "acme.nothing/1", "ib.state/1x", "ib.state/99", "ib.counters",
                         "ib.counters/1 ", "IB.COUNTERS/1"}) {
    if (n->extension(n, id) != nullptr)
      return failed(fmt::format("it says that it offers `{}`", id));
  }
  const auto whole = [n](const char* id, std::uint32_t size, auto complete) -> std::string {
    const void* ext = n->extension(n, id);
    if (ext == nullptr) return {};
    if (*static_cast<const std::uint32_t*>(ext) < size) return fmt::format("{} is too short", id);
    return complete(ext) ? "" : fmt::format("{} lacks a function", id);
  };
  std::string wrong = whole(IB_EXT_COUNTERS, sizeof(ib_counters), [n](const void* ext) {
    const auto* e = static_cast<const ib_counters*>(ext);
    if (e->n == 0) return true;
    if (e->name == nullptr || e->value == nullptr || e->n > 1000) return false;
    for (std::uint32_t i = 0; i < e->n; ++i) {
      if (e->name(n, i) == nullptr) return false;
    }
    return true;
  });
  wrong += whole(IB_EXT_ERROR, sizeof(ib_error_text), [](const void* ext) {
    return static_cast<const ib_error_text*>(ext)->text != nullptr;
  });
  wrong += whole(IB_EXT_STATE, sizeof(ib_state), [](const void* ext) {
    const auto* e = static_cast<const ib_state*>(ext);
    return e->max_bytes != nullptr && e->save != nullptr && e->load != nullptr;
  });
  wrong += whole(IB_EXT_IN_PLACE, sizeof(ib_in_place), [](const void* ext) {
    return static_cast<const ib_in_place*>(ext)->change != nullptr;
  });
  wrong += whole(IB_EXT_SECTIONS, sizeof(ib_sections), [](const void* ext) {
    return static_cast<const ib_sections*>(ext)->sections != nullptr;
  });
  return verdict(wrong);
}

Verdict odd_streams(const NodeCase& c) {
  struct Odd {
    double rate_hz;
    std::uint32_t max_items, channels;
  };
  constexpr Odd all[]{{0.01, 1, 1},  {1e-9, 4, 1},    {2000, 5000, 1}, {1e9, 100'000, 1},
                      {1e15, 10, 1}, {25, 20'000, 3}, {25, 1, 0},      {25, 1, 1000}};
  for (const auto& odd : all) {
    if (sanitized && odd.rate_hz > 1e6) continue;  // it ends who asks for more memory than there is
    auto setup = random_setup(*c.node.desc, {.seed = c.seed, .length = 10s, .events = false});
    for (auto& s : setup.scripts) s.disguise(odd.rate_hz, odd.max_items, odd.channels);
    Bench bench(c.node);
    if (!bench.start(setup) && bench.error().empty())
      return failed(
          fmt::format("it refuses {} Hz, {} channels, {} items a block without a sentence",
                      odd.rate_hz, odd.channels, odd.max_items));
  }
  return passed();
}

}  // namespace ib::validator::life_tests
