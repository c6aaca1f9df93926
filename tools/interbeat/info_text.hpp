// What `interbeat info` says of a recording: for people, and as JSON.
// Thread: any. Pure functions.
#pragma once

#include <interbeat/recording.hpp>

#include "export/survey.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ib::tool {

struct RecordingInfo {
  const RecordingHead* head{};
  const Survey* survey{};
  std::string file, session;
  int version{};
  unsigned part{}, parts{};  ///< that was opened; that are there
  std::uint64_t bytes{};     ///< of all of them from that one on
  /// Of each of the survey's first changes; null: the type of its node is not known here.
  std::vector<const ib_param*> params;
  std::string page_problem;  ///< what SQLite says is wrong with its pages

  /// From session time 0 to the latest moment that anything is told of, seconds.
  double length_s() const;
  /// Bytes of the file for a source: its blocks, entries and packets, and its share of what every record takes.
  double bytes_of(std::size_t source) const;
};

std::string info_text(const RecordingInfo& info, std::size_t room);
nlohmann::ordered_json info_json(const RecordingInfo& info);

}  // namespace ib::tool
