#include "plot/plot.hpp"

#include "page/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <utility>

namespace ib::plot {
namespace {

using page::escaped;

constexpr double letter = 6.3;  ///< mean width of a letter of the figures' font, in CSS pixels
constexpr double gap_between = 22, axis_room = 38, head_room = 20, right_room = 14;

bool finite(const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); }

bool whole(const Box& b) {
  return std::isfinite(b.y) && std::isfinite(b.low) && std::isfinite(b.q1) &&
         std::isfinite(b.median) && std::isfinite(b.q3) && std::isfinite(b.high);
}

/// As people read it: no "-0", a true minus, a thin exponent only far out.
std::string number_text(double x, double step) {
  if (x == 0 || std::abs(x) < step * 1e-6) return "0";
  std::string text;
  if (std::abs(x) >= 1e6 || std::abs(x) < 1e-4) text = fmt::format("{:g}", x);
  else
    text = fmt::format("{:.{}f}", x,
                       std::clamp(-static_cast<int>(std::floor(std::log10(step) + 1e-9)), 0, 6));
  return text.front() == '-' ? "\u2212" + text.substr(1) : text;
}

struct Extent {
  double from = std::numeric_limits<double>::infinity(),
         to = -std::numeric_limits<double>::infinity();
  void take(double v) {
    if (!std::isfinite(v)) return;
    from = std::min(from, v);
    to = std::max(to, v);
  }
};

/// From a value to its place. Ends are finite and differ.
class Scale {
 public:
  Scale(const Axis& axis, Extent seen, double pixels, bool padded)
      : logarithmic_(axis.logarithmic), pixels_(pixels) {
    if (!axis.names.empty()) {
      from_ = -0.5;
      to_ = static_cast<double>(axis.names.size()) - 0.5;
      return;
    }
    if (!(seen.from <= seen.to)) seen = logarithmic_ ? Extent{0.1, 1} : Extent{0, 1};
    if (logarithmic_ && seen.from <= 0) seen.from = std::max(seen.to, 1.0) * 1e-6;
    from_ = placed(axis.from.value_or(seen.from));
    to_ = placed(axis.to.value_or(seen.to));
    if (!(from_ < to_)) {
      const double room = std::max(std::abs(from_) * 0.1, 0.5);
      from_ -= room;
      to_ += room;
    } else if (padded) {
      const double room = (to_ - from_) * 0.06;
      if (!axis.from) from_ -= seen.from == 0 ? 0 : room;
      if (!axis.to) to_ += room;
    }
  }
  double operator()(double v) const { return pixels_ * (placed(v) - from_) / (to_ - from_); }
  bool holds(double v) const { return placed(v) >= from_ - 1e-9 && placed(v) <= to_ + 1e-9; }

  std::vector<double> ticks(unsigned most) const {
    if (!logarithmic_) return round_ticks(from_, to_, most);
    std::vector<double> out;
    for (int decade = static_cast<int>(std::floor(from_)); decade <= std::ceil(to_); ++decade) {
      for (const double digit : {1.0, 2.0, 5.0}) {
        const double v = digit * std::pow(10.0, decade);
        if (holds(v)) out.push_back(v);
      }
    }
    if (out.size() > most)
      std::erase_if(out, [](double v) {
        const double e = std::log10(v);
        return std::abs(e - std::round(e)) > 1e-9;
      });
    return out;
  }

 private:
  double placed(double v) const { return logarithmic_ ? std::log10(std::max(v, 1e-300)) : v; }

  bool logarithmic_;
  double pixels_, from_{}, to_{};
};

std::string titled(const Axis& axis) {
  const bool bare = axis.unit.empty() || axis.unit == "1";
  if (axis.label.empty()) return bare ? "" : axis.unit;
  return bare ? axis.label : axis.label + " (" + axis.unit + ")";
}

/// Runs of points between those that are absent.
std::vector<std::vector<Point>> runs_of(const std::vector<Point>& points) {
  std::vector<std::vector<Point>> runs(1);
  for (const auto& p : points) {
    if (finite(p)) runs.back().push_back(p);
    else if (!runs.back().empty()) runs.emplace_back();
  }
  if (runs.back().empty()) runs.pop_back();
  return runs;
}

/// Of a line with more points than can be seen, those that make its outline: in each column of half a pixel the
/// first, the lowest, the highest and the last.
std::vector<Point> outline(std::vector<Point> pixels) {
  if (pixels.size() < 3000) return pixels;
  std::vector<Point> out;
  for (std::size_t i = 0; i < pixels.size();) {
    const double column = std::floor(pixels[i].x * 2);
    auto end = i;
    while (end < pixels.size() && std::floor(pixels[end].x * 2) == column) ++end;
    const auto first = pixels.begin() + static_cast<std::ptrdiff_t>(i),
               last = pixels.begin() + static_cast<std::ptrdiff_t>(end);
    auto [low, high] =
        std::minmax_element(first, last, [](const Point& a, const Point& b) { return a.y < b.y; });
    if (high < low) std::swap(low, high);
    for (const auto at : {first, low, high, last - 1}) {
      if (out.empty() || out.back().x != at->x || out.back().y != at->y) out.push_back(*at);
    }
    i = end;
  }
  return out;
}

class Drawing {
 public:
  explicit Drawing(const Figure& figure) : f_(figure) {}

