#include "node_streams.hpp"

#include <interbeat/registry.hpp>

#include <algorithm>

namespace ib::detail {
namespace {

/// But for whose they are.
bool is_alike(const ib_stream& a, const ib_stream& b) {
  return a.flags == b.flags && a.type == b.type && a.unit == b.unit && a.rate_hz == b.rate_hz &&
         a.channels == b.channels && a.max_items == b.max_items &&
         a.items_per_second == b.items_per_second && a.latency_ns == b.latency_ns &&
         a.hold_ns == b.hold_ns && a.grade == b.grade && a.sampled_hz == b.sampled_hz;
}

bool are_alike(const NodeStreams& a, const NodeStreams& b) {
  const auto alike = [](const auto& x, const auto& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), is_alike);
  };
  return alike(a.in, b.in) && alike(a.out, b.out) && a.path_latency == b.path_latency &&
         a.scratch_bytes == b.scratch_bytes;
}

}  // namespace

NodeStreams& StreamTable::make(std::uint32_t node) {
  auto& entry = entries_[node];
  if (spare_.empty()) spare_.push_back(&all_.emplace_back());
  entry.streams = spare_.back();
  spare_.pop_back();
  return *entry.streams = {};
}

std::span<const std::uint32_t> StreamTable::sources(std::uint32_t node) const {
  const auto& entry = entries_[node];
  if (entry.source == own) return entry.streams->sources;
  return {&entry.source, 1};
}

void StreamTable::fold(std::span<const std::uint32_t> nodes, const Graph& graph) {
  if (graph.groups.empty()) return;
  first_.resize(graph.groups.size());
  for (const auto i : nodes) {
    auto& entry = entries_[i];
    auto& first = first_[graph.nodes[i].group];
    if (first == nullptr) first = entry.streams;
    if (first == entry.streams || entry.streams->sources.size() != 1) continue;
    if (!are_alike(*entry.streams, *first)) continue;
    entry.source = entry.streams->sources.front();
    spare_.push_back(entry.streams);
    entry.streams = first;
  }
}

std::string output_name(const GraphNode& node, std::uint32_t port) {
  const auto& desc = *node.type->desc;
  return node.path + "." + desc.ports[count_inputs(desc) + port].name;
}

}  // namespace ib::detail
