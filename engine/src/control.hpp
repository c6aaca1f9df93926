// Control: what a running engine answers on its Unix socket: one JSON object per line in, one out.
//
//   {"do": "report"}                                  everything `interbeat top` shows
//   {"do": "set", "change": "me.activation.b0=-1.5"}  a param change; answers its session time
//   {"do": "stop"}                                    drain and end
//
// The socket is 0600 in a private directory. At most 8 clients and 64 KiB per line; a longer line or a
// ninth client is refused with a sentence. Thread: worker 0, inside the executor's loop.
#pragma once

#include "asio.hpp"
#include "run.hpp"

#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace ib::detail {

class Control {
 public:
  Control(boost::asio::io_context& io, Run& run, std::function<void()> stop);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  /// Listens; a stale socket of a dead run is replaced. Empty: fine; else the sentence to show.
  std::string listen(const std::filesystem::path& path);
  /// Lines `set NODE.PARAM=VALUE` and `stop` from this descriptor.
  void read_lines_from(int fd);
  void close();

  /// The answer to one line; public so that tests and other doors use the same words.
  std::string set(const std::string& change);
  std::string answer(std::string_view line);

 private:
  struct Client;
  void accept();
  void read(const std::shared_ptr<Client>& client);
  void read_stdin();

  boost::asio::io_context& io_;
  Run& run_;
  std::function<void()> stop_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::posix::stream_descriptor stdin_;
  boost::asio::streambuf stdin_text_{65536};
  std::filesystem::path path_;
  std::list<std::weak_ptr<Client>> clients_;
};

}  // namespace ib::detail
