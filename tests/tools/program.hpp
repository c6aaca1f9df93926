// The built program, called as a user calls it: words in, exit code and both outputs back. Each
// test has a folder of its own, which is also where the program's control sockets lie.
#pragma once

#include "support/places.hpp"

#include <boost/test/unit_test.hpp>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace ib::test {

namespace fs = std::filesystem;

inline std::string text_of_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

struct Answer {
  int code{};
  std::string out, err;
};

class Program {
 public:
  Program() {
    char name[] = "/tmp/interbeat-test-XXXXXX";
    BOOST_TEST_REQUIRE(mkdtemp(name) != nullptr);
    folder = name;
    setenv("XDG_RUNTIME_DIR", name, 1);
  }
  ~Program() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  /// `interbeat WORDS`, through the shell, with its folder as the current one.
  Answer operator()(const std::string& words) const {
    const auto line = "cd '" + folder.string() + "' && '" + path() + "' " + words +
                      " >stdout 2>stderr </dev/null";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status),
            text_of_file(folder / "stdout"), text_of_file(folder / "stderr")};
  }

  /// A line of shell with $I for the program, in the folder. The line says where the outputs go.
  int shell(const std::string& line) const {
    const auto all = "cd '" + folder.string() + "' && I='" + path() + "' && " + line;
    setenv("INTERBEAT_TEST_LINE", all.c_str(), 1);
    const int status = std::system("bash -c \"$INTERBEAT_TEST_LINE\" </dev/null");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
  }

  static std::string path() { return std::string(ib::test::binary_folder) + "/bin/interbeat"; }

  fs::path folder;
};

/// The program while it runs; ended with the test.
class Running {
 public:
  Running(const Program& program, std::vector<std::string> words) {
    int ends[2];
    BOOST_TEST_REQUIRE(pipe(ends) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDERR_FILENO);
      close(ends[0]);
      close(ends[1]);
      if (chdir(program.folder.c_str()) != 0) _exit(126);
      words.insert(words.begin(), Program::path());
      std::vector<char*> argv;
      for (auto& word : words) argv.push_back(word.data());
      argv.push_back(nullptr);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(ends[1]);
    err_ = ends[0];
  }
  ~Running() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(err_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// Reads what it says until `part` came, or it ended. All that it said so far.
  const std::string& wait_for(std::string_view part) {
    char bytes[1024];
    while (!has(said_, part)) {
      const auto n = read(err_, bytes, sizeof bytes);
      if (n <= 0) break;
      said_.append(bytes, static_cast<std::size_t>(n));
    }
    return said_;
  }
  void signal(int number) const { kill(pid_, number); }
  pid_t pid() const { return pid_; }
  /// Waits for its end, at most so long. True: it has ended.
  bool ends_within(int ms) const {
    pollfd end{err_, 0, 0};  // POLLHUP, whatever it says before
    return poll(&end, 1, ms) == 1;
  }
  /// The exit code; 1000 + signal when one killed it.
  int wait() {
    wait_for("no such words: to the end");
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }

 private:
  pid_t pid_{-1};
  int err_{-1};
  std::string said_;
};

/// A source of 20 s, a filter, a file.
inline constexpr const char* small_graph = R"(interbeat: 1
parameters:
  recording: {type: source, default: "virtual:seed=1,duration=20s"}
nodes:
  ring:     {type: source, uri: $recording}
  filtered: {type: filter.bandpass, in: ring.ppg, low: 0.5 Hz, high: 8 Hz}
  file:     {type: sink.csv, in: filtered, path: filtered.csv}
)";

}  // namespace ib::test
