#include "vring/schedule.hpp"

#include <string>

namespace ib::vring {

Schedule::Schedule(std::span<const Fault> faults, std::uint64_t seed) {
  lines_.reserve(faults.size());
  for (std::size_t k = 0; k < faults.size(); ++k) {
    lines_.push_back(
        {faults[k], KeyedRandom(seed, "vring/fault/" + std::to_string(k) + "/when"), {}});
    lines_.back().coming = beginning(lines_.back(), k, 0);
  }
}

std::optional<Turn> Schedule::beginning(const Line& line, std::size_t fault, std::uint64_t time) {
  const auto& f = line.fault;
  if (time > 0 && !f.every) return std::nullopt;
  const auto slot = f.at + static_cast<std::int64_t>(time) * f.every.value_or(Duration{});
  if (f.until && slot > *f.until) return std::nullopt;
  const auto later = from_seconds(seconds(f.spread) * line.chance.uniform(time));
  return Turn{slot + later, fault, time, true};
}

std::optional<Turn> Schedule::next() {
  Line* first = nullptr;
  for (auto& line : lines_)
    if (line.coming && (first == nullptr || line.coming->at < first->coming->at)) first = &line;
  if (first == nullptr) return std::nullopt;
  const Turn turn = *first->coming;
  if (turn.begins && first->fault.length)
    first->coming = Turn{turn.at + *first->fault.length, turn.fault, turn.time, false};
  else first->coming = beginning(*first, turn.fault, turn.time + 1);
  return turn;
}

}  // namespace ib::vring
