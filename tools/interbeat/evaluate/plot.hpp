// Plot: axes, points, curves and bars as one inline SVG, with a title and a description for those who do not see it.
// Colours come from the page (classes s0..s5 of its style sheet), so that light and dark are the page's business.
//
// Thread: any; pure.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ib::evaluate {

struct Point {
  double x{}, y{};
};

/// From `low` to `high`; logarithmic ones above 0.
struct Axis {
  std::string label;
  double low{}, high{1};
  bool logarithmic{};
  std::vector<std::string> names{};  ///< categories at 0, 1, 2, ... in place of numbers
};

class Plot {
 public:
  static constexpr std::size_t colours = 6;

  /// `title` is read in place of the picture, with `description` behind it.
  Plot(std::string title, std::string description, Axis x, Axis y);

  /// Outside the axes: drawn at their edge. `name` says on the point what it is.
  void point(Point at, std::size_t colour, const std::string& name, bool hollow = false);
  void curve(const std::vector<Point>& points, std::size_t colour);
  /// From the low end of x to `at.x`, at the category `at.y`.
  void bar(Point at, std::size_t colour, const std::string& name);
  /// Across the whole width, with a word at its end.
  void level(double y, const std::string& word);
  /// Up the whole height.
  void upright(double x, const std::string& word);
  void legend(const std::string& word, std::size_t colour);

  std::string svg() const;

 private:
  double x_of(double x) const;
  double y_of(double y) const;
  double height() const;
  std::string axes() const;

  std::string title_, description_;
  Axis x_, y_;
  std::string body_;
  std::vector<std::pair<std::string, std::size_t>> legend_;
};

/// `text` with &, <, > and quotes as entities.
std::string in_html(const std::string& text);

}  // namespace ib::evaluate
