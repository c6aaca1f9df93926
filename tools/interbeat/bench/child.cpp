#include "bench/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

extern char** environ;

namespace ib::bench {
namespace {

pid_t spawn(const std::vector<std::string>& words, const std::string& what) {
  std::vector<char*> argv;
  for (const auto& w : words)
    argv.push_back(const_cast<char*>(w.c_str()));  // NOLINT: exec's manner
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawn(&child, argv[0], &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::runtime_error(what + " can't be started: " + std::strerror(error));
  return child;
}

double ns(const timeval& t) {
  return 1e9 * static_cast<double>(t.tv_sec) + 1e3 * static_cast<double>(t.tv_usec);
}

}  // namespace

ChildCost run_child(const std::vector<std::string>& words, const std::string& what) {
  Meter meter;
  meter.start();
  const pid_t child = spawn(words, what);
  int status = 0;
  rusage used{};
  if (wait4(child, &status, 0, &used) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::string line;
    for (const auto& w : words) line += (line.empty() ? "" : " ") + w;
    throw std::runtime_error(what + " failed; to see why: " + line);
  }
  ChildCost c;
  c.cost.wall_ns = meter.stop(1).wall_ns;
  c.cost.units = 1;
  c.cost.cpu_ns = c.cost.process_ns = ns(used.ru_utime) + ns(used.ru_stime);
  c.cost.faults = static_cast<std::uint64_t>(used.ru_minflt);
  c.cost.switches = static_cast<std::uint64_t>(used.ru_nvcsw + used.ru_nivcsw);
  c.peak_bytes = 1024.0 * static_cast<double>(used.ru_maxrss);
  return c;
}

TemporaryFolder::TemporaryFolder() {
  auto name = (std::filesystem::temp_directory_path() / "interbeat-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("no temporary folder can be made: " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace ib::bench
