// interbeat man: the manual page, made from the help texts.
#include "build_info.hpp"
#include "command.hpp"
#include "message.hpp"

#include <fmt/format.h>

#include <iterator>

namespace ib::tool {
namespace {

constexpr const char* man_examples = R"(
Example:
  interbeat man | man -l -)";

/// Text that troff must take as it is: a backslash, a dash, a dot in front of a line.
std::string plain(const std::string& text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else out += c;
    line_begins = c == '\n';
  }
  return out;
}

class Manual {
 public:
  explicit Manual(const CLI::App& app) : app_(app) {}

  std::string text() {
    say(".TH INTERBEAT 1 \"\" \"interbeat {}\" \"User Commands\"\n", version_text());
    say(".SH NAME\ninterbeat \\- {}\n", plain(app_.get_description()));
    say(".SH SYNOPSIS\n.B interbeat\n.I COMMAND\n[\\fIOPTIONS\\fR]\n");
    say(".SH OPTIONS\n");
    options(app_);
    say(".SH COMMANDS\n");
    const auto commands = app_.get_subcommands([](const CLI::App*) { return true; });
    for (const auto* command : commands) describe(*command);
    say(".SH EXIT STATUS\n.TP\n0\nDone; also when a signal asked a run to end.\n");
    say(".TP\n1\nThe run failed: a branch stopped, or a file or stdout could not be written.\n");
    say(".TP\n2\nThe graph or the arguments are wrong; nothing was started.\n");
    say(".TP\n128 + N\nA second signal N ended it at once.\n");
    say(".SH ENVIRONMENT\n.TP\nINTERBEAT_LOG\nLevel of the log, as \\-\\-log\\-level.\n");
    say(".TP\nXDG_RUNTIME_DIR\nFolder below which live runs have their control sockets.\n");
    say(".TP\nNO_COLOR\nNo colours, on terminals too.\n");
    return out_;
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Args>(args)...);
  }

  void describe(const CLI::App& command) {
    say(".SS {}\n{}.\n", plain("interbeat " + command.get_name()),
        plain(command.get_description()));
    options(command);
    if (!command.get_footer().empty()) say(".PP\n.nf\n{}\n.fi\n", plain(command.get_footer()));
  }

  void options(const CLI::App& command) {
    for (const auto* option : command.get_options()) {
      const bool flag = option->get_items_expected_max() == 0;
      const auto value = flag || option->get_positional() ? "" : option->get_type_name();
      say(".TP\n\\fB{}\\fR {}\n{}\n", plain(option->get_name(option->get_positional(), true)),
          plain(value), plain(option->get_description()));
    }
  }

  const CLI::App& app_;
  std::string out_;
};

}  // namespace

void add_man(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("man", "Prints the manual page");
  command->footer(man_examples);
  command->callback([&app, &action] {
    action = [&app] {
      show(Manual(app).text());
      return done;
    };
  });
}

}  // namespace ib::tool
