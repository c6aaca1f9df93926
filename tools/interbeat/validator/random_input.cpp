#include "validator/random_input.hpp"

#include "validator/random_values.hpp"

#include <interbeat/node.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

namespace ib::validator {
namespace {

enum class Colour : std::uint8_t { red, green };
[[maybe_unused]] constexpr std::array<const char*, 2> labels(Colour) { return {"", "green"}; }

/// For ports that take whatever comes: a field of every kind.
struct OfEverything {
  Maybe may;
  double f64;
  std::int64_t i64;
  float f32;
  std::int32_t i32;
  bool truth;
  Colour colour;
  std::uint8_t u8;
  char text[13];
  static const ib_type& type() {
    using E = OfEverything;
    return item_type<E>(
        "interbeat/check_everything/1", "A field of every kind.",
        field<&E::may>("may_ms", "ms", "A number that may be absent."),
        field<&E::f64>("f64", "1", "A number."), field<&E::i64>("i64", "1", "A whole number."),
        field<&E::f32>("f32", "1", "A short number."),
        field<&E::i32>("i32", "1", "A short whole number."),
        field<&E::truth>("truth", "", "Yes or no."), field<&E::colour>("colour", "", "One of two."),
        field<&E::u8>("u8", "1", "A byte."), field<&E::text>("text", "", "A text."));
  }
};

/// For ports that take whatever samples come.
struct Wave {
  static constexpr std::uint32_t channels = 1;
  static const ib_type& type() {
    return sample_type<Wave>("interbeat/check_wave/1", "", "A wave.", "wave");
  }
};

class Writer {
 public:
  Writer(Script& s, const ib_port& port, const InputOptions& options, Random& g,
         const std::vector<Output::Gap>& common)
      : s_(s), port_(port), o_(options), g_(g), common_(common) {}

  void write() {
    s_.connected = true;
    s_.latency = some(g_, 0, 2);
    if ((port_.flags & IB_PORT_REGULAR) != 0) write_samples();
    else write_items();
    mark(Script::Entry::settle, Time{} + o_.begin + o_.length);
    if (o_.finish) mark(Script::Entry::finish, {});
  }

 private:
  bool loses() const { return o_.gaps && !o_.common_gaps; }

  // -- samples -----------------------------------------------------------------------------------

  void write_samples() {
    s_.connect_samples(port_.type != nullptr ? *port_.type : Wave::type(),
                       std::max(1U, port_.channels));
    constexpr double rates[]{25, 32, 50, 64};
    s_.rate_hz = std::max(rates[g_() % 4], port_.rate_min_hz);
    s_.anchor = Anchor::of_rate(s_.rate_hz, Time{} + o_.begin + some(g_, 0, 0.1));
    std::size_t gap = 0;
    double phase = 0;
    const double beat_hz = uniform(g_, 0.9, 1.6);
    for (std::size_t k = 0; at(s_.next_index) <= end(); ++k) {
      if (loses() && g_() % 600 == 0) lose(g_() % 3 == 0 ? 20 : 0.3);
      for (; gap < common_.size() && at(s_.next_index).ns >= common_[gap].from_ns; ++gap) {
        lose_until(Time{common_[gap].to_ns});
      }
      if (at(s_.next_index) > end()) return;
      phase += 2 * std::numbers::pi * beat_hz / s_.rate_hz;
      put_sample(k, phase);
      if (g_() % 40 == 0) mark_before(at(s_.next_index));
    }
  }
  Time at(std::uint64_t i) const { return s_.anchor.at(i); }
  Time end() const { return Time{} + o_.begin + o_.length; }

  void lose(double at_most_s) { lose_until(at(s_.next_index) + some(g_, 0.02, at_most_s)); }
  void lose_until(Time t) {
    const auto from = at(s_.next_index);
    do ++s_.next_index;
    while (at(s_.next_index) < t);
    if (at(s_.next_index) > end()) return;              // nothing comes behind it any more
    if (g_() % 4 == 0) mark_before(at(s_.next_index));  // a device that says so before it goes on
    put_gap(from, at(s_.next_index));
    if (g_() % 4 == 0) mark_before(at(s_.next_index));  // and one that says it in an empty block
  }
  void put_sample(std::size_t k, double phase) {
    const auto index = s_.next_index++;
    std::uint8_t flags = 0;
    if (flagged_ == 0 && o_.gaps && g_() % 500 == 0) flagged_ = 5;
    if (flagged_ > 0) {
      --flagged_;
      flags = IB_SAMPLE_WARMING;
    }
    const auto where = append(at(index), index, flags);
    for (std::uint32_t c = 0; c < s_.channels; ++c) {
      const double wave =
          std::sin(phase) + 0.3 * std::sin(2 * phase + 1) + uniform(g_, -0.05, 0.05);
      const float value = sample(g_, wave, o_.values, k);
      std::memcpy(s_.bytes.data() + where + 4 * c, &value, 4);
    }
  }

  // -- items -------------------------------------------------------------------------------------

