#include "mark_input.hpp"

#include "mark.hpp"
#include "mark_lines.hpp"
#include "message.hpp"
#include "nearest.hpp"
#include "plan_impl.hpp"
#include "terminal.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace ib::tool {

bool MarkInput::fits(Plan& plan, bool live, bool taken) {
  taken_ = taken;
  const bool wanted = !a_.from.empty() || !a_.keys.empty();
  if (!live && wanted) {
    complain(
        "marks are set while somebody is there: --marks and --key are for live runs, and this one is "
        "offline",
        "leave them out, or run at the clock's pace with --speed 1");
    return false;
  }
  std::string why;
  const auto taker = detail::find_mark_taker(plan.impl(), {}, why);
  if (taker) max_bytes_ = plan.impl().sources[*taker].marks->max_bytes;
  else if (wanted) complain(why);
  if (wanted && !taker) return false;
  if (!a_.from.empty() && taken) {
    complain("--marks - and --stdin both read stdin",
             "with --stdin alone, lines `mark TEXT` set marks");
    return false;
  }
  struct stat info {};
  if (!a_.from.empty() && fstat(STDIN_FILENO, &info) == 0 && S_ISREG(info.st_mode)) {
    complain("--marks - reads lines as they come, and stdin is a file on disk",
             "use a pipe: a mark is set at the moment at which its line comes");
    return false;
  }
  bool good = true;
  for (const auto& word : a_.keys) good = read_key(word) && good;
  return good;
}

bool MarkInput::read_key(const std::string& word) {
  const auto equals = word.find('=');
  const auto key = word.substr(0, equals);
  const bool digit = key.size() == 1 && key[0] >= '1' && key[0] <= '9';
  if (equals == std::string::npos || (!digit && key != "space")) {
    complain("--key " + in_quotes(word) + " names no key",
             "1 to 9 or space, and its text: --key 1=\"hard talk\"");
    return false;
  }
  const auto text = word.substr(equals + 1);
  const auto why = detail::problem_of_mark(text, max_bytes_);
  if (!why.empty()) complain("--key " + in_quotes(word) + ": " + why);
  texts_[digit ? static_cast<std::size_t>(key[0] - '0') : 0] = text;
  return why.empty();
}

std::unique_ptr<LiveInput> MarkInput::open(bool quiet, bool table) const {
  if (max_bytes_ == 0 || taken_) return nullptr;
  if (!a_.from.empty()) return std::make_unique<MarkLines>(STDIN_FILENO, max_bytes_, quiet);
  if (!is_terminal(STDIN_FILENO) || !is_terminal(STDERR_FILENO)) {
    if (!a_.keys.empty()) say("no terminal here: its keys set no marks; `interbeat mark` does");
    return nullptr;
  }
  auto keys =
      std::make_unique<MarkKeys>(STDIN_FILENO, texts_, max_bytes_, MarkKeys::Style{quiet, table});
  if (!keys->work()) return nullptr;
  if (!quiet) say("keys: 1 to 9 and space set a mark, m takes a line of text for one");
  return keys;
}

}  // namespace ib::tool
