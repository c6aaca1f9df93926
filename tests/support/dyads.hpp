// Dyads: pairs of recordings with a known answer. Semi-synthetic pairs: two real RR series, a known
// share of A's slow heart-rate movement mixed into B in known windows. Strangers: two people who
// were not together, put on one clock. One heart: two sensors on the same person.
#pragma once

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/gz_lines.hpp"

namespace ib::test {

/// Session seconds, [from_s, to_s).
struct CoupledWindow {
  double from_s{}, to_s{};
};

struct SemiSyntheticPair {
  std::string name;
  std::filesystem::path a, b;  ///< rr_ms
  double alpha{};              ///< share of A's slow movement in B
  double lag_s{};              ///< above 0: B follows A
  double b_starts_s{};         ///< A's first interval starts at 0
  std::vector<CoupledWindow> coupled;

  double coupled_seconds(double from_s, double to_s) const {
    double sum = 0;
    for (const auto& w : coupled)
      sum += std::max(0.0, std::min(to_s, w.to_s) - std::max(from_s, w.from_s));
    return sum;
  }
};

struct StrangerPair {
  std::string kind;  ///< concurrent_strangers: other tasks; shared_timeline: the same task
  std::filesystem::path a, b;
  double b_starts_s{};  ///< A starts at 0
};

namespace detail {

inline std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

inline double number(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The rows below the remarks and the header, split at commas.
template <class Use>
void for_each_row(const std::filesystem::path& path, Use&& use) {
  GzLines lines(path);
  bool named = false;
  for (std::string line; lines.next(line);) {
    if (line.empty() || line[0] == '#') continue;
    if (named) use(split(line, ','));
    named = true;
  }
}

}  // namespace detail

/// `folder` holds truth.csv and the RR files of its pairs.
inline std::vector<SemiSyntheticPair> semi_synthetic_pairs(const std::filesystem::path& folder) {
  std::vector<SemiSyntheticPair> pairs;
  detail::for_each_row(folder / "truth.csv", [&](const std::vector<std::string>& cells) {
    SemiSyntheticPair pair{cells.at(0),
                           folder / (cells[0] + "_A_rr.csv"),
                           folder / (cells[0] + "_B_rr.csv"),
                           detail::number(cells.at(1)),
                           detail::number(cells.at(2)),
                           detail::number(cells.at(4)),
                           {}};
    for (const auto& window : detail::split(cells.at(3), ';')) {
      const auto ends = detail::split(window, '-');
      pair.coupled.push_back({detail::number(ends.at(0)), detail::number(ends.at(1))});
    }
    pairs.push_back(pair);
  });
  return pairs;
}

/// The pairs of both kinds of strangers in `list`, whose paths are relative to its folder.
inline std::vector<StrangerPair> stranger_pairs(const std::filesystem::path& list) {
  std::vector<StrangerPair> pairs;
  detail::for_each_row(list, [&](const std::vector<std::string>& cells) {
    const auto& kind = cells.at(0);
    if (kind != "concurrent_strangers" && kind != "shared_timeline") return;
    const auto folder = list.parent_path();
    pairs.push_back(
        {kind, folder / cells.at(1), folder / cells.at(2), detail::number(cells.at(3))});
  });
  return pairs;
}

struct OneHeart {
  std::filesystem::path beats;     ///< of its ECG
  std::filesystem::path waveform;  ///< its pulse, column ppg
};

/// The pairs `same_heart` in `list`.
inline std::vector<OneHeart> same_hearts(const std::filesystem::path& list) {
  std::vector<OneHeart> hearts;
  detail::for_each_row(list, [&](const std::vector<std::string>& cells) {
    if (cells.at(0) != "same_heart") return;
    const auto folder = list.parent_path();
    const auto& waveform = cells.at(2);  // "file:column"
    hearts.push_back({folder / cells.at(1), folder / waveform.substr(0, waveform.rfind(':'))});
  });
  return hearts;
}

}  // namespace ib::test
