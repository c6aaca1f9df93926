#include "control.hpp"

#include "decisions_json.hpp"
#include "metrics_text.hpp"
#include "nearest.hpp"
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

bool asks_for_tap(const std::string& line, std::string& edge) {
  const auto request = Json::parse(line, nullptr, false);
  if (!request.is_object() || request.value("do", Json()) != "tap") return false;
  const auto it = request.find("edge");
  if (it != request.end() && it->is_string()) edge = it->get<std::string>();
  return true;
}

/// The answer to a line of stdin.
void tell_user(const std::string& answer) {
  const auto said = Json::parse(answer);
  spdlog::info("{}", said.contains("error") ? said["error"].get<std::string>()
                                            : said["done"].get<std::string>());
}
}  // namespace

struct Control::Client {
  explicit Client(stream_protocol::socket s) : socket(std::move(s)) {}
  stream_protocol::socket socket;
  boost::asio::streambuf in{max_line};
  std::string out;
};

Control::Control(boost::asio::io_context& io, Run& run, Stop stop, DoOn do_on, Mark mark,
                 TapServer::WriteField write_field)
    : io_(io),
      run_(run),
      stop_(std::move(stop)),
      do_on_(std::move(do_on)),
      mark_(std::move(mark)),
      taps_(io, run.plan(), write_field),
      acceptor_(io),
      stdin_(io) {}

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

void Control::finish_taps() { taps_.finish(); }

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
        const std::string line(text, n);
        client->in.consume(n);
        if (line.starts_with("GET ")) return read_head(client, line);
        std::string edge;
        if (asks_for_tap(line, edge)) return tap(client, edge);
        answer(line, [this, client](std::string said) { say(client, std::move(said)); });
      });
}

void Control::say(const std::shared_ptr<Client>& client, std::string what) {
  client->out = std::move(what);
  boost::asio::async_write(client->socket, boost::asio::buffer(client->out),
                           [this, client](const boost::system::error_code& e, std::size_t) {
                             if (!e) read(client);
                           });
}

/// The connection is the tap's from here on.
void Control::tap(const std::shared_ptr<Client>& client, const std::string& edge) {
  auto why = taps_.open(edge, std::shared_ptr<stream_protocol::socket>(client, &client->socket));
  if (!why.empty()) return say(client, refuse(why));
  clients_.remove_if([&](const auto& weak) { return weak.lock() == client; });
}

/// HTTP as far as Prometheus and curl need it: what the request's head says further is passed over.
void Control::read_head(const std::shared_ptr<Client>& client, const std::string& request) {
  boost::asio::async_read_until(
      client->socket, client->in, '\n',
      [this, client, request](const boost::system::error_code& error, std::size_t n) {
        if (error) return;
        const bool last = n <= 2;  // an empty line
        client->in.consume(n);
        if (!last) return read_head(client, request);
        const bool known = request.starts_with("GET /metrics ");
        const auto body = known ? metrics() : "only /metrics is here\n";
        client->out = fmt::format(
            "HTTP/1.0 {}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
            "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
            known ? "200 OK" : "404 Not Found", body.size(), body);
        boost::asio::async_write(client->socket, boost::asio::buffer(client->out),
                                 [client](const boost::system::error_code&, std::size_t) {
                                   boost::system::error_code ignored;
                                   client->socket.close(ignored);
                                 });
      });
}

RunReport Control::report(Detail detail) {
  auto r = make_report(run_.plan(), detail);
  r.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  return r;
}

std::string Control::metrics() { return metrics_text(report(Detail::histograms)); }

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
          set(std::string(line.substr(4)), tell_user);
        } else if (line.starts_with("mark ")) {
          mark({}, std::string(line.substr(5)), tell_user);
        } else if (line == "stop") {
          stop_();
        } else if (!line.empty()) {
          spdlog::warn("not understood: \"{}\"; try: set NODE.PARAM=VALUE, mark TEXT, or stop",
                       line);
        }
        stdin_text_.consume(n);
        read_stdin();
      });
}

namespace {

/// [the node's executor] Admits the change; what to answer.
std::string admit(Run& run, const ParamChange& change, const std::string& text) {
  const Time earliest = run.earliest_change();
  const Time at = change.at.value_or(earliest);
  if (at < earliest) {
    return refuse(fmt::format("{:.6f} s has passed; the earliest is {:.6f} s", seconds(at),
                              seconds(earliest)));
  }
  run.prepare_changes(change.node);
  if (!run.change_at(change.node, change.param, change.number, at)) {
    return refuse(
        fmt::format("the node has stopped, or {} changes already wait at it", Stage::max_events));
  }
  return line_of({{"done", fmt::format("{} from {:.6f} s on", text.substr(0, text.rfind(" at ")),
                                       seconds(at))},
                  {"at_s", seconds(at)}});
}

}  // namespace

void Control::set(const std::string& text, const Reply& reply) {
  std::string why;
  const auto change = parse_change(run_.plan().graph, text, why);
  if (!change) return reply(refuse(why));
  const auto& plan = run_.plan();
  do_on_(plan.components[plan.component_of[change->node]].executor,
         [this, change, text, reply](Run& run) {
           auto said = admit(run, *change, text);
           if (&run == &run_) return reply(std::move(said));
           boost::asio::post(io_, [reply, said = std::move(said)] { reply(said); });
         });
}

void Control::mark(const std::string& node, const std::string& text, const Reply& reply) {
  mark_(node, text, [reply, text](const MarkAnswer& a) {
    if (!a.problem.empty()) return reply(refuse(a.problem));
    reply(line_of({{"done", fmt::format("{} at {:.6f} s", in_quotes(text), seconds(a.at))},
                   {"at_s", seconds(a.at)}}));
  });
}

void Control::answer(std::string_view line, const Reply& reply) {
  const auto request = Json::parse(line, nullptr, false);
  if (!request.is_object() || !request.contains("do") || !request["do"].is_string()) {
    return reply(refuse("expected one JSON object per line, such as {\"do\": \"report\"}"));
  }
  const auto what = request["do"].get<std::string>();
  if (what == "report") return reply(line_of(report_json(report(Detail::figures))));
  if (what == "decisions")
    return reply(line_of(decisions_json(run_.plan(), report(Detail::histograms))));
  if (what == "metrics") return reply(line_of({{"metrics", metrics()}}));
  if (what == "stop") {
    stop_();
    return reply(line_of({{"done", "draining"}}));
  }
  if (what == "set") {
    if (!request.contains("change") || !request["change"].is_string()) {
      return reply(refuse("expected \"change\": \"NODE.PARAM=VALUE\""));
    }
    return set(request["change"].get<std::string>(), reply);
  }
  if (what == "mark") {
    const auto node = request.value("node", Json(""));
    if (!request.contains("text") || !request["text"].is_string() || !node.is_string())
      return reply(
          refuse("expected \"text\": \"what was marked\", and \"node\" as text if at all"));
    return mark(node.get<std::string>(), request["text"].get<std::string>(), reply);
  }
  reply(refuse(fmt::format(
      "unknown \"do\": \"{}\"; one of report, decisions, metrics, tap, set, mark, stop", what)));
}

}  // namespace ib::detail
