// sink.console: up to six streams for the eye. On a terminal one table that is drawn anew in place;
// elsewhere one line per item. The only node that reads the machine's clock: to draw no more often
// than an eye can follow, however fast a session plays. What is old it knows from session time: live
// the host tells it (sugar/ageing.hpp), also when nothing comes; offline the newest item of any stream.
#pragma once

#include <interbeat/node.hpp>

#include "sink/live_table.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace ib {

struct ConsoleSink {
  static constexpr About about{
      "sink.console", "1.0.0", "Shows streams on the terminal: a live table, or lines elsewhere.",
      "On a terminal the newest item of each input stands in one table as high as the screen "
      "allows, drawn at most five times per second. Elsewhere every item is one line: time, "
      "stream, "
      "fields. Absent values and samples filled across gaps are shown as -, and so is everything "
      "of "
      "a stream silent for 15 s or twice its spacing, live also when all are silent. What a type says of its limits stands "
      "above."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_BLOCKING;
  static constexpr std::size_t max_inputs = LiveTable::most_streams;
  static constexpr Duration shown_for =
      15s;  ///< or twice its stream's spacing; older is shown as absent

  In<"in", void, InSpec{.doc = "Any stream."}> in;
  In<"in2", void, InSpec{.doc = "Any stream.", .optional = true}> in2;
  In<"in3", void, InSpec{.doc = "Any stream.", .optional = true}> in3;
  In<"in4", void, InSpec{.doc = "Any stream.", .optional = true}> in4;
  In<"in5", void, InSpec{.doc = "Any stream.", .optional = true}> in5;
  In<"in6", void, InSpec{.doc = "Any stream.", .optional = true}> in6;
  String<"title", StringSpec{.doc = "A line above the table."}> title;
  static constexpr auto fields =
      std::tuple{&ConsoleSink::in,  &ConsoleSink::in2, &ConsoleSink::in3,  &ConsoleSink::in4,
                 &ConsoleSink::in5, &ConsoleSink::in6, &ConsoleSink::title};

  bool activate(Activation& a);
  ib_status process(ib_process& p);
  void deactivate();
  /// Live: nothing newer has come by now. When it wants to be told again.
  Time age(Time now);
  const void* extension(std::string_view id);

 private:
  struct Shown {
    std::string name;
    const ib_type* type{};
    std::vector<std::byte> newest;  ///< the last item's bytes
    bool filled{};                  ///< it is a sample that nothing measured
    Time t = never;
    Duration spacing{};  ///< between its last two items
    bool news{};         ///< since the host told the time
    Time come = never;   ///< live: when its newest item was here
    bool drawn{};        ///< as news, in the last table
    Duration limit() const { return std::max(shown_for, 2 * spacing); }
  };
  bool is_fresh(const Shown& s) const;
  static constexpr std::size_t reserved = 64 * 1024, send_from = 48 * 1024;
  static constexpr Duration redraw_after = 200ms;
  /// Lines for people stand above the table: on a screen that is not too low the last two are seen.
  static constexpr std::size_t message_rows = 2, least_rows = 16;
  void take(Shown& s, const ib_block& b);
  void line(const Shown& s, Time t, const std::byte* item);
  void notes();
  void draw();
  void overwrite();
  void send();

  std::array<Shown, max_inputs> shown_;
  bool terminal_{};
  bool noted_{};
  bool waits_{};           ///< something has come since the last table
  Time newest_ = never;    ///< item of any stream
  Time now_ = never;       ///< live: as the host told last
  std::string simulated_;  ///< whose hearts are: "anna, ben"
  std::size_t drawn_lines_{};
  std::int64_t drawn_at_ns_{};  ///< on the machine's own clock: a screen is no result
  std::string text_, table_;
};

}  // namespace ib
