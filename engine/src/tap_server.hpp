// TapServer: the items of tapped outputs, as JSON lines on the sockets of those who asked.
//
//   {"tap": "anna.detected.beats", "fields": ["rr_ms", ...], "regular": false}   the first line
//   {"time_s": 12.345678, "rr_ms": 812, ...}                                  an item
//   {"gap_from_s": 12.5, "gap_to_s": 14.25}                                   nothing was measured there
//   {"not_shown": 12}                                                         items that this tap missed
//   {"end": "finished"}                                                       finished, failed, closed
//
// At most Taps::most at once and 256 KiB waiting per socket: what comes beyond it is counted, and said in
// front of the next line. The graph never waits for a reader. Thread: the loop of executor 0.
#pragma once

#include "asio.hpp"
#include "plan_impl.hpp"

#include <list>
#include <memory>
#include <optional>
#include <string>

namespace ib::detail {

/// An output of the graph, by its name; "NODE" where it has one that is computed.
struct TapPlace {
  std::uint32_t node{}, port{};
};
/// Null with the sentence to show in `why`.
std::optional<TapPlace> find_output(const PlanImpl& plan, const std::string& name,
                                    std::string& why);

class TapServer {
 public:
  using Socket = boost::asio::local::stream_protocol::socket;
  using WriteField = void (*)(std::string& out, const ib_field& field, const std::byte* item);

  TapServer(boost::asio::io_context& io, PlanImpl& plan, WriteField write_field);
  ~TapServer();
  TapServer(const TapServer&) = delete;
  TapServer& operator=(const TapServer&) = delete;

  /// Empty: from now on this socket gets the items, until it is closed; else why not.
  std::string open(const std::string& name, std::shared_ptr<Socket> socket);
  /// The run is over: sends what is left, waiting at most a second for each reader.
  void finish();

 private:
  struct Session;
  void watch();
  void collect();
  void append(Session& s, const BlockSlot& piece) const;
  void append_item(std::string& out, const ib_type& type, const ib_block& b, std::uint32_t i) const;
  void read(const std::shared_ptr<Session>& session);
  void write(const std::shared_ptr<Session>& session);
  void drop(const std::shared_ptr<Session>& session);

  PlanImpl& plan_;
  WriteField write_field_;
  boost::asio::posix::stream_descriptor wake_;
  std::list<std::shared_ptr<Session>> sessions_;
};

}  // namespace ib::detail
