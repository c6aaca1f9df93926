// A recorded session of devices on a real bus: what they sent stands in the file, and from that alone their clocks are
// estimated again as the blocks have them.
#include "support/air.hpp"
#include "support/live_graph.hpp"
#include "support/packet_clock.hpp"
#include "support/private_bus.hpp"
#include "vring/bcl_ring.hpp"
#include "vring/polar.hpp"

#include <interbeat/recording_file.hpp>
#include <interbeat/replay.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>
#include <string>

using namespace ib;
using namespace std::chrono_literals;

namespace {

constexpr const char* three_recorded_devices = R"(interbeat: 1
nodes:
  ring:  {type: ring.bcl, device: "ble:AA:00:00:00:02:01", connect_timeout: 10 s}
  raw:   {type: ring.bcl, device: "ble:AA:00:00:00:02:02", mode: raw, connect_timeout: 10 s}
  polar: {type: polar.pmd, device: "ble:AA:00:00:00:04:01", connect_timeout: 10 s}
  ppg: {type: sink.csv, in: ring.ppg, path: ppg.csv}
  raw_ppg: {type: sink.csv, in: raw.ppg, path: raw.csv}
  skin:    {type: sink.csv, in: raw.temperature, path: skin.csv}
  ecg: {type: sink.csv, in: polar.ecg, path: ecg.csv}
)";

struct RecordedAir {
  RecordedAir() {
    const vring::RadioOptions radio{.interval_ms = 30, .retry = 0.1, .loss = 0.05};
    virtual_ring::Options anna, ben, carla;
    anna.seed = 1;
    anna.ppm = 60;
    carla.seed = 3;
    carla.ppm = 80;
    ben.seed = 2;
    ben.ppm = -40;
    air.add<vring::BclRing>("AA:00:00:00:02:01", "BCL603A401", anna, radio,
                            std::chrono::steady_clock::now());
    air.add<vring::BclRing>("AA:00:00:00:02:02", "BCL603A402", carla, radio,
                            std::chrono::steady_clock::now());
    air.add<vring::PolarSensor>("AA:00:00:00:04:01", "Polar H10 12345678", ben, radio,
                                std::chrono::steady_clock::now(), vring::PolarOptions{});
    air.start();
  }
  /// The session in a file, read back.
  std::unique_ptr<FileRecording> record(Duration length, bool packets) {
    Diagnostics problems;
    const auto file = out.path() / (packets ? "with.ibr" : "without.ibr");
    {
      auto plan = test::live_plan(three_recorded_devices, out.path(), problems);
      BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
      auto recorder = FileRecorder::create(file, {}, problems);
      BOOST_TEST_REQUIRE((recorder != nullptr), problems.text());
      LiveOptions options;
      options.limit = length;
      options.record.recorder = recorder.get();
      options.record.packets = packets;
      const auto report = run_live(*plan, options);
      for (const auto& why : report.failures) BOOST_ERROR(why);
      BOOST_TEST(report.recording->lost == 0U);
    }
    bytes = std::filesystem::file_size(file);
    files = test::files_in(out.path());
    files.erase(file.filename().string());
    auto recording = open_recording(file, problems);
    BOOST_TEST_REQUIRE((recording != nullptr), problems.text());
    return recording;
  }

  test::PrivateBus bus;
  test::Air air;
  test::Scratch out;
  std::uintmax_t bytes{};
  std::map<std::string, std::string> files;  ///< that its sinks wrote
};

std::uint32_t recorded_number_of(const RecordingHead& head, std::string_view path) {
  std::uint32_t k = 0;
  while (k < head.sources.size() && head.sources[k].path != path) ++k;
  BOOST_TEST_REQUIRE(k < head.sources.size());
  return k;
}

std::uint32_t recorded_number_of(const RecordedSource& source, std::string_view port) {
  std::uint32_t k = 0;
  while (k < source.ports.size() && source.ports[k].name != port) ++k;
  BOOST_TEST_REQUIRE(k < source.ports.size());
  return k;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packets)

