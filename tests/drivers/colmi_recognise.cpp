// Whom to ask: names that rings of the family go by, and names that only look so.
#include "colmi/recognise.hpp"

#include "colmi/uuid.hpp"

#include <boost/test/unit_test.hpp>
#include <initializer_list>

namespace ib::colmi {

BOOST_AUTO_TEST_SUITE(colmi_recognise)

BOOST_AUTO_TEST_CASE(names_of_the_family) {
  for (const auto* name : {"R02_A1B2", "R05_54DC", "R09_", "R01_x", "R10_54DC", "R11_0F0F",
                           "R11C_54DC", "COLMI R07_1", "COLMI R10_54DC", "COLMI R12_", "H59_77",
                           "RY02_1", "RT09", "boAtring", "Hello Ring", "SE", "9FSM"})
    BOOST_TEST(is_family_name(name), name);
}

BOOST_AUTO_TEST_CASE(names_that_lie) {
  for (const auto* name :
       {"R99 54DC",    "SMART_RING",  "",          "R",         "R0",       "R02",      "R00_54DC",
        "R0A_54DC",    "R10_54dc",    "R10_54DC1", "R10_54D",   "R10 54DC", "R11C54DC", "R12_54DC",
        "COLMI R02_1", "colmi R10_1", "r02_A1B2",  " R02_A1B2", "SEnsor",   "H59",      "RX02",
        "Polar H10"})
    BOOST_TEST(!is_family_name(name), name);
}

BOOST_AUTO_TEST_CASE(the_service_decides) {
  BOOST_TEST(is_family_service("6e40fff0-b5a3-f393-e0a9-e50e24dcca9e"));
  BOOST_TEST(is_family_service("de5bf728-d711-4e47-af26-65e3012a5dc7"));
  BOOST_TEST(!is_family_service(uuid::command_notify));
  BOOST_TEST(!is_family_service("0000180d-0000-1000-8000-00805f9b34fb"));
  BOOST_TEST(!is_family_service("6e40fff0"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
