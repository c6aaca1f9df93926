// YamlDocument: text -> a tree with a mark on every key and value. The one door to yaml-cpp.
//
// YAML is narrowed to what a graph needs, so that nothing is misread in silence: one document, a
// mapping at the top, valid UTF-8, no tabs as indentation, no key twice, no tags. Aliases are
// copied in place, and a file is bounded (4 MiB, 200 000 values with all copies, 64 levels), so a
// billion-laughs file is an error and not a full memory.
//
// Thread: [control]. Every problem is a diagnostic; nothing is thrown.
#pragma once

#include <interbeat/diagnostic.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

struct Yaml {
  enum class Kind { null, scalar, sequence, mapping };
  struct Entry;

  Kind kind{Kind::null};
  bool quoted{};  ///< the scalar stood in quotes or in a block: text, whatever it looks like
  /// Its problem is reported already: count it as present, say nothing more. Of a mapping:
  /// something in it could not be read, so that nothing is known to be missing.
  bool broken{};
  std::string text;
  Mark mark;
  std::vector<Yaml> items;     ///< of a sequence
  std::vector<Entry> entries;  ///< of a mapping, in the order written, no key twice
  SharedText via;              ///< "$window at person.yaml:9:12", when a parameter brought it
  /// Of a value that depends on the element of a `for_each:`, one for each; else null.
  std::shared_ptr<const std::vector<Yaml>> each;

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_mapping() const { return kind == Kind::mapping; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_null() const { return kind == Kind::null; }
  /// The entry of that key of a mapping; null if none.
  const Entry* find(std::string_view key) const;
};

struct Yaml::Entry {
  std::string key;
  bool quoted{};
  Mark mark;  ///< of the key
  Yaml value;
};

/// A plain `true` or `false`, also written True or TRUE, as in YAML 1.2.
bool is_boolean(const Yaml& value);
/// A plain `yes`, `no`, `y`, `n`, `on` or `off` in any case: readers of YAML 1.1 take it for a
/// boolean, this one does not guess.
bool is_old_boolean(const Yaml& value);

/// "a mapping", "a list", "nothing" or the text in quotes; for messages.
std::string describe(const Yaml& value);

/// The root mapping. Null when the text is no YAML at all; with lesser problems (a key twice) the
/// tree is still returned, so that the rest can be checked too. Marks name `file`. `what` and `first`:
/// what should stand there and how it begins, where nothing of it does.
std::optional<Yaml> parse_yaml(std::string_view text, const std::string& file, Diagnostics& out,
                               const std::string& what = "a graph",
                               const std::string& first = "`interbeat: 1`");

}  // namespace ib
