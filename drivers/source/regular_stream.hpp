// RegularStream: one clock, rows of samples, and the signals that are cut from them. Every regular
// port of every source is filled here.
//
// Rows are numbered by device index; the clock is one Anchor for the whole stream, so no cut moves
// a sample. A row with a value that is not finite is no sample of that signal. Where a signal's
// index jumps its block ends, and the next one carries the gap: [end of the last sample's period,
// time of the next sample), at an end without samples in an empty block. Signals of one stream stand
// at the same row always: where one must cut, all do. Thread: as Stream. No allocation after
// construction.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "source/feed.hpp"

namespace ib::source {

/// Consecutive rows. Per lane, `values` points to row 0 and rows lie `stride` floats apart.
struct Run {
  static constexpr std::size_t lanes_max = 4;
  std::uint64_t first{};  ///< device index of row 0
  std::uint32_t n{};
  std::array<const float*, lanes_max> values{};
  std::array<std::uint32_t, lanes_max> stride{};
  std::uint64_t lost{};  ///< samples known to be lost in front of row 0
};

/// Where rows come from: a file, or a device.
class Rows {
 public:
  enum class State : std::uint8_t {
    ready,    ///< `run` holds n > 0 rows after those given before
    waiting,  ///< nothing until `next_arrival`
    ended,    ///< nothing ever; run.first is one past the last row
  };
  virtual ~Rows() = default;
  /// What has arrived by `now`, in the rows' own time.
  virtual State next(Run& run, Time now) = 0;
  /// While waiting: own time of the next rows; `forever` if they never come.
  virtual Time next_arrival() const { return forever; }
  /// Paced by a device: the ports are settled by samples, not by the clock.
  virtual bool live() const { return false; }
};

/// A signal that is cut from the rows of a stream.
struct Lane {
  Signal signal{};
  std::uint32_t channels{1};
};

class RegularStream final : public Stream {
 public:
  /// `clock`: the rows' own time. Lane k takes Run::values[k].
  RegularStream(Anchor clock, std::vector<Lane> lanes, std::unique_ptr<Rows> rows);

  void place(Time origin) override;
  Time begin() const override { return clock_.at(clock_.index); }
  Poured pour(const Outlets& out, Time limit, Time now) override;
  bool gives(Signal s) const override;
  bool leads() const override { return rows_->live(); }

 private:
  struct Port {
    Lane lane;
    std::uint64_t expected{};  ///< index after the last sample
    std::uint64_t lost{};      ///< since then
    bool sample{};             ///< the row in hand is one
  };

  bool next_row(const Outlets& out, Time now);
  bool look(const Outlets& out);
  bool is_sample(std::size_t lane, std::uint32_t row) const;
  std::uint32_t rows_alike(const Outlets& out, Time limit) const;
  std::uint32_t rows_until(Time limit, std::uint32_t n) const;
  bool must_cut(const Outlets& out, const Port& port) const;
  void append(ib_block& block, Port& port, std::size_t lane, std::uint64_t index, std::uint32_t n);
  void mark_gap(ib_block& block, Port& port, std::uint64_t index);
  void head(ib_block& block, std::uint64_t index) const;
  Poured at_end(const Outlets& out, Time limit);

  Anchor clock_;
  Duration origin_{};
  std::unique_ptr<Rows> rows_;
  std::vector<Port> ports_;
  Run run_;
  std::uint32_t at_{};  ///< row of the run
  bool looked_{};       ///< the row in hand is a sample of some listened signal
  Rows::State state_ = Rows::State::ready;
  Time last_ = never;  ///< of the rows passed; before the first, just before the beginning
};

}  // namespace ib::source
