// What a plugin is built with: which headers the SDK has, and that they need each other and the
// standard library alone. That each compiles by itself is asked of the compiler when this program is
// built (interbeat_sdk_verify_interface_header_sets).
#include <interbeat/keyed_random.hpp>

#include "house/source_tree.hpp"

#include <cstdio>
#include <set>

using namespace ib::test::house;

namespace {

using Names = std::set<std::string>;

const Names of_plugins{
    "abi.h",
    "clock/device_clock.hpp",
    "clock/envelope_line.hpp",
    "clock/expectile_line.hpp",
    "clock/outlook.hpp",
    "clock/packet.hpp",
    "clock/silent_loss.hpp",
    "clock_estimator.hpp",
    "clock_model.hpp",
    "keyed_random.hpp",
    "logged.hpp",
    "node.hpp",
    "physio.hpp",
    "sections.hpp",
    "spot.hpp",
    "sugar/absence.hpp",
    "sugar/activation.hpp",
    "sugar/adapter.hpp",
    "sugar/ageing.hpp",
    "sugar/describe.hpp",
    "sugar/device_key.hpp",
    "sugar/edge.hpp",
    "sugar/emit.hpp",
    "sugar/fields.hpp",
    "sugar/fifo.hpp",
    "sugar/history.hpp",
    "sugar/hopping.hpp",
    "sugar/host_clock.hpp",
    "sugar/inlet.hpp",
    "sugar/item.hpp",
    "sugar/log.hpp",
    "sugar/merge_policy.hpp",
    "sugar/merging.hpp",
    "sugar/ordered.hpp",
    "sugar/ownership.hpp",
    "sugar/packets.hpp",
    "sugar/pending_events.hpp",
    "sugar/people.hpp",
    "sugar/presence.hpp",
    "sugar/sample_store.hpp",
    "sugar/sample_wise.hpp",
    "sugar/scratch.hpp",
    "sugar/simulation.hpp",
    "sugar/state.hpp",
    "sugar/text.hpp",
    "sugar/wake.hpp",
    "sugar/watch.hpp",
    "time.hpp",
    "types/activation.hpp",
    "types/coherence.hpp",
    "types/confidence.hpp",
    "types/coregulation.hpp",
    "types/definition.hpp",
    "types/hrv.hpp",
    "types/hrv_class.hpp",
    "types/interval.hpp",
    "types/lag_error.hpp",
    "types/linkage_state.hpp",
    "types/nonlinear.hpp",
    "types/pair.hpp",
    "types/pieces.hpp",
    "types/quality.hpp",
    "types/respiration.hpp",
    "types/spectrum.hpp",
    "types/truth.hpp",
    "types/wcc.hpp",
};

/// Public, and the program's: they read graphs and run them, with libraries that a plugin does without.
const Names of_the_program{
    "diagnostic.hpp", "engine.hpp",        "graph.hpp",     "nearest.hpp",        "plugins.hpp",
    "realtime.hpp",   "recorded_port.hpp", "recording.hpp", "recording_file.hpp", "registry.hpp",
    "replay.hpp",     "schema.hpp",        "shared.hpp",    "units.hpp"};

fs::path place_of(const std::string& header) {
  return root / (header.starts_with("types/") ? "nodes/include" : "engine/include") / "interbeat" /
         header;
}

/// A header that includes `name` still needs no more than the SDK and the standard library.
bool is_served(const std::string& name) {
  if (name.starts_with("interbeat/")) return of_plugins.count(name.substr(10)) == 1;
  return name.find('/') == std::string::npos && name.find('.') == std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk)

BOOST_AUTO_TEST_CASE(every_public_header_is_the_sdk_s_or_the_program_s) {
  Names found;
  for (const auto& file : sources_in({"engine/include/interbeat", "nodes/include/interbeat"}))
    found.insert(file.substr(file.find("/interbeat/") + 11));
  for (const auto& name : found)
    BOOST_TEST(of_plugins.count(name) + of_the_program.count(name) == 1U,
               name << " is new: say here whether plugins may include it, and in cmake/sdk.cmake");
  for (const auto& name : of_plugins)
    BOOST_TEST(found.count(name) == 1U, name << " is gone: plugins break");
}

BOOST_AUTO_TEST_CASE(a_header_of_the_sdk_includes_only_such_and_the_standard_library) {
  BOOST_TEST(is_served("interbeat/time.hpp"));
  BOOST_TEST(is_served("vector"));
  BOOST_TEST(!is_served("interbeat/engine.hpp"));
  BOOST_TEST(!is_served("fmt/format.h"));
  BOOST_TEST(!is_served("unistd.h"));
  const Names of_c{"stdbool.h", "stddef.h", "stdint.h"};  // abi.h is C11
  for (const auto& header : of_plugins)
    for (const auto& [name, quoted] : includes_of(text_of(place_of(header)))) {
      BOOST_TEST(!quoted, header << " includes \"" << name << "\": it will be found elsewhere");
      BOOST_TEST((is_served(name) || of_c.count(name) == 1U), header << " includes " << name);
    }
}

BOOST_AUTO_TEST_CASE(the_first_sdk_is_frozen_at_its_release_and_follows_until_then) {
  const auto folder = root / "tests/plugins/sdk-1.0";
  const auto copy = text_of(folder / "interbeat/abi.h");
  char hash[17];
  std::snprintf(hash, sizeof hash, "%016llx",
                static_cast<unsigned long long>(ib::KeyedRandom::fnv1a(copy)));
  if (fs::exists(folder / "FROZEN"))
    BOOST_TEST(text_of(folder / "FROZEN").starts_with(hash), "the frozen header has changed");
  else
    BOOST_TEST((copy == text_of(root / "engine/include/interbeat/abi.h")),
               "the copy is behind: see README.md there; its hash is now " << hash);
}

BOOST_AUTO_TEST_SUITE_END()
