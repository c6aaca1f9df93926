// interbeat completion: what shells complete, made from the commands' own description.
#include "command.hpp"

#include <fmt/format.h>

#include <memory>

namespace ib::tool {
namespace {

constexpr const char* examples = R"(
Examples:
  source <(interbeat completion bash)
  interbeat completion zsh > "${fpath[1]}/_interbeat")";

/// "--out --set --help", space between.
std::string option_names(const CLI::App& command) {
  std::string names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names += (names.empty() ? "--" : " --") + name;
  }
  return names;
}

std::vector<const CLI::App*> commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::string bash(const CLI::App& app) {
  std::string names, cases;
  for (const auto* c : commands(app)) {
    names += (names.empty() ? "" : " ") + c->get_name();
    cases += fmt::format("    {}) options='{}' ;;\n", c->get_name(), option_names(*c));
  }
  return fmt::format(R"sh(# bash completion of interbeat; made by `interbeat completion bash`
_interbeat() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} options=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{}' -- "$word"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
{}  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  elif [ "${{COMP_WORDS[1]}}" = inspect ]; then
    COMPREPLY=($(compgen -W "$(interbeat nodes --names 2>/dev/null)" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}}
complete -o filenames -F _interbeat interbeat
)sh",
                     names, cases);
}

/// For zsh's single quotes and the brackets of _arguments.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '[' || c == ']' || c == ':')
      out += std::string("\\") + c;
    else
      out += c;
  }
  return out;
}

std::string zsh(const CLI::App& app) {
  std::string names, cases;
  for (const auto* c : commands(app)) {
    names += fmt::format("    '{}:{}'\n", c->get_name(), zsh_text(c->get_description()));
    cases += fmt::format("    {}) _arguments", c->get_name());
    for (const auto* option : c->get_options()) {
      if (option->get_lnames().empty()) continue;
      cases += fmt::format(" \\\n      '--{}[{}]{}'", option->get_lnames().front(),
                           zsh_text(option->get_description()),
                           option->get_items_expected_max() > 0 ? ":value:_files" : "");
    }
    cases += c->get_name() == "inspect"
                 ? " \\\n      '*:node:($(interbeat nodes --names 2>/dev/null))' ;;\n"
                 : " \\\n      '*:file:_files' ;;\n";
  }
  return fmt::format(R"sh(#compdef interbeat
# zsh completion of interbeat; made by `interbeat completion zsh`
_interbeat() {{
  local -a commands
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=${{words[2]}}
  shift words
  (( CURRENT-- ))
  case $command in
{}  esac
}}
_interbeat "$@"
)sh",
                     names, cases);
}

}  // namespace

void add_completion(CLI::App& app, Action& action) {
  auto shell = std::make_shared<std::string>();
  auto* command = app.add_subcommand("completion", "Prints a completion script for a shell");
  command->add_option("SHELL", *shell, "bash or zsh")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}));
  command->footer(examples);
  command->callback([shell, &app, &action] {
    action = [shell, &app] {
      fmt::print("{}", *shell == "bash" ? bash(app) : zsh(app));
      return done;
    };
  });
}

}  // namespace ib::tool
