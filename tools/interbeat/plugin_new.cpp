// interbeat plugin new: a project that builds and passes its tests, from the template plugins/example.
#include "message.hpp"
#include "plugin_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace ib::tool {
namespace {

namespace fs = std::filesystem;

constexpr const char* plugin_new_examples = R"(
Makes the folder NAME: a node with a port, a param and its docs, a test from a graph, a golden test, CMake
files and a README. NAME becomes the name of the plugin and the first half of its nodes' names.

Examples:
  interbeat plugin new breath
  interbeat plugin new breath --into ~/nodes)";

constexpr std::string_view template_name = "example";
constexpr std::size_t longest_name = 40;

struct NewArguments {
  std::string name, into = ".";
};

/// <prefix> of an installed program; of one in its build folder <sources>/build/<preset>.
fs::path above_program() {
  std::error_code unknown;
  return fs::read_symlink("/proc/self/exe", unknown).parent_path().parent_path();
}
bool in_build_folder(const fs::path& above) {
  std::error_code unknown;
  return fs::exists(above / "CMakeCache.txt", unknown);
}

/// Where the template lies; empty: it is not there.
fs::path find_template() {
  const auto above = above_program();
  const auto folder = in_build_folder(above)
                          ? above.parent_path().parent_path() / "plugins" / template_name
                          : above / "share" / "interbeat" / "plugins" / template_name;
  std::error_code unknown;
  return fs::is_directory(folder, unknown) ? folder : fs::path{};
}

/// What is wrong with the name; empty: nothing.
std::string problem_of(const std::string& name) {
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto fits = [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '_'; };
  if (name.empty() || !small(name.front()) || !std::all_of(name.begin(), name.end(), fits) ||
      name.back() == '_' || name.find("__") != std::string::npos) {
    return fmt::format(
        "`{}` can't be the name of a plugin: small letters, digits and single _ between them, "
        "beginning with a letter, such as breath_rate",
        name);
  }
  if (name.size() > longest_name) {
    return fmt::format("the name has {} characters; a plugin's has at most {}", name.size(),
                       longest_name);
  }
  constexpr std::array<std::string_view, 8> taken{"all",     "clean",   "edit_cache",    "help",
                                                  "install", "package", "rebuild_cache", "test"};
  if (std::find(taken.begin(), taken.end(), name) != taken.end())
    return fmt::format("`{}` can't be the name of a plugin: CMake has a target of that name", name);
  return {};
}

std::string renamed(std::string text, std::string_view name) {
  for (auto at = text.find(template_name); at != std::string::npos;
       at = text.find(template_name, at + name.size()))
    text.replace(at, template_name.size(), name);
  return text;
}

/// What an author has built in the template's own folder stays there.
bool belongs_to_template(const fs::path& relative) {
  const auto first = relative.begin()->string();
  return !first.starts_with(".") && !first.starts_with("build");
}

/// Throws what the file system throws, and a sentence where a file can't be read or written.
void copy_template(const fs::path& from, const fs::path& to, const std::string& name) {
  fs::create_directory(to);
  for (auto entry = fs::recursive_directory_iterator(from); entry != fs::end(entry); ++entry) {
    const auto relative = fs::relative(entry->path(), from);
    if (!belongs_to_template(relative)) {
      entry.disable_recursion_pending();
      continue;
    }
    const auto place = to / renamed(relative.string(), name);
    if (entry->is_directory()) {
      fs::create_directory(place);
      continue;
    }
    std::ifstream in(entry->path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::ofstream out(place, std::ios::binary);
    out << renamed(text, name) << std::flush;
    if (!in || !out) throw std::runtime_error(place.string() + " can't be written");
  }
}

void say_what_next(const fs::path& folder, const std::string& name) {
  const auto prefix = above_program();
  std::string where;
  if (in_build_folder(prefix)) where = " -DCMAKE_PREFIX_PATH=<where interbeat is installed>";
  else if (prefix != "/usr" && prefix != "/usr/local")
    where = " -DCMAKE_PREFIX_PATH=" + prefix.string();
  say("Made {0}: the node `{1}.smooth`, its tests and a README. Next:\n"
      "  cd {0}\n"
      "  cmake -S . -B build{2} && cmake --build build\n"
      "  ctest --test-dir build --output-on-failure",
      folder.string(), name, where);
}

int make(const NewArguments& a) {
  if (const auto problem = problem_of(a.name); !problem.empty()) {
    complain(problem);
    return wrong;
  }
  std::error_code error;
  if (!fs::is_directory(a.into, error)) {
    complain(fmt::format("{} is no folder", a.into), "make it first, or leave out --into");
    return wrong;
  }
  const auto folder = (fs::path(a.into) / a.name).lexically_normal();
  if (fs::exists(fs::symlink_status(folder, error))) {
    complain(fmt::format("{} is there already, and nothing is overwritten", folder.string()),
             "choose another name, or another folder with --into");
    return wrong;
  }
  const auto from = find_template();
  if (from.empty()) {
    complain("the template is missing: share/interbeat/plugins/example beside this program",
             "install interbeat anew");
    return failed;
  }
  try {
    copy_template(from, folder, a.name);
  } catch (const fs::filesystem_error& e) {
    fs::remove_all(folder, error);
    complain(fmt::format("{} can't be made: {}", (e.path1().empty() ? folder : e.path1()).string(),
                         e.code().message()),
             "choose a folder that you may write to, with --into");
    return failed;
  } catch (const std::exception& e) {
    fs::remove_all(folder, error);  // half a project is none
    complain(fmt::format("{} could not be made: {}", folder.string(), e.what()));
    return failed;
  }
  say_what_next(folder, a.name);
  return done;
}

}  // namespace

void add_plugin_new(CLI::App& plugin, Action& action) {
  auto a = std::make_shared<NewArguments>();
  auto* command = plugin.add_subcommand("new", "Makes a project for a plugin, ready to build");
  command->add_option("name", a->name, "Name of the plugin, and of its folder")->required();
  command->add_option("--into", a->into, "Folder in which it is made")->capture_default_str();
  command->footer(plugin_new_examples);
  command->callback([a, &action] { action = [a] { return make(*a); }; });
}

}  // namespace ib::tool
