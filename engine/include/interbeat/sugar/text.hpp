// Texts in template arguments. A string literal can't stand there through a const char*; a fixed
// array can (g++ 12, clang 14).
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace ib {

/// The name of a port or param: its length is part of its type.
template <std::size_t N>
struct Name {
  char s[N]{};
  consteval Name(const char (&t)[N]) { std::copy_n(t, N, s); }  // NOLINT: reads as a literal
  constexpr std::string_view view() const { return {s, N - 1}; }
};

/// A text of at most Cap-1 bytes; what does not fit does not compile.
template <std::size_t Cap>
struct Text {
  char s[Cap]{};
  consteval Text() = default;
  template <std::size_t N>
  consteval Text(const char (&t)[N]) {  // NOLINT: reads as a literal
    static_assert(N <= Cap, "text too long");
    std::copy_n(t, N, s);
  }
  constexpr std::string_view view() const { return s; }
  constexpr bool empty() const { return s[0] == '\0'; }
};

}  // namespace ib
