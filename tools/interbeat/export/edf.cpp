// EDF+ and BDF+: a file per port, because each has a clock of its own and EDF has one for all signals of a file.
// A regular port: its samples in records of about a second, EDF+C where they follow each other at one rate within
// what their clock is sure of, else EDF+D, in which each record says when it begins. A sample that is missing inside of a record
// is the lowest digital value. Everything else: a file of annotations alone.
#include "export/edf_cutter.hpp"
#include "export/edf_file.hpp"
#include "export/safe_name.hpp"
#include "export/session.hpp"

#include <interbeat/physio.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace ib::tool {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr double least_tolerance_ns = 1e6;
/// Of one file; a session has some hundreds. More than these are no remarks any more, but data.
constexpr std::size_t most_annotation_bytes = 64 << 20;
/// The same, of all files of an export: the session's marks stand in each.
constexpr std::size_t most_annotation_bytes_in_all = std::size_t{512} << 20;
/// Of one text, 3800 bytes.
constexpr std::size_t most_annotations_of_a_text = 16;
/// What the specification of EDF advises as the greatest record.
constexpr std::size_t most_record_bytes = 61440;
/// How far the eight characters of a record's length may be from it, as a part.
constexpr double most_rounding = 0.01;
/// A file of more than so many bytes whose places are nearly all empty, one sample in a hundred, is none that
/// anybody wants: samples without number can be promised in few bytes.
constexpr std::uint64_t most_sparse_bytes = 64 << 20, least_filled_part = 100;

/// A length of at most eight characters, rounded down, and what it reads as.
std::string duration_text(double seconds, double& as_read) {
  auto text = fmt::format("{:.7f}", seconds + 1e-8);
  text.resize(std::min<std::size_t>(text.size(), 8));
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  std::from_chars(text.data(), text.data() + text.size(), as_read);
  return text;
}

/// Which period the records have. Tried one after the other: the first with which all samples follow each other
/// is kept; with the last, each record says when it begins.
enum class EdfPeriod { declared, mean, least };

/// What is known of one file before it is written.
struct EdfPlan {
  EdfPeriod of{EdfPeriod::declared};
  std::uint32_t samples{};  ///< in a record, of each signal
  double period_ns{};       ///< of one sample, as the record's length says
  std::string duration;     ///< of a record
  std::uint64_t records{};
  std::uint64_t items{};
  double ideal_error_ns{};        ///< greatest, if all samples followed each other
  std::int64_t place_error_ns{};  ///< greatest, where each record says when it begins
  double
      tolerance_ns{};  ///< of `ideal_error_ns`: one standard deviation of the clock, at least 1 ms,
                       ///< and less than what would hide a missing sample
  bool continuous() const { return ideal_error_ns <= tolerance_ns; }
};

/// One port on its way into its file.
class EdfPort {
 public:
  EdfPort(const ExportSession& session, const ExportedPort& p, EdfKind kind, OutFile& file)
      : session_(session), port_(p), kind_(kind), file_(file) {}

  bool has_samples() const { return port_.is_regular() && port_.survey->items > 0; }
  const EdfPlan& plan() const { return plan_; }
  const std::vector<EdfScale>& scales() const { return scales_; }
  std::size_t notes_left_out() const { return notes_.size() - next_note_; }
  std::size_t note_bytes() const { return note_bytes_; }
  std::size_t cut_texts() const { return cut_texts_; }
  bool too_many_notes() const { return note_bytes_ > most_annotation_bytes; }

  // -- first passes: what annotations say, and whether one rate fits all samples

