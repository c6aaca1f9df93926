// One param of a node: a YAML value becomes a Setting in the param's unit, within its bounds.
//
// Thread: [control].
#pragma once

#include "graph_voice.hpp"

#include <interbeat/graph.hpp>

#include <optional>
#include <string>

namespace ib {

/// Null, and said, when the value does not fit.
std::optional<Setting> read_setting(const ib_node_desc& desc, std::uint32_t param,
                                    const Yaml& value, const std::string& path, const Voice& voice);

/// "a duration such as 60 s", "one of: nearest, hold", "true or false".
std::string describe_param(const ib_param& param);

/// The value as YAML: "30 s", "nearest", "true", "\"a.csv\"".
std::string format_setting(const ib_param& param, double number, const std::string& text);

/// The text in double quotes with the escapes of JSON, which YAML shares; "$" doubled, so that it
/// reads back as itself.
std::string yaml_string(const std::string& text);

}  // namespace ib
