// Judge: runs the chosen tests over a plugin file, or over node types of this program, each in a child process
// with a time-out. The code of a plugin never enters this process.
//
// Thread: [control] of a program with one thread.
#pragma once

#include "validator/test.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace ib::validator {

struct JudgeOptions {
  std::filesystem::path file;          ///< empty: `builtin`
  std::vector<NodeUnderTest> builtin;  ///< node types of this program
  unsigned seed{1};
  std::string filter;  ///< regular expression or part of a name; empty: every test
  std::string node;    ///< node type; empty: all
  double limit_ms{10'000};
  unsigned jobs{1};
  /// A program that prints hash_of_outputs: its words; empty: data/processes is skipped.
  std::function<std::vector<std::string>(const std::string& node, unsigned seed)> hash_program;
  std::function<void(std::size_t done, std::size_t all)> progress;
};

struct Record {
  std::string node;  ///< empty: the file as a whole
  std::string test;
  Verdict verdict;
  double took_ms{};
};

struct Judgement {
  std::string problem;  ///< it can't be judged: no plugin, or nothing was chosen
  unsigned seed{};
  std::vector<std::string> nodes;
  std::vector<Record> records;
  std::size_t count(Result result) const;
};

Judgement judge(const JudgeOptions& options);

/// Does this name of a test pass the filter?
bool chosen(std::string_view filter, std::string_view test);

}  // namespace ib::validator
