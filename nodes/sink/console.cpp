#include "sink/console.hpp"

#include "sink/lines_on_screen.hpp"
#include "sink/row_text.hpp"

#include <interbeat/sugar/ageing.hpp>
#include <interbeat/sugar/simulation.hpp>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace ib {
namespace {

std::int64_t machine_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

/// What names, words and texts of a stream hold may be a stranger's: characters that steer a terminal (C0, DEL, and
/// C1 as UTF-8 writes them) become "?" from `from` on; line feeds are ours.
void disarm(std::string& text, std::size_t from) {
  auto to = from;
  for (auto i = from; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool c1 =
        c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    const bool steers = (c < 0x20 && c != '\n') || c == 0x7f || c1;
    text[to++] = steers ? '?' : text[i];
    if (c1) ++i;
  }
  text.resize(to);
}

/// Asked at every draw: windows change.
ScreenSize screen_size() {
  winsize w{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_row == 0 || w.ws_col == 0) return {};
  return {w.ws_row, w.ws_col};
}

}  // namespace

bool ConsoleSink::activate(Activation& a) {
  terminal_ = isatty(STDOUT_FILENO) == 1;
  for (std::size_t i = 0; i < max_inputs; ++i) {
    if (!a.connected(i)) continue;
    shown_[i].name = a.in(i).name;
    shown_[i].type = a.in(i).type;
    shown_[i].newest.assign(a.in(i).type->item_size, std::byte{0});
  }
  text_.reserve(reserved);
  table_.reserve(reserved);
  return true;
}

ib_status ConsoleSink::process(ib_process& p) {
  for (std::size_t k = 0; k < max_inputs; ++k) {
    const ib_block* b = p.in[k];
    if (b != nullptr && shown_[k].type != nullptr) take(shown_[k], *b);
  }
  const bool due = machine_ns() - drawn_at_ns_ >= redraw_after.count();
  if (terminal_ && due && newest_ > never) draw();
  send();
  return IB_OK;
}

const void* ConsoleSink::extension(std::string_view id) {
  static constexpr const char* door = "interbeat.console/1";  // by which it finds itself again
  static const AgeingTable ageing{sizeof(AgeingTable), 0, [](ib_node* node, std::int64_t now_ns) {
                                    auto* self =
                                        const_cast<void*>(node->extension(node, door));  // NOLINT
                                    return static_cast<ConsoleSink*>(self)->age(Time{now_ns}).ns;
                                  }};
  static const SimulationTable simulation{sizeof(SimulationTable), 0,
                                          [](ib_node* node, const char* owners) {
                                            auto* self = const_cast<void*>(  // NOLINT
                                                node->extension(node, door));
                                            static_cast<ConsoleSink*>(self)->simulated_ = owners;
                                          }};
  if (id == ageing_extension) return &ageing;
  if (id == simulation_extension) return &simulation;
  return id == door ? this : nullptr;
}

/// A table that is not due yet is drawn when it is; one that shows old news, at once.
Time ConsoleSink::age(Time now) {
  if (!terminal_) return forever;
  now_ = now;
  Time next = forever;
  bool aged = false;
  for (auto& s : shown_) {
    if (s.t == never) continue;
    if (std::exchange(s.news, false)) s.come = now;
    if (is_fresh(s)) next = std::min(next, s.come + s.limit() + Duration{1});
    else aged = aged || s.drawn;
  }
  const bool due = machine_ns() - drawn_at_ns_ >= redraw_after.count();
  if (aged || (waits_ && due)) {
    draw();
    send();
  }
  return waits_ ? std::min(next, now + redraw_after) : next;
}

/// A silent stream's last values are old news: shown as absent, not as now.
bool ConsoleSink::is_fresh(const Shown& s) const {
  if (s.t == never) return false;
  if (now_ == never) return newest_ - s.t <= s.limit();
  return s.news || now_ - s.come <= s.limit();
}

