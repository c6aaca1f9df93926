#include "verify/comparison.hpp"

#include "text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace ib::verify {
namespace {

const char* name(Verdict v) {
  switch (v) {
    case Verdict::ok: return "ok";
    case Verdict::fail: return "FAIL";
    case Verdict::figure: return "figure";
    case Verdict::absent: return "absent";
  }
  return "";
}

std::string number(double x) {
  if (x == 0) return "0";
  const double size = std::abs(x);
  return size < 1e-3 || size >= 1e7 ? fmt::format("{:.2e}", x) : fmt::format("{:.7g}", x);
}

std::string number(const std::optional<double>& x) { return x ? number(*x) : "absent"; }

}  // namespace

std::optional<double> Comparison::difference() const {
  if (!ours) return std::nullopt;
  return *ours - reference;
}

Verdict Comparison::verdict() const {
  if (nothing_to_compare) return Verdict::absent;
  if (figure) return Verdict::figure;
  const auto apart = difference();
  if (more_is_fine && apart && *apart >= 0) return Verdict::ok;
  return apart && std::abs(*apart) <= allowed ? Verdict::ok : Verdict::fail;
}

void Worst::note(double difference) {
  ++n_;
  // What is no number is as far away as can be.
  worst_ = std::isnan(difference) ? HUGE_VAL : std::max(worst_, std::abs(difference));
}

void Worst::relative(double ours, double reference) {
  note(reference == 0 ? ours : (ours - reference) / reference);
}

void Worst::absolute(double ours, double reference) { note(ours - reference); }

Comparison Worst::comparison(std::string group, std::string metric, double allowed) const {
  Comparison c;
  c.group = std::move(group);
  c.metric = std::move(metric);
  if (absent_ == 0) c.ours = worst_;
  else c.note = fmt::format("{} are absent", absent_);
  c.allowed = allowed;
  c.of = n_ + absent_;
  return c;
}

std::string text_of(const Comparisons& all, std::size_t room) {
  std::string text, group;
  const std::vector<std::string> head{"metric",  "reference", "ours",    "difference",
                                      "allowed", "unit",      "verdict", ""};
  tool::TextTable table(head);
  const auto end_group = [&] {
    if (!table.empty()) text += group + "\n" + table.text(2, room) + "\n";
    table = tool::TextTable(head);
  };
  for (const auto& c : all) {
    if (c.group != group) end_group();
    group = c.group;
    const bool none = c.nothing_to_compare;
    const bool one = c.of == 0 && !none;
    const auto note =
        c.of == 0 ? c.note
                  : fmt::format("largest of {}{}{}", c.of, c.note.empty() ? "" : "; ", c.note);
    table.row({c.metric, one ? number(c.reference) : "", one ? number(c.ours) : "",
               none ? "" : number(c.difference()), none || c.figure ? "" : number(c.allowed),
               c.unit, name(c.verdict()), note});
  }
  end_group();
  const auto count = [&](Verdict v) {
    return std::count_if(all.begin(), all.end(),
                         [v](const Comparison& c) { return c.verdict() == v; });
  };
  const auto absent = count(Verdict::absent);
  return text + fmt::format("{} ok, {} failed, {} figures{}\n", count(Verdict::ok),
                            count(Verdict::fail), count(Verdict::figure),
                            absent > 0 ? fmt::format(", {} absent", absent) : "");
}

std::string json_of(const Comparisons& all) {
  const auto value = [](const std::optional<double>& x) {
    return x && std::isfinite(*x) ? nlohmann::json(*x) : nlohmann::json();
  };
  auto list = nlohmann::json::array();
  for (const auto& c : all) {
    list.push_back(
        {{"group", c.group},
         {"metric", c.metric},
         {"unit", c.unit},
         {"reference", c.nothing_to_compare ? nlohmann::json() : nlohmann::json(c.reference)},
         {"ours", value(c.ours)},
         {"difference", value(c.difference())},
         {"allowed",
          c.figure || c.nothing_to_compare ? nlohmann::json() : nlohmann::json(c.allowed)},
         {"verdict", name(c.verdict())},
         {"largest_of", c.of},
         {"note", c.note}});
  }
  return list.dump(2) + "\n";
}

}  // namespace ib::verify