  void add_note(std::int64_t from_ns, std::int64_t duration_ns, std::string_view text) {
    if (too_many_notes()) return;
    bool cut = false;
    auto texts = edf_texts(shown_text(text, most_edf_text * most_annotations_of_a_text),
                           most_annotations_of_a_text, cut);
    cut = cut || text.size() > most_edf_text * most_annotations_of_a_text;
    cut_texts_ += cut ? 1U : 0U;
    for (auto& part : texts) {
      note_bytes_ += part.size() + 40;
      notes_.push_back({from_ns, duration_ns, std::move(part)});
    }
  }
  void add_gaps(const RecordedBlock* b) {
    const auto note = [this](const SessionGap& gap) {
      add_note(gap.from_ns, gap.to_ns - gap.from_ns, "not measured");
    };
    if (b != nullptr) joiner_.block(*b, session_.holes(), note);
    else joiner_.end(note);
  }
  void add_items(const RecordedBlock& b) {
    const bool marker = port_.port->type == Marker::type().urn;
    for (std::uint32_t i = 0; i < b.n; ++i) {
      std::string text = marker ? "" : shown_text(port_.port->name, 40);
      for (const auto& f : port_.type->fields()) {
        const auto cell = session_.cell(port_, b, i, f);
        if (marker) text += cell;
        else if (!cell.empty()) text += fmt::format(" {}={}", f.name, cell);
      }
      add_note(time_ns(b, i), -1, text);
    }
  }
  /// False: eight characters can't say the length of a record; the plan is as before.
  bool try_period(EdfPeriod of) {
    EdfPlan plan;
    plan.of = of;
    plan.samples = static_cast<std::uint32_t>(
        std::clamp(std::round(port_.port->rate_hz), 1.0,
                   std::max(1.0, static_cast<double>(most_record_bytes / sample_bytes()))));
    const double wanted_s = plan.samples * period_ns(of) * 1e-9;
    double length_s{};
    plan.duration = duration_text(wanted_s, length_s);
    if (!(length_s > 0) || std::abs(length_s - wanted_s) > most_rounding * wanted_s) return false;
    plan.period_ns = length_s * 1e9 / plan.samples;
    plan.tolerance_ns = std::max(
        least_tolerance_ns,
        std::min(static_cast<double>(port_.survey->most_uncertainty_ns), plan.period_ns / 4));
    plan_ = plan;
    cutter_.emplace(plan_.samples, plan_.period_ns);
    return true;
  }
  void measure(const RecordedBlock& b) {
    for (std::uint32_t i = 0; i < b.n; ++i) {
      const auto t = time_ns(b, i);
      const auto place = cutter_->place(t);
      const auto number = static_cast<double>(place.record) * plan_.samples + place.slot;
      const auto since = static_cast<double>(t - port_.survey->first_ns);
      plan_.records = place.record + 1;
      ++plan_.items;
      plan_.place_error_ns = std::max(plan_.place_error_ns, std::abs(place.error_ns));
      plan_.ideal_error_ns =
          std::max(plan_.ideal_error_ns, std::abs(since - number * plan_.period_ns));
    }
  }
  /// Another period is worth a pass.
  bool next_period() {
    if (!has_samples() || plan_.continuous() || plan_.of == EdfPeriod::least) return false;
    const bool mean = plan_.of == EdfPeriod::declared && port_.survey->gaps == 0;
    return try_period(mean ? EdfPeriod::mean : EdfPeriod::least);
  }

  /// Why it can't be a file, for the end of a sentence; empty: it can.
  std::string problem() const {
    if (too_many_notes())
      return fmt::format("it has more than {} MiB of annotations", most_annotation_bytes >> 20);
    if (!has_samples()) return {};
    const auto bytes = plan_.records * plan_.samples * sample_bytes();
    if (bytes > most_sparse_bytes &&
        plan_.records * plan_.samples > least_filled_part * plan_.items)
      return fmt::format("it would have {} MiB, nearly all of them places of no sample",
                         bytes >> 20);
    if (plan_.records > most_edf_records)
      return fmt::format("it would have {} records, and its head can say {}", plan_.records,
                         most_edf_records);
    if (!plan_.continuous() &&
        static_cast<double>(plan_.place_error_ns) > std::max(least_tolerance_ns, plan_.period_ns))
      return fmt::format("samples would stand up to {:.3f} ms from their times",
                         static_cast<double>(plan_.place_error_ns) * 1e-6);
    return {};
  }
  /// When its file begins on the session's clock: a whole second of UTC, or else of the session.
  std::int64_t zero_ns(std::int64_t utc_of_zero_ns) const {
    std::int64_t first_ns = 0;
    if (has_samples()) first_ns = port_.survey->first_ns;
    else if (!notes_.empty())
      first_ns = std::min_element(notes_.begin(), notes_.end(), is_before)->onset_ns;
    const auto since = utc_of_zero_ns == IB_NEVER ? first_ns : utc_of_zero_ns + first_ns;
    return first_ns - ((since % second_ns) + second_ns) % second_ns;
  }

