// A scenario: what its text says, what is wrong with it, when its faults happen, and what they do to values.
#include "vring/scenario.hpp"
#include "bluetooth/asio.hpp"
#include "vring/channel.hpp"
#include "vring/schedule.hpp"

#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <memory>
#include <set>
#include <vector>

using namespace ib;
using namespace ib::vring;
using namespace std::chrono_literals;

namespace {

constexpr const char* a_good_day = R"(seed: 7
rings:
  - {name: anna, kind: bcl, hr: 58 bpm, ppm: 40, radio: {interval: 50 ms, retry: 20 %}}
  - {name: ben, couple: anna, lag: 2 s, address: "AA:00:00:00:00:0B", called: BCL603A4}
  - {name: chest, kind: strap, seed: 99, radio: {refusals: 2, resolves_after: 3 s}}
faults:
  - {ring: anna, kind: loss, at: 12 s, for: 3 s, share: 30 %}
  - {ring: anna, kind: duplicate, values: 5, every: 10 s, until: 45 s, spread: 2 s}
  - {kind: stall, at: 20 s, for: 1 s, every: 20 s}
  - {ring: ben, kind: drift, ppm: 80}
  - {ring: ben, kind: jitter, up_to: 200 ms, for: 5 s}
  - {kind: daemon_restart, at: 30 s, for: 2 s}
)";

Scenario scenario_in(const std::string& text) {
  Diagnostics problems;
  const auto read = read_scenario_text(text, "day.yaml", problems);
  BOOST_TEST_REQUIRE(read.has_value(), problems.text());
  BOOST_TEST(problems.empty(), problems.text());
  return *read;
}

std::string wrong_in(const std::string& text) {
  Diagnostics problems;
  BOOST_TEST(!read_scenario_text(text, "day.yaml", problems).has_value());
  return problems.text();
}

std::vector<Turn> first_turns(const Scenario& s, std::size_t n) {
  Schedule schedule(s.faults, s.seed);
  std::vector<Turn> turns;
  while (turns.size() < n) {
    const auto turn = schedule.next();
    if (!turn) break;
    turns.push_back(*turn);
  }
  return turns;
}

constexpr const char* an_old_ring = R"(rings:
  - {name: anna, kind: colmi, firmware: {realtime: false, stream: false, raw_rate: 4.17 Hz, warms_up: 30 s,
     single_for: 20 s, hrv: false, spots_by_25: true, raw_on_other: true}}
faults:
  - {ring: anna, kind: stop, at: 1 min}
)";

/// Says what it is told to say, each with the next number.
class Speaker final : public Peripheral {
 public:
  std::string address() const override { return "AA:00:00:00:04:01"; }
  std::string name() const override { return "speaker"; }
  std::vector<GattService> services() const override { return {}; }
  void connected(Voice& voice) override { voice_ = &voice; }
  void disconnected() override { voice_ = nullptr; }
  void subscribed(std::string_view, bool) override {}
  std::string written(std::string_view, wire::Bytes) override { return {}; }
  std::vector<std::byte> read(std::string_view) override { return {}; }
  std::optional<Numbered> numbered(wire::Bytes value) const override {
    return Numbered{"numbers", std::to_integer<std::uint8_t>(value[0]), measurement_};
  }
  void say(int n) {
    for (; n > 0; --n) {
      const std::array<std::byte, 4> value{std::byte(number_++)};
      voice_->notify("value", value);
    }
  }
  void begin_anew() {
    number_ = 0;
    ++measurement_;
  }

 private:
  Voice* voice_{};
  std::uint8_t number_{};
  std::uint64_t measurement_{};
};

/// A speaker, its channel, and whoever hears them.
struct Room final : Voice {
  explicit Room(std::uint64_t seed = 1) : channel(io, std::make_unique<Speaker>(), seed) {
    channel.connected(*this);
  }
  bool notify(std::string_view, wire::Bytes value) override {
    heard.push_back(std::to_integer<int>(value[0]));
    sizes.push_back(value.size());
    return true;
  }
  Speaker& speaker() { return static_cast<Speaker&>(channel.body()); }
  StreamLedger numbers() const { return channel.ledger().stream("numbers"); }

  boost::asio::io_context io;
  Channel channel;
  std::vector<int> heard;
  std::vector<std::size_t> sizes;
};

