// Nodes that describe themselves badly, and settings that are not what they say.
#pragma once

#include "toy.hpp"

namespace ib::test {

/// descriptor/names
struct ShoutsItsName : Toy {
  static constexpr About about = broken("broken.shouts_its_name");
  Param<"Share", NumberSpec{.min = 0, .max = 1, .def = 1, .doc = "A share."}> share;
  static constexpr auto fields = std::tuple{&Toy::in, &Toy::out, &ShoutsItsName::share};
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// descriptor/sentences
struct SaysNothing {
  static constexpr About about = broken("broken.says_nothing");
  In<"in", Moment> in;
  Out<"out", Moment, OutSpec{.doc = "Moments."}> out;
  static constexpr auto fields = std::tuple{&SaysNothing::in, &SaysNothing::out};
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// descriptor/units
struct Unitless {
  double a, b;
  static const ib_type& type() {
    return item_type<Unitless>("interbeat/test_unitless/1", "Two numbers.",
                               field<&Unitless::a>("a", "", "One."),
                               field<&Unitless::b>("b", "1", "The other."));
  }
};
struct HasNoUnit {
  static constexpr About about = broken("broken.has_no_unit");
  In<"in", Moment, InSpec{.doc = "Moments."}> in;
  Out<"out", Unitless, OutSpec{.doc = "Numbers."}> out;
  static constexpr auto fields = std::tuple{&HasNoUnit::in, &HasNoUnit::out};
  void on(decltype(in)&, Time t, const Moment&) { out(t, {1, 2}); }
};

/// descriptor/version
struct HasHalfAVersion : Toy {
  static constexpr About about{"broken.has_half_a_version", "1.0", "Breaks one promise."};
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// descriptor/ports
struct WavesAStrangeFlag : Toy {
  static constexpr About about = broken("broken.waves_a_strange_flag");
  static constexpr std::uint32_t node_flags = IB_NODE_DETERMINISTIC | 1U << 20;
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// descriptor/types
struct Nameless {
  std::int64_t number;
  static const ib_type& type() {
    return item_type<Nameless>("nameless", "A numbered moment.",
                               field<&Nameless::number>("number", "1", "Its number."));
  }
};
struct HasNoUrn {
  static constexpr About about = broken("broken.has_no_urn");
  In<"in", Moment, InSpec{.doc = "Moments."}> in;
  Out<"out", Nameless, OutSpec{.doc = "Moments."}> out;
  static constexpr auto fields = std::tuple{&HasNoUrn::in, &HasNoUrn::out};
  void on(decltype(in)&, Time t, const Moment& v) { out(t, {v.number}); }
};

/// descriptor/node
struct IsAnother : Toy {
  static constexpr About about = broken("broken.is_another");
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
  static void change(ib_node& n) { n.desc = &ib::detail::describe<HasHalfAVersion>(); }
};

/// params/ranges
struct TakesHalves : Toy {
  static constexpr About about = broken("broken.takes_halves");
  Param<"count", NumberSpec{.min = 0, .max = 9, .def = 1.5, .doc = "How many.", .integer = true}>
      count;
  static constexpr auto fields = std::tuple{&Toy::in, &Toy::out, &TakesHalves::count};
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// params/text: there is a space behind its unit.
struct MisspellsItsUnit : Toy {
  static constexpr About about = broken("broken.misspells_its_unit");
  Param<"wait", NumberSpec{.min = 0, .max = 9, .def = 1, .unit = "s ", .doc = "How long."}> wait;
  static constexpr auto fields = std::tuple{&Toy::in, &Toy::out, &MisspellsItsUnit::wait};
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// params/unknown
struct TakesAnything : Toy {
  static constexpr About about = broken("broken.takes_anything");
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
  static void change(ib_node& n) {
    n.set_param = [](ib_node*, std::uint32_t, double, const char*) -> ib_status { return IB_OK; };
  }
};

/// params/extremes
struct RefusesInSilence : Toy {
  static constexpr About about = broken("broken.refuses_in_silence");
  Param<"share", NumberSpec{.min = 0, .max = 1, .def = 0, .doc = "A share."}> share;
  static constexpr auto fields = std::tuple{&Toy::in, &Toy::out, &RefusesInSilence::share};
  bool activate(Activation&) { return share < 1; }
  void on(decltype(in)&, Time t, const Moment& v) { out(t, v); }
};

/// params/live
struct HearsNoChange : Toy {
  static constexpr About about = broken("broken.hears_no_change");
  Param<"add", NumberSpec{.min = 0, .max = 100, .def = 0, .doc = "What is added.", .live = true}>
      add;
  static constexpr auto fields = std::tuple{&Toy::in, &Toy::out, &HearsNoChange::add};
  double at_first{};
  bool activate(Activation&) {
    at_first = add;
    return true;
  }
  void on(decltype(in)&, Time t, const Moment& v) {
    out(t, {static_cast<std::int64_t>(at_first) + v.number % 1000});
  }
};

}  // namespace ib::test
