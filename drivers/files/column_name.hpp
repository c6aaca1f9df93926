// ColumnName: the name of a column as people write it, apart from its unit.
//
//   RR-interval [ms]   rr_interval, ms        t_ms   t, ms        acc_x   acc_x
//   Time (sec)         time, s                Timestamp   timestamp
//
// Letters are compared without case; blanks, '-' and '.' are '_'. Thread: values, any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ib::files {

struct ColumnName {
  std::string base;
  std::string unit;  ///< "s", "ms", "us" or "ns"; empty: none said

  /// How many of the unit make a second; 0: no unit.
  double per_second() const;
  /// The parts of the base between '_'.
  std::vector<std::string_view> words() const;
};

ColumnName read_name(std::string_view text);

}  // namespace ib::files
