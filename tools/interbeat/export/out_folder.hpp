// OutFolder: the files of one export. None is written over one that is there, unless that was asked for; all are
// for their user alone (mode 0600). The first thing that goes wrong is kept, as a sentence, and everything behind
// it is left out: who writes asks once, at the end.
// Thread: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ib::tool {

class OutFolder;

/// A file that grows. Closed with its OutFolder, or before.
class OutFile {
 public:
  OutFile(OutFolder& folder, std::FILE* file, std::string name)
      : folder_(folder), file_(file), name_(std::move(name)) {}
  ~OutFile() { close(); }
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  void write(std::string_view bytes);
  /// Over what lies at `place`, which was written before; then goes on at the end.
  void write_at(std::uint64_t place, std::string_view bytes);
  void close();
  std::uint64_t size() const { return size_; }

 private:
  OutFolder& folder_;
  std::FILE* file_;
  std::string name_;
  std::uint64_t size_{};
};

class OutFolder {
 public:
  OutFolder(std::filesystem::path folder, bool force) : folder_(std::move(folder)), force_(force) {}

  /// `name` may hold folders ("sub-anna/beh/x.json"), which are made. Always a file to write to: where it can't be made,
  /// `problem` says so and what is written goes nowhere.
  OutFile& open(const std::string& name);
  /// The same, whole.
  void write(const std::string& name, std::string_view text) {
    auto& file = open(name);
    file.write(text);
    file.close();
  }
  /// Empty, or the first thing that went wrong: "out/x.csv can't be written: …".
  const std::string& problem() const { return problem_; }
  /// A file was there already: nothing is written then, and what was begun is taken away again.
  bool is_taken() const { return taken_; }
  void fail(const std::string& why) {
    if (problem_.empty()) problem_ = why;
  }
  void close_all();
  /// Takes away the files and folders that were made here and did not exist before.
  void take_back();
  const std::vector<std::string>& names() const { return names_; }
  const std::filesystem::path& path() const { return folder_; }

 private:
  void make_folders(const std::filesystem::path& folder);

  std::filesystem::path folder_;
  bool force_, taken_{};
  std::string problem_;
  std::vector<std::unique_ptr<OutFile>> files_;
  std::vector<std::string> names_;
  std::vector<std::filesystem::path> made_, made_folders_;
};

}  // namespace ib::tool
