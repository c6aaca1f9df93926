// DeviceReaders: who reads which device, so that two sources of a graph on one device are told, with both
// places. Asked twice: by what the sources are given, before any is opened, and by what they found.
// Thread: [control].
#pragma once

#include <interbeat/diagnostic.hpp>

#include <cstdint>
#include <map>
#include <string>

#include "plan_impl.hpp"

namespace ib::detail {

class DeviceReaders {
 public:
  DeviceReaders(const PlanImpl& plan, Diagnostics& out) : plan_(plan), out_(out) {}

  /// False: another source reads the device of this one, and that was said.
  bool take(std::uint32_t source);

 private:
  std::string device_of(std::uint32_t source) const;
  void refuse(std::uint32_t source, std::uint32_t other, const std::string& device);

  const PlanImpl& plan_;
  Diagnostics& out_;
  std::map<std::string, std::uint32_t> readers_;
};

}  // namespace ib::detail
