// StreamBridge: the shortest chain of node types that makes, of streams at hand, what an input takes.
// It knows what descriptors say: types, units and attributes of ports. An input of samples of any type
// says in its doc what they should be: "Raw ECG" is not for a pulse waveform, and "(filter.bandpass)"
// asks for samples that such a node has made.
//
// Bounds: chains of at most five nodes, 4000 steps of search; what takes more has no bridge.
// Thread: any.
#pragma once

#include "stream_kind.hpp"

#include <interbeat/registry.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

/// A stream at hand.
struct StreamOffer {
  StreamKind kind;
  const ib_node_desc* maker{};  ///< null: not known
  std::vector<std::string> attributes{};
  bool derived{};  ///< the first one, or made of it
};

/// What an output carries on of the attributes that reach its node.
std::vector<std::string> attributes_behind(const ib_port& output,
                                           std::vector<std::string> arriving);

class StreamBridge {
 public:
  explicit StreamBridge(const Registry& registry);
  /// Node types in the order of the data; empty: none is found. `at_hand`: first the one that they turn into
  /// what is wanted, then others that they may need beside it.
  std::vector<std::string> shortest(std::vector<StreamOffer> at_hand, const ib_port& to);

 private:
  bool reach(std::size_t more, const ib_port& to);
  bool feed(const ib_node_desc& desc, bool newest);
  /// The place of a stream that suits, and that no other input of that node has.
  std::size_t find_stream(const ib_port& input, const std::vector<std::size_t>& taken,
                          bool newest) const;
  bool suits(const StreamOffer& offer, const ib_port& input) const;

  std::vector<const ib_node_desc*> types_;
  /// Of samples: "ppg" -> what a doc calls it: "ppg", "pulse waveform".
  std::map<std::string, std::vector<std::string>> words_;
  std::map<const ib_port*, std::vector<const ib_node_desc*>> asked_;  ///< whom its doc names
  std::vector<StreamOffer> streams_;
  std::vector<const ib_node_desc*> chain_;
  std::size_t steps_left_{};
};

}  // namespace ib
