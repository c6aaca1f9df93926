// A figure: one number of every round, its median over the rounds that count, and what that says
// about its bar. Time and ratios need at least nine rounds that count, else the verdict is "not
// measurable here", whatever the number; counts (allocations, faults, system calls) are the same in
// a noisy round and are taken from all.
//
// Thread: [control]; values.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "bench/rounds.hpp"

namespace ib::bench {

/// What the figure has to reach.
struct Bar {
  enum class Side { at_most, at_least };
  Side side{};
  double value{};
  bool met_by(double x) const { return side == Side::at_most ? x <= value : x >= value; }
};
inline Bar at_most(double value) { return {Bar::Side::at_most, value}; }
inline Bar at_least(double value) { return {Bar::Side::at_least, value}; }

enum class Kind { time, ratio, count };

struct Figure {
  std::string name, unit;
  Kind kind{};
  std::function<double(const Round&)> of;
  std::optional<Bar> bar{};
};

/// A number that needs no rounds: counted once, or absent with the reason.
struct Count {
  std::string name, unit;
  std::optional<double> value;
  std::string why_absent{};
  std::optional<Bar> bar{};
};

enum class Verdict { no_bar, pass, miss, not_measurable };
std::string text_of(Verdict verdict);

/// A figure of all its rounds.
struct Judged {
  std::string name, unit;
  Kind kind{};
  std::optional<Bar> bar;
  double median{}, least{}, most{};  ///< over the rounds that count; over all, if too few do
  std::size_t n{};                   ///< how many rounds these are of
  Verdict verdict{};
  std::string why_absent{};  ///< no number at all, and why
};

Judged judge(const Figure& figure, const std::vector<Round>& rounds,
             const std::vector<std::size_t>& that_count);
Judged judge(const Count& count);

/// Of an odd number of values the middle one, else the mean of the two. NaN: there are none.
double median_of(std::vector<double> values);

}  // namespace ib::bench
