#include "export/survey.hpp"

#include "export/safe_name.hpp"

#include <interbeat/clock_model.hpp>
#include <interbeat/physio.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace ib::tool {
namespace {

/// The field `name` of an item as a double; none: it has no such number.
std::optional<double> recorded_number(const RecordedPort& port, const std::byte* item,
                                      std::string_view name) {
  for (const auto& f : port.fields) {
    if (f.name != name || f.kind != IB_F64) continue;
    double v{};
    std::memcpy(&v, item + f.offset, sizeof v);
    if (std::isfinite(v)) return v;
  }
  return std::nullopt;
}

class Surveyor {
 public:
  explicit Surveyor(const RecordingHead& head) : head_(head) {
    for (const auto& source : head.sources) {
      auto& s = result_.sources.emplace_back();
      s.ports.resize(source.ports.size());
      joiners_.emplace_back(source.ports.size());
      last_pieces_.emplace_back(source.ports.size());
    }
  }

  void meet(const Record& record) {
    ++result_.records;
    std::visit([this](const auto& r) { count(r); }, record);
  }

  Survey result() {
    for (std::size_t s = 0; s < joiners_.size(); ++s)
      for (std::size_t k = 0; k < joiners_[s].size(); ++k)
        joiners_[s][k].end([&](const auto& gap) { count_gap(result_.sources[s].ports[k], gap); });
    return std::move(result_);
  }

 private:
  static void count_gap(PortSurvey& p, const SessionGap& gap) {
    ++p.gaps;
    p.gap_ns = std::min<std::int64_t>(IB_FOREVER, p.gap_ns + (gap.to_ns - gap.from_ns));
  }
  void reach(std::int64_t ns) {
    if (ns < IB_FOREVER) result_.last_ns = std::max(result_.last_ns, ns);
  }

  void count(const RecordedBlock& b) {
    const auto& port = head_.sources[b.source].ports[b.port];
    auto& source = result_.sources[b.source];
    auto& p = source.ports[b.port];
    ++p.blocks;
    p.items += b.n;
    p.lost += b.lost;
    p.restarts += (b.flags & IB_BLOCK_RESTARTED) != 0 ? 1U : 0U;
    p.bytes += b.items.size_bytes() + b.times.size_bytes() + b.sample_flags.size_bytes() +
               b.gaps.size_bytes();
    p.uncertainty_ns = b.uncertainty_ns;
    p.most_uncertainty_ns = std::max(p.most_uncertainty_ns, b.uncertainty_ns);
    const auto front =
        joiners_[b.source][b.port].block(b, holes_, [&](const auto& gap) { count_gap(p, gap); });
    reach(b.settled_ns);
    if (b.n == 0) return;
    if (p.first_ns == IB_NEVER) p.first_ns = time_ns(b, 0);
    p.last_ns = time_ns(b, b.n - 1);
    reach(p.last_ns);
    if (port.rate_hz > 0) {
      count_steps(b, front, p);
      count_samples(port, b, p);
    }
    if (port.type == ClockModel::type().urn) keep_clock(port, b, source);
    if (port.type == Marker::type().urn) count_marks(port, b);
  }

  static void count_steps(const RecordedBlock& b, const Continuity::Front& front, PortSurvey& p) {
    const auto first_ns = time_ns(b, 0);
    p.steps += b.n - 1;
    p.steps_ns += p.last_ns - first_ns;
    if (!front.follows) return;
    // From one piece of its clock to the next a step may be of any length, and a leap is none.
    const auto step = first_ns - front.last_ns;
    const auto period = b.anchor.dt_q32 >> 32;
    if (step < period / 2 || step > 2 * period) return;
    ++p.steps;
    p.steps_ns += step;
  }
  void count_samples(const RecordedPort& port, const RecordedBlock& b, PortSurvey& p) {
    auto& piece = last_pieces_[b.source][b.port];
    if (std::memcmp(&piece, &b.anchor, sizeof piece) != 0) {
      piece = b.anchor;
      ++p.pieces;
    }
    const double period_ns = static_cast<double>(b.anchor.dt_q32) / 4294967296.0;
    p.rate_hz = 1e9 / period_ns;
    p.least_period_ns = p.least_period_ns > 0 ? std::min(p.least_period_ns, period_ns) : period_ns;
    if (p.ranges.empty() && ranges_ + port.channels <= Survey::most_ranges) {
      p.ranges.resize(port.channels);  // not before: a head may promise any number of them
      ranges_ += port.channels;
    }
    for (std::uint32_t i = 0; i < b.n; ++i) {
      if (is_bridged(b, i)) {
        ++p.bridged;
        continue;
      }
      for (std::uint32_t c = 0; c < port.channels; ++c) {
        float v{};
        std::memcpy(&v, b.items.data() + std::size_t{i} * port.item_bytes + c * sizeof v, sizeof v);
        if (!std::isfinite(v)) {
          ++p.not_finite;
          continue;
        }
        if (p.ranges.empty()) continue;
        auto& range = p.ranges[c];
        range.least = range.any ? std::min(range.least, v) : v;
        range.most = range.any ? std::max(range.most, v) : v;
        range.any = true;
      }
    }
  }

