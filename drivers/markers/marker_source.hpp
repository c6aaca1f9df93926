// source.markers: what people mark while a session runs: keys, lines, `interbeat mark`.
//
// Marks come through ib.mark/1, between two calls of `process`, and leave in the next one. The port is
// settled to `now` whenever somebody asks; otherwise the node sleeps, and costs nothing.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace ib::source {

struct MarkerSource {
  static constexpr About about{
      "source.markers", "1.0.0", "Marks that people set while a session runs.",
      "Each is a line of at most 55 bytes of UTF-8, and stands at the time at which it came in, on the same "
      "clock as everybody's heart. `interbeat mark \"hard talk\"` sets one; so do the keys 1 to 9, the space bar and m "
      "where `interbeat run` has a terminal, and with --marks - the lines of stdin. At most 100 in a second; what is "
      "more is refused and counted. It waits for nobody and nobody waits for it: a run ends with its other sources, "
      "and offline, where nobody is there to mark, it is empty. Example: {type: source.markers}."};
  static constexpr std::uint32_t node_flags = IB_NODE_SOURCE;

  static constexpr std::uint32_t places = 16;  ///< marks between two calls of process
  static constexpr std::size_t most_per_second = 100;

  Out<"markers", Marker,
      OutSpec{.doc = "One for each, when it came in.",
              .grade = Grade::metrics,
              .per_item = 0,
              .per_call = places}>
      markers;
  Counter<"marks"> set;
  Counter<"refused_marks"> refused;
  static constexpr auto fields =
      std::tuple{&MarkerSource::markers, &MarkerSource::set, &MarkerSource::refused};

  const void* extension(std::string_view id) {
    static const ib_source source{
        sizeof(ib_source),
        [](ib_node*, ib_source_info* info, char*, std::uint32_t) -> ib_status {
          info->utc_start_ns = info->start_ns = IB_NEVER;
          info->duration_ns = IB_FOREVER;
          return IB_OK;
        },
        [](ib_node*, std::int64_t) {}};
    static const ib_mark mark{
        sizeof(ib_mark), sizeof(Marker::text) - 1,
        [](ib_node* node, const char* text, std::uint32_t bytes, std::int64_t t_ns) {
          return of(node).take({text, bytes}, t_ns);
        }};
    if (id == IB_EXT_SOURCE) return &source;
    if (id == IB_EXT_MARK) return &mark;
    return id == door ? this : nullptr;
  }

  bool activate(Activation& plan) {
    auto& out = plan.out();
    out.items_per_second = most_per_second;
    out.max_items = places;
    max_step_ = plan.max_step();
    n_waiting_ = 0;
    newest_.fill(never);
    n_taken_ = 0;
    return true;
  }

  /// [exec] What waits, and settled to now: at most a step further each call.
  ib_status process(ib_process& p) {
    const Time now{p.now_ns};
    const Time limit =
        markers.settled() == never ? now : std::min(now, markers.settled() + max_step_);
    std::uint32_t given = 0;
    for (; given < n_waiting_ && waiting_[given].t <= limit; ++given)
      markers(waiting_[given].t, waiting_[given].mark);
    std::copy(waiting_.begin() + given, waiting_.begin() + n_waiting_, waiting_.begin());
    n_waiting_ -= given;
    markers.settle(limit);
    if (limit < now) return IB_OK;
    p.wake_ns = n_waiting_ > 0 ? waiting_[0].t.ns : IB_FOREVER;
    return IB_SLEEP;
  }

 private:
  /// The door by which the C functions find the node again.
  static constexpr const char* door = "interbeat.marker-source/1";
  static MarkerSource& of(ib_node* node) {
    return *static_cast<MarkerSource*>(const_cast<void*>(node->extension(node, door)));  // NOLINT
  }

  /// [exec] Behind all that is settled or waits, so that times rise.
  std::int64_t take(std::string_view text, std::int64_t t_ns) {
    Time t = std::max(Time{t_ns}, markers.settled() + Duration{1});
    if (n_taken_ > 0) t = std::max(t, newest_[(n_taken_ - 1) % most_per_second] + Duration{1});
    auto& oldest = newest_[n_taken_ % most_per_second];
    if (n_waiting_ == places || text.size() >= sizeof(Marker::text) || t < oldest + 1s) {
      refused.add(1);
      return IB_NEVER;
    }
    oldest = t;
    ++n_taken_;
    auto& w = waiting_[n_waiting_++];
    w = {t, {}};
    std::memcpy(w.mark.text, text.data(), text.size());
    set.add(1);
    return t.ns;
  }

  struct Waiting {
    Time t;
    Marker mark;
  };
  std::array<Waiting, places> waiting_{};
  std::uint32_t n_waiting_{};
  std::array<Time, most_per_second> newest_{};  ///< times of the last ones, as a ring
  std::size_t n_taken_{};
  Duration max_step_{};
};

}  // namespace ib::source
