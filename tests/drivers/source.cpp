// source: one node for whatever a URI names.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

#include "file_scratch.hpp"
#include "source/source_uri.hpp"
#include "source_bench.hpp"

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

const std::string wave = "# fs_hz: 10\nppg\n1\n2\n3\n4\n5\n";

Played play_uri(const std::string& uri, const std::string& port, SourceBench::Settings more = {}) {
  SourceBench bench;
  more.insert(more.begin(), {"uri", uri});
  return bench.source("a", "source", more).hear("a", port).play(1s);
}

bool refuses(const Played& played, std::string_view sentence) {
  const bool said = !played.built && played.problems.find(sentence) != std::string::npos;
  if (!said) BOOST_TEST_MESSAGE(played.problems);
  return said;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source)

BOOST_AUTO_TEST_CASE(a_path_is_recognised_by_its_content) {
  const FileScratch scratch;
  const auto csv = scratch.write("a.data", wave).string();
  BOOST_TEST(play_uri(csv, "ppg")["a.ppg"].items.size() == 5U);
  BOOST_TEST(play_uri("csv:" + csv + "?start=2s", "ppg")["a.ppg"].items.front().t == 2'000'000'000);
  const auto rr = scratch.write("b.data", "rr_ms\n800\n900\n").string();
  BOOST_TEST(play_uri(rr, "beats")["a.beats"].items.size() == 2U);
  BOOST_TEST(play_uri("rr:" + rr, "beats")["a.beats"].items.size() == 2U);
  scratch.write("e4/BVP.csv", "1000.0\n64.0\n1\n2\n3\n");
  BOOST_TEST(play_uri((scratch.folder() / "e4").string(), "ppg")["a.ppg"].items.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_virtual_ring_is_a_uri) {
  const auto played = play_uri("virtual:seed=1,rate=25,duration=10s?lead_in=5s", "ppg");
  BOOST_TEST(played["a.ppg"].items.size() == 375U);
  BOOST_TEST(played.report.sources.at(0).live);
  BOOST_TEST(played.report.sources.at(0).uri == "virtual:seed=1,rate=25,duration=10s?lead_in=5s");
}

BOOST_AUTO_TEST_CASE(one_source_says_the_same_as_the_node_of_its_kind) {
  SourceBench one, other;
  one.source("a", "source", {{"uri", "virtual:seed=4,loss=5%,duration=30s"}}).hear("a", "ppg");
  other.source("a", "source.virtual", {{"uri", "seed=4,loss=5%,duration=30s"}}).hear("a", "ppg");
  const auto a = one.play(10s), b = other.play(1s);
  BOOST_TEST(a["a.ppg"].same_as(b["a.ppg"]));
  BOOST_TEST(a.counter("a", "lost_packets") == b.counter("a", "lost_packets"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_refused_with_a_sentence) {
  const FileScratch scratch;
  BOOST_TEST(refuses(play_uri("", "ppg"), "no source is named"));
  BOOST_TEST(refuses(play_uri("ble:", "ppg"), "ble: names no device"));
  BOOST_TEST(refuses(play_uri("ble:Polar H10", "ppg"), "is no Bluetooth device"));
  BOOST_TEST(
      refuses(play_uri("ble:AA:BB:CC:DD:EE:FF?adaptor=hci1", "ppg"), "no wish for a device"));
  BOOST_TEST(refuses(play_uri("session.ibr#anna", "ppg"), "there is no such file"));
  const auto edf = scratch.write("a.edf", "0       " + std::string(248, ' ')).string();
  BOOST_TEST(refuses(play_uri(edf, "ppg"), "EDF recording"));
  scratch.write("anna.csv", wave);
  BOOST_TEST(refuses(play_uri((scratch.folder() / "ana.csv").string(), "ppg"),
                     "did you mean 'anna.csv'?"));
  BOOST_TEST(refuses(play_uri("virtal:seed=1", "ppg"), "There are virtual:, csv:"));
}

BOOST_AUTO_TEST_CASE(names_that_are_nearly_right_say_what_to_write) {
  const FileScratch scratch;
  const auto good = scratch.write("good.csv", wave).string();
  const auto gone = (scratch.folder() / "goood.csv").string();
  BOOST_TEST(refuses(play_uri("csv:", "ppg"), "csv: names no file; expected csv:PATH"));
  BOOST_TEST(refuses(play_uri("e4:", "ppg"), "e4: names no file; expected e4:PATH"));
  BOOST_TEST(refuses(play_uri("e4:" + gone, "ppg"), "there is no such file; did you mean"));
  BOOST_TEST(refuses(play_uri("csv:" + gone, "ppg"), "did you mean 'good.csv'?"));
  BOOST_TEST(refuses(play_uri("rr:" + gone, "beats"), "did you mean 'good.csv'?"));
  BOOST_TEST(refuses(play_uri("virtual", "ppg"), "did you mean 'virtual:seed=1'?"));
  BOOST_TEST(refuses(play_uri("Virtual:seed=1", "ppg"), "did you mean 'virtual:seed=1'?"));
  BOOST_TEST(refuses(play_uri("CSV:x.csv", "ppg"), "did you mean 'csv:x.csv'?"));
  BOOST_TEST(refuses(play_uri("virtal:seed=1", "ppg"), "did you mean 'virtual:seed=1'?"));
  BOOST_TEST(refuses(play_uri("~/x.csv", "ppg"), "write the whole path"));
  const auto refused = [](const std::string& type, const std::string& path) {
    SourceBench bench;
    const auto port = type == "source.csv" ? "ppg" : "beats";
    return bench.source("a", type, {{"path", path}}).hear("a", port).play(1s);
  };
  BOOST_TEST(refuses(refused("source.csv", gone), "did you mean 'good.csv'?"));
  BOOST_TEST(refuses(refused("source.intervals", gone), "did you mean 'good.csv'?"));
  BOOST_TEST(refuses(refused("source.csv", "csv:" + good), "leave out 'csv:'"));
  BOOST_REQUIRE(::mkfifo((scratch.folder() / "pipe").c_str(), 0600) == 0);
  const auto pipe = (scratch.folder() / "pipe").string();
  BOOST_TEST(refuses(play_uri("e4:" + pipe, "ppg"), "is not a regular file"));
}

BOOST_AUTO_TEST_CASE(a_wish_that_cannot_be_granted_is_said) {
  BOOST_TEST(refuses(play_uri("virtual:seed=1", "ppg", {{"rate", "50"}}), "`rate` is for CSV"));
  BOOST_TEST(
      refuses(play_uri("virtual:seed=1", "ppg", {{"channel", "red"}}), "`channel` is for CSV"));
  BOOST_TEST(refuses(play_uri("virtual:seed=1", "ppg", {{"invert", "1"}}), "`invert` turns a"));
  BOOST_TEST(refuses(play_uri("virtual:seed=1", "beats"), "no stream `beats`"));
}

BOOST_AUTO_TEST_CASE(start_is_taken_off_the_uri) {
  const auto parts = ib::source::split_uri("b.csv?start=-12.5s");
  BOOST_TEST(parts.rest == "b.csv");
  BOOST_TEST(parts.start->ns == -12'500'000'000);
  BOOST_TEST(ib::source::split_uri("virtual:seed=1?lead_in=5s").rest ==
             "virtual:seed=1?lead_in=5s");
  BOOST_TEST(ib::source::split_uri("virtual:seed=1,start=2s,rate=2").rest ==
             "virtual:seed=1,rate=2");
  BOOST_TEST(ib::source::split_uri("a.csv?start=utc").utc);
  BOOST_TEST(ib::source::split_uri("virtual:start=5s,seed=1").rest == "virtual:seed=1");
  BOOST_TEST(ib::source::split_uri("virtual:start=5s").rest == "virtual:");
  BOOST_TEST(ib::source::split_uri("start=5s,seed=1", true).rest == "seed=1");
  BOOST_TEST(ib::source::split_uri("a.csv?start=zero&start=utc").problem ==
             "start= is given twice");
  BOOST_TEST(ib::source::split_uri("a.csv?strat=3s").problem ==
             "?strat= is no wish for a recording; there is ?start=zero|utc|OFFSET");
  BOOST_TEST(ib::source::split_uri("e4:anna?strat=3s").problem ==
             "?strat= is no wish for a recording; there is ?start=zero|utc|OFFSET");
  BOOST_TEST(ib::source::split_uri("e4:AB:CD:EF:01:23?strat=3s").problem ==
             "?strat= is no wish for a device; there are ?adapter=hci1 and ?start=zero|OFFSET");
  BOOST_TEST(!ib::source::split_uri("a.csv?start=1s&rate=3").problem.empty());
  BOOST_TEST(ib::source::split_uri("upstart=1.csv").rest == "upstart=1.csv");
  BOOST_TEST(ib::source::scheme_of("ble:AA:BB") == "ble");
  BOOST_TEST(ib::source::scheme_of("/a/b:c.csv").empty());
}

BOOST_AUTO_TEST_SUITE_END()