  // -- the last pass

  /// `day_ns`: the UTC of session time 0, or what stands for it. False: eight characters can't say its values.
  bool begin(std::int64_t zero_ns, std::int64_t day_ns, bool dated) {
    std::stable_sort(notes_.begin(), notes_.end(), is_before);
    zero_ns_ = zero_ns;
    EdfHead head;
    head.kind = kind_;
    head.start_utc_ns = day_ns + zero_ns_;
    head.dated = dated;
    if (session_.names) head.patient = "X X X " + safe_name(port_.participant);
    if (has_samples() && !describe_samples(head)) return false;
    if (!has_samples()) head.duration = "0";
    head.annotation_bytes = annotation_room();
    room_ = head.annotation_bytes;
    edf_.emplace(file_, head);
    return true;
  }
  void put(const RecordedBlock& b) {
    for (std::uint32_t i = 0; i < b.n; ++i) {
      const auto place = cutter_->place(time_ns(b, i));
      if (begun_ && place.record != record_number_) write_record();
      begun_ = true;
      record_number_ = place.record;
      record_onset_ns_ = cutter_->onset_ns();
      for (std::uint32_t c = 0; c < record_.size(); ++c)
        if (const auto v = session_.sample(port_, b, i, c))
          record_[c][place.slot] = scales_[c].digital(static_cast<double>(*v));
    }
  }
  void finish() {
    if (begun_) write_record();
    // Annotations alone: as many records as they need, and one if there are none.
    if (!has_samples()) do
        write_record();
      while (next_note_ < notes_.size());
    edf_->finish();
  }

 private:
  static bool is_before(const EdfAnnotation& a, const EdfAnnotation& b) {
    return a.onset_ns < b.onset_ns;
  }
  /// Of one sample of all channels.
  std::size_t sample_bytes() const {
    return std::size_t{port_.port->channels} * (kind_ == EdfKind::edf ? 2 : 3);
  }
  double period_ns(EdfPeriod of) const {
    if (of == EdfPeriod::least) return port_.survey->least_period_ns;
    if (of == EdfPeriod::mean) return port_.survey->period_ns(port_.port->rate_hz);
    return 1e9 / port_.port->rate_hz;
  }
  std::string bytes_of(const EdfAnnotation& note) const {
    return edf_bytes({note.onset_ns - zero_ns_, note.duration_ns, note.text});
  }

