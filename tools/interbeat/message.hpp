// What the program says: messages as whole lines on stderr, data on stdout. Neither ever throws: a
// message that can't be written has no reader and is dropped; data that can't be written is
// remembered, and main answers for it at the end. Thread: [control].
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace ib::tool {

/// Text for people, as it is, on stderr.
void tell(std::string_view text) noexcept;

/// Data, as it is, on stdout. Nothing more is written once a write has failed.
void show(std::string_view text) noexcept;

/// errno of the first `show` that failed; 0: all of it was written.
int stdout_error() noexcept;

/// A descriptor that is closed when the program starts would be given to the first file that it
/// opens, and messages would land in it. Reads from what is opened here end at once, writes fail.
void open_closed_descriptors() noexcept;

template <class... Args>
void say(fmt::format_string<Args...> form, Args&&... args) {
  tell(fmt::format(form, std::forward<Args>(args)...) + "\n");
}

/// `interbeat: <what is wrong>`, and below it what to do.
inline void complain(const std::string& what, const std::string& hint = {}) {
  tell("interbeat: " + what + (hint.empty() ? "" : "\n  hint: " + hint) + "\n");
}

}  // namespace ib::tool
