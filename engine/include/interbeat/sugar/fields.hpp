// The interface of a node is its fields: In, Out, Param, Flag, Choice, String, Counter. Each carries
// its name, bounds, unit and sentence in its type; descriptors, docs and checks come from there.
#pragma once

#include <interbeat/sugar/edge.hpp>
#include <interbeat/sugar/emit.hpp>
#include <interbeat/sugar/item.hpp>
#include <interbeat/sugar/text.hpp>
#include <interbeat/time.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace ib {

enum class FieldKind { in, out, param, counter };

struct InSpec {
  Text<200> doc{};
  Text<16> unit{};
  bool optional{};
  double rate_min_hz{};
  Text<64> refuses{};  ///< attributes that may not arrive here
};

template <Name N, class T, InSpec S = InSpec{}>
struct In {
  static constexpr FieldKind field_kind = FieldKind::in;
  static constexpr auto& name = N.s;
  static constexpr InSpec spec = S;
  using item = T;
  bool connected{};           ///< set at activate; optional inputs may be unconnected
  const SettledEdge* edge{};  ///< its settled-time state, in ordered and merging nodes
  /// Whether moment t of this input was settled, given up or idle when the merge used it.
  Side state(Time t) const { return edge != nullptr ? edge->state(t) : Side::settled; }
};

/// How detailed an output is about a body; `as_input`: the finest of the inputs.
enum class Grade : std::uint32_t { as_input, raw, beats, metrics, state, trend };

struct OutSpec {
  Text<200> doc{};
  Text<16> unit{};
  Grade grade{};
  double per_item{1};  ///< n_out <= per_item * n_in + per_second * advance + per_call
  double per_second{};
  std::uint32_t per_call{};
  Text<64> adds{};
  Text<64> clears{};
  bool late{};  ///< the k-th such output takes the late items of the k-th input (merge_policy.hpp)
};

template <Name N, class T, OutSpec S = OutSpec{}>
struct Out : Emit<T> {
  static constexpr FieldKind field_kind = FieldKind::out;
  static constexpr auto& name = N.s;
  static constexpr OutSpec spec = S;
  using item = T;
};

struct NumberSpec {
  double min{}, max{}, def{};
  Text<16> unit{"1"};
  Text<240> doc{};
  bool live{};
  bool integer{};
};

/// A bounded number with a unit. `duration()` for params whose unit is "s".
template <Name N, NumberSpec S>
struct Param {
  static constexpr FieldKind field_kind = FieldKind::param;
  static constexpr auto& name = N.s;
  static constexpr NumberSpec spec = S;
  static constexpr ib_param_kind kind = S.integer ? IB_INTEGER : IB_NUMBER;
  double value = S.def;
  operator double() const { return value; }  // NOLINT: reads as the number it is
  Duration duration() const { return from_seconds(value); }
};

struct FlagSpec {
  bool def{};
  Text<240> doc{};
  bool live{};
  bool lifts_refusals{};  ///< true lifts the `refuses` of this node's ports
};

template <Name N, FlagSpec S>
struct Flag {
  static constexpr FieldKind field_kind = FieldKind::param;
  static constexpr auto& name = N.s;
  static constexpr FlagSpec spec = S;
  static constexpr ib_param_kind kind = IB_BOOLEAN;
  bool value = S.def;
  explicit operator bool() const { return value; }
};

struct ChoiceSpec {
  Text<24> labels[8]{};
  std::uint32_t def{};
  Text<240> doc{};
};

template <Name N, ChoiceSpec S>
struct Choice {
  static constexpr FieldKind field_kind = FieldKind::param;
  static constexpr auto& name = N.s;
  static constexpr ChoiceSpec spec = S;
  static constexpr ib_param_kind kind = IB_CHOICE;
  static constexpr std::uint32_t n_labels = [] {
    std::uint32_t n = 0;
    while (n < 8 && !S.labels[n].empty()) ++n;
    return n;
  }();
  std::uint32_t value = S.def;
};

struct StringSpec {
  Text<128> def{};
  Text<240> doc{};
  bool required{};
  bool source{};       ///< a source URI
  bool output_path{};  ///< a file this node writes, relative to --out
};

template <Name N, StringSpec S>
struct String {
  static constexpr FieldKind field_kind = FieldKind::param;
  static constexpr auto& name = N.s;
  static constexpr StringSpec spec = S;
  static constexpr ib_param_kind kind = IB_STRING;
  std::string value{S.def.view()};
};

/// Something a node counts. Written on [exec], read by telemetry from [any].
template <Name N>
struct Counter {
  static constexpr FieldKind field_kind = FieldKind::counter;
  static constexpr auto& name = N.s;
  std::atomic<std::uint64_t> value{0};
  void add(std::uint64_t n = 1) {
    value.store(value.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
};

struct About {
  const char* type;
  const char* version;
  const char* summary;
  const char* doc = "";
};

}  // namespace ib
