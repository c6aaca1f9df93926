// interbeat mark, keys and lines: marks in a live run, through the program and a terminal.
#include "tools/program.hpp"

#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <utmp.h>

#include <charconv>
#include <cmath>
#include <sstream>

using namespace ib::test;

namespace {

constexpr const char* marked_graph = R"(interbeat: 1
parameters:
  recording: {type: source, default: "virtual:seed=1"}
nodes:
  ring:       {type: source, uri: $recording}
  marks:      {type: source.markers}
  pulse:      {type: sink.csv, in: ring.ppg, path: pulse.csv}
  marks_file: {type: sink.csv, in: marks, path: marks.csv}
)";

/// The texts of marks.csv, as they stand in its cells.
std::vector<std::string> marked_texts(const Program& program) {
  std::istringstream in(text_of_file(program.folder / "out/marks.csv"));
  std::vector<std::string> texts;
  std::string line;
  for (std::getline(in, line); std::getline(in, line);)
    texts.push_back(line.substr(line.find(',') + 1));
  return texts;
}

/// The number at the beginning of a text, whatever the locale.
double first_number(std::string_view text) {
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  BOOST_TEST((read.ec == std::errc{}), text);
  return number;
}

/// A run that answers.
struct MarkedRun : Program {
  MarkedRun() {
    run.wait_for("running as");
    for (int tries = 0; tries < 500 && (*this)("top s --once").code != 0; ++tries) {}
  }
  Running run{(write("g.yaml", marked_graph), *this), {"run", "g.yaml", "--name", "s"}};
};

