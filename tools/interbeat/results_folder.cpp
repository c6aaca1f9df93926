#include "results_folder.hpp"

#include "message.hpp"
#include "nearest.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

namespace ib::tool {

namespace fs = std::filesystem;

namespace {

constexpr int most_numbered = 999;

/// A former run's record; null where there is none that can be read.
nlohmann::json record_in(const fs::path& folder) {
  std::ifstream in(folder / "run.json", std::ios::binary);
  return in ? nlohmann::json::parse(in, nullptr, false) : nlohmann::json();
}

/// The text at these two keys, or empty: a record is a file like others, and may have been changed.
std::string text_in(const nlohmann::json& record, const char* section, const char* key) {
  if (!record.is_object() || !record.contains(section) || !record[section].is_object()) return {};
  const auto& part = record[section];
  return part.contains(key) && part[key].is_string() ? part[key].get<std::string>() : "";
}

std::vector<std::string> files_in(const nlohmann::json& record) {
  std::vector<std::string> files;
  if (!record.is_object() || !record.contains("files") || !record["files"].is_array()) return files;
  for (const auto& file : record["files"])
    if (file.is_string()) files.push_back(file.get<std::string>());
  return files;
}

}  // namespace

void add_results_arguments(CLI::App& command, ResultsArguments& arguments) {
  command
      .add_option(
          "--out", arguments.out,
          "Folder for results and run.json; default: out, or the first of out-2, out-3, … where that is taken")
      ->type_name("DIR");
  command.add_flag("--force", arguments.force,
                   "Writes over what a live session left in the folder");
}

ResultsFolder::~ResultsFolder() { let_go(); }

void ResultsFolder::let_go() {
  if (lock_ >= 0) close(lock_);
  lock_ = -1;
}

/// Keeps the lock of one that is free. Where the file system knows no locks, or the folder can't be opened, it
/// counts as free: what is in the way of writing there is said by who writes.
ResultsFolder::State ResultsFolder::look_at(const std::string& path) {
  let_go();
  lock_ = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0) return State::free;
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return State::busy;
  const auto record = record_in(path);
  former_ = files_in(record);
  if (text_in(record, "options", "mode") != "live") return State::free;
  began_ = text_in(record, "started", "utc");
  return State::live;
}

bool ResultsFolder::take(const ResultsArguments& a) {
  const auto usable = [&a](State s) { return s == State::free || (s == State::live && a.force); };
  path_ = a.out.empty() ? "out" : a.out;
  auto state = look_at(path_);
  if (usable(state)) return true;
  if (a.out.empty()) {
    const auto why = state == State::busy
                         ? "another run writes into out"
                         : "out holds what a live session left, which no run can make again";
    for (int n = 2; n <= most_numbered && !usable(state); ++n)
      state = look_at(path_ = fmt::format("out-{}", n));
    if (usable(state)) {
      say("{}: the results of this run go to {}", why, path_);
      return true;
    }
    path_ = "out";
    complain("out and out-2 to out-999 are all taken", "name a folder with --out");
    return false;
  }
  if (state == State::busy)
    complain(fmt::format("another run writes into the folder {}", path_in_quotes(path_)),
             "choose another with --out");
  else
    complain(fmt::format("the folder {} holds what the live session of {} left, which no run can "
                         "make again",
                         path_in_quotes(path_), began_.empty() ? "an unknown time" : began_),
             "choose another with --out, or write over it with --force");
  return false;
}

bool ResultsFolder::make() {
  if (lock_ >= 0) return true;
  std::error_code not_made;
  fs::create_directories(path_, not_made);
  if (not_made) {
    complain(fmt::format("{} can't be made: {}", path_, not_made.message()));
    return false;
  }
  if (look_at(path_) != State::busy) return true;
  complain(fmt::format("another run has just begun to write into {}", path_in_quotes(path_)),
           "choose another with --out");
  return false;
}

std::vector<std::string> ResultsFolder::left_over(const std::vector<std::string>& files) const {
  std::vector<std::string> left;
  std::error_code error;
  for (const auto& file : former_) {
    if (std::find(files.begin(), files.end(), file) != files.end()) continue;
    if (fs::exists(fs::path(path_) / file, error)) left.push_back(file);
  }
  return left;
}

}  // namespace ib::tool
