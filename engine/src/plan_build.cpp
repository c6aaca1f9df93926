// Graph to Plan, as a story: make the nodes, open the sources, activate in order, cut into islands,
// shape the blocks, allocate. After allocate() nothing changes its shape.
#include "plan_impl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace ib {
namespace detail {
namespace {

constexpr std::uint32_t nobody = UINT32_MAX;
constexpr std::size_t error_size = 4096;

void write_log(const ib_host* host, std::uint32_t severity, const char* text) {
  const auto& h = *static_cast<const NodeHost*>(host->self);
  h.log->write(severity, h.node, text);
}

const void* host_extension(const ib_host*, const char* id) {
  static const ib_log log{sizeof(ib_log), &write_log};
  return std::string_view(id) == IB_EXT_LOG ? &log : nullptr;
}

class Builder {
 public:
  Builder(PlanImpl& plan, Diagnostics& out) : plan_(plan), out_(out) {}

  bool build() {
    sort();
    make_nodes();
    open_sources();
    if (out_.has_errors()) return false;
    place_sources();
    activate();
    if (out_.has_errors()) return false;
    // From here on the graph and its bounds are fixed.
    cut_into_islands();
    make_stages();
    connect();
    share_memory();
    allocate();
    return true;
  }

 private:
  const GraphNode& graph_node(std::uint32_t i) const { return plan_.graph.nodes[i]; }
  const ib_node_desc& desc(std::uint32_t i) const { return *graph_node(i).type->desc; }
  bool is_source(std::uint32_t i) const { return (desc(i).flags & IB_NODE_SOURCE) != 0; }
  bool is_sink(std::uint32_t i) const { return (desc(i).flags & IB_NODE_SINK) != 0; }
  std::size_t size() const { return plan_.graph.nodes.size(); }

  void problem(std::uint32_t i, std::string what, std::string hint = {}) {
    const auto& n = graph_node(i);
    Diagnostic d{Severity::error, n.mark, "nodes." + n.path, std::move(what), {}, std::move(hint), n.chain};
    out_.add(std::move(d));
  }

  // -- order: producers before consumers; equal ones as written --------------------------------------
  void sort() {
    std::vector<std::size_t> missing(size());
    for (std::uint32_t i = 0; i < size(); ++i) missing[i] = graph_node(i).inputs.size();
    std::vector<std::vector<std::uint32_t>> readers(size());
    for (std::uint32_t i = 0; i < size(); ++i) {
      for (const auto& e : graph_node(i).inputs) readers[e.from_node].push_back(i);
    }
    std::vector<std::uint32_t> ready;
    for (std::uint32_t i = 0; i < size(); ++i) {
      if (missing[i] == 0) ready.push_back(i);
    }
    for (std::size_t k = 0; k < ready.size(); ++k) {
      const auto i = ready[k];
      plan_.order.push_back(i);
      for (const auto r : readers[i]) {
        if (--missing[r] == 0) ready.push_back(r);
      }
    }
  }

  // -- nodes --------------------------------------------------------------------------------------------
  void make_nodes() {
    plan_.nodes.assign(size(), nullptr);
    plan_.active.assign(size(), false);
    plan_.streams.resize(size());
    for (std::uint32_t i = 0; i < size(); ++i) {
      plan_.hosts.push_back(std::make_unique<NodeHost>());
      auto& host = *plan_.hosts.back();
      host.log = &plan_.log;
      host.node = i;
      host.host = {sizeof(ib_host), 0, &host, &host_extension};
      ib_node* n = graph_node(i).type->create(&plan_.hosts[i]->host);
      if (n == nullptr) {
        problem(i, fmt::format("the node {} could not be made: out of memory", graph_node(i).path));
        continue;
      }
      plan_.nodes[i] = n;
      for (const auto& s : graph_node(i).settings) {
        if (n->set_param(n, s.param, s.number, s.text.c_str()) != IB_OK) {
          problem(i, fmt::format("{} refused its param {}", graph_node(i).path,
                                 desc(i).params[s.param].name));
        }
      }
    }
  }

