// MarkInput: how a run is marked from where it was started: by keys, where it has a terminal, or by
// lines of stdin. Thread: [control].
#pragma once

#include <interbeat/engine.hpp>

#include "mark_keys.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ib::tool {

struct MarkArguments {
  std::string from;               ///< "-": lines of stdin; empty: keys, if there is a terminal
  std::vector<std::string> keys;  ///< "1=hard talk", "space=laughs"
};

class MarkInput {
 public:
  explicit MarkInput(MarkArguments arguments) : a_(std::move(arguments)) {}

  /// Whether the words are good for this run; complains where they aren't. `taken`: stdin is somebody else's.
  bool fits(Plan& plan, bool live, bool taken);
  /// Once the run begins. Null: nobody marks from here. `table`: one is drawn on the terminal.
  std::unique_ptr<LiveInput> open(bool quiet, bool table) const;

 private:
  bool read_key(const std::string& word);

  MarkArguments a_;
  KeyTexts texts_ = usual_key_texts();
  std::size_t max_bytes_{};  ///< 0: this graph takes no marks, or it can't be said which source does
  bool taken_{};
};

}  // namespace ib::tool
