// Where the program looks: graphs beside it, programs on PATH, sockets of running engines. Nothing
// is compiled in, so that an installed tree can be moved. Thread: [control].
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib::tool {

/// The graph the user means: the path as given, else NAME or NAME.yaml in a folder of shipped
/// graphs (default_module_dirs). Empty, if there is none.
std::filesystem::path find_graph(const std::string& name);

/// A program of that name on PATH.
std::optional<std::filesystem::path> find_program(std::string_view name);

/// The folder of the recipes for the manual's figures: <prefix>/share/interbeat/figures, or that of the sources.
/// Empty, if there is none.
std::filesystem::path figure_recipes();

/// $XDG_RUNTIME_DIR/interbeat, else /tmp/interbeat-UID.
std::filesystem::path socket_folder();

/// The control socket of the run called `name`.
std::filesystem::path socket_of(const std::string& name);

/// Makes the socket folder, for this user alone. Empty: fine; else a sentence.
std::string make_socket_folder();

/// Names of the runs that answer there, sorted. The socket of a run that was killed stays behind;
/// nobody listens on it, and the next run of that name takes its place.
std::vector<std::string> running_names();

}  // namespace ib::tool