  void write_items() {
    s_.connect_items(port_.type != nullptr ? *port_.type : OfEverything::type());
    const ib_type& type = *s_.stream().type;
    const bool heart = is_of_a_heart(type);
    s_.rate_hz = heart ? 4 : 2;
    Time t = Time{} + o_.begin, last = t;
    bool after_gap = true;
    std::size_t gap = 0;
    for (std::size_t k = 0;; ++k) {
      t = heart ? last + some(g_, 0.6, 1.1) : last + 500ms;
      if (loses() && g_() % 40 == 0) {
        const auto silence = g_() % 3 == 0 ? some(g_, 5, 40) : some(g_, 0.5, 5);
        t = t + (heart ? silence : Duration(500ms) * (silence / 500ms));
        after_gap = g_() % 4 != 0;  // now and then nothing was lost: nobody spoke
        if (after_gap && t <= end()) put_gap(last + Duration{1}, t);
      }
      for (; gap < common_.size() && t.ns > common_[gap].from_ns; ++gap) {
        t = std::max(t, Time{common_[gap].to_ns} + (heart ? some(g_, 0, 1) : 0s));
        if (!heart) t = {(t.ns + 499'999'999) / 500'000'000 * 500'000'000};
        if (t <= end()) put_gap(Time{common_[gap].from_ns}, Time{common_[gap].to_ns});
        after_gap = true;
      }
      if (t > end()) return;
      if (g_() % 8 == 0) mark_before(t);
      const auto where = append(t, 0, 0);
      auto* item = s_.bytes.data() + where;
      for (std::uint32_t f = 0; f < type.n_fields; ++f) {
        write_field(g_, type.fields[f], o_.values, k, item);
      }
      if (heart) agree(g_, type, item, t - last, after_gap, o_.values);
      if (o_.all_invalid) invalidate(type, item);
      after_gap = false;
      last = t;
    }
  }

  // -- entries -----------------------------------------------------------------------------------

  std::size_t append(Time t, std::uint64_t index, std::uint8_t flags) {
    const auto where = s_.bytes.size();
    s_.entries.push_back({Script::Entry::item, t.ns, 0, index, where, flags});
    s_.bytes.resize(where + s_.item_size);
    settled_ = t;
    return where;
  }
  void put_gap(Time from, Time to) {
    s_.entries.push_back({Script::Entry::gap, from.ns, to.ns, 0, 0, 0});
  }
  void mark(Script::Entry::Kind kind, Time t) { s_.entries.push_back({kind, t.ns, 0, 0, 0, 0}); }
  /// Settled somewhere between the last item and the next one, which comes at t.
  void mark_before(Time t) {
    const auto room = t - std::max(settled_, Time{} + o_.begin) - Duration{1};
    if (room.count() <= 0) return;
    settled_ = std::max(settled_, Time{} + o_.begin) + some(g_, 0, seconds(room));
    settled_ = std::min(settled_, t - Duration{1});
    mark(Script::Entry::settle, settled_);
    if (o_.seen_marks && g_() % 2 == 0) mark(Script::Entry::seen, t + some(g_, 0, 8));
  }

  Script& s_;
  const ib_port& port_;
  const InputOptions& o_;
  Random& g_;
  const std::vector<Output::Gap>& common_;
  Time settled_ = never;
  int flagged_{};
};

void add_events(const ib_node_desc& desc, const InputOptions& options, Random& g, Setup& setup) {
  for (std::uint32_t i = 0; i < desc.n_params; ++i) {
    const auto& p = desc.params[i];
    if ((p.flags & IB_PARAM_LIVE) == 0) continue;
    for (int n = 0; n < 4; ++n) {
      const auto at = options.begin + some(g, 0, seconds(options.length));
      const double x = uniform(g, p.min, p.max);
      const bool whole = p.kind != IB_NUMBER;
      setup.events.push_back({at.count(), i, 0, whole ? std::floor(x + 0.5) : x});
    }
  }
  std::sort(setup.events.begin(), setup.events.end(),
            [](const auto& a, const auto& b) { return a.t_ns < b.t_ns; });
  if (setup.events.size() > 16) setup.events.resize(16);  // as many as the sugar lets wait
}

}  // namespace

Setup random_setup(const ib_node_desc& desc, const InputOptions& options) {
  Random g(options.seed);
  Setup setup;
  if (options.common_gaps) {
    for (Time t = Time{} + options.begin + some(g, 5, 40);
         t < Time{} + options.begin + options.length;) {
      const auto to = t + (g() % 4 == 0 ? Duration{1} : some(g, 0.001, 60));
      setup.common_gaps.push_back({t.ns, to.ns, 0});
      t = to + some(g, 5, 60);
    }
  }
  for (std::uint32_t i = 0; i < desc.n_ports; ++i) {
    const auto& port = desc.ports[i];
    if ((port.flags & IB_PORT_OUT) != 0) continue;
    Script& s = setup.scripts.emplace_back(port);
    Random own(options.seed * 64 + i);  // what a port gets does not depend on the others
    const bool first = setup.scripts.size() == 1;
    const bool left_out = (port.flags & IB_PORT_OPTIONAL) != 0 && !first && own() % 2 == 0;
    if (!left_out) Writer(s, port, options, own, setup.common_gaps).write();
  }
  if (options.events) add_events(desc, options, g, setup);
  return setup;
}

}  // namespace ib::validator
