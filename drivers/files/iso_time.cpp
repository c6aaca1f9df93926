#include "files/iso_time.hpp"

#include <chrono>

namespace ib::files {
namespace {

// Reads from the front of a text; once something is missing everything is.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool ok() const { return ok_; }
  bool at_end() const { return text_.empty(); }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = take(c) && ok_; }
  int digits(int n) {
    int value = 0;
    for (; n > 0; --n) value = 10 * value + digit();
    return value;
  }
  bool digit_next() const { return !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; }

 private:
  int digit() {
    if (!digit_next()) {
      ok_ = false;
      return 0;
    }
    const int value = text_.front() - '0';
    text_.remove_prefix(1);
    return value;
  }

  std::string_view text_;
  bool ok_{true};
};

int milliseconds(Cursor& cursor) {
  if (!cursor.take('.') && !cursor.take(',')) return 0;
  int value = cursor.digits(1) * 100;
  for (int weight = 10; cursor.digit_next(); weight /= 10) value += weight * cursor.digits(1);
  return value;
}

// Minutes ahead of UTC.
std::optional<int> offset(Cursor& cursor) {
  if (cursor.take('Z') || cursor.take('z')) return 0;
  const bool ahead = cursor.take('+');
  if (!ahead && !cursor.take('-')) return std::nullopt;
  const int hours = cursor.digits(2);
  cursor.take(':');
  const int minutes = cursor.at_end() ? 0 : cursor.digits(2);
  if (hours > 14 || minutes > 59) return std::nullopt;
  return (ahead ? 1 : -1) * (60 * hours + minutes);
}

}  // namespace

std::optional<std::int64_t> unix_ms_of(std::string_view iso) {
  namespace chr = std::chrono;
  Cursor cursor(iso);
  const chr::year year{cursor.digits(4)};
  cursor.expect('-');
  const chr::month month{static_cast<unsigned>(cursor.digits(2))};
  cursor.expect('-');
  const chr::day day{static_cast<unsigned>(cursor.digits(2))};
  if (!cursor.take('T') && !cursor.take('t')) cursor.expect(' ');
  const int hour = cursor.digits(2);
  cursor.expect(':');
  const int minute = cursor.digits(2);
  cursor.expect(':');
  const int second = cursor.digits(2);
  const int ms = milliseconds(cursor);
  const auto ahead = offset(cursor);
  const chr::year_month_day date{year, month, day};
  if (!cursor.ok() || !cursor.at_end() || !ahead || !date.ok()) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second
  if (year < chr::year{1970} || year > chr::year{2261}) return std::nullopt;
  const auto time = chr::sys_days{date} + chr::hours{hour} + chr::minutes{minute - *ahead} +
                    chr::seconds{second} + chr::milliseconds{ms};
  return chr::time_point_cast<chr::milliseconds>(time).time_since_epoch().count();
}

}  // namespace ib::files
