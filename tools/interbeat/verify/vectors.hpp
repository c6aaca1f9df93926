// Ours beside published or independently made reference values, read from a folder of JSON files that is not part of
// this project. Where a node has the number, its graph is run (graph_run.hpp); what only the computation inside a node
// shows is asked of that.
//
// Thread: [control].
#pragma once

#include "verify/comparison.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace ib::verify {

/// What the folder holds of it, a line of verdict `absent` for each file that it does not; empty if it holds none.
/// `problem`: a sentence where a file is there and can't be read.
Comparisons reference_vectors(const std::filesystem::path& folder, std::string& problem);

// One function for each kind of file. All throw std::exception where a file is not what it should be.

/// Heart rate variability of series of intervals (hrv_series.json, hrv_reference.json).
void compare_hrv(const nlohmann::json& series, const nlohmann::json& reference, Comparisons& all);
/// What Kubios HRV 2.2 printed of a published recording, to its digits; its definitions where they differ from ours.
void compare_kubios(const nlohmann::json& series, Comparisons& all);
/// Time domain after every beat (hrv_sliding.json), and sums that slide beside sums made anew.
void compare_sliding(const nlohmann::json& series, const nlohmann::json& sliding, Comparisons& all);
/// Labels of intervals with injected artefacts (ibi_artifacts.json).
void compare_artefacts(const nlohmann::json& artefacts, Comparisons& all);
void compare_filters(const nlohmann::json& filters, Comparisons& all);
/// Pulse beats, their times and fiducials (ppg_beats.json), and those of a smart ring (ring_real.json).
void compare_pulse_beats(const nlohmann::json& beats, Comparisons& all);
void compare_ring_beats(const nlohmann::json& ring, Comparisons& all);
/// R waves (ecg_beats.json).
void compare_ecg_beats(const nlohmann::json& beats, Comparisons& all);
/// Parts of the signal quality (sqi.json).
void compare_quality(const nlohmann::json& quality, Comparisons& all);
/// Smoothed activation and its states, second by second (stress_state.json).
void compare_activation(const nlohmann::json& trace, Comparisons& all);
/// Two persons: windows and linkage of series (coreg_synthetic_input.json, coreg_reference.json).
void compare_pairs(const nlohmann::json& input, const nlohmann::json& reference, Comparisons& all);
/// The same windows over what couples said of themselves (coreg_rties_input.json, coreg_reference.json).
void compare_couples(const nlohmann::json& input, const nlohmann::json& reference,
                     Comparisons& all);
/// Two streams of beats with a gap: common grid and windows (coreg_stream.json).
void compare_pair_stream(const nlohmann::json& stream, Comparisons& all);

}  // namespace ib::verify
