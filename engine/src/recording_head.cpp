#include "recording_head.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <limits>
#include <stdexcept>

namespace ib {
namespace {

using nlohmann::json;

constexpr std::size_t most_sources = 100'000, most_ports = 64, most_fields = 256, most_labels = 256,
                      most_nodes = 10'000'000, most_outlets = 1'000'000, most_plugins = 1000,
                      most_text = 16 << 10;
constexpr double most_block_bytes = 64 << 20;

constexpr std::array<std::string_view, 10> kind_names{"",   "f32",  "f64",  "i32",   "i64",
                                                      "u8", "bool", "enum", "maybe", "text"};

json field_json(const RecordedField& f) {
  json j{{"name", f.name},
         {"unit", f.unit},
         {"kind", f.kind < kind_names.size() ? kind_names[f.kind] : ""},
         {"offset", f.offset},
         {"count", f.count}};
  if (!f.labels.empty()) j["labels"] = f.labels;
  return j;
}

template <class T, class ToJson>
json list_json(const std::vector<T>& items, const ToJson& to_json) {
  auto list = json::array();
  for (const auto& item : items) list.push_back(to_json(item));
  return list;
}

json port_json(const RecordedPort& p) {
  return {{"name", p.name},
          {"type", p.type},
          {"unit", p.unit},
          {"grade", p.grade},
          {"item_bytes", p.item_bytes},
          {"channels", p.channels},
          {"stream_flags", p.stream_flags},
          {"rate_hz", p.rate_hz},
          {"sampled_hz", p.sampled_hz},
          {"items_per_second", p.items_per_second},
          {"max_items", p.max_items},
          {"latency_ns", p.latency_ns},
          {"fields", list_json(p.fields, field_json)}};
}

json source_json(const RecordedSource& s) {
  return {{"path", s.path},
          {"type", s.type},
          {"version", s.version},
          {"uri", s.uri},
          {"owner", s.owner},
          {"live", s.live},
          {"simulated", s.simulated},
          {"start_ns", s.start_ns},
          {"utc_start_ns", s.utc_start_ns},
          {"lead_in_ns", s.lead_in_ns},
          {"ports", list_json(s.ports, port_json)},
          {"packet_channels", s.packet_channels}};
}

/// A hash as text: readers in other languages would make a double of the number.
std::string hash_hex(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

[[noreturn]] void refuse_head(const std::string& what) { throw std::runtime_error(what); }

/// An object of the head, and what it is called in sentences.
struct HeadPart {
  const json& j;
  std::string what;

  const json& at(const char* key) const {
    const auto found = j.find(key);
    if (found == j.end()) refuse_head(fmt::format("{} has no {}", what, key));
    return *found;
  }
  std::string text(const char* key, std::size_t most = most_text) const {
    const auto& t = at(key);
    if (!t.is_string()) refuse_head(fmt::format("{} of {} is not a text", key, what));
    auto text = t.get<std::string>();
    if (text.size() > most) refuse_head(fmt::format("{} of {} is longer than {}", key, what, most));
    return text;
  }
  std::int64_t time(const char* key) const {
    const auto& t = at(key);
    const bool fits = t.is_number_integer() &&
                      (!t.is_number_unsigned() ||
                       t.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max());
    const auto ns = fits ? t.get<std::int64_t>() : std::numeric_limits<std::int64_t>::max();
    if (ns < IB_NEVER || ns > IB_FOREVER)
      refuse_head(fmt::format("{} of {} is no time", key, what));
    return ns;
  }
  std::uint64_t count(const char* key, std::uint64_t most) const {
    const auto& t = at(key);
    if (!t.is_number_unsigned() || t.get<std::uint64_t>() > most)
      refuse_head(fmt::format("{} of {} is not a whole number up to {}", key, what, most));
    return t.get<std::uint64_t>();
  }
  std::uint32_t count32(const char* key,
                        std::uint32_t most = std::numeric_limits<std::uint32_t>::max()) const {
    return static_cast<std::uint32_t>(count(key, most));
  }
  double rate(const char* key) const {
    const auto& t = at(key);
    const double x = t.is_number() ? t.get<double>() : -1;
    if (!(x >= 0 && x <= 1e9)) refuse_head(fmt::format("{} of {} is no rate", key, what));
    return x;
  }
  const json& list(const char* key, std::size_t most) const {
    const auto& t = at(key);
    if (!t.is_array()) refuse_head(fmt::format("{} of {} is not a list", key, what));
    if (t.size() > most) refuse_head(fmt::format("{} of {} are more than {}", key, what, most));
    return t;
  }
  template <class Read>
  auto each(const char* key, std::size_t most, const Read& read) const {
    const auto& items = list(key, most);
    std::vector<decltype(read(*this))> all;
    all.reserve(items.size());
    for (const auto& item : items) {
      const HeadPart part{item, fmt::format("{} {} of {}", key, all.size(), what)};
      if (!item.is_object()) refuse_head(part.what + " is not an object");
      all.push_back(read(part));
    }
    return all;
  }
  std::vector<std::string> texts(const char* key, std::size_t most) const {
    std::vector<std::string> all;
    for (const auto& item : list(key, most)) {
      if (!item.is_string() || item.get_ref<const std::string&>().size() > most_text)
        refuse_head(fmt::format("{} of {} are not short texts", key, what));
      all.push_back(item.get<std::string>());
    }
    return all;
  }
  std::uint64_t hash(const char* key) const {
    const auto hex = text(key);
    std::uint64_t h{};
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), h, 16);
    if (error != std::errc() || end != hex.data() + hex.size() || hex.size() != 16)
      refuse_head(fmt::format("{} of {} is not 16 hexadecimal digits", key, what));
    return h;
  }
};

RecordedField field_of(const HeadPart& j) {
  RecordedField f;
  f.name = j.text("name");
  f.unit = j.text("unit");
  const auto kind = j.text("kind");
  for (ib_kind k = 1; k < kind_names.size(); ++k)
    if (kind == kind_names[k]) f.kind = k;
  if (f.kind == 0) refuse_head(fmt::format("{} has the unknown kind \"{}\"", j.what, kind));
  f.offset = j.count32("offset", 1024);
  f.count = j.count32("count", 1024);
  if (f.count == 0 || (f.kind != IB_TEXT && f.count != 1))
    refuse_head(fmt::format("{} can't have a count of {}", j.what, f.count));
  if (j.j.contains("labels")) f.labels = j.texts("labels", most_labels);
  return f;
}

RecordedPort port_of(const HeadPart& j) {
  RecordedPort p;
  p.name = j.text("name");
  p.type = j.text("type");
  p.unit = j.text("unit");
  p.grade = j.count32("grade", IB_GRADE_TREND);
  p.item_bytes = j.count32("item_bytes", 64 << 10);
  p.channels = j.count32("channels", 16 << 10);
  p.stream_flags = j.count32("stream_flags");
  p.rate_hz = j.rate("rate_hz");
  p.sampled_hz = j.rate("sampled_hz");
  p.items_per_second = j.rate("items_per_second");
  p.max_items = j.count32("max_items");
  if (j.j.contains("latency_ns")) p.latency_ns = j.time("latency_ns");
  p.fields = j.each("fields", most_fields, field_of);
  if ((p.stream_flags & IB_STREAM_ABSENT) != 0) return p;
  if (p.item_bytes == 0) refuse_head(j.what + " has items of no bytes");
  if (static_cast<double>(p.max_items) * (p.item_bytes + 40.0) > most_block_bytes)
    refuse_head(j.what + " has blocks of more than 64 MiB");
  if (p.rate_hz > 0 && p.item_bytes != p.channels * sizeof(float))
    refuse_head(j.what + " has samples that are not a float for each channel");
  for (const auto& f : p.fields)
    if (f.offset + recorded_bytes(f.kind, f.count) > p.item_bytes)
      refuse_head(fmt::format("field \"{}\" of {} lies outside its item", f.name, j.what));
  return p;
}

RecordedSource source_of(const HeadPart& j) {
  RecordedSource s;
  s.path = j.text("path");
  s.type = j.text("type");
  s.version = j.text("version");
  s.uri = j.text("uri");
  s.owner = j.text("owner");
  s.live = j.count32("live");
  s.simulated = j.count32("simulated");
  s.start_ns = j.time("start_ns");
  s.utc_start_ns = j.time("utc_start_ns");
  s.lead_in_ns = j.time("lead_in_ns");
  s.ports = j.each("ports", most_ports, port_of);
  if (j.j.contains("packet_channels"))  // since version 2
    s.packet_channels = j.texts("packet_channels", most_packet_channels);
  return s;
}

RecordingHead head_of(const HeadPart& j) {
  RecordingHead h;
  h.graph = j.text("graph", most_head_bytes);
  h.graph_name = j.text("graph_name");
  h.graph_hash = j.hash("graph_hash");
  h.seed = j.count("seed", std::numeric_limits<std::uint64_t>::max());
  h.program = j.text("program");
  h.build = j.text("build");
  h.cpu = j.text("cpu");
  h.session_start_utc_ns = j.time("session_start_utc_ns");
  h.lead_in_ns = j.time("lead_in_ns");
  h.step_ns = j.time("step_ns");
  h.sources = j.each("sources", most_sources, source_of);
  h.nodes = j.texts("nodes", most_nodes);
  h.outlets = j.each("outlets", most_outlets, [](const HeadPart& o) {
    return RecordedOutlet{o.text("sink"), o.text("input")};
  });
  h.plugins = j.each("plugins", most_plugins, [](const HeadPart& p) {
    return RecordedPlugin{p.text("id"), p.text("version"), p.text("file_hash")};
  });
  return h;
}

}  // namespace