  void open_sources() {
    std::string error(error_size, '\0');
    for (const auto i : plan_.order) {
      if (!is_source(i) || plan_.nodes[i] == nullptr) continue;
      auto* n = plan_.nodes[i];
      Source s;
      s.ext = static_cast<const ib_source*>(n->extension(n, IB_EXT_SOURCE));
      s.info.struct_size = sizeof s.info;
      s.info.utc_start_ns = IB_NEVER;
      s.info.start_ns = IB_NEVER;
      s.info.duration_ns = IB_FOREVER;
      for (const auto& p : graph_node(i).settings) {
        if ((desc(i).params[p.param].flags & IB_PARAM_SOURCE) != 0) s.uri = p.text;
      }
      if (s.ext != nullptr) {
        error[0] = '\0';
        if (s.ext->open(n, &s.info, error.data(), error_size) != IB_OK) {
          problem(i, fmt::format("{} can't be opened: {}", graph_node(i).path, error.c_str()));
        }
      }
      source_of_[i] = static_cast<std::uint32_t>(plan_.sources.size());
      plan_.sources.push_back(std::move(s));
    }
    if (plan_.sources.empty()) {
      out_.error({plan_.graph.file.string(), 1, 1}, "nodes", "the graph has no source",
                 "a node such as {type: source, uri: \"virtual:seed=1\"}");
    }
  }

  // -- session time 0 (architecture: files by UTC if all carry it and overlap, else each at 0) --------
  void place_sources() {
    auto& sources = plan_.sources;
    const bool any_live = std::any_of(sources.begin(), sources.end(),
                                      [](const Source& s) { return s.info.live != 0; });
    std::int64_t first = IB_FOREVER, last_start = IB_NEVER, first_end = IB_FOREVER;
    bool all_utc = !any_live;
    for (const auto& s : sources) {
      all_utc = all_utc && s.info.utc_start_ns != IB_NEVER;
      if (s.info.utc_start_ns == IB_NEVER) continue;
      first = std::min(first, s.info.utc_start_ns);
      last_start = std::max(last_start, s.info.utc_start_ns);
      if (s.info.duration_ns < IB_FOREVER) {
        first_end = std::min(first_end, s.info.utc_start_ns + s.info.duration_ns);
      }
    }
    const bool overlap = all_utc && last_start < first_end;
    std::int64_t lead_in = 0;
    for (const auto& s : sources) lead_in = std::max(lead_in, s.info.live != 0 ? s.info.lead_in_ns : 0);
    for (auto& s : sources) place(s, overlap, first, sources.size(), Time{lead_in});
    plan_.lead_in = Duration{lead_in};
    if (sources.size() > 1 && !any_live && !overlap) {
      sources.front().start_note +=
          all_utc ? " (the recordings' UTC times do not overlap, so every file starts at 0)"
                  : " (not every recording carries its UTC time, so every file starts at 0)";
    }
  }
  void place(Source& s, bool overlap, std::int64_t first_utc, std::size_t n, Time live_start) {
    if (s.info.start_ns != IB_NEVER) {
      s.start = {s.info.start_ns};
      s.start_note = fmt::format("starts at {:.3f} s, as its ?start= says", seconds(s.start));
    } else if ((overlap || s.info.start_utc != 0) && s.info.utc_start_ns != IB_NEVER &&
               first_utc != IB_FOREVER) {
      s.start = {s.info.utc_start_ns - first_utc};
      s.start_note = fmt::format("starts at {:.3f} s, by UTC", seconds(s.start));
    } else {
      s.start = s.info.live != 0 ? live_start : Time{};
      s.start_note = fmt::format("starts at {:g} s{}", seconds(s.start), s.info.live != 0 ? ", live" : "");
    }
    if (n == 1 && s.info.start_ns == IB_NEVER && s.info.live == 0) s.start = {};
  }

  // -- activate: rates and latencies flow from the sources to the sinks ---------------------------------
  void activate() {
    for (std::uint32_t k = 0; k < plan_.sources.size(); ++k) {
      for (const auto& [node, index] : source_of_) {
        auto& s = plan_.sources[index];
        if (index == k && s.ext != nullptr) s.ext->place(plan_.nodes[node], s.start.ns);
      }
    }
    for (const auto i : plan_.order) activate_node(i);
  }

