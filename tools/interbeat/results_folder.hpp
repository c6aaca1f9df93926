// ResultsFolder: where a run's results lie. While the run is on, no other run writes there: the folder itself is
// locked (flock), and the kernel gives it free when its program ends, however that ends. What a live session left
// behind can't be had again, so no run writes over it unless --force says so.
// Thread: [control].
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace ib::tool {

/// How the user named it.
struct ResultsArguments {
  std::string
      out;  ///< empty: not at all, and the first of out, out-2, ..., out-999 that is free is taken
  bool force{};
};

void add_results_arguments(CLI::App& command, ResultsArguments& arguments);

class ResultsFolder {
 public:
  ResultsFolder() = default;
  ~ResultsFolder();
  ResultsFolder(const ResultsFolder&) = delete;
  ResultsFolder& operator=(const ResultsFolder&) = delete;

  /// Chooses one and, where it exists, locks it; nothing in it is touched. False after saying why not.
  bool take(const ResultsArguments& arguments);
  const std::string& path() const { return path_; }
  /// Makes it where it is missing, and locks it then. False after saying why not.
  bool make();
  /// Files that a former run's run.json names and that are there still, though this run, which writes `files`, did
  /// not write them; at most a thousand.
  std::vector<std::string> left_over(const std::vector<std::string>& files) const;

 private:
  enum class State { free, busy, live };
  State look_at(const std::string& path);
  void let_go();

  std::string path_;
  int lock_{-1};
  std::string began_;                ///< UTC of the live session whose results lie there
  std::vector<std::string> former_;  ///< files that run.json named before this run
};

}  // namespace ib::tool
