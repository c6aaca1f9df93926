// Figures as SVG: panels below each other, each with axes that bear units and ticks at round numbers. For pages
// that the program writes; no picture needs a script, a font file or the network.
//
// Colours are CSS variables (style()), so that a page is light or dark. The same figure is the same bytes: no
// clock, no chance, no locale. A point that is not finite is absent, and breaks the line that it stands in.
// Thread: any; pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ib::plot {

struct Point {
  double x{}, y{};
};

enum class Mark {
  line,
  steps,   ///< each value holds until the next point
  points,  ///< a dot each
  rings,   ///< a hollow dot each: what is there, but does not count
  ticks,   ///< a vertical line through the panel at each x; y says nothing
  bars,    ///< from 0 to y; as wide as Series::width
  rows,    ///< lying bars, from 0 to x at height y; as thick as Series::width
};

struct Series {
  Mark mark{Mark::line};
  std::string name;  ///< in the legend; empty: not there
  std::vector<Point> points;
  unsigned colour{};  ///< 0 to 5, repeating; a name of the theme (style()), not a colour itself
  double width{1};    ///< bars: in units of x; rows: of y
  std::vector<std::string>
      says{};  ///< of each point, where a mouse rests on it; fewer than points: the rest say nothing
};

/// Where many values lie, as a lying box at height `y`: a line from `low` to `high`, a box over the middle half, a bar at
/// the median. low <= q1 <= median <= q3 <= high; one that is not finite is not drawn.
struct Box {
  double y{};
  double low{}, q1{}, median{}, q3{}, high{};
  std::string says{};  ///< where a mouse rests on it
};

/// A stretch of x that is shaded behind all else.
struct Stretch {
  double from{}, to{};
  std::string name;  ///< in the legend, once for equal names
  unsigned colour{};
};

/// A horizontal line: a threshold.
struct Level {
  double y{};
  std::string name;  ///< beside the line
};

struct Axis {
  std::string label{}, unit{};         ///< shown as "label (unit)"; unit "1" and "" are not shown
  std::optional<double> from{}, to{};  ///< none: as the points ask
  bool logarithmic{};                  ///< values above 0 only
  std::vector<std::string> names{};    ///< of the values 0, 1, 2, ...: a scale of words
};

struct Panel {
  std::string title;
  Axis x, y;
  double height{190};  ///< of the plot itself, in CSS pixels
  std::vector<Series> series;
  std::vector<Stretch> stretches;
  std::vector<Level> levels;
  std::vector<Box> boxes{};
  unsigned box_colour{};
};

struct Figure {
  std::string title;         ///< read by screen readers; `id` + "-title"
  std::string description;   ///< what is to be seen, for who does not see it
  std::string id{"figure"};  ///< unique in its page: letters, digits, dashes
  double width{720};         ///< of the drawing, in CSS pixels in which its letters are of 12
  double enlarged{1};        ///< at most so many times, where its place has room
  std::vector<Panel> panels;
};

/// `<svg>…</svg>`, to stand in a page that has style(). As wide as its place allows, at most `width` times `enlarged`.
std::string svg(const Figure& figure);

/// Bars over [from, to): how many values lie in each stretch of `width`, width > 0; what lies outside or is absent is not
/// counted. At most 1000 bars.
Series histogram(const std::vector<double>& values, double from, double to, double width);

/// CSS: the theme of all figures of a page, light, dark and printed.
std::string_view style();

/// Round numbers (1, 2, 5 times a power of ten) within [from, to], at most `most`; from <= to, both finite.
std::vector<double> round_ticks(double from, double to, unsigned most);

/// Points and boxes in the panels, all that are finite.
std::size_t count_of_points(const Figure& figure);

}  // namespace ib::plot
