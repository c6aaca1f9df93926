// A recording as a file: one SQLite database, `.ibr`. docs/recording.md has the format, whole.
//
//   Diagnostics problems;
//   auto recorder = FileRecorder::create("session.ibr", {}, problems);   // null: it says why
//   recorder->begin(head); recorder->write(block); ... recorder->commit();
//
//   auto recording = open_recording("session.ibr", problems);            // null: it says why
//   while (const Record* record = recording->next()) ...
//   if (!recording->problem().empty()) ...                               // it is damaged from there on
//
// Invariant: what was committed is read back, equal and in order, whenever the writing program is killed.
// Thread: one at a time, for each object.
#pragma once

#include <interbeat/diagnostic.hpp>
#include <interbeat/recording.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace ib {

struct FileRecorderOptions {
  /// A file that has grown to this many bytes is closed and FILE.2.ibr goes on, then FILE.3.ibr; the 10000th
  /// takes all that is left. 0: one file. Each is larger than this by at most what comes between two commits;
  /// one behind which no next can be made takes all until it can (remark()).
  std::uint64_t most_bytes{};
  /// After a failure everything is lost, and counted, for so many commits; then it tries again. At least 1.
  unsigned retry_commits{20};
};

/// Writes a session into a new file, mode 0600. Never throws, and never stands in the way of the run:
/// what can't be written is lost and counted, and a later success leaves a RecordsLost in its place.
class FileRecorder final : public Recorder {
 public:
  /// Null with a problem in `out`: the file exists, or can't be made; or it may go on in further files, and
  /// one of these exists.
  static std::unique_ptr<FileRecorder> create(const std::filesystem::path& file,
                                              const FileRecorderOptions& options, Diagnostics& out);
  /// Commits, and leaves one file where it can.
  ~FileRecorder() override;
  FileRecorder(const FileRecorder&) = delete;
  FileRecorder& operator=(const FileRecorder&) = delete;

  void begin(const RecordingHead& head) override;
  void write(const Record& record) override;
  void commit() override;
  /// "session.ibr: the disk is full; the recording has a hole from there on"
  std::string problem() const override;
  /// What should be known though nothing is lost by it, also told in the log at once; empty: nothing.
  /// "session.ibr is full and goes on: session.2.ibr, in which it would go on, exists already"
  std::string remark() const;
  std::uint64_t lost() const override;
  unsigned parts() const;
  /// All parts together, as they will lie on the disk once closed.
  std::uint64_t bytes() const;

 private:
  struct Impl;
  explicit FileRecorder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Reads a session from a file and the parts that follow it. The file stays as it is. What it gives is
/// checked: indices exist, sizes fit, times rise; at the first row that isn't sound the recording ends.
class FileRecording final : public Recording {
 public:
  ~FileRecording() override;
  FileRecording(const FileRecording&) = delete;
  FileRecording& operator=(const FileRecording&) = delete;

  const RecordingHead& head() const override;
  const Record* next() override;
  void rewind() override;
  /// "session.ibr: record 1204 (block) is damaged: its checksum is wrong; the 1204 before it were given"
  std::string problem() const override;

  /// 32 hexadecimal digits that all parts of a session share, and no other.
  const std::string& session() const;
  /// Of the file that was opened, from 1 on. From a later one on it can be looked at and exported, but a
  /// replay needs the first: nodes remember.
  unsigned part() const;
  /// Of the format, of the file that was opened.
  int version() const;
  /// [control] Another reader of the same file, at its first record; its pages are not looked through again. Null
  /// with a sentence in `problem`: the file can't be read any more, or is another one now.
  std::unique_ptr<FileRecording> again(std::string& problem) const;

 private:
  friend std::unique_ptr<FileRecording> open_recording(const std::filesystem::path&, Diagnostics&);
  struct Impl;
  explicit FileRecording(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Null with a problem in `out`: no recording, a newer version, a damaged head. With a warning in `out`: it
/// is damaged somewhere behind, and will end there.
std::unique_ptr<FileRecording> open_recording(const std::filesystem::path& file, Diagnostics& out);

}  // namespace ib
