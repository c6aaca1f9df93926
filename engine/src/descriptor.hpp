// Descriptor: what a node type says of itself, copied out of its plugin's tables and owned here; as JSON on
// its way between processes and in the cache of manifests.
//
// describe() reads tables that are hostile until read: every struct by min(size), every text and table
// within limits, and nothing that the engine leans on is taken on trust. A pointer to nowhere still crashes:
// whoever reads what nobody has vetted does it in a child process (plugin_scan.hpp).
//
// Thread: [control].
#pragma once

#include <interbeat/abi.h>
#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <stdexcept>

namespace ib {

/// What is wrong with a descriptor, in one sentence that begins with its place: "`acme.notch`, port `in`: ...".
struct BadDescriptor : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws BadDescriptor.
nlohmann::json describe(const ib_node_desc* desc);
nlohmann::json describe(const ib_type& type);

/// A descriptor with all that it points to.
class Descriptor {
 public:
  /// Throws BadDescriptor, also where the JSON is not one of describe()'s.
  explicit Descriptor(const nlohmann::json& described);
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  const ib_node_desc& desc() const;

 private:
  struct Store;
  std::unique_ptr<Store> store_;
};

/// An item type with all that it points to.
class ItemType {
 public:
  explicit ItemType(const nlohmann::json& described);
  ~ItemType();
  ItemType(const ItemType&) = delete;
  ItemType& operator=(const ItemType&) = delete;

  const ib_type& type() const;

 private:
  struct Store;
  std::unique_ptr<Store> store_;
};

}  // namespace ib
