// Folding: equal nodes of a `for_each:` as one. For reports that would otherwise say ten thousand
// times the same: p[0000–9999].beats stands for p[0].beats to p[9999].beats.
//
// Thread: any, once made. Holds a reference to the graph.
#pragma once

#include <interbeat/graph.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ib {

/// "0000–9999" for a range, "anna, ben" for names, "a, b, c, … 7 more" for many.
std::string shown_elements(const std::vector<std::string>& elements);

/// "p[0] and 9999 others", for n of which that one is the first.
std::string some_of(std::string first, std::size_t n);

class Folding {
 public:
  /// Of a graph without groups (made by hand, not read) every node stands for itself.
  explicit Folding(const Graph& graph);

  std::uint32_t size() const { return size_; }
  std::uint32_t group_of(std::uint32_t node) const {
    return graph_.groups.empty() ? node : graph_.nodes[node].group;
  }
  /// "p[0000–9999].beats"; the path of a node that stands for itself.
  const std::string& name(std::uint32_t group) const;
  std::uint32_t count(std::uint32_t group) const;
  /// The first of its nodes.
  std::uint32_t first(std::uint32_t group) const;

  /// The path of a node, of one of its ports or of a participant, folded: "p[7].beats.out" ->
  /// "p[0000–9999].beats.out". Any other text as it is.
  std::string folded(std::string_view path) const;

 private:
  const Graph& graph_;
  std::uint32_t size_{};
  std::unordered_map<std::string_view, std::uint32_t> for_each_;  ///< by name
  std::unordered_set<std::string> patterns_;                      ///< "p[]", "p[].beats"
};

}  // namespace ib
