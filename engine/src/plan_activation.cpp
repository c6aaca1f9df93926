// Activation: what each node may know of its edges flows from the sources to the sinks, and what each
// node promises (rates, bounds, latency) flows on.
#include "graph_voice.hpp"
#include "owners.hpp"
#include "plan_steps.hpp"
#include "stream_pointers.hpp"

#include <interbeat/sugar/absence.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace ib::detail {
namespace {

constexpr std::size_t error_size = 4096;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& n : names) text += (text.empty() ? "" : ",") + n;
  return text;
}

class Activating {
 public:
  Activating(PlanImpl& plan, Diagnostics& out)
      : plan_(plan),
        out_(out),
        ownership_(ownership(plan.graph)),
        error_text_(error_size, '\0'),
        out_dir_(plan.options.out_dir.string()) {}

  void run() {
    plan_.streams.resize(plan_.graph.nodes.size());
    plan_.planned.assign(plan_.graph.nodes.size(), false);
    find_listened();
    for (const auto i : plan_.order) {
      fold_before(i);
      const auto k = plan_.source_of[i];
      if (k != PlanImpl::nobody && plan_.sources[k].ext != nullptr) {
        plan_.sources[k].ext->place(plan_.nodes[i], plan_.sources[k].start.ns);
      }
      activate(i);
      part_.push_back(i);
    }
    fold();
  }

 private:
  const GraphNode& graph_node(std::uint32_t i) const { return plan_.graph.nodes[i]; }
  const ib_node_desc& desc(std::uint32_t i) const { return *graph_node(i).type->desc; }

  /// Nodes of a part of the graph follow one another: what the part before has in common with others
  /// is let go before the next one needs the room.
  void fold_before(std::uint32_t i) {
    if (!part_.empty() && plan_.component_of[part_.front()] != plan_.component_of[i]) fold();
  }
  void fold() {
    const bool whole =
        std::all_of(part_.begin(), part_.end(), [&](auto i) { return plan_.planned[i]; });
    if (whole) plan_.streams.fold(part_, plan_.graph);
    part_.clear();
  }

  void find_listened() {
    for (std::uint32_t i = 0; i < plan_.graph.nodes.size(); ++i) {
      listened_.emplace_back(count_outputs(desc(i)), false);
    }
    for (const auto& n : plan_.graph.nodes) {
      for (const auto& e : n.inputs) listened_[e.from_node][e.from_port] = true;
    }
  }

  void activate(std::uint32_t i) {
    auto& st = plan_.streams.make(i);
    const auto& d = desc(i);
    st.in.assign(count_inputs(d), {});
    st.out.assign(count_outputs(d), {});
    st.out_names.resize(st.out.size());
    st.owners.resize(st.out.size());
    if (!fill_inputs(i)) return;
    for (std::uint32_t k = 0; k < st.out.size(); ++k) preset_output(i, k);
    const bool opens_files = is_sink(plan_, i);
    if (!(plan_.options.dry && opens_files) && !call(i)) return;
    plan_.planned[i] = true;
    add_latency(st);
    if (is_source(plan_, i)) st.sources = {plan_.source_of[i]};
  }

  bool call(std::uint32_t i) {
    auto& st = plan_.streams[i];
    auto& error = error_text_;
    error[0] = '\0';
    ib_activation a{};
    a.struct_size = sizeof a;
    pointers_.put(a, st.in, st.out);
    a.max_step_ns = plan_.step().count();
    a.seed = plan_.graph.seed;
    a.path = graph_node(i).path.c_str();
    a.out_dir = out_dir_.c_str();
    a.error = error.data();
    a.error_size = error_size;
    a.n_sources = static_cast<std::uint32_t>(st.sources.size());
    auto* n = plan_.nodes[i];
    plan_.active[i] = n->activate(n, &a) == IB_OK;
    st.scratch_bytes = a.scratch_bytes;
    if (plan_.active[i]) return true;
    report(plan_, out_, i,
           fmt::format("{} ({}) can't run like this: {}", graph_node(i).path, desc(i).type,
                       error[0] != '\0' ? error.c_str() : "it gave no reason"));
    return false;
  }

