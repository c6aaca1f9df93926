// Names out of a stranger's file, made fit to be shown, to be part of a file's name, or a label of BIDS.
// Thread: any. Pure functions.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace ib::tool {

/// For a terminal: control characters, those of UTF-8 too, become "?". At most `most` bytes, cut between
/// characters and ended with "…" where there were more.
std::string shown_text(std::string_view text, std::size_t most = 200);

/// A part of a file's name: letters, digits, "-", "_" and single dots inside; everything else "_". Never empty,
/// never hidden, never a way out of the folder; at most 100 bytes.
std::string safe_name(std::string_view text);

/// Letters and digits alone, as BIDS wants its labels; "unnamed" where none is left. At most 60.
std::string bids_label(std::string_view text);

/// Letters, digits and "_": a column's name. Never empty; at most 60.
std::string column_name(std::string_view text);

/// Gives a name once, and then name-2, name-3, ...; names that differ in case alone are one, as some file
/// systems have it.
class UniqueNames {
 public:
  explicit UniqueNames(std::string_view between = "-") : between_(between) {}
  std::string operator()(const std::string& name);

 private:
  std::string between_;
  std::set<std::string> taken_;
};

}  // namespace ib::tool
