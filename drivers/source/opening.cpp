#include "source/opening.hpp"

#include <algorithm>
#include <interbeat/nearest.hpp>
#include <iterator>
#include <optional>
#include <utility>

#include "bluetooth/opening.hpp"
#include "files/csv_feed.hpp"
#include "files/e4_feed.hpp"
#include "files/edit_feed.hpp"
#include "files/embrace_feed.hpp"
#include "files/interval_feed.hpp"
#include "files/oura_feed.hpp"
#include "files/recognise.hpp"
#include "files/recorded_person.hpp"
#include "files/recording_feed.hpp"
#include "source/source_uri.hpp"
#include "virtual_ring/ring_feed.hpp"

namespace ib::source {
namespace {

Opened refused(std::string sentence) { return {nullptr, {std::move(sentence)}}; }

Opened of(files::Result<std::unique_ptr<Feed>> result) {
  Opened opened;
  for (const auto& problem : result.problems) opened.problems.push_back(files::to_text(problem));
  if (result.value) opened.feed = std::move(*result.value);
  return opened;
}

constexpr std::string_view recorded_session = "a recorded session";

/// What else a kind of source can grant; `rate` is for CSV alone.
struct Takes {
  bool channel{}, invert{};
};

/// A wish that this kind of source can't grant is said, never passed over.
Opened with(const Wishes& wishes, std::string_view kind, Opened opened, Takes takes) {
  const auto add = [&](std::string sentence) {
    opened.problems.push_back(std::move(sentence));
    opened.feed.reset();
  };
  if (wishes.rate_hz > 0)
    add("`rate` is for CSV waveforms; " + std::string(kind) + " has its own, leave it out");
  if (wishes.invert && !takes.invert && kind == recorded_session)
    add("`invert` turns a raw waveform over; a recorded session has it as the run had it, leave it out");
  else if (wishes.invert && !takes.invert)
    add("`invert` turns a recorded waveform over; " + std::string(kind) +
        " has none, leave it out");
  if (!wishes.ecg_channel.empty())
    add("`ecg_channel` is for CSV files; " + std::string(kind) + " has no columns of an ECG");
  if (!wishes.channel.empty() && !takes.channel)
    add("`channel` is for CSV files; " + std::string(kind) + " has named signals, leave it out");
  return opened;
}

Opened open_kind(files::Kind kind, const std::string& path, const Wishes& wishes) {
  switch (kind) {
    case files::Kind::waveform: return open_csv(path, wishes);
    case files::Kind::intervals:
      return with(wishes, "a file of intervals", open_intervals(path, wishes.channel),
                  {.channel = true});
    case files::Kind::edits:
      return refused(
          path +
          ": this is a file of edits and no recording; expected {type: source.edits, path: " +
          path + "} and beat.edit behind it");
    case files::Kind::session: return with(wishes, recorded_session, open_recorded(path), {});
    case files::Kind::embrace_folder:
      return with(wishes, "an EmbracePlus", open_embrace(path, wishes), {.invert = true});
    case files::Kind::e4_folder:
    case files::Kind::e4_zip: break;
  }
  return with(wishes, "an E4 export", open_e4(path, wishes), {.invert = true});
}

constexpr std::string_view kinds[] = {"virtual",   "csv", "e4",  "embraceplus",
                                      "intervals", "rr",  "ibr", "ble"};

std::string lower(std::string_view text) {
  std::string s(text);
  std::transform(s.begin(), s.end(), s.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return s;
}

/// What a name that is no path may have been meant to be: `CSV:x.csv`, `virtual`, `virtal:seed=1`.
std::string meant(std::string_view uri) {
  const auto colon = uri.find(':');
  const auto word = lower(uri.substr(0, colon));
  if (word == "virtual" && colon == std::string_view::npos) return "did you mean 'virtual:seed=1'?";
  if (colon == std::string_view::npos || scheme_of(word + ":").empty()) return {};
  const auto known = std::find(std::begin(kinds), std::end(kinds), word);
  const auto near = known != std::end(kinds) ? *known : nearest(word, kinds).value_or("");
  if (near.empty())
    return files::in_quotes(word + ":") +
           " is no kind of source; there are virtual:, csv:, e4:, embraceplus:, intervals:, rr:, ibr:, ble:";
  return "did you mean " + files::in_quotes(std::string(near) + std::string(uri.substr(colon))) +
         "? There are virtual:, csv:, e4:, embraceplus:, intervals:, rr:, ibr:, ble:";
}

/// Why there is nothing at a path, and what its owner may have meant.
std::optional<std::string> unreachable(const std::string& path) {
  if (path.empty()) return "no file is named; expected a path";
  const auto scheme = scheme_of(path);
  if (std::find(std::begin(kinds), std::end(kinds), scheme) != std::end(kinds) &&
      files::missing(path))
    return path + ": a path is expected here; leave out '" + std::string(scheme) + ":'";
  const auto why = files::missing(path);
  return why ? std::optional(files::to_text(*why)) : std::nullopt;
}

Opened open_path(const std::string& path, const Wishes& wishes) {
  const auto name = files::split_recording_name(path);
  const bool session = name.file.extension() == ".ibr";
  if (!name.who.empty() && (session || !files::missing(name.file))) {
    if (session || files::recognise(name.file).value == files::Kind::session)
      return open_kind(files::Kind::session, path, wishes);
    return refused(path + ": '#' names a person of a recorded session (.ibr), and " +
                   name.file.string() + " is none; expected the file alone");
  }
  const auto kind = files::recognise(path);
  if (kind.value) return open_kind(*kind.value, path, wishes);
  Opened opened;
  for (const auto& problem : kind.problems) opened.problems.push_back(files::to_text(problem));
  if (files::missing(path))
    if (auto hint = meant(path); !hint.empty()) opened.problems.push_back(path + ": " + hint);
  return opened;
}

}  // namespace

Opened open_csv(const std::string& path, const Wishes& wishes) {
  if (auto why = unreachable(path)) return refused(std::move(*why));
  files::CsvFeedOptions options;
  if (!wishes.channel.empty()) options.channel = wishes.channel;
  options.rate_hz = wishes.rate_hz;
  options.invert = wishes.invert;
  options.ecg_channel = wishes.ecg_channel;
  return of(files::CsvFeed::open(path, options));
}

Opened open_e4(const std::string& path, const Wishes& wishes) {
  if (auto why = unreachable(path)) return refused(std::move(*why));
  return of(files::E4Feed::open(path, wishes.invert));
}

Opened open_embrace(const std::string& path, const Wishes& wishes) {
  if (auto why = unreachable(path)) return refused(std::move(*why));
  return of(files::EmbraceFeed::open(path, wishes.invert));
}

Opened open_oura(const std::string& path) {
  if (auto why = unreachable(path)) return refused(std::move(*why));
  return of(files::OuraFeed::open(path));
}

Opened open_recorded(const std::string& text) {
  const auto name = files::split_recording_name(text);
  if (auto why = unreachable(name.file.string())) return refused(std::move(*why));
  return of(files::RecordingFeed::open(name.file, name.who));
}

Opened open_intervals(const std::string& path, const std::string& column) {
  if (auto why = unreachable(path)) return refused(std::move(*why));
  return of(files::IntervalFeed::open(path, column));
}

Opened open_edits(const std::string& path) {
  if (auto why = unreachable(path)) return refused(std::move(*why));
  return of(files::EditFeed::open(path));
}

Opened open_virtual(const std::string& text) {
  auto parsed = virtual_ring::parse_options(text);
  if (!parsed.problems.empty()) return {nullptr, std::move(parsed.problems)};
  return {std::make_unique<virtual_ring::RingFeed>(parsed.options, parsed.has("seed")), {}};
}

Opened open_any(const std::string& uri, const Wishes& wishes, const DeviceHost& host) {
  if (uri.empty()) return refused("no source is named; expected a path or virtual:seed=1");
  const auto scheme = scheme_of(uri);
  const std::string rest = scheme.empty() ? uri : uri.substr(scheme.size() + 1);
  if (rest.empty() && scheme == "ble")
    return refused(uri + " names no device; expected an address such as ble:AA:BB:CC:DD:EE:FF");
  if (rest.empty() && scheme != "virtual")
    return refused(uri + " names no file; expected " + uri + "PATH");
  if (scheme == "virtual") return with(wishes, "a virtual ring", open_virtual(rest), {});
  if (scheme == "csv") return open_kind(files::Kind::waveform, rest, wishes);
  if (scheme == "e4") return open_kind(files::Kind::e4_folder, rest, wishes);
  if (scheme == "embraceplus") return open_kind(files::Kind::embrace_folder, rest, wishes);
  if (scheme == "ibr") return open_kind(files::Kind::session, rest, wishes);
  if (scheme == "intervals" || scheme == "rr")
    return open_kind(files::Kind::intervals, rest, wishes);
  if (scheme == "ble") {
    // Wishes first: what can't be granted needs no radio.
    auto granted = with(wishes, "a Bluetooth device", {}, {});
    return granted.problems.empty() ? open_ble(uri, host) : std::move(granted);
  }
  return open_path(uri, wishes);
}

}  // namespace ib::source
