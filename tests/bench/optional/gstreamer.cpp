// A hop of the engine beside a hop of GStreamer: the same packets through `identity` elements, pushed
// from pad to pad on the calling thread. Built with -DINTERBEAT_PEERS=ON where libgstreamer1.0-dev is.
#include <gst/gst.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "bench/graph_work.hpp"
#include "bench/peers.hpp"

namespace ib::bench {
namespace {

constexpr int nodes = 20;
constexpr gsize packet_bytes = 8 * sizeof(float);

GstElement* make(const char* type, GstBin* in) {
  GstElement* element = gst_element_factory_make(type, nullptr);
  if (element == nullptr)
    throw std::runtime_error(std::string("GStreamer has no element ") + type +
                             "; it comes with libgstreamer1.0-0");
  gst_bin_add(in, element);
  return element;
}

/// n × identity → fakesink, fed through a pad of our own.
class Pipeline {
 public:
  explicit Pipeline(int n)
      : pipeline_(gst_pipeline_new(nullptr)), pad_(gst_pad_new("src", GST_PAD_SRC)) {
    auto* bin = GST_BIN(pipeline_);
    GstElement* last = nullptr;
    for (int i = 0; i < n; ++i) {
      GstElement* element = make("identity", bin);
      if (last != nullptr) gst_element_link(last, element);
      else feed(element);
      last = element;
    }
    GstElement* sink = make("fakesink", bin);
    g_object_set(sink, "sync", FALSE, "async", FALSE, nullptr);
    gst_element_link(last, sink);
    gst_element_set_state(pipeline_, GST_STATE_PLAYING);
    gst_pad_set_active(pad_, TRUE);
    gst_pad_push_event(pad_, gst_event_new_stream_start("bench"));
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(pad_, gst_event_new_segment(&segment));
  }
  ~Pipeline() {
    gst_pad_set_active(pad_, FALSE);
    gst_element_set_state(pipeline_, GST_STATE_NULL);
    gst_object_unref(pad_);
    gst_object_unref(pipeline_);
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  void push(std::uint64_t packets) {
    for (std::uint64_t i = 0; i < packets; ++i) {
      GstBuffer* buffer = gst_buffer_new_allocate(nullptr, packet_bytes, nullptr);
      if (gst_pad_push(pad_, buffer) != GST_FLOW_OK)
        throw std::runtime_error("GStreamer did not take a buffer");
    }
  }

 private:
  void feed(GstElement* first) {
    GstPad* sink = gst_element_get_static_pad(first, "sink");
    gst_pad_link(pad_, sink);
    gst_object_unref(sink);
  }
  GstElement* pipeline_;
  GstPad* pad_;
};

Cost identities(int n, std::uint64_t packets) {
  Pipeline pipeline(n);
  pipeline.push(packets / 10);
  return cost_of(static_cast<double>(packets), [&] { pipeline.push(packets); });
}

enum Sides : std::size_t { none, pass, one, more };

double ours(const Round& r) { return (r.sides[pass].cpu() - r.sides[none].cpu()) / nodes; }
double theirs(const Round& r) { return (r.sides[more].cpu() - r.sides[one].cpu()) / nodes; }

Side engine(const std::string& name, int n, std::uint64_t packets) {
  return {name, [work = GraphWork{.yaml = chain_yaml(n, "bench.pass", 8), .packets = packets}] {
            return run_graph(work);
          }};
}

Experiment hop_beside_gstreamer(const Effort& effort) {
  gst_init(nullptr, nullptr);
  const auto n = effort.of(50'000), gst_n = effort.of(5'000);
  Experiment e;
  e.title =
      "one node more in a chain of 20, packets of 8 floats, beside " +
      std::string(std::unique_ptr<char, decltype(&g_free)>(gst_version_string(), g_free).get());
  e.sides = {engine("source and sink", 0, n),
             engine("20 pass-through nodes", nodes, n),
             {"1 identity", [gst_n] { return identities(1, gst_n); }},
             {"21 identities", [gst_n] { return identities(nodes + 1, gst_n); }}};
  e.figures = {{"pass-through node", "ns", Kind::time, ours},
               {"GStreamer identity", "ns", Kind::time, theirs},
               {"GStreamer / ours", "times", Kind::ratio,
                [](const Round& r) { return theirs(r) / ours(r); }}};
  return e;
}

}  // namespace

const std::vector<Offer>& peers() {
  static const std::vector<Offer> all{
      {"gstreamer", "one node more in a chain, beside GStreamer", hop_beside_gstreamer}};
  return all;
}

}  // namespace ib::bench
