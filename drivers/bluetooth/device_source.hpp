// DeviceSource: what every source of one kind of Bluetooth device is, apart from its ports: how the device is
// named, how long it may take, what was lost.
//
// A node derives from it, lists these members in its `fields` beside its own, and opens its kind of device in
// `opened`. Thread: as SourceNode.
#pragma once

#include <interbeat/node.hpp>

#include <span>
#include <string>

#include "bluetooth/opening.hpp"
#include "source/off_rate_warning.hpp"
#include "source/source_node.hpp"

namespace ib::source {

class DeviceSource : public SourceNode {
 public:
  String<"device",
         StringSpec{
             .doc = "ble:ADDRESS, ble:name=NAME or ble:ALIAS.", .required = true, .source = true}>
      device;
  Param<"connect_timeout", NumberSpec{.min = 1,
                                      .max = 120,
                                      .def = 20,
                                      .unit = "s",
                                      .doc = "How long it may take until it streams."}>
      connect_timeout;
  Counter<"bad_packets"> bad_packets;
  Counter<"lost_packets"> lost_packets;
  Counter<"lost_samples"> lost_samples;
  Counter<"off_rate"> off_rate;
  Wake wake;
  HostClock clock;

 protected:
  explicit DeviceSource(std::span<const Signal> signals) : SourceNode(signals) {}
  ~DeviceSource() = default;

  DeviceHost host() const { return {connect_timeout.duration(), clock, wake}; }
  /// A node that counts more shows that too.
  void count(const Losses& l) override {
    show(bad_packets, l.bad_packets);
    show(lost_packets, l.lost_packets);
    show(lost_samples, l.lost_samples);
    show(off_rate, l.off_rate);
    warning_.see(l, log);
  }

 private:
  const std::string& uri() const final { return device.value; }

  OffRateWarning warning_;
};

}  // namespace ib::source