  void activate_node(std::uint32_t i) {
    auto& st = plan_.streams[i];
    const auto& d = desc(i);
    const auto n_in = count_inputs(d), n_out = count_outputs(d);
    st.in.assign(n_in, {});
    st.out.assign(n_out, {});
    st.out_names.resize(n_out);
    if (!fill_inputs(i)) return;
    for (std::uint32_t k = 0; k < n_out; ++k) preset_output(i, k);
    if (plan_.options.dry && is_sink(i)) return;

    std::string error(error_size, '\0');
    ib_activation a{};
    a.struct_size = sizeof a;
    a.n_in = n_in;
    a.n_out = n_out;
    a.in = st.in.data();
    a.out = st.out.data();
    a.max_step_ns = plan_.step().count();
    a.seed = plan_.graph.seed;
    a.path = graph_node(i).path.c_str();
    const auto out_dir = plan_.options.out_dir.string();
    a.out_dir = out_dir.c_str();
    a.error = error.data();
    a.error_size = error_size;
    auto* n = plan_.nodes[i];
    if (n->activate(n, &a) != IB_OK) {
      problem(i, fmt::format("{} ({}) can't run like this: {}", graph_node(i).path, d.type,
                             error[0] != '\0' ? error.c_str() : "it gave no reason"));
      return;
    }
    plan_.active[i] = true;
    Duration in_latency{}, own{};
    for (const auto& s : st.in) in_latency = std::max(in_latency, Duration{s.latency_ns});
    for (auto& s : st.out) {
      own = std::max(own, Duration{s.latency_ns});
      s.latency_ns += in_latency.count();
    }
    st.path_latency = in_latency + own;
    if (is_source(i)) st.sources = {source_of_.at(i)};
  }

  bool fill_inputs(std::uint32_t i) {
    auto& st = plan_.streams[i];
    const auto& d = desc(i);
    for (auto& s : st.in) s.struct_size = sizeof s;
    Duration longest{};
    for (const auto& e : graph_node(i).inputs) {
      const auto& up = plan_.streams[e.from_node];
      if (up.out.empty()) return false;  // upstream failed and has said so
      const auto& from = up.out[e.from_port];
      if ((from.flags & IB_STREAM_ABSENT) != 0) {
        if (absent(i, e)) return false;
        continue;
      }
      auto& s = st.in[e.to_port];
      s = from;
      s.flags = IB_STREAM_CONNECTED;
      longest = std::max(longest, Duration{s.latency_ns});
      for (const auto src : up.sources) {
        if (std::find(st.sources.begin(), st.sources.end(), src) == st.sources.end()) {
          st.sources.push_back(src);
        }
      }
      const auto& port = d.ports[e.to_port];
      if (port.rate_min_hz > 0 && s.rate_hz > 0 && s.rate_hz < port.rate_min_hz) {
        problem(i, fmt::format("{} needs at least {:g} Hz on `{}`, but {} has {:g} Hz",
                               graph_node(i).path, port.rate_min_hz, port.name, s.name, s.rate_hz),
                port.doc);
      }
    }
    const bool merges = st.sources.size() > 1;
    for (auto& s : st.in) {
      s.hold_ns = (longest - Duration{s.latency_ns} + plan_.step() * (merges ? 3 : 1)).count();
    }
    return true;
  }

