// A hop of the engine beside a block of GNU Radio: float streams through `copy` blocks, at most 8 items
// a call. GNU Radio has a thread for each block, so both sides are compared by the CPU time of the
// whole process; starting and ending the flow graph is in it, and cancels between the two lengths up to
// the twenty threads. Built with -DINTERBEAT_PEERS=ON where gnuradio-dev is.
#include <gnuradio/blocks/copy.h>
#include <gnuradio/blocks/head.h>
#include <gnuradio/blocks/null_sink.h>
#include <gnuradio/blocks/null_source.h>
#include <gnuradio/constants.h>
#include <gnuradio/top_block.h>

#include "bench/graph_work.hpp"
#include "bench/peers.hpp"

namespace ib::bench {
namespace {

constexpr int nodes = 20, packet = 8;

Cost copies(int n, std::uint64_t packets) {
  const auto flow = gr::make_top_block("bench");
  const auto source = gr::blocks::null_source::make(sizeof(float));
  const auto head = gr::blocks::head::make(sizeof(float), packet * packets);
  flow->connect(source, 0, head, 0);
  gr::basic_block_sptr last = head;
  for (int i = 0; i < n; ++i) {
    const auto copy = gr::blocks::copy::make(sizeof(float));
    copy->set_max_noutput_items(packet);  // the limit of run() is not kept inside a chain
    flow->connect(last, 0, copy, 0);
    last = copy;
  }
  flow->connect(last, 0, gr::blocks::null_sink::make(sizeof(float)), 0);
  return cost_of(static_cast<double>(packets), [&] { flow->run(packet); });
}

enum Sides : std::size_t { none, pass, one, more };

double ours(const Round& r) { return (r.sides[pass].process() - r.sides[none].process()) / nodes; }
double theirs(const Round& r) { return (r.sides[more].process() - r.sides[one].process()) / nodes; }

Side engine(const std::string& name, int n, std::uint64_t packets) {
  return {name, [work = GraphWork{.yaml = chain_yaml(n, "bench.pass", packet),
                                  .packets = packets}] { return run_graph(work); }};
}

Experiment hop_beside_gnuradio(const Effort& effort) {
  const auto n = effort.of(50'000), gr_n = effort.of(100'000);
  Experiment e;
  e.title =
      "one node more in a chain of 20, packets of 8 floats, beside GNU Radio " + gr::version();
  e.sides = {engine("source and sink", 0, n),
             engine("20 pass-through nodes", nodes, n),
             {"1 copy block", [gr_n] { return copies(1, gr_n); }},
             {"21 copy blocks", [gr_n] { return copies(nodes + 1, gr_n); }}};
  e.figures = {{"pass-through node", "ns", Kind::time, ours},
               {"GNU Radio copy block", "ns", Kind::time, theirs},
               {"GNU Radio / ours", "times", Kind::ratio,
                [](const Round& r) { return theirs(r) / ours(r); }}};
  return e;
}

}  // namespace

const std::vector<Offer>& peers() {
  static const std::vector<Offer> all{
      {"gnuradio", "one node more in a chain, beside GNU Radio", hop_beside_gnuradio}};
  return all;
}

}  // namespace ib::bench
