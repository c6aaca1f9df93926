// Reads a text file line by line, gzipped or plain (zlib reads both alike).
#pragma once

#include <zlib.h>
#include <filesystem>
#include <memory>
#include <string>

namespace ib::test {

class GzLines {
 public:
  explicit GzLines(const std::filesystem::path& path)
      : file_(gzopen(path.c_str(), "rb"), &gzclose) {}

  bool is_open() const { return file_ != nullptr; }

  /// The next line without its end; false after the last one.
  bool next(std::string& line) {
    line.clear();
    char piece[4096];
    while (file_ && gzgets(file_.get(), piece, sizeof piece) != nullptr) {
      line += piece;
      if (!line.empty() && line.back() == '\n') {
        line.pop_back();
        if (!line.empty() && line.back() == '\r') line.pop_back();
        return true;
      }
    }
    return !line.empty();
  }

 private:
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

}  // namespace ib::test
