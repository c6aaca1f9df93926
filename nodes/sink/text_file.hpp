// TextFile: an output file that grows by whole lines. Rows are collected in a buffer that is written
// at least once per second of the session's own time, so that a killed run leaves a readable file.
// Thread: [control] open and close; [exec] append (blocking: sinks have their own executor when live).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ib {

class TextFile {
 public:
  TextFile() = default;
  ~TextFile();
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  /// Creates the folder and truncates the file. Empty: fine; else a sentence with what to do.
  std::string open(const std::filesystem::path& path);
  /// Where lines are put together; reserved, so that appending does not allocate.
  std::string& buffer() { return buffer_; }
  /// Writes when due: the buffer is large, or a second of `settled_ns` has passed. False: it failed.
  bool write_when_due(std::int64_t settled_ns);
  bool flush();
  void close();
  /// The sentence behind the last failure.
  const std::string& error() const { return error_; }

 private:
  static constexpr std::size_t write_from = 64 * 1024, reserved = 256 * 1024;

  std::filesystem::path path_;
  std::string buffer_, error_;
  std::int64_t written_at_ns_ = INT64_MIN / 2;
  int fd_ = -1;
};

/// `path` below `out_dir` if it is relative.
std::filesystem::path output_path(std::string_view out_dir, const std::string& path);

}  // namespace ib
