// ScratchFolder: a folder for what a node writes, gone at the end; and the standard output, on its way there.
// Thread: one.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace ib::validator {

class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  /// Every file below it, by its name.
  std::map<std::string, std::string> files() const;

 private:
  std::filesystem::path path_;
};

/// The first file in which two runs differ; empty: the same bytes.
std::string difference(const std::map<std::string, std::string>& a,
                       const std::map<std::string, std::string>& b);

/// Everything written to the standard output goes to the end of a file, as long as this lives.
class StdoutTo {
 public:
  explicit StdoutTo(const std::filesystem::path& file);
  ~StdoutTo();
  StdoutTo(const StdoutTo&) = delete;
  StdoutTo& operator=(const StdoutTo&) = delete;

 private:
  int kept_;
};

}  // namespace ib::validator
