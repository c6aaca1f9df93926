// Voice: says what is wrong with a graph, with the chain of modules that led to the place.
//
// Thread: [control].
#pragma once

#include "yaml_document.hpp"

#include <interbeat/diagnostic.hpp>

#include <string>
#include <utility>
#include <vector>

namespace ib {

class Voice {
 public:
  explicit Voice(Diagnostics& out, std::vector<std::string> chain = {})
      : out_(&out), chain_(std::move(chain)) {}

  /// At a key, or at anything that has only a mark.
  void error(const Mark& where, std::string path, std::string what, std::string expected = {},
             std::string hint = {}) const {
    out_->add({Severity::error, where, std::move(path), std::move(what), std::move(expected),
               std::move(hint), chain_});
  }
  /// At a value: also names the parameter that brought it here.
  void error(const Yaml& value, std::string path, std::string what, std::string expected = {},
             std::string hint = {}) const {
    if (value.broken) return;
    auto chain = chain_;
    if (!value.via.empty()) chain.insert(chain.begin(), value.via.str());
    out_->add({Severity::error, value.mark, std::move(path), std::move(what), std::move(expected),
               std::move(hint), std::move(chain)});
  }
  void warning(const Mark& where, std::string path, std::string what, std::string hint = {}) const {
    out_->add(
        {Severity::warning, where, std::move(path), std::move(what), {}, std::move(hint), chain_});
  }
  const std::vector<std::string>& chain() const { return chain_; }
  Diagnostics& out() const { return *out_; }

 private:
  Diagnostics* out_;
  std::vector<std::string> chain_;
};

/// "couple.yaml:7:3".
inline std::string location_of(const Mark& mark) {
  if (mark.line == 0) return mark.file.str();
  return mark.file.str() + ":" + std::to_string(mark.line) + ":" + std::to_string(mark.column);
}

}  // namespace ib
