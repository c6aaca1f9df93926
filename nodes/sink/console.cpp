#include "sink/console.hpp"

#include "sink/row_text.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <span>

namespace ib {

bool ConsoleSink::activate(Activation& a) {
  terminal_ = isatty(STDOUT_FILENO) == 1;
  for (std::size_t i = 0; i < max_inputs; ++i) {
    if (!a.connected(i)) continue;
    shown_[i].name = a.in(i).name;
    shown_[i].type = a.in(i).type;
    shown_[i].newest.assign(a.in(i).type->item_size, std::byte{0});
  }
  text_.reserve(reserved);
  return true;
}

ib_status ConsoleSink::process(ib_process& p) {
  Time newest = never;
  for (std::size_t k = 0; k < max_inputs; ++k) {
    const ib_block* b = p.in[k];
    if (b == nullptr || shown_[k].type == nullptr) continue;
    auto& s = shown_[k];
    for (std::uint32_t i = 0; i < b->n; ++i) {
      const auto* item = item_of(*b, *s.type, i);
      const Time t = time_of(*b, i);
      if (s.t > never) s.spacing = t - s.t;
      s.t = t;
      if (!terminal_) line(s, s.t.ns, item);
    }
    if (b->n > 0) {
      const auto* item = item_of(*b, *s.type, b->n - 1);
      std::copy_n(item, s.newest.size(), s.newest.begin());
    }
    newest = std::max(newest, s.t);
  }
  if (terminal_ && newest - drawn_at_ >= 250ms) draw(newest);
  send();
  return IB_OK;
}

void ConsoleSink::deactivate() {
  if (!terminal_) return;
  Time newest = never;
  for (const auto& s : shown_) newest = std::max(newest, s.t);
  if (newest > never) draw(newest);
  send();
}

void ConsoleSink::line(const Shown& s, std::int64_t t_ns, const std::byte* item) {
  append_time(text_, t_ns);
  (text_ += ' ') += s.name;
  ShortText room;
  for (std::uint32_t k = 0; k < s.type->n_fields; ++k) {
    const auto value = short_text(s.type->fields[k], item, room);
    if (!value.empty()) fmt::format_to(std::back_inserter(text_), " {}={}", s.type->fields[k].name, value);
  }
  text_ += '\n';
  if (text_.size() > send_from) send();
}

/// One line per field, one column per stream of the same type; redrawn over the last table.
void ConsoleSink::draw(Time now) {
  drawn_at_ = now;
  ShortText room;
  if (drawn_lines_ > 0) fmt::format_to(std::back_inserter(text_), "\x1b[{}A\x1b[J", drawn_lines_);
  const auto begin = text_.size();
  fmt::format_to(std::back_inserter(text_), "{}  {:.1f} s\n", title.value, seconds(now));
  std::array<bool, max_inputs> done{};
  for (std::size_t k = 0; k < max_inputs; ++k) {
    if (shown_[k].type == nullptr || done[k]) continue;
    std::array<const Shown*, max_inputs> together{};
    std::size_t columns = 0;
    for (std::size_t j = k; j < max_inputs; ++j) {
      if (shown_[j].type != shown_[k].type) continue;
      done[j] = true;
      together[columns++] = &shown_[j];
    }
    const std::span row(together.data(), columns);
    fmt::format_to(std::back_inserter(text_), "\n{:<26}", "");
    for (const auto* s : row) fmt::format_to(std::back_inserter(text_), "{:>24}", s->name);
    text_ += '\n';
    for (std::uint32_t f = 0; f < row[0]->type->n_fields; ++f) {
      const auto& field = row[0]->type->fields[f];
      fmt::format_to(std::back_inserter(text_), "  {:<24}", field.name);
      for (const auto* s : row) {
        // A silent stream's last values are old news: shown as absent, not as now.
        const bool fresh = s->t > never && now - s->t <= std::max(shown_for, 2 * s->spacing);
        const auto value = fresh ? short_text(field, s->newest.data(), room) : "-";
        fmt::format_to(std::back_inserter(text_), "{:>24}", value);
      }
      text_ += '\n';
    }
  }
  drawn_lines_ = static_cast<std::size_t>(
      std::count(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.end(), '\n'));
}

void ConsoleSink::send() {
  std::size_t done = 0;
  while (done < text_.size()) {
    const auto n = ::write(STDOUT_FILENO, text_.data() + done, text_.size() - done);
    if (n <= 0) break;  // nobody reads any more: a console is not worth stopping for
    done += static_cast<std::size_t>(n);
  }
  text_.clear();
}

}  // namespace ib
