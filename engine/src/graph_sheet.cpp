#include "graph_sheet.hpp"

#include "graph_names.hpp"
#include "graph_scalars.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <system_error>
#include <utility>

namespace ib {
namespace {

const std::vector<std::string> top_level_keys{
    "interbeat", "name",         "seed",     "description", "parameters", "inputs",  "outputs",
    "nodes",     "participants", "realtime", "executors",   "plugins",    "expanded"};

void check_top_level(const Yaml& root, const Voice& voice) {
  auto shown = top_level_keys;
  shown.pop_back();  // `expanded` is for the engine's own files
  for (const auto& entry : root.entries) {
    const auto& known = top_level_keys;
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    if (entry.key == "for_each") {
      const auto* engine = root.find("expanded");
      if (engine == nullptr || engine->value.text != "true")
        voice.error(entry.mark, entry.key, "`for_each:` stands inside of an entry, not at the top",
                    {}, "write p: {for_each: 0..9, use: person.yaml, ...} under `participants:`");
    } else
      voice.error(entry.mark, entry.key, "unknown key " + in_quotes(entry.key), one_of(shown),
                  did_you_mean(entry.key, shown));
  }
}

/// `interbeat: 1` says for which language the file was written.
bool check_version(const Yaml& root, const std::string& file, const Voice& voice) {
  const auto* entry = root.find("interbeat");
  if (entry == nullptr) {
    voice.error(Mark{file, 1, 1}, "interbeat", "the line `interbeat: 1` is missing", {},
                "write it as the first line: it says for which version the graph was written");
    return true;
  }
  std::string_view text = entry->value.text;
  if (text.ends_with(".0")) text.remove_suffix(2);  // the same number to whoever reads it as one
  unsigned version = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
  const bool whole = problem == std::errc{} && end == text.data() + text.size();
  if (!entry->value.is_scalar() || entry->value.quoted || !whole || version == 0) {
    voice.error(entry->value, "interbeat", describe(entry->value) + " is not a version",
                "interbeat: 1");
    return true;
  }
  if (version == 1) return true;
  voice.error(
      entry->value, "interbeat",
      "this graph is written for interbeat " + std::string(text) + "; this program reads version 1",
      {}, "install a newer interbeat");
  return false;
}

FormalInput read_input(const Yaml::Entry& entry, const std::string& path, const Voice& voice) {
  FormalInput input{entry.key, {}, false, entry.mark};
  if (entry.value.is_null()) return input;
  if (!entry.value.is_mapping()) {
    input.doc = read_text(entry.value, path, voice, "a sentence").value_or("");
    return input;
  }
  check_keys(entry.value, {"doc", "optional"}, path, voice);
  if (const auto* doc = entry.value.find("doc"))
    input.doc = read_text(doc->value, path + ".doc", voice).value_or("");
  if (const auto* optional = entry.value.find("optional"))
    input.optional = read_boolean(optional->value, path + ".optional", voice).value_or(false);
  return input;
}

/// `inputs: [a, b]`, or a mapping of names to a sentence or to {doc, optional}.
std::vector<FormalInput> read_inputs(const Yaml& section, const Voice& voice) {
  std::vector<FormalInput> inputs;
  if (section.is_null()) return inputs;
  if (section.is_scalar()) {
    voice.error(section, "inputs", "this is " + describe(section) + ", not a list",
                "names, as in `inputs: [a, b]`");
    return inputs;
  }
  auto entries = section.entries;
  for (const auto& item : section.items) entries.push_back({item.text, item.quoted, item.mark, {}});
  if (!check_count(entries.size(), "inputs", section.mark, "inputs", voice)) return inputs;
  for (const auto& entry : entries) {
    const auto path = "inputs." + entry.key;
    if (!check_name(entry, path, voice)) continue;
    const bool twice = std::any_of(inputs.begin(), inputs.end(),
                                   [&](const FormalInput& i) { return i.name == entry.key; });
    if (twice) voice.error(entry.mark, path, "the input " + in_quotes(entry.key) + " stands twice");
    else inputs.push_back(read_input(entry, path, voice));
  }
  return inputs;
}

void read_sections(Sheet& sheet, const Voice& voice) {
  if (const auto* expanded = sheet.section("expanded"))
    sheet.expanded = read_boolean(*expanded, "expanded", voice).value_or(false);
  if (const auto* parameters = sheet.section("parameters"))
    sheet.parameters = read_parameters(*parameters, voice);
  if (const auto* inputs = sheet.section("inputs")) sheet.inputs = read_inputs(*inputs, voice);
}

std::optional<std::string> slurp(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  constexpr std::size_t bound = (std::size_t{4} << 20) + 1;  // one more than parse_yaml takes
  constexpr std::size_t piece = std::size_t{16} << 10;  // touching 4 MiB takes longer than the rest
  std::string text;
  while (stream && text.size() < bound) {
    const auto from = text.size(), room = std::min(piece, bound - from);
    text.resize(from + room);
    stream.read(text.data() + from, static_cast<std::streamsize>(room));
    text.resize(from + static_cast<std::size_t>(stream.gcount()));
  }
  return text;
}

/// Graphs that lie where a module was looked for, named as `use:` would name them.
std::vector<std::string> modules_near(const std::filesystem::path& use,
                                      const std::vector<std::filesystem::path>& places) {
  constexpr int most = 1'000;
  std::vector<std::string> names;
  for (const auto& place : places) {
    const auto folder = place.has_parent_path() ? place.parent_path() : ".";
    std::error_code problem;
    std::filesystem::directory_iterator file(folder, problem);
    for (int n = 0; !problem && file != end(file) && n < most; file.increment(problem), ++n)
      if (file->path().extension() == ".yaml")
        names.push_back((use.parent_path() / file->path().filename()).string());
  }
  return names;
}

}  // namespace

const Yaml* Sheet::section(std::string_view key) const {
  const auto* entry = root.find(key);
  return entry == nullptr ? nullptr : &entry->value;
}

SheetRef Library::read(std::string_view text, const std::string& name, const std::string& file,
                       const std::filesystem::path& folder, const Voice& voice) {
  if (const auto it = sheets_.find(name); it != sheets_.end()) return it->second;
  auto& kept = sheets_[name];
  Diagnostics found;
  auto root = parse_yaml(text, file, found);
  for (auto d : found.items()) {
    d.chain = voice.chain();
    voice.out().add(std::move(d));
  }
  if (!root || !check_version(*root, file, voice)) return nullptr;
  auto sheet = std::make_shared<Sheet>();
  sheet->name = name;
  sheet->folder = folder;
  sheet->root = std::move(*root);
  check_top_level(sheet->root, voice);
  read_sections(*sheet, voice);
  return kept = std::move(sheet);
}

SheetRef Library::read_file(const std::filesystem::path& file, const Voice& voice) {
  const auto name = file.string();
  if (const auto it = sheets_.find(name); it != sheets_.end()) return it->second;
  const auto text = slurp(file);
  if (text) return read_text(*text, name, file.parent_path(), voice);
  std::error_code ignored;
  voice.error(Mark{name, 0, 0}, {},
              std::filesystem::is_directory(file, ignored)
                  ? "this is a folder, not a graph"
                  : "this file does not exist or cannot be read");
  return nullptr;
}

SheetRef Library::find(const Yaml& use, const Sheet& user, const std::string& path,
                       const Voice& voice) {
  const auto* text = read_scalar(use, path, voice, "a YAML file such as person.yaml");
  if (text == nullptr) return nullptr;
  std::vector<std::filesystem::path> places{(user.folder / *text).lexically_normal()};
  for (const auto& folder : folders_) places.push_back((folder / *text).lexically_normal());
  std::error_code ignored;
  for (const auto& place : places)
    if (std::filesystem::is_regular_file(place, ignored)) return read_file(place, voice);
  std::string looked;
  for (const auto& place : places) looked += (looked.empty() ? "" : ", ") + place.string();
  auto hint = did_you_mean(*text, modules_near(*text, places));
  if (hint.empty()) hint = "looked for " + looked;
  voice.error(use, path, "there is no module " + in_quotes(*text), {}, std::move(hint));
  return nullptr;
}

std::optional<std::filesystem::path> Library::folder_of(const Mark& mark) const {
  const auto it = sheets_.find(mark.file.str());
  if (mark.line == 0 || it == sheets_.end() || it->second == nullptr) return std::nullopt;
  return it->second->folder;
}

Sheet read_interface(std::string_view text, const std::string& name) {
  Diagnostics unheard;
  Sheet sheet;
  sheet.name = name;
  if (auto root = parse_yaml(text, name, unheard)) sheet.root = std::move(*root);
  read_sections(sheet, Voice(unheard));
  return sheet;
}

}  // namespace ib
