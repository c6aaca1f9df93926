#include "files/recorded_person.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace ib::files {
namespace {

using Names = std::vector<std::string>;

void add_once(Names& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

Names people_of(const RecordingHead& head) {
  Names people;
  for (const auto& source : head.sources)
    if (!source.owner.empty()) add_once(people, source.owner);
  return people;
}

Names paths_of(const RecordingHead& head) {
  Names paths;
  for (const auto& source : head.sources) add_once(paths, source.path);
  return paths;
}

template <class Is>
std::vector<std::uint32_t> sources_that(const RecordingHead& head, Is is) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t k = 0; k < head.sources.size(); ++k)
    if (is(head.sources[k])) found.push_back(k);
  return found;
}

std::string example(const std::filesystem::path& file, const std::string& who) {
  return in_quotes(file.filename().string() + "#" + who);
}

Result<RecordedPerson> no_person(const std::filesystem::path& file, std::string what,
                                 std::string expected, std::string hint = {}) {
  return {std::nullopt, {{file, 0, std::move(what), std::move(expected), std::move(hint)}}};
}

/// Nobody was named, and there is more than one who may be meant.
Result<RecordedPerson> not_named(const std::filesystem::path& file, const Names& people,
                                 const Names& paths) {
  if (people.empty())
    return no_person(file, "it holds the sources " + listed(paths) + ", and none is named",
                     "one of them, such as " + example(file, paths.front()));
  return no_person(file, "it holds the signals of " + listed(people) + ", and nobody is named",
                   "one of them, such as " + example(file, people.front()));
}

}  // namespace

RecordingName split_recording_name(const std::string& text) {
  std::error_code ignored;
  const auto mark = text.rfind('#');
  if (mark == std::string::npos || std::filesystem::exists(text, ignored)) return {text, {}};
  return {text.substr(0, mark), text.substr(mark + 1)};
}

Result<RecordedPerson> find_person(const RecordingHead& head, const std::filesystem::path& file,
                                   std::string_view who) {
  const auto people = people_of(head);
  const auto paths = paths_of(head);
  if (paths.empty()) return no_person(file, "it holds no source", "a session with one");
  if (who.empty() && people.size() != 1 && (!people.empty() || paths.size() != 1))
    return not_named(file, people, paths);
  const std::string name(!who.empty() ? who : people.empty() ? paths.front() : people.front());
  RecordedPerson person;
  person.sources = sources_that(head, [&](const auto& s) { return s.owner == name; });
  if (person.sources.empty())
    person.sources = sources_that(head, [&](const auto& s) { return s.path == name; });
  if (!person.sources.empty()) {
    person.name = head.sources[person.sources.front()].owner;
    return {std::move(person), {}};
  }
  auto all = people;
  for (const auto& path : paths) add_once(all, path);
  return no_person(file, "there is nobody and no source called " + in_quotes(name) + " in it",
                   people.empty()
                       ? "one of: " + listed(paths)
                       : "one of: " + listed(people) + "; or one source: " + listed(paths),
                   did_you_mean(name, all));
}

}  // namespace ib::files
