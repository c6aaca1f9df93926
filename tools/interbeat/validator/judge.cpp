#include "validator/judge.hpp"

#include "validator/child.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <regex>

extern char** environ;

namespace ib::validator {
namespace {

using nlohmann::json;

double now_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(since).count();
}

/// What another program prints, without its last line feed; empty, if it can't be run.
std::string output_of(const std::vector<std::string>& words) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  std::vector<char*> argv;
  for (const auto& w : words)
    argv.push_back(const_cast<char*>(w.c_str()));  // NOLINT: as execv takes them
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string text;
  char piece[256];
  for (ssize_t n = 0; error == 0 && (n = read(ends[0], piece, sizeof piece)) > 0;)
    text.append(piece, static_cast<std::size_t>(n));
  close(ends[0]);
  if (error != 0) return {};
  int status = 0;
  waitpid(pid, &status, 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : "";
}

std::string packed(const Verdict& v) {
  return std::string(1, static_cast<char>('0' + static_cast<int>(v.result))) + v.why;
}
Verdict unpacked(const Child::End& end) {
  if (!end.answered || end.text.empty()) return failed(end.text);
  return {static_cast<Result>(end.text[0] - '0'), end.text.substr(1)};
}

class Judge {
 public:
  explicit Judge(const JudgeOptions& options) : o_(options) {}

  Judgement run() {
    j_.seed = o_.seed;
    if (o_.file.empty()) {
      for (const auto& n : o_.builtin) nodes_.push_back({n.desc->type, ""});
    } else if (!look()) {
      return std::move(j_);
    }
    for (const auto& n : nodes_) j_.nodes.push_back(n.name);
    if (!plan()) return std::move(j_);
    play();
    return std::move(j_);
  }

 private:
  struct Seen {
    std::string name, problem;
  };
  struct Job {
    Child::Work work;
    std::size_t record;
  };

  /// Which nodes there are, as a child saw it. False: there is nothing to judge.
  bool look() {
    Child child([this](const auto&) {
      std::string problem;
      const auto subject = Subject::open(o_.file, problem);
      json said{{"problem", problem}, {"nodes", json::array()}};
      for (std::uint32_t i = 0; subject != nullptr && i < subject->nodes(); ++i) {
        std::string why;
        subject->node(i, why);
        said["nodes"].push_back({subject->name(i), why});
      }
      return said.dump(-1, ' ', false, json::error_handler_t::replace);
    });
    const auto end = wait(child);
    if (!end.answered) {
      j_.records.push_back(
          {"", "load/opens", failed("while it was opened: " + end.text), end.took_ms});
      return false;
    }
    const auto said = json::parse(end.text);
    j_.problem = said["problem"];
    for (const auto& n : said["nodes"]) nodes_.push_back({n[0], n[1]});
    return j_.problem.empty();
  }

  Child::End wait(Child& child) const {
    pollfd p{child.ended_descriptor(), POLLIN, 0};
    for (;;) {
      const auto left = o_.limit_ms - child.age_ms();
      if (left <= 0) return child.kill(o_.limit_ms);
      if (poll(&p, 1, static_cast<int>(left) + 1) > 0) return child.end();
    }
  }

  /// Everything that was chosen, in its order. False: nothing was.
  bool plan() {
    bool test = false, node = false;
    if (!o_.file.empty()) {
      for (const auto& t : file_tests()) {
        if (!chosen(o_.filter, t.name)) continue;
        test = true;
        if (o_.node.empty())
          add("", t.name, [this, &t](const auto& printed) { return run_file_test(t, printed); });
      }
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (!o_.node.empty() && nodes_[i].name != o_.node) continue;
      node = true;
      for (const auto& t : node_tests()) {
        if (!chosen(o_.filter, t.name)) continue;
        test = true;
        if (!nodes_[i].problem.empty()) {
          j_.records.push_back({nodes_[i].name, std::string(t.name),
                                skipped("its descriptor can't be read: " + nodes_[i].problem), 0});
          continue;
        }
        add(nodes_[i].name, t.name,
            [this, &t, i](const auto& printed) { return run_node_test(t, i, printed); });
      }
    }
    if (!node) j_.problem = fmt::format("there is no node `{}`", o_.node);
    else if (!test) j_.problem = fmt::format("no test is called like `{}`", o_.filter);
    return node && test;
  }
  void add(std::string node, std::string_view test, Child::Work work) {
    jobs_.push_back({std::move(work), j_.records.size()});
    j_.records.push_back({std::move(node), std::string(test), {}, 0});
  }