  /// An edge to a stream that this recording does not have. True: the node can't do without.
  bool absent(std::uint32_t i, const Edge& e) {
    const auto& port = desc(i).ports[e.to_port];
    const auto& from = graph_node(e.from_node);
    const auto& name = find_output_name(e.from_node, e.from_port);
    if ((port.flags & IB_PORT_OPTIONAL) != 0) {
      out_.warning(e.mark, "nodes." + graph_node(i).path + "." + port.name,
                   fmt::format("{} has no stream `{}`; {} runs without it", from.path, name,
                               graph_node(i).path));
      return false;
    }
    out_.error(e.mark, "nodes." + graph_node(i).path + "." + port.name,
               fmt::format("{} has no stream `{}`, which {} needs", from.path, name,
                           graph_node(i).path),
               present_outputs(e.from_node));
    return true;
  }
  std::string find_output_name(std::uint32_t node, std::uint32_t port) const {
    return desc(node).ports[count_inputs(desc(node)) + port].name;
  }
  std::string present_outputs(std::uint32_t node) const {
    std::string s;
    const auto& out = plan_.streams[node].out;
    for (std::uint32_t k = 0; k < out.size(); ++k) {
      if ((out[k].flags & IB_STREAM_ABSENT) != 0) continue;
      s += (s.empty() ? "one of: " : ", ") + find_output_name(node, k);
    }
    return s;
  }

  void preset_output(std::uint32_t i, std::uint32_t k) {
    auto& st = plan_.streams[i];
    const auto& port = desc(i).ports[st.in.size() + k];
    auto& s = st.out[k];
    s.struct_size = sizeof s;
    s.type = port.type;
    s.unit = port.unit;
    s.channels = port.channels;
    if ((port.flags & IB_PORT_TYPE_AS_IN) != 0 && !st.in.empty()) {
      s.type = st.in[0].type;
      s.unit = st.in[0].unit;
    }
    st.out_names[k] = graph_node(i).path + "." + port.name;
    s.name = st.out_names[k].c_str();
    double items = 0, rate = 0;
    Duration hold{};
    for (const auto& in : st.in) {
      items += in.max_items;
      rate += in.rate_hz > 0 ? in.rate_hz : in.items_per_second;
      hold = std::max(hold, Duration{in.hold_ns});
    }
    const double advance = seconds(plan_.step()) + seconds(hold) + 30;  // + wait, idle_after of merges
    const double kept = st.in.size() > 1 ? rate * advance : 0;
    s.max_items = static_cast<std::uint32_t>(std::ceil(port.items_per_item * (items + kept) +
                                                       port.items_per_second * advance) +
                                             port.items_per_call + 4);
    s.items_per_second = port.items_per_item * rate + port.items_per_second +
                         (port.items_per_call > 0 ? 1 : 0);
    if (listened(i, k)) s.flags |= IB_STREAM_CONNECTED;
  }
  bool listened(std::uint32_t i, std::uint32_t k) const {
    for (const auto& n : plan_.graph.nodes) {
      for (const auto& e : n.inputs) {
        if (e.from_node == i && e.from_port == k) return true;
      }
    }
    return false;
  }

  // -- islands: one per source; a node joins its inputs' island; cut where two islands meet -------------
  void cut_into_islands() {
    island_of_.assign(size(), nobody);
    for (const auto i : plan_.order) {
      if (!plan_.active[i]) continue;
      island_of_[i] = choose_island(i);
    }
  }
  std::uint32_t choose_island(std::uint32_t i) {
    const auto& n = graph_node(i);
    if (is_source(i)) return new_island(fmt::format("source {}", n.path));
    std::uint32_t common = nobody;
    bool meets = false, queued = false;
    for (const auto& e : n.inputs) {
      if (island_of_[e.from_node] == nobody) continue;
      queued = queued || e.cut;
      if (common != nobody && common != island_of_[e.from_node]) meets = true;
      common = island_of_[e.from_node];
    }
    if (meets) return new_island(fmt::format("islands meet at {}", n.path));
    if (queued) return new_island(fmt::format("`queue:` at {}", n.path));
    if (plan_.options.mode == Mode::live && (desc(i).flags & IB_NODE_BLOCKING) != 0) {
      return new_island(fmt::format("{} touches disk or network", n.path), true);
    }
    return common;
  }
  std::uint32_t new_island(std::string why, bool blocking = false) {
    auto island = std::make_unique<Island>();
    island->id = static_cast<std::uint32_t>(plan_.islands.size());
    island->why = std::move(why);
    island->blocking = blocking;
    island->busy = &plan_.busy;
    plan_.islands.push_back(std::move(island));
    return static_cast<std::uint32_t>(plan_.islands.size() - 1);
  }

