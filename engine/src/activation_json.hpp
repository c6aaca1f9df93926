// What a node is told when it gets ready, as JSON between processes. Thread: [control].
#pragma once

#include <interbeat/abi.h>
#include <nlohmann/json_fwd.hpp>

#include "block_slot.hpp"
#include "descriptor.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ib {

nlohmann::json activation_json(const ib_activation& a);
/// What the node wrote into its outputs.
nlohmann::json outputs_json(const ib_activation& a);
/// Writes them into the outputs of the other side. Throws nlohmann's errors, and BadDescriptor where a
/// number can't be right.
void take_outputs(const nlohmann::json& outputs, ib_activation& a);

nlohmann::json shapes_json(const std::vector<BlockShape>& shapes);
std::vector<BlockShape> shapes_of(const nlohmann::json& shapes);
/// As the plan shapes the blocks of a stream.
BlockShape shape_of(const ib_stream& s);

/// An activation with all that it points to.
class OwnedActivation {
 public:
  explicit OwnedActivation(const nlohmann::json& told);
  ib_activation& raw() { return a_; }

 private:
  void read(const nlohmann::json& j, ib_stream& s);
  const char* text(const nlohmann::json& j);

  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<std::unique_ptr<ItemType>> types_;
  std::vector<ib_stream> in_, out_;
  std::vector<const ib_stream*> in_pointers_;
  std::vector<ib_stream*> out_pointers_;
  std::vector<char> error_;
  ib_activation a_{};
};

}  // namespace ib
