// SourceUri: the name of a source apart from the wish where it starts: `b.csv?start=-12.5s`.
//
//   ?start=zero      at session time 0
//   ?start=utc       where its own UTC puts it
//   ?start=-12.5s    so much after session time 0 (before, if negative)
//
// `&start=` and, among the options of a virtual ring, `,start=` are the same. Any other `?word=` of
// a recording is a mistake. Thread: [control].
#pragma once

#include <interbeat/time.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ib::source {

struct SourceUri {
  std::string rest;           ///< without the wish
  std::optional<Time> start;  ///< zero or an offset
  bool utc{};
  std::string problem;  ///< what is wrong with the wish; empty: nothing
};

/// `options`: the text is options of a virtual ring, also without `virtual:`.
SourceUri split_uri(std::string_view text, bool options = false);

/// `ble:` and whatever follows, or an address; a name that its owner gave may stand for anything.
bool names_device(std::string_view text);

/// The part before the first ':' if it may name a kind of source ("csv", "virtual", "ble"); else
/// empty. One letter or a path is no scheme.
std::string_view scheme_of(std::string_view uri);

}  // namespace ib::source
