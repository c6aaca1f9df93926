// Marks that people set while a live run lasts: which source of the graph takes them (ib.mark/1), what
// may be one, and the sentences for those that may not. Thread: [control] or the first executor's.
#pragma once

#include "plan_impl.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib::detail {

/// Sources that take marks, as indices in plan order.
std::vector<std::uint32_t> mark_takers(const PlanImpl& plan);
/// The one at that node; no node named: the only one. Null with a sentence in `why`: none, several, or
/// another name (the nearest).
std::optional<std::uint32_t> find_mark_taker(const PlanImpl& plan, const std::string& node,
                                             std::string& why);

/// Why a text can't be a mark: empty, longer than `max_bytes`, no UTF-8, more than a line. Empty: it can.
std::string problem_of_mark(std::string_view text, std::size_t max_bytes);
/// The beginning of a text of UTF-8, at most so many bytes, cut between two characters.
std::string_view cut_to_bytes(std::string_view text, std::size_t max_bytes);
/// Why a source that takes marks took none.
std::string mark_refused(const PlanImpl& plan, std::uint32_t source);

}  // namespace ib::detail
