// Stamping: nodes that were bound once are put into a graph, one for each element of their `for_each:`.
// Instances share all that is equal: settings, texts, marks.
//
// Thread: [control].
#pragma once

#include "graph_draft.hpp"
#include "graph_resolve.hpp"

#include <interbeat/graph.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ib {

/// Where the nodes of a draft stand in its graph: each in its turn, all instances of a `for_each:` at
/// the first of its nodes, element by element, so that what belongs to one person lies together.
class Layout {
 public:
  explicit Layout(const Draft& draft);
  std::uint32_t at(std::size_t draft_node, std::size_t element) const {
    return first_[draft_node] + stride_[draft_node] * static_cast<std::uint32_t>(element);
  }
  std::uint32_t stride(std::size_t draft_node) const { return stride_[draft_node]; }
  std::uint32_t size() const { return size_; }

 private:
  std::vector<std::uint32_t> first_, stride_;  ///< by draft node
  std::uint32_t size_{};
};

/// A node, and what of it differs from one instance to the next.
struct Bound {
  GraphNode node;  ///< `settings` and `inputs` hold what is the same for all
  /// A param that is set differently: by element, none where it is not set.
  struct VaryingSetting {
    std::size_t at{};  ///< how many settings of `node` come before it
    std::vector<std::optional<Setting>> each;
  };
  std::vector<VaryingSetting> settings;
  /// By edge of `node`: one target for all, or one for each element.
  std::vector<std::vector<Target>> targets;
  Isolation isolation;
};

/// Puts what was bound into its places.
class Stamper {
 public:
  Stamper(const Draft& draft, const Layout& layout, Graph& graph);
  void stamp(std::size_t draft_node, const Bound& bound);

 private:
  SharedText owner_of(const DraftNode& node, std::size_t k) const;
  std::uint16_t place_of(const Isolation& isolation);
  void set_target(Edge& edge, const Target& target, std::size_t k) const;

  const Draft& draft_;
  const Layout& layout_;
  Graph& graph_;
  std::vector<std::vector<SharedText>> owners_;  ///< by for_each and element
};

/// All nodes get their group; what is one node of a `for_each:` becomes one.
void form_groups(const Draft& draft, const Layout& layout, Graph& graph);

}  // namespace ib
