// One day of steps out of its rows: on published captures, in both orders, and on transfers that went
// wrong.
#include "colmi/step_log.hpp"

#include "colmi/decode.hpp"

#include "drivers/colmi_replies.hpp"

#include <boost/test/unit_test.hpp>

namespace ib::colmi {

namespace {

LogPacket step_packet(std::string_view hex) {
  const auto frame = hex.size() == 32 ? ib::test::bytes(hex) : ib::test::colmi_frame(hex);
  return std::get<LogPacket>(decode(frame));
}

constexpr std::chrono::year_month_day step_date(int y, unsigned m, unsigned d) {
  return std::chrono::year{y} / static_cast<int>(m) / static_cast<int>(d);
}

const std::vector<std::string> five_rows{
    "43230813100005c80030001b000000a9", "43230813140105b618aa046903000083",
    "432308131802053804e1009500000052", "432308131c030505026c004800000060",
    "432308134c0405ef016300440000006d"};

const std::vector<StepRow> five_rows_say{{step_date(2023, 8, 13), 16, 2000, 48, 27},
                                         {step_date(2023, 8, 13), 20, 63260, 1194, 873},
                                         {step_date(2023, 8, 13), 24, 10800, 225, 149},
                                         {step_date(2023, 8, 13), 28, 5170, 108, 72},
                                         {step_date(2023, 8, 13), 76, 4950, 99, 68}};

const std::vector<std::string> last_first{
    "432606174c06072d05e800a9000000a2", "43260617480507a32a8406670500009d",
    "4326061744040776133b037a02000018", "432606174003074714290393020000ec",
    "432606173c02077f231f06860400001c", "432606172c010757000f000b0000002b",
    "4326061728000798001b00130000007b"};

std::vector<StepRow> rows_of(const StepLog& log) { return {log.rows().begin(), log.rows().end()}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(colmi_step_log)

BOOST_AUTO_TEST_CASE(a_day_without_steps) {
  StepLog log;
  BOOST_TEST((log.add(step_packet("43ff0000000000000000000000000042")) == Progress::none));
  BOOST_TEST(log.rows().empty());
  BOOST_TEST((log.add(step_packet(five_rows[0])) == Progress::stale));
  log.reset();
  BOOST_TEST((log.add(step_packet("43f0 00 01")) == Progress::none));
}

BOOST_AUTO_TEST_CASE(a_published_day_of_one_row) {
  StepLog log;
  BOOST_TEST((log.add(step_packet("43f00101000000000000000000000035")) == Progress::more));
  BOOST_TEST((log.add(step_packet("432410155c0001790015001000000087")) == Progress::complete));
  BOOST_TEST((rows_of(log) == std::vector<StepRow>{{step_date(2024, 10, 15), 92, 1210, 21, 16}}));
}

BOOST_AUTO_TEST_CASE(a_published_day_of_five) {
  StepLog log;
  log.add(step_packet("43f00501000000000000000000000039"));
  for (std::size_t k = 0; k < 5; ++k)
    BOOST_TEST(
        (log.add(step_packet(five_rows[k])) == (k == 4 ? Progress::complete : Progress::more)));
  BOOST_TEST((rows_of(log) == five_rows_say));
  BOOST_TEST(log.missing() == 0U);
}

BOOST_AUTO_TEST_CASE(a_published_day_that_comes_last_row_first) {
  StepLog log;
  log.add(step_packet("43f00700"));
  for (std::size_t k = 0; k < last_first.size(); ++k) {
    BOOST_TEST(!log.complete());
    log.add(step_packet(last_first[k]));
  }
  const auto d = step_date(2026, 6, 17);
  const std::vector<StepRow> expected{{d, 40, 152, 27, 19},      {d, 44, 87, 15, 11},
                                      {d, 60, 9087, 1567, 1158}, {d, 64, 5191, 809, 659},
                                      {d, 68, 4982, 827, 634},   {d, 72, 10915, 1668, 1383},
                                      {d, 76, 1325, 232, 169}};
  BOOST_TEST((rows_of(log) == expected));
  unsigned steps = 0;
  for (const auto& row : log.rows()) steps += row.steps;
  BOOST_TEST(steps == 5145U);
}

BOOST_AUTO_TEST_CASE(the_last_number_is_not_the_end) {
  StepLog log;
  log.add(step_packet("43f00501"));
  log.add(step_packet(five_rows[0]));
  BOOST_TEST((log.add(step_packet(five_rows[4])) == Progress::more));
  BOOST_TEST(log.missing() == 3U);
  BOOST_TEST(log.rows().empty());
  BOOST_TEST(log.settle());  // nothing came for two seconds
  BOOST_TEST((rows_of(log) == std::vector<StepRow>{five_rows_say[0], five_rows_say[4]}));
  BOOST_TEST(log.missing() == 3U);
}

BOOST_AUTO_TEST_CASE(silence_before_any_row_is_no_day) {
  StepLog log;
  BOOST_TEST(!log.settle());
  log.add(step_packet("43f00501"));
  BOOST_TEST(!log.settle());
}

BOOST_AUTO_TEST_CASE(what_does_not_belong_changes_nothing) {
  StepLog log;
  BOOST_TEST((log.add(step_packet(five_rows[0])) == Progress::stale));  // no header yet
  log.add(step_packet("43f00501"));
  BOOST_TEST((log.add(step_packet(last_first[0])) == Progress::stale));  // one of seven
  log.add(step_packet(five_rows[1]));
  BOOST_TEST((log.add(step_packet(five_rows[1])) == Progress::duplicate));
  BOOST_TEST((log.add(step_packet("43230813140105b619aa0469")) == Progress::mixed));
  BOOST_TEST((log.add(step_packet("43230814180205")) == Progress::mixed));  // of the day after
  BOOST_TEST((log.add(step_packet("43ff")) == Progress::stale));
  for (const auto& row : five_rows) log.add(step_packet(row));
  BOOST_TEST((rows_of(log) == five_rows_say));
}

BOOST_AUTO_TEST_CASE(a_row_that_cannot_be_is_refused) {
  StepLog log;
  BOOST_TEST((log.add(step_packet("43f061")) == Progress::refused));  // 97 quarter hours
  log.add(step_packet("43f00501"));
  for (const auto* row : {"43 23 13 13 10 00 05",   // the 13th month
                          "43 23 02 30 10 00 05",   // 30 February
                          "43 2a 08 13 10 00 05",   // no decimal digit
                          "43 23 08 13 60 00 05",   // quarter hour 96
                          "43 23 08 13 10 05 05"})  // row 5 of 0..4
    BOOST_TEST((log.add(step_packet(row)) == Progress::refused), row);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace ib::colmi