  // -- in the child --------------------------------------------------------------------------------

  std::string run_file_test(const FileTest& t, const std::function<long()>& printed) {
    const auto threads = count_threads();
    const auto began = now_ms();
    std::string problem;
    const auto subject = Subject::open(o_.file, problem);
    const auto took = now_ms() - began;
    if (subject == nullptr) return packed(failed(problem));
    const Services services{{}, printed};
    return packed(t.run({*subject, took, threads, services}));
  }
  std::string run_node_test(const NodeTest& t, std::size_t i,
                            const std::function<long()>& printed) {
    std::string problem;
    std::unique_ptr<Subject> subject;
    const NodeUnderTest* node = nullptr;
    if (o_.file.empty()) {
      node = &o_.builtin[i];
    } else {
      subject = Subject::open(o_.file, problem);
      if (subject != nullptr) node = subject->node(static_cast<std::uint32_t>(i), problem);
    }
    if (node == nullptr) return packed(failed("opened once more, " + problem));
    Services services{{}, printed};
    if (o_.hash_program) {
      services.hash_elsewhere = [this](const NodeUnderTest& n, unsigned seed) {
        return output_of(o_.hash_program(n.desc->type, seed));
      };
    }
    if (node->is(IB_NODE_SOURCE) && !t.name.starts_with("descriptor/") &&
        !t.name.starts_with("params/ranges") && !t.name.starts_with("params/text") &&
        t.name != "params/unknown" && t.name != "life/thousand" && t.name != "life/unborn") {
      return packed(skipped("it is a source: what it plays comes from its device"));
    }
    return packed(t.run({*node, o_.seed, services}));
  }

  // -- some at once ----------------------------------------------------------------------------------

  struct Running {
    std::unique_ptr<Child> child;
    std::size_t record;
  };

  void play() {
    std::vector<Running> running;
    std::size_t next = 0, done = 0;
    while (next < jobs_.size() || !running.empty()) {
      while (running.size() < std::max(1U, o_.jobs) && next < jobs_.size()) {
        running.push_back({std::make_unique<Child>(jobs_[next].work), jobs_[next].record});
        ++next;
      }
      wait_for_one(running);
      std::erase_if(running, [&](Running& r) {
        pollfd p{r.child->ended_descriptor(), POLLIN, 0};
        const bool ended = poll(&p, 1, 0) > 0;
        if (!ended && r.child->age_ms() < o_.limit_ms) return false;
        const auto end = ended ? r.child->end() : r.child->kill(o_.limit_ms);
        j_.records[r.record].verdict = unpacked(end);
        j_.records[r.record].took_ms = end.took_ms;
        if (o_.progress) o_.progress(++done, jobs_.size());
        return true;
      });
    }
  }
  void wait_for_one(const std::vector<Running>& running) const {
    std::vector<pollfd> all;
    double left = o_.limit_ms;
    for (const auto& r : running) {
      all.push_back({r.child->ended_descriptor(), POLLIN, 0});
      left = std::min(left, o_.limit_ms - r.child->age_ms());
    }
    poll(all.data(), all.size(), static_cast<int>(std::max(0.0, left)) + 1);
  }

  const JudgeOptions& o_;
  Judgement j_;
  std::vector<Seen> nodes_;
  std::vector<Job> jobs_;
};

}  // namespace

std::size_t Judgement::count(Result result) const {
  return static_cast<std::size_t>(
      std::count_if(records.begin(), records.end(),
                    [result](const auto& r) { return r.verdict.result == result; }));
}

bool chosen(std::string_view filter, std::string_view test) {
  if (test.find(filter) != std::string_view::npos) return true;
  try {
    const std::regex pattern{std::string(filter)};
    return std::regex_search(test.begin(), test.end(), pattern);
  } catch (const std::regex_error&) {
    return false;
  }
}

Judgement judge(const JudgeOptions& options) { return Judge(options).run(); }

}  // namespace ib::validator