  bool describe_samples(EdfHead& head) {
    head.continuous = plan_.continuous();
    head.duration = plan_.duration;
    head.samples = plan_.samples;
    const auto& fields = port_.type->fields();
    for (std::size_t c = 0; c < port_.survey->ranges.size(); ++c) {
      const auto& range = port_.survey->ranges[c];
      EdfScale scale;
      if (!EdfScale::of(static_cast<double>(range.least), static_cast<double>(range.most), kind_,
                        scale))
        return false;
      scales_.push_back(scale);
      head.signals.push_back({fields[c].name, fields[c].unit, scale});
    }
    cutter_.emplace(plan_.samples, plan_.period_ns);
    record_.assign(scales_.size(), std::vector<std::int32_t>(plan_.samples));
    empty_record();
    return true;
  }
  /// In a record of samples: its start, its share of the notes, and one that does not fit the share.
  std::uint32_t annotation_room() const {
    std::size_t longest = 0, all = 0;
    for (const auto& note : notes_) {
      const auto size = bytes_of(note).size();
      longest = std::max(longest, size);
      all += size;
    }
    const auto start = edf_bytes_of_start(second_ns * 1'000'000'000).size() + 8;
    const auto room = has_samples()
                          ? start + longest + all / std::max<std::uint64_t>(1, plan_.records)
                          : start + std::min(all, most_record_bytes);
    return static_cast<std::uint32_t>((room + 5) / 6 * 6);
  }
  void empty_record() {
    for (std::size_t c = 0; c < record_.size(); ++c)
      std::fill(record_[c].begin(), record_[c].end(), scales_[c].lowest);
  }
  std::int64_t onset() const {
    if (!has_samples()) return 0;
    if (!plan_.continuous()) return record_onset_ns_ - zero_ns_;
    const double length_ns = plan_.period_ns * plan_.samples;
    return port_.survey->first_ns - zero_ns_ +
           std::llround(static_cast<double>(record_number_) * length_ns);
  }
  void write_record() {
    auto annotations = edf_bytes_of_start(onset());
    for (; next_note_ < notes_.size(); ++next_note_) {
      const auto bytes = bytes_of(notes_[next_note_]);
      if (annotations.size() + bytes.size() > room_) break;
      annotations += bytes;
    }
    edf_->write_record(record_, annotations);
    empty_record();
  }

  const ExportSession& session_;
  const ExportedPort& port_;
  EdfKind kind_;
  OutFile& file_;
  GapJoiner joiner_;
  std::vector<EdfAnnotation> notes_;  // onsets in session time
  std::size_t note_bytes_{}, cut_texts_{}, next_note_{}, room_{};
  EdfPlan plan_;
  std::optional<EdfCutter> cutter_;
  std::optional<EdfFile> edf_;
  std::vector<EdfScale> scales_;
  std::vector<std::vector<std::int32_t>> record_;
  std::int64_t zero_ns_{}, record_onset_ns_{};
  std::uint64_t record_number_{};
  bool begun_{};
};

std::string remark_of(const ExportedPort& p, const EdfPort& e, EdfKind kind) {
  std::size_t worst = 0;
  for (std::size_t c = 1; c < e.scales().size(); ++c)
    if (e.scales()[c].error() > e.scales()[worst].error()) worst = c;
  const auto& range = p.survey->ranges[worst];
  const double width = static_cast<double>(range.most) - static_cast<double>(range.least);
  const double error = e.scales()[worst].error();
  const double late_ns = e.plan().continuous() ? e.plan().ideal_error_ns
                                               : static_cast<double>(e.plan().place_error_ns);
  const std::string unit = p.type->fields()[worst].unit;
  return fmt::format("{}: {}+{}, values rounded by at most {:.3g}{}{}, times by at most {:.3f} ms",
                     p.path, kind == EdfKind::edf ? "EDF" : "BDF",
                     e.plan().continuous() ? "C" : "D", error, unit.empty() ? "" : " " + unit,
                     width > 0 ? fmt::format(" ({:.2g} of their range)", error / width) : "",
                     late_ns * 1e-6);
}

/// What the heads of all files of an export say of when they begin, so that they lie on one clock: UTC; or, where
/// nobody knows it, the first day of EDF's calendar, at whose midnight the session began. What was measured before
/// that shifts all by the same whole seconds.
class EdfTimes {
 public:
  EdfTimes(const ExportSession& session, const std::deque<EdfPort>& ports) {
    const auto utc = session.utc_of_zero_ns;
    dated_ =
        edf_can_date(utc) && edf_can_date(utc + std::max<std::int64_t>(0, session.survey.last_ns));
    day_ns_ = utc_of_zero_ns_ = utc;
    if (dated_) return;
    utc_of_zero_ns_ = IB_NEVER;
    std::int64_t first_ns = 0;
    for (const auto& e : ports) first_ns = std::min(first_ns, e.zero_ns(IB_NEVER));
    day_ns_ = edf_first_day_ns - first_ns;
  }
  bool dated() const { return dated_; }
  std::int64_t utc_of_zero_ns() const { return utc_of_zero_ns_; }
  std::int64_t day_ns() const { return day_ns_; }

