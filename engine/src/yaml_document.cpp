#include "yaml_document.hpp"

#include "nearest.hpp"
#include "yaml_text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <sstream>
#include <unordered_map>
#include <utility>

namespace ib {
namespace {

constexpr std::size_t max_bytes = std::size_t{4} << 20;
constexpr std::size_t max_values = 200'000;
constexpr std::size_t max_depth = 64;

/// Stops the parser; crosses yaml-cpp only.
struct Refused {
  Mark where;
  std::string what, hint;
};

std::size_t count_values(const Yaml& tree) {
  std::size_t n = 1;
  for (const auto& item : tree.items) n += count_values(item);
  for (const auto& entry : tree.entries) n += count_values(entry.value);
  return n;
}

std::size_t depth_of(const Yaml& tree) {
  std::size_t deepest = 0;
  for (const auto& item : tree.items) deepest = std::max(deepest, depth_of(item));
  for (const auto& entry : tree.entries) deepest = std::max(deepest, depth_of(entry.value));
  return deepest + 1;
}

/// Builds the tree from parser events. Events keep every key, where yaml-cpp's own tree drops
/// the second of two equal ones without a word.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const LineTable& lines, const std::vector<int>& grown, Diagnostics& out)
      : lines_(lines), grown_(grown), out_(out), last_(lines.at(0, 0)) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0)
      throw Refused{at(mark), "a second document begins here", "a file holds one graph"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    complete(make(Yaml::Kind::null, mark), anchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(tag, mark);
    auto scalar = make(Yaml::Kind::scalar, mark);
    scalar.text = value;
    scalar.quoted = tag == "!";
    complete(std::move(scalar), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchored_.find(anchor);
    if (it == anchored_.end())
      throw Refused{at(mark), "this alias stands inside the value that it names", {}};
    charge(count_values(it->second), mark);
    if (open_.size() + depth_of(it->second) > max_depth) refuse_depth(mark);
    complete(it->second, YAML::NullAnchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Yaml::Kind::sequence, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Yaml::Kind::mapping, mark, tag, anchor, style);
  }
  void OnMapEnd() override { close(); }

  bool saw_document() const { return documents_ > 0; }
  Yaml take_root() { return std::move(root_); }
  Mark at(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(mark.line);
    const int grown = mark.line >= 0 && line < grown_.size() ? grown_[line] : 0;
    return lines_.at(mark.line, mark.column < 0 ? mark.column : std::max(mark.column - grown, 0));
  }
  /// The key or value that was read last.
  const Mark& last() const { return last_; }
  /// The innermost `{` or `[` that is still open; null if none.
  const Mark* open_flow() const {
    for (auto it = open_.rbegin(); it != open_.rend(); ++it)
      if (it->flow) return &it->node.mark;
    return nullptr;
  }

 private:
  struct Open {
    Yaml node;
    YAML::anchor_t anchor{};
    bool flow{};
    bool has_key{};                              ///< the last entry waits for its value
    std::unordered_map<std::string, int> lines;  ///< of the keys so far
    bool drop{};                                 ///< the key stood before: its value goes nowhere
  };

  Yaml make(Yaml::Kind kind, const YAML::Mark& mark) {
    charge(1, mark);
    Yaml node;
    node.kind = kind;
    node.mark = last_ = at(mark);
    return node;
  }

  void open(Yaml::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style) {
    refuse_tag(tag, mark);
    if (open_.size() + 1 >= max_depth) refuse_depth(mark);
    open_.push_back(
        {make(kind, mark), anchor, style == YAML::EmitterStyle::Flow, false, {}, false});
  }

  void close() {
    auto done = std::move(open_.back());
    open_.pop_back();
    complete(std::move(done.node), done.anchor);
  }

  void complete(Yaml node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      charge(count_values(node), {});
      anchored_[anchor] = node;
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& parent = open_.back();
    if (parent.node.is_sequence()) parent.node.items.push_back(std::move(node));
    else if (!parent.has_key) add_key(parent, std::move(node));
    else add_value(parent, std::move(node));
  }

  void add_key(Open& parent, Yaml node) {
    if (!node.is_scalar()) {
      out_.error(node.mark, {}, "a key must be a name, not " + describe(node));
    } else if (const auto it = parent.lines.find(node.text); it != parent.lines.end()) {
      out_.error(node.mark, {}, "the key " + in_quotes(node.text) + " stands twice in this mapping",
                 {}, "the first one is in line " + std::to_string(it->second));
    } else if (node.text == "<<" && !node.quoted) {
      out_.error(node.mark, {}, "merge keys (<<) are not part of a graph", {},
                 "to reuse a chain of nodes, put it into a file and name it with `use:`");
      parent.node.broken = true;
    } else {
      parent.lines.emplace(node.text, node.mark.line);
      parent.node.entries.push_back({std::move(node.text), node.quoted, std::move(node.mark), {}});
      parent.has_key = true;
      return;
    }
    parent.has_key = parent.drop = true;
  }

  void add_value(Open& parent, Yaml node) {
    if (!parent.drop) {
      auto& entry = parent.node.entries.back();
      if (node.is_null()) node.mark = entry.mark;  // yaml-cpp: at the next thing that is there
      entry.value = std::move(node);
      if (parent.flow) join_decimals(parent);
    }
    parent.has_key = parent.drop = false;
  }

  /// `low: 0,5 Hz` in braces is `low: 0` and a key `5 Hz` without a value: a decimal comma.
  void join_decimals(Open& parent) {
    auto& entries = parent.node.entries;
    if (entries.size() < 2) return;
    const auto& decimals = entries.back();
    auto& number = entries[entries.size() - 2].value;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool whole = number.is_scalar() && !number.quoted && !number.text.empty() &&
                       std::all_of(number.text.begin() + (number.text[0] == '-' ? 1 : 0),
                                   number.text.end(), is_digit);
    if (!whole || !decimals.value.is_null() || decimals.quoted || decimals.key.empty() ||
        !is_digit(decimals.key[0]))
      return;
    out_.error(number.mark, {},
               in_quotes(number.text + "," + decimals.key) +
                   " has a decimal comma, and a comma ends the value",
               {}, "write " + in_quotes(number.text + "." + decimals.key));
    number.broken = true;
    parent.lines.erase(decimals.key);
    entries.pop_back();
  }

  void charge(std::size_t values, const YAML::Mark& mark) {
    values_ += values;
    if (values_ > max_values)
      throw Refused{
          at(mark), "the file holds more than 200000 values, aliases counted in full", {}};
  }

  [[noreturn]] void refuse_depth(const YAML::Mark& mark) const {
    throw Refused{at(mark), "more than 64 levels of nesting", {}};
  }

  void refuse_tag(const std::string& tag, const YAML::Mark& mark) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    out_.error(at(mark), {}, "the tag " + in_quotes(tag) + " is not part of a graph", {},
               "leave it out; put a text into quotes instead");
  }

  const LineTable& lines_;
  const std::vector<int>& grown_;  ///< columns that each line has more than in the file
  Diagnostics& out_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Yaml> anchored_;
  Yaml root_;
  Mark last_;
  std::size_t values_{};
  int documents_{};
};

struct Saying {
  std::string_view theirs, ours, hint;
};

/// yaml-cpp's words, and what they mean to someone who wrote a graph.
constexpr std::array sayings{
    Saying{"end of map not found", "this line does not fit the indentation around it",
           "keys of one mapping start in the same column"},
    Saying{"end of sequence not found", "this line does not fit the indentation around it",
           "items of one list start in the same column"},
    Saying{"end of map flow not found", "this \"{\" is not closed by \"}\", or a comma is missing",
           "a text that holds brackets, such as \"p[0].hrv\", goes into quotes here"},
    Saying{"end of sequence flow not found",
           "this \"[\" is not closed by \"]\", or a comma is missing", ""},
    Saying{"illegal map value", "a \":\" where none can stand",
           "check the indentation; a text that holds \": \" goes into quotes"},
    Saying{"illegal block entry", "a \"- \" where no list can stand", ""},
    Saying{"illegal map key", "a key where none can stand", ""},
    Saying{"illegal flow end", "a closing bracket that nothing opened", ""},
    Saying{"illegal document indicator in scalar", "a quoted text behind this is never closed", ""},
    Saying{"unknown token", "a character that cannot start a value", "put the text into quotes"},
    Saying{"the referenced anchor is not defined", "an alias of an anchor that does not exist", ""},
    Saying{"YAML major version too large", "YAML 1.1 and 1.2 are read, nothing newer", ""},
};

void report(const YAML::Exception& e, const TreeBuilder& tree, Diagnostics& out) {
  const auto it = std::find_if(sayings.begin(), sayings.end(),
                               [&e](const Saying& s) { return e.msg == s.theirs; });
  // yaml-cpp marks an unclosed bracket or quote at the start of the text or at its end: useless.
  const auto says = [&e](std::string_view part) { return e.msg.find(part) != std::string::npos; };
  const Mark* better = nullptr;
  if (says("flow not found")) better = tree.open_flow();
  if (says("document indicator in scalar")) better = &tree.last();
  const auto where = better != nullptr ? *better : tree.at(e.mark);
  if (it == sayings.end()) out.error(where, {}, "not valid YAML: " + e.msg);
  else out.error(where, {}, std::string(it->ours), {}, std::string(it->hint));
}

/// Runs the parser; false when it had to stop. yaml-cpp 0.7 takes the end of the text for the end
/// of an open quote and swallows all between; an end mark behind the text makes it speak up.
bool run_parser(std::string_view text, TreeBuilder& tree, Diagnostics& out) {
  try {
    std::istringstream stream(std::string(text) + "\n...\n");
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(tree)) {}
    return true;
  } catch (const Refused& refused) {
    out.error(refused.where, {}, refused.what, {}, refused.hint);
  } catch (const YAML::Exception& e) {
    report(e, tree, out);
  } catch (const std::exception& e) {
    out.error(tree.last(), {}, std::string("the YAML parser gave up: ") + e.what());
  }
  return false;
}

