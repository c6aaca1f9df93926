#include "validator/subject.hpp"

#include "descriptor.hpp"
#include "plugin_library.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstring>

namespace ib::validator {

std::unique_ptr<Subject> Subject::open(const std::filesystem::path& file, std::string& problem) {
  auto library = PluginLibrary::open(file, problem);
  if (library == nullptr) return nullptr;
  std::unique_ptr<Subject> subject(new Subject);
  subject->library_ = std::move(library);
  subject->read_.resize(subject->nodes());
  return subject;
}
Subject::~Subject() = default;

std::uint32_t Subject::nodes() const { return library_->nodes(); }

std::string Subject::name(std::uint32_t i) const {
  constexpr std::size_t longest = 64;
  const auto* desc = library_->raw_descriptor(i);
  if (desc == nullptr || desc->type == nullptr) return fmt::format("(node {})", i + 1);
  const auto n = strnlen(desc->type, longest + 1);
  if (n == 0) return fmt::format("(node {})", i + 1);
  std::string name(desc->type, std::min(n, longest));
  for (auto& c : name) {
    if (c < 32 || c > 126) c = '?';
  }
  return n > longest ? name + "…" : name;
}

const NodeUnderTest* Subject::node(std::uint32_t i, std::string& problem) {
  auto& read = read_.at(i);
  if (read != nullptr) return &read->node;
  try {
    auto one = std::make_unique<Read>();
    one->descriptor = std::make_unique<Descriptor>(describe(library_->raw_descriptor(i)));
    one->node.desc = &one->descriptor->desc();
    one->node.create = [library = library_, type = one->node.desc->type](const ib_host* host) {
      std::string why;
      return library->create(host, type, why);
    };
    read = std::move(one);
  } catch (const std::exception& error) {
    problem = error.what();
    return nullptr;
  }
  return &read->node;
}

}  // namespace ib::validator
