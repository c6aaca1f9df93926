// The commands of the program, a file each. Every `add_…` describes its subcommand to the parser;
// when the user chose it, `action` becomes what to do, and main runs that.
//
// Messages go to stderr, data to stdout or files. Thread: [control], the main thread.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace ib::tool {

/// Exit codes: what scripts may lean on.
enum Exit : int {
  done = 0,
  failed = 1,  ///< the run failed: a branch stopped, the disk is full
  wrong = 2,   ///< the graph or the arguments are wrong; nothing was started
};

using Action = std::function<int()>;

void add_run(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_plan(CLI::App& app, Action& action);
void add_graph(CLI::App& app, Action& action);
void add_nodes(CLI::App& app, Action& action);
void add_inspect(CLI::App& app, Action& action);
void add_manual(CLI::App& app, Action& action);
void add_schema(CLI::App& app, Action& action);
void add_replay(CLI::App& app, Action& action);
void add_batch(CLI::App& app, Action& action);
void add_top(CLI::App& app, Action& action);
void add_tap(CLI::App& app, Action& action);
void add_set(CLI::App& app, Action& action);
void add_mark(CLI::App& app, Action& action);
void add_plugin(CLI::App& app, Action& action);
void add_devices(CLI::App& app, Action& action);
void add_info(CLI::App& app, Action& action);
void add_export(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
void add_doctor(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);
void add_evaluate(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);
void add_node_host(CLI::App& app, Action& action);
void add_man(CLI::App& app, Action& action);

}  // namespace ib::tool
