#include "validator/child.hpp"

#include "validator/traps.hpp"
#include "validator/watch.hpp"

#include "child_end.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace ib::validator {
namespace {

constexpr std::string_view complete =
    "\x01";  // an answer begins with it; a fault's sentence does not
constexpr int said_by_fault = 70;

int memory_file(const char* name) {
  const int fd = memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "no memory for a test");
  return fd;
}
long size_of_file(int fd) {
  struct stat info {};
  return fstat(fd, &info) == 0 ? static_cast<long>(info.st_size) : 0;
}
std::string content(int fd, std::size_t most) {
  std::string text(std::min<std::size_t>(most, static_cast<std::size_t>(size_of_file(fd))), '\0');
  const auto n = pread(fd, text.data(), text.size(), 0);
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return text;
}
void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// Nobody's time, disk or memory: a limit on each.
void limit() {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  constexpr rlim_t most_written = rlim_t{256} << 20;  // also what it prints
  const rlimit written{most_written, most_written};
  setrlimit(RLIMIT_FSIZE, &written);
  if (sanitized) return;  // its shadow memory is terabytes of addresses
  constexpr rlim_t most = rlim_t{1} << 30;
  const rlimit memory{most, most};
  setrlimit(RLIMIT_AS, &memory);
}

[[noreturn]] void live(const Child::Work& work, int answer, int printed) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int signal = 1; signal < 32; ++signal) std::signal(signal, SIG_DFL);  // a sanitizer has its own
  limit();
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(printed, STDOUT_FILENO);
  dup2(printed, STDERR_FILENO);
  catch_faults(answer);
  std::string text;
  try {
    text = std::string(complete) + work([printed] {
             std::fflush(nullptr);
             return size_of_file(printed);
           });
  } catch (const std::exception& error) {
    text = fmt::format("it threw across the border: {}", error.what());
  } catch (...) {
    text = "it threw something across the border";
  }
  write_all(answer, text);
  _exit(text.starts_with(complete) ? 0
                                   : said_by_fault);  // no exit handlers: a plugin may have some
}

}  // namespace

Child::Child(const Work& work)
    : began_(std::chrono::steady_clock::now()),
      answer_(memory_file("answer")),
      printed_(memory_file("printed")) {
  std::fflush(nullptr);
  pid_ = fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "no process for a test");
  if (pid_ == 0) live(work, answer_, printed_);
  setpgid(pid_, pid_);  // both do it: whoever comes first
  pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (pidfd_ < 0) throw std::system_error(errno, std::generic_category(), "no eye on a test");
}

Child::~Child() {
  if (pid_ > 0) kill(0);
  for (const int fd : {answer_, printed_, pidfd_}) {
    if (fd >= 0) ::close(fd);
  }
}

double Child::age_ms() const {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began_)
      .count();
}

Child::End Child::end() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
  ::kill(-pid_, SIGKILL);  // what it may have left behind
  pid_ = -1;
  End e;
  e.took_ms = age_ms();
  constexpr std::size_t most = 1U << 20;
  e.text = content(answer_, most);
  if (e.text.starts_with(complete)) {
    e.answered = true;
    e.text.erase(0, complete.size());
  } else if (e.text.empty()) {
    e.text = how_it_ended(status) + last_words();
  }
  return e;
}

Child::End Child::kill(double limit_ms) {
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  auto e = end();
  e.answered = false;
  e.text = fmt::format("still busy after {:.3g} s", limit_ms / 1000);
  return e;
}

/// What a library says before it aborts ("terminate called after ...").
std::string Child::last_words() const {
  constexpr std::size_t most = 64 * 1024, longest = 160;
  auto text = content(printed_, most);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\0')) text.pop_back();
  text.erase(0, text.rfind('\n') + 1);
  if (text.size() > longest) text.resize(longest);
  for (auto& c : text) {
    if (c < 32 || c > 126) c = '?';
  }
  return text.empty() ? "" : ": " + text;
}

}  // namespace ib::validator
