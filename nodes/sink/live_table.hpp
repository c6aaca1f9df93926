// LiveTable: the newest item of each stream as one table that fits a screen. Streams of one type
// stand side by side, a line per field in the type's own order; where the screen is too low the
// last fields of the longest groups go, `reason` last of all, and one line says how many. Where it is
// too narrow for all of them beside each other, the rest stand below. A number is whole or "...": one
// that is cut reads as another one.
//
// What follows the first sentence of a type's doc is what people must know who read its values; it
// stands under the title and goes last.
//
// Thread: [exec] of sink.console; appends to a text that its caller reserved.
#pragma once

#include <interbeat/node.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ib {

struct ScreenSize {
  std::size_t rows = 24, columns = 80;
};

/// A stream and its newest item; null: nothing to show (none yet, old news, filled across a gap).
struct ShownItem {
  std::string_view name;
  const ib_type* type{};
  const std::byte* item{};
};

class Page;

/// What follows the first sentence of the type's doc; "" if nothing does.
std::string_view note_of(const ib_type& type);

class LiveTable {
 public:
  static constexpr std::size_t most_streams = 6;

  /// Precondition: at most `most_streams` streams.
  LiveTable(std::span<const ShownItem> streams, ScreenSize screen);

  /// The table, at most rows - 1 lines of at most `columns` characters: the cursor stands below it.
  void append(std::string& out, std::string_view title) const;

 private:
  struct Group {
    std::array<const ShownItem*, most_streams> streams{};
    std::size_t n_streams{}, n_fields{};  ///< fields that are shown
    std::size_t beside{1};                ///< streams in one row; the others stand below
    std::size_t rows() const { return (n_streams + beside - 1) / beside; }
    const ib_type& type() const { return *streams[0]->type; }
    bool shows(std::uint32_t field) const;
  };

  void gather(std::span<const ShownItem> streams);
  void fit();
  std::size_t height() const;
  std::size_t note_lines() const;
  std::size_t left_out() const;
  template <class Use>
  void each_note_line(Use&& use) const;
  void append_row(Page& page, const Group& group, std::size_t first) const;

  ScreenSize screen_;
  std::size_t label_width_{};
  std::array<Group, most_streams> groups_{};
  std::size_t n_groups_{};
};

}  // namespace ib
