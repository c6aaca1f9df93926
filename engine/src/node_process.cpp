#include "node_process.hpp"

#include "child_end.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

extern char** environ;

namespace ib {

using std::chrono::steady_clock;

// -- DeathWatch -------------------------------------------------------------------------------------

DeathWatch::DeathWatch() : knock_(eventfd(0, EFD_CLOEXEC)) {
  if (knock_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  thread_ = std::thread([this] { loop(); });
}

DeathWatch::~DeathWatch() {
  stop_.store(true, std::memory_order_release);
  knock();
  thread_.join();
  close(knock_);
}

void DeathWatch::knock() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(knock_, &one, sizeof one);
}

void DeathWatch::add(NodeProcess& process, int pidfd) {
  {
    const std::lock_guard lock(mutex_);
    watched_.push_back({&process, pidfd});
  }
  knock();
}

void DeathWatch::remove(NodeProcess& process) {
  const std::lock_guard lock(mutex_);
  watched_.remove_if([&](const Watched& w) { return w.process == &process; });
  knock();
}

void DeathWatch::loop() {
  std::vector<pollfd> fds;
  while (!stop_.load(std::memory_order_acquire)) {
    fds.assign(1, {knock_, POLLIN, 0});
    {
      const std::lock_guard lock(mutex_);
      for (const auto& w : watched_) fds.push_back({w.pidfd, POLLIN, 0});
    }
    if (poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[0].revents != 0) {
      std::uint64_t n = 0;
      [[maybe_unused]] const auto got = ::read(knock_, &n, sizeof n);
    }
    const std::lock_guard lock(mutex_);
    for (auto w = watched_.begin(); w != watched_.end();) {
      siginfo_t info{};
      const int got = waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(w->pidfd), &info,
                             WEXITED | WNOHANG);
      // Who started us may have had children reaped by themselves: then there is nobody to wait for.
      const bool ended = got == 0 ? info.si_pid != 0 : errno == ECHILD;
      if (!ended) {
        ++w;
        continue;
      }
      // As waitpid tells it.
      const int status = info.si_code == CLD_EXITED ? (info.si_status & 0xff) << 8 : info.si_status;
      w->process->died(status);
      w = watched_.erase(w);
    }
  }
}

// -- NodeProcess ------------------------------------------------------------------------------------

NodeProcess::NodeProcess(DeathWatch& watch, std::filesystem::path host, Limits limits)
    : watch_(watch), host_(std::move(host)), limits_(limits) {}

NodeProcess::~NodeProcess() {
  watch_.remove(*this);
  for (auto* page : pages_) munmap(page, CallLayout::text_at);
  if (lifeline_ >= 0) close(lifeline_);
  if (pidfd_ < 0) return;
  if (lives()) {
    syscall(SYS_pidfd_send_signal, pidfd_, SIGKILL, nullptr, 0);
    siginfo_t info{};
    waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(pidfd_), &info, WEXITED);
  }
  close(pidfd_);
}