  static void keep_clock(const RecordedPort& port, const RecordedBlock& b, SourceSurvey& source) {
    const auto* item = b.items.data() + std::size_t{b.n - 1} * port.item_bytes;
    if (!source.clock) source.clock.emplace();
    auto& clock = *source.clock;
    clock.models += b.n;
    clock.rate_ppm = recorded_number(port, item, "rate_ppm");
    clock.jitter_ms = recorded_number(port, item, "jitter_ms");
    clock.delay_least_ms = recorded_number(port, item, "delay_least_ms");
    clock.delay_most_ms = recorded_number(port, item, "delay_most_ms");
  }

  void count_marks(const RecordedPort& port, const RecordedBlock& b) {
    result_.marks += b.n;
    const auto text = std::find_if(port.fields.begin(), port.fields.end(),
                                   [](const auto& f) { return f.kind == IB_TEXT; });
    for (std::uint32_t i = 0; i < b.n && result_.first_marks.size() < Survey::most_marks; ++i) {
      const auto* item = b.items.data() + std::size_t{i} * port.item_bytes;
      std::string_view what;
      if (text != port.fields.end()) {
        const auto* at = reinterpret_cast<const char*>(item + text->offset);
        what = {at, strnlen(at, text->count)};
      }
      result_.first_marks.push_back({time_ns(b, i),
                                     shown_text(head_.sources[b.source].path + "." + port.name),
                                     shown_text(what)});
    }
  }
  void count(const LogEntry& e) {
    using Kind = LogEntry::Kind;
    if (e.kind == Kind::event) {
      ++result_.changes;
      if (result_.first_changes.size() < Survey::most_changes)
        result_.first_changes.push_back({e.time.ns, e.source, e.param, e.number});
    } else if (e.kind == Kind::outage) {
      ++result_.outages;
    } else {
      ++result_.sources[e.source].entries;
      if (e.kind == Kind::finished) result_.sources[e.source].finished = true;
    }
    if (e.kind == Kind::until) reach(e.time.ns);
  }
  void count(const Checkpoint& c) {
    ++result_.checkpoints;
    reach(c.settled.ns);
  }
  void count(const RecordedNote& n) {
    if (const auto text = mark_text(n)) {
      ++result_.marks;
      if (result_.first_marks.size() < Survey::most_marks)
        result_.first_marks.push_back({n.session.ns, "", shown_text(*text)});
    }
    if (result_.notes.size() < Survey::most_note_kinds || result_.notes.count(n.kind) > 0)
      ++result_.notes[n.kind];
  }
  void count(const RecordingEnd& e) {
    result_.end = e;
    reach(e.settled.ns);
  }
  void count(const RecordedPacket& p) {
    auto& packets = result_.sources[p.source].packets;
    ++packets.records;
    if ((p.flags & (IB_PACKET_CONNECTED | IB_PACKET_DISCONNECTED)) == 0) ++packets.packets;
    packets.bytes += p.bytes.size();
    packets.lost += p.lost;
    reach(p.arrival_ns);
  }
  void count(const RecordsLost& l) {
    result_.lost_records += l.records;
    ++holes_;
  }

  const RecordingHead& head_;
  Survey result_;
  std::vector<std::vector<GapJoiner>> joiners_;
  std::vector<std::vector<ib_anchor>> last_pieces_;
  std::uint64_t holes_{};
  std::size_t ranges_{};
};

}  // namespace

double PortSurvey::period_ns(double declared_hz) const {
  const double declared = 1e9 / declared_hz;
  const double found =
      steps > 0 ? static_cast<double>(steps_ns) / static_cast<double>(steps) : 1e9 / rate_hz;
  return found > declared / 2 && found < declared * 2 ? found : declared;
}

Survey survey(Recording& recording) {
  Surveyor surveyor(recording.head());
  while (const auto* record = recording.next()) surveyor.meet(*record);
  auto result = surveyor.result();
  result.problem = recording.problem();
  return result;
}

std::optional<std::string> mark_text(const RecordedNote& note) {
  if (note.kind != "mark") return std::nullopt;
  const auto json = nlohmann::json::parse(note.json, nullptr, false);
  if (json.is_object() && json.contains("text") && json["text"].is_string())
    return json["text"].get<std::string>();
  return note.json;  // whatever it says, it is a mark
}

}  // namespace ib::tool
