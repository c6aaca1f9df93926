#include "export/session.hpp"

#include "export/safe_name.hpp"
#include "files/recorded_utc.hpp"
#include "nearest.hpp"
#include "sink/row_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

namespace ib::tool {
namespace {

/// Each has an open file in some formats, and a process has some 1000 of them.
constexpr std::size_t most_exported_ports = 500;
/// Each has a name, a range and a scale in memory, whatever a head of few bytes promises.
constexpr std::size_t most_exported_channels = 50'000;

std::string participant_of(const RecordedSource& source) {
  return source.owner.empty() ? source.path.substr(0, source.path.find('.')) : source.owner;
}

bool names_port(const std::string& word, const RecordedSource& source, const RecordedPort& port) {
  return word == port.name || word == source.path + "." + port.name || word == source.path;
}

std::string names_in(const std::set<std::string>& words) {
  std::vector<std::string> shown;
  for (const auto& word : words) shown.push_back(shown_text(word, 60));
  return shown.empty() ? "" : one_of(shown);
}

}  // namespace

const ExportedPort* ExportSession::find(std::uint32_t source, std::uint32_t port) const {
  return by_index[source][port];
}

void ExportSession::each(
    const std::function<void(const ExportedPort&, const RecordedBlock&)>& block,
    const std::function<void(std::int64_t, const std::string&)>& mark,
    const std::function<void(const RecordedPacket&)>& packet) const {
  recording->rewind();
  holes_ = 0;
  while (const auto* record = recording->next()) {
    if (const auto* b = std::get_if<RecordedBlock>(record)) {
      if (const auto* port = find(b->source, b->port)) block(*port, *b);
    } else if (const auto* note = std::get_if<RecordedNote>(record); note != nullptr && mark) {
      if (const auto text = mark_text(*note)) mark(note->session.ns, *text);
    } else if (const auto* p = std::get_if<RecordedPacket>(record); p != nullptr && packet) {
      if (!packet_files[p->source].empty()) packet(*p);
    } else if (std::holds_alternative<RecordsLost>(*record)) {
      ++holes_;
    }
  }
}

std::optional<float> ExportSession::sample(const ExportedPort& p, const RecordedBlock& b,
                                           std::uint32_t i, std::uint32_t channel) {
  if (is_bridged(b, i)) return std::nullopt;
  float v{};
  std::memcpy(&v, b.items.data() + std::size_t{i} * p.port->item_bytes + channel * sizeof v,
              sizeof v);
  return std::isfinite(v) ? std::optional(v) : std::nullopt;
}

std::string ExportSession::cell(const ExportedPort& p, const RecordedBlock& b, std::uint32_t i,
                                const ib_field& f) {
  const auto* item = b.items.data() + std::size_t{i} * p.port->item_bytes;
  if (f.kind == IB_TEXT) {
    const auto* text = reinterpret_cast<const char*>(item + f.offset);
    return {text, strnlen(text, f.count)};
  }
  if (f.kind == IB_ENUM) {
    const auto label = static_cast<std::size_t>(item[f.offset]);
    return label < f.n_labels ? f.labels[label] : "";
  }
  std::string text(field_room(f), '\0');
  text.resize(static_cast<std::size_t>(write_csv_field(text.data(), f, item) - text.data()));
  return text;
}

std::optional<ExportSession> export_session(Recording& recording, Survey survey,
                                            const PortChoice& choice, std::string& problem,
                                            std::string& hint) {
  std::optional<ExportSession> session(std::in_place);
  session->recording = &recording;
  session->survey = std::move(survey);
  session->utc_of_zero_ns = files::utc_of_zero(recording.head());
  UniqueNames unique;
  std::set<std::string> participants, port_names, used;
  std::size_t channels = 0;
  const auto& sources = recording.head().sources;
  for (std::uint32_t s = 0; s < sources.size(); ++s) {
    session->by_index.emplace_back(sources[s].ports.size());
    const auto participant = participant_of(sources[s]);
    participants.insert(participant);
    for (std::uint32_t k = 0; k < sources[s].ports.size(); ++k) {
      const auto& port = sources[s].ports[k];
      const auto& found = session->survey.sources[s].ports[k];
      port_names.insert(port.name);
      bool wanted = choice.ports.empty();
      for (const auto& word : choice.ports)
        if (names_port(word, sources[s], port)) {
          wanted = true;
          used.insert(word);
        }
      if (!wanted || (!choice.only.empty() && participant != choice.only)) continue;
      if (found.items == 0 && found.gaps == 0) continue;
      channels += port.rate_hz > 0 ? port.channels : port.fields.size();
      if (channels > most_exported_channels) {
        problem =
            fmt::format("its streams have more than {} channels together", most_exported_channels);
        hint = "choose with --only or --ports";
        return std::nullopt;
      }
      auto& p = session->ports.emplace_back();
      p.number = session->ports.size() - 1;
      p.source_index = s;
      p.port_index = k;
      p.source = &sources[s];
      p.port = &port;
      p.survey = &found;
      p.path = shown_text(sources[s].path + "." + port.name);
      p.file_name = unique(safe_name(sources[s].path + "." + port.name));
      p.participant = participant;
      p.type = std::make_unique<RecordedType>(port);
      session->by_index[s][k] = &p;
      if (session->ports.size() > most_exported_ports) {
        problem = fmt::format("more than {} ports hold something", most_exported_ports);
        hint = "choose with --only or --ports";
        return std::nullopt;
      }
    }
  }
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const auto& source = sources[s];
    const auto& words = choice.ports;
    const bool wanted =
        (words.empty() || std::find(words.begin(), words.end(), source.path) != words.end()) &&
        (choice.only.empty() || participant_of(source) == choice.only) &&
        session->survey.sources[s].packets.records > 0;
    session->packet_files.push_back(wanted ? unique(safe_name(source.path + ".packets")) : "");
  }
  if (!choice.only.empty() && participants.count(choice.only) == 0) {
    problem = "--only: nobody in this recording is called \"" + shown_text(choice.only) + "\"";
    hint = names_in(participants);
    return std::nullopt;
  }
  for (const auto& word : choice.ports)
    if (used.count(word) == 0) {
      problem = "--ports: this recording has no port \"" + shown_text(word) + "\"";
      hint = names_in(port_names);
      return std::nullopt;
    }
  return session;
}

}  // namespace ib::tool
