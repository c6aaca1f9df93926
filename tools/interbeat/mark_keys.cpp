#include "mark_keys.hpp"

#include "mark_lines.hpp"
#include "message.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace ib::tool {
namespace {

constexpr std::size_t longest_line = 1000;
constexpr char escape = 0x1b, rub_out = 0x7f, back = 0x08, kill_line = 0x15;

/// The cursor, to which a table returns, stays where it is.
std::string on_last_line(const std::string& text) {
  constexpr const char *save =
                           "\x1b"
                           "7",
                       *restore =
                           "\x1b"
                           "8";
  return save + ("\x1b[999;1H\x1b[2K" + text) + restore;
}

bool inside_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

KeyTexts usual_key_texts() {
  KeyTexts texts{"space"};
  for (std::size_t k = 1; k < texts.size(); ++k) texts[k] = fmt::format("key {}", k);
  return texts;
}

MarkKeys::MarkKeys(int terminal, KeyTexts texts, std::size_t max_bytes, Style style)
    : terminal_(terminal),
      texts_(std::move(texts)),
      max_bytes_(max_bytes),
      style_(style),
      open_(terminal_.take()) {}

void MarkKeys::ready(const SetMark& set) {
  std::array<char, 256> bytes;
  open_ = terminal_.take();
  if (!open_) return;
  const auto n = read(terminal_.fd(), bytes.data(), bytes.size());
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    open_ = false;
    return;
  }
  const std::string_view keys(bytes.data(), static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < keys.size(); ++i) press(keys.substr(i), set);
}

/// The first of the keys in `rest`. What an arrow sends begins with Escape, and comes in one piece.
void MarkKeys::press(std::string_view rest, const SetMark& set) {
  const char c = rest.front();
  if (sequence_ == Sequence::opened) {
    sequence_ = Sequence::inside;
    return;
  }
  if (sequence_ == Sequence::inside) {
    if (c >= '@' && c <= '~') sequence_ = Sequence::none;
    return;
  }
  if (c == escape && rest.size() > 1 && (rest[1] == '[' || rest[1] == 'O')) {
    sequence_ = Sequence::opened;
    return;
  }
  if (writing_) return write_line(c, set);
  if (c == ' ') mark(texts_[0], set);
  else if (c >= '1' && c <= '9') mark(texts_[static_cast<std::size_t>(c - '0')], set);
  else if (c == 'm') {
    writing_ = true;
    line_.clear();
    draw();
  }
}

void MarkKeys::write_line(char c, const SetMark& set) {
  const bool ends = c == '\n' || c == '\r';
  if (ends || c == escape) {
    writing_ = false;
    tell(style_.table ? "" : "\r\x1b[K");
    const auto text = cut_line_to_mark(line_, max_bytes_);
    if (ends && !text.empty()) mark(text, set);
    return;
  }
  if (c == kill_line) line_.clear();
  if (c == rub_out || c == back) {
    while (!line_.empty() && inside_character(line_.back())) line_.pop_back();
    if (!line_.empty()) line_.pop_back();
  }
  const bool printable = static_cast<unsigned char>(c) >= 0x20 && c != rub_out;
  if (printable && line_.size() < longest_line) line_ += c;
  draw();
}

void MarkKeys::mark(std::string_view text, const SetMark& set) {
  set(std::string(text), [this, text = std::string(text)](const MarkAnswer& a) { told(text, a); });
}

void MarkKeys::told(const std::string& text, const MarkAnswer& answer) {
  if (!answer.problem.empty()) say_line("no mark: " + answer.problem);
  else if (!style_.quiet) say_line(fmt::format("{:.3f} s  {}", seconds(answer.at), text));
}

void MarkKeys::say_line(const std::string& text) const {
  if (style_.table) tell(on_last_line(text));
  else tell("\r\x1b[K" + text + "\n");
  if (writing_) draw();
}

/// The line that is being written.
void MarkKeys::draw() const {
  const auto shown = "mark: " + line_;
  if (style_.table) tell(on_last_line(shown));
  else tell("\r\x1b[K" + shown);
}

}  // namespace ib::tool
