// A plugin file as a whole.
#include "validator/test.hpp"

#include "descriptor.hpp"
#include "plugin_library.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace ib::validator::file_tests_of {

Verdict opens(const FileCase& c) {
  constexpr double most_ms = sanitized ? 2000 : 100;
  if (c.opened_ms <= most_ms) return passed();
  return failed(fmt::format("it took {:.0f} ms, and a user may have hundreds", c.opened_ms));
}

Verdict readable(const FileCase& c) {
  for (std::uint32_t i = 0; i < c.subject.nodes(); ++i) {
    std::string problem;
    if (c.subject.node(i, problem) == nullptr) return failed(problem);
  }
  return passed();
}

Verdict stable(const FileCase& c) {
  const auto& library = c.subject.library();
  const auto all = [&] {
    std::string text;
    for (std::uint32_t i = 0; i < library.nodes(); ++i) {
      try {
        text += describe(library.raw_descriptor(i)).dump() + "\n";
      } catch (const BadDescriptor& error) {
        text += std::string(error.what()) + "\n";
      }
    }
    return text;
  };
  if (all() != all()) return failed("the second time its descriptors say something else");
  const auto* beyond = library.raw_descriptor(library.nodes());
  return beyond == nullptr ? passed() : failed("it has a descriptor behind its last one");
}

Verdict unique_types(const FileCase& c) {
  std::set<std::string> names;
  for (std::uint32_t i = 0; i < c.subject.nodes(); ++i) {
    if (!names.insert(c.subject.name(i)).second)
      return failed(fmt::format("two are called `{}`", c.subject.name(i)));
  }
  return passed();
}

Verdict unknown_type(const FileCase& c) {
  std::vector<std::string> wrong{"", "acme.no_such_node", "."};
  std::set<std::string> right;
  for (std::uint32_t i = 0; i < c.subject.nodes(); ++i) right.insert(c.subject.name(i));
  for (std::uint32_t i = 0; i < c.subject.nodes(); ++i) {
    const auto name = c.subject.name(i);
    wrong.insert(wrong.end(), {name + "x", name + " ", name + "\n", name + ".", " " + name});
  }
  for (const auto& type : wrong) {
    if (right.contains(type)) continue;
    std::string problem;
    ib_node* n = c.subject.library().create(nullptr, type.c_str(), problem);
    if (n == nullptr) continue;
    n->destroy(n);
    return failed(fmt::format("asked for `{}`, it makes a node", type));
  }
  return passed();
}

Verdict prints(const FileCase& c) {
  const auto bytes = c.services.printed ? c.services.printed() : -1;
  if (bytes < 0) return skipped("nobody looks at the outputs here");
  return bytes == 0 ? passed() : failed(fmt::format("{} bytes went to stdout or stderr", bytes));
}

Verdict threads(const FileCase& c) {
  if (sanitized) return skipped("a sanitizer has threads of its own");
  const auto more = count_threads() - c.threads_before;
  return more <= 0 ? passed() : failed(fmt::format("there are {} more than before", more));
}

}  // namespace ib::validator::file_tests_of
