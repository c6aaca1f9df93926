// Lines of a text file that may be plain, gzip (by its first two bytes, not its name), or an entry
// of a zip archive. The file is streamed through one buffer, so its length does not matter.
//
// LF and CRLF end a line; a UTF-8 byte-order mark is skipped; the last line may lack its end.
// A compressed file that breaks off gives its whole lines, then ends with a problem: the broken
// line is withheld, because half a number is a wrong number.
// Bounds: a line of at most 1 MiB (a longer one ends the reading with a problem).
// Thread: one at a time; blocks on the disk. `open` allocates, `next` does not unless it fails.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "files/problem.hpp"

namespace ib::files {

/// Where the bytes come from: `read` gives 1..n bytes, 0 at the end, or -1 when broken.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::ptrdiff_t read(char* to, std::size_t n) = 0;
  virtual std::string broken() const = 0;  ///< why `read` gave -1
};

class LineReader {
 public:
  static constexpr std::size_t line_max = std::size_t{1} << 20;

  /// A regular file, plain or gzip. Refuses directories, devices and pipes.
  static Result<LineReader> open(const std::filesystem::path& path);
  /// One entry of a zip archive; messages name it `archive.zip/entry`.
  static Result<LineReader> open_entry(const std::filesystem::path& zip, const std::string& entry);

  /// The next line without its end; valid until the following call. False at the end or on failure.
  bool next(std::string_view& line);

  /// What lies in the buffer from the next line on, maybe a part of it, maybe nothing.
  std::string_view ahead() const { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }
  /// Goes past a line of which the caller has found the end: its first `n` bytes, with the line end.
  void pass(std::size_t n) {
    begin_ += n;
    ++line_number_;
  }

  /// Number of the line last given (1-based); 0 before the first.
  std::size_t line_number() const { return line_number_; }
  /// Why the reading ended early, if it did.
  const std::optional<Problem>& problem() const { return problem_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  LineReader(std::filesystem::path path, std::unique_ptr<ByteSource> source);
  bool refill();
  bool last_line(std::string_view& line);
  void give(std::string_view& line, char* stop);
  void fail(std::string what, std::string hint);

  std::filesystem::path path_;
  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<char[]> buffer_;
  char* begin_;             // first byte not yet given
  char* end_;               // one past the last byte read
  std::size_t searched_{};  // bytes from begin_ known to hold no line end
  std::size_t line_number_{};
  bool ended_{};
  std::optional<Problem> problem_;
};

}  // namespace ib::files
