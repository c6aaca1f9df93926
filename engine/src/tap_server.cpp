#include "tap_server.hpp"

#include "nearest.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ib::detail {
namespace {

constexpr std::size_t most_waiting = 256U << 10U;

std::string time_text(std::int64_t t_ns) {
  const auto us =
      (t_ns < 0 ? -t_ns : t_ns) / 1000 + ((t_ns < 0 ? -t_ns : t_ns) % 1000 + 500) / 1000;
  return fmt::format("{}{}.{:06}", t_ns < 0 && us > 0 ? "-" : "", us / 1'000'000, us % 1'000'000);
}

/// Names to offer for one that is not there: those that begin with it first.
std::string hint_for(const std::string& name, std::vector<std::string> there) {
  auto names = there;  // a node may stand for its output
  for (const auto& other : there) names.push_back(other.substr(0, other.rfind('.')));
  std::stable_partition(there.begin(), there.end(), [&name](const std::string& other) {
    return other.starts_with(name + ".") || other.starts_with(name + "[");
  });
  const bool begins = !there.empty() && there.front().starts_with(name);
  if (begins) return one_of(there);
  if (auto hint = did_you_mean(name, names); !hint.empty()) return hint;
  // Who wrote "anna.chain.beats" may mean the "anna.beats" of another module.
  const auto head = name.substr(0, name.find('.') + 1), tail = name.substr(name.rfind('.') + 1);
  std::vector<std::string> alike;
  for (const auto& other : there) {
    const bool same = !head.empty() && other.starts_with(head) && other.ends_with("." + tail);
    if (same) alike.push_back(other);
  }
  if (alike.size() == 1) return fmt::format("did you mean \"{}\"?", alike.front());
  return one_of(alike.empty() ? there : alike);
}

}  // namespace

std::optional<TapPlace> find_output(const PlanImpl& plan, const std::string& name,
                                    std::string& why) {
  std::vector<std::string> there, of_node;
  std::optional<TapPlace> found;
  for (const auto i : plan.order) {
    const Stage* s = plan.stages[i];
    if (s == nullptr) continue;
    for (std::uint32_t k = 0; k < s->n_out; ++k) {
      const auto own = output_name(plan.graph.nodes[i], k);
      if (!s->ports[k].listened) {
        if (own != name) continue;
        why = own + " is not computed: nobody in the graph takes it";
        return std::nullopt;
      }
      if (own == name) return TapPlace{i, k};
      there.push_back(own);
      if (plan.graph.nodes[i].path != name) continue;
      of_node.push_back(own);
      found = TapPlace{i, k};
    }
  }
  if (of_node.size() == 1) return found;
  if (!of_node.empty()) {
    why = fmt::format("{} has several outputs; {}", in_quotes(name), one_of(of_node));
    return std::nullopt;
  }
  why = fmt::format("no output of the graph is called {}; {}", in_quotes(name),
                    hint_for(name, std::move(there)));
  return std::nullopt;
}

struct TapServer::Session {
  std::shared_ptr<Socket> socket;
  TapLane* lane{};
  const ib_type* type{};
  std::string waiting, sending;  ///< `sending` is with the socket, from `sent` on
  std::size_t sent{};
  std::uint64_t not_shown{};
  std::array<char, 64> ignored{};
  bool over{};

  bool has_room() const { return waiting.size() < most_waiting; }
};

TapServer::TapServer(boost::asio::io_context& io, PlanImpl& plan, WriteField write_field)
    : plan_(plan), write_field_(write_field), wake_(io) {}

TapServer::~TapServer() {
  for (auto& s : sessions_) plan_.taps.close(*s->lane);
}

std::string TapServer::open(const std::string& name, std::shared_ptr<Socket> socket) {
  if (write_field_ == nullptr) return "this program gives no taps";
  std::string why;
  const auto place = find_output(plan_, name, why);
  if (!place) return why;
  const auto& stream = plan_.streams[place->node].out[place->port];
  if (stream.type == nullptr) return name + " does not say what its items hold";
  if (!wake_.is_open()) {
    const int fd = plan_.taps.wake_fd();
    const int own = fd >= 0 ? dup(fd) : -1;
    if (own < 0) return "the system gives this run no more descriptors; see `ulimit -n`";
    wake_.assign(own);
    watch();
  }
  auto* lane = plan_.taps.open(*plan_.stages[place->node], place->port);
  if (lane == nullptr)
    return fmt::format("{} taps are open already; close one of them", Taps::most);
  auto s = std::make_shared<Session>();
  s->socket = std::move(socket);
  s->lane = lane;
  s->type = stream.type;
  s->waiting = fmt::format("{{\"tap\":\"{}\",\"fields\":[",
                           output_name(plan_.graph.nodes[place->node], place->port));
  for (std::uint32_t k = 0; k < s->type->n_fields; ++k) {
    s->waiting += fmt::format("{}\"{}\"", k > 0 ? "," : "", s->type->fields[k].name);
  }
  s->waiting += fmt::format("],\"regular\":{}}}\n", lane->shape().regular);
  sessions_.push_back(s);
  read(s);
  write(s);
  collect();
  return {};
}

