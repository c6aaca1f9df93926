#include "session_recorder.hpp"

#include "outage_log.hpp"
#include "plan_impl.hpp"
#include "plugin.hpp"
#include "recording_head.hpp"
#include "report_json.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>

namespace ib::detail {
namespace {

RecordedField recorded_field(const ib_field& f) {
  RecordedField r{f.name, f.unit, f.kind, f.offset, f.count, {}};
  for (std::uint32_t k = 0; k < f.n_labels; ++k) r.labels.emplace_back(f.labels[k]);
  return r;
}

RecordedPort recorded_port(const ib_port& port, const ib_stream& s, const OutPort& out) {
  RecordedPort r;
  r.name = port.name;
  r.type = s.type != nullptr ? s.type->urn : "";
  r.unit = s.unit != nullptr ? s.unit : "";
  r.grade = s.grade;
  r.item_bytes = out.shape.item_bytes;
  r.channels = out.shape.channels;
  r.stream_flags = s.flags & IB_STREAM_STEERED;
  if (!out.listened) r.stream_flags |= IB_STREAM_ABSENT;
  r.rate_hz = s.rate_hz;
  r.sampled_hz = s.sampled_hz;
  r.items_per_second = s.items_per_second;
  r.max_items = s.max_items;
  r.latency_ns = s.latency_ns;
  if (out.shape.regular || s.type == nullptr) return r;
  const auto* at = reinterpret_cast<const std::byte*>(s.type->fields);  // NOLINT: see abi.h
  for (std::uint32_t k = 0; k < s.type->n_fields; ++k, at += s.type->fields->struct_size)
    r.fields.push_back(recorded_field(*reinterpret_cast<const ib_field*>(at)));  // NOLINT
  return r;
}

/// How a source tells of its packets; null: it has none.
const ib_packets* packets_of(const PlanImpl& plan, const Source& s) {
  auto* n = plan.nodes[s.node];
  if (n->extension == nullptr) return nullptr;
  const auto* packets = static_cast<const ib_packets*>(n->extension(n, IB_EXT_PACKETS));
  return packets != nullptr && packets->channel(n, 0) != nullptr ? packets : nullptr;
}

std::vector<std::string> packet_channels(const PlanImpl& plan, const Source& s) {
  std::vector<std::string> channels;
  const auto* packets = packets_of(plan, s);
  for (std::uint32_t i = 0; packets != nullptr && i < most_packet_channels; ++i) {
    const char* channel = packets->channel(plan.nodes[s.node], i);
    if (channel == nullptr) break;
    channels.emplace_back(channel);
  }
  return channels;
}

RecordedSource recorded_source(const PlanImpl& plan, const Source& s) {
  const auto& node = plan.graph.nodes[s.node];
  const auto& desc = *node.type->desc;
  RecordedSource r;
  r.path = node.path;
  r.type = desc.type;
  r.version = desc.version;
  r.uri = s.uri;
  r.owner = node.owner.str();
  r.live = s.info.live;
  r.simulated = s.info.simulated;
  r.start_ns = s.start.ns;
  r.utc_start_ns = s.info.utc_start_ns;
  r.lead_in_ns = s.info.lead_in_ns;
  const auto inputs = count_inputs(desc);
  const auto& streams = plan.streams[s.node].out;
  for (std::uint32_t k = 0; k < streams.size(); ++k)
    r.ports.push_back(recorded_port(desc.ports[inputs + k], streams[k], s.stage->ports[k]));
  return r;
}

/// What a thread's sources and sinks bring in a second, in bytes of its lane; at most.
double bytes_per_second(const PlanImpl& plan, const Worker& home) {
  constexpr double packets = 25;  // of one port; more come in fewer, larger ones
  double bytes = 0;
  for (const auto& island : plan.islands) {
    if (island->home != &home) continue;
    for (const Stage* s : island->stages) {
      if (s->sink) bytes += 2 * 64;
      if (s->n_in > 0) continue;
      if (packets_of(plan, plan.sources[plan.source_of[s->graph_node]]) != nullptr)
        bytes += 2 * packets * static_cast<double>(RecordLane::bytes_of_packet(244));
      const auto& out = plan.streams[s->graph_node].out;
      for (std::uint32_t k = 0; k < out.size(); ++k) {
        if (!s->ports[k].listened) continue;
        const double items = out[k].rate_hz > 0 ? out[k].rate_hz : out[k].items_per_second;
        bytes += items * (s->ports[k].shape.item_bytes + 9.0) +
                 std::min(items, packets) * static_cast<double>(RecordLane::bytes_of_block(64));
      }
    }
  }
  return bytes;
}

/// The largest block that a thread's sources can give.
std::size_t largest_block(const PlanImpl& plan, const Worker& home) {
  std::size_t most = 0;
  for (const auto& s : plan.sources) {
    if (s.island->home != &home) continue;
    for (const auto& p : s.stage->ports) {
      if (p.listened)
        most = std::max(most, RecordLane::bytes_of_block(p.shape.bytes() + p.shape.capacity));
    }
  }
  return most;
}

}  // namespace

RecordingHead recording_head_of(const PlanImpl& plan, const Outlets& outlets,
                                const RecordOptions& options) {
  RecordingHead h;
  h.graph = plan.graph.expanded;
  h.graph_name = plan.graph.name;
  h.graph_hash = graph_hash(plan.graph);
  h.seed = plan.graph.seed;
  h.program = options.program;
  h.build = options.build;
  h.cpu = options.cpu;
  h.session_start_utc_ns = options.session_start_utc_ns;
  h.lead_in_ns = plan.lead_in.count();
  h.step_ns = plan.step().count();
  for (const auto& s : plan.sources) {
    h.sources.push_back(recorded_source(plan, s));
    if (options.packets) h.sources.back().packet_channels = packet_channels(plan, s);
  }
  std::map<std::string, RecordedPlugin> plugins;
  for (const auto& n : plan.graph.nodes) {
    h.nodes.push_back(n.path);
    if (n.type->plugin == nullptr) continue;
    const auto id = n.type->plugin->file().stem().string();
    plugins[id] = {id, n.type->desc->version, fmt::format("{:016x}", n.type->plugin->stamp().hash)};
  }
  for (auto& [id, plugin] : plugins) h.plugins.push_back(std::move(plugin));
  h.outlets = outlets.names();
  return h;
}

void SessionRecorder::KeptCheckpoints::take(const Checkpoint& checkpoint, bool last) noexcept {
  if (checkpoint.items == items_ && !last) return;
  items_ = checkpoint.items;
  lane_.write(checkpoint);
}

SessionRecorder::SessionRecorder(PlanImpl& plan, const RecordOptions& options,
                                 std::int64_t origin_ns)
    : plan_(plan),
      recorder_(*options.recorder),
      outlets_(plan),
      origin_ns_(origin_ns),
      telemetry_due_(std::chrono::steady_clock::now() + telemetry_every) {
  recorder_.begin(recording_head_of(plan_, outlets_, options));
  tell_problem();
  make_lanes();
  if (options.packets) listen_to_packets();
  plan_.context.outlets = &outlets_;
  plan_.context.recorder = this;
  thread_ = std::thread([this] { loop(); });
}

SessionRecorder::~SessionRecorder() { finish(false); }

std::size_t SessionRecorder::number_of(const Worker& home) const {
  const auto is_home = [&home](const auto& w) { return w.get() == &home; };
  return static_cast<std::size_t>(
      std::find_if(plan_.workers.begin(), plan_.workers.end(), is_home) - plan_.workers.begin());
}

/// Behind `make_lanes`: a tap holds on to its lane.
void SessionRecorder::listen_to_packets() {
  for (std::uint32_t i = 0; i < plan_.sources.size(); ++i) {
    const auto& s = plan_.sources[i];
    if (const auto* packets = packets_of(plan_, s))
      packet_taps_.emplace_back(*lanes_[number_of(*s.island->home)], i, plan_.nodes[s.node],
                                *packets, packet_channels(plan_, s).size(), s.stage->n_out);
  }
}

void SessionRecorder::make_lanes() {
  const bool waits = plan_.mode == Mode::replay;
  lanes_.resize(plan_.workers.size());
  const auto lane_at = [&](std::size_t k) -> RecordLane& {
    if (lanes_[k] == nullptr) {
      const auto& home = *plan_.workers[k];
      const auto wanted = static_cast<std::size_t>(room_s * bytes_per_second(plan_, home));
      const auto bytes =
          std::max(std::clamp(wanted, least_lane, most_lane), 4 * largest_block(plan_, home));
      lanes_[k] = std::make_unique<RecordLane>(bell_, bytes, waits);
    }
    return *lanes_[k];
  };
  for (std::size_t e = 0; e < plan_.executors; ++e) lane_at(e);
  for (std::uint32_t i = 0; i < plan_.sources.size(); ++i) {
    const auto& s = plan_.sources[i];
    taps_.emplace_back(lane_at(number_of(*s.island->home)), i, s.stage->n_out, origin_ns_);
  }
  kept_.reserve(outlets_.names().size());
  for (std::size_t k = 0; k < outlets_.names().size(); ++k) {
    kept_.emplace_back(lane_at(number_of(*plan_.stages[outlets_.node(k)]->island->home)));
    outlets_.send_to(k, kept_.back());
  }
}

bool SessionRecorder::anything() const {
  return stop_.load(std::memory_order_seq_cst) ||
         std::any_of(lanes_.begin(), lanes_.end(),
                     [](const auto& lane) { return lane != nullptr && !lane->is_empty(); });
}

bool SessionRecorder::hurry() const {
  return stop_.load(std::memory_order_seq_cst) ||
         std::any_of(lanes_.begin(), lanes_.end(),
                     [](const auto& lane) { return lane != nullptr && lane->is_half_full(); });
}

void SessionRecorder::loop() {
  while (!stop_.load(std::memory_order_acquire)) {
    bell_.sleep([this] { return anything(); });
    bell_.doze(commit_every, [this] { return hurry(); });
    drain();
    write_outages();
    write_telemetry();
    recorder_.commit();
    tell_problem();
  }
}

/// Threads of sinks first: executors' come first in the list.
void SessionRecorder::drain() {
  for (auto lane = lanes_.rbegin(); lane != lanes_.rend(); ++lane) {
    if (*lane != nullptr) drain(**lane);
  }
}

void SessionRecorder::drain(RecordLane& lane) {
  while (const auto record = lane.peek()) {
    recorder_.write(*record);
    if (const auto* gone = std::get_if<RecordsLost>(&*record)) report_.lost += gone->records;
    else ++report_.records;
    lane.release();
  }
}

void SessionRecorder::write_outages() {
  const auto all = plan_.outages.all();
  AdmittedLog log;
  log_outages(std::span(all).subspan(outages_), log);
  outages_ = all.size();
  for (const auto& entry : log) recorder_.write(entry);
  report_.records += log.size();
}

void SessionRecorder::write_telemetry() {
  const auto now = std::chrono::steady_clock::now();
  if (now < telemetry_due_) return;
  telemetry_due_ = now + telemetry_every;
  const auto report = make_report(plan_);
  recorder_.write(RecordedNote{Time{} + from_seconds(report.session_s), "telemetry",
                               report_json(report).dump()});
  ++report_.records;
}

/// Once, and loud: the session goes on.
void SessionRecorder::tell_problem() {
  if (told_problem_) return;
  report_.problem = recorder_.problem();
  if (report_.problem.empty()) return;
  told_problem_ = true;
  spdlog::error("the recording: {}", report_.problem);
}

void SessionRecorder::finish(bool ended) {
  if (!thread_.joinable()) return;
  stop_.store(true, std::memory_order_seq_cst);
  bell_.ring_always();
  thread_.join();
  std::uint64_t packets_lost = 0;
  for (const auto& tap : packet_taps_) packets_lost += tap.lost();
  packet_taps_.clear();
  if (packets_lost > 0)
    spdlog::warn(
        "the recording: {} packets of devices found no room, or can be none; a replay misses none of them",
        packets_lost);
  plan_.context.outlets = nullptr;
  plan_.context.recorder = nullptr;
  drain();
  write_outages();
  telemetry_due_ = {};
  write_telemetry();
  Time settled = never;
  for (const auto& s : plan_.sources) settled = std::max(settled, s.settled());
  if (ended) recorder_.write(RecordingEnd{settled, 0});
  recorder_.commit();
  tell_problem();
  report_.lost = std::max(report_.lost, recorder_.lost());
}

}  // namespace ib::detail
