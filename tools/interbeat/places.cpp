#include "places.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <interbeat/graph.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace ib::tool {

namespace fs = std::filesystem;

namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

fs::path find_graph(const std::string& name) {
  std::error_code error;
  if (fs::exists(name, error)) return name;
  if (fs::path(name).is_absolute()) return {};
  for (const auto& folder : default_module_dirs()) {
    for (const auto& file : {folder / name, folder / (name + ".yaml")}) {
      if (fs::is_regular_file(file, error)) return file;
    }
  }
  return {};
}

std::optional<fs::path> find_program(std::string_view name) {
  const auto path = from_environment("PATH");
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find(':', at), path.size());
    const auto file = fs::path(path.substr(at, end - at)) / name;
    if (end > at && access(file.c_str(), X_OK) == 0) return file;
    at = end + 1;
  }
  return std::nullopt;
}

fs::path figure_recipes() {
  std::error_code error;
  for (const auto& graphs : default_module_dirs()) {
    for (const auto* beside : {"figures", "tools/interbeat/manual/figures"}) {
      if (auto folder = graphs.parent_path() / beside; fs::is_directory(folder, error))
        return folder;
    }
  }
  return {};
}

fs::path socket_folder() {
  if (const auto run = from_environment("XDG_RUNTIME_DIR"); !run.empty()) {
    return fs::path(run) / "interbeat";
  }
  return fmt::format("/tmp/interbeat-{}", getuid());
}

fs::path socket_of(const std::string& name) { return socket_folder() / (name + ".sock"); }

std::string make_socket_folder() {
  const auto folder = socket_folder();
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return fmt::format("{} can't be made: {}", folder.string(), std::strerror(errno));
  }
  // Below /tmp anybody may have been there first: only a folder that is ours alone will do.
  struct stat info {};
  if (lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != getuid() ||
      (info.st_mode & 0077U) != 0) {
    return fmt::format("{} is not a folder of this user alone (mode 0700)", folder.string());
  }
  return {};
}

namespace {

/// Somebody listens on this socket. A refusal comes at once; nothing is sent.
bool answers(const fs::path& socket_path) {
  const auto path = socket_path.string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return false;
  path.copy(address.sun_path, path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  const bool good = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
                    errno == EAGAIN;  // it listens, and many ask
  close(fd);
  return good;
}

}  // namespace

std::vector<std::string> running_names() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(socket_folder(), error)) {
    const auto& path = entry.path();
    if (path.extension() == ".sock" && answers(path)) names.push_back(path.stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace ib::tool