Fault fault_of(FaultKind kind, std::optional<std::uint64_t> values = {}) {
  Fault f;
  f.kind = kind;
  f.values = values;
  return f;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(scenario)

BOOST_AUTO_TEST_CASE(a_colmi_ring_has_the_firmware_that_is_said_and_can_stop_by_itself) {
  const auto s = scenario_in(an_old_ring);
  const auto& f = s.rings.at(0).device.firmware;
  BOOST_TEST((!f.realtime && !f.stream && f.raw && f.raw_on_other && f.spots_by_25));
  BOOST_TEST((f.warms_up == 30s && f.single_for == 20s && f.realtime_for == 40s));
  BOOST_TEST(f.raw_hz == 4.17);
  BOOST_TEST((f.spots == std::set<std::uint8_t>{3, 8}));
  BOOST_TEST((s.faults.at(0).kind == FaultKind::stop));
  const auto others =
      wrong_in("rings:\n  - {name: anna, kind: viatom, firmware: {stream: false}}\n");
  BOOST_TEST(others.find("day.yaml:2:") != std::string::npos, others);
  BOOST_TEST(others.find("the firmware of a viatom is always the same") != std::string::npos,
             others);
  const auto keys = wrong_in(
      "rings:\n  - {name: anna, kind: colmi, firmware: {warm_up: 3 s, raw_rate: 900 Hz}}\n");
  BOOST_TEST(keys.find("\"warm_up\"") != std::string::npos, keys);
  BOOST_TEST(keys.find("warms_up") != std::string::npos, keys);
  BOOST_TEST(keys.find("50 Hz") != std::string::npos, keys);
}

BOOST_AUTO_TEST_CASE(a_text_says_who_is_there_and_what_happens) {
  const auto s = scenario_in(a_good_day);
  BOOST_TEST(s.seed == 7U);
  BOOST_TEST_REQUIRE(s.rings.size() == 3U);
  BOOST_TEST(s.rings[0].device.address == "AA:00:00:00:00:01");
  BOOST_TEST(s.rings[0].device.wearer.seed == 7U);
  BOOST_TEST(s.rings[0].device.wearer.hr_bpm == 58);
  BOOST_TEST(s.rings[0].device.radio.interval_ms == 50);
  BOOST_TEST(s.rings[0].device.radio.retry == 0.2);
  BOOST_TEST(s.rings[1].device.name == "BCL603A4");
  BOOST_TEST(s.rings[1].device.wearer.couple.value_or(0) == 7U);
  BOOST_TEST(s.rings[1].device.wearer.seed == 8U);
  BOOST_TEST((s.rings[2].kind == find_ring_kind("strap")));
  BOOST_TEST(s.rings[2].device.wearer.seed == 99U);
  BOOST_TEST(s.rings[2].manners.refusals == 2U);
  BOOST_TEST((s.rings[2].manners.resolves_after == 3s));
  BOOST_TEST_REQUIRE(s.faults.size() == 6U);
  BOOST_TEST(s.faults[0].ring.value_or(9) == 0U);
  BOOST_TEST((s.faults[0].length == Duration{3s}));
  BOOST_TEST(s.faults[0].share == 0.3);
  BOOST_TEST(s.faults[1].values.value_or(0) == 5U);
  BOOST_TEST(!s.faults[2].ring.has_value());
  BOOST_TEST(s.faults[3].ppm == 80);
  BOOST_TEST((s.faults[4].up_to == Duration{200ms}));
}

BOOST_AUTO_TEST_CASE(all_mistakes_are_said_at_their_places) {
  const auto why = wrong_in(R"(sed: 7
rings:
  - {name: anna, kind: bccl, hr: 500 bpm, loss: 2 %}
  - {name: ben, couple: ana, lag: 2 m, address: aa:1, radio: {intervall: 30 ms, interval: 3 ms}}
  - {name: anna}
  - {kind: strap, hr: 60}
  - 7
faults:
  - {ring: bem, kind: loss, at: 12}
  - {ring: ben, kind: losss}
  - {ring: ben, kind: stall, share: 5 %}
  - {ring: ben, kind: loss, every: 5 s, for: 4 s, spread: 3 s}
  - {ring: ben, kind: duplicate, every: 5 s}
  - {kind: daemon_restart, ring: ben, for: 1 s}
  - {at: 3 s}
  - {kind: contact_loss, for: 3 s}
  - {ring: anna, kind: bad_checksum}
  - {ring: anna, kind: jitter}
  - {ring: anna, kind: loss, until: 3 s, share: 120 %}
)");
  const auto says = [&](std::string_view part) {
    BOOST_TEST(why.find(part) != std::string::npos, part << " is not in\n" << why);
  };
  says("day.yaml:1:1: error: sed: unknown key \"sed\"");
  says("did you mean \"seed\"?");
  says("day.yaml:3:24: error: rings[0].kind: there is no kind of ring \"bccl\"");
  says("did you mean \"bcl\"?");
  says("day.yaml:3:34: error: rings[0].hr: hr=500 is out of range: 30 to 200 bpm.");
  says("day.yaml:3:43: error: rings[0].loss: \"loss\" is no property of a device");
  says("there is no ring \"ana\"");
  says("day.yaml:4:35: error: rings[1].lag: lag=2 m: expected a number in s from -30 to 30 s.");
  says("\"aa:1\" is no Bluetooth address");
  says("rings[1].radio.intervall: unknown key");
  says("rings[1].radio.interval: ");
  says("two rings are named \"anna\"");
  says("day.yaml:6:5: error: rings[3].name: \"name\" is missing");
  says("day.yaml:7:5: error: rings[4]: this is \"7\", not a mapping");
  says("there is no ring \"bem\"");
  says("faults[0].at: ");
  says("day.yaml:10:23: error: faults[1].kind: there is no fault \"losss\"");
  says("faults[2].share: unknown key");
  says("faults[2].for: \"for\" is missing: how long a stall lasts");
  says("faults[3].every: it comes again before it is over");
  says("faults[4].every: it has no end, so it can't come again");
  says("faults[5].ring: unknown key");
  says("faults[6].kind: \"kind\" is missing");
  says("faults[8].kind: bad_checksum does not happen to \"anna\"");
  says("faults[9].up_to: \"up_to\" is missing");
  says("faults[10].until: \"until\" needs `every`");
  says("faults[10].share: ");
}

BOOST_AUTO_TEST_CASE(a_ring_may_have_older_firmware) {
  const auto s =
      scenario_in("rings: [{name: anna, firmware: old}, {name: ben, firmware: current}]\n");
  BOOST_TEST(s.rings[0].device.old_firmware);
  BOOST_TEST(!s.rings[1].device.old_firmware);
  const auto other = wrong_in("rings: [{name: anna, firmware: odl}]\n");
  BOOST_TEST(other.find("rings[0].firmware: there is no firmware \"odl\"") != std::string::npos,
             other);
  const auto strap = wrong_in("rings: [{name: chest, kind: strap, firmware: old}]\n");
  BOOST_TEST(strap.find("rings[0].firmware: the firmware of a strap is always the same") !=
                 std::string::npos,
             strap);
}

BOOST_AUTO_TEST_CASE(its_rings_can_be_named_to_whoever_reads_them) {
  BOOST_TEST(devices_text(scenario_in(a_good_day)) ==
             "devices:\n  \"anna\": {address: \"AA:00:00:00:00:01\", counts_per_g: 1000}\n"
             "  \"ben\": {address: \"AA:00:00:00:00:0B\", counts_per_g: 1000}\n"
             "  \"chest\": {address: \"AA:00:00:00:00:03\"}\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_happen_to_one_of_all_says_to_whom) {
  const auto why = wrong_in(
      "rings: [{name: anna}, {name: chest, kind: strap}]\nfaults: [{kind: drift, ppm: 30}]\n");
  BOOST_TEST(
      why.find("drift does not happen to \"chest\": a device of the kind strap has no clock of "
               "its own") != std::string::npos,
      why);
  BOOST_TEST(why.find("say `ring:`, for whom it is meant") != std::string::npos, why);
}

BOOST_AUTO_TEST_CASE(what_is_no_scenario_is_told_from_one) {
  BOOST_TEST(wrong_in("").find("expected a scenario") != std::string::npos, wrong_in(""));
  BOOST_TEST(wrong_in("- 7\n").find("not a scenario") != std::string::npos);
  BOOST_TEST(wrong_in("seed: 3\n").find("\"rings\" is missing") != std::string::npos);
  BOOST_TEST(wrong_in("rings: []\n").find("there is no ring") != std::string::npos);
  BOOST_TEST(wrong_in("rings: [\n").find("day.yaml:1:8") != std::string::npos,
             wrong_in("rings: [\n"));
  Diagnostics problems;
  BOOST_TEST(!read_scenario("/nowhere/day.yaml", problems).has_value());
  BOOST_TEST(problems.text().find("/nowhere/day.yaml") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_a_device_has_can_fail) {
  for (const auto* text :
       {"{kind: drift, ppm: 30}], kind: polar_strap", "{kind: drift, ppm: 30}], kind: polar_band",
        "{kind: contact_loss, for: 3 s}], kind: strap",
        "{kind: contact_loss, for: 3 s}], kind: polar_band"}) {
    const std::string line = text;
    const auto at = line.find("], ");
    BOOST_TEST(scenario_in("rings: [{name: anna, " + line.substr(at + 3) + "}]\nfaults: [" +
                           line.substr(0, at) + "]\n")
                   .faults.size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(every_kind_of_fault_can_be_written_for_some_ring) {
  for (const auto& info : fault_table()) {
    if (info.kind == FaultKind::bad_checksum) continue;  // no kind of ring here sends one
    std::string line = "{kind: " + std::string(info.name);
    if (info.length == FaultLength::needed) line += ", for: 1 s";
    if (info.kind == FaultKind::jitter) line += ", up_to: 10 ms";
    if (info.kind == FaultKind::drift) line += ", ppm: 10";
    if (info.kind == FaultKind::hang) line += ", call: StartNotify";
    const auto s = scenario_in("rings: [{name: anna}]\nfaults: [" + line + "}]\n");
    BOOST_TEST((s.faults.at(0).kind == info.kind));
  }
}

BOOST_AUTO_TEST_CASE(a_call_that_hangs_is_named) {
  const auto s = scenario_in("rings: [{name: anna}]\nfaults: [{kind: hang, call: WriteValue}]\n");
  BOOST_TEST((s.faults.at(0).call == Call::write_value));
  const auto none = wrong_in("rings: [{name: anna}]\nfaults: [{kind: hang}]\n");
  BOOST_TEST(none.find("\"call\" is missing") != std::string::npos, none);
  const auto other = wrong_in("rings: [{name: anna}]\nfaults: [{kind: hang, call: StartNotfy}]\n");
  BOOST_TEST(other.find("day.yaml:2:29: error: faults[0].call: no call \"StartNotfy\" can hang") !=
                 std::string::npos,
             other);
  BOOST_TEST(other.find("did you mean \"StartNotify\"") != std::string::npos, other);
}

BOOST_AUTO_TEST_CASE(one_seed_is_one_schedule) {
  const auto s = scenario_in(a_good_day);
  const auto turns = first_turns(s, 60);
  BOOST_TEST_REQUIRE(turns.size() == 60U);  // the stalls have no end
  BOOST_TEST((turns == first_turns(scenario_in(a_good_day), 60)));
  for (std::size_t k = 1; k < turns.size(); ++k) BOOST_TEST((turns[k].at >= turns[k - 1].at));
  std::vector<double> doubled;
  int begun = 0;
  for (const auto& t : turns) {
    if (t.fault == 1) doubled.push_back(seconds(t.at));
    if (t.fault == 2) begun += t.begins ? 1 : -1;
    BOOST_TEST((begun == 0 || begun == 1));
  }
  BOOST_TEST_REQUIRE(doubled.size() == 5U);  // 0, 10 ... 40 s, each up to 2 s later
  for (std::size_t k = 0; k < doubled.size(); ++k) {
    BOOST_TEST(doubled[k] >= 10.0 * static_cast<double>(k));
    BOOST_TEST(doubled[k] <= 10.0 * static_cast<double>(k) + 2);
  }
  auto other = s;
  other.seed = 8;
  BOOST_TEST((first_turns(other, 60) != turns));
}

BOOST_AUTO_TEST_CASE(what_is_lost_is_a_gap_between_two_that_were_heard) {
  Room room;
  room.channel.begin(0, fault_of(FaultKind::loss, 2));
  room.speaker().say(3);  // the first two go in front of all that is heard
  room.channel.begin(0, fault_of(FaultKind::loss, 4));
  room.speaker().say(10);
  BOOST_TEST(room.heard == (std::vector<int>{2, 7, 8, 9, 10, 11, 12}),
             boost::test_tools::per_element());
  BOOST_TEST(room.channel.ledger().of(FaultKind::loss) == 6U);
  BOOST_TEST(room.numbers().made == 13U);
  BOOST_TEST(room.numbers().heard == 7U);
  BOOST_TEST(room.numbers().missed == 4U);
  room.channel.begin(0, fault_of(FaultKind::loss, 3));
  room.speaker().say(3);  // behind the last one: nobody can know
  BOOST_TEST(room.numbers().missed == 4U);
  room.speaker().begin_anew();
  room.speaker().say(1);
  BOOST_TEST(room.numbers().missed == 4U);
}

BOOST_AUTO_TEST_CASE(values_come_twice_late_and_spoiled) {
  Room room;
  room.channel.begin(0, fault_of(FaultKind::duplicate, 1));
  room.channel.begin(1, fault_of(FaultKind::reorder, 2));
  room.speaker().say(5);  // 0 behind 1, which comes twice; 2 behind 3
  BOOST_TEST(room.heard == (std::vector<int>{1, 1, 0, 3, 2, 4}), boost::test_tools::per_element());
  BOOST_TEST(room.numbers().heard == 3U);
  BOOST_TEST(room.numbers().missed == 1U);  // 2, when 3 came
  BOOST_TEST(room.numbers().late == 2U);
  room.channel.begin(2, fault_of(FaultKind::cut, 1));
  room.channel.begin(3, fault_of(FaultKind::bad_checksum, 2));
  room.speaker().say(3);
  BOOST_TEST(room.sizes.at(6) == 1U);
  BOOST_TEST(room.sizes.at(8) == 4U);
  BOOST_TEST(room.channel.ledger().of(FaultKind::bad_checksum) == 2U);
  BOOST_TEST(room.channel.ledger().spoiled == 2U);  // one of the three is both
  BOOST_TEST(room.numbers().heard == 4U);
  BOOST_TEST(room.numbers().missed == 3U);
}

BOOST_AUTO_TEST_CASE(a_stall_holds_all_and_a_break_loses_what_is_held) {
  Room room;
  room.channel.begin(0, fault_of(FaultKind::stall));
  room.speaker().say(4);
  BOOST_TEST(room.heard.empty());
  room.channel.end(0);
  BOOST_TEST(room.heard == (std::vector<int>{0, 1, 2, 3}), boost::test_tools::per_element());
  room.channel.begin(0, fault_of(FaultKind::stall));
  room.speaker().say(2);
  room.channel.disconnected();
  room.channel.end(0);
  room.channel.connected(room);
  room.speaker().say(1);
  BOOST_TEST(room.heard.back() == 6);
  BOOST_TEST(room.channel.ledger().lost_on_the_way == 2U);
  BOOST_TEST(room.channel.ledger().connections == 2U);
  BOOST_TEST(room.numbers().missed == 0U);
}

/// 255, then 0: the numbers go on, and it is another measurement all the same. What the old one had lost at its end
/// nobody who hears can know.
BOOST_AUTO_TEST_CASE(a_measurement_that_begins_where_the_numbers_go_round_is_another_one) {
  Room room;
  room.speaker().say(254);
  room.channel.begin(0, fault_of(FaultKind::loss, 2));
  room.speaker().say(2);
  room.speaker().begin_anew();
  room.speaker().say(3);
  BOOST_TEST(room.heard.size() == 257U);
  BOOST_TEST(room.numbers().missed == 0U);
}

BOOST_AUTO_TEST_CASE(which_values_are_hit_follows_from_the_seed) {
  const auto run = [](std::uint64_t seed) {
    Room room(seed);
    auto some = fault_of(FaultKind::loss);
    some.share = 0.25;
    room.channel.begin(0, some);
    room.speaker().say(2000);
    const auto lost = room.channel.ledger().of(FaultKind::loss);
    BOOST_TEST(lost > 400U);  // 500 expected, standard deviation 19
    BOOST_TEST(lost < 600U);
    BOOST_TEST(room.heard.size() + lost == 2000U);
    return room.heard;
  };
  BOOST_TEST((run(1) == run(1)));
  BOOST_TEST((run(1) != run(2)));
}

BOOST_AUTO_TEST_CASE(jitter_delays_and_never_overtakes) {
  Room room;
  auto late = fault_of(FaultKind::jitter);
  late.up_to = 40ms;
  room.channel.begin(0, late);
  room.speaker().say(20);
  BOOST_TEST(room.heard.size() < 20U);
  room.io.run();
  BOOST_TEST_REQUIRE(room.heard.size() == 20U);
  for (int k = 0; k < 20; ++k) BOOST_TEST(room.heard[static_cast<std::size_t>(k)] == k);
}

BOOST_AUTO_TEST_CASE(a_ledger_is_json) {
  Room room;
  room.channel.begin(0, fault_of(FaultKind::loss, 1));
  room.speaker().say(3);
  Ledger ledger;
  ledger.seed = 5;
  ledger.rings.push_back(room.channel.ledger());
  const auto json = nlohmann::json::parse(ledger.json());
  BOOST_TEST(json["seed"].get<int>() == 5);
  BOOST_TEST(json["rings"][0]["faults"]["loss"].get<int>() == 1);
  BOOST_TEST(json["rings"][0]["streams"]["numbers"]["made"].get<int>() == 3);
  BOOST_TEST(json["rings"][0]["values"]["sent"].get<int>() == 2);
  BOOST_TEST(ledger.text().find("speaker: 1 connection, 3 values made, 2 sent, loss 1") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
