#include "folded_voice.hpp"

#include "fold.hpp"

#include <utility>

namespace ib {

void FoldedVoice::say(std::uint32_t node, Diagnostic diagnostic, const std::string& kind) {
  if (diagnostic.chain.empty()) diagnostic.chain = graph_.nodes[node].origin->chain;
  const bool many = !graph_.groups.empty() && graph_.groups[graph_.nodes[node].group].count > 1;
  if (!many) return out_.add(std::move(diagnostic));
  auto key = std::tuple(graph_.nodes[node].group, diagnostic.path, kind);
  const auto [it, fresh] = said_.try_emplace(std::move(key), Said{{}, node, 0});
  if (fresh) it->second.diagnostic = std::move(diagnostic);
  ++it->second.n;
}

FoldedVoice::~FoldedVoice() {
  for (auto& [key, said] : said_) {
    const auto& path = graph_.nodes[said.node].path;
    said.diagnostic.chain.push_back(some_of(path.substr(0, path.find(']') + 1), said.n));
    out_.add(std::move(said.diagnostic));
  }
}

}  // namespace ib
