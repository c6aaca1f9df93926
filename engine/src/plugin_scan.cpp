#include "plugin_scan.hpp"

#include "child_end.hpp"
#include "descriptor.hpp"
#include "plugin_library.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <set>
#include <utility>

namespace ib {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t longest_manifest = 16 << 20, longest_words = 4096;

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { close(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    close();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
  }
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

struct Pipe {
  Fd read, write;
  bool open() {
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) != 0) return false;
    read = Fd(fds[0]);
    write = Fd(fds[1]);
    return true;
  }
};

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

void limit(int what, rlim_t most) {
  const rlimit l{most, most};
  setrlimit(static_cast<__rlimit_resource_t>(what), &l);
}

/// In the child. What the plugin prints goes to `words`; it has no terminal to ask questions on.
[[noreturn]] void answer(const std::filesystem::path& file, const Pipe& manifest,
                         const Pipe& words) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDWR);
  dup2(nothing, STDIN_FILENO);
  dup2(words.write.get(), STDOUT_FILENO);
  dup2(words.write.get(), STDERR_FILENO);
  limit(RLIMIT_CORE, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_AS, rlim_t{4} << 30);
#endif
  for (int s = 1; s < 32; ++s) std::signal(s, SIG_DFL);  // whoever forks may have handlers of its own
  std::string problem;
  auto text = read_manifest(file, problem);
  if (!problem.empty()) {
    text = nlohmann::json{{"problem", problem}}.dump(-1, ' ', false,
                                                     nlohmann::json::error_handler_t::replace);
  }
  write_all(manifest.write.get(), text);
  _exit(0);
}

/// True: there may be more.
bool take(int fd, std::string& to, std::size_t most) {
  std::array<char, 65536> part;
  const auto n = ::read(fd, part.data(), part.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  to.append(part.data(), std::min(static_cast<std::size_t>(n), most - std::min(most, to.size())));
  return n > 0;
}

/// The last line of what it printed, made harmless for a terminal.
std::string last_words(const std::string& text) {
  std::string line, last;
  const auto keep = [&] {
    if (line.find_first_not_of(' ') != std::string::npos) last = line;
    line.clear();
  };
  for (const char c : text) {
    if (c == '\n') keep();
    else if (static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f)
      line.push_back(c);
  }
  keep();
  constexpr std::size_t most = 160;
  if (last.size() > most) last = last.substr(0, most) + "...";
  return last;
}

/// The parent's side: listens until the child is gone or its time is over.
class Listening {
 public:
  Listening(pid_t pid, Pipe& manifest, Pipe& words, milliseconds limit)
      : pid_(pid),
        manifest_(manifest),
        words_(words),
        end_(steady_clock::now() + limit),
        limit_(limit) {}

  PluginScan listen() {
    const Fd gone(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
    bool more = true, more_words = true, alive = gone.get() >= 0;
    while ((more || alive) && left() > milliseconds(0)) {
      std::array<pollfd, 3> fds{{{more ? manifest_.read.get() : -1, POLLIN, 0},
                                 {more_words ? words_.read.get() : -1, POLLIN, 0},
                                 {alive ? gone.get() : -1, POLLIN, 0}}};
      if (poll(fds.data(), fds.size(), static_cast<int>(left().count())) < 0 && errno != EINTR)
        break;
      if (fds[0].revents != 0) more = take(manifest_.read.get(), text_, longest_manifest);
      if (fds[1].revents != 0) more_words = take(words_.read.get(), said_, longest_words);
      if (fds[2].revents != 0) {
        // A grandchild may hold the pipes open: what the child wrote is in them by now.
        alive = false;
        drain(manifest_.read.get(), text_, longest_manifest);
        drain(words_.read.get(), said_, longest_words);
        break;
      }
    }
    const bool late = alive && left() <= milliseconds(0);
    kill(-pid_, SIGKILL);
    kill(pid_, SIGKILL);
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
    return late ? hung() : judge(status);
  }

 private:
  milliseconds left() const {
    return std::chrono::duration_cast<milliseconds>(end_ - steady_clock::now());
  }
  static void drain(int fd, std::string& to, std::size_t most) {
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (auto before = to.size() + 1; before != to.size();) {
      before = to.size();
      take(fd, to, most);
    }
  }
  PluginScan hung() const {
    return {{},
            fmt::format("it was still busy after {} s while it was read{}",
                        static_cast<double>(limit_.count()) / 1000, words()),
            true,
            0};
  }
  std::string words() const {
    const auto last = last_words(said_);
    return last.empty() ? "" : fmt::format(", and said: {}", last);
  }
  PluginScan judge(int status) const {
    const auto j = nlohmann::json::parse(text_, nullptr, false);
    if (j.is_object() && j.contains("problem") && j["problem"].is_string())
      return {{}, j["problem"], false, 0};
    if (j.is_object() && j.contains("nodes")) return {text_, {}, false, 0};
    return {{}, how_it_ended(status) + " while it was read" + words(), true, 0};
  }

  pid_t pid_;
  Pipe &manifest_, &words_;
  steady_clock::time_point end_;
  milliseconds limit_;
  std::string text_, said_;
};

}  // namespace

std::string read_manifest(const std::filesystem::path& file, std::string& problem) {
  const auto library = PluginLibrary::open(file, problem);
  if (library == nullptr) return {};
  try {
    auto nodes = nlohmann::json::array();
    std::set<std::string> types;
    for (std::uint32_t i = 0; i < library->nodes(); ++i) {
      nodes.push_back(describe(library->raw_descriptor(i)));
      const std::string type = nodes.back()["type"];
      if (!types.insert(type).second)
        throw BadDescriptor(fmt::format("it has two nodes called `{}`", type));
    }
    const auto abi = library->abi();
    return nlohmann::json{{"abi", {abi.major, abi.minor, abi.patch}}, {"nodes", std::move(nodes)}}
        .dump();
  } catch (const BadDescriptor& error) {
    problem = error.what();
  } catch (const nlohmann::json::exception&) {
    problem = "one of its texts is no UTF-8";
  }
  return {};
}

PluginScan scan_plugin(const std::filesystem::path& file, milliseconds limit) {
  const auto began = steady_clock::now();
  Pipe manifest, words;
  if (!manifest.open() || !words.open())
    return {{}, fmt::format("no pipe to read it through: {}", std::strerror(errno)), false, 0};
  std::fflush(nullptr);  // or the child would write it too
  const pid_t pid = fork();
  if (pid < 0)
    return {{}, fmt::format("no child process to read it in: {}", std::strerror(errno)), false, 0};
  if (pid == 0) answer(file, manifest, words);
  manifest.write.close();
  words.write.close();
  auto scan = Listening(pid, manifest, words, limit).listen();
  scan.took_ms = std::chrono::duration<double, std::milli>(steady_clock::now() - began).count();
  return scan;
}

}  // namespace ib
