// Draft: a graph whose modules are unfolded, but whose values and edges are still text. Scopes are
// the modules in use; a name is looked up in the scope where it is written.
//
// Thread: [control].
#pragma once

#include "graph_edges.hpp"
#include "graph_sheet.hpp"

#include <interbeat/graph.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ib {

/// `--set NAME=VALUE`, and whether anything in the graph has that name.
struct Override {
  std::string name;
  Yaml value;
  bool used{};
};

class OverrideList {
 public:
  explicit OverrideList(const Overrides& set);
  /// The value set for that name; null if none. Counts as used.
  const Yaml* take(std::string_view name);
  /// Names that could have been set, for the message about those that could not.
  void offer(std::string name) { offered_.push_back(std::move(name)); }
  /// Those that nothing has the name of, and those given twice.
  void report(const Voice& voice) const;

 private:
  void report_unused(const Voice& voice) const;
  void report_twice(const Voice& voice) const;

  std::vector<Override> items_;
  std::vector<std::string> offered_;
};

struct DraftNode {
  std::string path, yaml_path, owner;
  std::size_t scope{};
  const NodeType* type{};  ///< null: unknown, said already
  Yaml entry;              ///< its mapping, parameters filled in
  Mark mark;
};

/// What a name in a scope stands for.
struct Member {
  enum class Kind { node, module, broken };
  Kind kind{Kind::broken};
  std::size_t index{};  ///< into Draft::nodes or Draft::scopes
  Mark mark;
};

struct Scope {
  std::string path;       ///< "" at the top, "anna"
  std::string yaml_path;  ///< "participants.anna", where it is used
  std::size_t parent{};
  SheetRef sheet;
  std::map<std::string, Member, std::less<>> members;
  std::map<std::string, Wire, std::less<>> inputs;    ///< wires of the scope above
  std::vector<std::pair<std::string, Wire>> outputs;  ///< in the order written
  std::vector<std::string> chain;
};

struct Draft {
  std::vector<DraftNode> nodes;
  std::vector<Scope> scopes;  ///< [0] is the graph itself
  std::vector<std::string> participants;
  ParameterValues parameters;  ///< of the graph itself
};

}  // namespace ib
