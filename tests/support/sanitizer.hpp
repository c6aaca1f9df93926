// What can't be tested while a sanitizer watches, and says so: `* left_out_under_sanitizers(why)` on a
// case skips it there and runs it everywhere else. Each line it prints begins with "left out: ".
#pragma once

#include <boost/test/unit_test.hpp>

#include <string>

namespace ib::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

inline boost::unit_test::precondition left_out_under_sanitizers(const std::string& why) {
  return boost::unit_test::precondition([why](boost::unit_test::test_unit_id id) {
    using boost::unit_test::framework::get;
    boost::test_tools::assertion_result here(!sanitized);
    if (sanitized) {  // Boost.Test itself tells it only with --log_level=test_suite
      BOOST_TEST_MESSAGE("left out: " << get(id, boost::unit_test::TUT_ANY).full_name() << ": "
                                      << why);
      here.message() << why;
    }
    return here;
  });
}

}  // namespace ib::test
