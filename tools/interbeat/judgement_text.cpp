#include "judgement_text.hpp"

#include "text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>
#include <string>

namespace ib::tool {

using validator::Judgement;
using validator::Result;

namespace {

/// Of nodes of which no test could be made: why, where it was the same for all of them.
std::map<std::string, std::string> untested(const Judgement& judged) {
  std::map<std::string, std::string> nodes;
  std::map<std::string, std::size_t> tests;
  std::set<std::string> tested;
  for (const auto& r : judged.records) {
    ++tests[r.node];
    const auto& why = nodes.emplace(r.node, r.verdict.why).first->second;
    if (r.verdict.result != Result::skipped || r.verdict.why != why) tested.insert(r.node);
  }
  std::erase_if(nodes,
                [&](const auto& n) { return tested.count(n.first) != 0 || tests[n.first] < 2; });
  return nodes;
}

/// One node is told in full; of many, what failed. A node that could not be tested is one line.
TextTable table_of(const Judgement& judged, bool every) {
  TextTable table({"node", "test", "result", "why"});
  auto once = untested(judged);
  std::set<std::string> said;
  for (const auto& r : judged.records) {
    if (!every && r.verdict.result != Result::failed) continue;
    if (const auto it = once.find(r.node); it != once.end()) {
      if (said.insert(r.node).second)
        table.row(
            {r.node.empty() ? "(the file)" : r.node, "all", name_of(Result::skipped), it->second});
      continue;
    }
    table.row(
        {r.node.empty() ? "(the file)" : r.node, r.test, name_of(r.verdict.result), r.verdict.why});
  }
  return table;
}

std::string summary_of_nodes(const Judgement& judged) {
  struct Counts {
    std::size_t n[3]{};
  };
  std::map<std::string, Counts> nodes;
  for (const auto& r : judged.records) ++nodes[r.node].n[static_cast<int>(r.verdict.result)];
  TextTable table({"node", "ok", "FAIL", "skipped"});
  for (const auto& [name, c] : nodes) {
    table.row({name.empty() ? "(the file)" : name, fmt::format("{}", c.n[0]),
               fmt::format("{}", c.n[1]), fmt::format("{}", c.n[2])});
  }
  return table.text();
}

}  // namespace

std::string text_of(const Judgement& judged, const JudgementStyle& style) {
  const bool one = judged.nodes.size() <= 1;
  std::string text;
  if (!one) text += summary_of_nodes(judged);
  const auto table = table_of(judged, style.every || one);
  if (!table.empty()) text += (text.empty() ? "" : "\n") + table.text(0, style.room);
  text += fmt::format("\n{} passed, {} failed, {} skipped; seed {}\n", judged.count(Result::passed),
                      judged.count(Result::failed), judged.count(Result::skipped), judged.seed);
  return text;
}

std::string json_of(const Judgement& judged, const std::string& file) {
  using nlohmann::ordered_json;
  ordered_json j{
      {"file", file.empty() ? ordered_json() : ordered_json(file)},
      {"seed", judged.seed},
      {"problem", judged.problem.empty() ? ordered_json() : ordered_json(judged.problem)},
      {"passed", judged.count(Result::passed)},
      {"failed", judged.count(Result::failed)},
      {"skipped", judged.count(Result::skipped)},
      {"results", ordered_json::array()}};
  for (const auto& r : judged.records) {
    j["results"].push_back({{"node", r.node.empty() ? ordered_json() : ordered_json(r.node)},
                            {"test", r.test},
                            {"result", r.verdict.result == Result::failed   ? "failed"
                                       : r.verdict.result == Result::passed ? "passed"
                                                                            : "skipped"},
                            {"why", r.verdict.why},
                            {"took_ms", r.took_ms}});
  }
  return j.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string list_of_tests(bool markdown, bool json) {
  auto list = nlohmann::ordered_json::array();
  TextTable table({"test", "what it proves"});
  const auto add = [&](const auto& tests) {
    for (const auto& t : tests) {
      const std::string name(t.name);
      table.row({markdown ? "`" + name + "`" : name, std::string(t.proves)});
      list.push_back({{"test", name}, {"proves", t.proves}});
    }
  };
  add(validator::file_tests());
  add(validator::node_tests());
  if (json) return list.dump(2) + "\n";
  return markdown ? table.markdown() : table.text();
}

}  // namespace ib::tool