 private:
  bool dated_{};
  std::int64_t utc_of_zero_ns_{IB_NEVER}, day_ns_{};
};

void export_as(EdfKind kind, const ExportSession& session, OutFolder& out, Remarks& remarks) {
  std::deque<EdfPort> ports;
  for (const auto& p : session.ports)
    ports.emplace_back(session, p, kind,
                       out.open(p.file_name + (kind == EdfKind::edf ? ".edf" : ".bdf")));
  const auto refuse = [&out](const ExportedPort& p, const std::string& why) {
    out.fail(fmt::format(
        "{} can't be an EDF file: {}; write it as CSV or XDF, or leave it out with --ports", p.path,
        why));
  };
  for (const auto& p : session.ports) {
    if (!ports[p.number].has_samples()) continue;
    if (p.port->channels > most_edf_signals || p.survey->ranges.empty())
      return refuse(p, fmt::format("it has {} channels, and its head can say {}", p.port->channels,
                                   most_edf_signals));
    if (!ports[p.number].try_period(EdfPeriod::declared))
      return refuse(p, "eight characters can't say its rate");
  }
  session.each(
      [&](const ExportedPort& p, const RecordedBlock& b) {
        auto& e = ports[p.number];
        e.add_gaps(&b);
        if (p.is_regular()) e.measure(b);
        else e.add_items(b);
      },
      [&](std::int64_t ns, const std::string& text) {
        for (auto& e : ports) e.add_note(ns, -1, text);
      });
  for (auto& e : ports) e.add_gaps(nullptr);
  for (bool any = true; any;) {
    any = false;
    std::vector<bool> again;
    for (auto& e : ports) any |= again.emplace_back(e.next_period());
    if (any)
      session.each([&](const ExportedPort& p, const RecordedBlock& b) {
        if (again[p.number]) ports[p.number].measure(b);
      });
  }
  std::size_t note_bytes = 0;
  for (const auto& p : session.ports) {
    if (const auto why = ports[p.number].problem(); !why.empty()) return refuse(p, why);
    note_bytes += ports[p.number].note_bytes();
  }
  if (note_bytes > most_annotation_bytes_in_all)
    return out.fail(
        fmt::format("all files together would have more than {} MiB of annotations; choose with "
                    "--ports, or write CSV or XDF",
                    most_annotation_bytes_in_all >> 20));
  const EdfTimes times(session, ports);
  for (const auto& p : session.ports)
    if (auto& e = ports[p.number];
        !e.begin(e.zero_ns(times.utc_of_zero_ns()), times.day_ns(), times.dated()))
      return refuse(p, "eight characters can't say its values");
  session.each([&](const ExportedPort& p, const RecordedBlock& b) {
    if (p.is_regular()) ports[p.number].put(b);
  });
  for (const auto& p : session.ports) {
    auto& e = ports[p.number];
    e.finish();
    if (e.has_samples()) remarks.push_back(remark_of(p, e, kind));
    if (e.notes_left_out() > 0)
      remarks.push_back(
          fmt::format("{}: {} annotations found no room", p.path, e.notes_left_out()));
    if (e.cut_texts() > 0)
      remarks.push_back(
          fmt::format("{}: {} texts of more than {} annotations were cut; CSV has "
                      "them whole",
                      p.path, e.cut_texts(), most_annotations_of_a_text));
  }
}

}  // namespace

void export_edf(const ExportSession& session, OutFolder& out, Remarks& remarks) {
  export_as(EdfKind::edf, session, out, remarks);
}

void export_bdf(const ExportSession& session, OutFolder& out, Remarks& remarks) {
  export_as(EdfKind::bdf, session, out, remarks);
}

}  // namespace ib::tool
