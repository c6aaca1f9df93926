// Sheet: one YAML file of a graph, read once however often it is used: its tree, its parameters,
// its formal inputs and outputs. Library: finds the files that `use:` names and keeps their sheets.
//
// Thread: [control].
#pragma once

#include "graph_parameters.hpp"
#include "graph_voice.hpp"
#include "yaml_document.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

/// What a module takes in: nodes inside refer to it by its name, as if it were a node.
struct FormalInput {
  std::string name, doc;
  bool optional{};
  Mark mark;
};

struct Sheet {
  std::string name;  ///< as messages show it: "graphs/person.yaml", "dyad.coregulation"
  std::filesystem::path folder;
  bool expanded{};  ///< written by the engine: flat, with dotted names
  Yaml root;
  std::vector<Parameter> parameters;
  std::vector<FormalInput> inputs;

  /// The value of a top-level key; null if it is not there.
  const Yaml* section(std::string_view key) const;
};

using SheetRef = std::shared_ptr<const Sheet>;

class Library {
 public:
  explicit Library(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

  /// Null, and said, when it cannot be read. `name` is also the file in its marks.
  SheetRef read_text(std::string_view text, const std::string& name,
                     const std::filesystem::path& folder, const Voice& voice) {
    return read(text, name, name, folder, voice);
  }
  /// The same of a module that is in the program: no file of that name can be opened, and its marks say so.
  SheetRef read_built_in(std::string_view text, const std::string& type, const Voice& voice) {
    return read(text, type, "built-in " + type, {}, voice);
  }
  /// The same from a file.
  SheetRef read_file(const std::filesystem::path& file, const Voice& voice);
  /// The module that `use: text` names in `user`: beside it, then in the folders.
  SheetRef find(const Yaml& use, const Sheet& user, const std::string& path, const Voice& voice);
  /// The folder of the file in which a value stands; none for the command line.
  std::optional<std::filesystem::path> folder_of(const Mark& mark) const;

 private:
  SheetRef read(std::string_view text, const std::string& name, const std::string& file,
                const std::filesystem::path& folder, const Voice& voice);

  std::vector<std::filesystem::path> folders_;
  std::map<std::string, SheetRef, std::less<>> sheets_;  ///< by name; null: known to be unreadable
};

/// Parameters and inputs of a module's text, as far as they can be read; for the schema.
Sheet read_interface(std::string_view text, const std::string& name);

}  // namespace ib
