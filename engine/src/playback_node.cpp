#include "playback_node.hpp"

#include "nearest.hpp"
#include "without_controls.hpp"

#include <interbeat/recorded_port.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace ib::detail {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

void* writable(const void* memory) { return const_cast<void*>(memory); }  // NOLINT: the host's slot

template <class T>
void copy_to(const void* to, const std::vector<T>& from) {
  if (!from.empty()) std::memcpy(writable(to), from.data(), from.size() * sizeof(T));
}

void tell(char* error, std::uint32_t size, const std::string& what) {
  if (size == 0) return;
  const auto n = std::min<std::size_t>(what.size(), size - 1);
  std::memcpy(error, what.data(), n);
  error[n] = '\0';
}

}  // namespace

PlaybackNode::PlaybackNode(const RecordedSource& recorded, const ib_node_desc& desc)
    : recorded_(recorded), desc_(desc) {
  const auto inputs = count_inputs(desc);
  n_out_ = count_outputs(desc);
  recorded_of_.assign(n_out_, nowhere);
  for (std::uint32_t r = 0; r < recorded.ports.size(); ++r) {
    port_of_.push_back(nowhere);
    for (std::uint32_t k = 0; k < n_out_; ++k) {
      if (recorded.ports[r].name != desc.ports[inputs + k].name) continue;
      port_of_[r] = k;
      recorded_of_[k] = r;
    }
  }
  taken_.resize(n_out_);
  lost_.resize(recorded.ports.size());
  node_.struct_size = sizeof node_;
  node_.desc = &desc;
  node_.self = this;
  node_.set_param = [](ib_node*, std::uint32_t, double, const char*) { return ib_status{IB_OK}; };
  node_.activate = [](ib_node* n, ib_activation* a) { return of(n).activate(*a); };
  node_.process = [](ib_node* n, ib_process* call) { return of(n).process(*call); };
  node_.reset = [](ib_node*, std::uint32_t) {};
  node_.deactivate = [](ib_node*) {};
  node_.destroy = [](ib_node* n) { delete &of(n); };  // NOLINT: make_playback() made it
  node_.extension = [](ib_node*, const char* id) -> const void* {
    static const ib_source source{
        sizeof(ib_source),
        [](ib_node* n, ib_source_info* info, char* error, std::uint32_t size) {
          tell(error, size, {});
          return of(n).open(*info);
        },
        [](ib_node*, std::int64_t) {}};  // blocks are on the session clock already
    static const ib_counters counters{
        sizeof(ib_counters), 1, [](ib_node*, std::uint32_t) { return "lost_samples"; },
        [](ib_node* n, std::uint32_t) { return of(n).lost_samples_.load(relaxed); }};
    if (std::strcmp(id, IB_EXT_SOURCE) == 0) return &source;
    return std::strcmp(id, IB_EXT_COUNTERS) == 0 ? &counters : nullptr;
  };
}

ib_status PlaybackNode::open(ib_source_info& info) const {
  info.live = recorded_.live;
  info.simulated = recorded_.simulated;
  info.utc_start_ns = recorded_.utc_start_ns;
  info.lead_in_ns = recorded_.lead_in_ns;
  info.start_ns = recorded_.start_ns;
  return IB_OK;
}

ib_status PlaybackNode::activate(ib_activation& a) {
  std::string problems;
  for (std::uint32_t k = 0; k < a.n_out; ++k) {
    const auto problem = activate_port(k, *a.out[k]);
    if (!problem.empty()) problems += (problems.empty() ? "" : "; ") + problem;
  }
  tell(a.error, a.error_size, problems);
  return problems.empty() ? IB_OK : IB_ERROR;
}

std::string PlaybackNode::activate_port(std::uint32_t k, ib_stream& s) const {
  const auto r = recorded_of_[k];
  if (r == nowhere || (recorded_.ports[r].stream_flags & IB_STREAM_ABSENT) != 0) {
    s.flags |= IB_STREAM_ABSENT;
    return {};
  }
  const auto& p = recorded_.ports[r];
  const auto& port = desc_.ports[count_inputs(desc_) + k];
  auto unfit = why_unfit(p, s.type, (port.flags & IB_PORT_REGULAR) != 0);
  if (!unfit.empty()) return unfit;
  s.flags |= p.stream_flags & IB_STREAM_STEERED;
  s.rate_hz = p.rate_hz;
  s.channels = p.channels;
  s.max_items = p.max_items;
  s.items_per_second = p.items_per_second;
  s.sampled_hz = p.sampled_hz;
  s.latency_ns = p.latency_ns;
  return {};
}

