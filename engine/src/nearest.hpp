// The nearest right name, for messages: "did you mean ...?".
//
// Thread: any. Pure functions.
#pragma once

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

/// The text in double quotes, cut after 60 bytes (never inside a character), control bytes as "?".
std::string in_quotes(std::string_view text);

/// A sentence of documentation inside of another sentence: "Pulse wave." -> "pulse wave".
std::string as_phrase(const char* sentence);

}  // namespace ib