  static void add_latency(NodeStreams& st) {
    Duration in_latency{}, own{};
    for (const auto& s : st.in) in_latency = std::max(in_latency, Duration{s.latency_ns});
    for (auto& s : st.out) {
      own = std::max(own, Duration{s.latency_ns});
      s.latency_ns += in_latency.count();
    }
    st.path_latency = in_latency + own;
  }

  // -- inputs -----------------------------------------------------------------------------------

  bool fill_inputs(std::uint32_t i) {
    auto& st = plan_.streams[i];
    for (auto& s : st.in) s.struct_size = sizeof s;
    for (const auto& e : graph_node(i).inputs) {
      const auto& up = plan_.streams[e.from_node];
      if (!plan_.planned[e.from_node]) return false;  // it has failed and said so
      const auto& from = up.out[e.from_port];
      if ((from.flags & IB_STREAM_ABSENT) != 0) {
        if (needs(i, e)) return false;
        continue;
      }
      st.in[e.to_port] = from;
      st.in[e.to_port].flags = IB_STREAM_CONNECTED | (from.flags & IB_STREAM_STEERED);
      add_sources(i, up.sources);
      check_rate(i, e);
    }
    Duration longest{};
    for (const auto& s : st.in) longest = std::max(longest, Duration{s.latency_ns});
    const bool merges = st.sources.size() > 1;
    for (auto& s : st.in) {
      s.hold_ns =
          (longest - Duration{s.latency_ns} + plan_.step() * (merges ? 3 : 1) + longest_outage())
              .count();
    }
    return true;
  }

  /// Live, a node in a process of its own is silent while it hangs and is started again, a few times in a row at
  /// worst; its partners' items wait meanwhile.
  Duration longest_outage() const {
    return plan_.mode == Mode::live && plan_.death_watch != nullptr ? Duration(10s) : Duration{};
  }

  /// Those that are not there yet, behind the others.
  void add_sources(std::uint32_t i, const std::vector<std::uint32_t>& more) {
    auto& all = plan_.streams[i].sources;
    if (all.empty()) {
      all = more;
      return;
    }
    if (all == more) return;
    has_source_.resize(plan_.sources.size());
    for (const auto s : all) has_source_[s] = true;
    const auto before = all.size();
    for (const auto s : more) {
      if (!has_source_[s]) all.push_back(s);
    }
    for (std::size_t k = 0; k < before; ++k) has_source_[all[k]] = false;
  }

  void check_rate(std::uint32_t i, const Edge& e) {
    const auto& port = desc(i).ports[e.to_port];
    const auto& s = plan_.streams[i].in[e.to_port];
    if (port.rate_min_hz <= 0 || s.rate_hz <= 0 || s.rate_hz >= port.rate_min_hz) return;
    report(plan_, out_, i,
           fmt::format("{} needs at least {:g} Hz on `{}`, but {} has {:g} Hz", graph_node(i).path,
                       port.rate_min_hz, port.name, s.name, s.rate_hz),
           port.doc);
  }

