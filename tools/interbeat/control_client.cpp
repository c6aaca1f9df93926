#include "control_client.hpp"

#include "command.hpp"
#include "message.hpp"
#include "nearest.hpp"
#include "places.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ib::tool {

using Json = nlohmann::json;

namespace {

/// "evening", or the nearest of several and then all.
std::string names_of(const std::vector<std::string>& live, const std::string& meant) {
  const auto near = live.size() > 1 ? did_you_mean(meant, live) : "";
  return one_of(live) + (near.empty() ? "" : "; " + near);
}

}  // namespace

ControlClient::~ControlClient() {
  if (fd_ >= 0) close(fd_);
}

std::string ControlClient::connect(const std::string& name) {
  const auto path = socket_of(name).string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return "the path of the socket is too long: " + path;
  path.copy(address.sun_path, path.size());
  fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval timeout{5, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return {};
  if (errno != ENOENT && errno != ECONNREFUSED)
    return fmt::format("no run called {} answers: {}", in_quotes(name), std::strerror(errno));
  const auto live = running_names();
  return fmt::format("no run called {} answers; {}", in_quotes(name),
                     live.empty() ? "nothing is running live" : "live: " + names_of(live, name));
}

std::optional<Json> ControlClient::ask(const Json& request) {
  const auto asked = request.dump() + "\n";
  if (send(fd_, asked.data(), asked.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(asked.size())) {
    return std::nullopt;
  }
  for (;;) {
    if (const auto line = take_line()) {
      auto answer = Json::parse(*line, nullptr, false);
      if (answer.is_discarded()) return std::nullopt;
      return answer;
    }
    if (!receive()) return std::nullopt;
  }
}

std::optional<nlohmann::ordered_json> ControlClient::next(int stop_fd) {
  for (;;) {
    if (const auto line = take_line()) {
      auto said = nlohmann::ordered_json::parse(*line, nullptr, false);
      if (said.is_discarded()) return std::nullopt;
      return said;
    }
    pollfd wait[] = {{fd_, POLLIN, 0}, {stop_fd, POLLIN, 0}};
    if (poll(wait, 2, -1) < 0 && errno != EINTR) return std::nullopt;
    if (wait[1].revents != 0) return std::nullopt;
    if (wait[0].revents != 0 && !receive()) return std::nullopt;
  }
}

std::optional<std::string> ControlClient::take_line() {
  const auto end = unread_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = unread_.size();
    return std::nullopt;
  }
  auto line = unread_.substr(taken_, end - taken_);
  taken_ = searched_ = end + 1;
  if (taken_ == unread_.size()) {
    unread_.clear();
    taken_ = searched_ = 0;
  }
  return line;
}

/// False: the other end is gone, or silent for five seconds.
bool ControlClient::receive() {
  unread_.erase(0, taken_);
  searched_ -= taken_;
  taken_ = 0;
  char bytes[16384];
  const auto n = recv(fd_, bytes, sizeof bytes, 0);
  if (n < 0 && errno == EINTR) return true;
  if (n <= 0) return false;
  unread_.append(bytes, static_cast<std::size_t>(n));
  return true;
}

void add_run_name(CLI::App& command, std::string& name) {
  command.add_option("NAME,--name", name, "Which run; default: the only one")->type_name("NAME");
}

std::optional<std::string> choose_run(const std::string& given) {
  if (!given.empty()) return given;
  const auto names = running_names();
  if (names.size() == 1) return names.front();
  if (names.empty()) {
    complain("nothing is running live: no socket in " + socket_folder().string(),
             "start one with `interbeat run couple.yaml`");
  } else {
    complain("several runs are live", "say which: " + one_of(names));
  }
  return std::nullopt;
}

int ask_and_say(const std::string& given, const nlohmann::json& request) {
  const auto name = choose_run(given);
  if (!name) return wrong;
  ControlClient client;
  if (const auto why = client.connect(*name); !why.empty()) {
    complain(why, "`interbeat run … --name` names a run");
    return failed;
  }
  const auto answer = client.ask(request);
  if (!answer) {
    complain("the run called \"" + *name + "\" did not answer");
    return failed;
  }
  if (answer->contains("error")) {
    complain((*answer)["error"].get<std::string>());
    return wrong;
  }
  say("{}", answer->value("done", "done"));
  return done;
}

}  // namespace ib::tool
