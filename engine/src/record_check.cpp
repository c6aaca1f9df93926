#include "record_check.hpp"

#include "recording_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace ib {
namespace {

constexpr std::uint32_t known_block_flags =
    IB_BLOCK_FINISHED | IB_BLOCK_FAILED | IB_BLOCK_LOST | IB_BLOCK_RESTARTED;
constexpr std::uint32_t most_params = 1 << 16;

bool is_time(std::int64_t ns) { return ns >= IB_NEVER && ns <= IB_FOREVER; }

/// Of sample i, or none where it lies outside all times.
bool sample_time(const ib_anchor& a, std::uint64_t i, std::int64_t& ns) {
  const auto steps = static_cast<__int128>(static_cast<std::int64_t>(i - a.index));
  const __int128 t = a.t_ns + ((steps * a.dt_q32) >> 32);
  if (t < IB_NEVER || t > IB_FOREVER) return false;
  ns = static_cast<std::int64_t>(t);
  return true;
}

bool sound_value(const RecordedField& f, const std::byte* at) {
  const auto first = static_cast<unsigned>(*at);
  switch (f.kind) {
    case IB_BOOL: return first <= 1;
    case IB_ENUM: return first < f.labels.size();
    case IB_MAYBE: {
      std::uint64_t present{};
      std::memcpy(&present, at + offsetof(ib_maybe, present), sizeof present);
      return present <= 1;
    }
    case IB_TEXT: return std::find(at, at + f.count, std::byte{}) != at + f.count;
    default: return true;
  }
}

std::string items_problem(const RecordedPort& p, const RecordedBlock& b) {
  for (const auto& f : p.fields)
    for (std::uint32_t i = 0; i < b.n; ++i)
      if (!sound_value(f, b.items.data() + std::size_t{i} * p.item_bytes + f.offset))
        return fmt::format("item {} holds something else in its field \"{}\"", i, f.name);
  return {};
}

std::string gaps_problem(const RecordedBlock& b, bool regular) {
  if (b.gaps.size() > (regular ? 1U : b.n + 1ULL)) return "it has more gaps than places for them";
  const ib_gap* before{};
  for (const auto& g : b.gaps) {
    if (!is_time(g.from_ns) || !is_time(g.to_ns) || g.from_ns >= g.to_ns)
      return "a gap in it ends before it begins";
    if (g.at > (regular ? 0U : b.n)) return "a gap in it stands behind its items";
    if (before != nullptr && (g.at <= before->at || g.from_ns < before->to_ns))
      return "the gaps in it don't rise";
    before = &g;
  }
  return {};
}

}  // namespace

RecordCheck::RecordCheck(const RecordingHead& head) : head_(head) {
  std::size_t n{};
  for (const auto& s : head.sources) {
    first_port_.push_back(n);
    n += s.ports.size();
  }
  ports_.resize(n);
}

void RecordCheck::rewind() {
  std::fill(ports_.begin(), ports_.end(), PortState{});
  reached_ = IB_NEVER;
}

std::string RecordCheck::reach(std::int64_t ns) {
  if (reached_ > IB_NEVER && ns - longest_leap_ns > reached_)
    return "it lies more than a week behind all that is before it";
  reached_ = std::max(reached_, ns);
  return {};
}

std::string RecordCheck::problem_of(const Record& record) {
  return std::visit([this](const auto& r) { return check(r); }, record);
}

/// `begin`, `last`: of its items; the first record of all leaps from where it begins.
std::string RecordCheck::reach_with(const RecordedBlock& b, std::int64_t begin, std::int64_t last) {
  if (reached_ == IB_NEVER) reached_ = b.gaps.empty() ? begin : std::min(begin, b.gaps[0].from_ns);
  auto problem = reach(std::max(b.settled_ns, last));
  if (problem.empty() && !b.gaps.empty()) problem = reach(b.gaps.back().to_ns);
  return problem;
}

std::string RecordCheck::check(const LogEntry& e) {
  using Kind = LogEntry::Kind;
  const bool of_node = e.kind == Kind::event || e.kind == Kind::outage;
  if (e.source >= (of_node ? head_.nodes.size() : head_.sources.size()))
    return fmt::format("there is no {} {}", of_node ? "node" : "source", e.source);
  if (!is_time(e.time.ns) || !is_time(e.lost_until.ns)) return "it has a time outside all times";
  if (e.param >= most_params) return fmt::format("no node has a parameter {}", e.param);
  return e.kind == Kind::until || e.kind == Kind::seen ? reach(e.time.ns) : "";
}

