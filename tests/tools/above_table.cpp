// A line above the table, on a terminal small enough to check by eye.
#include "above_table.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// A terminal that knows what is needed here: letters, line ends, up, down, and lines inserted.
class TinyScreen {
 public:
  TinyScreen(std::size_t rows, std::size_t columns)
      : columns_(columns), lines_(rows, std::string(columns, ' ')) {}

  void show(std::string_view text) {
    while (!text.empty()) {
      if (text[0] == '\x1b') {
        const auto end = text.find_first_not_of("0123456789", 2);
        const auto n = static_cast<std::size_t>(
            std::max(1, std::atoi(std::string(text.substr(2, end - 2)).c_str())));
        if (text[end] == 'A') row_ -= std::min(n, row_);
        if (text[end] == 'B') row_ = std::min(row_ + n, lines_.size() - 1);
        if (text[end] == 'L') insert(n);
        text.remove_prefix(end + 1);
        continue;
      }
      put(text[0]);
      text.remove_prefix(1);
    }
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const auto& line : lines_) all.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
    return all;
  }

 private:
  void insert(std::size_t n) {
    for (; n > 0; --n) {
      lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(row_), std::string(columns_, ' '));
      lines_.pop_back();
    }
  }
  void down() {
    if (++row_ < lines_.size()) return;
    lines_.erase(lines_.begin());
    lines_.emplace_back(columns_, ' ');
    --row_;
  }
  void put(char c) {
    if (c == '\r') column_ = 0;
    else if (c == '\n') column_ = 0, down();
    else {
      if (column_ == columns_) column_ = 0, down();
      lines_[row_][column_++] = c;
    }
  }
  std::size_t columns_, row_{}, column_{};
  std::vector<std::string> lines_;
};

using ScreenLines = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(above_table)

BOOST_AUTO_TEST_CASE(a_line_stands_above_and_the_next_table_is_drawn_over_the_last) {
  TinyScreen screen(6, 10);
  screen.show("title 1\nrate 60\n");
  screen.show(ib::tool::above_table("ben: lost\n", 2, 10));
  BOOST_TEST(screen.lines() == (ScreenLines{"ben: lost", "title 1", "rate 60", "", "", ""}),
             boost::test_tools::per_element());
  screen.show("\x1b[2Atitle 2\nrate 61\n");
  BOOST_TEST(screen.lines() == (ScreenLines{"ben: lost", "title 2", "rate 61", "", "", ""}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_long_line_and_a_full_screen_too) {
  TinyScreen screen(5, 10);
  screen.show("before\nbefore\ntitle 1\nrate 60\n");
  screen.show(ib::tool::above_table("ben: out of reach", 2, 10));
  screen.show("\x1b[2Atitle 2\nrate 61\n");
  BOOST_TEST(screen.lines() == (ScreenLines{"ben: out o", "f reach", "title 2", "rate 61", ""}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_a_table_it_is_a_line) {
  BOOST_TEST(ib::tool::above_table("ben: lost\n", 0, 80) == "ben: lost\n");
}

BOOST_AUTO_TEST_SUITE_END()
