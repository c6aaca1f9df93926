// What a source tells of its device's packets, on its way into the recording: as it was told, in its order among the
// turns, and where there is no room counted and no hole.
#include <interbeat/sugar/packets.hpp>

#include "record_bell.hpp"
#include "record_lane.hpp"

#include "support/recorded_session.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <optional>
#include <string>
#include <vector>

using namespace ib;
using namespace ib::test;
using ib::detail::PacketTap;
using ib::detail::RecordBell;
using ib::detail::RecordLane;

namespace {

/// A source that has packets and nothing else.
struct TellingNode {
  ib_node node{};
  Packets packets;

  TellingNode() { node.self = this; }
  static Packets* of(ib_node* n) { return &static_cast<TellingNode*>(n->self)->packets; }
  const ib_packets& table() const { return *packets_table<&of>(); }

  void send(std::int64_t arrival_ns, std::string_view bytes) {
    ib_packet p{};
    p.channel = 1;
    p.flags = IB_PACKET_COUNTED;
    p.port = 2;
    p.n = 5;
    p.first_index = 100;
    p.arrival_ns = arrival_ns;
    p.device_ns = IB_NEVER;
    p.n_bytes = static_cast<std::uint32_t>(bytes.size());
    p.bytes = bytes.data();
    packets.tell(p);
  }
};

/// All that waits, as lines.
std::vector<std::string> drained_packets(RecordLane& lane) {
  std::vector<std::string> lines;
  while (const auto record = lane.peek()) {
    lines.push_back(words_of(Kept(*record)));
    lane.release();
  }
  return lines;
}

LogEntry packet_turn(std::int64_t until_ns) {
  LogEntry e;
  e.source = 3;
  e.time = {until_ns};
  return e;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packet_lane)

BOOST_AUTO_TEST_CASE(it_comes_out_as_it_was_told_and_where_it_was_told) {
  RecordBell bell;
  RecordLane lane(bell, 1 << 12, false);
  TellingNode source;
  const PacketTap tap(lane, 3, &source.node, source.table(), 2, 3);
  lane.write(packet_turn(10));
  source.send(-7, "abc");
  lane.write(packet_turn(20));
  source.send(15, "");
  BOOST_TEST(drained_packets(lane) == (std::vector<std::string>{
                                          "entry 0 3 10 0 0 0",
                                          "packet 3 1 8 2 5 100 0 -7 -2305843009213693952 97 98 99",
                                          "entry 0 3 20 0 0 0",
                                          "packet 3 1 8 2 5 100 0 15 -2305843009213693952",
                                      }),
             boost::test_tools::per_element());
  BOOST_TEST(tap.lost() == 0U);
}

BOOST_AUTO_TEST_CASE(what_finds_no_room_is_counted_and_no_hole_for_a_replay) {
  RecordBell bell;
  RecordLane lane(bell, 1 << 10, false);
  TellingNode source;
  const PacketTap tap(lane, 0, &source.node, source.table(), 2, 3);
  const std::string bytes(100, 'x');
  for (int k = 0; k < 20; ++k) source.send(k, bytes);
  const auto first = drained_packets(lane).size();
  BOOST_TEST(first > 0U);
  BOOST_TEST(first < 20U);
  BOOST_TEST(tap.lost() == 20U - first);
  source.send(20, "y");
  lane.write(packet_turn(30));
  source.send(21, "z");
  const auto more = drained_packets(lane);
  BOOST_TEST_REQUIRE(more.size() == 3U);  // and no RecordsLost among them
  BOOST_TEST(more[0] ==
             "packet 0 1 8 2 5 100 " + std::to_string(20 - first) + " 20 -2305843009213693952 121");
  BOOST_TEST(more[1] == "entry 0 3 30 0 0 0");
  BOOST_TEST(more[2] == "packet 0 1 8 2 5 100 0 21 -2305843009213693952 122");
}

/// A reader would end there.
BOOST_AUTO_TEST_CASE(one_that_can_be_none_is_left_out) {
  RecordBell bell;
  RecordLane lane(bell, 1 << 16, false);
  TellingNode source;
  const PacketTap tap(lane, 0, &source.node, source.table(), 2, 3);
  ib_packet good{};
  good.n = 5;
  good.device_ns = IB_NEVER;
  const auto is_kept = [&](const auto& change) {
    auto p = good;
    change(p);
    source.packets.tell(p);
    return !drained_packets(lane).empty();
  };
  BOOST_TEST(is_kept([](ib_packet&) {}));
  BOOST_TEST(!is_kept([](ib_packet& p) { p.channel = 2; }));
  BOOST_TEST(!is_kept([](ib_packet& p) { p.port = 3; }));
  BOOST_TEST(is_kept([](ib_packet& p) { p.port = 3, p.n = 0; }));
  BOOST_TEST(!is_kept([](ib_packet& p) { p.flags = 16; }));
  BOOST_TEST(!is_kept([](ib_packet& p) { p.arrival_ns = INT64_MIN; }));
  BOOST_TEST(!is_kept([](ib_packet& p) { p.device_ns = INT64_MAX; }));
  BOOST_TEST(!is_kept([](ib_packet& p) { p.first_index = INT64_MAX; }));
  BOOST_TEST(!is_kept([](ib_packet& p) { p.n_bytes = 1; }));  // and nothing there
  BOOST_TEST(tap.lost() == 7U);
}

BOOST_AUTO_TEST_CASE(one_that_is_too_long_is_left_out) {
  RecordBell bell;
  RecordLane lane(bell, 1 << 16, false);
  TellingNode source;
  const PacketTap tap(lane, 0, &source.node, source.table(), 2, 3);
  source.send(1, std::string(RecordedPacket::most_bytes + 1, 'x'));
  source.send(2, std::string(RecordedPacket::most_bytes, 'x'));
  BOOST_TEST(drained_packets(lane).size() == 1U);
  BOOST_TEST(tap.lost() == 1U);
}

BOOST_AUTO_TEST_CASE(a_source_is_listened_to_as_long_as_the_tap_is_there) {
  RecordBell bell;
  RecordLane lane(bell, 1 << 12, false);
  TellingNode source;
  BOOST_TEST(!source.packets.wanted());
  std::optional<PacketTap> tap;
  tap.emplace(lane, 0, &source.node, source.table(), 2, 3);
  BOOST_TEST(source.packets.wanted());
  tap.reset();
  BOOST_TEST(!source.packets.wanted());
  source.send(1, "a");
  BOOST_TEST(lane.is_empty());
}

BOOST_AUTO_TEST_CASE(a_host_asks_for_channels_until_there_are_no_more) {
  TellingNode source;
  BOOST_TEST((source.table().channel(&source.node, 0) == nullptr));
  source.packets.name({"wave", "battery"});
  BOOST_TEST(std::string(source.table().channel(&source.node, 1)) == "battery");
  BOOST_TEST((source.table().channel(&source.node, 2) == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