std::string RecordCheck::check(const RecordedBlock& b) {
  if (b.source >= head_.sources.size()) return fmt::format("there is no source {}", b.source);
  const auto& source = head_.sources[b.source];
  if (b.port >= source.ports.size())
    return fmt::format("\"{}\" has no port {}", source.path, b.port);
  const auto& port = source.ports[b.port];
  auto& state = ports_[first_port_[b.source] + b.port];
  const bool regular = port.rate_hz > 0;
  if ((port.stream_flags & IB_STREAM_ABSENT) != 0)
    return fmt::format("\"{}.{}\" is absent", source.path, port.name);
  if (b.n > port.max_items)
    return fmt::format("it has {} items, where {} is the most", b.n, port.max_items);
  if (b.items.size() != std::size_t{b.n} * port.item_bytes)
    return fmt::format("it has {} bytes for {} items of {}", b.items.size(), b.n, port.item_bytes);
  if (b.times.size() != (regular ? 0 : b.n))
    return fmt::format("it has {} times for {} items", b.times.size(), b.n);
  if (!b.sample_flags.empty() && b.sample_flags.size() != b.n)
    return fmt::format("it has {} flags for {} samples", b.sample_flags.size(), b.n);
  if ((b.flags & ~known_block_flags) != 0) return "it has flags that are not known";
  if (!is_time(b.settled_ns) || !is_time(b.arrival_ns) || !is_time(b.anchor.t_ns) ||
      b.uncertainty_ns < 0 || b.uncertainty_ns > IB_FOREVER)
    return "it has a time outside all times";
  if (b.settled_ns < state.settled_ns) return "its stream was settled further before it";
  auto last = state.last_ns;
  auto begin = !b.times.empty() ? b.times.front() : b.settled_ns;
  for (const auto t : b.times) {
    if (!is_time(t) || t <= last) return "its times don't rise";
    last = t;
  }
  if (regular && b.n > 0) {
    std::int64_t first{};
    if (b.anchor.dt_q32 <= 0 || !sample_time(b.anchor, b.first_index, first) ||
        !sample_time(b.anchor, b.first_index + b.n - 1, last))
      return "its samples lie outside all times";
    if (first <= state.last_ns) return "its samples begin before those in front of it end";
    begin = first;
  }
  auto problem = gaps_problem(b, regular);
  if (problem.empty()) problem = items_problem(port, b);
  if (problem.empty()) problem = reach_with(b, begin, last);
  if (problem.empty()) state = {last, b.settled_ns};
  return problem;
}

std::string RecordCheck::check(const RecordedPacket& p) const {
  if (p.source >= head_.sources.size()) return fmt::format("there is no source {}", p.source);
  const auto& source = head_.sources[p.source];
  if (p.channel >= source.packet_channels.size())
    return fmt::format("\"{}\" has no channel {}", source.path, p.channel);
  if (p.n > 0 && p.port >= source.ports.size())
    return fmt::format("\"{}\" has no port {}", source.path, p.port);
  if ((p.flags & ~recorded_packet_flags) != 0) return "it has flags that are not known";
  if (!is_time(p.arrival_ns) || !is_time(p.device_ns)) return "it has a time outside all times";
  if (p.first_index > most_recorded_index - p.n)
    return "its samples lie behind all that can be counted";
  if (p.bytes.size() > RecordedPacket::most_bytes)
    return fmt::format("it has {} bytes, where {} is the most", p.bytes.size(),
                       RecordedPacket::most_bytes);
  return {};
}

std::string RecordCheck::check(const Checkpoint& c) const {
  if (c.outlet >= head_.outlets.size()) return fmt::format("there is no outlet {}", c.outlet);
  return is_time(c.settled.ns) ? "" : "it has a time outside all times";
}

std::string RecordCheck::check(const RecordedNote& n) const {
  if (!is_time(n.session.ns)) return "it has a time outside all times";
  if (n.kind.size() > most_note_kind_bytes || n.json.size() > most_note_bytes)
    return fmt::format("it is longer than {} KiB", most_note_bytes >> 10);
  return {};
}

std::string RecordCheck::check(const RecordingEnd& e) {
  return is_time(e.settled.ns) ? reach(e.settled.ns) : "it has a time outside all times";
}

}  // namespace ib
