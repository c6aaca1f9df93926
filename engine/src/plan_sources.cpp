// Nodes and sources of a plan: made, opened, and put on the session clock.
#include <interbeat/sugar/absence.hpp>
#include <interbeat/sugar/device_key.hpp>
#include <interbeat/sugar/ownership.hpp>

#include "device_readers.hpp"
#include "graph_names.hpp"
#include "plan_steps.hpp"
#include "playback_node.hpp"
#include "plugin.hpp"
#include "source_outputs.hpp"

#include <interbeat/sugar/history.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace ib::detail {
namespace {

constexpr std::size_t error_size = 4096;

void write_log(const ib_host* host, std::uint32_t severity, const char* text) {
  const auto& h = *static_cast<const NodeHost*>(host->self);
  const auto node = static_cast<std::uint32_t>(&h - h.plan->hosts.data());
  h.plan->log.write(severity, node, text);
}

void wake_source(const ib_host* host) {
  const auto& h = *static_cast<const NodeHost*>(host->self);
  if (Source* s = h.source.load(std::memory_order_acquire)) s->island->home->tell(*s);
}

bool watch_for_source(const ib_host* host, int fd) {
  const auto& h = *static_cast<const NodeHost*>(host->self);
  const auto node = static_cast<std::uint32_t>(&h - h.plan->hosts.data());
  const bool source = (h.plan->graph.nodes[node].type->desc->flags & IB_NODE_SOURCE) != 0;
  struct stat info {};
  const bool can_wait = fstat(fd, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
  if (h.plan->mode != Mode::live || !source || !can_wait) return false;
  h.plan->watched.push_back({node, fd});
  return true;
}

std::int64_t session_zero(const ib_host* host) {
  return static_cast<const NodeHost*>(host->self)->plan->session_zero_ns;
}

const void* host_extension(const ib_host*, const char* id) {
  static const ib_log log{sizeof(ib_log), &write_log};
  static const ib_wake wake{sizeof(ib_wake), &wake_source};
  static const ib_fd fd{sizeof(ib_fd), &watch_for_source};
  static const ib_clock clock{sizeof(ib_clock), &monotonic_ns};
  static const ib_session session{sizeof(ib_session), &session_zero};
  const std::string_view name(id);
  if (name == IB_EXT_LOG) return &log;
  if (name == IB_EXT_WAKE) return &wake;
  if (name == IB_EXT_FD) return &fd;
  if (name == IB_EXT_SESSION) return &session;
  return name == IB_EXT_CLOCK ? &clock : nullptr;
}

/// A source that opens well may still have something to say of its recording, a line each.
void remark(const PlanImpl& plan, Diagnostics& out, std::uint32_t i, std::string_view lines) {
  const auto& node = plan.graph.nodes[i];
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (line.empty()) continue;
    out.add({Severity::warning,
             node.origin->mark,
             "nodes." + node.path,
             std::string(line),
             {},
             {},
             node.origin->chain});
  }
}

/// Where the graph names nobody, whoever the source says; a name that no graph could give is nobody's.
void find_owner(PlanImpl& plan, std::uint32_t i) {
  auto& node = plan.graph.nodes[i];
  auto* n = plan.nodes[i];
  const auto* table = static_cast<const OwnershipTable*>(n->extension(n, ownership_extension));
  if (table == nullptr || !node.owner.empty()) return;
  const char* owner = table->owner(n);
  if (owner != nullptr && is_name(owner)) node.owner = SharedText(owner);
}

/// What a source tells when it is opened.
Source opened(PlanImpl& plan, Diagnostics& out, std::uint32_t i, DeviceReaders& readers) {
  Source s;
  s.node = i;
  auto* n = plan.nodes[i];
  const auto& node = plan.graph.nodes[i];
  s.ext = static_cast<const ib_source*>(n->extension(n, IB_EXT_SOURCE));
  s.info.struct_size = sizeof s.info;
  s.info.utc_start_ns = IB_NEVER;
  s.info.start_ns = IB_NEVER;
  s.info.duration_ns = IB_FOREVER;
  const auto* uri = source_setting(node);
  if (uri != nullptr) s.uri = uri->text;
  s.marks = static_cast<const ib_mark*>(n->extension(n, IB_EXT_MARK));
  if (s.ext == nullptr) return s;
  std::string error(error_size, '\0');
  const auto status = s.ext->open(n, &s.info, error.data(), error_size);
  if (!readers.take(i)) return s;
  if (status == IB_OK) {
    s.presence = static_cast<const PresenceTable*>(n->extension(n, presence_extension));
    remark(plan, out, i, error.c_str());
    find_owner(plan, i);
    return s;
  }
  auto what = fmt::format("{} can't be opened: {}", node.path, error.c_str());
  if (uri != nullptr) report_setting(plan, out, i, *uri, std::move(what));
  else report(plan, out, i, std::move(what));
  return s;
}

bool is_history(const PlanImpl& plan, std::uint32_t i) {
  auto* n = plan.nodes[i];
  return n->extension != nullptr && n->extension(n, history_extension) != nullptr;
}

/// A live session has one present, and what was logged lies days before it. Said before a device is asked.
void refuse_history(const PlanImpl& plan, Diagnostics& out, std::uint32_t i, std::uint32_t live) {
  const auto& nodes = plan.graph.nodes;
  report(plan, out, i,
         fmt::format(
             "{} reads what its device has logged in the past, and {} is live: the two have no "
             "time in common",
             nodes[i].path, nodes[live].path),
         fmt::format("run {} in a graph of its own, without {}", nodes[i].path, nodes[live].path));
}

/// Where the sources lie on the session clock (architecture: files by UTC if all carry it and
/// overlap, else each at 0; live sources when all are open).
struct Placing {
  std::int64_t first_utc = IB_FOREVER;
  bool by_utc{}, alone{};
  Time live_start;

