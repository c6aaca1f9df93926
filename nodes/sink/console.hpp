// sink.console: up to six streams for the eye. On a terminal one table that is drawn anew in place;
// elsewhere one line per item.
#pragma once

#include <interbeat/node.hpp>

#include <array>
#include <string>
#include <vector>

namespace ib {

struct ConsoleSink {
  static constexpr About about{
      "sink.console", "1.0.0", "Shows streams on the terminal: a live table, or lines elsewhere.",
      "On a terminal the newest item of each input stands in one table, drawn at most four times per "
      "second of the session. Elsewhere every item is one line: time, stream, fields. Absent values "
      "are shown as -, and so is everything of a stream silent for 15 s or twice its spacing."};
  static constexpr std::uint32_t node_flags = IB_NODE_SINK | IB_NODE_BLOCKING;
  static constexpr std::size_t max_inputs = 6;
  static constexpr Duration shown_for = 15s;  ///< or twice its stream's spacing; older is shown as absent

  In<"in", void, InSpec{.doc = "Any stream."}> in;
  In<"in2", void, InSpec{.doc = "Any stream.", .optional = true}> in2;
  In<"in3", void, InSpec{.doc = "Any stream.", .optional = true}> in3;
  In<"in4", void, InSpec{.doc = "Any stream.", .optional = true}> in4;
  In<"in5", void, InSpec{.doc = "Any stream.", .optional = true}> in5;
  In<"in6", void, InSpec{.doc = "Any stream.", .optional = true}> in6;
  String<"title", StringSpec{.doc = "A line above the table."}> title;
  static constexpr auto fields = std::tuple{&ConsoleSink::in,  &ConsoleSink::in2, &ConsoleSink::in3,
                                            &ConsoleSink::in4, &ConsoleSink::in5, &ConsoleSink::in6,
                                            &ConsoleSink::title};

  bool activate(Activation& a);
  ib_status process(ib_process& p);
  void deactivate();

 private:
  struct Shown {
    std::string name;
    const ib_type* type{};
    std::vector<std::byte> newest;  ///< the last item's bytes
    Time t = never;
    Duration spacing{};  ///< between its last two items
  };
  static constexpr std::size_t reserved = 64 * 1024, send_from = 48 * 1024;
  void line(const Shown& s, std::int64_t t_ns, const std::byte* item);
  void draw(Time now);
  void send();

  std::array<Shown, max_inputs> shown_;
  bool terminal_{};
  std::size_t drawn_lines_{};
  Time drawn_at_ = never;
  std::string text_;
};

}  // namespace ib