void ConsoleSink::take(Shown& s, const ib_block& b) {
  for (std::uint32_t i = 0; i < b.n; ++i) {
    const Time t = time_of(b, i);
    if (s.t > never) s.spacing = t - s.t;
    s.t = t;
    s.filled = is_filled(b, i);
    if (!terminal_) line(s, t, s.filled ? nullptr : item_of(b, *s.type, i));
  }
  if (b.n == 0) return;
  std::copy_n(item_of(b, *s.type, b.n - 1), s.newest.size(), s.newest.begin());
  newest_ = std::max(newest_, s.t);
  s.news = waits_ = true;
}

/// The newest of all, however short ago the last table was drawn.
void ConsoleSink::deactivate() {
  if (!terminal_ || newest_ == never) return;
  draw();
  send();
  lines_on_screen().store(0, std::memory_order_relaxed);
}

void ConsoleSink::line(const Shown& s, Time t, const std::byte* item) {
  notes();
  const auto from = text_.size();
  append_time(text_, t.ns);
  (text_ += ' ') += s.name;
  ShortText room;
  for (std::uint32_t k = 0; k < s.type->n_fields; ++k) {
    const auto& field = s.type->fields[k];
    const auto value = item != nullptr ? short_text(field, item, room) : "-";
    if (!value.empty()) fmt::format_to(std::back_inserter(text_), " {}={}", field.name, value);
  }
  std::replace(text_.begin() + static_cast<std::ptrdiff_t>(from), text_.end(), '\n', ' ');
  disarm(text_, from);
  text_ += '\n';
  if (text_.size() > send_from) send();
}

/// In front of the first line what people must know who read these streams, once per type.
void ConsoleSink::notes() {
  if (noted_) return;
  noted_ = true;
  for (std::size_t k = 0; k < max_inputs; ++k) {
    const auto* type = shown_[k].type;
    const bool told = std::any_of(shown_.begin(), shown_.begin() + static_cast<std::ptrdiff_t>(k),
                                  [type](const Shown& s) { return s.type == type; });
    if (type == nullptr || told || note_of(*type).empty()) continue;
    ((text_ += "# ") += note_of(*type)) += '\n';
  }
}

void ConsoleSink::draw() {
  drawn_at_ns_ = machine_ns();
  waits_ = false;
  auto screen = screen_size();
  const auto rows = screen.rows;
  if (rows >= least_rows) screen.rows -= message_rows;
  std::array<ShownItem, max_inputs> items;
  std::size_t n = 0;
  for (auto& s : shown_) {
    if (s.type == nullptr) continue;
    s.drawn = is_fresh(s);
    items[n++] = {s.name, s.type, s.drawn && !s.filled ? s.newest.data() : nullptr};
  }
  std::array<char, 256> title_line;
  const auto end = fmt::format_to_n(title_line.data(), title_line.size(), "{}{}{}{}  {:.1f} s",
                                    simulated_.empty() ? "" : "SIMULATED: ", simulated_,
                                    simulated_.empty() ? "" : "  ", title.value,
                                    seconds(std::max(newest_, now_)));
  table_.clear();
  LiveTable({items.data(), n}, screen)
      .append(table_, {title_line.data(), std::min(end.size, title_line.size())});
  disarm(table_, 0);
  // Never further up than this screen shows, should it have shrunk since.
  const auto up = std::min(drawn_lines_, rows - 1);
  if (up > 0) fmt::format_to(std::back_inserter(text_), "\x1b[{}A", up);
  overwrite();
}

/// Line over line: a screen that is cleared as a whole flickers, and tmux keeps it in its history.
void ConsoleSink::overwrite() {
  drawn_lines_ = 0;
  for (std::string_view rest = table_; !rest.empty(); ++drawn_lines_) {
    const auto end = rest.find('\n');
    (text_ += rest.substr(0, end)) += "\x1b[K\n";
    rest.remove_prefix(end + 1);
  }
  text_ += "\x1b[J";
  lines_on_screen().store(drawn_lines_, std::memory_order_relaxed);
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
