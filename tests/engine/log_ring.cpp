// The log ring: what the data path says arrives in order, once; a full ring drops and counts.
#include "log_ring.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include <sys/eventfd.h>
#include <unistd.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

using namespace ib;

BOOST_AUTO_TEST_SUITE(log_ring)

BOOST_AUTO_TEST_CASE(exactly_full_keeps_all_and_one_more_is_counted) {
  LogRing ring;
  for (std::size_t i = 0; i < LogRing::capacity; ++i)
    BOOST_TEST(ring.write(1, 0, std::to_string(i)));
  BOOST_TEST(!ring.write(1, 0, "one too many"));
  BOOST_TEST(ring.dropped() == 1U);
  LogRecord r;
  for (std::size_t i = 0; i < LogRing::capacity; ++i) {
    BOOST_REQUIRE(ring.read(r));
    BOOST_TEST(std::string(r.text.data()) == std::to_string(i));
  }
  BOOST_TEST(!ring.read(r));
  BOOST_TEST(ring.write(1, 0, "room again"));
}

BOOST_AUTO_TEST_CASE(a_long_text_is_cut_not_overrun) {
  LogRing ring;
  ring.write(9, 3, std::string(1000, 'x'));
  LogRecord r;
  BOOST_REQUIRE(ring.read(r));
  BOOST_TEST(std::string(r.text.data()).size() == 159U);
  BOOST_TEST(r.severity == 3U);
}

BOOST_AUTO_TEST_CASE(many_writers_one_printer_nothing_twice) {
  LogRing ring;
  std::map<std::string, int> seen;
  ring.start([](std::uint32_t n) { return std::string(1, static_cast<char>('a' + n)); },
             [&](std::uint32_t, std::string_view line) { ++seen[std::string(line)]; });
  std::vector<std::thread> writers;
  for (std::uint32_t w = 0; w < 3; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < 3; ++i) ring.write(1, w, "says " + std::to_string(i));
    });
  }
  for (auto& w : writers) w.join();
  ring.stop();
  BOOST_TEST(seen.size() == 9U);
  BOOST_TEST(seen["b: says 2"] == 1);
}

BOOST_AUTO_TEST_CASE(a_flood_is_limited_and_said) {
  LogRing ring;
  std::vector<std::string> lines;
  ring.start([](std::uint32_t) { return "n"; },
             [&](std::uint32_t, std::string_view line) { lines.emplace_back(line); });
  for (int i = 0; i < 100; ++i) ring.write(2, 0, "again");
  ring.stop();
  BOOST_TEST(lines.size() < 60U);  // 11, unless this machine slept for seconds in between
  BOOST_TEST(lines.back().find("more lines like these were not printed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(once_a_run_is_asked_to_end_it_says_whom_it_waits_for) {
  LogRing ring;
  const int asked = eventfd(1, 0), said = eventfd(0, 0);
  std::string text;
  ring.start([](std::uint32_t) { return std::string("n"); },
             [&](std::uint32_t, std::string_view line) {
               text = line;
               const std::uint64_t one = 1;  // Boost.Test is for one thread
               if (write(said, &one, sizeof one) != sizeof one) std::abort();
             },
             {asked, [] { return std::string("slow (executor 1)"); }});
  std::uint64_t n = 0;
  BOOST_TEST(read(said, &n, sizeof n) == sizeof n);
  ring.stop();
  BOOST_TEST(text == "asked to end, and waiting for a call to return: slow (executor 1)");
  close(asked);
  close(said);
}

BOOST_AUTO_TEST_SUITE_END()
