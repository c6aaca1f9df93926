// interbeat completion: what shells complete, made from the commands' own description. Names that
// change (node types, graphs, live runs) the scripts ask for at the moment: completion --words.
#include "catalogue.hpp"
#include "command.hpp"
#include "load.hpp"
#include "message.hpp"
#include "places.hpp"

#include <fmt/format.h>

#include <memory>

namespace ib::tool {
namespace {

constexpr const char* completion_examples = R"(
Examples:
  source <(interbeat completion bash)
  interbeat completion zsh > "${fpath[1]}/_interbeat"
  interbeat completion fish > ~/.config/fish/completions/interbeat.fish)";

/// What the value of an option, or a word of a command, may be.
struct Words {
  std::string fixed;  ///< choices, space between
  std::string asked;  ///< a kind that `completion --words` knows: graphs, nodes, runs
  bool files{};
};

/// "TEXT:{dot,mermaid,svg}": what CLI11 says of an option that takes one of a few words.
std::string choices_of(const CLI::Option& option) {
  const auto type = option.get_type_name();
  const auto begin = type.find('{'), end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos) return {};
  auto words = type.substr(begin + 1, end - begin - 1);
  for (auto& c : words) {
    if (c == ',') c = ' ';
  }
  return words;
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }
bool may_repeat(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

Words value_of(const CLI::App& command, const CLI::Option& option) {
  if (auto fixed = choices_of(option); !fixed.empty()) return {fixed, {}, false};
  const bool asks_run =
      command.get_name() == "top" || command.get_name() == "set" ||
                        command.get_name() == "mark" || command.get_name() == "inspect";
  if (asks_run && option.check_name("--name")) return {{}, "runs", false};
  return {{}, {}, option.check_name("--out") || option.check_name("--set")};
}

/// The words of a command that are no options.
Words words_of(const CLI::App& command) {
  Words words;
  for (const auto* option : command.get_options()) {
    if (!option->get_positional()) continue;
    if (auto fixed = choices_of(*option); !fixed.empty()) words.fixed = fixed;
    if (option->check_name("GRAPH")) words.asked = "graphs";
    if (option->check_name("NODE")) words.asked = "nodes";
    if (option->check_name("NAME")) words.asked = "runs";
    words.files = words.files || option->check_name("GRAPH") || option->check_name("FILES") ||
                  option->check_name("DATASET") || option->check_name("RECORDING");
  }
  return words;
}

std::vector<const CLI::App*> commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

/// "--out --set --help", space between.
std::string option_names(const CLI::App& command) {
  std::string names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names += (names.empty() ? "--" : " --") + name;
  }
  return names;
}

/// One word a line, so that names with spaces stay whole.
std::string bash_reply(const Words& w) {
  std::string lists;
  if (!w.fixed.empty()) lists += fmt::format("_interbeat_words '{}'; ", w.fixed);
  if (!w.asked.empty())
    lists += fmt::format("_interbeat_words \"$(_interbeat_ask {})\"; ", w.asked);
  if (w.files) lists += "_interbeat_files; ";
  return lists.empty() ? "" : lists + "return ;;";
}

std::string bash(const CLI::App& app) {
  std::string names, values, cases;
  for (const auto* c : commands(app)) {
    names += (names.empty() ? "" : " ") + c->get_name();
    for (const auto* option : c->get_options()) {
      if (option->get_lnames().empty() || !takes_value(*option)) continue;
      const auto reply = bash_reply(value_of(*c, *option));
      values += fmt::format("    '{} --{}') {}\n", c->get_name(), option->get_lnames().front(),
                            reply.empty() ? "return ;;" : reply);
    }
    const auto reply = bash_reply(words_of(*c));
    cases += fmt::format(
        "    {}) if [[ $word == -* ]]; then _interbeat_words '{}'; return; fi\n"
        "      {}\n",
        c->get_name(), option_names(*c), reply.empty() ? "return ;;" : reply);
  }
  return fmt::format(R"sh(# bash completion of interbeat; made by `interbeat completion bash`
_interbeat_ask() {{ interbeat completion --words "$1" 2>/dev/null; }}
_interbeat_words() {{
  local one
  while IFS= read -r one; do COMPREPLY+=("$one"); done < <(compgen -W "$1" -- "$word")
}}
_interbeat_files() {{
  local one
  compopt -o filenames 2>/dev/null
  while IFS= read -r one; do COMPREPLY+=("$one"); done < <(compgen -f -- "$word")
}}
_interbeat() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before= command=${{COMP_WORDS[1]}}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _interbeat_words '{}'
    return
  fi
  before=${{COMP_WORDS[COMP_CWORD-1]}}
  case "$command $before" in
{}  esac
  case $command in
{}  esac
}}
complete -F _interbeat interbeat
)sh",
                     names, values, cases);
}

