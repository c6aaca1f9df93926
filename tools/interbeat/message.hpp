// What the program says to the person who called it: whole lines on stderr.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>

namespace ib::tool {

template <class... Args>
void say(fmt::format_string<Args...> form, Args&&... args) {
  fmt::print(stderr, "{}\n", fmt::format(form, std::forward<Args>(args)...));
}

/// `interbeat: <what is wrong>`, and below it what to do.
inline void complain(const std::string& what, const std::string& hint = {}) {
  say("interbeat: {}", what);
  if (!hint.empty()) say("  hint: {}", hint);
}

}  // namespace ib::tool
