// BIDS 1.8 (bids-specification.readthedocs.io, "Physiological recordings", "Task events"): a folder per
// participant; each regular port as `…_recording-<port>_physio.tsv.gz` with its `.json`, everything that has a time
// and no rate as rows of `…_events.tsv`, one column per field.
//
// A physio file has one rate and no times. So its rate is the one that was, not the one that was meant; a gap is
// rows of n/a; samples that follow each other stay so. How far a row then lies from its true time is in the JSON,
// and what lies too far from it is refused.
#include "export/gzip.hpp"
#include "export/safe_name.hpp"
#include "export/session.hpp"
#include "sink/number_text.hpp"
#include "sink/row_text.hpp"

#include "build_info.hpp"
#include "run_record.hpp"

#include <interbeat/physio.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace ib::tool {
namespace {

using OrderedJson = nlohmann::ordered_json;

/// Rows of n/a for all gaps of one port together: 27 hours at 100 Hz. A gap of years would fill a disk.
constexpr std::uint64_t most_empty_rows = 10'000'000;
/// How far a row may lie from its time: this part of a sample's length, and half of one more behind a gap, which is
/// a whole number of rows; or so many standard deviations of its clock where it was least sure, but not more than
/// so many seconds; and what the quartz of a worn device wanders about its own mean rate as it gets warm and cold:
/// below 5 ppm (a tuning fork has -0.034 ppm/K2 about 25 °C).
constexpr double most_part_of_sample = 0.25, half_a_row = 0.5, most_deviations = 3,
                 most_unsure_s = 0.25, wander = 5e-6;
constexpr std::size_t most_event_bytes = std::size_t{512} << 20;  ///< they are sorted in memory

std::string dumped(const OrderedJson& json) {
  return json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

std::string bids_seconds(std::int64_t ns) {
  std::string text;
  append_time(text, ns);
  return text;
}

/// A cell of a table: absent is n/a; a tab or a line end would break its row.
std::string tsv_cell(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return text.empty() ? "n/a" : text;
}

/// A regular port and its two files.
class BidsPhysio {
 public:
  BidsPhysio(const ExportedPort& p, OutFolder& out, const std::string& stem)
      : port_(p), name_(stem + "_physio"), gzip_(out.open(name_ + ".tsv.gz")) {
    rate_hz_ = 1e9 / p.survey->period_ns(p.port->rate_hz);
  }

  /// `follows`: the first sample of the block is the next one; else rows may be missing in front of it.
  void write(const RecordedBlock& b, bool follows, OutFolder& out) {
    for (std::uint32_t i = 0; i < b.n; ++i) {
      const auto t = time_ns(b, i);
      const double due = static_cast<double>(t - port_.survey->first_ns) * 1e-9 * rate_hz_;
      const double missing = std::round(due - static_cast<double>(row_));
      if (i == 0 && !follows && missing > 0 && !leave_empty(missing, out)) return;
      const double error_s = std::abs(due - static_cast<double>(row_)) / rate_hz_;
      error_s_ = std::max(error_s_, error_s);
      out_of_time_ = out_of_time_ || error_s > allowed_s(t);
      write_row(b, i);
    }
  }

  void finish(OutFolder& out) {
    if (out_of_time_)
      out.fail(fmt::format(
          "{} can't be a BIDS file, which has one rate and no times: at {:.6g} Hz its rows would lie up to "
          "{:.1f} ms from their times; write it as CSV or XDF, or leave it out with --ports",
          port_.path, rate_hz_, error_s_ * 1e3));
    gzip_.finish();
    OrderedJson json;
    json["SamplingFrequency"] = rate_hz_;
    json["StartTime"] = static_cast<double>(port_.survey->first_ns) * 1e-9;
    auto& columns = json["Columns"] = OrderedJson::array();
    for (const auto& f : port_.type->fields()) columns.push_back(f.name);
    json["NominalSamplingFrequency"] = port_.port->rate_hz;
    json["GreatestTimeError"] = error_s_;
    json["ClockUncertainty"] = static_cast<double>(port_.survey->most_uncertainty_ns) * 1e-9;
    json["Recording"] = port_.path;
    for (const auto& f : port_.type->fields()) {
      if (json.contains(f.name)) continue;  // a stranger may call a column "Columns"
      json[f.name]["Description"] = shown_text(port_.port->type);
      if (*f.unit != '\0') json[f.name]["Units"] = f.unit;
    }
    out.write(name_ + ".json", dumped(json));
  }
  double error_s() const { return error_s_; }
  std::uint64_t empty_rows() const { return empty_; }

 private:
  /// How far the row of a sample may lie from its time. A clock of a radio settles, and packets that come late shake
  /// it for seconds: a row of one rate follows neither.
  double allowed_s(std::int64_t t) const {
    const auto& found = *port_.survey;
    const double part = most_part_of_sample + (found.gaps > 0 ? half_a_row : 0);
    const double sure_s = static_cast<double>(found.most_uncertainty_ns) * 1e-9 * most_deviations;
    const double since_s = static_cast<double>(t - found.first_ns) * 1e-9;
    return std::max(part / rate_hz_, std::min(sure_s, most_unsure_s)) + wander * since_s;
  }
  bool leave_empty(double missing, OutFolder& out) {
    if (!(missing + static_cast<double>(empty_) <= static_cast<double>(most_empty_rows))) {
      out.fail(fmt::format(
          "{} has gaps of more than {} samples, and BIDS wants a row for each; write it as CSV, "
          "or leave it out with --ports",
          port_.path, most_empty_rows));
      return false;
    }
    std::string row = "n/a";
    for (std::uint32_t c = 1; c < port_.port->channels; ++c) row += "\tn/a";
    row += '\n';
    for (auto n = static_cast<std::uint64_t>(missing); n > 0; --n, ++row_, ++empty_)
      gzip_.write(row);
    return true;
  }
  void write_row(const RecordedBlock& b, std::uint32_t i) {
    line_.clear();
    for (std::uint32_t c = 0; c < port_.port->channels; ++c) {
      if (c > 0) line_ += '\t';
      const auto v = ExportSession::sample(port_, b, i, c);
      char text[number_room];
      if (v) line_.append(text, static_cast<std::size_t>(write_number(text, *v) - text));
      else line_ += "n/a";
    }
    gzip_.write(line_ += '\n');
    ++row_;
  }
  const ExportedPort& port_;
  std::string name_, line_;
  Gzip gzip_;
  double rate_hz_{}, error_s_{};
  std::uint64_t row_{}, empty_{};
  bool out_of_time_{};
};

/// All that has a time and no rate, of one participant: rows that are sorted when all are there.
class BidsEvents {
 public:
  explicit BidsEvents(std::string name) : name_(std::move(name)) {
    for (const auto* own : {"onset", "duration", "trial_type", "value"}) unique_(own);
  }
  const std::string& name() const { return name_; }

  void add_columns(const ExportedPort& p, const std::string& label) {
    auto& of_port = columns_of_[p.number];
    for (const auto& f : p.type->fields()) {
      of_port.push_back(columns_.size());
      columns_.push_back(unique_(label + "_" + f.name));
      json_[columns_.back()]["Description"] = p.path;
      if (*f.unit != '\0') json_[columns_.back()]["Units"] = f.unit;
    }
  }
  bool add(std::int64_t ns, std::int64_t duration_ns, std::string type, std::string text,
           std::vector<std::pair<std::size_t, std::string>> cells = {}) {
    bytes_ += 100 + type.size() + text.size();
    for (const auto& cell : cells) bytes_ += 40 + cell.second.size();
    if (bytes_ > most_event_bytes) return false;
    rows_.push_back({ns, duration_ns, std::move(type), std::move(text), std::move(cells)});
    return true;
  }
  const std::vector<std::size_t>& columns_of(const ExportedPort& p) {
    return columns_of_[p.number];
  }

  void finish(OutFile& file, OutFolder& out) {
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.ns < b.ns; });
    std::string head = "onset\tduration\ttrial_type\tvalue";
    for (const auto& column : columns_) head += "\t" + column;
    file.write(head + "\n");
    for (const auto& row : rows_) {
      std::vector<std::string> cells(columns_.size(), "n/a");
      for (const auto& [at, text] : row.cells) cells[at] = tsv_cell(text);
      auto line = bids_seconds(row.ns) + "\t" + bids_seconds(row.duration_ns) + "\t" +
                  tsv_cell(row.type) + "\t" + tsv_cell(row.text);
      for (const auto& cell : cells) line += "\t" + cell;
      file.write(line + "\n");
    }
    OrderedJson json;
    json["trial_type"]["Description"] =
        "marker: a mark that a person or device set; gap: a stretch in which a stream measured nothing; else the "
        "stream whose item it is";
    json["value"]["Description"] = "The text of a mark; the stream of a gap";
    json.update(json_);
    out.write(name_ + ".json", dumped(json));
  }

