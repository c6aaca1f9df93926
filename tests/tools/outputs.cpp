// Outputs that can't be written: a message then has no reader and costs nothing, data that is lost
// is a failure.
#include "tools/program.hpp"

#include <pty.h>
#include <sys/ioctl.h>

using namespace ib::test;

namespace {

/// The program on a terminal of its own.
class OnTerminal {
 public:
  OnTerminal(const Program& program, std::vector<std::string> words) {
    winsize size{};
    size.ws_col = 100;
    size.ws_row = 40;
    pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
    BOOST_TEST_REQUIRE(pid_ >= 0);
    if (pid_ > 0) return;
    if (chdir(program.folder.c_str()) != 0) _exit(126);
    words.insert(words.begin(), Program::path());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    _exit(127);
  }
  ~OnTerminal() {
    close_terminal();
    if (pid_ > 0) kill(pid_, SIGKILL);
    if (pid_ > 0) waitpid(pid_, nullptr, 0);
  }

  /// All that it said until `part` came, or it ended.
  const std::string& wait_for(std::string_view part) {
    char bytes[1024];
    while (!has(said_, part)) {
      const auto n = read(terminal_, bytes, sizeof bytes);
      if (n <= 0) break;
      said_.append(bytes, static_cast<std::size_t>(n));
    }
    return said_;
  }
  void close_terminal() {
    if (terminal_ >= 0) close(terminal_);
    terminal_ = -1;
  }
  int wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

 private:
  pid_t pid_{-1};
  int terminal_{-1};
  std::string said_;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(outputs, Program)

BOOST_AUTO_TEST_CASE(a_terminal_that_closes_ends_the_run_well) {
  write("g.yaml", small_graph);
  OnTerminal run(*this, {"run", "g.yaml", "--set", "recording=virtual:seed=1"});
  run.wait_for("running as");
  run.close_terminal();
  BOOST_TEST(run.wait() == 0);
  const auto record = text_of_file(folder / "out/run.json");
  BOOST_TEST(has(record, "\"exit\": 0"), record);
  BOOST_TEST(has(record, "\"interrupted\": true"), record);
}

BOOST_AUTO_TEST_CASE(a_batch_on_a_terminal_shows_how_far_all_of_it_is) {
  write("g.yaml", small_graph);
  OnTerminal batch(*this, {"batch", "g.yaml", "virtual:seed=1,duration=5400s",
                           "virtual:seed=2,duration=5400s", "--jobs", "1"});
  const auto said = batch.wait_for("2 of 2 done");
  BOOST_TEST(has(said, " of 03:00:00"), said);
  BOOST_TEST(has(said, "[=="), said);
  BOOST_TEST(batch.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_message_without_a_reader_changes_nothing) {
  write("g.yaml", small_graph);
  for (const std::string lost : {"2>/dev/full", "2>&-", "2>&1 >/dev/null | head -c1"}) {
    fs::remove_all(folder / "out");
    const int code =
        shell("set -o pipefail; \"$I\" run g.yaml --speed max " + lost + " >/dev/null");
    BOOST_TEST(code == 0, lost << ": " << code);
    BOOST_TEST(has(text_of_file(folder / "out/run.json"), "\"exit\": 0"), lost);
    BOOST_TEST(shell("set -o pipefail; \"$I\" run absent.yaml " + lost + " >/dev/null") == 2);
  }
}

BOOST_AUTO_TEST_CASE(no_file_takes_the_place_of_a_closed_descriptor) {
  write("g.yaml", small_graph);
  BOOST_TEST(shell("\"$I\" run g.yaml --speed max <&- >&- 2>&-") == 0);
  const auto rows = text_of_file(folder / "out/filtered.csv");
  BOOST_TEST(rows.starts_with("time_s,"));
  BOOST_TEST(!has(rows, "running"));
  BOOST_TEST(!has(rows, "results"));
}

BOOST_AUTO_TEST_CASE(lost_data_is_a_failure_in_a_plain_sentence) {
  for (const std::string command : {"nodes", "schema", "man", "--help", "--version",
                                    "completion bash", "inspect filter.bandpass"}) {
    BOOST_TEST(shell("\"$I\" " + command + " >/dev/full 2>stderr") == 1, command);
    const auto said = text_of_file(folder / "stderr");
    BOOST_TEST(has(said, "stdout can't be written: No space left on device"), said);
    BOOST_TEST(!has(said, "mistake of the program"), said);
  }
  BOOST_TEST(shell("\"$I\" nodes >&- 2>stderr") == 1);
}

BOOST_AUTO_TEST_CASE(a_reader_that_left_early_is_told_nothing) {
  shell("\"$I\" schema 2>stderr | head -c1 >/dev/null");
  BOOST_TEST(text_of_file(folder / "stderr").empty());
}

BOOST_AUTO_TEST_SUITE_END()