  void make_stages() {
    plan_.stages.assign(size(), nullptr);
    for (const auto i : plan_.order) {
      if (island_of_[i] == nobody) continue;
      auto stage = std::make_unique<Stage>();
      Stage& s = *stage;
      const auto& st = plan_.streams[i];
      s.node = plan_.nodes[i];
      s.graph_node = i;
      s.on_error = graph_node(i).on_error;
      s.sink = is_sink(i);
      s.n_in = static_cast<std::uint32_t>(st.in.size());
      s.n_out = static_cast<std::uint32_t>(st.out.size());
      s.inputs.resize(s.n_in);
      s.in.assign(s.n_in, nullptr);
      s.out.assign(s.n_out, nullptr);
      s.ports = std::vector<OutPort>(s.n_out);
      for (std::uint32_t k = 0; k < s.n_out; ++k) shape_port(s.ports[k], st.out[k]);
      s.call.struct_size = sizeof s.call;
      s.call.n_in = s.n_in;
      s.call.n_out = s.n_out;
      s.call.in = s.in.data();
      s.call.out = s.out.data();
      plan_.stages[i] = &s;
      auto& island = *plan_.islands[island_of_[i]];
      if (is_source(i)) {
        auto& source = plan_.sources[source_of_.at(i)];
        source.stage = &s;
        source.island = &island;
      }
      island.stages.push_back(std::move(stage));
    }
  }
  static void shape_port(OutPort& port, const ib_stream& s) {
    port.listened = (s.flags & IB_STREAM_CONNECTED) != 0 && (s.flags & IB_STREAM_ABSENT) == 0;
    const bool regular = s.rate_hz > 0;
    const auto channels = std::max(1U, s.channels);
    port.shape = {s.max_items,
                  s.type != nullptr ? s.type->item_size
                                    : static_cast<std::uint32_t>(sizeof(float)) * channels,
                  regular, channels};
  }

  // -- edges ----------------------------------------------------------------------------------------------
  void connect() {
    // (producer port) → edges that leave its island, gating and lossy apart.
    for (const auto i : plan_.order) {
      if (plan_.stages[i] == nullptr) continue;
      for (const auto& e : graph_node(i).inputs) {
        Stage* from = plan_.stages[e.from_node];
        if (from == nullptr || !from->ports[e.from_port].listened) continue;
        if (island_of_[i] == island_of_[e.from_node]) {
          plan_.stages[i]->inputs[e.to_port].port = &from->ports[e.from_port];
        } else {
          leaving_[{e.from_node, e.from_port}].push_back({i, &e});
        }
      }
    }
    for (const auto& [port, edges] : leaving_) cut(port.first, port.second, edges);
    find_partners();
    place_on_workers();
  }

  struct Leaving {
    std::uint32_t to;
    const Edge* edge;
  };
  Overflow policy_of(const Leaving& l) const {
    if (plan_.options.mode == Mode::replay) return Overflow::block;
    if (l.edge->overflow != Overflow::error) return l.edge->overflow;
    return plan_.islands[island_of_[l.to]]->blocking ? Overflow::drop_newest : Overflow::error;
  }

  void cut(std::uint32_t node, std::uint32_t port, const std::vector<Leaving>& edges) {
    std::map<std::uint32_t, std::vector<Leaving>> gating, lossy;  // by consumer island
    for (const auto& l : edges) {
      const auto p = policy_of(l);
      const bool loses = p == Overflow::drop_newest || p == Overflow::latest;
      (loses ? lossy : gating)[island_of_[l.to]].push_back(l);
    }
    if (!gating.empty()) make_ring(node, port, gating, false);
    for (const auto& one : lossy) make_ring(node, port, {one}, true);
  }

