#include "evaluate/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ib::evaluate {
namespace {

constexpr double width = 720, left = 84, right = 90, top = 34, bottom = 44, row = 20;
constexpr double plain_height = 340;

/// 1, 2 or 5 times a power of ten, so that there are four to ten of them.
double step_of(double low, double high) {
  const double rough = (high - low) / 6;
  const double ten = std::pow(10, std::floor(std::log10(rough)));
  for (const double m : {1.0, 2.0, 5.0})
    if (rough <= m * ten) return m * ten;
  return 10 * ten;
}

std::vector<double> ticks_of(const Axis& axis) {
  std::vector<double> ticks;
  if (axis.logarithmic) {
    for (double ten = std::pow(10, std::floor(std::log10(axis.low))); ten <= axis.high; ten *= 10)
      for (const double m : {1.0, 2.0, 5.0})
        if (m * ten >= axis.low * 0.999 && m * ten <= axis.high * 1.001) ticks.push_back(m * ten);
    return ticks;
  }
  const double step = step_of(axis.low, axis.high);
  const auto first = static_cast<int>(std::ceil(axis.low / step - 1e-9));
  for (int k = first; k * step <= axis.high + 1e-9 * step; ++k) ticks.push_back(k * step);
  return ticks;
}

/// 0..1 along the axis, held inside.
double share(const Axis& axis, double v) {
  const auto place = [&](double x) { return axis.logarithmic ? std::log(x) : x; };
  if (axis.logarithmic && v <= 0) return 0;
  return std::clamp((place(v) - place(axis.low)) / (place(axis.high) - place(axis.low)), 0.0, 1.0);
}

std::string text_at(double x, double y, const char* anchor, const std::string& text,
                    const char* more = "") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y,
                     anchor, more, in_html(text));
}

std::string line(double x1, double y1, double x2, double y2, const char* kind) {
  return fmt::format(
      "<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", kind, x1,
      y1, x2, y2);
}

std::string number(double x) { return fmt::format("{:g}", std::abs(x) < 1e-12 ? 0 : x); }

}  // namespace

std::string in_html(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

Plot::Plot(std::string title, std::string description, Axis x, Axis y)
    : title_(std::move(title)),
      description_(std::move(description)),
      x_(std::move(x)),
      y_(std::move(y)) {
  for (auto* axis : {&x_, &y_}) {
    if (!axis->names.empty()) {
      axis->low = -0.6;
      axis->high = static_cast<double>(axis->names.size()) - 0.4;
    }
    if (!(axis->high > axis->low)) axis->high = axis->low + 1;  // one value alone
  }
}

double Plot::height() const {
  return y_.names.empty() ? plain_height
                          : top + bottom + row * static_cast<double>(y_.names.size());
}
double Plot::x_of(double x) const { return left + share(x_, x) * (width - left - right); }
/// Categories run downwards, numbers upwards.
double Plot::y_of(double y) const {
  const double s = share(y_, y), room = height() - top - bottom;
  return y_.names.empty() ? top + (1 - s) * room : top + s * room;
}

void Plot::point(Point at, std::size_t colour, const std::string& name, bool hollow) {
  body_ += fmt::format(
      "<circle class=\"{} s{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"><title>{}</title></circle>\n",
      hollow ? "hollow" : "dot", colour % colours, x_of(at.x), y_of(at.y), in_html(name));
}

void Plot::curve(const std::vector<Point>& points, std::size_t colour) {
  if (points.empty()) return;
  body_ += fmt::format("<polyline class=\"curve s{}\" points=\"", colour % colours);
  for (const auto& p : points) body_ += fmt::format("{:.1f},{:.1f} ", x_of(p.x), y_of(p.y));
  body_ += "\"/>\n";
}

void Plot::bar(Point at, std::size_t colour, const std::string& name) {
  body_ += fmt::format(
      "<rect class=\"bar s{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"><title>{}"
      "</title></rect>\n",
      colour % colours, left, y_of(at.y) - 0.32 * row, x_of(at.x) - left, 0.64 * row,
      in_html(name));
}

void Plot::level(double y, const std::string& word) {
  body_ += line(left, y_of(y), width - right, y_of(y), "level");
  body_ += text_at(width - right + 4, y_of(y) + 4, "start", word);
}

void Plot::upright(double x, const std::string& word) {
  body_ += line(x_of(x), top, x_of(x), height() - bottom, "level");
  body_ += text_at(x_of(x), top - 4, "middle", word);
}

void Plot::legend(const std::string& word, std::size_t colour) {
  legend_.emplace_back(word, colour % colours);
}

std::string Plot::axes() const {
  std::string out;
  const double floor = height() - bottom, end = width - right;
  for (const double t : ticks_of(x_)) {
    out += line(x_of(t), top, x_of(t), floor, "grid");
    out += text_at(x_of(t), floor + 16, "middle", number(t));
  }
  if (y_.names.empty()) {
    for (const double t : ticks_of(y_)) {
      out += line(left, y_of(t), end, y_of(t), "grid");
      out += text_at(left - 6, y_of(t) + 4, "end", number(t));
    }
    out += text_at(14, (top + floor) / 2, "middle", y_.label,
                   fmt::format(" transform=\"rotate(-90 14 {:.1f})\"", (top + floor) / 2).c_str());
  } else {
    for (std::size_t k = 0; k < y_.names.size(); ++k) {
      const double y = y_of(static_cast<double>(k));
      out += line(left, y, end, y, "grid");
      out += text_at(left - 6, y + 4, "end", y_.names[k]);
    }
  }
  return out + text_at((left + end) / 2, height() - 6, "middle", x_.label);
}

std::string Plot::svg() const {
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-label=\"{2}\">\n<title>{2}</title>\n"
      "<desc>{3}</desc>\n",
      width, height(), in_html(title_ + ". " + description_), in_html(description_));
  out += axes() + body_;
  double y = top + 8;
  for (const auto& [word, colour] : legend_) {
    out += fmt::format("<circle class=\"dot s{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>\n", colour,
                       width - right + 14, y);
    out += text_at(width - right + 22, y + 4, "start", word);
    y += 17;
  }
  return out + "</svg>\n";
}

}  // namespace ib::evaluate
