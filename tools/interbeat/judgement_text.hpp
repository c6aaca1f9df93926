// What the validator found, for people and for programs. Thread: [control].
#pragma once

#include "validator/judge.hpp"

#include <cstddef>
#include <string>

namespace ib::tool {

struct JudgementStyle {
  bool every{};      ///< where several nodes were judged: not only what failed
  std::size_t room;  ///< columns
};

/// A line per test, or per node and what failed of it; and below them "N passed, M failed, K skipped; seed S".
std::string text_of(const validator::Judgement& judged, const JudgementStyle& style);
std::string json_of(const validator::Judgement& judged, const std::string& file);

/// Every test with what it proves.
std::string list_of_tests(bool markdown, bool json);

}  // namespace ib::tool
