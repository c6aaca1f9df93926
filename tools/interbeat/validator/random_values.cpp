#include "validator/random_values.hpp"

#include <cmath>
#include <cstring>
#include <limits>

namespace ib::validator {
namespace {

const ib_field* find(const ib_type& type, std::string_view name) {
  for (std::uint32_t f = 0; f < type.n_fields; ++f) {
    if (name == type.fields[f].name) return &type.fields[f];
  }
  return nullptr;
}

/// A whole number into a field of whatever kind; nothing, if there is no such field.
void set(const ib_type& type, std::string_view name, std::int64_t value, std::byte* item) {
  const auto* f = find(type, name);
  if (f == nullptr) return;
  const auto put = [&](auto v) { std::memcpy(item + f->offset, &v, sizeof v); };
  switch (f->kind) {
    case IB_F32: return put(static_cast<float>(value));
    case IB_F64: return put(static_cast<double>(value));
    case IB_I32: return put(static_cast<std::int32_t>(value));
    case IB_I64: return put(value);
    case IB_MAYBE: return put(Maybe(static_cast<double>(value)));
    case IB_TEXT: return;
    default: return put(static_cast<std::uint8_t>(value));
  }
}
void set_absent(const ib_type& type, std::string_view name, std::byte* item) {
  const auto* f = find(type, name);
  if (f == nullptr || f->kind != IB_MAYBE) return;
  const Maybe nothing;
  std::memcpy(item + f->offset, &nothing, sizeof nothing);
}
/// The number of that label, or `otherwise`.
std::int64_t label(const ib_type& type, std::string_view field, std::string_view text,
                   std::int64_t otherwise) {
  const auto* f = find(type, field);
  for (std::uint32_t i = 0; f != nullptr && i < f->n_labels; ++i) {
    if (text == f->labels[i]) return i;
  }
  return otherwise;
}

std::uint64_t bits(Random& g) { return (std::uint64_t{g()} << 32) | g(); }

double odd_number(Random& g) {
  switch (g() % 3) {
    case 0: return std::numeric_limits<double>::quiet_NaN();
    case 1: return std::numeric_limits<double>::infinity();
    default: return -std::numeric_limits<double>::infinity();
  }
}

double plausible(Random& g, std::string_view unit) {
  if (unit == "us") return uniform(g, 6e5, 1.1e6);
  if (unit == "ms") return uniform(g, 600, 1100);
  if (unit == "bpm") return uniform(g, 55, 95);
  if (unit == "%") return uniform(g, 0, 100);
  if (unit == "bpm/s") return uniform(g, -3, 3);
  return uniform(g, 0, 1);
}

template <class T>
T from_bits(Random& g) {
  const auto b = bits(g);
  T v;
  std::memcpy(&v, &b, sizeof v);
  return v;
}

void write_text(Random& g, const ib_field& f, Values values, std::byte* to) {
  if (f.count == 0) return;
  std::memset(to, 0, f.count);
  if (values != Values::random_bits) {
    std::strncpy(reinterpret_cast<char*>(to), "mark", f.count - 1);
    return;
  }
  const std::uint32_t n = static_cast<std::uint32_t>(g()) % f.count;  // the last byte stays 0
  for (std::uint32_t i = 0; i < n; ++i) to[i] = static_cast<std::byte>(32 + g() % 95);
}

}  // namespace

const char* name_of(Values values) {
  constexpr const char* names[]{"plausible",   "constant", "zero",         "huge",
                                "alternating", "denormal", "not a number", "random bits"};
  return names[static_cast<std::size_t>(values)];
}

double number(Random& g, std::string_view unit, Values values, std::size_t k) {
  switch (values) {
    case Values::constant: return 1;
    case Values::zero: return 0;
    case Values::huge: return 1e9;
    case Values::alternating: return k % 2 == 0 ? 1e6 : -1e6;
    case Values::denormal: return 1e-310 * uniform(g, 1, 100);
    case Values::not_a_number: return g() % 16 == 0 ? odd_number(g) : plausible(g, unit);
    default: return plausible(g, unit);
  }
}

float sample(Random& g, double wave, Values values, std::size_t k) {
  switch (values) {
    case Values::plausible: return static_cast<float>(wave);
    case Values::denormal: return 1e-40F * static_cast<float>(uniform(g, 1, 100));
    case Values::not_a_number:
      return g() % 64 == 0 ? static_cast<float>(odd_number(g)) : static_cast<float>(wave);
    case Values::random_bits: return from_bits<float>(g);
    default: return static_cast<float>(number(g, "", values, k));
  }
}

void write_field(Random& g, const ib_field& f, Values values, std::size_t k, std::byte* item) {
  std::byte* to = item + f.offset;
  const bool any_bits = values == Values::random_bits;
  const double x = number(g, f.unit, values, k);
  const auto put = [&](auto v) { std::memcpy(to, &v, sizeof v); };
  const double whole = std::isfinite(x) ? x : 0;  // an integer has no NaN
  switch (f.kind) {
    case IB_F32: return put(any_bits ? from_bits<float>(g) : static_cast<float>(x));
    case IB_F64: return put(any_bits ? from_bits<double>(g) : x);
    case IB_I32:
      return put(any_bits ? from_bits<std::int32_t>(g) : static_cast<std::int32_t>(whole));
    case IB_I64:
      return put(any_bits ? from_bits<std::int64_t>(g) : static_cast<std::int64_t>(whole));
    case IB_MAYBE:
      return put(g() % 8 == 0 ? Maybe{} : any_bits ? Maybe{from_bits<double>(g)} : Maybe{x});
    case IB_ENUM: return put(static_cast<std::uint8_t>(f.n_labels > 0 ? g() % f.n_labels : 0));
    case IB_U8: return put(static_cast<std::uint8_t>(g() % 2));
    case IB_TEXT: return write_text(g, f, values, to);
    default: return put(static_cast<std::uint8_t>(g() % 2));
  }
}

bool is_of_a_heart(const ib_type& type) {
  return find(type, "ibi_us") != nullptr || find(type, "rr_1_us") != nullptr;
}

namespace {

/// A strap sends each beat at once: one interval, none behind a gap, and now and then it is lost.
void agree_as_notification(Random& g, const ib_type& type, std::byte* item, Duration length,
                           bool after_gap) {
  char name[] = "rr_1_us";
  for (; name[3] <= '9'; ++name[3]) set_absent(type, name, item);
  if (!after_gap && g() % 20 != 0) set(type, "rr_1_us", length.count() / 1000, item);
}

}  // namespace

void agree(Random& g, const ib_type& type, std::byte* item, Duration length, bool after_gap,
           Values values) {
  if (values == Values::random_bits) return;
  if (values == Values::plausible && find(type, "rr_1_us") != nullptr)
    agree_as_notification(g, type, item, length, after_gap);
  if (values == Values::plausible) set(type, "ibi_us", length.count() / 1000, item);
  const bool contiguous = !after_gap && g() % 20 != 0, valid = g() % 12 != 0;
  const bool labelled = find(type, "label") != nullptr;
  set(type, "valid", valid ? 1 : 0, item);
  set(type, "contiguous", contiguous && (valid || !labelled) ? 1 : 0, item);
  set(type, "reason",
      valid ? label(type, "reason", "", 0) : label(type, "reason", "low_quality", 0), item);
  set(type, "label", label(type, "label", valid ? "normal" : "low_quality", 0), item);
  if (after_gap) {
    set(type, "ibi_us", 0, item);
    set_absent(type, "ibi_us", item);
  }
}

bool says_validity(const ib_type& type) { return find(type, "valid") != nullptr; }

void invalidate(const ib_type& type, std::byte* item) {
  if (!says_validity(type)) return;
  set(type, "valid", 0, item);
  set(type, "contiguous", 0, item);
  set(type, "reason", label(type, "reason", "low_quality", 0), item);
  set(type, "label", label(type, "label", "low_quality", 0), item);
}

}  // namespace ib::validator