 private:
  struct Row {
    std::int64_t ns, duration_ns;
    std::string type, text;
    std::vector<std::pair<std::size_t, std::string>> cells;
  };
  std::string name_;
  UniqueNames unique_{"_"};
  std::vector<std::string> columns_;
  std::map<std::size_t, std::vector<std::size_t>> columns_of_;
  OrderedJson json_ = OrderedJson::object();
  std::vector<Row> rows_;
  std::size_t bytes_{};
};

struct BidsParticipant {
  std::string label;
  UniqueNames recordings{""};
  std::unique_ptr<BidsEvents> events;
  OutFile* file{};
};

class BidsExport {
 public:
  BidsExport(const ExportSession& session, OutFolder& out, Remarks& remarks)
      : session_(session),
        out_(out),
        remarks_(remarks),
        task_(bids_label(session.head().graph_name)) {}

  void run() {
    out_.write("dataset_description.json", dumped(description()));
    out_.write("README", readme());
    for (const auto& p : session_.ports) open(p);
    if (participants_.empty()) return;
    std::string list = "participant_id\n";
    for (auto& [name, person] : participants_) list += "sub-" + person.label + "\n";
    out_.write("participants.tsv", list);
    session_.each([this](const ExportedPort& p, const RecordedBlock& b) { write(p, b); },
                  [this](std::int64_t ns, const std::string& text) {
                    for (auto& [name, person] : participants_)
                      keep(person.events->add(ns, 0, "marker", text));
                  });
    for (const auto& p : session_.ports) joiners_[p.number].end(gap_of(p));
    for (auto& [number, physio] : physio_) {
      physio.finish(out_);
      remarks_.push_back(fmt::format("{}: {} rows of n/a, times rounded by at most {:.3f} ms",
                                     session_.ports[number].path, physio.empty_rows(),
                                     physio.error_s() * 1e3));
    }
    for (auto& [name, person] : participants_) person.events->finish(*person.file, out_);
  }

