#include "vring/scenario.hpp"

#include <fmt/format.h>

#include <fstream>
#include <utility>

#include "vring/fault_reader.hpp"
#include "vring/ring_reader.hpp"
#include "vring/scenario_text.hpp"

namespace ib::vring {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t bytes_max = 64 * 1024;

class ScenarioReader final : private ScenarioText {
 public:
  ScenarioReader(const Yaml& root, Diagnostics& out, Scenario& scenario)
      : ScenarioText(root, out, scenario), out_(out) {}

  void read(std::optional<std::uint64_t> seed) {
    check_keys(root_, {"seed", "rings", "faults"}, "", voice_);
    if (const auto* v = value(root_, "seed"))
      if (const auto n = whole(*v, "seed")) scenario_.seed = *n;
    if (seed) scenario_.seed = *seed;
    read_rings(root_, out_, scenario_);
    read_faults(root_, out_, scenario_);
  }

 private:
  Diagnostics& out_;
};

}  // namespace

std::string default_address(std::size_t place) {
  return fmt::format("AA:00:00:00:00:{:02X}", place + 1);
}

std::optional<Scenario> read_scenario_text(const std::string& text, const std::string& name,
                                           Diagnostics& out, std::optional<std::uint64_t> seed) {
  const auto before = out.errors();
  const auto root = parse_yaml(text, name, out, "a scenario", "`rings:`");
  if (!root) return std::nullopt;
  Scenario scenario;
  ScenarioReader(*root, out, scenario).read(seed);
  if (out.errors() > before || root->broken) return std::nullopt;
  return scenario;
}

std::optional<Scenario> read_scenario(const fs::path& file, Diagnostics& out,
                                      std::optional<std::uint64_t> seed) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  const auto refuse = [&](const char* what) {
    out.error(Mark{file.string(), 0, 0}, {}, what,
              "a scenario as docs/virtual-rings.md describes it");
    return std::nullopt;
  };
  if (!fs::is_regular_file(file, ignored) || !stream)
    return refuse("this is no file, or one that can't be read");
  std::string text(bytes_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > bytes_max) return refuse("this file has more than 64 KiB");
  return read_scenario_text(text, file.string(), out, seed);
}

std::string devices_text(const Scenario& scenario) {
  std::string text = "devices:\n";
  for (const auto& ring : scenario.rings) {
    text += fmt::format("  \"{}\": {{address: \"{}\"", ring.name, ring.device.address);
    if (ring.kind->counts_per_g > 0)
      text += fmt::format(", counts_per_g: {}", ring.kind->counts_per_g);
    text += "}\n";
  }
  return text;
}

Scenario scenario_of_rings(std::size_t n, std::uint64_t seed) {
  Scenario scenario;
  scenario.seed = seed;
  for (std::size_t k = 0; k < n; ++k) {
    RingSpec ring;
    ring.name = fmt::format("ring{}", k + 1);
    ring.kind = find_ring_kind("bcl");
    ring.device.name = ring.name;
    ring.device.address = default_address(k);
    ring.device.wearer.seed = seed + k;
    if (k > 0) ring.device.wearer.couple = seed;
    scenario.rings.push_back(std::move(ring));
  }
  return scenario;
}

}  // namespace ib::vring
