#include "sink/row_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sink/number_text.hpp"

namespace ib {
namespace {

template <class T>
T read(const ib_field& f, const std::byte* item) {
  T v;
  std::memcpy(&v, item + f.offset, sizeof v);
  return v;
}

std::string_view label(const ib_field& f, const std::byte* item) {
  const auto i = read<std::uint8_t>(f, item);
  return i < f.n_labels ? f.labels[i] : "";
}

std::string_view text_of(const ib_field& f, const std::byte* item) {
  const auto* s = reinterpret_cast<const char*>(item + f.offset);
  return {s, strnlen(s, f.count)};
}

/// Numbers of all kinds; `to` itself if the value is absent or the field is not a number.
char* write_numeric(char* to, const ib_field& f, const std::byte* item) {
  switch (f.kind) {
    case IB_F32: return write_number(to, read<float>(f, item));
    case IB_F64: return write_number(to, read<double>(f, item));
    case IB_I32: return write_number(to, std::int64_t{read<std::int32_t>(f, item)});
    case IB_I64: return write_number(to, read<std::int64_t>(f, item));
    case IB_U8: return write_number(to, std::int64_t{read<std::uint8_t>(f, item)});
    case IB_MAYBE: {
      const auto v = read<ib_maybe>(f, item);
      return v.present != 0 ? write_number(to, v.value) : to;
    }
    default: return to;
  }
}

/// Appends what `write` puts into `room` characters at most.
template <class Write>
void append(std::string& out, std::size_t room, Write write) {
  const auto before = out.size();
  out.resize(before + room);
  const char* const end = write(out.data() + before);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

}  // namespace

char* write_csv_text(char* to, std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return write_text(to, text);
  *to++ = '"';
  for (const char c : text) {
    if (c == '"') *to++ = '"';
    *to++ = c;
  }
  *to++ = '"';
  return to;
}

char* write_json_text(char* to, std::string_view text) {
  *to++ = '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') *to++ = '\\';
    if (static_cast<unsigned char>(c) < 0x20) to = fmt::format_to(to, "\\u{:04x}", c);
    else *to++ = c;
  }
  *to++ = '"';
  return to;
}

char* write_csv_field(char* to, const ib_field& f, const std::byte* item) {
  switch (f.kind) {
    case IB_BOOL: return *to = read<std::uint8_t>(f, item) != 0 ? '1' : '0', to + 1;
    case IB_ENUM: return write_csv_text(to, label(f, item));
    case IB_TEXT: return write_csv_text(to, text_of(f, item));
    default: return write_numeric(to, f, item);
  }
}

char* write_json_field(char* to, const ib_field& f, const std::byte* item) {
  switch (f.kind) {
    case IB_BOOL: return write_text(to, read<std::uint8_t>(f, item) != 0 ? "true" : "false");
    case IB_ENUM: return write_json_text(to, label(f, item));
    case IB_TEXT: return write_json_text(to, text_of(f, item));
    default: break;
  }
  char* const end = write_numeric(to, f, item);
  return end != to ? end : write_text(to, "null");
}

std::size_t field_room(const ib_field& f) {
  constexpr std::size_t widest = 6, quotes = 2;  // a control character in JSON is six
  std::size_t longest = f.kind == IB_TEXT ? f.count : 0;
  for (std::uint32_t k = 0; f.kind == IB_ENUM && k < f.n_labels; ++k)
    longest = std::max(longest, std::strlen(f.labels[k]));
  return std::max(number_room, widest * longest + quotes);
}

std::size_t value_size(const ib_field& f) {
  switch (f.kind) {
    case IB_F32:
    case IB_I32: return 4;
    case IB_F64:
    case IB_I64: return 8;
    case IB_MAYBE: return sizeof(ib_maybe);
    case IB_TEXT: return f.count;
    default: return 1;
  }
}

void append_json_field(std::string& out, const ib_field& f, const std::byte* item) {
  append(out, field_room(f), [&](char* to) { return write_json_field(to, f, item); });
}

void append_time(std::string& out, std::int64_t t_ns) {
  append(out, number_room, [&](char* to) { return write_time(to, t_ns); });
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