struct Reading {
  Untabbed untabbed;
  Diagnostics found;
  Yaml root;
  bool parsed{}, saw_document{};
};

/// Nobody knows how wide a tab was meant to be: one reading for each guess.
Reading read_as(std::string_view text, std::size_t tab_width, const LineTable& lines) {
  Reading reading{expand_tabs(text, tab_width), {}, {}, false, false};
  TreeBuilder tree(lines, reading.untabbed.grown, reading.found);
  reading.parsed = run_parser(reading.untabbed.text, tree, reading.found);
  reading.saw_document = tree.saw_document();
  reading.root = tree.take_root();
  return reading;
}

}  // namespace

const Yaml::Entry* Yaml::find(std::string_view key) const {
  const auto it = std::find_if(entries.begin(), entries.end(),
                               [key](const Entry& entry) { return entry.key == key; });
  return it == entries.end() ? nullptr : &*it;
}

bool is_boolean(const Yaml& value) {
  if (!value.is_scalar() || value.quoted) return false;
  static constexpr std::array<std::string_view, 6> words{"true",  "True",  "TRUE",
                                                         "false", "False", "FALSE"};
  return std::find(words.begin(), words.end(), value.text) != words.end();
}

bool is_old_boolean(const Yaml& value) {
  if (!value.is_scalar() || value.quoted) return false;
  static constexpr std::array<std::string_view, 16> words{"y",   "n",   "Y",   "N",  "yes", "no",
                                                          "on",  "off", "Yes", "No", "On",  "Off",
                                                          "YES", "NO",  "ON",  "OFF"};
  return std::find(words.begin(), words.end(), value.text) != words.end();
}

