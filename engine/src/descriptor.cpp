// From JSON to owned tables. The JSON went through describe() once; all that can be wrong here is that it is
// no such JSON at all.
#include "descriptor.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <string>
#include <vector>

namespace ib {
namespace {

using nlohmann::json;

/// Texts and tables that stay where they are.
class Pool {
 public:
  const char* text(const json& j) { return texts_.emplace_back(j.get<std::string>()).c_str(); }
  /// Null where it is empty: an attribute list that is not there.
  const char* text_or_null(const json& j) {
    const auto* s = text(j);
    return *s != '\0' ? s : nullptr;
  }
  const char* const* labels(const json& j) {
    auto& list = labels_.emplace_back();
    for (const auto& label : j) list.push_back(text(label));
    return list.data();
  }
  const ib_type* type(const json& j) {
    auto& fields = fields_.emplace_back();
    for (const auto& f : j.at("fields")) fields.push_back(field(f));
    ib_type t{};
    t.struct_size = sizeof t;
    t.item_size = j.at("size");
    t.item_align = j.at("align");
    t.n_fields = static_cast<std::uint32_t>(fields.size());
    t.urn = text(j.at("urn"));
    t.fields = fields.data();
    t.doc = text(j.at("doc"));
    return &types_.emplace_back(t);
  }

 private:
  ib_field field(const json& j) {
    ib_field f{};
    f.struct_size = sizeof f;
    f.kind = j.at("kind");
    f.name = text(j.at("name"));
    f.unit = text(j.at("unit"));
    f.offset = j.at("offset");
    f.count = j.at("count");
    f.n_labels = static_cast<std::uint32_t>(j.at("labels").size());
    f.labels = labels(j.at("labels"));
    f.doc = text(j.at("doc"));
    return f;
  }

  std::deque<std::string> texts_;
  std::deque<std::vector<const char*>> labels_;
  std::deque<std::vector<ib_field>> fields_;
  std::deque<ib_type> types_;
};

ib_port port_of(const json& j, Pool& pool) {
  ib_port p{};
  p.struct_size = sizeof p;
  p.flags = j.at("flags");
  p.name = pool.text(j.at("name"));
  p.type = j.at("type").is_null() ? nullptr : pool.type(j.at("type"));
  p.unit = pool.text(j.at("unit"));
  p.doc = pool.text(j.at("doc"));
  p.channels = j.at("channels");
  p.grade = j.at("grade");
  p.rate_min_hz = j.at("rate_min_hz");
  p.items_per_item = j.at("items_per_item");
  p.items_per_second = j.at("items_per_second");
  p.items_per_call = j.at("items_per_call");
  p.adds = pool.text_or_null(j.at("adds"));
  p.clears = pool.text_or_null(j.at("clears"));
  p.refuses = pool.text_or_null(j.at("refuses"));
  return p;
}

ib_param param_of(const json& j, Pool& pool) {
  ib_param p{};
  p.struct_size = sizeof p;
  p.flags = j.at("flags");
  p.name = pool.text(j.at("name"));
  p.kind = j.at("kind");
  p.unit = pool.text(j.at("unit"));
  p.min = j.at("min");
  p.max = j.at("max");
  p.def = j.at("def");
  p.def_text = pool.text(j.at("def_text"));
  p.n_labels = static_cast<std::uint32_t>(j.at("labels").size());
  p.labels = pool.labels(j.at("labels"));
  p.doc = pool.text(j.at("doc"));
  return p;
}

template <class Build>
void build_or_refuse(const Build& build) {
  try {
    build();
  } catch (const json::exception& error) {
    throw BadDescriptor(std::string("no descriptor: ") + error.what());
  }
}

}  // namespace

struct Descriptor::Store {
  Pool pool;
  std::vector<ib_port> ports;
  std::vector<ib_param> params;
  ib_node_desc desc{};
};

Descriptor::Descriptor(const json& j) : store_(std::make_unique<Store>()) {
  build_or_refuse([&] {
    auto& s = *store_;
    for (const auto& port : j.at("ports")) s.ports.push_back(port_of(port, s.pool));
    for (const auto& param : j.at("params")) s.params.push_back(param_of(param, s.pool));
    s.desc = {sizeof(ib_node_desc),
              j.at("flags"),
              s.pool.text(j.at("type")),
              s.pool.text(j.at("version")),
              s.pool.text(j.at("summary")),
              s.pool.text(j.at("doc")),
              static_cast<std::uint32_t>(s.ports.size()),
              static_cast<std::uint32_t>(s.params.size()),
              s.ports.data(),
              s.params.data()};
  });
}
Descriptor::~Descriptor() = default;
const ib_node_desc& Descriptor::desc() const { return store_->desc; }

struct ItemType::Store {
  Pool pool;
  const ib_type* type{};
};

ItemType::ItemType(const json& j) : store_(std::make_unique<Store>()) {
  build_or_refuse([&] { store_->type = store_->pool.type(j); });
}
ItemType::~ItemType() = default;
const ib_type& ItemType::type() const { return *store_->type; }

}  // namespace ib
