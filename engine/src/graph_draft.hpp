// Draft: a graph whose modules are unfolded, but whose values and edges are still text. Scopes are
// the modules in use; a name is looked up in the scope where it is written. What `for_each:` unfolds
// stands in it once, with "[]" in its path.
//
// Thread: [control].
#pragma once

#include "graph_each.hpp"
#include "graph_edges.hpp"
#include "graph_sheet.hpp"

#include <interbeat/graph.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ib {

struct Draft;

/// `--set NAME=VALUE`, and whether anything in the graph has that name.
class OverrideList {
 public:
  explicit OverrideList(const Overrides& set);
  /// The value set for that name; null if none. Counts as used.
  const Yaml* take(const std::string& name);
  /// Those for single instances of "p[].hrv.window", by the place of their element.
  std::map<std::size_t, const Yaml*> take_each(const std::string& name, const Elements& elements);
  /// Those that nothing in the draft has the name of, and those given twice.
  void report(const Draft& draft, const Voice& voice) const;

 private:
  struct Item {
    std::string name;
    Yaml value;
  };
  struct Named {
    std::size_t first{}, last{};  ///< in `items_`
    bool used{};
  };
  void report_unused(const Draft& draft, const Voice& voice) const;
  void report_twice(const Voice& voice) const;

  std::vector<Item> items_;
  std::unordered_map<std::string, Named> by_name_;
  /// "p[].hrv.window" -> "3": elements with a value of their own.
  std::unordered_map<std::string, std::vector<std::string>> of_instances_;
};

/// Of nodes, scopes and members that no `for_each:` unfolds.
constexpr std::size_t no_each = static_cast<std::size_t>(-1);

struct DraftNode {
  std::string path, yaml_path, owner;  ///< "p[].beats", one for all elements of a `for_each:`
  std::size_t scope{};
  std::size_t each{no_each};  ///< index into Draft::for_each
  const NodeType* type{};     ///< null: unknown, said already
  Yaml entry;                 ///< its mapping, parameters filled in
  Mark mark;
};

/// What a name in a scope stands for.
struct Member {
  enum class Kind { node, module, broken };
  Kind kind{Kind::broken};
  std::size_t index{};  ///< into Draft::nodes or Draft::scopes
  Mark mark;
  std::size_t each{no_each};
};

struct Scope {
  std::string path;       ///< "" at the top, "anna"
  std::string yaml_path;  ///< "participants.anna", where it is used
  std::size_t parent{};
  SheetRef sheet;
  std::map<std::string, Member, std::less<>> members;
  std::map<std::string, Wire, std::less<>> inputs;    ///< wires of the scope above
  std::vector<std::pair<std::string, Wire>> outputs;  ///< in the order written
  std::vector<std::string> chain;  ///< its last, where `each` is set: "p[0] and 9999 others"
  std::size_t each{no_each};
  std::optional<Isolation> isolation{};  ///< of all nodes in it that say nothing else
};

struct Draft {
  std::deque<Elements> for_each;
  std::vector<DraftNode> nodes;
  std::vector<Scope> scopes;  ///< [0] is the graph itself
  std::vector<std::string> participants;
  ParameterValues parameters;  ///< of the graph itself
  /// Names looked through for the nearest one, over all messages; beyond a bound there are no more
  /// hints, so that a long graph full of wrong names is told in time.
  mutable std::size_t looked_through{};
};

/// The voice in which to speak of that node.
inline Voice voice_of(const Draft& draft, const DraftNode& node, Diagnostics& out) {
  auto chain = draft.scopes[node.scope].chain;
  if (node.each != no_each && draft.scopes[node.scope].each == no_each) {
    const auto& elements = draft.for_each[node.each];
    chain.push_back(elements.some(0, elements.size()));
  }
  return Voice(out, std::move(chain));
}

}  // namespace ib
