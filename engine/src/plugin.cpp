#include "plugin.hpp"

#include "plugin_library.hpp"
#include "plugin_scan.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace ib {

Plugin::Plugin(std::filesystem::path file, FileStamp stamp, std::string manifest)
    : file_(std::move(file)), stamp_(stamp), manifest_(std::move(manifest)) {
  try {
    const auto j = nlohmann::json::parse(manifest_);
    const auto& abi = j.at("abi");
    abi_ = {abi.at(0), abi.at(1), abi.at(2)};
    for (const auto& node : j.at("nodes")) {
      nodes_.push_back(std::make_unique<Descriptor>(node));
      // From a cache, anything may be in it: what was made of it is judged as a plugin's own tables are.
      if (describe(&nodes_.back()->desc()) != node)
        throw BadDescriptor("this is not how a node describes itself");
    }
  } catch (const nlohmann::json::exception& error) {
    throw BadDescriptor(std::string("no manifest: ") + error.what());
  }
}

Plugin::~Plugin() = default;

std::shared_ptr<PluginLibrary> Plugin::opened(std::string& problem) {
  const std::lock_guard lock(opening_);
  if (library_ != nullptr) return library_;
  constexpr const char* changed = "the file has changed since it was read: start again";
  const auto before = stamp_of(file_);
  if (!before || !before->same_bytes(stamp_)) {
    problem = changed;
    return nullptr;
  }
  auto library = PluginLibrary::open(file_, problem);
  if (library == nullptr) return nullptr;
  // What it says now is what was checked, also if somebody wrote to the file in between.
  try {
    auto nodes = nlohmann::json::array();
    for (std::uint32_t i = 0; i < library->nodes(); ++i) {
      nodes.push_back(describe(library->raw_descriptor(i)));
    }
    if (nodes != nlohmann::json::parse(manifest_).at("nodes")) problem = changed;
  } catch (const std::exception&) {
    problem = changed;
  }
  if (!problem.empty()) return nullptr;
  return library_ = std::move(library);
}

ib_node* Plugin::make(const ib_host* host, const char* type, std::string& problem) {
  const auto library = opened(problem);
  if (library != nullptr) {
    if (ib_node* node = library->create(host, type, problem)) return node;
  }
  problem = fmt::format("{}: {}", file_.string(), problem);
  return nullptr;
}

ib_node* make_node(const NodeType& type, const ib_host* host, std::string& problem) {
  if (type.plugin != nullptr) return type.plugin->make(host, type.desc->type, problem);
  ib_node* node = type.create(host);
  if (node == nullptr) problem = "out of memory";
  return node;
}

}  // namespace ib
