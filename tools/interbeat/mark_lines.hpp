// MarkLines: lines that come through a pipe, each a mark. Their end is not the end of the run.
//
// Empty lines are passed over, tabs and other control characters become spaces, what is longer than a mark is
// cut between two characters and said. Bound: 4096 bytes a line; what is more of it is dropped.
// Thread: as LiveInput.
#pragma once

#include <interbeat/engine.hpp>

#include <cstddef>
#include <string>

namespace ib::tool {

/// The mark that a line is: without blanks around it, at most so many bytes; that it was cut is said.
std::string cut_line_to_mark(std::string line, std::size_t max_bytes);

class MarkLines final : public LiveInput {
 public:
  /// `fd` is opened anew where it can be: what is set at it stays ours.
  MarkLines(int fd, std::size_t max_bytes, bool quiet);
  ~MarkLines() override;
  MarkLines(const MarkLines&) = delete;
  MarkLines& operator=(const MarkLines&) = delete;

  int fd() const override { return fd_; }
  void ready(const SetMark& set) override;

 private:
  void take(char c, const SetMark& set);
  void mark(const SetMark& set);
  void end();

  int fd_;
  std::size_t max_bytes_;
  bool quiet_;
  std::string line_;
};

}  // namespace ib::tool