/// The program on a terminal of its own, at which somebody types.
class TypedAt {
 public:
  TypedAt(const Program& program, std::vector<std::string> words) {
    winsize size{};
    size.ws_col = 100;
    size.ws_row = 40;
    // The other end stays open here too: what its settings are can be asked when the program is gone.
    BOOST_TEST_REQUIRE(openpty(&terminal_, &other_end_, nullptr, nullptr, &size) == 0);
    before_ = modes();
    pid_ = fork();
    BOOST_TEST_REQUIRE(pid_ >= 0);
    if (pid_ > 0) return;
    close(terminal_);
    if (login_tty(other_end_) != 0 || chdir(program.folder.c_str()) != 0) _exit(126);
    words.insert(words.begin(), Program::path());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  ~TypedAt() {
    if (pid_ > 0) kill(pid_, SIGKILL);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
    close(terminal_);
    close(other_end_);
  }
  TypedAt(const TypedAt&) = delete;
  TypedAt& operator=(const TypedAt&) = delete;

  void type(std::string_view keys) const {
    BOOST_TEST(write(terminal_, keys.data(), keys.size()) == static_cast<ssize_t>(keys.size()));
  }
  /// All that it said until `part` came. Fails after ten seconds of silence.
  const std::string& wait_for(std::string_view part) {
    char bytes[1024];
    pollfd more{terminal_, POLLIN, 0};
    while (!has(said_, part)) {
      if (poll(&more, 1, 10'000) != 1) break;
      const auto n = read(terminal_, bytes, sizeof bytes);
      if (n <= 0) break;
      said_.append(bytes, static_cast<std::size_t>(n));
    }
    BOOST_TEST(has(said_, part), "no \"" << part << "\" in\n" << said_);
    return said_;
  }
  void signal(int number) const { kill(pid_, number); }
  /// Reads on meanwhile, or it could not say its last words.
  int wait() {
    int status = 0;
    char bytes[1024];
    pollfd more{terminal_, POLLIN, 0};
    while (waitpid(pid_, &status, WNOHANG) == 0) {
      if (poll(&more, 1, 20) != 1) continue;
      const auto n = read(terminal_, bytes, sizeof bytes);
      if (n > 0) said_.append(bytes, static_cast<std::size_t>(n));
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  bool is_as_before() const { return modes() == before_; }

 private:
  tcflag_t modes() const {
    termios mode{};
    BOOST_TEST(tcgetattr(other_end_, &mode) == 0);
    return mode.c_lflag;
  }
  pid_t pid_{-1};
  int terminal_{-1}, other_end_{-1};
  tcflag_t before_{};
  std::string said_;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(mark, Program)

BOOST_FIXTURE_TEST_CASE(a_mark_lies_in_the_file_at_the_time_that_was_told, MarkedRun) {
  const auto first = (*this)("mark 'hard talk'");
  BOOST_TEST(first.code == 0, first.err);
  BOOST_TEST(first.err.starts_with("\"hard talk\" at "), first.err);
  BOOST_TEST((*this)("mark 'he says: \"no, never\"' s").code == 0);
  BOOST_TEST((*this)("mark 'lächelt' --to marks").code == 0);
  run.signal(SIGTERM);
  BOOST_TEST(run.wait() == 0);
  const auto texts = marked_texts(*this);
  BOOST_TEST_REQUIRE(texts.size() == 3U);
  BOOST_TEST(texts[0] == "hard talk");
  BOOST_TEST(texts[1] == "\"he says: \"\"no, never\"\"\"");
  BOOST_TEST(texts[2] == "lächelt");
  const auto file = text_of_file(folder / "out/marks.csv");
  const auto said_s = first_number(first.err.substr(first.err.find(" at ") + 4));
  const auto written_s = first_number(file.substr(file.find('\n') + 1));
  BOOST_TEST(std::abs(said_s - written_s) < 2e-6, first.err << file);
  BOOST_TEST(has(text_of_file(folder / "out/run.json"), "\"marks\": 3"));
}

BOOST_FIXTURE_TEST_CASE(what_is_no_mark_is_refused_with_a_reason, MarkedRun) {
  const auto refused = [&](const std::string& words, std::string_view why) {
    const auto said = (*this)("mark " + words);
    BOOST_TEST(said.code == 2, words);
    BOOST_TEST(has(said.err, why), words << ": " << said.err);
  };
  refused("''", "a mark needs a text");
  refused("\"$(printf 'two\\nlines')\"", "one line of text");
  refused("\"$(printf 'caf\\351')\"", "byte 4 of the mark is not UTF-8");
  refused(std::string(56, 'x'), "has 56 bytes of UTF-8; at most 55 fit");
  refused("x --to mark", "did you mean \"marks\"?");
  run.signal(SIGTERM);
  BOOST_TEST(run.wait() == 0);
  BOOST_TEST(marked_texts(*this).empty());
}

BOOST_AUTO_TEST_CASE(without_a_run_or_a_source_of_marks_it_says_what_to_do) {
  const auto nobody = (*this)("mark x");
  BOOST_TEST(nobody.code == 2);
  BOOST_TEST(has(nobody.err, "nothing is running live"), nobody.err);
  BOOST_TEST((*this)("mark x evening").code == 1);
  write("g.yaml", small_graph);
  Running run(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1", "--name", "s"});
  run.wait_for("running as");
  for (int tries = 0; tries < 500 && (*this)("top s --once").code != 0; ++tries) {}
  const auto none = (*this)("mark x");
  BOOST_TEST(none.code == 2);
  BOOST_TEST(has(none.err, "add `marks: {type: source.markers}`"), none.err);
}

BOOST_AUTO_TEST_CASE(lines_of_a_pipe_are_marks_and_their_end_is_not_the_run_s) {
  write("g.yaml", marked_graph);
  const std::string cut(54, 'x');
  const auto code = shell("printf 'one\\r\\n\\n  two\\twords\\n" + cut +
                          "\\303\\244\\nlast' | $I run g.yaml --marks - "
                          "--set recording=virtual:seed=1,duration=2s 2>err >out.txt");
  const auto err = text_of_file(folder / "err");
  BOOST_TEST(code == 0, err);
  BOOST_TEST(has(err, "the mark is cut to its first 54 bytes"), err);
  const auto texts = marked_texts(*this);
  const std::vector<std::string> expected{"one", "two words", cut, "last"};
  BOOST_TEST(texts == expected, boost::test_tools::per_element());
  BOOST_TEST(text_of_file(folder / "out/pulse.csv").size() > 500U);
}

BOOST_AUTO_TEST_CASE(lines_that_can_t_be_marks_are_told_and_the_next_one_is) {
  write("g.yaml", marked_graph);
  const auto code = shell(
      "printf 'caf\\351\\ngood\\n' | $I run g.yaml --marks - --set recording=virtual:seed=1,duration=1s 2>err");
  const auto err = text_of_file(folder / "err");
  BOOST_TEST(code == 0, err);
  BOOST_TEST(has(err, "no mark: byte 4 of the mark is not UTF-8"), err);
  BOOST_TEST(marked_texts(*this).size() == 1U);
}

BOOST_AUTO_TEST_CASE(words_that_don_t_fit_the_run_are_refused_before_it) {
  write("g.yaml", marked_graph);
  write("bare.yaml", small_graph);
  write("lines", "one\n");
  const auto refused = [&](const std::string& words, std::string_view why) {
    const int code = shell("$I run " + words + " 2>err");
    const auto err = text_of_file(folder / "err");
    BOOST_TEST(code == 2, words << ": " << err);
    BOOST_TEST(has(err, why), words << ": " << err);
  };
  refused("g.yaml --marks - --speed max --for 5s", "are for live runs");
  refused("g.yaml --key 1=x --speed max --for 5s", "are for live runs");
  refused("g.yaml --marks - --stdin", "both read stdin");
  refused("g.yaml --marks - < lines", "stdin is a file on disk");
  refused("bare.yaml --marks - ", "add `marks: {type: source.markers}`");
  refused("g.yaml --key 0=x", "names no key");
  refused("g.yaml --key hard", "names no key");
  refused("g.yaml --key 1=", "a mark needs a text");
  BOOST_TEST(!fs::exists(folder / "out"));
}

BOOST_AUTO_TEST_CASE(a_line_of_stdin_may_be_a_mark_too) {
  write("g.yaml", marked_graph);
  const auto code = shell(
      "printf 'mark hard talk\\nmark \\n' | $I run g.yaml --stdin --set recording=virtual:seed=1,duration=1s 2>err");
  const auto err = text_of_file(folder / "err");
  BOOST_TEST(code == 0, err);
  BOOST_TEST(has(err, "\"hard talk\" at "), err);
  BOOST_TEST(has(err, "a mark needs a text"), err);
  BOOST_TEST(marked_texts(*this).size() == 1U);
}

BOOST_AUTO_TEST_CASE(keys_mark_and_the_terminal_is_as_before) {
  write("g.yaml", marked_graph);
  TypedAt run(*this, {"run", "g.yaml", "--key", "2=they laugh", "--key", "space=now"});
  run.wait_for("keys: 1 to 9 and space set a mark");
  BOOST_TEST(!run.is_as_before());
  run.type("1");
  run.wait_for(" s  key 1");
  run.type("2");
  run.wait_for(" s  they laugh");
  run.type(" x\x1b[A");  // what is no key is passed over, and what an arrow sends
  run.wait_for(" s  now");
  run.type("mnot this\x1b");
  run.wait_for("mark: not this");
  run.type("mhal\303\244\177lo 12\r");  // backspace takes a whole character
  run.wait_for(" s  hallo 12");
  run.type("m   \r9");
  run.wait_for(" s  key 9");
  run.type("\x03");
  BOOST_TEST(run.wait() == 0);
  BOOST_TEST(run.is_as_before());
  const std::vector<std::string> expected{"key 1", "they laugh", "now", "hallo 12", "key 9"};
  BOOST_TEST(marked_texts(*this) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_terminal_is_as_before_after_a_crash_too) {
  write("g.yaml", marked_graph);
  TypedAt run(*this, {"run", "g.yaml"});
  run.wait_for("keys: 1 to 9");
  run.signal(SIGQUIT);
  BOOST_TEST(run.wait() == 1000 + SIGQUIT);
  BOOST_TEST(run.is_as_before());
}

BOOST_AUTO_TEST_CASE(without_a_source_of_marks_keys_are_left_alone) {
  write("g.yaml", small_graph);
  TypedAt run(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1"});
  const auto& said = run.wait_for("running as");
  run.type("1");
  run.type("\x03");
  BOOST_TEST(run.wait() == 0);
  BOOST_TEST(!has(said, "keys:"), said);
  BOOST_TEST(run.is_as_before());
}

BOOST_AUTO_TEST_SUITE_END()
