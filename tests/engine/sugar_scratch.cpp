// Working memory: a plan lends each node what it wanted, aligned, and nodes of one thread share it.
#include "support/toy_nodes.hpp"

#include "plan_impl.hpp"

#include <boost/test/unit_test.hpp>

using namespace ib;
using namespace ib::test;

namespace {

/// Turns the number of each pulse upside down in working memory: two pieces at a time.
template <std::size_t Digits, Name Type>
struct Reversed {
  static constexpr About about{Type.s, "1.0.0", "Reverses the digits of a number."};
  In<"in", Pulse> in;
  Out<"out", Pulse> out;
  ScratchMemory scratch;
  static constexpr auto fields = std::tuple{&Reversed::in, &Reversed::out};

  bool activate(Activation& a) {
    a.want_scratch(ScratchMemory::bytes_of<char>(Digits) +
                   ScratchMemory::bytes_of<std::int64_t>(Digits));
    return true;
  }
  void on(decltype(in)&, Time t, const Pulse& p) {
    auto room = scratch;
    const auto digits = room.template take<char>(Digits);
    const auto powers = room.template take<std::int64_t>(Digits);
    auto rest = p.number;
    for (std::size_t k = 0; k < Digits; ++k, rest /= 10) {
      digits[k] = static_cast<char>(rest % 10);
      powers[Digits - 1 - k] = k == 0 ? 1 : 10 * powers[Digits - k];
    }
    std::int64_t reversed = 0;
    for (std::size_t k = 0; k < Digits; ++k) reversed += digits[k] * powers[k];
    const auto address = reinterpret_cast<std::uintptr_t>(powers.data());
    out(t, {address % ScratchMemory::alignment == 0 ? reversed : -1});
  }
};
using Short = Reversed<3, "test.reversed_3">;
using Long = Reversed<9, "test.reversed_9">;

}  // namespace

BOOST_AUTO_TEST_SUITE(sugar_scratch)

BOOST_AUTO_TEST_CASE(nodes_of_one_thread_share_what_the_greediest_wants) {
  World w;
  w.add<Pulses>("p");
  w.add<Short>("short", {{"p"}});
  w.add<Long>("long", {{"p"}});
  w.add<Collect>("shorts", {{"short"}});
  w.add<Collect>("longs", {{"long"}});
  for (int k = 0; k < 30; ++k) stagehand().tapes["p"].times.push_back(Time{} + k * 1s + 1s);
  stagehand().tapes["p"].end = Time{} + 40s;

  const auto plan = w.plan({});
  const auto& impl = plan->impl();
  BOOST_TEST(impl.stages[w.index_of("short")]->call.scratch ==
             impl.stages[w.index_of("long")]->call.scratch);
  BOOST_TEST(impl.workers[0]->scratch_bytes ==
             ScratchMemory::bytes_of<char>(9) + ScratchMemory::bytes_of<std::int64_t>(9));

  w.replay({});
  const auto shorts = w.got("shorts").as<Pulse>(), longs = w.got("longs").as<Pulse>();
  BOOST_REQUIRE_EQUAL(shorts.size(), 30U);
  BOOST_TEST(shorts[29].number == 920);
  BOOST_TEST(longs[29].number == 920'000'000);
}

BOOST_AUTO_TEST_SUITE_END()