std::uint32_t recorded_bytes(ib_kind kind, std::uint32_t count) {
  switch (kind) {
    case IB_F32:
    case IB_I32: return 4;
    case IB_F64:
    case IB_I64: return 8;
    case IB_U8:
    case IB_BOOL:
    case IB_ENUM: return 1;
    case IB_MAYBE: return sizeof(ib_maybe);
    case IB_TEXT: return count;
    default: return 0;
  }
}

std::string recording_head_json(const RecordingHead& h) {
  const json j{{"graph", h.graph},
               {"graph_name", h.graph_name},
               {"graph_hash", hash_hex(h.graph_hash)},
               {"seed", h.seed},
               {"program", h.program},
               {"build", h.build},
               {"cpu", h.cpu},
               {"session_start_utc_ns", h.session_start_utc_ns},
               {"lead_in_ns", h.lead_in_ns},
               {"step_ns", h.step_ns},
               {"sources", list_json(h.sources, source_json)},
               {"nodes", h.nodes},
               {"outlets", list_json(h.outlets,
                                     [](const RecordedOutlet& o) {
                                       return json{{"sink", o.sink}, {"input", o.input}};
                                     })},
               {"plugins", list_json(h.plugins, [](const RecordedPlugin& p) {
                  return json{{"id", p.id}, {"version", p.version}, {"file_hash", p.file_hash}};
                })}};
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<RecordingHead> recording_head_of(std::string_view text, std::string& problem) {
  if (text.size() > most_head_bytes) {
    problem = fmt::format("its head is larger than {} MiB", most_head_bytes >> 20);
    return std::nullopt;
  }
  try {
    const auto j = json::parse(text, nullptr, false);
    if (!j.is_object()) refuse_head("its head is not a JSON object");
    return head_of({j, "its head"});
  } catch (const std::exception& e) {
    problem = e.what();
    return std::nullopt;
  }
}

}  // namespace ib
