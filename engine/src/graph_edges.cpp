#include "graph_edges.hpp"

#include "graph_names.hpp"
#include "graph_scalars.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace ib {
namespace {

const std::vector<std::string> overflow_names{"block", "error", "drop_newest", "latest"};

std::optional<Overflow> read_overflow(const Yaml& value, const std::string& path,
                                      const Voice& voice) {
  const auto* text = read_scalar(value, path, voice, one_of(overflow_names));
  if (text == nullptr) return std::nullopt;
  const auto it = std::find(overflow_names.begin(), overflow_names.end(), *text);
  if (it != overflow_names.end()) return static_cast<Overflow>(it - overflow_names.begin());
  voice.error(value, path, "unknown overflow " + in_quotes(*text), one_of(overflow_names),
              did_you_mean(*text, overflow_names));
  return std::nullopt;
}

/// Seconds; `auto` is 0: the plan computes the length.
std::optional<double> read_queue(const Yaml& value, const std::string& path, const Voice& voice) {
  if (value.is_scalar() && value.text == "auto") return 0.0;
  const auto seconds = read_quantity(value, "s", path, voice);
  constexpr Range allowed{0.01, 3600};  // longer than an hour is a file, not a queue
  if (!seconds || !check_range(*seconds, allowed, "s", value, path, voice)) return std::nullopt;
  return seconds;
}

/// `node` or `node.port`.
void read_from(Wire& wire, const Yaml& value, const std::string& path, const Voice& voice) {
  wire.broken = true;
  wire.value = value;
  if (value.is_sequence()) {
    voice.error(value, path, "an input takes one stream, not a list",
                "a node, or node.port, as in `in: ring.ppg`");
    return;
  }
  if (value.each && !value.broken) {
    wire.from = value.text;
    wire.broken = false;
    return;
  }
  const auto* text = read_scalar(value, path, voice, "a node, or node.port, as in `in: ring.ppg`");
  if (text == nullptr) return;
  wire.from = *text;
  wire.broken = false;
}

}  // namespace

Wire read_wire(const Yaml& value, const std::string& path, const Voice& voice) {
  Wire wire;
  if (!value.is_mapping()) {
    read_from(wire, value, path, voice);
    return wire;
  }
  check_keys(value, {"from", "queue", "overflow"}, path, voice);
  if (const auto* queue = value.find("queue"))
    wire.queue_s = read_queue(queue->value, path + ".queue", voice);
  if (const auto* overflow = value.find("overflow"))
    wire.overflow = read_overflow(overflow->value, path + ".overflow", voice);
  if (const auto* from = value.find("from")) {
    read_from(wire, from->value, path + ".from", voice);
  } else {
    voice.error(value, path, "`from:` is missing", "{from: ring.ppg, queue: 30 s}");
    wire.broken = true;
    wire.value = value;
  }
  return wire;
}

}  // namespace ib
