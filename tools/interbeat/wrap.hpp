// Text in lines of at most so many characters, broken between words. Thread: any. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ib::tool {

/// Characters, not bytes: continuation bytes of UTF-8 take no room.
std::size_t shown_width(std::string_view text);

/// Its own line ends stay; a line that begins with a space is an example and is left alone. A word
/// that is longer than a line stands on a line of its own.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// The same as one text, each line ended.
std::string wrapped_text(std::string_view text, std::size_t width);

}  // namespace ib::tool
