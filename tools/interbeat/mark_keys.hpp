// MarkKeys: keys of the terminal that set marks while a run lasts: 1 to 9 and the space bar at once, m
// after a line of text. Return sets it, Escape lets it be, backspace and Ctrl-U take back.
//
// A program that was put into the background gives the keys up: the terminal is somebody else's then.
// Bound: a line of 1000 bytes; what is longer than a mark is cut between two characters, and said.
// Thread: as LiveInput.
#pragma once

#include <interbeat/engine.hpp>

#include "key_terminal.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace ib::tool {

/// What the keys 1 to 9 (at their number) and the space bar (at 0) say.
using KeyTexts = std::array<std::string, 10>;
/// "key 1" to "key 9", "space".
KeyTexts usual_key_texts();

class MarkKeys final : public LiveInput {
 public:
  struct Style {
    bool quiet{};  ///< says only what was refused
    bool table{};  ///< a table is drawn on this terminal: words go to its last line
  };
  MarkKeys(int terminal, KeyTexts texts, std::size_t max_bytes, Style style);

  /// Whether keys are read at all: it is a terminal, and this program is in its foreground.
  bool work() const { return open_; }

  int fd() const override { return open_ ? terminal_.fd() : -1; }
  void ready(const SetMark& set) override;

 private:
  void press(std::string_view rest, const SetMark& set);
  void write_line(char c, const SetMark& set);
  void mark(std::string_view text, const SetMark& set);
  void told(const std::string& text, const MarkAnswer& answer);
  void say_line(const std::string& text) const;
  void draw() const;

  KeyTerminal terminal_;
  KeyTexts texts_;
  std::size_t max_bytes_;
  Style style_;
  bool open_;
  bool writing_{};  ///< a line, after m
  /// What an arrow or a function key sends: Escape, [ or O, and more up to a letter.
  enum class Sequence { none, opened, inside } sequence_{};
  std::string line_;
};

}  // namespace ib::tool
