// The codec of Colmi / Yawell rings asks for no memory, whatever comes.
#include "support/counted_malloc.hpp"

#include "drivers/colmi_histories.hpp"
#include "drivers/colmi_replies.hpp"
#include "support/colmi_bytes.hpp"
#include "support/sanitizer.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib::test;

BOOST_AUTO_TEST_SUITE(colmi_codec)

BOOST_AUTO_TEST_CASE(published_frames_and_messages_ask_for_no_memory,
                     *left_out_under_sanitizers("counts malloc")) {
  std::vector<std::byte> steps;
  const auto append = [&](std::byte kind, const std::vector<std::byte>& part) {
    steps.insert(steps.end(), {kind, static_cast<std::byte>(part.size())});
    steps.insert(steps.end(), part.begin(), part.end());
  };
  for (const auto& reply : colmi_replies()) append(std::byte{0}, bytes(reply.frame));
  for (const auto& message : {colmi_spo2_message, colmi_sleep_message, colmi_night_message})
    append(std::byte{3}, bytes(message));
  for (int k = 0; k < 10; ++k) append(std::byte{4}, bytes("00"));
  ColmiHost host;
  count_allocations(true);
  host.play(steps);
  count_allocations(false);
  BOOST_TEST(host.broken() == "");
  BOOST_TEST(counted_allocations() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