  std::string text() {
    for (const auto& panel : f_.panels) left_ = std::max(left_, room_at_left(panel));
    for (const auto& panel : f_.panels) draw(panel);
    return fmt::format(
        "<svg class=\"plot\" role=\"img\" aria-labelledby=\"{0}-title {0}-desc\" viewBox=\"0 0 {1:.0f} {2:.0f}\" "
        "style=\"max-width:{6:.0f}px;--width:{1:.0f}px\">\n<title id=\"{0}-title\">{3}</title>\n"
        "<desc id=\"{0}-desc\">{4}</desc>\n{5}</svg>\n",
        f_.id, f_.width, std::max(top_ - gap_between, 1.0), escaped(f_.title),
        escaped(f_.description), out_, f_.width * f_.enlarged);
  }

 private:
  template <class... Args>
  void put(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), form, std::forward<Args>(args)...);
  }

  double room_at_left(const Panel& panel) const {
    std::size_t longest = 0;
    for (const auto& name : panel.y.names) longest = std::max(longest, name.size());
    if (panel.y.names.empty()) longest = 6;
    return std::min(static_cast<double>(longest) * letter + 30, 190.0);
  }

  Extent seen(const Panel& panel, bool of_x) const {
    Extent e;
    for (const auto& s : panel.series) {
      for (const auto& p : s.points) {
        if (!std::isfinite(p.x) || (s.mark != Mark::ticks && !std::isfinite(p.y))) continue;
        if (of_x) {
          if (s.mark == Mark::rows) e.take(0);
          const double half = s.mark == Mark::bars ? s.width / 2 : 0;
          e.take(p.x - half);
          e.take(p.x + half);
        } else if (s.mark != Mark::ticks) {
          e.take(p.y);
        }
      }
      if (!of_x && s.mark == Mark::bars) e.take(0);
    }
    if (of_x) {
      for (const auto& s : panel.stretches) {
        e.take(s.from);
        e.take(s.to);
      }
      for (const auto& b : panel.boxes) {
        if (!whole(b)) continue;
        e.take(b.low);
        e.take(b.high);
      }
    } else {
      for (const auto& b : panel.boxes) e.take(b.y);
      for (const auto& l : panel.levels) e.take(l.y);
    }
    return e;
  }

  void draw(const Panel& panel) {
    const double width = f_.width - left_ - right_room;
    if (!panel.title.empty())
      put("<text class=\"head\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", left_, top_ + 13,
          escaped(panel.title));
    top_ += panel.title.empty() ? 6 : head_room;
    legend(panel);
    const Scale x(panel.x, seen(panel, true), width, false);
    const Scale y(panel.y, seen(panel, false), panel.height, true);
    const auto clip = fmt::format("{}-clip-{}", f_.id, clips_++);
    put("<clipPath id=\"{}\"><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/></clipPath>\n",
        clip, left_, top_, width, panel.height);
    axes(panel, x, y, width);
    put("<g clip-path=\"url(#{})\">\n", clip);
    for (const auto& s : panel.stretches) stretch(s, x, panel.height);
    for (const auto& l : panel.levels)
      put("<path class=\"level\" d=\"M{:.1f} {:.1f}h{:.1f}\"/>\n", left_, place(y(l.y), panel),
          width);
    for (const auto& s : panel.series) series(s, panel, x, y);
    for (const auto& b : panel.boxes) {
      if (whole(b)) box(b, panel, x, y);
    }
    put("</g>\n<rect class=\"frame\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
        left_, top_, width, panel.height);
    for (const auto& l : panel.levels) {
      if (!l.name.empty())
        put("<text class=\"tick named\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
            left_ + width - 5, place(y(l.y), panel) - 4, escaped(l.name));
    }
    top_ += panel.height + axis_room + gap_between;
  }

  double place(double up, const Panel& panel) const { return top_ + panel.height - up; }

  void axes(const Panel& panel, const Scale& x, const Scale& y, double width) {
    const auto along = tick_marks(panel.x, x, 9);
    for (const auto& [v, name] : along) {
      const double at = left_ + x(v);
      put("<path class=\"grid\" d=\"M{:.1f} {:.1f}v{:.1f}\"/><text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
          at, top_, panel.height, at, top_ + panel.height + 15, escaped(name));
    }
    for (const auto& [v, name] : tick_marks(panel.y, y, panel.height < 110 ? 4U : 6U)) {
      const double at = place(y(v), panel);
      put("<path class=\"grid\" d=\"M{:.1f} {:.1f}h{:.1f}\"/><text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
          left_, at, width, left_ - 6, at + 4, escaped(name));
    }
    put("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", left_ + width / 2,
        top_ + panel.height + 32, escaped(titled(panel.x)));
    const double middle = top_ + panel.height / 2;
    put("<text x=\"12\" y=\"{0:.1f}\" text-anchor=\"middle\" transform=\"rotate(-90 12 {0:.1f})\">{1}</text>\n",
        middle, escaped(titled(panel.y)));
  }

  std::vector<std::pair<double, std::string>> tick_marks(const Axis& axis, const Scale& scale,
                                                         unsigned most) const {
    std::vector<std::pair<double, std::string>> out;
    for (std::size_t i = 0; i < axis.names.size(); ++i)
      out.emplace_back(static_cast<double>(i), axis.names[i]);
    if (!axis.names.empty()) return out;
    const auto ticks = scale.ticks(most);
    for (const double v : ticks) {
      const double step = axis.logarithmic   ? v
                          : ticks.size() > 1 ? ticks[1] - ticks[0]
                                             : std::abs(v);
      out.emplace_back(v, number_text(v, step > 0 ? step : 1));
    }
    return out;
  }

  /// In rows above the plot; a sample of the mark, then its name.
  void legend(const Panel& panel) {
    struct Entry {
      std::string name;
      unsigned colour;
      const char* kind;
    };
    std::vector<Entry> entries;
    const auto add = [&](const std::string& name, unsigned colour, const char* kind) {
      const bool there = std::any_of(entries.begin(), entries.end(),
                                     [&](const Entry& e) { return e.name == name; });
      if (!name.empty() && !there) entries.push_back({name, colour % 6, kind});
    };
    for (const auto& s : panel.series) {
      add(s.name, s.colour,
          s.mark == Mark::points                         ? "dot"
          : s.mark == Mark::rings                        ? "ring"
          : s.mark == Mark::bars || s.mark == Mark::rows ? "bar"
          : s.mark == Mark::ticks                        ? "ticks"
                                                         : "line");
    }
    for (const auto& s : panel.stretches) add(s.name, s.colour, "stretch");
    if (entries.empty()) return;
    double x = left_, y = top_ + 10;
    for (const auto& e : entries) {
      const double wide = 26 + static_cast<double>(e.name.size()) * letter + 14;
      if (x > left_ && x + wide > f_.width) {
        x = left_;
        y += 17;
      }
      const std::string_view kind = e.kind;
      put("<g class=\"c{}\">", e.colour);
      if (kind == "line") put("<path class=\"line\" d=\"M{:.1f} {:.1f}h18\"/>", x, y - 4);
      else if (kind == "ticks")
        put("<path class=\"ticks\" d=\"M{:.1f} {:.1f}v-11\"/>", x + 9, y + 1);
      else if (kind == "dot" || kind == "ring")
        put("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.2\"/>", kind, x + 9, y - 4);
      else
        put("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"18\" height=\"11\"/>", kind, x,
            y - 10);
      put("</g><text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x + 24, y, escaped(e.name));
      x += wide;
    }
    top_ += y - top_ + 9;
  }

  void stretch(const Stretch& s, const Scale& x, double height) {
    if (!std::isfinite(s.from) || !std::isfinite(s.to) || s.to < s.from) return;
    put("<rect class=\"stretch c{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>\n",
        s.colour % 6, left_ + x(s.from), top_, std::max(x(s.to) - x(s.from), 1.0), height);
  }

  void series(const Series& s, const Panel& panel, const Scale& x, const Scale& y) {
    const unsigned colour = s.colour % 6;
    const auto at = [&](const Point& p) { return Point{left_ + x(p.x), place(y(p.y), panel)}; };
    if (s.mark == Mark::line || s.mark == Mark::steps) {
      for (const auto& run : runs_of(s.points)) {
        std::vector<Point> pixels;
        std::transform(run.begin(), run.end(), std::back_inserter(pixels), at);
        path(outline(std::move(pixels)), s.mark == Mark::steps, colour);
      }
      return;
    }
    put("<g class=\"c{}\">", colour);
    if (s.mark == Mark::ticks) put("<path class=\"ticks\" d=\"");
    for (std::size_t i = 0; i < s.points.size(); ++i) {
      const auto& p = s.points[i];
      const auto said = says(i < s.says.size() ? s.says[i] : std::string());
      if (s.mark == Mark::ticks) {
        if (std::isfinite(p.x)) put("M{:.1f} {:.1f}v{:.1f}", left_ + x(p.x), top_, panel.height);
      } else if (!finite(p)) {
        continue;
      } else if (s.mark == Mark::points || s.mark == Mark::rings) {
        put("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.6\"{}",
            s.mark == Mark::points ? "dot" : "ring", at(p).x, at(p).y,
            said.empty() ? "/>" : ">" + said + "</circle>");
      } else if (s.mark == Mark::rows) {
        const double base = left_ + x(0), tip = at(p).x;
        const double low = place(y(p.y - s.width / 2), panel),
                     high = place(y(p.y + s.width / 2), panel);
        bar(std::min(base, tip), high, std::abs(base - tip), low - high, said);
      } else {
        const double base = place(y(0), panel), tip = at(p).y;
        const double from = left_ + x(p.x - s.width / 2), to = left_ + x(p.x + s.width / 2);
        bar(from, std::min(base, tip), std::max(to - from - 0.6, 0.6), std::abs(base - tip), said);
      }
    }
    if (s.mark == Mark::ticks) put("\"/>");
    put("</g>\n");
  }

  static std::string says(const std::string& words) {
    return words.empty() ? std::string() : "<title>" + escaped(words) + "</title>";
  }

  void bar(double x, double y, double width, double height, const std::string& said) {
    put("<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"{}", x, y,
        width, height, said.empty() ? "/>" : ">" + said + "</rect>");
  }

  void box(const Box& b, const Panel& panel, const Scale& x, const Scale& y) {
    constexpr double half = 5;  // pixels
    const auto at = [&](double v) { return left_ + x(v); };
    const double middle = place(y(b.y), panel);
    put("<g class=\"c{}\">{}<path class=\"whisker\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>",
        panel.box_colour % 6, says(b.says), at(b.low), middle, at(b.high));
    put("<rect class=\"box\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
        at(b.q1), middle - half, std::max(at(b.q3) - at(b.q1), 0.6), 2 * half);
    put("<path class=\"median\" d=\"M{:.1f} {:.1f}v{:.1f}\"/></g>\n", at(b.median), middle - half,
        2 * half);
  }

  void path(const std::vector<Point>& pixels, bool steps, unsigned colour) {
    if (pixels.size() == 1) {
      put("<circle class=\"dot c{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2\"/>\n", colour, pixels[0].x,
          pixels[0].y);
      return;
    }
    put("<path class=\"line c{}\" d=\"", colour);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      if (i == 0) put("M{:.1f} {:.1f}", pixels[i].x, pixels[i].y);
      else if (steps) put("H{:.1f}V{:.1f}", pixels[i].x, pixels[i].y);
      else put("L{:.1f} {:.1f}", pixels[i].x, pixels[i].y);
    }
    put("\"/>\n");
  }

  const Figure& f_;
  std::string out_;
  double left_ = 40, top_ = 4;
  unsigned clips_{};
};

}  // namespace

