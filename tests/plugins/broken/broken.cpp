// All nodes that break one promise and let the validator come to its end.
#include "lives.hpp"
#include "rooms.hpp"
#include "says.hpp"
#include "states.hpp"
#include "table.hpp"
#include "times.hpp"

namespace ib::test {

template <class... N>
void add(std::vector<NodeDef>& list) {
  (list.push_back(node_def<N>()), ...);
}

const std::vector<NodeDef>& all_nodes() {
  static const std::vector<NodeDef> list = [] {
    std::vector<NodeDef> l;
    add<ShoutsItsName, SaysNothing, HasNoUnit, HasHalfAVersion, WavesAStrangeFlag, HasNoUrn,
        TakesHalves, MisspellsItsUnit, RefusesInSilence, HearsNoChange>(l);
    l.push_back(changed<IsAnother, &IsAnother::change>());
    l.push_back(changed<TakesAnything, &TakesAnything::change>());
    add<LeavesAPiece, LeavesAPieceEachTime, DiesUnborn, Remembers, NeverRecovers, OffersEverything,
        DividesByRates, SeesBlocks, SharesState, DependsOnItsPlace, Divides, FearsTheSmall,
        HandsOnAnything, TiresOfLife, CountsByNumber>(l);
    add<WritesInFront, WritesItsInput, LeansOnScratch, WantsTooLittle, Allocates, Locks,
        AsksTheKernel, LooksAtTheClock, CountsCycles, ThrowsDice, StartsAThread, Greets,
        AnswersAsASource>(l);
    add<GoesBack, TooLate, TakesItBack, Foresees, WaitsForNobody, LagsBehind, ExcusesItself,
        SeesMore, ReachesAcross, Vouches, KnowsTheHour, TellsOfNothing, CountsCalls, BeginsAtZero,
        NeverEnds, SaysItTwice, FailsInSilence, KnowsOneSize>(l);
    add<BadState<Fault::forgets>, BadState<Fault::differs>, BadState<Fault::believes>,
        HandsOutOthers>(l);
    l.push_back(changed<RoundsOtherwise, &RoundsOtherwise::change>());
    return l;
  }();
  return list;
}

}  // namespace ib::test
