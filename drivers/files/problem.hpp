// What is wrong with a recording, said so that its owner can mend it: where, what, what was
// expected, and what to do. Reading never throws because of a file's content; it returns these.
//
// A file with a million bad cells gives ten problems and a count (ProblemList).
// Thread: values, any.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ib::files {

struct Problem {
  std::filesystem::path file;
  std::size_t line{};    ///< 1-based; 0 = the file as a whole
  std::string what;      ///< what is there
  std::string expected;  ///< what should be there; may be empty
  std::string hint;      ///< what to do; may be empty
};

/// `file:line: what; expected ...; hint` on one line.
std::string to_text(const Problem& problem);

/// `text` as it may be shown: at most 40 bytes, control bytes replaced by '?'.
std::string in_quotes(std::string_view text);

/// `a, b, c`, cut after 16 names with a count of the rest.
std::string listed(std::span<const std::string> names);

/// "did you mean 'x'?" for the nearest of `names`, or empty.
std::string did_you_mean(std::string_view name, std::span<const std::string> names);

/// A value, or the reasons why not. With a value, `problems` are remarks that do not stop reading.
template <class T>
struct Result {
  std::optional<T> value;
  std::vector<Problem> problems;

  explicit operator bool() const { return value.has_value(); }
  T& operator*() { return *value; }
  T* operator->() { return &*value; }
};

/// The first `kept` problems found while rows are read; the rest are only counted.
class ProblemList {
 public:
  static constexpr std::size_t kept = 10;

  ProblemList() { list_.reserve(kept + 1); }

  void add(Problem problem) {
    ++total_;
    if (list_.size() < kept) list_.push_back(std::move(problem));
  }
  /// Kept whatever the number: what ends the reading (a truncated file) must not drown.
  void add_last(Problem problem) {
    ++total_;
    ended_early_ = true;
    list_.push_back(std::move(problem));
  }
  /// True while a further problem would be kept: spares the caller building its text.
  bool wants_more() const { return list_.size() < kept; }
  void count_only() { ++total_; }

  std::span<const Problem> list() const { return list_; }
  std::size_t total() const { return total_; }
  /// The last of the list ended the reading.
  bool ended_early() const { return ended_early_; }

 private:
  std::vector<Problem> list_;
  std::size_t total_{};
  bool ended_early_{};
};

/// What a user is told of a list: the first three, what ended the reading, and how many in all.
std::vector<Problem> told_of(const ProblemList& problems);
/// `list` in the order of the file; `ended_early`: its last one ended the reading.
std::vector<Problem> told_of(std::span<const Problem> list, std::size_t total, bool ended_early);

}  // namespace ib::files