BOOST_AUTO_TEST_CASE(clocks_are_estimated_again_from_a_recorded_session) {
  RecordedAir world;
  const auto recording = world.record(8s, true);
  const auto& head = recording->head();
  const auto ring = recorded_number_of(head, "ring"), polar = recorded_number_of(head, "polar"),
             raw = recorded_number_of(head, "raw");
  BOOST_TEST(head.sources[ring].packet_channels ==
                 (std::vector<std::string>{"bae80011-4f05-4503-8e65-3af1f7329d1f"}),
             boost::test_tools::per_element());
  BOOST_TEST(head.sources[polar].packet_channels.size() == 3U);

  test::PacketClock ring_clock(ring, recorded_number_of(head.sources[ring], "ppg"),
                               ClockOptions::samples(25));
  test::PacketClock polar_clock(polar, recorded_number_of(head.sources[polar], "ecg"),
                                ClockOptions::device_time(1e-9), 1e9 / 130);
  test::PacketClock raw_clock(raw, recorded_number_of(head.sources[raw], "ppg"),
                              ClockOptions::device_time(1e-9), 1e9 / 25);
  std::size_t packets = 0, connections = 0;
  std::int64_t last_ns = IB_NEVER;
  while (const auto* record = recording->next()) {
    ring_clock.meet(*record);
    polar_clock.meet(*record);
    raw_clock.meet(*record);
    const auto* p = std::get_if<RecordedPacket>(record);
    if (p == nullptr) continue;
    ++packets;
    connections += (p->flags & IB_PACKET_CONNECTED) != 0 ? 1U : 0U;
    if (p->source != ring) continue;
    BOOST_TEST(p->arrival_ns >= last_ns);  // in the order in which they came
    last_ns = p->arrival_ns;
    BOOST_TEST(p->lost == 0U);
    if (p->n > 0) BOOST_TEST(p->bytes.size() > 5U * p->n);
  }
  ring_clock.estimate();
  polar_clock.estimate();
  raw_clock.estimate();
  BOOST_TEST(recording->problem() == "");
  BOOST_TEST(connections == 3U);
  BOOST_TEST(packets > 30U);
  BOOST_TEST(ring_clock.blocks > 20U);
  BOOST_TEST(ring_clock.unknown == 0U);
  BOOST_TEST(ring_clock.same_anchor == ring_clock.blocks);
  BOOST_TEST(polar_clock.blocks > 5U);
  BOOST_TEST(polar_clock.unknown == 0U);
  BOOST_TEST(polar_clock.furthest_ns < 10);
  BOOST_TEST(raw_clock.blocks > 20U);
  BOOST_TEST(raw_clock.unknown == 0U);
  BOOST_TEST(raw_clock.furthest_ns <
             200'000);  // whole ms: how far apart samples are the one knows to 0.2
  BOOST_TEST_MESSAGE("of its sensors the blocks lie " << raw_clock.furthest_ns
                                                      << " ns apart at most");
  BOOST_TEST_MESSAGE("of " << ring_clock.blocks << " blocks of the ring " << ring_clock.same_anchor
                           << " have the very anchor; the strap's lie " << polar_clock.furthest_ns
                           << " ns apart at most; " << packets << " packets, " << world.bytes / 1000
                           << " kB");
}

/// No replay needs them, and none is another for them.
BOOST_AUTO_TEST_CASE(a_replay_passes_them_by) {
  RecordedAir world;
  const auto recording = world.record(3s, true);
  const auto& head = recording->head();
  const auto survey = survey_of(*recording);
  const auto registry = test::all_nodes();
  Diagnostics problems;
  const auto graph = read_graph_text(head.graph, head.graph_name, "/", {}, registry, problems);
  BOOST_TEST_REQUIRE(graph.has_value(), problems.text());
  const test::Scratch again;
  PlanOptions options;
  options.out_dir = again.path();
  auto plan = Plan::build(*graph, playback_options(head, survey, *graph, options), problems);
  BOOST_TEST_REQUIRE((plan != nullptr), problems.text());
  const auto played = play(*plan, *recording, survey, {});
  plan.reset();
  BOOST_TEST(played.ended);
  BOOST_TEST(played.same());
  for (const auto& o : played.outlets) BOOST_TEST(o.recorded > 0U);
  BOOST_TEST((test::files_in(again.path()) == world.files));
}

BOOST_AUTO_TEST_CASE(they_are_left_out_where_nobody_wants_them) {
  RecordedAir world;
  const auto recording = world.record(3s, false);
  for (const auto& source : recording->head().sources) BOOST_TEST(source.packet_channels.empty());
  std::size_t blocks = 0;
  while (const auto* record = recording->next()) {
    BOOST_TEST(!std::holds_alternative<RecordedPacket>(*record));
    blocks += std::holds_alternative<RecordedBlock>(*record) ? 1U : 0U;
  }
  BOOST_TEST(blocks > 5U);
}

BOOST_AUTO_TEST_SUITE_END()