/// For zsh's single quotes and the brackets of _arguments.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') out += "'\\''";
    else if (c == '[' || c == ']' || c == ':') out += std::string("\\") + c;
    else out += c;
  }
  return out;
}

/// What zsh's _arguments does for a value.
std::string zsh_action(const Words& w) {
  if (!w.fixed.empty()) return "(" + w.fixed + ")";
  if (w.asked.empty()) return w.files ? "_files" : " ";
  const auto asked =
      fmt::format("(${{(f)\"$(interbeat completion --words {} 2>/dev/null)\"}})", w.asked);
  if (!w.files) return "{compadd -- " + asked.substr(1, asked.size() - 2) + "}";
  return "{compadd -- " + asked.substr(1, asked.size() - 2) + "; _files}";
}

std::string zsh(const CLI::App& app) {
  std::string names, cases;
  for (const auto* c : commands(app)) {
    names += fmt::format("    '{}:{}'\n", c->get_name(), zsh_text(c->get_description()));
    cases += fmt::format("    {}) _arguments", c->get_name());
    for (const auto* option : c->get_options()) {
      if (option->get_lnames().empty()) continue;
      cases +=
          fmt::format(" \\\n      '{}--{}[{}]{}'", may_repeat(*option) ? "*" : "",
                      option->get_lnames().front(), zsh_text(option->get_description()),
                      takes_value(*option) ? ":value:" + zsh_action(value_of(*c, *option)) : "");
    }
    cases += fmt::format(" \\\n      '*:word:{}' ;;\n", zsh_action(words_of(*c)));
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

/// For fish's single quotes.
std::string fish_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string fish_list(const Words& w) {
  if (!w.fixed.empty()) return fmt::format(" -a '{}'", w.fixed);
  if (!w.asked.empty())
    return fmt::format(" -a '(interbeat completion --words {} 2>/dev/null)'", w.asked);
  return "";
}

std::string fish(const CLI::App& app) {
  std::string out =
      "# fish completion of interbeat; made by `interbeat completion fish`\n"
      "complete -c interbeat -f\n";
  for (const auto* c : commands(app)) {
    out += fmt::format("complete -c interbeat -n __fish_use_subcommand -a {} -d '{}'\n",
                       c->get_name(), fish_text(c->get_description()));
    const auto here =
        fmt::format("complete -c interbeat -n '__fish_seen_subcommand_from {}'", c->get_name());
    const auto words = words_of(*c);
    if (words.files) out += here + " -F\n";
    if (const auto list = fish_list(words); !list.empty()) out += here + list + "\n";
    for (const auto* option : c->get_options()) {
      if (option->get_lnames().empty()) continue;
      const auto value = value_of(*c, *option);
      out += fmt::format("{} -l {} -d '{}'{}{}{}\n", here, option->get_lnames().front(),
                         fish_text(option->get_description()), takes_value(*option) ? " -r" : "",
                         value.files ? " -F" : "", fish_list(value));
    }
  }
  return out;
}

std::string lines(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += name + "\n";
  return out;
}

struct CompletionArguments {
  std::string shell, words;
};

int complete(const CLI::App& app, const CompletionArguments& a) {
  if (a.words == "graphs") show(lines(shipped_graphs()));
  if (a.words == "nodes") show(lines(Catalogue({}).registry().names()));
  if (a.words == "runs") show(lines(running_names()));
  if (!a.words.empty()) return done;
  if (a.shell.empty()) {
    complain("for which shell?", "bash, zsh or fish");
    return wrong;
  }
  show(a.shell == "bash" ? bash(app) : a.shell == "zsh" ? zsh(app) : fish(app));
  return done;
}

}  // namespace

void add_completion(CLI::App& app, Action& action) {
  auto a = std::make_shared<CompletionArguments>();
  auto* command = app.add_subcommand("completion", "Prints a completion script for a shell");
  command->add_option("SHELL", a->shell, "bash, zsh or fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->add_option("--words", a->words, "For the scripts: what there is at the moment")
      ->check(CLI::IsMember({"graphs", "nodes", "runs"}));
  command->footer(completion_examples);
  command->callback([a, &app, &action] { action = [a, &app] { return complete(app, *a); }; });
}

}  // namespace ib::tool
