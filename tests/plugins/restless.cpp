// Nodes for the tests of isolation: they count the samples they have met, and end their process, or never
// answer, when it is time. `once`: a file that keeps them from doing it again.
#include <interbeat/node.hpp>

#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

namespace {

using ib::Choice;
using ib::ChoiceSpec;
using ib::Flag;
using ib::FlagSpec;
using ib::In;
using ib::InSpec;
using ib::NumberSpec;
using ib::Out;
using ib::OutSpec;
using ib::Param;
using ib::String;
using ib::StringSpec;

enum How : std::uint32_t { never, crash, killed, hang, memory, leave, throws, lies };

struct Restless {
  static constexpr ib::About about{"test.restless", "1.0.0", "Counts samples until it dies."};
  static constexpr std::uint32_t node_flags = IB_NODE_DETERMINISTIC | IB_NODE_BYPASS_OK;
  In<"in", float, InSpec{.doc = "Samples."}> in;
  Out<"out", float, OutSpec{.doc = "How many there were."}> out;
  Param<"at", NumberSpec{.min = 0, .max = 1e6, .def = 0, .unit = "s", .doc = "When."}> at;
  Choice<"how", ChoiceSpec{.labels = {"never", "crash", "killed", "hang", "memory", "leave",
                                      "throw", "lie"},
                           .doc = "What it does then."}>
      how;
  Choice<"gives", ChoiceSpec{.labels = {"count", "value"}, .doc = "What comes out."}> gives;
  Param<"gain",
        NumberSpec{.min = 0, .max = 100, .def = 1, .doc = "Of what comes out.", .live = true}>
      gain;
  String<"once", StringSpec{.doc = "A file that says that it has been done."}> once;
  Flag<"at_end", FlagSpec{.doc = "Not before the end of the stream."}> at_end;
  static constexpr auto fields =
      std::tuple{&Restless::in,    &Restless::out,  &Restless::at,   &Restless::how,
                 &Restless::gives, &Restless::gain, &Restless::once, &Restless::at_end};
  float n{};
  std::atomic<int> spins{0};

  bool activate(ib::Activation& a) {
    n = 0;
    a.out().rate_hz = a.in().rate_hz;
    a.out().channels = a.in().channels;
    a.out().max_items = a.in().max_items;
    return true;
  }
  void reset() { n = 0; }

  ib_status process(ib_process& p) {
    if (p.in[0] == nullptr) return IB_OK;
    const ib_block& b = *p.in[0];
    if (at_end.value && (b.flags & IB_BLOCK_FINISHED) != 0 && due()) act();
    const ib::Samples samples{b};
    for (std::uint32_t i = 0; i < b.n; ++i) {
      if (!at_end.value && ib::seconds(samples.time(i)) >= at && due()) act();
      const float x = gives.value == 0 ? n += 1 : *samples.frame(i);
      if (p.out[0] != nullptr)
        ib::writable_samples(*p.out[0])[i] = x * static_cast<float>(gain.value);
    }
    if (p.out[0] != nullptr) pass_on(b, *p.out[0]);
    if (p.out[0] != nullptr && how.value == lies) lie(*p.out[0]);
    return IB_OK;
  }

  void pass_on(const ib_block& from, ib_block& to) {
    to.n = from.n;
    to.flags |= from.flags & (IB_BLOCK_FINISHED | IB_BLOCK_FAILED);
    to.seen_ns = from.seen_ns;
    to.settled_ns = from.settled_ns;
    to.first_index = from.first_index;
    to.anchor = from.anchor;
    to.uncertainty_ns = from.uncertainty_ns;
    if (from.sample_flags == nullptr) to.sample_flags = nullptr;
    else std::memcpy(ib::writable_flags(to), from.sample_flags, from.n);
    to.n_gaps = from.n_gaps;
    if (from.n_gaps > 0)
      std::memcpy(const_cast<ib_gap*>(to.gaps), from.gaps, from.n_gaps * sizeof(ib_gap));
  }

  /// A block without a clock, and a gap where there can be none.
  static void lie(ib_block& b) {
    b.anchor.dt_q32 = 0;
    b.n_gaps = 1;
    const_cast<ib_gap*>(b.gaps)[0] = {1, 2, 5, 0};
  }
  bool due() {
    if (how.value == never || how.value == lies) return false;
    if (once.value.empty()) return true;
    if (access(once.value.c_str(), F_OK) == 0) return false;
    if (std::FILE* f = std::fopen(once.value.c_str(), "w")) std::fclose(f);
    return true;
  }
  void act() {
    switch (how.value) {
      case crash: std::raise(SIGSEGV); break;
      case killed: kill(getpid(), SIGKILL); break;
      case hang:
        for (;;) spins.store(1);
      case memory:
        for (;;) std::memset(std::malloc(16 << 20), 1, 16 << 20);
      case leave: std::exit(7);
      case throws: throw std::runtime_error("it had enough");
      default: break;
    }
  }
};

/// The same, and it says what it knows.
struct Counting : Restless {
  static constexpr ib::About about{"test.counting", "1.0.0",
                                   "Counts samples, also across a death."};

  void state(ib::State& s) { s(n); }
};

}  // namespace

IB_NODES(Restless, Counting)
