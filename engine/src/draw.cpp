#include "draw.hpp"

#include <fmt/format.h>

#include <iterator>
#include <map>

namespace ib {
namespace {

/// Nodes by the path in front of their own name: "a.beats" lies in the room "a".
struct Room {
  std::map<std::string, Room> rooms;
  std::vector<std::uint32_t> nodes;
};

Room furnish(const Graph& graph) {
  Room house;
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    Room* room = &house;
    std::string_view path = graph.nodes[i].path;
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
      room = &room->rooms[std::string(path.substr(0, dot))];
      path.remove_prefix(dot + 1);
    }
    room->nodes.push_back(i);
  }
  return house;
}

std::string own_name(const GraphNode& node) {
  return node.path.substr(node.path.rfind('.') + 1);  // npos + 1 == 0: the whole path
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
  explicit Dot(const Graph& graph) : graph_(graph) {}

  std::string draw() {
    say("digraph {} {{\n", dot_text(graph_.name));
    say("  rankdir=LR;\n");
    say("  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n");
    say("  edge [fontname=\"sans-serif\", fontsize=9];\n");
    draw_room(furnish(graph_), "", 1);
    for (const auto& node : graph_.nodes) draw_edges(node);
    return out_ + "}\n";
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Args>(args)...);
  }

  void draw_room(const Room& room, const std::string& path, int depth) {
    const std::string in(2 * static_cast<std::size_t>(depth), ' ');
    for (const auto i : room.nodes) {
      const auto& n = graph_.nodes[i];
      const char* look = has_flag(n, IB_NODE_SOURCE) ? ", shape=cds"
                         : has_flag(n, IB_NODE_SINK) ? ", shape=note"
                                                     : "";
      auto label = dot_text(own_name(n));
      label.insert(label.size() - 1, std::string("\\n") + n.type->desc->type);
      say("{}{} [label={}{}];\n", in, dot_text(n.path), label, look);
    }
    for (const auto& [name, inner] : room.rooms) {
      const auto inner_path = path.empty() ? name : path + "." + name;
      say("{}subgraph {} {{\n{}  label={};\n", in, dot_text("cluster_" + inner_path), in,
          dot_text(name));
      draw_room(inner, inner_path, depth + 1);
      say("{}}}\n", in);
    }
  }

  void draw_edges(const GraphNode& node) {
    for (const auto& e : node.inputs) {
      const auto& from = graph_.nodes[e.from_node];
      say("  {} -> {} [label={}{}];\n", dot_text(from.path), dot_text(node.path),
          dot_text(output_name(from, e.from_port)), e.cut ? ", style=dashed" : "");
    }
  }

  const Graph& graph_;
  std::string out_;
};

class Mermaid {
 public:
  explicit Mermaid(const Graph& graph) : graph_(graph) {}

  std::string draw() {
    out_ = "flowchart LR\n";
    draw_room(furnish(graph_), 1);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) draw_edges(i);
    return out_;
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Args>(args)...);
  }

  void draw_room(const Room& room, int depth) {
    const std::string in(2 * static_cast<std::size_t>(depth), ' ');
    for (const auto i : room.nodes) {
      const auto& n = graph_.nodes[i];
      const bool end = has_flag(n, IB_NODE_SOURCE | IB_NODE_SINK);
      say("{}n{}{}\"{}<br/>{}\"{}\n", in, i, end ? "([" : "[", mermaid_text(own_name(n)),
          mermaid_text(n.type->desc->type), end ? "])" : "]");
    }
    for (const auto& [name, inner] : room.rooms) {
      say("{}subgraph r{}[\"{}\"]\n", in, rooms_++, mermaid_text(name));
      draw_room(inner, depth + 1);
      say("{}end\n", in);
    }
  }

  void draw_edges(std::size_t i) {
    for (const auto& e : graph_.nodes[i].inputs) {
      const auto label = mermaid_text(output_name(graph_.nodes[e.from_node], e.from_port));
      say("  n{} {}|\"{}\"| n{}\n", e.from_node, e.cut ? "-.->" : "-->", label, i);
    }
  }

  const Graph& graph_;
  std::string out_;
  int rooms_{};
};

}  // namespace

std::string draw_dot(const Graph& graph) { return Dot(graph).draw(); }
std::string draw_mermaid(const Graph& graph) { return Mermaid(graph).draw(); }

}  // namespace ib
