// Parameters of a graph or module: `parameters:` declares them, `$name` and `${name}` use them.
//
//   recording: {type: source, doc: "a recording or a ring"}      no default: must be given
//   window:    {type: duration, default: 30 s, min: 10 s, max: 300 s}
//   rings:     {type: list, default: [anna, ben]}                for `for_each: $rings`
//   out:       beats.csv                                         short form: any text
//
// `$name` alone stands for the value as it is; `${name}` inside a text is replaced; `$$` is a "$".
//
// Thread: [control].
#pragma once

#include "graph_voice.hpp"

#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

enum class ParameterType {
  any,
  source,
  file,
  path,
  string,
  number,
  integer,
  boolean,
  duration,
  frequency,
  list
};

struct Parameter {
  std::string name;
  ParameterType type{ParameterType::any};
  std::optional<Yaml> def;
  double min{-std::numeric_limits<double>::infinity()};  ///< in unit_of(type)
  double max{std::numeric_limits<double>::infinity()};
  std::string doc;
  Mark mark;
};

/// Values by parameter; one that is missing or wrong is there, but broken.
using ParameterValues = std::map<std::string, Yaml, std::less<>>;

/// Reads the section; wrong declarations are said and left out or read as `any`.
std::vector<Parameter> read_parameters(const Yaml& section, const Voice& voice);

std::vector<std::string> names_of(const std::vector<Parameter>& parameters);
std::string_view name_of(ParameterType type);
/// "a duration such as 60 s".
std::string describe_parameter(const Parameter& parameter);
/// "s", "Hz", "1" for those that hold a quantity; else empty.
std::string_view unit_of(ParameterType type);

/// Folder of the file in which a value stands; null: on the command line.
using FolderOf = std::function<std::optional<std::filesystem::path>(const Mark&)>;

/// Checks a value against its declaration and completes it (a `file` gets its folder). A wrong one
/// is said and becomes broken.
void check_parameter_value(const Parameter& parameter, Yaml& value, const std::string& path,
                           const FolderOf& folder_of, const Voice& voice);

/// Names that the texts of a tree use, as `$name` or `${name}`.
std::set<std::string, std::less<>> names_used(const Yaml& tree);

/// A copy of the tree with every `$name` filled in.
Yaml substitute(const Yaml& tree, const ParameterValues& values, const std::string& path,
                const Voice& voice);

}  // namespace ib