  void place(Source& s) const {
    if (s.info.start_ns != IB_NEVER) {
      s.start = {s.info.start_ns};
      s.start_note = fmt::format("starts at {:.3f} s, as its ?start= says", seconds(s.start));
    } else if ((by_utc || s.info.start_utc != 0) && s.info.utc_start_ns != IB_NEVER &&
               first_utc != IB_FOREVER) {
      s.start = {s.info.utc_start_ns - first_utc};
      s.start_note = fmt::format("starts at {:.3f} s, by UTC", seconds(s.start));
    } else {
      s.start = s.info.live != 0 ? live_start : Time{};
      s.start_note =
          fmt::format("starts at {:g} s{}", seconds(s.start), s.info.live != 0 ? ", live" : "");
    }
    if (s.info.simulated != 0) s.start_note = s.start_note.str() + ", SIMULATED";
    if (alone && s.info.start_ns == IB_NEVER && s.info.live == 0) s.start = {};
  }
};

}  // namespace

void sort_nodes(PlanImpl& plan) {
  const auto& nodes = plan.graph.nodes;
  std::vector<std::size_t> missing(nodes.size());
  std::vector<std::vector<std::uint32_t>> readers(nodes.size());
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    missing[i] = nodes[i].inputs.size();
    for (const auto& e : nodes[i].inputs) readers[e.from_node].push_back(i);
  }
  auto& ready = plan.order;
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    if (missing[i] == 0) ready.push_back(i);
  }
  for (std::size_t k = 0; k < ready.size(); ++k) {
    for (const auto r : readers[ready[k]]) {
      if (--missing[r] == 0) ready.push_back(r);
    }
  }
}

namespace {

ib_node* make(PlanImpl& plan, std::uint32_t i, std::string& problem) {
  auto& host = plan.hosts[i].host;
  if (plan.options.recorded != nullptr && is_source(plan, i)) {
    auto* playback = make_playback(plan, i, problem);
    return playback != nullptr ? playback->node() : nullptr;
  }
  if (is_isolated(plan, i)) return make_isolated(plan, i, host);
  return make_node(*plan.graph.nodes[i].type, &host, problem);
}

}  // namespace

void make_nodes(PlanImpl& plan, Diagnostics& out) {
  const auto& nodes = plan.graph.nodes;
  if (plan.options.recorded != nullptr) plan.playback.resize(plan.options.recorded->sources.size());
  plan.nodes.assign(nodes.size(), nullptr);
  plan.active.assign(nodes.size(), false);
  plan.hosts = std::vector<NodeHost>(nodes.size());
  for (const auto i : plan.order) {
    auto& host = plan.hosts[i];
    host.plan = &plan;
    host.host = {sizeof(ib_host), 0, &host, &host_extension};
    std::string problem;
    ib_node* n = make(plan, i, problem);
    if (n == nullptr) {
      report(plan, out, i,
             fmt::format("the node {} could not be made: {}", nodes[i].path, problem));
      continue;
    }
    plan.nodes[i] = n;
    for (const auto& s : nodes[i].settings) {
      if (n->set_param(n, s.param, s.number, s.text.c_str()) == IB_OK) continue;
      report(plan, out, i,
             fmt::format("{} refused its param {}", nodes[i].path,
                         nodes[i].type->desc->params[s.param].name));
    }
  }
}

