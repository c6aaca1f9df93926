// RowWriter: items as rows of text. What a field has not changed since the row before is not made
// into text again but copied from there: windows that slide keep half of their fields.
//
// A form says how a kind of file writes the parts of a row (CsvFormat, JsonlFormat in table.hpp).
// Bound: two rows of the longest texts that the type allows. Thread: [control] made; [exec] write,
// which allocates nothing.
#pragma once

#include <interbeat/node.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "sink/number_text.hpp"
#include "sink/row_text.hpp"

namespace ib {

/// What a row is made of. `item` is null for a sample that was filled across a gap: no data.
struct RowOf {
  const std::byte* item;
  Time t;
  std::string_view reason;  ///< why values of a sample are absent, at most `reason_room` long
};
inline constexpr std::size_t reason_room = 32;

template <class Form>
class RowWriter {
 public:
  RowWriter() = default;
  /// `regular`: samples have no reason of their own, so the row has one.
  RowWriter(const ib_type& type, bool regular);
  /// The row with its line end; valid until the next call.
  std::string_view write(const RowOf& row);

 private:
  struct Column {
    const ib_field* field;
    std::string_view name;
    std::size_t bytes;           ///< of its value in an item
    std::size_t from{}, size{};  ///< of its text in the row before
  };
  bool is_unchanged(const Column& column, const std::byte* item) const;

  std::vector<Column> columns_;
  bool regular_{};
  std::vector<char> row_, row_before_;
  std::vector<std::byte> item_before_;
  bool any_before_{};  ///< else there is none, or it had no data
};

template <class Form>
RowWriter<Form>::RowWriter(const ib_type& type, bool regular)
    : regular_(regular), item_before_(type.item_size) {
  std::size_t room = 2 * number_room + Form::around + reason_room;
  for (std::uint32_t k = 0; k < type.n_fields; ++k) {
    const auto& field = type.fields[k];
    columns_.push_back({&field, field.name, value_size(field)});
    room += Form::around + columns_.back().name.size() + field_room(field);
  }
  row_.resize(room);
  row_before_.resize(room);
}

template <class Form>
std::string_view RowWriter<Form>::write(const RowOf& row) {
  std::swap(row_, row_before_);
  char* const begin = row_.data();
  char* to = write_time(Form::write_begin(begin), row.t.ns);
  for (auto& column : columns_) {
    const auto from = static_cast<std::size_t>(to - begin);
    if (row.item != nullptr && any_before_ && is_unchanged(column, row.item)) {
      to = write_again(to, row_before_.data() + column.from, column.size);
    } else {
      to = Form::write_name(to, column.name);
      to = row.item != nullptr ? Form::write_field(to, *column.field, row.item)
                               : Form::write_absent(to);
    }
    column.from = from;
    column.size = static_cast<std::size_t>(to - begin) - from;
  }
  if (regular_) to = Form::write_reason(to, row.reason);
  to = Form::write_end(to);
  any_before_ = row.item != nullptr;
  if (any_before_) std::memcpy(item_before_.data(), row.item, item_before_.size());
  return {begin, static_cast<std::size_t>(to - begin)};
}

/// The same bytes: -0 is not 0, and what is absent has the value 0.
template <class Form>
bool RowWriter<Form>::is_unchanged(const Column& column, const std::byte* item) const {
  const auto* now = item + column.field->offset;
  const auto* before = item_before_.data() + column.field->offset;
  switch (column.bytes) {
    case 1: return *now == *before;
    case 4: return std::memcmp(now, before, 4) == 0;
    case 8: return std::memcmp(now, before, 8) == 0;
    case 16: return std::memcmp(now, before, 16) == 0;
    default: return std::memcmp(now, before, column.bytes) == 0;
  }
}

}  // namespace ib