void TapServer::watch() {
  wake_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [this](const boost::system::error_code& error) {
                     if (error) return;
                     std::uint64_t n =
                         0;  // emptied first: each wait asks anew whether it is readable
                     [[maybe_unused]] const auto got = ::read(wake_.native_handle(), &n, sizeof n);
                     watch();
                     collect();
                   });
}

/// Looks a second time after saying that it sleeps, so that nothing is slept over.
void TapServer::collect() {
  for (int looks = 0; looks < 2; ++looks) {
    for (auto& s : sessions_) {
      while (const BlockSlot* piece = s->lane->peek()) {
        append(*s, *piece);
        s->lane->release();
      }
      s->not_shown += s->lane->take_dropped();
      if (s->sending.empty()) write(s);
    }
    if (looks == 0) plan_.taps.sleep();
  }
}

void TapServer::append_item(std::string& out, const ib_type& type, const ib_block& b,
                            std::uint32_t i) const {
  const bool regular = b.anchor.dt_q32 != 0;
  const auto* item = static_cast<const std::byte*>(b.data) + std::size_t{i} * type.item_size;
  const bool filled = b.sample_flags != nullptr &&
                      (b.sample_flags[i] & IB_SAMPLE_BRIDGED) != 0;  // shown as no data
  out += "{\"time_s\":" + time_text(regular ? time_of(b, i) : b.t_ns[i]);
  for (std::uint32_t k = 0; k < type.n_fields; ++k) {
    ((out += ",\"") += type.fields[k].name) += "\":";
    if (filled) out += "null";
    else write_field_(out, type.fields[k], item);
  }
  out += "}\n";
}

void TapServer::append(Session& s, const BlockSlot& piece) const {
  const ib_block& b = piece.head;
  if (!s.has_room()) {
    s.not_shown += b.n;
    return;
  }
  if (s.not_shown > 0) {
    s.waiting += fmt::format("{{\"not_shown\":{}}}\n", std::exchange(s.not_shown, 0));
  }
  std::uint32_t gap = 0;
  for (std::uint32_t i = 0; i <= b.n; ++i) {
    for (; gap < b.n_gaps && b.gaps[gap].at <= i; ++gap) {
      s.waiting += fmt::format("{{\"gap_from_s\":{},\"gap_to_s\":{}}}\n",
                               time_text(b.gaps[gap].from_ns), time_text(b.gaps[gap].to_ns));
    }
    if (i < b.n) append_item(s.waiting, *s.type, b, i);
  }
  if ((b.flags & IB_BLOCK_FINISHED) == 0) return;
  const bool failed = (b.flags & IB_BLOCK_FAILED) != 0;
  s.waiting += fmt::format("{{\"end\":\"{}\"}}\n", failed ? "failed" : "finished");
}

/// Nothing is expected from a reader but that it goes.
void TapServer::read(const std::shared_ptr<Session>& session) {
  session->socket->async_read_some(
      boost::asio::buffer(session->ignored),
      [this, session](const boost::system::error_code& error, std::size_t) {
        if (error) return drop(session);
        read(session);
      });
}

void TapServer::write(const std::shared_ptr<Session>& session) {
  auto& s = *session;
  if (s.over) return;
  if (s.sending.empty()) {
    s.sent = 0;
    s.sending.swap(s.waiting);
  }
  if (s.sending.empty()) return;
  s.socket->async_write_some(
      boost::asio::buffer(s.sending.data() + s.sent, s.sending.size() - s.sent),
      [this, session](const boost::system::error_code& error, std::size_t n) {
        if (error) return drop(session);
        session->sent += n;
        if (session->sent == session->sending.size()) session->sending.clear();
        write(session);
      });
}

void TapServer::drop(const std::shared_ptr<Session>& session) {
  if (std::exchange(session->over, true)) return;
  plan_.taps.close(*session->lane);
  boost::system::error_code ignored;
  session->socket->close(ignored);
  sessions_.remove(session);
}

void TapServer::finish() {
  boost::system::error_code ignored;
  if (wake_.is_open()) wake_.close(ignored);
  for (auto& s : sessions_) s->over = true;  // from here on it is written here, not by the loop
  collect();
  for (auto& s : sessions_) {
    if (s->not_shown > 0) s->waiting += fmt::format("{{\"not_shown\":{}}}\n", s->not_shown);
    const auto rest = s->sending.substr(s->sent) + s->waiting + "{\"end\":\"closed\"}\n";
    s->socket->cancel(ignored);
    s->socket->native_non_blocking(false, ignored);
    s->socket->non_blocking(false, ignored);
    const timeval second{1, 0};
    setsockopt(s->socket->native_handle(), SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
    for (std::size_t at = 0; at < rest.size();) {
      const auto n =
          ::send(s->socket->native_handle(), rest.data() + at, rest.size() - at, MSG_NOSIGNAL);
      if (n <= 0) break;
      at += static_cast<std::size_t>(n);
    }
    plan_.taps.close(*s->lane);
    s->socket->close(ignored);
  }
  sessions_.clear();
}

}  // namespace ib::detail
