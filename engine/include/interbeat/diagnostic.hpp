// What is wrong with the world (a graph, a file, an argument), said to a person: where it is, what
// happened, what was expected, what to do. Problems are collected and reported all at once.
//
// Thread: [control].
#pragma once

#include <interbeat/shared.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace ib {

/// A place in a file; line and column count from 1, 0 = unknown.
struct Mark {
  SharedText file;
  int line{};
  int column{};
};

enum class Severity { error, warning, note };

struct Diagnostic {
  Severity severity{Severity::error};
  Mark where;
  std::string path;                ///< where in the graph: "nodes.beats.window"; may be empty
  std::string what;                ///< one sentence: what is wrong
  std::string expected;            ///< "a duration such as 60 s"; may be empty
  std::string hint;                ///< nearest right name, command to run; may be empty
  std::vector<std::string> chain;  ///< modules that led here: "person.yaml used at couple.yaml:7:3"
};

/// The growing list of everything found. Never throws for what a user can cause.
class Diagnostics {
 public:
  void add(Diagnostic d) { items_.push_back(std::move(d)); }
  void error(Mark where, std::string path, std::string what, std::string expected = {},
             std::string hint = {}) {
    add({Severity::error,
         std::move(where),
         std::move(path),
         std::move(what),
         std::move(expected),
         std::move(hint),
         {}});
  }
  void warning(Mark where, std::string path, std::string what, std::string hint = {}) {
    add({Severity::warning,
         std::move(where),
         std::move(path),
         std::move(what),
         {},
         std::move(hint),
         {}});
  }
  bool has_errors() const;
  std::size_t errors() const;
  bool empty() const { return items_.empty(); }
  const std::vector<Diagnostic>& items() const { return items_; }
  /// Sorted by file, line, column; equal ones once. One block of text per diagnostic:
  ///   couple.yaml:9:20: error: nodes.together.windw: unknown key "windw"
  ///     expected one of: window, step, horizon
  ///     hint: did you mean "window"?
  std::string text() const;

 private:
  std::vector<Diagnostic> items_;
};

}  // namespace ib
