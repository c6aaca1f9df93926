// Values of parameters: what the command line says, else what the user of a module gave, else the
// default; checked against the declaration, for each element where a `for_each:` unfolds the user.
//
// Thread: [control].
#pragma once

#include "graph_draft.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace ib {

/// One use of a module.
struct UseOfModule {
  const Sheet& module;
  const std::string& path;       ///< "anna", "p[]"
  const std::string& yaml_path;  ///< "participants.anna"
  const Yaml::Entry& entry;
  const Elements* elements{};  ///< null: it stands for itself
};

class ValueReader {
 public:
  /// `placeholders`: a source of the graph itself that nobody named becomes "<name>".
  ValueReader(const Library& library, OverrideList& overrides, bool placeholders)
      : library_(library), overrides_(overrides), placeholders_(placeholders) {}

  ParameterValues of_graph(const Sheet& sheet, const Voice& voice);
  ParameterValues of_module(const UseOfModule& use, const std::map<std::string, Yaml>& given,
                            const Voice& voice);

 private:
  Yaml value_of(const Parameter& parameter, const Yaml* given, const Elements* elements,
                const std::string& path, const Voice& voice) const;
  Yaml variants_of(const Parameter& parameter, const Yaml& value, const Elements& elements,
                   const std::string& path, const Voice& voice) const;
  FolderOf folder_of() const {
    return [this](const Mark& mark) { return library_.folder_of(mark); };
  }

  const Library& library_;
  OverrideList& overrides_;
  bool placeholders_;
};

}  // namespace ib
