// A registry of toy node types, for tests of what reads graphs: descriptors only, nothing runs.
//
//   source.ring    -> ppg (samples, unrated), beats
//   filter.low     samples -> the same samples
//   quality.rate   ppg -> ppg, rated
//   beat.find      ppg -> beats        interval.clean  beats -> intervals
//   hrv.window     intervals (rated) -> hrv            dyad.compare  intervals, intervals -> dyad
//   sink.csv       anything -> a file
//   dyad.both      a module: two hrv.window and a sink
#pragma once

#include <interbeat/registry.hpp>

#include <array>

namespace ib::test {

namespace toy {

inline constexpr ib_field sample_fields[]{
    {sizeof(ib_field), IB_F32, "value", "a.u.", 0, 1, 0, 0, nullptr, "Light."}};
inline constexpr ib_field beat_fields[]{
    {sizeof(ib_field), IB_F64, "ibi_ms", "ms", 0, 1, 0, 0, nullptr, "Interval."}};

constexpr ib_type type(const char* urn, const ib_field* fields) {
  return {sizeof(ib_type), 8, 8, 1, urn, fields, "A toy."};
}
inline constexpr ib_type ppg = type("toy/ppg/1", sample_fields);
inline constexpr ib_type beat = type("toy/beat/1", beat_fields);
inline constexpr ib_type interval = type("toy/interval/1", beat_fields);
inline constexpr ib_type hrv = type("toy/hrv/1", beat_fields);

constexpr ib_port port(const char* name, std::uint32_t flags, const ib_type* of, const char* unit,
                       const char* doc, std::uint32_t grade = IB_GRADE_AS_INPUT) {
  return {sizeof(ib_port), flags,   name,   of, unit, doc, 0, grade, 0, 1, 0, 0, 0,
          nullptr,         nullptr, nullptr};
}
constexpr ib_port adding(ib_port p, const char* attribute) {
  p.adds = attribute;
  return p;
}
constexpr ib_port clearing(ib_port p, const char* attribute) {
  p.clears = attribute;
  return p;
}
constexpr ib_port refusing(ib_port p, const char* attribute) {
  p.refuses = attribute;
  return p;
}

constexpr ib_param number(const char* name, const char* unit, double min, double max, double def,
                          const char* doc, ib_param_kind kind = IB_NUMBER) {
  return {sizeof(ib_param), 0, name, kind, 0, unit, min, max, def, nullptr, nullptr, doc};
}
constexpr ib_param boolean(const char* name, const char* doc, std::uint32_t flags = 0) {
  return {sizeof(ib_param), flags, name, IB_BOOLEAN, 0, "", 0, 1, 0, nullptr, nullptr, doc};
}
constexpr ib_param text(const char* name, const char* doc, std::uint32_t flags = 0) {
  return {sizeof(ib_param), flags, name, IB_STRING, 0, "", 0, 0, 0, nullptr, nullptr, doc};
}
inline constexpr const char* methods[]{"slope", "peak"};
inline constexpr ib_param method{sizeof(ib_param), 0,       "method", IB_CHOICE, 2, "", 0, 1, 0,
                                 nullptr,          methods, "How."};

inline constexpr std::uint32_t out = IB_PORT_OUT, regular = IB_PORT_REGULAR;

inline constexpr ib_port ring_ports[]{
    adding(port("ppg", out | regular, &ppg, "a.u.", "Pulse wave.", IB_GRADE_RAW), "unrated"),
    port("beats", out, &beat, "", "Beats of the device.", IB_GRADE_BEATS)};
inline constexpr ib_param ring_params[]{
    text("source", "What to open.", IB_PARAM_REQUIRED | IB_PARAM_SOURCE),
    number("rate", "Hz", 1, 1000, 25, "Samples per second.")};

inline constexpr ib_port low_ports[]{
    port("in", IB_PORT_ANY_SAMPLES | regular, nullptr, "", "Any samples."),
    port("out", out | regular | IB_PORT_TYPE_AS_IN, nullptr, "", "The same, smoother.")};
inline constexpr ib_param low_params[]{
    number("cutoff", "Hz", 0.05, 5, 0.5, "Upper -3 dB edge."),
    number("order", "1", 1, 8, 2, "Order of the filter.", IB_INTEGER)};

inline constexpr ib_port quality_ports[]{
    port("in", regular, &ppg, "a.u.", "Pulse wave."),
    clearing(port("out", out | regular, &ppg, "a.u.", "Rated pulse wave."), "unrated")};

inline constexpr ib_port find_ports[]{port("in", regular, &ppg, "a.u.", "Pulse wave."),
                                      port("out", out, &beat, "", "Beats.", IB_GRADE_BEATS)};
inline constexpr ib_param find_params[]{number("hop", "s", 0.1, 2, 0.25, "Time between looks."),
                                        method};

inline constexpr ib_port clean_ports[]{port("in", 0, &beat, "", "Beats."),
                                       port("out", out, &interval, "ms", "Clean intervals.")};

inline constexpr ib_port hrv_ports[]{
    refusing(port("in", 0, &interval, "ms", "intervals from rated samples"), "unrated"),
    port("out", out, &hrv, "", "One row per step.", IB_GRADE_METRICS)};
inline constexpr ib_param hrv_params[]{
    number("window", "s", 10, 600, 60, "Length of the window."),
    number("beats", "beats", 4, 1000, 20, "Fewest beats.", IB_INTEGER),
    number("coverage", "%", 0, 100, 80, "Least coverage."),
    boolean("accept_unrated", "Takes intervals of unknown quality.", IB_PARAM_OVERRIDE)};

inline constexpr ib_port compare_ports[]{
    port("a", 0, &interval, "ms", "Intervals of one."),
    port("b", 0, &interval, "ms", "Intervals of the other."),
    port("c", IB_PORT_OPTIONAL, &interval, "ms", "Intervals of a third."),
    port("out", out, &hrv, "", "One row per step.", IB_GRADE_STATE)};
inline constexpr ib_param compare_params[]{number("window", "s", 10, 600, 60, "Length.")};

inline constexpr ib_port sink_ports[]{port("in", IB_PORT_ANY_TYPE, nullptr, "", "Anything.")};
inline constexpr ib_param sink_params[]{
    text("path", "The file to write.", IB_PARAM_REQUIRED | IB_PARAM_OUTPUT_PATH),
    boolean("flush", "Writes every row at once.")};

template <std::size_t N, std::size_t M>
constexpr ib_node_desc node(const char* type, std::uint32_t flags, const ib_port (&ports)[N],
                            const ib_param (&params)[M]) {
  return {sizeof(ib_node_desc),
          flags | IB_NODE_DETERMINISTIC,
          type,
          "1.0.0",
          "A toy.",
          "",
          N,
          M,
          ports,
          params};
}
template <std::size_t N>
constexpr ib_node_desc node(const char* type, std::uint32_t flags, const ib_port (&ports)[N]) {
  return {sizeof(ib_node_desc),
          flags | IB_NODE_DETERMINISTIC,
          type,
          "1.0.0",
          "A toy.",
          "",
          N,
          0,
          ports,
          nullptr};
}

inline constexpr std::array nodes{node("source.ring", IB_NODE_SOURCE, ring_ports, ring_params),
                                  node("filter.low", IB_NODE_BYPASS_OK, low_ports, low_params),
                                  node("quality.rate", 0, quality_ports),
                                  node("beat.find", 0, find_ports, find_params),
                                  node("interval.clean", 0, clean_ports),
                                  node("hrv.window", 0, hrv_ports, hrv_params),
                                  node("dyad.compare", 0, compare_ports, compare_params),
                                  node("sink.csv", IB_NODE_SINK, sink_ports, sink_params)};

inline constexpr const char* both = R"(interbeat: 1
parameters:
  window: {type: duration, default: 60 s, min: 10 s, max: 300 s, doc: "Length of both windows."}
inputs: {a: "Intervals of one.", b: "Intervals of the other.", c: {doc: "A third.", optional: true}}
nodes:
  left:    {type: hrv.window, in: a, window: $window}
  compare: {type: dyad.compare, a: a, b: b, c: c, window: $window}
outputs: {out: compare, left: left.out}
)";

}  // namespace toy

inline Registry toy_registry() {
  Registry registry;
  for (const auto& desc : toy::nodes) registry.add(NodeType{&desc, nullptr});
  registry.add(ModuleType{"dyad.both", toy::both});
  return registry;
}

}  // namespace ib::test
