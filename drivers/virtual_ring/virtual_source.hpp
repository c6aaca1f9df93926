// source.virtual: a simulated ring on a simulated finger.
#pragma once

#include <interbeat/node.hpp>
#include <interbeat/physio.hpp>

#include "source/opening.hpp"
#include "source/source_node.hpp"

namespace ib::source {

/// Live, seeded, with the truth behind it.
struct VirtualSource final : SourceNode {
  static constexpr About about{
      "source.virtual", "1.0.0", "A simulated ring: pulse waveform, acceleration, and the truth.",
      "Sends packets at the pace of a device, with latency, jitter, stalls and losses; a loss is a "
      "gap and counted. The options say who wears it and how bad the radio is, such as "
      "seed=1,rate=25,loss=2%,lead_in=300s; all randomness follows from seed; without one, from the "
      "graph's seed and the name of the node. The port truth "
      "carries the beats that the heart made, premature ones not valid. May end in ?start=OFFSET. "
      "Example: {type: source.virtual, uri: \"virtual:seed=1\"}."};

  Out<"ppg", Ppg, OutSpec{.doc = "Pulse waveform in counts.", .grade = Grade::raw}> ppg;
  Out<"acc", Acceleration, OutSpec{.doc = "Acceleration.", .unit = "g", .grade = Grade::raw}> acc;
  Out<"truth", Beat, OutSpec{.doc = "The beats as the heart made them.", .grade = Grade::beats}>
      truth;
  String<"uri",
         StringSpec{
             .def = "virtual:", .doc = "Options, with or without `virtual:`.", .source = true}>
      name;
  Counter<"lost_packets"> lost_packets;
  Counter<"lost_samples"> lost_samples;
  static constexpr auto fields =
      std::tuple{&VirtualSource::ppg,  &VirtualSource::acc,          &VirtualSource::truth,
                 &VirtualSource::name, &VirtualSource::lost_packets, &VirtualSource::lost_samples};
  static constexpr std::array signals{Signal::ppg, Signal::acceleration, Signal::truth};

  VirtualSource() : SourceNode(signals) {}

 private:
  const std::string& uri() const override { return name.value; }
  bool takes_options() const override { return true; }
  Opened opened(const std::string& options) override { return open_virtual(options); }
  void count(const Losses& l) override {
    show(lost_packets, l.lost_packets);
    show(lost_samples, l.lost_samples);
  }
};

}  // namespace ib::source
