#include "info_text.hpp"

#include "export/safe_name.hpp"
#include "files/recorded_utc.hpp"
#include "run_record.hpp"
#include "text_table.hpp"
#include "wrap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ib::tool {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t most_shown_changes = 20;

double ns_in_seconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }

std::string bytes_text(double bytes) {
  return bytes < 1e6 ? fmt::format("{:.1f} kB", bytes * 1e-3)
                     : fmt::format("{:.1f} MB", bytes * 1e-6);
}

/// "1:02:03.500"
std::string length_text(double s) {
  const auto ms = std::llround(s * 1e3);
  return fmt::format("{}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

double clock_ppm(const RecordedPort& port, const PortSurvey& p) {
  return (p.rate_hz / port.rate_hz - 1) * 1e6;
}

/// Of something that grew for so long, in an hour.
double hourly(double bytes, double length_s) { return length_s > 0 ? bytes * 3600 / length_s : 0; }

std::string source_state(const RecordingInfo& info, std::size_t source) {
  if (info.survey->sources[source].finished) return "finished";
  return info.survey->end ? "open" : "broke off";
}

bool is_absent_port(const RecordedPort& port) {
  return (port.stream_flags & IB_STREAM_ABSENT) != 0;
}

const char* grade_word(std::uint32_t grade) {
  switch (grade) {
    case IB_GRADE_RAW: return "raw";
    case IB_GRADE_BEATS: return "beats";
    case IB_GRADE_METRICS: return "metrics";
    case IB_GRADE_STATE: return "state";
    case IB_GRADE_TREND: return "trend";
    default: return "";
  }
}

std::string how_it_ended(const RecordingInfo& info) {
  const auto& s = *info.survey;
  if (s.end) return "finished";
  if (!s.problem.empty()) return "damaged from there on";
  return "broke off: the program that wrote it was stopped, or still writes";
}

std::string utc_words(const RecordingHead& h) {
  const auto utc = files::utc_of_zero(h);
  if (utc == IB_NEVER) return "nobody knows when";
  return utc_text(utc) + (h.session_start_utc_ns == IB_NEVER ? ", as its files say" : "");
}

class InfoText {
 public:
  InfoText(const RecordingInfo& info, std::size_t room) : i_(info), room_(room) {}

  std::string text() {
    facts();
    sources();
    ports();
    clocks();
    plugins();
    changes();
    marks();
    problems();
    return text_;
  }

 private:
  void fact(const std::string& name, const std::string& what) {
    text_ += fmt::format("  {:<12}{}\n", name, what);
  }
  void section(const std::string& title, const TextTable& table) {
    if (!table.empty()) text_ += "\n" + title + "\n" + table.text(2, room_);
  }

  void facts() {
    const auto& h = *i_.head;
    const auto& s = *i_.survey;
    text_ += fmt::format("{}: a recording\n", shown_text(i_.file, 4096));
    fact("graph",
         fmt::format("{}, hash {:016x}, seed {}", shown_text(h.graph_name), h.graph_hash, h.seed));
    fact("began", utc_words(h));
    fact("length", fmt::format("{}; {}", length_text(i_.length_s()), how_it_ended(i_)));
    fact("written by",
         fmt::format("{} ({}, {})", shown_text(h.program), shown_text(h.build), shown_text(h.cpu)));
    fact("format", fmt::format("version {}, session {}, part {}{}", i_.version, i_.session, i_.part,
                               i_.parts > 1 ? fmt::format(" and {} behind it", i_.parts - 1) : ""));
    const auto bytes = static_cast<double>(i_.bytes);
    fact("size", fmt::format("{}, {} an hour", bytes_text(bytes),
                             bytes_text(hourly(bytes, i_.length_s()))));
    fact("holds",
         fmt::format("{} records: {} marks, {} param changes, {} outages of nodes, {} checkpoints",
                     s.records, s.marks, s.changes, s.outages, s.checkpoints));
    std::string notes;
    for (const auto& [kind, n] : s.notes)
      notes += fmt::format("{}{} {}", notes.empty() ? "" : ", ", n, shown_text(kind, 40));
    if (!notes.empty()) fact("notes", notes);
  }
  void sources() {
    TextTable table({"source", "owner", "type", "opened as", "packets", "an hour", ""});
    for (std::size_t k = 0; k < i_.head->sources.size(); ++k) {
      const auto& source = i_.head->sources[k];
      table.row({shown_text(source.path), source.owner.empty() ? "-" : shown_text(source.owner),
                 shown_text(source.type + " " + source.version), shown_text(source.uri),
                 source.packet_channels.empty()
                     ? "-"
                     : std::to_string(i_.survey->sources[k].packets.packets),
                 bytes_text(hourly(i_.bytes_of(k), i_.length_s())),
                 source_state(i_, k) + (source.simulated != 0 ? ", simulated" : "")});
    }
    section("Sources", table);
  }
  /// `each(source, port, its survey)` for each port that is there.
  template <class Each>
  void each_port(Each each) const {
    for (std::size_t s = 0; s < i_.head->sources.size(); ++s)
      for (std::size_t k = 0; k < i_.head->sources[s].ports.size(); ++k)
        each(i_.head->sources[s], i_.head->sources[s].ports[k], i_.survey->sources[s].ports[k]);
  }
  void ports() {
    TextTable table({"stream", "type", "rate Hz", "items", "from s", "to s", "gaps", "missing s",
                     "lost", "kB"});
    each_port([&](const RecordedSource& source, const RecordedPort& port, const PortSurvey& p) {
      if (is_absent_port(port)) return;
      table.row(
          {shown_text(source.path + "." + port.name), shown_text(port.type),
           port.rate_hz > 0 ? fmt::format("{:.6g}", port.rate_hz) : "-", std::to_string(p.items),
           p.items > 0 ? fmt::format("{:.3f}", ns_in_seconds(p.first_ns)) : "-",
           p.items > 0 ? fmt::format("{:.3f}", ns_in_seconds(p.last_ns)) : "-",
           std::to_string(p.gaps), fmt::format("{:.3f}", ns_in_seconds(p.gap_ns)),
           std::to_string(p.lost), fmt::format("{:.1f}", static_cast<double>(p.bytes) * 1e-3)});
    });
    section("Streams", table);
  }
  void clocks() {
    TextTable table({"clock of", "runs at Hz", "ppm", "pieces", "uncertainty ms", "at most ms"});
    each_port([&](const RecordedSource& source, const RecordedPort& port, const PortSurvey& p) {
      if (port.rate_hz <= 0 || p.items == 0) return;
      table.row({shown_text(source.path + "." + port.name), fmt::format("{:.6f}", p.rate_hz),
                 fmt::format("{:+.1f}", clock_ppm(port, p)), std::to_string(p.pieces),
                 fmt::format("{:.3f}", ns_in_seconds(p.uncertainty_ns) * 1e3),
                 fmt::format("{:.3f}", ns_in_seconds(p.most_uncertainty_ns) * 1e3)});
    });
    section("Clocks", table);
    TextTable models({"model of", "models", "ppm", "jitter ms", "delay at least ms", "at most ms"});
    const auto number = [](const std::optional<double>& x) {
      return x ? fmt::format("{:.3f}", *x) : "-";
    };
    for (std::size_t k = 0; k < i_.head->sources.size(); ++k)
      if (const auto& c = i_.survey->sources[k].clock)
        models.row({shown_text(i_.head->sources[k].path), std::to_string(c->models),
                    number(c->rate_ppm), number(c->jitter_ms), number(c->delay_least_ms),
                    number(c->delay_most_ms)});
    section("Last clock models", models);
  }
  void plugins() {
    TextTable table({"plugin", "version", "hash of its file"});
    for (const auto& p : i_.head->plugins)
      table.row({shown_text(p.id), shown_text(p.version), shown_text(p.file_hash)});
    section("Plugins", table);
  }
  void changes() {
    TextTable table({"at s", "node", "param", "became"});
    const auto& list = i_.survey->first_changes;
    const auto n = std::min(list.size(), most_shown_changes);
    for (std::size_t k = 0; k < n; ++k)
      table.row(
          {fmt::format("{:.3f}", ns_in_seconds(list[k].time_ns)),
           shown_text(i_.head->nodes[list[k].node]),
           i_.params[k] != nullptr ? i_.params[k]->name : fmt::format("no. {}", list[k].param),
           became(i_.params[k], list[k].value)});
    section("Changes", table);
    and_more(i_.survey->changes - n);
  }
  /// "0.5 Hz", "median".
  static std::string became(const ib_param* param, double value) {
    if (param == nullptr) return fmt::format("{}", value);
    if (param->kind == IB_CHOICE && value >= 0 && value < param->n_labels)
      return param->labels[static_cast<std::size_t>(value)];
    if (param->kind == IB_BOOLEAN) return value != 0 ? "true" : "false";
    const std::string unit =
        param->unit != nullptr && param->unit != std::string_view("1") ? param->unit : "";
    return fmt::format("{}{}{}", value, unit.empty() ? "" : " ", unit);
  }
  void marks() {
    TextTable table({"at s", "marked by", "text"});
    auto list = i_.survey->first_marks;
    std::stable_sort(list.begin(), list.end(),
                     [](const auto& a, const auto& b) { return a.time_ns < b.time_ns; });
    for (const auto& mark : list)
      table.row({fmt::format("{:.3f}", ns_in_seconds(mark.time_ns)),
                 mark.source.empty() ? "session" : mark.source, mark.text});
    section("Marks", table);
    and_more(i_.survey->marks - list.size());
  }
  void and_more(std::uint64_t n) {
    if (n > 0) text_ += fmt::format("  and {} more\n", n);
  }
  void problems() {
    const auto& s = *i_.survey;
    const auto problem = [this](const std::string& what) {
      text_ += "\n" + wrapped_text(what, room_);
    };
    if (!i_.page_problem.empty()) problem(shown_text(i_.page_problem, 1000));
    if (!s.problem.empty()) problem("Damaged: " + shown_text(s.problem, 1000));
    if (s.lost_records > 0)
      problem(
          fmt::format("{} records were lost when it was written: a replay ends in front of them.",
                      s.lost_records));
  }

  const RecordingInfo& i_;
  std::size_t room_;
  std::string text_;
};

OrderedJson seconds_or_null(std::int64_t ns) {
  return ns == IB_NEVER ? OrderedJson(nullptr) : OrderedJson(ns_in_seconds(ns));
}

OrderedJson port_info(const RecordedPort& port, const PortSurvey& p) {
  OrderedJson j{{"name", port.name},         {"type", port.type},
                {"unit", port.unit},         {"grade", grade_word(port.grade)},
                {"channels", port.channels}, {"absent", is_absent_port(port)}};
  j["rate_hz"] = port.rate_hz > 0 ? OrderedJson(port.rate_hz) : OrderedJson(nullptr);
  j["items"] = p.items;
  j["blocks"] = p.blocks;
  j["bytes"] = p.bytes;
  j["first_s"] = seconds_or_null(p.first_ns);
  j["last_s"] = seconds_or_null(p.last_ns);
  j["gaps"] = p.gaps;
  j["gap_s"] = ns_in_seconds(p.gap_ns);
  j["lost"] = p.lost;
  j["bridged"] = p.bridged;
  j["not_finite"] = p.not_finite;
  j["restarts"] = p.restarts;
  if (port.rate_hz > 0 && p.items > 0)
    j["clock"] = {{"rate_hz", p.rate_hz},
                  {"rate_ppm", clock_ppm(port, p)},
                  {"pieces", p.pieces},
                  {"uncertainty_ms", ns_in_seconds(p.uncertainty_ns) * 1e3},
                  {"most_uncertainty_ms", ns_in_seconds(p.most_uncertainty_ns) * 1e3}};
  return j;
}

OrderedJson clock_info(const ClockSurvey& c) {
  OrderedJson j{{"models", c.models}};
  const auto put = [&](const char* name, const std::optional<double>& x) {
    j[name] = x ? OrderedJson(*x) : OrderedJson(nullptr);
  };
  put("rate_ppm", c.rate_ppm);
  put("jitter_ms", c.jitter_ms);
  put("delay_least_ms", c.delay_least_ms);
  put("delay_most_ms", c.delay_most_ms);
  return j;
}

}  // namespace

double RecordingInfo::length_s() const {
  return survey->last_ns == IB_NEVER ? 0 : std::max(0.0, ns_in_seconds(survey->last_ns));
}

double RecordingInfo::bytes_of(std::size_t source) const {
  double all = 0, own = 0, own_records = 0;
  for (std::size_t s = 0; s < survey->sources.size(); ++s) {
    const auto& packets = survey->sources[s].packets;
    all += static_cast<double>(packets.bytes);
    if (s == source) {
      own += static_cast<double>(packets.bytes);
      own_records += static_cast<double>(packets.records);
    }
    for (const auto& p : survey->sources[s].ports) {
      all += static_cast<double>(p.bytes);
      if (s != source) continue;
      own += static_cast<double>(p.bytes);
      own_records += static_cast<double>(p.blocks);
    }
  }
  own_records += static_cast<double>(survey->sources[source].entries);
  const double around = std::max(0.0, static_cast<double>(bytes) - all);
  return own +
         (survey->records > 0 ? around * own_records / static_cast<double>(survey->records) : 0);
}

std::string info_text(const RecordingInfo& info, std::size_t room) {
  return InfoText(info, room).text();
}

nlohmann::ordered_json info_json(const RecordingInfo& info) {
  const auto& h = *info.head;
  const auto& s = *info.survey;
  OrderedJson j{{"file", info.file},    {"format", info.version}, {"session", info.session},
                {"part", info.part},    {"parts", info.parts},    {"bytes", info.bytes},
                {"program", h.program}, {"build", h.build},       {"cpu", h.cpu}};
  j["graph"] = {
      {"name", h.graph_name}, {"hash", fmt::format("{:016x}", h.graph_hash)}, {"seed", h.seed}};
  const auto utc = files::utc_of_zero(h);
  j["began_utc"] = utc == IB_NEVER ? OrderedJson(nullptr) : OrderedJson(utc_text(utc));
  j["length_s"] = info.length_s();
  j["finished"] = s.end.has_value();
  j["bytes_per_hour"] = hourly(static_cast<double>(info.bytes), info.length_s());
  auto& sources = j["sources"] = OrderedJson::array();
  for (std::size_t k = 0; k < h.sources.size(); ++k) {
    const auto& source = h.sources[k];
    OrderedJson one{{"path", source.path},
                    {"type", source.type},
                    {"version", source.version},
                    {"uri", source.uri}};
    one["owner"] = source.owner.empty() ? OrderedJson(nullptr) : OrderedJson(source.owner);
    one["live"] = source.live != 0;
    one["simulated"] = source.simulated != 0;
    one["finished"] = s.sources[k].finished;
    one["bytes_per_hour"] = hourly(info.bytes_of(k), info.length_s());
    const auto& packets = s.sources[k].packets;
    if (source.packet_channels.empty()) one["packets"] = nullptr;
    else
      one["packets"] = {{"channels", source.packet_channels},
                        {"n", packets.packets},
                        {"bytes", packets.bytes},
                        {"lost", packets.lost}};
    if (s.sources[k].clock) one["clock"] = clock_info(*s.sources[k].clock);
    auto& ports = one["ports"] = OrderedJson::array();
    for (std::size_t p = 0; p < source.ports.size(); ++p)
      ports.push_back(port_info(source.ports[p], s.sources[k].ports[p]));
    sources.push_back(std::move(one));
  }
  j["records"] = s.records;
  j["marks"] = s.marks;
  j["outages"] = s.outages;
  j["checkpoints"] = s.checkpoints;
  j["lost_records"] = s.lost_records;
  j["notes"] = OrderedJson::object();
  for (const auto& [kind, n] : s.notes) j["notes"][kind] = n;
  j["changes"] = s.changes;
  auto& changes = j["first_changes"] = OrderedJson::array();
  for (std::size_t k = 0; k < s.first_changes.size(); ++k) {
    const auto& c = s.first_changes[k];
    OrderedJson one{{"time_s", ns_in_seconds(c.time_ns)},
                    {"node", h.nodes[c.node]},
                    {"param", c.param},
                    {"name", nullptr},
                    {"value", c.value}};
    if (info.params[k] != nullptr) one["name"] = info.params[k]->name;
    changes.push_back(std::move(one));
  }
  auto& marks = j["first_marks"] = OrderedJson::array();
  for (const auto& mark : s.first_marks)
    marks.push_back(
        {{"time_s", ns_in_seconds(mark.time_ns)},
         {"source", mark.source.empty() ? OrderedJson(nullptr) : OrderedJson(mark.source)},
         {"text", mark.text}});
  auto& plugins = j["plugins"] = OrderedJson::array();
  for (const auto& p : h.plugins)
    plugins.push_back({{"id", p.id}, {"version", p.version}, {"file_hash", p.file_hash}});
  auto& problems = j["problems"] = OrderedJson::array();
  for (const auto* what : {&info.page_problem, &s.problem})
    if (!what->empty()) problems.push_back(*what);
  return j;
}

}  // namespace ib::tool
