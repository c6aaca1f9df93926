// Item types: how a C++ struct tells the engine its fields, so that any sink can write it and the
// plan can check edges. A struct that travels on an edge has
//
//   struct Beat {
//     std::int32_t ibi_us;
//     static const ib_type& type() {
//       return ib::item_type<Beat>("interbeat/beat/1", "A heart beat.",
//           ib::field<&Beat::ibi_us>("ibi_us", "us", "Interval that ends at this beat."));
//     }
//   };
//
// and a regular stream of samples a tag with `channels`. Plain `float` stands for "any samples".
#pragma once

#include <interbeat/abi.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace ib {

/// A double that may be absent; the C layout of std::optional<double>, fixed for the border.
struct Maybe : ib_maybe {
  constexpr Maybe() : ib_maybe{0.0, 0} {}
  constexpr Maybe(double v) : ib_maybe{v, 1} {}  // NOLINT: a value is a present Maybe
  constexpr Maybe(std::optional<double> v)       // NOLINT
      : ib_maybe{v.value_or(0.0), v.has_value() ? 1U : 0U} {}
  constexpr Maybe(std::nullopt_t) : Maybe() {}  // NOLINT
  constexpr explicit operator bool() const { return present != 0; }
  constexpr double operator*() const { return value; }
  constexpr bool operator==(const Maybe& o) const {
    return present == o.present && value == o.value;
  }
};

/// An enum that travels on an edge has `labels(E)` beside it: a span-like array of texts.
template <class E>
concept LabelledEnum = std::is_enum_v<E> && sizeof(E) == 1 && requires(E e) {
  labels(e);
};

namespace detail {

template <class M>
constexpr ib_kind kind_of() {
  if constexpr (std::is_same_v<M, float>) return IB_F32;
  else if constexpr (std::is_same_v<M, double>) return IB_F64;
  else if constexpr (std::is_same_v<M, std::int32_t>) return IB_I32;
  else if constexpr (std::is_same_v<M, std::int64_t>) return IB_I64;
  else if constexpr (std::is_same_v<M, bool>) return IB_BOOL;
  else if constexpr (std::is_same_v<M, std::uint8_t>) return IB_U8;
  else if constexpr (std::is_same_v<M, Maybe>) return IB_MAYBE;
  else if constexpr (std::is_enum_v<M>) return IB_ENUM;
  else {
    static_assert(std::is_array_v<M>, "a field is a number, Maybe, bool, labelled enum or char[]");
    return IB_TEXT;
  }
}

template <class T, class M>
std::uint32_t offset_of(M T::*member) {
  alignas(T) static const std::byte room[sizeof(T)]{};
  const auto* object = reinterpret_cast<const T*>(room);  // NOLINT: address arithmetic only
  const auto* at = reinterpret_cast<const std::byte*>(&(object->*member));
  return static_cast<std::uint32_t>(at - room);
}

template <class>
struct MemberOf;
template <class T, class M>
struct MemberOf<M T::*> {
  using owner = T;
  using type = M;
};

}  // namespace detail

/// One field of an item: column name (with its unit where it has one), unit, one sentence.
template <auto Member>
ib_field field(const char* name, const char* unit, const char* doc) {
  using M = typename detail::MemberOf<decltype(Member)>::type;
  ib_field f{};
  f.struct_size = sizeof f;
  f.name = name;
  f.unit = unit;
  f.doc = doc;
  f.kind = detail::kind_of<M>();
  f.offset = detail::offset_of(Member);
  f.count = 1;
  if constexpr (std::is_array_v<M>) f.count = sizeof(M);
  if constexpr (std::is_enum_v<M>) {
    static_assert(LabelledEnum<M>, "an enum field is one byte and has labels(E)");
    static const auto names = labels(M{});
    f.labels = names.data();
    f.n_labels = static_cast<std::uint32_t>(names.size());
  }
  return f;
}

/// The description of T; built once, lives as long as the program.
template <class T, class... F>
const ib_type& item_type(const char* urn, const char* doc, F... fields) {
  static_assert(std::is_trivially_copyable_v<T>, "items are copied as bytes");
  static_assert(sizeof(T) <= 1024, "an item is at most 1024 bytes");
  static const std::array<ib_field, sizeof...(F)> table{fields...};
  static const ib_type type{sizeof(ib_type), sizeof(T), alignof(T), sizeof...(F), urn,
                            table.data(),    doc};
  return type;
}

/// A regular stream of `T::channels` floats per sample.
template <class T>
concept SampleTag = std::same_as<T, float> || requires {
  { T::channels } -> std::convertible_to<std::uint32_t>;
  { T::type() } -> std::same_as<const ib_type&>;
};
template <class T>
concept EventItem = !SampleTag<T> && requires {
  { T::type() } -> std::same_as<const ib_type&>;
};

template <SampleTag T>
constexpr std::uint32_t channels_of() {
  if constexpr (std::same_as<T, float>) return 1;
  else return T::channels;
}

/// Description of a regular stream: one float field per channel.
template <class Tag, class... Names>
const ib_type& sample_type(const char* urn, const char* unit, const char* doc, Names... names) {
  static_assert(sizeof...(Names) == Tag::channels);
  static const auto table = [&] {
    std::array<ib_field, sizeof...(Names)> t{};
    std::uint32_t i = 0;
    ((t[i] = ib_field{sizeof(ib_field), IB_F32, names, unit, 4 * i, 1, 0, 0, nullptr, doc}, ++i),
     ...);
    return t;
  }();
  static const ib_type type{
      sizeof(ib_type), 4 * Tag::channels, 4, Tag::channels, urn, table.data(), doc};
  return type;
}

}  // namespace ib