SharedMemory& NodeProcess::add_node() {
  auto& memory = memory_.emplace_back(CallLayout::blocks_at);
  void* at = mmap(nullptr, CallLayout::text_at, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                  memory.fd(), 0);
  if (at == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  pages_.push_back(new (at) CallPage);
  claimed_.push_back(0);
  return memory;
}

void NodeProcess::died(int wait_status) {
  {
    const std::lock_guard lock(words_);
    refused_.clear();
    death_ = why_killed_.empty() ? how_it_ended(wait_status) : why_killed_;
    why_killed_.clear();
  }
  {
    const std::lock_guard lock(claiming_);
    for (std::size_t k = 0; k < pages_.size(); ++k) {
      if (claimed_[k] != number()) continue;
      page(k).reply.store(call_died, std::memory_order_release);
      wake_word(page(k).reply);
    }
    deaths_.fetch_add(1, std::memory_order_acq_rel);  // from here on it may be started again
  }
  deaths_.notify_all();
}

std::uint32_t NodeProcess::claim(std::size_t node, std::uint32_t reply) {
  const std::lock_guard lock(claiming_);
  auto& p = page(node);
  p.said.store(0);
  p.heard.store(0);
  p.unheard.store(0);
  const auto n = claimed_[node] = number();
  // In this order: who sees its own number sees a page whose last request was answered.
  p.reply.store(deaths_.load(std::memory_order_acquire) < n ? reply : call_died);
  p.process.store(n);
  return n;
}

void NodeProcess::wait_until_dead() const {
  for (auto n = deaths_.load(std::memory_order_acquire); n != number();
       n = deaths_.load(std::memory_order_acquire)) {
    deaths_.wait(n, std::memory_order_acquire);
  }
}

std::string NodeProcess::death() const {
  const std::lock_guard lock(words_);
  return death_ + refused_;
}

void NodeProcess::say_death(std::string how) {
  const std::lock_guard lock(words_);
  death_ = std::move(how);
}

void NodeProcess::strike() {
  const std::lock_guard lock(lock_);
  if (lives()) syscall(SYS_pidfd_send_signal, pidfd_, SIGKILL, nullptr, 0);
}

void NodeProcess::end_and_wait() {
  syscall(SYS_pidfd_send_signal, pidfd_, SIGKILL, nullptr, 0);
  wait_until_dead();
}

void NodeProcess::bury(std::uint32_t number) {
  const std::lock_guard lock(lock_);
  if (number == this->number() && lives()) end_and_wait();
}

void NodeProcess::kill(std::uint32_t number, const std::string& why) {
  const auto set_why = [&](const std::string& text) {
    const std::lock_guard words(words_);
    why_killed_ = text;
  };
  const std::lock_guard lock(lock_);
  if (number != this->number() || !lives()) return;
  set_why(why);
  end_and_wait();
  set_why({});  // it may have died of itself in the same moment
}

unsigned NodeProcess::recent_restarts() {
  const auto minute_ago = steady_clock::now() - std::chrono::minutes(1);
  restarts_.erase(
      std::remove_if(restarts_.begin(), restarts_.end(), [&](auto t) { return t < minute_ago; }),
      restarts_.end());
  return static_cast<unsigned>(restarts_.size());
}

/// A process that dies again and again gets more time each time.
void NodeProcess::wait_before(unsigned restarts) const {
  if (!back_off_ || restarts == 0) return;
  const auto wait = std::min(std::chrono::milliseconds(50) * (1U << std::min(restarts - 1, 8U)),
                             std::chrono::milliseconds(1000));
  std::this_thread::sleep_for(wait);
}

bool NodeProcess::start(std::uint32_t after) {
  const std::lock_guard lock(lock_);
  if (number() > after) return true;  // another of its nodes was first
  wait_until_dead();
  if (number() > 0) {
    const auto restarts = recent_restarts();
    if (restarts >= limits_.max_restarts) {
      const std::lock_guard words(words_);
      refused_ = fmt::format(", and it had been started again {} times within a minute", restarts);
      return false;
    }
    wait_before(restarts);
    restarts_.push_back(steady_clock::now());
  }
  return spawn();
}

/// The lifeline is a pipe that nobody writes to: its end tells the child that this process is gone.
bool NodeProcess::spawn() {
  for (auto* fd : {&pidfd_, &lifeline_}) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
  }
  int pipe[2];
  if (pipe2(pipe, O_CLOEXEC) != 0) {
    say_death(fmt::format("no pipe for its process: {}", std::strerror(errno)));
    return false;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // High above what may be in use, then down: a descriptor may be one of the targets itself.
  constexpr int first = 3;
  std::vector<int> fds{pipe[0]};
  for (const auto& memory : memory_) fds.push_back(memory.fd());
  const int above =
      1 + std::max(*std::max_element(fds.begin(), fds.end()), first + static_cast<int>(fds.size()));
  for (std::size_t k = 0; k < fds.size(); ++k)
    posix_spawn_file_actions_adddup2(&actions, fds[k], above + static_cast<int>(k));
  for (std::size_t k = 0; k < fds.size(); ++k)
    posix_spawn_file_actions_adddup2(&actions, above + static_cast<int>(k),
                                     first + static_cast<int>(k));
  posix_spawn_file_actions_addclosefrom_np(&actions, first + static_cast<int>(fds.size()));
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);  // stdout is for data
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A group of its own: Ctrl-C at the terminal ends the run, and the run ends its nodes.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const auto program = host_.string(), n = std::to_string(memory_.size()),
             room = std::to_string(limits_.memory_bytes), mine = std::to_string(number() + 1);
  std::string words[]{program, "node-host", n, room, mine};
  char* argv[]{words[0].data(), words[1].data(), words[2].data(),
               words[3].data(), words[4].data(), nullptr};
  pid_t pid = 0;
  const int error = posix_spawn(&pid, program.c_str(), &actions, &attributes, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(pipe[0]);
  lifeline_ = pipe[1];
  if (error != 0) {
    say_death(
        fmt::format("its process can't be started from {}: {}", program, std::strerror(error)));
    return false;
  }
  pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (pidfd_ < 0) {  // too many files are open
    say_death(fmt::format("its process can't be watched: {}", std::strerror(errno)));
    ::kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return false;
  }
  ++starts_;
  number_.fetch_add(1, std::memory_order_release);
  watch_.add(*this, pidfd_);
  return true;
}

}  // namespace ib
