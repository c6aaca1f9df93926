// The properties that every node of the specification keeps, (a) to (h), and where each is shown: by a test of the
// validator, which runs on every node, or by a case of a file that knows what the node means. A node without its place
// fails here. The table is printed, and written to <build>/tests/property_table.md.
#include "support/graph_world.hpp"

#include "validator/test.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

using namespace ib;
using namespace ib::test;
using validator::NodeUnderTest;
using validator::Result;

namespace {

struct Property {
  char letter;
  const char* text;
  const char* by_validator;  ///< null: of some nodes alone
};
constexpr std::array properties{
    Property{'a', "one block, sample by sample, random chunks: the same", "data/split"},
    Property{'b', "no feature is computed across a gap of any length", "gaps/contiguous"},
    Property{'c', "constant input gives no NaN and no infinity", "data/finite"},
    Property{'d', "times shifted by a constant: the same features", "time/shifted"},
    Property{'e', "partners that change places mirror lags and lead", nullptr},
    Property{'f', "nothing valid in: only `insufficient` out", "data/all_invalid"},
    Property{'g', "surrogates on independent noise: p <= 0.05 in 3 to 7 %", nullptr},
    Property{'h', "SDNN and RMSSD: without the level, with the scale", nullptr},
};

/// A case of a file below tests/, where the validator's test does not say it.
struct Shown {
  const char *node, *property, *file, *test;
};
constexpr Shown shown_elsewhere[]{
    {"filter.average", "b", "nodes/filter_average", "starts_gaps_and_cuts"},
    {"filter.bandpass", "b", "nodes/filter_bandpass", "starts_and_gaps"},
    {"filter.bandstop", "b", "nodes/filter_bandstop", "starts_gaps_jumps_and_cuts"},
    {"filter.dc", "b", "nodes/filter_dc", "starts_gaps_jumps_and_cuts"},
    {"filter.highpass", "b", "nodes/filter_highpass", "starts_gaps_jumps_and_cuts"},
    {"filter.lowpass", "b", "nodes/filter_lowpass", "starts_gaps_jumps_and_cuts"},
    {"filter.notch", "b", "nodes/filter_notch", "starts_gaps_jumps_and_cuts"},
    {"filter.smooth", "b", "nodes/filter_smooth", "starts_gaps_and_cuts"},
    {"hrv.window", "b", "nodes/feature_laws", "no_difference_reaches_across_a_gap_of_any_length"},
    {"hrv.nonlinear", "b", "nodes/feature_laws", "no_pattern_reaches_across_a_gap_of_any_length"},
    {"hrv.spectrum", "b", "nodes/feature_laws",
     "no_wave_is_seen_across_a_gap_of_more_than_ten_seconds"},
    {"hrv.coherence", "b", "nodes/feature_laws",
     "no_wave_is_seen_across_a_gap_of_more_than_ten_seconds"},
    {"hrv.respiration", "b", "nodes/feature_laws",
     "no_wave_is_seen_across_a_gap_of_more_than_ten_seconds"},
    {"stress.classifier", "b", "nodes/stress_classifier",
     "silence_becomes_stale_and_then_insufficient"},
    {"hrv.pieces", "b", "nodes/hrv_pieces", "no_piece_reaches_across_a_silence"},
    {"beat.rr", "f", "nodes/beat_rr", "beats_without_contact_and_impossible_ones_are_not_valid"},
    {"dyad.align", "b", "nodes/dyad_align",
     "agrees_with_the_reference_across_a_gap_of_twelve_seconds"},
    {"dyad.slope", "b", "nodes/dyad_slope", "no_slope_reaches_across_a_hole_in_the_grid"},
    {"dyad.wcc", "b", "nodes/dyad_wcc", "lost_grid_points_count_as_missing"},
    {"dyad.linkage", "b", "nodes/dyad_linkage", "lost_grid_points_count_as_missing"},
    {"dyad.align", "e", "nodes/dyad_align", "swapping_the_two_mirrors_every_item"},
    {"dyad.slope", "e", "nodes/feature_laws", "partners_that_change_places_change_their_slopes"},
    {"dyad.wcc", "e", "nodes/dyad_wcc", "swapping_the_two_mirrors_every_value"},
    {"dyad.linkage", "e", "nodes/dyad_linkage", "swapping_the_two_mirrors_lag_and_lead"},
    {"dyad.align", "f", "nodes/dyad_align", "invalid_intervals_make_no_points"},
    {"dyad.slope", "f", "nodes/dyad_slope", "one_person_missing_leaves_the_other_and_their_sides"},
    {"dyad.wcc", "f", "nodes/dyad_wcc", "lost_grid_points_count_as_missing"},
    {"dyad.linkage", "f", "nodes/dyad_linkage", "nothing_but_missing_gives_only_collecting"},
    {"stress.classifier", "f", "nodes/stress_classifier",
     "nothing_valid_or_nothing_at_all_gives_reasons_only"},
    {"dyad.linkage", "g", "dsp/linkage", "independent_noise_is_called_linked_as_often_as_p_says"},
    {"dyad.linkage", "g", "dsp/linkage", "surrogate_calibration"},
    {"hrv.window", "h", "nodes/feature_laws",
     "deviations_do_not_ask_for_the_level_and_go_with_the_scale"},
};

bool is_there(const Shown& s) {
  std::ifstream file(std::filesystem::path(source_folder) / "tests" /
                     (std::string(s.file) + ".cpp"));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.find("BOOST_AUTO_TEST_CASE(" + std::string(s.test)) != std::string::npos;
}

/// Which nodes a property has something to say of.
bool concerns(const NodeUnderTest& node, char letter) {
  const std::string_view type = node.desc->type;
  switch (letter) {
    case 'e': return type.starts_with("dyad.");
    case 'f': {  // samples carry no validity; theirs are flags, which the gaps of (b) speak of
      for (std::uint32_t i = 0; i < node.desc->n_ports; ++i) {
        const auto& port = node.desc->ports[i];
        if ((port.flags & (IB_PORT_OUT | IB_PORT_REGULAR)) == 0) return true;
      }
      return false;
    }
    case 'g': return type == "dyad.linkage";
    case 'h': return type == "hrv.window";
    default: return true;
  }
}

/// Where it is shown; empty: nowhere.
std::string place_of(const NodeUnderTest& node, const Property& property) {
  std::string places;
  const auto add = [&](const std::string& place) {
    places += (places.empty() ? "" : ", ") + place;
  };
  if (property.by_validator != nullptr) {
    const auto verdict = validator::find_node_test(property.by_validator)->run({node, 1, {}});
    BOOST_TEST((verdict.result != Result::failed), node.desc->type << ": " << verdict.why);
    if (verdict.result == Result::passed) add(property.by_validator);
  }
  for (const auto& s : shown_elsewhere) {
    if (std::string_view(s.node) != node.desc->type || s.property[0] != property.letter) continue;
    add(std::string(s.file) + ": " + s.test);
  }
  return places;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(property_table)

BOOST_AUTO_TEST_CASE(every_property_of_every_node_has_its_place) {
  std::string text = "| node |";
  for (const auto& p : properties) text += std::string(" (") + p.letter + ") " + p.text + " |";
  text += "\n|---|";
  for (std::size_t i = 0; i < properties.size(); ++i) text += "---|";
  text += "\n";
  const Registry registry = all_nodes();
  std::size_t seen = 0;
  for (const auto* n : registry.nodes()) {
    const NodeUnderTest node{n->desc, n->create};
    if (node.is(IB_NODE_SOURCE) || node.is(IB_NODE_SINK)) continue;
    ++seen;
    text += std::string("| ") + node.desc->type + " |";
    for (const auto& p : properties) {
      const bool due = concerns(node, p.letter);
      const auto place = due ? place_of(node, p) : std::string("-");
      BOOST_TEST(!place.empty(), node.desc->type << ": where is (" << p.letter << "), " << p.text
                                                 << ", shown? Name its test in this file");
      text += " " + place + " |";
    }
    text += "\n";
  }
  BOOST_TEST(seen >= 23U);
  std::ofstream(std::string(binary_folder) + "/tests/property_table.md") << text;
  BOOST_TEST_MESSAGE(text);
}

BOOST_AUTO_TEST_CASE(the_tests_it_names_are_there) {
  for (const auto& s : shown_elsewhere)
    BOOST_TEST(is_there(s), "no case " << s.test << " in tests/" << s.file << ".cpp");
}

BOOST_AUTO_TEST_SUITE_END()
