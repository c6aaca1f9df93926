// FoldedVoice: what is wrong with nodes of a graph, said once for all instances of a `for_each:` that
// have the same fault, with the first of them and how many others there are.
//
// Thread: [control].
#pragma once

#include <interbeat/graph.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace ib {

class FoldedVoice {
 public:
  FoldedVoice(const Graph& graph, Diagnostics& out) : graph_(graph), out_(out) {}
  ~FoldedVoice();
  FoldedVoice(const FoldedVoice&) = delete;
  FoldedVoice& operator=(const FoldedVoice&) = delete;

  /// `kind` tells faults apart that one node may have at one place. Chain: that of the node.
  void say(std::uint32_t node, Diagnostic diagnostic, const std::string& kind = {});

 private:
  struct Said {
    Diagnostic diagnostic;
    std::uint32_t node{}, n{};
  };
  const Graph& graph_;
  Diagnostics& out_;
  std::map<std::tuple<std::uint32_t, std::string, std::string>, Said> said_;
};

}  // namespace ib
