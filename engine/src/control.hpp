// Control: what a running engine answers on its Unix socket: one JSON object per line in, one out.
//
//   {"do": "report"}                                  everything `interbeat top` shows
//   {"do": "decisions"}                               how old items were when given, bin by bin (decisions_json.hpp)
//   {"do": "set", "change": "me.activation.b0=-1.5"}  a param change; answers its session time
//   {"do": "mark", "text": "hard talk", "node": "marks"}  a mark; answers its session time (mark.hpp)
//   {"do": "metrics"}                                 {"metrics": the text that Prometheus reads}
//   {"do": "tap", "edge": "anna.detected.beats"}         items of that output, line by line (tap_server.hpp)
//   {"do": "stop"}                                    drain and end
//
// `GET /metrics HTTP/1.0` is answered as a web server would: curl --unix-socket ... http://x/metrics.
// The socket is 0600 in a private directory. At most 8 clients and 64 KiB per line; a longer line or a
// ninth client is refused with a sentence. Thread: worker 0, inside the executor's loop.
#pragma once

#include "asio.hpp"
#include "run.hpp"
#include "tap_server.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace ib::detail {

class Control {
 public:
  using Stop = std::function<void()>;
  /// Does work on the thread of an executor; on the socket's own at once.
  using DoOn = std::function<void(unsigned executor, std::function<void(Run&)> work)>;
  using Reply = std::function<void(std::string)>;
  /// Sets a mark at that node; no node: at the only one that takes marks.
  using Mark = std::function<void(const std::string& node, const std::string& text,
                                  std::function<void(const MarkAnswer&)>)>;

  Control(boost::asio::io_context& io, Run& run, Stop stop, DoOn do_on, Mark mark,
          TapServer::WriteField write_field = nullptr);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  /// Listens; a stale socket of a dead run is replaced. Empty: fine; else the sentence to show.
  std::string listen(const std::filesystem::path& path);
  /// Lines `set NODE.PARAM=VALUE`, `mark TEXT` and `stop` from this descriptor.
  void read_lines_from(int fd);
  void close();
  /// After the run has closed: what taps still hold goes to their readers.
  void finish_taps();

  /// Answers one line, now or when another executor has done its part; always on this loop.
  void answer(std::string_view line, const Reply& reply);

 private:
  void set(const std::string& change, const Reply& reply);
  void mark(const std::string& node, const std::string& text, const Reply& reply);
  struct Client;
  void accept();
  void read(const std::shared_ptr<Client>& client);
  void say(const std::shared_ptr<Client>& client, std::string what);
  void tap(const std::shared_ptr<Client>& client, const std::string& edge);
  void read_head(const std::shared_ptr<Client>& client, const std::string& request);
  RunReport report(Detail detail);
  std::string metrics();
  void read_stdin();

  boost::asio::io_context& io_;
  Run& run_;
  Stop stop_;
  DoOn do_on_;
  Mark mark_;
  TapServer taps_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::posix::stream_descriptor stdin_;
  boost::asio::streambuf stdin_text_{65536};
  std::filesystem::path path_;
  std::list<std::weak_ptr<Client>> clients_;
};

}  // namespace ib::detail
