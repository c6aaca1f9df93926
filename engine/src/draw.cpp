#include "draw.hpp"

#include "fold.hpp"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace ib {
namespace {

/// What is drawn: nodes, equal ones of a `for_each:` as one, by the path in front of their own name:
/// "a.beats" lies in the room "a".
struct Room {
  std::map<std::string, Room> rooms;
  std::vector<std::uint32_t> groups;
};

Room furnish(const Folding& folding) {
  Room house;
  for (std::uint32_t i = 0; i < folding.size(); ++i) {
    Room* room = &house;
    std::string_view path = folding.name(i);
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
      room = &room->rooms[std::string(path.substr(0, dot))];
      path.remove_prefix(dot + 1);
    }
    room->groups.push_back(i);
  }
  return house;
}

/// An arrow of the picture.
struct Arrow {
  std::uint32_t from{}, port{}, to{};  ///< groups, and which output
  bool cut{};
  auto operator<=>(const Arrow&) const = default;
};

/// In the order of the graph; those between equal nodes once.
std::vector<Arrow> arrows_of(const Graph& graph, const Folding& folding) {
  std::vector<std::vector<Arrow>> by_reader(folding.size());
  std::set<Arrow> seen;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const auto to = folding.group_of(i);
    for (const auto& e : graph.nodes[i].inputs) {
      const Arrow arrow{folding.group_of(e.from_node), e.from_port, to, e.cut};
      const bool once = folding.count(to) == 1 && folding.count(arrow.from) == 1;
      if (once || seen.insert(arrow).second) by_reader[to].push_back(arrow);
    }
  }
  std::vector<Arrow> arrows;
  for (const auto& of : by_reader) arrows.insert(arrows.end(), of.begin(), of.end());
  return arrows;
}

std::string own_name(const std::string& path) {
  return path.substr(path.rfind('.') + 1);  // npos + 1 == 0: the whole path
}

bool has_flag(const GraphNode& node, std::uint32_t flag) {
  return (node.type->desc->flags & flag) != 0;
}

std::string output_name(const GraphNode& node, std::uint32_t port) {
  const auto& desc = *node.type->desc;
  return desc.ports[count_inputs(desc) + port].name;
}

std::string replaced(std::string text, const std::map<char, std::string_view>& with) {
  std::string out;
  for (const char c : text) {
    const auto it = with.find(c);
    if (it == with.end()) out += c;
    else out += it->second;
  }
  return out;
}

std::string dot_text(const std::string& text) {
  return '"' + replaced(text, {{'"', "\\\""}, {'\\', "\\\\"}}) + '"';
}

std::string mermaid_text(const std::string& text) { return replaced(text, {{'"', "#quot;"}}); }

class Dot {
 public:
  explicit Dot(const Graph& graph) : graph_(graph), folding_(graph) {}

  std::string draw() {
    say("digraph {} {{\n", dot_text(graph_.name));
    say("  rankdir=LR;\n");
    say("  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n");
    say("  edge [fontname=\"sans-serif\", fontsize=9];\n");
    draw_room(furnish(folding_), "", 1);
    for (const auto& arrow : arrows_of(graph_, folding_)) draw_arrow(arrow);
    return out_ + "}\n";
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Args>(args)...);
  }

  void draw_room(const Room& room, const std::string& path, int depth) {
    const std::string in(2 * static_cast<std::size_t>(depth), ' ');
    for (const auto i : room.groups) {
      const auto& n = graph_.nodes[folding_.first(i)];
      const char* look = has_flag(n, IB_NODE_SOURCE) ? ", shape=cds"
                         : has_flag(n, IB_NODE_SINK) ? ", shape=note"
                                                     : "";
      auto label = dot_text(own_name(folding_.name(i)));
      label.insert(label.size() - 1, std::string("\\n") + n.type->desc->type);
      say("{}{} [label={}{}];\n", in, dot_text(folding_.name(i)), label, look);
    }
    for (const auto& [name, inner] : room.rooms) {
      const auto inner_path = path.empty() ? name : path + "." + name;
      say("{}subgraph {} {{\n{}  label={};\n", in, dot_text("cluster_" + inner_path), in,
          dot_text(name));
      draw_room(inner, inner_path, depth + 1);
      say("{}}}\n", in);
    }
  }

  void draw_arrow(const Arrow& arrow) {
    const auto& from = graph_.nodes[folding_.first(arrow.from)];
    say("  {} -> {} [label={}{}];\n", dot_text(folding_.name(arrow.from)),
        dot_text(folding_.name(arrow.to)), dot_text(output_name(from, arrow.port)),
        arrow.cut ? ", style=dashed" : "");
  }

  const Graph& graph_;
  Folding folding_;
  std::string out_;
};

class Mermaid {
 public:
  explicit Mermaid(const Graph& graph) : graph_(graph), folding_(graph) {}

  std::string draw() {
    out_ = "flowchart LR\n";
    draw_room(furnish(folding_), 1);
    for (const auto& arrow : arrows_of(graph_, folding_)) draw_arrow(arrow);
    return out_;
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Args>(args)...);
  }

  void draw_room(const Room& room, int depth) {
    const std::string in(2 * static_cast<std::size_t>(depth), ' ');
    for (const auto i : room.groups) {
      const auto& n = graph_.nodes[folding_.first(i)];
      const bool end = has_flag(n, IB_NODE_SOURCE | IB_NODE_SINK);
      say("{}n{}{}\"{}<br/>{}\"{}\n", in, i, end ? "([" : "[",
          mermaid_text(own_name(folding_.name(i))), mermaid_text(n.type->desc->type),
          end ? "])" : "]");
    }
    for (const auto& [name, inner] : room.rooms) {
      say("{}subgraph r{}[\"{}\"]\n", in, rooms_++, mermaid_text(name));
      draw_room(inner, depth + 1);
      say("{}end\n", in);
    }
  }

  void draw_arrow(const Arrow& arrow) {
    const auto& from = graph_.nodes[folding_.first(arrow.from)];
    say("  n{} {}|\"{}\"| n{}\n", arrow.from, arrow.cut ? "-.->" : "-->",
        mermaid_text(output_name(from, arrow.port)), arrow.to);
  }

  const Graph& graph_;
  Folding folding_;
  std::string out_;
  int rooms_{};
};

}  // namespace

std::string draw_dot(const Graph& graph) { return Dot(graph).draw(); }
std::string draw_mermaid(const Graph& graph) { return Mermaid(graph).draw(); }

}  // namespace ib
