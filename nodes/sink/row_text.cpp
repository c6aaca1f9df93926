#include "sink/row_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace ib {
namespace {

template <class T>
T read(const ib_field& f, const std::byte* item) {
  T v;
  std::memcpy(&v, item + f.offset, sizeof v);
  return v;
}

template <class T>
void append_chars(std::string& out, T value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out.append(text, end);
}

/// Whole numbers that their type holds exactly have all their digits written: 800000, not 8e+05.
template <class T>
bool is_whole(T value) {
  constexpr T exact = std::is_same_v<T, float> ? T{1 << 24} : static_cast<T>(std::int64_t{1} << 53);
  const bool minus_zero = value == 0 && std::signbit(value);
  return std::abs(value) <= exact && std::trunc(value) == value && !minus_zero;
}

std::string_view label(const ib_field& f, const std::byte* item) {
  const auto i = read<std::uint8_t>(f, item);
  return i < f.n_labels ? f.labels[i] : "";
}

std::string_view text_of(const ib_field& f, const std::byte* item) {
  const auto* s = reinterpret_cast<const char*>(item + f.offset);
  return {s, strnlen(s, f.count)};
}

void append_quoted_csv(std::string& out, std::string_view s) {
  if (s.find_first_of(",\"\n\r") == std::string_view::npos) {
    out += s;
    return;
  }
  out += '"';
  for (const char c : s) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void append_quoted_json(std::string& out, std::string_view s) {
  out += '"';
  for (const char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    else out += c;
  }
  out += '"';
}

/// Numbers of all kinds; false: this field is not a number.
bool append_numeric(std::string& out, const ib_field& f, const std::byte* item) {
  switch (f.kind) {
    case IB_F32: append_number(out, read<float>(f, item)); return true;
    case IB_F64: append_number(out, read<double>(f, item)); return true;
    case IB_I32: append_chars(out, read<std::int32_t>(f, item)); return true;
    case IB_I64: append_chars(out, read<std::int64_t>(f, item)); return true;
    case IB_U8: append_chars(out, read<std::uint8_t>(f, item)); return true;
    case IB_MAYBE:
      if (const auto v = read<ib_maybe>(f, item); v.present != 0) append_number(out, v.value);
      return true;
    default: return false;
  }
}

}  // namespace

void append_time(std::string& out, std::int64_t t_ns) {
  const std::int64_t us = t_ns >= 0 ? (t_ns + 500) / 1000 : -((-t_ns + 500) / 1000);
  if (us < 0) out += '-';
  const std::uint64_t a = us < 0 ? static_cast<std::uint64_t>(-us) : static_cast<std::uint64_t>(us);
  append_chars(out, a / 1'000'000);
  char digits[8] = {'.'};
  for (std::uint64_t rest = a % 1'000'000, k = 6; k > 0; --k, rest /= 10) {
    digits[k] = static_cast<char>('0' + rest % 10);
  }
  out.append(digits, 7);
}

void append_number(std::string& out, double value) {
  if (is_whole(value)) append_chars(out, static_cast<std::int64_t>(value));
  else if (std::isfinite(value)) append_chars(out, value);
}
void append_number(std::string& out, float value) {
  if (is_whole(value)) append_chars(out, static_cast<std::int64_t>(value));
  else if (std::isfinite(value)) append_chars(out, value);
}

void append_csv_field(std::string& out, const ib_field& f, const std::byte* item) {
  if (append_numeric(out, f, item)) return;
  if (f.kind == IB_BOOL) out += read<std::uint8_t>(f, item) != 0 ? '1' : '0';
  else if (f.kind == IB_ENUM) append_quoted_csv(out, label(f, item));
  else if (f.kind == IB_TEXT) append_quoted_csv(out, text_of(f, item));
}

void append_json_field(std::string& out, const ib_field& f, const std::byte* item) {
  const auto before = out.size();
  if (append_numeric(out, f, item)) {
    if (out.size() == before) out += "null";
    return;
  }
  if (f.kind == IB_BOOL) out += read<std::uint8_t>(f, item) != 0 ? "true" : "false";
  else if (f.kind == IB_ENUM) append_quoted_json(out, label(f, item));
  else if (f.kind == IB_TEXT) append_quoted_json(out, text_of(f, item));
  else out += "null";
}

std::string_view short_text(const ib_field& f, const std::byte* item, ShortText& room) {
  const auto number = [&](const char* form, auto value) -> std::string_view {
    const auto end = fmt::format_to_n(room.data(), room.size(), fmt::runtime(form), value);
    return {room.data(), std::min(end.size, room.size())};
  };
  const auto real = [&](double v) -> std::string_view {
    if (!std::isfinite(v)) return "-";
    return number(std::abs(v) >= 1000 && std::abs(v) < 1e12 ? "{:.0f}" : "{:.4g}", v);
  };
  switch (f.kind) {
    case IB_F32: return real(read<float>(f, item));
    case IB_F64: return real(read<double>(f, item));
    case IB_I32: return number("{}", read<std::int32_t>(f, item));
    case IB_I64: return number("{}", read<std::int64_t>(f, item));
    case IB_U8: return number("{}", read<std::uint8_t>(f, item));
    case IB_BOOL: return read<std::uint8_t>(f, item) != 0 ? "1" : "0";
    case IB_MAYBE: {
      const auto v = read<ib_maybe>(f, item);
      return v.present != 0 ? real(v.value) : "-";
    }
    case IB_ENUM: return label(f, item).substr(0, room.size() - 1);
    case IB_TEXT: return text_of(f, item).substr(0, room.size() - 1);
    default: return "-";
  }
}

}  // namespace ib
