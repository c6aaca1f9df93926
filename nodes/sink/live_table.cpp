#include "sink/live_table.hpp"

#include "sink/row_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace ib {
namespace {

// The narrowest has room for "-1.235e-05", and for what stands between it and its neighbour.
constexpr std::size_t widest_label = 26, widest_cell = 24, narrowest_cell = 11;

bool is_number(const ib_field& f) {
  return f.kind != IB_BOOL && f.kind != IB_ENUM && f.kind != IB_TEXT;
}

bool is_reason(const ib_field& f) { return std::string_view(f.name) == "reason"; }

/// The first line of a text that is broken between words.
std::string_view first_line(std::string_view text, std::size_t width) {
  if (text.size() <= width) return text;
  const auto space = text.rfind(' ', width);
  return text.substr(0, space == std::string_view::npos ? width : space);
}

}  // namespace

/// Lines of at most `columns` characters, one fewer than the screen has; what is too much is cut.
class Page {
 public:
  Page(std::string& out, ScreenSize screen)
      : out_(out), columns_(screen.columns), lines_(screen.rows > 1 ? screen.rows - 1 : 0) {}

  void add(std::string_view text) {
    text = text.substr(0, columns_ - at_);
    if (lines_ > 0) out_ += text;
    at_ += text.size();
  }
  void left(std::string_view text, std::size_t width) {
    text = text.substr(0, width);
    add(text);
    for (auto n = text.size(); n < width; ++n) add(" ");
  }
  void left_field(std::string_view name, std::size_t width) {
    const auto indent = std::min<std::size_t>(2, width);
    left("", indent);
    left(name, width - indent);
  }
  void right(std::string_view text, std::size_t width) {
    width = std::min(width, columns_ - at_);
    if (width == 0) return;
    text = text.substr(0, width - 1);
    for (auto n = text.size(); n < width; ++n) add(" ");
    add(text);
  }
  void right_number(std::string_view text, std::size_t width) {
    right(text.size() < std::min(width, columns_ - at_) ? text : "...", width);
  }
  void number(const char* form, std::size_t n) {
    std::array<char, 64> text;
    const auto end = fmt::format_to_n(text.data(), text.size(), fmt::runtime(form), n);
    add({text.data(), std::min(end.size, text.size())});
  }
  void end_line() {
    if (lines_ > 0) --lines_, out_ += '\n';
    at_ = 0;
  }

 private:
  std::string& out_;
  std::size_t columns_, lines_, at_{};
};

std::string_view note_of(const ib_type& type) {
  const std::string_view doc = type.doc != nullptr ? type.doc : "";
  const auto end = doc.find(". ");
  return end == std::string_view::npos ? std::string_view{} : doc.substr(end + 2);
}

LiveTable::LiveTable(std::span<const ShownItem> streams, ScreenSize screen) : screen_(screen) {
  const auto cells = std::min(screen.columns, narrowest_cell);
  label_width_ = std::min(screen.columns - cells, widest_label);
  gather(streams);
  for (std::size_t g = 0; g < n_groups_; ++g) {
    const auto beside = (screen.columns - label_width_) / narrowest_cell;
    groups_[g].beside = std::clamp<std::size_t>(beside, 1, groups_[g].n_streams);
  }
  fit();
}

/// `reason` explains every "-" above it: while anything is shown, it is.
bool LiveTable::Group::shows(std::uint32_t field) const {
  const auto& t = type();
  const bool ends_with_reason = t.n_fields > 0 && is_reason(t.fields[t.n_fields - 1]);
  if (!ends_with_reason) return field < n_fields;
  return field + 1 < n_fields || (field + 1 == t.n_fields && n_fields > 0);
}

void LiveTable::gather(std::span<const ShownItem> streams) {
  for (const auto& s : streams) {
    auto* const end = groups_.data() + n_groups_;
    auto* group =
        std::find_if(groups_.data(), end, [&s](const Group& g) { return &g.type() == s.type; });
    if (group == end) {
      ++n_groups_;
      group->n_fields = s.type->n_fields;
    }
    group->streams[group->n_streams++] = &s;
  }
}

void LiveTable::fit() {
  while (height() + 1 > screen_.rows) {
    auto* const longest =
        std::max_element(groups_.data(), groups_.data() + n_groups_,
                         [](const Group& a, const Group& b) { return a.n_fields < b.n_fields; });
    if (n_groups_ == 0 || longest->n_fields == 0) return;
    --longest->n_fields;
  }
}

std::size_t LiveTable::height() const {
  std::size_t lines = 1 + note_lines() + (left_out() > 0 ? 1 : 0);
  for (std::size_t g = 0; g < n_groups_; ++g)
    lines += groups_[g].rows() * (1 + groups_[g].n_fields);
  return lines;
}

std::size_t LiveTable::left_out() const {
  std::size_t n = 0;
  for (std::size_t g = 0; g < n_groups_; ++g) n += groups_[g].type().n_fields - groups_[g].n_fields;
  return n;
}

template <class Use>
void LiveTable::each_note_line(Use&& use) const {
  for (std::size_t g = 0; g < n_groups_; ++g) {
    auto rest = note_of(groups_[g].type());
    while (!rest.empty()) {
      const auto line = first_line(rest, screen_.columns);
      use(line);
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
  }
}

std::size_t LiveTable::note_lines() const {
  std::size_t lines = 0;
  each_note_line([&lines](std::string_view) { ++lines; });
  return lines;
}

void LiveTable::append(std::string& out, std::string_view title) const {
  Page page(out, screen_);
  page.add(title);
  page.end_line();
  each_note_line([&page](std::string_view note) {
    page.add(note);
    page.end_line();
  });
  for (std::size_t g = 0; g < n_groups_; ++g) {
    const auto& group = groups_[g];
    for (std::size_t k = 0; k < group.n_streams; k += group.beside) append_row(page, group, k);
  }
  if (const auto n = left_out(); n > 0) {
    page.number("... {} more, see the files", n);
    page.end_line();
  }
}

void LiveTable::append_row(Page& page, const Group& group, std::size_t first) const {
  const auto n = std::min(group.beside, group.n_streams - first);
  const auto streams = std::span(group.streams).subspan(first, n);
  const auto beside_labels = screen_.columns - label_width_;
  const auto width = std::clamp(beside_labels / group.beside, narrowest_cell, widest_cell);
  page.left("", label_width_);
  for (const auto* s : streams) page.right(s->name, width);
  page.end_line();
  ShortText room;
  for (std::uint32_t f = 0; f < group.type().n_fields; ++f) {
    if (!group.shows(f)) continue;
    const auto& field = group.type().fields[f];
    page.left_field(field.name, label_width_);
    for (const auto* s : streams) {
      const auto text = s->item != nullptr ? short_text(field, s->item, room) : "-";
      if (is_number(field)) page.right_number(text, width);
      else page.right(text, width);
    }
    page.end_line();
  }
}

}  // namespace ib
