// Describe: the ib_node_desc of a node type, made from its fields once, on first use.
// Thread: [control] on first use, then [any].
#pragma once

#include <interbeat/sugar/fields.hpp>

#include <array>
#include <tuple>
#include <utility>
#include <vector>

namespace ib::detail {

template <class N, std::size_t I>
using FieldAt = std::remove_reference_t<decltype(std::declval<N&>().*std::get<I>(N::fields))>;

template <class N>
inline constexpr std::size_t field_count = std::tuple_size_v<std::remove_cv_t<decltype(N::fields)>>;

/// Calls f.template operator()<I>() for each field, in order.
template <class N, class F>
constexpr void each_field(F&& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) { (f.template operator()<I>(), ...); }
  (std::make_index_sequence<field_count<N>>{});
}

template <class N, FieldKind K>
consteval std::size_t count_fields() {
  std::size_t n = 0;
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((n += FieldAt<N, I>::field_kind == K ? 1 : 0), ...);
  }
  (std::make_index_sequence<field_count<N>>{});
  return n;
}

/// Calls f(field, index within its kind) for each field of kind K.
template <class N, FieldKind K, class F>
constexpr void each(N& node, F&& f) {
  std::size_t k = 0;
  each_field<N>([&]<std::size_t I>() {
    if constexpr (FieldAt<N, I>::field_kind == K) f(node.*std::get<I>(N::fields), k++);
  });
}

template <class N>
consteval bool has_live_params() {
  bool any = false;
  each_field<N>([&]<std::size_t I>() {
    using F = FieldAt<N, I>;
    if constexpr (F::field_kind == FieldKind::param) {
      if constexpr (requires { F::spec.live; }) any = any || F::spec.live;
    }
  });
  return any;
}

template <class N>
std::uint32_t node_flags() {
  if constexpr (requires { N::node_flags; }) return N::node_flags;
  else return IB_NODE_DETERMINISTIC;
}

inline const char* text_or_null(const char* s) { return s[0] != '\0' ? s : nullptr; }

template <class F>
ib_port describe_in() {
  using T = typename F::item;
  ib_port p{};
  p.struct_size = sizeof p;
  p.name = F::name;
  p.doc = F::spec.doc.s;
  p.unit = F::spec.unit.s;
  p.rate_min_hz = F::spec.rate_min_hz;
  p.refuses = text_or_null(F::spec.refuses.s);
  if (F::spec.optional) p.flags |= IB_PORT_OPTIONAL;
  if constexpr (std::is_same_v<T, void>) {
    p.flags |= IB_PORT_ANY_TYPE;
  } else if constexpr (std::is_same_v<T, float>) {
    p.flags |= IB_PORT_REGULAR | IB_PORT_ANY_SAMPLES;
    p.channels = 1;
  } else {
    p.type = &T::type();
    if constexpr (SampleTag<T>) {
      p.flags |= IB_PORT_REGULAR;
      p.channels = channels_of<T>();
    }
  }
  return p;
}

template <class F>
ib_port describe_out() {
  using T = typename F::item;
  ib_port p{};
  p.struct_size = sizeof p;
  p.flags = IB_PORT_OUT;
  p.name = F::name;
  p.doc = F::spec.doc.s;
  p.unit = F::spec.unit.s;
  p.grade = static_cast<std::uint32_t>(F::spec.grade);
  p.items_per_item = F::spec.per_item;
  p.items_per_second = F::spec.per_second;
  p.items_per_call = F::spec.per_call;
  p.adds = text_or_null(F::spec.adds.s);
  p.clears = text_or_null(F::spec.clears.s);
  if constexpr (std::is_same_v<T, float>) {
    p.flags |= IB_PORT_REGULAR | IB_PORT_TYPE_AS_IN;
    p.channels = 1;
  } else {
    p.type = &T::type();
    if constexpr (SampleTag<T>) {
      p.flags |= IB_PORT_REGULAR;
      p.channels = channels_of<T>();
    }
  }
  return p;
}

template <class F>
ib_param describe_param() {
  ib_param p{};
  p.struct_size = sizeof p;
  p.name = F::name;
  p.kind = F::kind;
  p.doc = F::spec.doc.s;
  p.unit = "1";
  p.max = 1;
  if constexpr (F::kind == IB_NUMBER || F::kind == IB_INTEGER) {
    p.unit = F::spec.unit.s;
    p.min = F::spec.min;
    p.max = F::spec.max;
    p.def = F::spec.def;
    if (F::spec.live) p.flags |= IB_PARAM_LIVE;
  } else if constexpr (F::kind == IB_BOOLEAN) {
    p.def = F::spec.def ? 1 : 0;
    if (F::spec.live) p.flags |= IB_PARAM_LIVE;
    if (F::spec.lifts_refusals) p.flags |= IB_PARAM_OVERRIDE;
  } else if constexpr (F::kind == IB_CHOICE) {
    static const auto labels = [] {
      std::array<const char*, 8> l{};
      for (std::size_t i = 0; i < 8; ++i) l[i] = F::spec.labels[i].s;
      return l;
    }();
    p.labels = labels.data();
    p.n_labels = F::n_labels;
    p.max = F::n_labels - 1;
    p.def = F::spec.def;
  } else {
    p.def_text = F::spec.def.s;
    if (F::spec.required) p.flags |= IB_PARAM_REQUIRED;
    if (F::spec.source) p.flags |= IB_PARAM_SOURCE;
    if (F::spec.output_path) p.flags |= IB_PARAM_OUTPUT_PATH;
  }
  return p;
}

template <class N>
const ib_node_desc& describe() {
  static const auto ports = [] {
    std::vector<ib_port> p;
    each_field<N>([&]<std::size_t I>() {
      using F = FieldAt<N, I>;
      if constexpr (F::field_kind == FieldKind::in) p.push_back(describe_in<F>());
    });
    each_field<N>([&]<std::size_t I>() {
      using F = FieldAt<N, I>;
      if constexpr (F::field_kind == FieldKind::out) p.push_back(describe_out<F>());
    });
    return p;
  }();
  static const auto params = [] {
    std::vector<ib_param> p;
    each_field<N>([&]<std::size_t I>() {
      using F = FieldAt<N, I>;
      if constexpr (F::field_kind == FieldKind::param) p.push_back(describe_param<F>());
    });
    return p;
  }();
  static const ib_node_desc desc{sizeof(ib_node_desc),
                                 node_flags<N>(),
                                 N::about.type,
                                 N::about.version,
                                 N::about.summary,
                                 N::about.doc,
                                 static_cast<std::uint32_t>(ports.size()),
                                 static_cast<std::uint32_t>(params.size()),
                                 ports.data(),
                                 params.data()};
  return desc;
}

}  // namespace ib::detail
