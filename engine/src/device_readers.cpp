#include "device_readers.hpp"

#include <interbeat/sugar/device_key.hpp>

#include <fmt/format.h>

#include <utility>

#include "plan_steps.hpp"

namespace ib::detail {
namespace {

std::string place_of(const Mark& mark) {
  return mark.line > 0 ? fmt::format("{}:{}:{}", mark.file.str(), mark.line, mark.column)
                       : mark.file.str();
}

}  // namespace

bool DeviceReaders::take(std::uint32_t source) {
  auto device = device_of(source);
  if (device.empty()) return true;
  const auto [reader, fresh] = readers_.emplace(device, source);
  if (fresh || reader->second == source) return true;
  refuse(source, reader->second, device);
  return false;
}

std::string DeviceReaders::device_of(std::uint32_t source) const {
  auto* node = plan_.nodes[source];
  const auto* table = static_cast<const DeviceTable*>(node->extension(node, device_extension));
  const char* device = table == nullptr ? nullptr : table->device(node);
  return device == nullptr ? std::string() : std::string(device);
}

void DeviceReaders::refuse(std::uint32_t source, std::uint32_t other, const std::string& device) {
  const auto& nodes = plan_.graph.nodes;
  const auto* setting = source_setting(nodes[source]);
  const auto* others = source_setting(nodes[other]);
  auto what = fmt::format(
      "{} reads the device {}, and so does {} ({}); one node reads a device: connect what needs it "
      "twice to the same node",
      nodes[source].path, device, nodes[other].path,
      place_of(others != nullptr ? others->mark : nodes[other].origin->mark));
  if (setting != nullptr) report_setting(plan_, out_, source, *setting, std::move(what));
  else report(plan_, out_, source, std::move(what));
}

}  // namespace ib::detail