  void make_ring(std::uint32_t node, std::uint32_t port,
                 const std::map<std::uint32_t, std::vector<Leaving>>& by_island, bool lossy) {
    auto& out = plan_.stages[node]->ports[port];
    const auto& first = by_island.begin()->second.front();
    const double span = first.edge->queue_s > 0 ? first.edge->queue_s : lossy ? 30 : 1;
    auto ring = std::make_unique<CutRing>(slots(out.shape, plan_.streams[node].out[port], span, lossy),
                                          by_island.size());
    ring->shape = out.shape;
    ring->policy = policy_of(first);
    ring->why = plan_.islands[by_island.begin()->first]->why;
    ring->producer = plan_.islands[island_of_[node]].get();
    ring->from = plan_.streams[node].out_names[port];
    std::size_t reader = 0;
    for (const auto& [island, leaving] : by_island) {
      RingInput arrival{ring.get(), reader++, {}};
      for (const auto& l : leaving) {
        arrival.targets.push_back({plan_.stages[l.to], l.edge->to_port});
        ring->to += (ring->to.empty() ? "" : ", ") + graph_node(l.to).path;
      }
      ring->consumers.push_back(plan_.islands[island].get());
      plan_.islands[island]->arrivals.push_back(std::move(arrival));
    }
    if (lossy) {
      out.lossy.push_back(ring.get());
    } else {
      out.gating = ring.get();
      ring->producer->leaves.push_back(ring.get());
    }
    plan_.rings.push_back(std::move(ring));
  }

  /// Live: blocks that arrive within `span`, at most 16 packets/s and 4 marks/s; replay: a few steps.
  std::size_t slots(const BlockShape&, const ib_stream&, double span, bool lossy) const {
    if (plan_.options.mode == Mode::replay) return 4;
    return static_cast<std::size_t>(span * (lossy ? 40 : 64));
  }

  void find_partners() {
    for (const auto& st : plan_.streams) {
      if (st.sources.size() < 2) continue;
      for (const auto a : st.sources) {
        for (const auto b : st.sources) {
          auto& p = plan_.sources[a].partners;
          if (a != b && std::find(p.begin(), p.end(), b) == p.end()) p.push_back(b);
        }
      }
    }
  }

  /// Sources stay on worker 0; blocking sinks share one of their own; the rest goes round.
  void place_on_workers() {
    plan_.workers.push_back(std::make_unique<Worker>());
    const bool any_blocking = std::any_of(plan_.islands.begin(), plan_.islands.end(),
                                          [](const auto& i) { return i->blocking; });
    const unsigned more = plan_.options.threads > 1 ? plan_.options.threads - 1 : 0;
    for (unsigned k = 0; k < more; ++k) plan_.workers.push_back(std::make_unique<Worker>());
    Worker* io = nullptr;
    if (any_blocking) {
      plan_.workers.push_back(std::make_unique<Worker>());
      io = plan_.workers.back().get();
    }
    unsigned next = 0;
    for (auto& island : plan_.islands) {
      const bool source = std::any_of(island->stages.begin(), island->stages.end(),
                                      [](const auto& s) { return s->n_in == 0; });
      if (island->blocking) island->home = io;
      else if (source || more == 0) island->home = plan_.workers[0].get();
      else island->home = plan_.workers[1 + next++ % more].get();
    }
  }

  // -- memory: outputs of an island share buffers like registers ----------------------------------------
  void share_memory() {
    for (auto& island : plan_.islands) {
      std::map<const OutPort*, std::size_t> last_reader;
      for (std::size_t k = 0; k < island->stages.size(); ++k) {
        for (const auto& ref : island->stages[k]->inputs) {
          if (ref.port != nullptr) last_reader[ref.port] = k;
        }
      }
      color(*island, last_reader);
    }
  }
  struct Buffer {
    std::size_t bytes{};
    std::size_t free_after{};  ///< stage index after which it may be written again
    std::vector<OutPort*> users;
  };
  void color(Island& island, const std::map<const OutPort*, std::size_t>& last_reader) {
    std::vector<Buffer> buffers;
    for (std::size_t k = 0; k < island.stages.size(); ++k) {
      for (auto& port : island.stages[k]->ports) {
        if (!port.listened) continue;
        const auto it = last_reader.find(&port);
        // An output that crosses a cut is published after the whole island ran: it must last.
        const bool leaves = port.gating != nullptr || !port.lossy.empty();
        const auto until = leaves ? SIZE_MAX : it != last_reader.end() ? it->second : k;
        Buffer* b = find_free(buffers, k);
        if (b == nullptr) b = &buffers.emplace_back();
        b->bytes = std::max(b->bytes, port.shape.bytes() + 3 * Arena::alignment);
        b->free_after = until;
        b->users.push_back(&port);
      }
    }
    for (auto& b : buffers) {
      auto& pool = pools_.emplace_back(std::make_unique<Pool>());
      pool->users = b.users;
      plan_.arena.want(&pool->memory, b.bytes);
    }
  }
  static Buffer* find_free(std::vector<Buffer>& buffers, std::size_t stage) {
    for (auto& b : buffers) {
      if (b.free_after < stage) return &b;
    }
    return nullptr;
  }