  /// An edge to a stream that this recording does not have. True: the node can't do without.
  bool needs(std::uint32_t i, const Edge& e) {
    const auto& port = desc(i).ports[e.to_port];
    const auto& from = graph_node(e.from_node);
    const std::string name = port_name(e.from_node, e.from_port);
    const auto place = "nodes." + graph_node(i).path + "." + port.name;
    const auto why = why_absent(e);
    if ((port.flags & IB_PORT_OPTIONAL) != 0) {
      out_.add({Severity::warning,
                e.mark,
                place,
                fmt::format("{} has no stream `{}`; {} runs without it{}", from.path, name,
                            graph_node(i).path, why),
                {},
                {},
                way_to(i, from)});
      return false;
    }
    out_.add({Severity::error,
              e.mark,
              place,
              fmt::format("{} has no stream `{}`, which {} needs{}", from.path, name,
                          graph_node(i).path, why),
              present_outputs(e.from_node),
              {},
              way_to(i, from)});
    return true;
  }
  /// Where the source was chosen, if not beside its node, then the modules that hold its reader.
  std::vector<std::string> way_to(std::uint32_t reader, const GraphNode& source) const {
    auto chain = graph_node(reader).origin->chain;
    const auto* chosen = source_setting(source);
    if (chosen == nullptr || chosen->via.empty()) return chain;
    std::vector<std::string> way{source.path + ", chosen by " + location_of(chosen->mark),
                                 chosen->via.str()};
    chain.insert(chain.begin(), way.begin(), way.end());
    return chain;
  }
  /// ": " and the reason, as the node tells it; or nothing.
  std::string why_absent(const Edge& e) const {
    auto* n = plan_.nodes[e.from_node];
    const auto* table = static_cast<const AbsenceTable*>(n->extension(n, absence_extension));
    const char* why = table == nullptr ? nullptr : table->why(n, e.from_port);
    return why == nullptr || *why == '\0' ? "" : fmt::format(": {}", why);
  }
  std::string port_name(std::uint32_t node, std::uint32_t port) const {
    return desc(node).ports[count_inputs(desc(node)) + port].name;
  }
  std::string present_outputs(std::uint32_t node) const {
    std::string s;
    const auto& out = plan_.streams[node].out;
    for (std::uint32_t k = 0; k < out.size(); ++k) {
      if ((out[k].flags & IB_STREAM_ABSENT) != 0) continue;
      s += (s.empty() ? "one of: " : ", ") + port_name(node, k);
    }
    return s;
  }

  // -- outputs ----------------------------------------------------------------------------------

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
    st.out_names[k] = output_name(graph_node(i), k);
    s.name = st.out_names[k].c_str();
    st.owners[k] = joined(ownership_[i][k].owners);
    s.owners = st.owners[k].c_str();
    s.grade = ownership_[i][k].grade;
    double items = 0, rate = 0;
    Duration hold{};
    for (const auto& in : st.in) {
      items += in.max_items;
      rate += in.rate_hz > 0 ? in.rate_hz : in.items_per_second;
      hold = std::max(hold, Duration{in.hold_ns});
    }
    // At most so much time is settled at once: a step, what a slower input held back, the first look
    // after a start; behind a merge also what it waits for a silent partner.
    const double advance = seconds(plan_.step()) + seconds(hold) + first_look_s +
                           (st.sources.size() > 1 ? longest_wait_s : 0);
    const double kept = st.in.size() > 1 ? rate * advance : 0;
    s.max_items = static_cast<std::uint32_t>(
        std::ceil(port.items_per_item * (items + kept) + port.items_per_second * advance) +
        port.items_per_call + 4);
    s.items_per_second =
        port.items_per_item * rate + port.items_per_second + (port.items_per_call > 0 ? 1 : 0);
    s.sampled_hz = sampled_hz(st);
    if (listened_[i][k]) s.flags |= IB_STREAM_CONNECTED;
    for (const auto& in : st.in) s.flags |= in.flags & IB_STREAM_STEERED;
  }

  /// Of the samples behind the first input that has any; 0: of none.
  static double sampled_hz(const NodeStreams& st) {
    for (const auto& in : st.in) {
      const double hz = in.rate_hz > 0 ? in.rate_hz : in.sampled_hz;
      if (hz > 0) return hz;
    }
    return 0;
  }

  static constexpr double first_look_s = 4;     // detectors look after 3 s
  static constexpr double longest_wait_s = 30;  // wait and idle_after of a merge

  PlanImpl& plan_;
  Diagnostics& out_;
  std::vector<std::vector<PortOwnership>> ownership_;
  std::vector<std::vector<bool>> listened_;
  std::string error_text_, out_dir_;
  StreamPointers pointers_;
  std::vector<bool> has_source_;     ///< of add_sources
  std::vector<std::uint32_t> part_;  ///< the component in hand
};

}  // namespace

void activate_nodes(PlanImpl& plan, Diagnostics& out) { Activating(plan, out).run(); }

}  // namespace ib::detail
