// Explorer: visits every state that a few threads can reach, and every order in which they can.
//
// A model has
//   using State = ...;                         // plain values, no padding: it is compared as bytes
//   template <class F> void steps(const State& s, F&& next) const;
//                                              // next("who does what", successor), each step atomic
//   std::string wrong(const State& s) const;      // "" or what is violated in this state
//   std::string wrong_end(const State& s) const;  // ... in a state that no step leaves
// Program counters are part of the state. A thread that can only spin makes no step that changes
// anything, so a dead end is an end: `wrong_end` tells a finished run from a hang.
//
// Weak memory: a step that loads offers `next` for every value that the load may return; `may_read`
// lists them. What an acquire load makes visible is state of the model (see tests/engine/ring.cpp),
// so that a missing release or acquire shows as a read of something not yet visible.
//
// Method: depth-first search with a set of visited states (stateful, without reduction; Holzmann,
// "The SPIN Model Checker", 2003, ch. 8). Bound: `max_states`, beyond it the verdict is a problem.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ib::test {

/// What a search found. `problem` is empty when nothing is wrong; else `trace` leads to it.
struct Verdict {
  std::size_t states{}, ends{};
  std::string problem;
  std::vector<std::string> trace;

  bool holds() const { return problem.empty(); }
  std::string story() const {
    std::string s = problem;
    for (const auto& step : trace) s += "\n  " + step;
    return s;
  }
};

template <class Model>
class Explorer {
 public:
  using State = typename Model::State;
  static_assert(std::is_trivially_copyable_v<State>);
  static_assert(std::has_unique_object_representations_v<State>, "states are compared as bytes");

  explicit Explorer(const Model& model, std::size_t max_states = 5'000'000)
      : model_(model), max_states_(max_states) {}

  Verdict run(const State& start) {
    enter(start, nullptr, "");
    while (verdict_.holds() && !open_.empty()) {
      const Visited* at = open_.back();
      open_.pop_back();
      expand(at);
    }
    verdict_.states = visited_.size();
    return std::move(verdict_);
  }

 private:
  struct Visited {
    State state;
    const Visited* from{};
    std::string step;
  };

  static std::string bytes(const State& s) {
    std::string b(sizeof s, '\0');
    std::memcpy(b.data(), &s, sizeof s);
    return b;
  }

  void enter(const State& s, const Visited* from, const char* step) {
    const auto [it, fresh] = visited_.try_emplace(bytes(s), Visited{s, from, step});
    if (!fresh) return;
    const Visited* v = &it->second;  // nodes of an unordered_map stay where they are
    if (visited_.size() > max_states_) return blame(v, "more states than the bound");
    if (auto w = model_.wrong(s); !w.empty()) return blame(v, std::move(w));
    open_.push_back(v);
  }

  void expand(const Visited* at) {
    bool leaves = false;
    const State here = at->state;
    model_.steps(here, [&](const char* step, const State& next) {
      if (std::memcmp(&next, &here, sizeof here) == 0) return;  // it spun
      leaves = true;
      if (verdict_.holds()) enter(next, at, step);
    });
    if (leaves || !verdict_.holds()) return;
    ++verdict_.ends;
    if (auto w = model_.wrong_end(here); !w.empty()) blame(at, std::move(w));
  }

  void blame(const Visited* at, std::string what) {
    verdict_.problem = std::move(what);
    for (; at != nullptr && at->from != nullptr; at = at->from) {
      verdict_.trace.insert(verdict_.trace.begin(), at->step);
    }
  }

  const Model& model_;
  std::size_t max_states_;
  std::unordered_map<std::string, Visited> visited_;
  std::vector<const Visited*> open_;
  Verdict verdict_;
};

template <class Model>
Verdict explore(const Model& model, const typename Model::State& start) {
  return Explorer<Model>(model).run(start);
}

/// The values that a load may return: any from the last one this thread saw to the newest. Sequence
/// numbers of the models have 8 bits and wrap, as those of the code do with 64.
template <class F>
void may_read(std::uint8_t last_seen, std::uint8_t newest, F&& with) {
  for (std::uint8_t v = last_seen;; ++v) {
    with(v);
    if (v == newest) return;
  }
}

/// Every schedule of `threads` threads, run on a real object: `run(choose)` starts afresh and asks
/// `choose(enabled)` which thread goes next (a bit per thread); it is called until all choices are
/// used up. Returns how many schedules there were.
template <class Run>
std::size_t every_schedule(Run&& run) {
  struct Choice {
    unsigned left, taken;
  };
  std::vector<Choice> path;
  for (std::size_t n = 1;; ++n) {
    std::size_t depth = 0;
    run([&](unsigned enabled) {
      if (depth == path.size()) path.push_back({enabled, 0});
      auto& c = path[depth++];
      if (c.taken == 0) {
        c.taken = c.left & (~c.left + 1U);  // lowest
        c.left &= ~c.taken;
      }
      unsigned thread = 0;
      while ((c.taken >> thread) != 1U) ++thread;
      return thread;
    });
    while (!path.empty() && path.back().left == 0) path.pop_back();
    if (path.empty()) return n;
    path.back().taken = 0;
  }
}

}  // namespace ib::test
