// Gzip: text on its way into a compressed file (RFC 1952), with no name and no time inside, so that the same text
// gives the same bytes.
// Thread: one.
#pragma once

#include "export/out_folder.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace ib::tool {

class Gzip {
 public:
  explicit Gzip(OutFile& file);
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  void write(std::string_view text);
  /// Writes what is left, and the checksum.
  void finish();

 private:
  struct State;
  void deflate_all(bool finish);
  std::unique_ptr<State> state_;
  OutFile& file_;
  std::string waiting_;
};

}  // namespace ib::tool
