// ExportSession: a recording that is being exported: which of its ports, under which names, and what is known of
// them beforehand. And Exporter, which each format is.
// Thread: one.
#pragma once

#include <interbeat/recording.hpp>

#include "export/out_folder.hpp"
#include "export/recorded_type.hpp"
#include "export/survey.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ib::tool {

/// A port that is exported.
struct ExportedPort {
  std::size_t number{};  ///< in ExportSession::ports
  std::uint32_t source_index{}, port_index{};
  const RecordedSource* source{};
  const RecordedPort* port{};
  const PortSurvey* survey{};
  std::string path;         ///< "anna.ring.ppg", as recorded: for texts
  std::string file_name;    ///< the same, fit for a file; no other has it
  std::string participant;  ///< who owns it; of nobody's: the first part of the path
  std::unique_ptr<RecordedType> type;

  bool is_regular() const { return port->rate_hz > 0; }
};

struct ExportSession {
  Recording* recording{};
  Survey survey;
  std::deque<ExportedPort> ports;
  bool names{};                           ///< the participants' names may stand in the files' heads
  std::int64_t utc_of_zero_ns{IB_NEVER};  ///< of session time 0; IB_NEVER: nobody knows

  const RecordingHead& head() const { return recording->head(); }
  /// None: it isn't exported.
  const ExportedPort* find(std::uint32_t source, std::uint32_t port) const;
  /// One pass over it: each block of the exported ports, each mark of the session, each packet of a source whose
  /// packets are exported.
  void each(const std::function<void(const ExportedPort&, const RecordedBlock&)>& block,
            const std::function<void(std::int64_t, const std::string&)>& mark = {},
            const std::function<void(const RecordedPacket&)>& packet = {}) const;
  /// Of the pass that `each` is at: how many times records were missing so far.
  std::uint64_t holes() const { return holes_; }
  /// Value `channel` of sample i of a regular port; none: it was filled across a gap, or is no number.
  static std::optional<float> sample(const ExportedPort& p, const RecordedBlock& b, std::uint32_t i,
                                     std::uint32_t channel);
  /// The text of field `f` of item i, as in a CSV cell without its quotes; empty: absent.
  static std::string cell(const ExportedPort& p, const RecordedBlock& b, std::uint32_t i,
                          const ib_field& f);

  std::vector<std::vector<const ExportedPort*>> by_index;  ///< [source][port]
  std::vector<std::string>
      packet_files;  ///< [source], without ".csv"; empty: they are not exported

 private:
  mutable std::uint64_t holes_{};
};

/// Which ports: all that hold something, or those of one participant, or of these names.
struct PortChoice {
  std::string only;                ///< owner; empty: everybody
  std::vector<std::string> ports;  ///< "ppg" or "anna.ring.ppg"; empty: all
};

/// None after saying what is wrong in `problem` and `hint`.
std::optional<ExportSession> export_session(Recording& recording, Survey survey,
                                            const PortChoice& choice, std::string& problem,
                                            std::string& hint);

/// What an export has to say beside its files: a sentence each.
using Remarks = std::vector<std::string>;

/// A format: writes a session into files. Opens all of them before it writes into any, as far as it can.
using Exporter = void (*)(const ExportSession&, OutFolder&, Remarks&);

void export_csv(const ExportSession& session, OutFolder& out, Remarks& remarks);
void export_edf(const ExportSession& session, OutFolder& out, Remarks& remarks);
void export_bdf(const ExportSession& session, OutFolder& out, Remarks& remarks);
void export_xdf(const ExportSession& session, OutFolder& out, Remarks& remarks);
void export_bids(const ExportSession& session, OutFolder& out, Remarks& remarks);

}  // namespace ib::tool