 private:
  std::function<void(const SessionGap&)> gap_of(const ExportedPort& p) {
    return [this, &p](const SessionGap& gap) {
      keep(participants_[p.participant].events->add(gap.from_ns, gap.to_ns - gap.from_ns, "gap",
                                                    p.path));
    };
  }
  OrderedJson description() const {
    OrderedJson json;
    json["Name"] = shown_text(session_.head().graph_name);
    json["BIDSVersion"] = "1.8.0";
    json["DatasetType"] = "raw";
    json["GeneratedBy"] =
        OrderedJson::array({{{"Name", "interbeat"}, {"Version", version_text()}}});
    return json;
  }
  std::string readme() const {
    const auto utc = session_.utc_of_zero_ns;
    return fmt::format(
        "One session, recorded by {} and written by `interbeat export --to bids`.\n\n"
        "All onsets and StartTimes are seconds since the session began{}. Physio files have one rate: the one at "
        "which the device ran on the session's clock; n/a: nothing was measured, or no number came.\n",
        shown_text(session_.head().program), utc == IB_NEVER ? "" : " at " + utc_text(utc));
  }

  void open(const ExportedPort& p) {
    auto found = participants_.find(p.participant);
    if (found == participants_.end()) {
      found = participants_.emplace(p.participant, BidsParticipant{}).first;
      auto& person = found->second;
      person.label = labels_(bids_label(p.participant));
      person.events = std::make_unique<BidsEvents>(stem_of(person) + "_events");
      person.file = &out_.open(person.events->name() + ".tsv");
    }
    auto& person = found->second;
    const auto label = person.recordings(bids_label(p.port->name));
    if (p.is_regular() && p.survey->items > 0)
      physio_.try_emplace(p.number, p, out_, stem_of(person) + "_recording-" + label);
    else if (!p.is_regular() && !is_marker(p)) person.events->add_columns(p, label);
    joiners_.resize(session_.ports.size());
  }
  std::string stem_of(const BidsParticipant& person) const {
    return fmt::format("sub-{0}/beh/sub-{0}_task-{1}", person.label, task_);
  }
  static bool is_marker(const ExportedPort& p) {
    return p.port->type == Marker::type().urn && !p.type->fields().empty();
  }
  void keep(bool kept) {
    if (!kept)
      out_.fail(fmt::format(
          "one participant has more than {} MiB of events; choose with --ports, or write CSV",
          most_event_bytes >> 20));
  }
  void write(const ExportedPort& p, const RecordedBlock& b) {
    if (!out_.problem().empty()) return;
    const auto front = joiners_[p.number].block(b, session_.holes(), gap_of(p));
    if (p.is_regular()) {
      const auto physio = physio_.find(p.number);
      if (physio != physio_.end()) physio->second.write(b, front.follows, out_);
      return;
    }
    auto& events = *participants_[p.participant].events;
    for (std::uint32_t i = 0; i < b.n; ++i) {
      if (is_marker(p)) {
        keep(events.add(time_ns(b, i), 0, "marker",
                        session_.cell(p, b, i, p.type->fields().front())));
        continue;
      }
      std::vector<std::pair<std::size_t, std::string>> cells;
      const auto& columns = events.columns_of(p);
      for (std::size_t k = 0; k < columns.size(); ++k)
        if (auto cell = session_.cell(p, b, i, p.type->fields()[k]); !cell.empty())
          cells.emplace_back(columns[k], std::move(cell));
      keep(events.add(time_ns(b, i), 0, p.port->name, "", std::move(cells)));
    }
  }

  const ExportSession& session_;
  OutFolder& out_;
  Remarks& remarks_;
  std::string task_;
  UniqueNames labels_{""};
  std::map<std::string, BidsParticipant> participants_;
  std::map<std::size_t, BidsPhysio> physio_;
  std::vector<GapJoiner> joiners_;
};

}  // namespace

void export_bids(const ExportSession& session, OutFolder& out, Remarks& remarks) {
  BidsExport(session, out, remarks).run();
}

}  // namespace ib::tool
