// The nearest right name, for messages: "did you mean ...?".
//
// Thread: any. Pure functions.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

/// The candidate with the fewest typing slips (insert, drop, change or swap of one letter), if they
/// are at most a third of the word; empty when nothing is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// `did you mean "window"?`, or empty.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// "one of: a, b, c"; long lists are cut after 12 names and say how many follow.
std::string one_of(const std::vector<std::string>& names);

/// A way through a graph, for a message: of a long one, its beginning and its end.
std::vector<std::string> shortened(std::vector<std::string> way);

/// The text in double quotes, cut after 60 bytes (never inside a character), control bytes as "?".
std::string in_quotes(std::string_view text);

/// A path in double quotes: whole (to 4,096 bytes), because half a path helps nobody.
std::string path_in_quotes(const std::filesystem::path& path);

/// A sentence of documentation inside of another sentence: "Pulse wave." -> "pulse wave".
std::string as_phrase(const char* sentence);

}  // namespace ib