  struct Pool {
    std::byte* memory{};
    std::vector<OutPort*> users;
  };

  void allocate() {
    for (auto& ring : plan_.rings) {
      for (auto& slot : ring->ring.slots()) want(slot, ring->shape);
    }
    plan_.arena.allocate();
    for (auto& pool : pools_) {
      for (OutPort* port : pool->users) {
        lay_out(port->own, port->shape, pool->memory);
        port->own.prepare(port->shape);
        port->current = &port->own;
      }
    }
    for (auto& ring : plan_.rings) {
      for (auto& slot : ring->ring.slots()) slot.prepare(ring->shape);
    }
  }
  void want(BlockSlot& slot, const BlockShape& shape) {
    plan_.arena.want(&slot.data, std::size_t{shape.capacity} * shape.item_bytes);
    if (shape.regular) plan_.arena.want(&slot.flags, shape.capacity);
    else plan_.arena.want(&slot.times, shape.capacity * sizeof(std::int64_t));
  }
  static void lay_out(BlockSlot& slot, const BlockShape& shape, std::byte* memory) {
    const auto round = [](std::size_t n) {
      return (n + Arena::alignment - 1) / Arena::alignment * Arena::alignment;
    };
    slot.data = memory;
    memory += round(std::size_t{shape.capacity} * shape.item_bytes);
    if (shape.regular) slot.flags = reinterpret_cast<std::uint8_t*>(memory);
    else slot.times = reinterpret_cast<std::int64_t*>(memory);
  }

  PlanImpl& plan_;
  Diagnostics& out_;
  std::map<std::uint32_t, std::uint32_t> source_of_;  ///< graph node → index in plan.sources
  std::vector<std::uint32_t> island_of_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Leaving>> leaving_;
  std::vector<std::unique_ptr<Pool>> pools_;
};

}  // namespace

PlanImpl::~PlanImpl() {
  for (auto& w : workers) w->stop_thread();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i] == nullptr) continue;
    if (active[i]) nodes[i]->deactivate(nodes[i]);
    nodes[i]->destroy(nodes[i]);
  }
}

}  // namespace detail

Plan::Plan() : impl_(std::make_unique<detail::PlanImpl>()) {}
Plan::~Plan() = default;

std::unique_ptr<Plan> Plan::build(const Graph& graph, const PlanOptions& options, Diagnostics& out) {
  std::unique_ptr<Plan> plan(new Plan);
  auto& impl = *plan->impl_;
  impl.graph = graph;
  impl.options = options;
  if (impl.options.step.count() <= 0) {
    impl.options.step = options.mode == Mode::live ? Duration(1s) : Duration(10s);
  }
  impl.context.live = options.mode == Mode::live;
  impl.context.log = &impl.log;
  detail::Builder builder(impl, out);
  if (!builder.build()) return nullptr;
  return plan;
}

bool Plan::has_live_source() const {
  return std::any_of(impl_->sources.begin(), impl_->sources.end(),
                     [](const auto& s) { return s.info.live != 0; });
}

std::vector<std::string> Plan::start_notes() const {
  std::vector<std::string> notes;
  for (const auto& s : impl_->sources) {
    notes.push_back(impl_->graph.nodes[s.stage->graph_node].path + " " + s.start_note);
  }
  return notes;
}

std::size_t Plan::memory_bytes() const { return impl_->arena.bytes(); }
const Graph& Plan::graph() const { return impl_->graph; }

}  // namespace ib