std::string describe(const Yaml& value) {
  switch (value.kind) {
    case Yaml::Kind::null: return "nothing";
    case Yaml::Kind::scalar: return in_quotes(value.text);
    case Yaml::Kind::sequence: return "a list";
    case Yaml::Kind::mapping: return "a mapping";
  }
  return {};
}

std::optional<Yaml> parse_yaml(std::string_view text, const std::string& file, Diagnostics& out,
                               const std::string& what, const std::string& first) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.substr(0, 3) == byte_order_mark) text.remove_prefix(3);
  if (text.size() > max_bytes) {
    out.error({file, 0, 0}, {}, "the file is larger than 4 MiB; a graph is not");
    return std::nullopt;
  }
  const LineTable lines(text, file);
  if (!check_yaml_text(text, lines, out)) return std::nullopt;
  auto read = read_as(text, 1, lines);
  const auto tabs = read.untabbed;
  report_tabs(tabs, lines, out);
  for (const std::size_t width : {2U, 4U, 8U})
    if (!read.parsed && !tabs.tabs.empty()) read = read_as(text, width, lines);
  if (!read.parsed && !tabs.tabs.empty()) return std::nullopt;  // they are to blame, and said
  for (const auto& d : read.found.items()) out.add(d);
  if (!read.parsed) return std::nullopt;
  auto root = std::move(read.root);
  if (!read.saw_document || root.is_null()) {
    out.error({file, 1, 1}, {}, "the file is empty", what, "begin with the line " + first);
    return std::nullopt;
  }
  if (!root.is_mapping()) {
    out.error(
        root.mark, {}, "this is " + describe(root) + ", not " + what,
        what == "a graph" ? "keys such as `interbeat: 1` and `nodes:`" : "a key such as " + first);
    return std::nullopt;
  }
  return root;
}

}  // namespace ib
