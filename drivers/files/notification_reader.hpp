// NotificationReader: the heart-rate notifications of a strap, one a row, as they arrived.
//
//   arrival_s,hr_bpm,rr_1024,hex      seconds; beats a minute; 'oldest;...;newest' in 1/1024 s
//   0.0000,104,602;602,10685a025a02   a row without intervals is a notification that held none
//
// A row that can't be read is left out, counted, and told with its line.
// Thread: one at a time; blocks on the disk. Allocates while it reads.
#pragma once

#include <interbeat/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "files/line_reader.hpp"
#include "files/problem.hpp"

namespace ib::files {

struct NotificationLayout {
  char delimiter{','};
  char decimal{'.'};
  double zero_s{};                        ///< arrival_s of time 0
  std::size_t arrival{}, list{};          ///< columns
  std::optional<std::size_t> heart_rate;  ///< column, if there is one

  /// The columns by their names; `arrival` or `list` beyond the end: there is none.
  static NotificationLayout of(std::span<const std::string> names);
};

class NotificationReader {
 public:
  /// In one row; a 20-byte value holds 9, and a row may hold several that came at once.
  static constexpr std::size_t list_max = 64;

  NotificationReader(LineReader lines, NotificationLayout layout);

  enum class Got { row, refused, end };
  Got next();

  // Of the row that `next` gave.
  Time at() const { return *last_; }
  std::span<const std::int32_t> rr_1024() const { return {list_.data(), n_}; }
  std::optional<double> hr_bpm() const { return hr_bpm_; }

  std::uint64_t refused() const { return refused_; }
  const ProblemList& problems() const { return problems_; }

 private:
  Got refuse(std::string what, std::string expected);
  Got place(const std::vector<std::string>& cells);
  bool read_list(std::string_view list);

  LineReader lines_;
  NotificationLayout layout_;
  std::optional<Time> last_;
  std::optional<double> hr_bpm_;
  std::array<std::int32_t, list_max> list_{};
  std::size_t n_{};
  std::uint64_t refused_{};
  ProblemList problems_;
};

}  // namespace ib::files