void PlaybackNode::give(const RecordedBlock& block) {
  count(block);
  if (given_ == blocks_.size()) blocks_.emplace_back();
  auto& own = blocks_[given_++];
  own.head = block;
  own.items.assign(block.items.begin(), block.items.end());
  own.times.assign(block.times.begin(), block.times.end());
  own.sample_flags.assign(block.sample_flags.begin(), block.sample_flags.end());
  own.gaps.assign(block.gaps.begin(), block.gaps.end());
}

/// One packet bears samples of several ports: the port that lost most tells how many are missing.
void PlaybackNode::count(const RecordedBlock& block) {
  if (recorded_.ports[block.port].rate_hz <= 0) return;
  auto& lost = lost_[block.port];
  lost += block.lost;
  if (lost > lost_samples_.load(relaxed)) lost_samples_.store(lost, relaxed);
}

/// As many blocks as have ports of their own; the rest with the next call.
ib_status PlaybackNode::process(ib_process& call) {
  std::fill(taken_.begin(), taken_.end(), false);
  for (; next_ < given_; ++next_) {
    const auto k = port_of_[blocks_[next_].head.port];
    if (k == nowhere || call.out[k] == nullptr) continue;  // this graph has no use for it
    if (taken_[k]) return IB_OK;
    taken_[k] = true;
    put(blocks_[next_], *call.out[k], recorded_.ports[recorded_of_[k]].rate_hz > 0);
  }
  given_ = next_ = 0;
  call.wake_ns = call.now_ns + 1;
  return IB_SLEEP;
}

void PlaybackNode::put(const OwnBlock& from, ib_block& to, bool regular) {
  const auto& b = from.head;
  to.flags = b.flags;
  to.n = b.n;
  to.lost = b.lost;
  to.settled_ns = std::max(to.settled_ns, b.settled_ns);
  to.first_index = b.first_index;
  to.anchor = b.anchor;
  if (!regular) to.anchor.dt_q32 = 0;
  to.uncertainty_ns = b.uncertainty_ns;
  copy_to(to.data, from.items);
  copy_to(to.t_ns, from.times);
  if (to.sample_flags == nullptr || from.sample_flags.empty()) to.sample_flags = nullptr;
  else copy_to(to.sample_flags, from.sample_flags);
  to.n_gaps = static_cast<std::uint32_t>(from.gaps.size());
  copy_to(to.gaps, from.gaps);
}

PlaybackNode* make_playback(PlanImpl& plan, std::uint32_t node, std::string& problem) {
  const auto& head = *plan.options.recorded;
  const auto& n = plan.graph.nodes[node];
  const auto& all = head.sources;
  const auto by_path =
      std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.path == n.path; });
  auto found = by_path;
  if (found == all.end()) {
    const auto of_owner = [&](const auto& s) { return s.owner == n.owner.str(); };
    found = std::find_if(all.begin(), all.end(), of_owner);
    if (std::count_if(all.begin(), all.end(), of_owner) != 1) found = all.end();
  }
  if (found == all.end()) {
    std::vector<std::string> known;
    for (const auto& s : all) known.push_back(without_controls(s.path));
    problem = fmt::format("the recording has no source {}; expected {}", n.path, one_of(known));
    return nullptr;
  }
  auto& made = plan.playback[static_cast<std::size_t>(found - all.begin())];
  if (made.node != nullptr) {
    problem = fmt::format("{} and {} would both be the recorded {}", n.path,
                          plan.graph.nodes[made.graph_node].path, found->path);
    return nullptr;
  }
  made = {new PlaybackNode(*found, *n.type->desc), node};  // NOLINT: its destroy() deletes it
  return made.node;
}

}  // namespace ib::detail
