#include "control.hpp"

#include "param_change.hpp"
#include "report_json.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace ib::detail {

using boost::asio::local::stream_protocol;
using Json = nlohmann::json;

namespace {
constexpr std::size_t max_line = 65536;
constexpr std::size_t max_clients = 8;

/// Whatever bytes a name holds, the answer is UTF-8.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}
std::string refuse(std::string_view why) { return line_of({{"error", why}}); }
}  // namespace

struct Control::Client {
  explicit Client(stream_protocol::socket s) : socket(std::move(s)) {}
  stream_protocol::socket socket;
  boost::asio::streambuf in{max_line};
  std::string out;
};

Control::Control(boost::asio::io_context& io, Run& run, std::function<void()> stop)
    : io_(io), run_(run), stop_(std::move(stop)), acceptor_(io), stdin_(io) {}

Control::~Control() { close(); }

void Control::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (auto& weak : clients_) {
    if (auto client = weak.lock()) client->socket.close(ignored);
  }
  clients_.clear();
  if (stdin_.is_open()) stdin_.close(ignored);
  std::error_code gone;
  if (!path_.empty()) std::filesystem::remove(path_, gone);
  path_.clear();
}

std::string Control::listen(const std::filesystem::path& path) {
  constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;  // Asio throws beyond it
  if (path.string().size() > longest) {
    return fmt::format(
        "`top` and `set` can't reach this run: the path {} is longer than the {} bytes that a "
        "socket may have; choose a shorter --name or XDG_RUNTIME_DIR",
        path.string(), longest);
  }
  boost::system::error_code error;
  std::error_code file;
  std::filesystem::create_directories(path.parent_path(), file);
  if (std::filesystem::exists(path, file)) {
    stream_protocol::socket probe(io_);
    probe.connect(stream_protocol::endpoint(path.string()), error);
    if (!error) {
      return fmt::format("another run already listens on {}; give this one a --name",
                         path.string());
    }
    std::filesystem::remove(path, file);
  }
  error = {};
  const auto mask = umask(0177);
  acceptor_.open(stream_protocol(), error);
  if (!error) acceptor_.bind(stream_protocol::endpoint(path.string()), error);
  umask(mask);
  if (!error) acceptor_.listen(8, error);
  if (error) {
    return fmt::format("the control socket {} can't be opened: {}", path.string(), error.message());
  }
  path_ = path;
  accept();
  return {};
}

void Control::accept() {
  acceptor_.async_accept([this](const boost::system::error_code& error, stream_protocol::socket s) {
    if (error) return;
    clients_.remove_if([](const auto& weak) { return weak.expired(); });
    auto client = std::make_shared<Client>(std::move(s));
    if (clients_.size() >= max_clients) {
      client->out = refuse("too many clients on this socket (at most 8)");
      boost::asio::async_write(client->socket, boost::asio::buffer(client->out),
                               [client](const auto&, std::size_t) {});
    } else {
      clients_.push_back(client);
      read(client);
    }
    accept();
  });
}

void Control::read(const std::shared_ptr<Client>& client) {
  boost::asio::async_read_until(
      client->socket, client->in, '\n',
      [this, client](const boost::system::error_code& error, std::size_t n) {
        if (error) return;  // gone, or a line beyond the limit
        const auto* text = static_cast<const char*>(client->in.data().data());
        client->out = answer(std::string_view(text, n));
        client->in.consume(n);
        boost::asio::async_write(client->socket, boost::asio::buffer(client->out),
                                 [this, client](const boost::system::error_code& e, std::size_t) {
                                   if (!e) read(client);
                                 });
      });
}

void Control::read_lines_from(int fd) {
  const int own = dup(fd);
  if (own < 0) return;
  boost::system::error_code error;
  stdin_.assign(own, error);  // regular files can't be waited for: then there is no live input
  if (!error) read_stdin();
}

void Control::read_stdin() {
  boost::asio::async_read_until(
      stdin_, stdin_text_, '\n', [this](const boost::system::error_code& error, std::size_t n) {
        if (error) return;
        const auto* text = static_cast<const char*>(stdin_text_.data().data());
        std::string_view line(text, n - 1);
        if (line.starts_with("set ")) {
          const auto said =
              Json::parse(answer(line_of({{"do", "set"}, {"change", line.substr(4)}})));
          spdlog::info("{}", said.contains("error") ? said["error"].get<std::string>()
                                                    : said["done"].get<std::string>());
        } else if (line == "stop") {
          stop_();
        } else if (!line.empty()) {
          spdlog::warn("not understood: \"{}\"; try: set NODE.PARAM=VALUE, or stop", line);
        }
        stdin_text_.consume(n);
        read_stdin();
      });
}

std::string Control::set(const std::string& text) {
  std::string why;
  const auto change = parse_change(run_.plan().graph, text, why);
  if (!change) return refuse(why);
  const Time earliest = run_.earliest_change();
  const Time at = change->at.value_or(earliest);
  if (at < earliest) {
    return refuse(fmt::format("{:.6f} s has passed; the earliest is {:.6f} s", seconds(at),
                              seconds(earliest)));
  }
  if (!run_.change_at(change->node, change->param, change->number, at)) {
    return refuse(
        fmt::format("the node has stopped, or {} changes already wait at it", Stage::max_events));
  }
  return line_of({{"done", fmt::format("{} from {:.6f} s on", text.substr(0, text.rfind(" at ")),
                                       seconds(at))},
                  {"at_s", seconds(at)}});
}

std::string Control::answer(std::string_view line) {
  const auto request = Json::parse(line, nullptr, false);
  if (!request.is_object() || !request.contains("do") || !request["do"].is_string()) {
    return refuse("expected one JSON object per line, such as {\"do\": \"report\"}");
  }
  const auto what = request["do"].get<std::string>();
  if (what == "report") return line_of(report_json(make_report(run_.plan())));
  if (what == "stop") {
    stop_();
    return line_of({{"done", "draining"}});
  }
  if (what == "set") {
    if (!request.contains("change") || !request["change"].is_string()) {
      return refuse("expected \"change\": \"NODE.PARAM=VALUE\"");
    }
    return set(request["change"].get<std::string>());
  }
  return refuse(fmt::format("unknown \"do\": \"{}\"; one of report, set, stop", what));
}

}  // namespace ib::detail