std::string svg(const Figure& figure) { return Drawing(figure).text(); }

std::vector<double> round_ticks(double from, double to, unsigned most) {
  if (!std::isfinite(from) || !std::isfinite(to) || !(from < to) || most == 0) return {from};
  const double decade = std::pow(10.0, std::floor(std::log10((to - from) / most)));
  std::vector<double> out;
  for (const double digit : {1.0, 2.0, 5.0, 10.0}) {
    const double step = decade * digit;
    const double first = std::ceil(from / step - 1e-9), last = std::floor(to / step + 1e-9);
    if (last - first >= most) continue;
    for (double k = first; k <= last; ++k) out.push_back(k * step);
    break;
  }
  return out;
}

Series histogram(const std::vector<double>& values, double from, double to, double width) {
  Series out;
  out.mark = Mark::bars;
  out.width = width;
  if (!(width > 0) || !std::isfinite(from) || !std::isfinite(to) || !(from < to)) return out;
  const double bars = std::min(std::ceil((to - from) / width - 1e-9), 1000.0);
  for (double k = 0; k < bars; ++k) out.points.push_back({from + (k + 0.5) * width, 0});
  for (const double v : values) {
    const double k = std::floor((v - from) / width);
    if (v >= from && v < to && k < bars) out.points[static_cast<std::size_t>(k)].y += 1;
  }
  return out;
}

std::size_t count_of_points(const Figure& figure) {
  std::size_t n = 0;
  for (const auto& panel : figure.panels) {
    n += static_cast<std::size_t>(std::count_if(panel.boxes.begin(), panel.boxes.end(), whole));
    for (const auto& s : panel.series) {
      n += static_cast<std::size_t>(
          std::count_if(s.points.begin(), s.points.end(), [&](const Point& p) {
            return std::isfinite(p.x) && (s.mark == Mark::ticks || std::isfinite(p.y));
          }));
    }
  }
  return n;
}

}  // namespace ib::plot
