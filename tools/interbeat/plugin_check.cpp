// interbeat plugin check: the validator, over a plugin or over the nodes of this program.
#include "judgement_text.hpp"
#include "message.hpp"
#include "plugin_words.hpp"
#include "registry.hpp"
#include "terminal.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

namespace ib::tool {
namespace {

namespace fs = std::filesystem;
using validator::Result;

constexpr const char* plugin_check_examples = R"(
Every test runs in a process of its own. Exit 0: all passed; 1: some failed;
2: the file is no plugin, or the arguments are wrong.

Examples:
  interbeat plugin check build/breath.so
  interbeat plugin check build/breath.so --filter time/ --seed 7
  interbeat plugin check --builtin
  interbeat plugin check --list --markdown)";

struct CheckArguments {
  std::string file, filter, node;
  unsigned seed{1}, jobs{};
  double limit_s{validator::sanitized ? 60.0 : 10.0};
  bool builtin{}, json{}, list{}, markdown{}, every{}, hash{};
};

// -- the library that watches --------------------------------------------------------------------------

constexpr const char* watched = "INTERBEAT_WATCHED";  // what LD_PRELOAD was before

fs::path own_program() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
}

/// The program once more, with the library in it that counts calls. Returns if that can't be: then the tests
/// that need it say so.
void begin_watched() {
  if (const char* before = std::getenv(watched); before != nullptr) {
    const std::string value(before);  // what a plugin starts is not to be watched
    if (value.empty()) unsetenv("LD_PRELOAD");
    else setenv("LD_PRELOAD", value.c_str(), 1);
    unsetenv(watched);
    return;
  }
  const auto library = own_program().parent_path() / "../lib/interbeat/libinterbeat-watch.so";
  std::error_code error;
  if (validator::sanitized || !fs::exists(library, error)) return;
  std::ifstream in("/proc/self/cmdline", std::ios::binary);
  std::string words{std::istreambuf_iterator<char>(in), {}};
  std::vector<char*> argv;
  for (std::size_t at = 0; at < words.size(); at = words.find('\0', at) + 1)
    argv.push_back(&words[at]);
  argv.push_back(nullptr);
  const char* preload = std::getenv("LD_PRELOAD");
  const std::string before = preload != nullptr ? preload : "";
  setenv(watched, before.c_str(), 1);
  setenv("LD_PRELOAD", (library.string() + (before.empty() ? "" : ":" + before)).c_str(), 1);
  execv("/proc/self/exe", argv.data());
  unsetenv(watched);
  if (preload != nullptr) setenv("LD_PRELOAD", before.c_str(), 1);
  else unsetenv("LD_PRELOAD");
}

// -- what is judged --------------------------------------------------------------------------------------

std::vector<validator::NodeUnderTest> builtin_nodes() {
  static const auto registry = make_registry();
  std::vector<validator::NodeUnderTest> nodes;
  for (const auto* n : registry.nodes()) nodes.push_back({n->desc, n->create});
  return nodes;
}

/// For data/processes: the other process.
int print_hash(const CheckArguments& a) {
  std::string problem;
  std::unique_ptr<validator::Subject> subject;
  auto nodes = a.builtin ? builtin_nodes() : std::vector<validator::NodeUnderTest>{};
  if (!a.builtin) subject = validator::Subject::open(a.file, problem);
  for (std::uint32_t i = 0; subject != nullptr && i < subject->nodes(); ++i) {
    if (const auto* node = subject->node(i, problem); node != nullptr) nodes.push_back(*node);
  }
  for (const auto& node : nodes) {
    if (a.node != node.desc->type) continue;
    show(hash_of_outputs(node, a.seed) + "\n");
    return done;
  }
  complain(problem.empty() ? fmt::format("there is no node `{}`", a.node) : problem);
  return wrong;
}

validator::JudgeOptions options_of(const CheckArguments& a) {
  validator::JudgeOptions o;
  if (!a.builtin) o.file = fs::absolute(a.file);
  else o.builtin = builtin_nodes();
  o.seed = a.seed;
  o.filter = a.filter;
  o.node = a.node;
  o.limit_ms = a.limit_s * 1000;
  o.jobs = a.jobs > 0 ? a.jobs : std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
  o.hash_program = [program = own_program().string(), file = o.file.string()](
                       const std::string& node, unsigned seed) {
    return std::vector<std::string>{program,  "plugin", "check",  file.empty() ? "--builtin" : file,
                                    "--node", node,     "--seed", fmt::format("{}", seed),
                                    "--hash"};
  };
  return o;
}

int check(const CheckArguments& a) {
  if (a.list) {
    show(list_of_tests(a.markdown, a.json));
    return done;
  }
  if (a.builtin == !a.file.empty()) {
    complain(a.builtin ? "a FILE or --builtin, not both"
                       : "which plugin? Name its FILE, or --builtin");
    return wrong;
  }
  if (a.hash) return print_hash(a);
  begin_watched();
  auto options = options_of(a);
  const bool drawn = is_terminal(STDERR_FILENO) && !a.json;
  if (drawn) {
    options.progress = [](std::size_t n, std::size_t all) {
      tell(fmt::format("\r{} of {}\x1b[K", n, all));
    };
  }
  const auto judged = judge(options);
  if (drawn) tell("\r\x1b[K");
  if (a.json) show(json_of(judged, a.file));
  if (!judged.problem.empty()) {
    if (!a.json) complain(a.builtin ? judged.problem : a.file + ": " + judged.problem);
    return wrong;
  }
  if (!a.json)
    show(text_of(judged,
                 {.every = a.every,
                  .room = is_terminal(STDOUT_FILENO) ? terminal_width(STDOUT_FILENO) : 1'000'000}));
  return judged.count(Result::failed) > 0 ? failed : done;
}

}  // namespace

void add_plugin_check(CLI::App& plugin, Action& action) {
  auto a = std::make_shared<CheckArguments>();
  auto* command =
      plugin.add_subcommand("check", "Judges a plugin: does it keep the promises of abi.h?");
  command->add_option("file", a->file, "The plugin, a shared library")->type_name("FILE");
  command->add_flag("--builtin", a->builtin, "Judges the nodes of this program instead");
  command->add_option("--seed", a->seed, "Of everything random; printed, and repeats a run")
      ->type_name("N");
  command
      ->add_option("--filter", a->filter,
                   "Only tests whose name contains this, or matches it as a regular expression")
      ->type_name("TEXT");
  command->add_option("--node", a->node, "Only this node type")->type_name("TYPE");
  command->add_option("--timeout", a->limit_s, "Seconds that one test may take")
      ->check(CLI::Range(0.1, 3600.0))
      ->type_name("S");
  command->add_option("--jobs", a->jobs, "Tests at once; default: one per processor")
      ->type_name("N");
  command->add_flag("--all", a->every,
                    "Where there are several nodes: every test, not only what failed");
  command->add_flag("--json", a->json, "For programs");
  command->add_flag("--list", a->list, "Lists the tests instead");
  command->add_flag("--markdown", a->markdown, "With --list: as a Markdown table");
  command->add_flag("--hash", a->hash)->group("");  // of a node's outputs, for data/processes
  command->footer(plugin_check_examples);
  command->callback([a, &action] { action = [a] { return check(*a); }; });
}

}  // namespace ib::tool