void open_sources(PlanImpl& plan, Diagnostics& out) {
  plan.source_of.assign(plan.graph.nodes.size(), PlanImpl::nobody);
  const auto opens = [&](std::uint32_t i) {
    return is_source(plan, i) && plan.nodes[i] != nullptr;
  };
  DeviceReaders named(plan, out), found(plan, out);
  bool apart = true;
  for (const auto i : plan.order)
    if (opens(i)) apart = named.take(i) && apart;
  if (!apart) return;
  plan.sources.reserve(
      static_cast<std::size_t>(std::count_if(plan.order.begin(), plan.order.end(), opens)));
  const auto open = [&](std::uint32_t i) {
    plan.source_of[i] = static_cast<std::uint32_t>(plan.sources.size());
    plan.sources.push_back(opened(plan, out, i, found));
  };
  std::vector<std::uint32_t> histories;  // last: a live source refuses them before they are opened
  for (const auto i : plan.order) {
    if (!opens(i)) continue;
    if (is_history(plan, i)) histories.push_back(i);
    else open(i);
  }
  const Source* live = nullptr;  // of a session that is live; a simulation at full speed is none
  for (const auto& s : plan.sources)
    if (live == nullptr && s.info.live != 0 && plan.options.mode != Mode::replay) live = &s;
  for (const auto i : histories) {
    if (live != nullptr) refuse_history(plan, out, i, live->node);
    else open(i);
  }
  const bool any_leads = std::any_of(plan.sources.begin(), plan.sources.end(),
                                     [](const Source& s) { return s.marks == nullptr; });
  for (auto& s : plan.sources) s.follows = s.marks != nullptr && any_leads;
  if (plan.sources.empty()) {
    out.error({plan.graph.file.string(), 1, 1}, "nodes", "the graph has no source",
              "a node such as {type: source, uri: \"virtual:seed=1\"}");
  }
}

void place_sources(PlanImpl& plan) {
  auto& sources = plan.sources;
  Placing placing;
  bool any_live = false, all_utc = true;
  std::int64_t last_start = IB_NEVER, first_end = IB_FOREVER, lead_in = 0;
  std::size_t leading = 0;
  for (const auto& s : sources) {
    if (s.follows) continue;
    ++leading;
    any_live = any_live || s.info.live != 0;
    if (s.info.live != 0) lead_in = std::max(lead_in, s.info.lead_in_ns);
    all_utc = all_utc && s.info.utc_start_ns != IB_NEVER;
    if (s.info.utc_start_ns == IB_NEVER) continue;
    placing.first_utc = std::min(placing.first_utc, s.info.utc_start_ns);
    last_start = std::max(last_start, s.info.utc_start_ns);
    if (s.info.duration_ns < IB_FOREVER) {
      first_end = std::min(first_end, s.info.utc_start_ns + s.info.duration_ns);
    }
  }
  placing.by_utc = !any_live && all_utc && last_start < first_end;
  placing.alone = leading == 1;
  placing.live_start = Time{lead_in};
  for (std::size_t k = 0; k < sources.size(); ++k) {
    auto& s = sources[k];
    if (s.follows) {
      s.start_note = "marks are taken while the run is live";
      continue;
    }
    placing.place(s);
    if (k > 0 && s.start_note == sources[k - 1].start_note)
      s.start_note = sources[k - 1].start_note;
  }
  plan.lead_in = Duration{lead_in};
  if (leading > 1 && !any_live && !placing.by_utc) {
    const std::string why =
        all_utc ? " (the recordings' UTC times do not overlap, so every file starts at 0)"
                : " (not every recording carries its UTC time, so every file starts at 0)";
    auto& first =
        *std::find_if(sources.begin(), sources.end(), [](const Source& s) { return !s.follows; });
    first.start_note = first.start_note + why;
  }
}

}  // namespace ib::detail

namespace ib {

void probe_sources(const Graph& graph, Diagnostics& out) {
  detail::PlanImpl plan;
  for (const auto& node : graph.nodes) {
    const bool is_source = (node.type->desc->flags & IB_NODE_SOURCE) != 0;
    if (is_source && node.sound && node.inputs.empty()) plan.graph.nodes.push_back(node);
  }
  if (plan.graph.nodes.empty()) return;  // that there is no source is the plan's word, not ours
  detail::sort_nodes(plan);
  detail::make_nodes(plan, out);
  detail::open_sources(plan, out);
}

std::optional<std::vector<bool>> source_outputs(const GraphNode& source) {
  const auto& type = *source.type;
  if ((type.desc->flags & IB_NODE_SOURCE) == 0 || !source.sound || !source.inputs.empty())
    return std::nullopt;
  if (type.create == nullptr) return std::nullopt;
  detail::PlanImpl plan;
  plan.graph.nodes.push_back(source);
  Diagnostics unheard;
  detail::sort_nodes(plan);
  detail::make_nodes(plan, unheard);
  if (!unheard.empty()) return std::nullopt;
  auto* n = plan.nodes.front();
  const auto* device = static_cast<const DeviceTable*>(n->extension(n, device_extension));
  if (const char* key = device == nullptr ? nullptr : device->device(n);
      key != nullptr && *key != 0)
    return std::nullopt;
  const auto* table = static_cast<const AbsenceTable*>(n->extension(n, absence_extension));
  constexpr auto needed = offsetof(AbsenceTable, present) + sizeof table->present;
  if (table == nullptr || table->struct_size < needed || table->present == nullptr)
    return std::nullopt;
  detail::open_sources(plan, unheard);
  if (unheard.has_errors()) return std::nullopt;
  std::vector<bool> outputs;
  for (std::uint32_t k = 0; k < count_outputs(*type.desc); ++k)
    outputs.push_back(table->present(n, k));
  return outputs;
}

}  // namespace ib
