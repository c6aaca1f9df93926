#include "outlets.hpp"

#include "plan_impl.hpp"

#include <algorithm>
#include <cstring>
#include <set>

namespace ib::detail {
namespace {

constexpr std::uint64_t fnv_prime = 0x100000001b3;
constexpr std::int64_t second_ns = 1'000'000'000;

std::uint32_t bytes_of(const ib_field& f) {
  switch (f.kind) {
    case IB_F32:
    case IB_I32: return 4;
    case IB_F64:
    case IB_I64: return 8;
    case IB_MAYBE: return sizeof(ib_maybe);
    case IB_TEXT: return f.count;
    default: return 1;
  }
}

/// The last whole second at or before t.
std::int64_t whole_second(std::int64_t t) {
  const auto rest = t % second_ns;
  return t - (rest < 0 ? rest + second_ns : rest);
}

/// Edges that may lose, on the way to a node.
class LossyWay {
 public:
  explicit LossyWay(const PlanImpl& plan) : plan_(plan), met_(plan.graph.nodes.size()) {}
  std::vector<const CutRing*> to(std::uint32_t node, const Edge& edge) {
    rings_.clear();
    std::fill(met_.begin(), met_.end(), false);
    follow(node, edge);
    return {rings_.begin(), rings_.end()};
  }

 private:
  void add(const CutRing* ring, const Island& reader) {
    const auto& all = ring->consumers;
    if (std::find(all.begin(), all.end(), &reader) != all.end()) rings_.insert(ring);
  }
  void follow(std::uint32_t node, const Edge& edge) {
    const Stage* from = plan_.stages[edge.from_node];
    const Stage* to = plan_.stages[node];
    if (from == nullptr || to == nullptr) return;
    const auto& port = from->ports[edge.from_port];
    for (const CutRing* ring : port.lossy) add(ring, *to->island);
    if (port.gating != nullptr) add(port.gating, *to->island);
    if (met_[edge.from_node]) return;
    met_[edge.from_node] = true;
    for (const auto& e : plan_.graph.nodes[edge.from_node].inputs) follow(edge.from_node, e);
  }

  const PlanImpl& plan_;
  std::vector<bool> met_;
  std::set<const CutRing*> rings_;
};

}  // namespace

ItemHash::ItemHash(const ib_type* type, std::uint32_t item_bytes) {
  if (type == nullptr || type->n_fields == 0) {
    parts_.push_back({0, item_bytes, false});
    return;
  }
  const auto* at = reinterpret_cast<const std::byte*>(type->fields);  // NOLINT: see abi.h
  for (std::uint32_t k = 0; k < type->n_fields; ++k, at += type->fields->struct_size) {
    const auto& f = *reinterpret_cast<const ib_field*>(at);  // NOLINT
    parts_.push_back({f.offset, bytes_of(f), f.kind == IB_TEXT});
  }
}

void ItemHash::add(std::int64_t t_ns, const std::byte* item) {
  auto h = hash_;
  const auto mix = [&h](const std::byte* from, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) h = (h ^ static_cast<std::uint64_t>(from[i])) * fnv_prime;
  };
  mix(reinterpret_cast<const std::byte*>(&t_ns), sizeof t_ns);  // NOLINT: its bytes
  for (const auto& p : parts_) {
    const std::byte* from = item + p.offset;
    const auto* end = p.text ? std::find(from, from + p.bytes, std::byte{}) : from + p.bytes;
    mix(from, static_cast<std::size_t>(end - from));
    if (p.text) h = h * fnv_prime;  // the zero: texts that follow each other don't run together
  }
  hash_ = h;
}

bool Outlet::has_lost() noexcept {
  if (!lost_) {
    lost_ = std::any_of(lossy_.begin(), lossy_.end(), [](const CutRing* ring) {
      return ring->lost_items.load(std::memory_order_relaxed) > 0;
    });
  }
  return lost_;
}

void Outlet::tell(std::int64_t settled_ns, CheckpointUser& user) noexcept {
  if (settled_ns <= told_ns_ && !ended_) return;
  told_ns_ = std::max(told_ns_, settled_ns);
  if (!has_lost()) user.take({number_, Time{told_ns_}, items_, hash_.value()}, ended_);
}

/// In front of an item stands the checkpoint of the last whole second before it; behind all, that of what the
/// block settled. So the values at a checkpoint do not depend on how the items were cut.
void Outlet::meet(const ib_block& b, CheckpointUser& user) noexcept {
  if (ended_ || lost_) return;
  for (std::uint32_t i = 0; i < b.n; ++i) {
    const auto t = shape_.regular ? time_of(b, i) : b.t_ns[i];
    if (t - told_ns_ > second_ns || told_ns_ == IB_NEVER) tell(whole_second(t - 1), user);
    hash_.add(t, static_cast<const std::byte*>(b.data) + std::size_t{i} * shape_.item_bytes);
    ++items_;
    last_ns_ = t;
  }
  ended_ = (b.flags & IB_BLOCK_FINISHED) != 0;
  if (b.settled_ns <= IB_NEVER) return;
  const bool known = b.settled_ns < IB_FOREVER;
  if (ended_) tell(known ? b.settled_ns : last_ns_, user);
  else if (known) tell(whole_second(b.settled_ns), user);
}

Outlets::Outlets(PlanImpl& plan) : plan_(plan), first_(plan.graph.nodes.size(), 0) {
  LossyWay way(plan);
  for (const auto i : plan.order) {
    const Stage* s = plan.stages[i];
    if (s == nullptr || !s->sink) continue;
    first_[i] = static_cast<std::uint32_t>(outlets_.size());
    const auto& node = plan.graph.nodes[i];
    for (const auto& edge : node.inputs) {
      const Stage* from = plan.stages[edge.from_node];
      if (from == nullptr || !from->ports[edge.from_port].listened) continue;
      const auto& stream = plan.streams[edge.from_node].out[edge.from_port];
      const bool regular = from->ports[edge.from_port].shape.regular;
      outlets_.emplace_back(static_cast<std::uint32_t>(outlets_.size()),
                            from->ports[edge.from_port].shape, regular ? nullptr : stream.type,
                            way.to(i, edge));
      names_.push_back({node.path, node.type->desc->ports[edge.to_port].name});
      nodes_.push_back(i);
      ports_.push_back(edge.to_port);
    }
  }
  users_.resize(outlets_.size());
}

void Outlets::send_to(std::size_t outlet, CheckpointUser& user) {
  users_[outlet] = &user;
  plan_.stages[nodes_[outlet]]->attention.fetch_or(attend_outlet, std::memory_order_relaxed);
}

void Outlets::meet(const Stage& sink, const ib_block* const* in) noexcept {
  for (std::size_t k = first_[sink.graph_node]; k < outlets_.size() && nodes_[k] == sink.graph_node;
       ++k) {
    const ib_block* block = in[ports_[k]];
    if (block != nullptr && users_[k] != nullptr) outlets_[k].meet(*block, *users_[k]);
  }
}

}  // namespace ib::detail
