// RecordedStream over sessions that no hand wrote: clocks in pieces, gaps alone in their blocks, losses, flags,
// blocks of any length. However it is cut, what is heard is what was recorded.
#include <boost/test/unit_test.hpp>

#include "file_scratch.hpp"
#include "source_bench.hpp"
#include "support/cases.hpp"
#include "support/small_recording.hpp"

#include <random>

using namespace ib;
using namespace ib::test;
using namespace std::chrono_literals;

namespace {

/// A port of samples and one of items, at random, and what has to be heard of them.
class AnySession {
 public:
  AnySession(const std::filesystem::path& file, unsigned seed, bool lies = false)
      : random_(seed), lies_(lies) {
    Diagnostics problems;
    recorder_ = FileRecorder::create(file, {}, problems);
    BOOST_TEST_REQUIRE((recorder_ != nullptr), problems.text());
    auto head = SmallRecording::head();
    auto& rate = head.sources[1].ports[0];
    rate.name = "heart_rate";
    rate.fields.clear();
    const auto& type = HeartRate::type();
    for (std::uint32_t k = 0; k < type.n_fields; ++k) {
      const auto& f = type.fields[k];
      rate.fields.push_back({f.name, f.unit, f.kind, f.offset, f.count, {}});
      for (std::uint32_t l = 0; l < f.n_labels; ++l)
        rate.fields.back().labels.emplace_back(f.labels[l]);
    }
    for (auto& source : head.sources) source.owner = "anna";
    recorder_->begin(head);
    for (int k = 0; k < 60; ++k) below(3) == 0 ? rates_block() : ppg_block();
    recorder_->write(RecordingEnd{{std::max(clock_.at(index_).ns, rate_t_)}, 0});
    recorder_->commit();
  }

  std::vector<Heard::Item> ppg, rates;
  std::vector<Heard::Gap> ppg_gaps, rate_gaps;
  std::uint64_t lost{};

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  /// Sometimes a corrected clock from here on, sometimes a gap, which may have a block of its own.
  void ppg_block() {
    RecordedBlock b;
    std::vector<ib_gap> gaps;
    if (below(4) == 0)
      clock_ = {index_, clock_.at(index_).ns + below(1'000'000), clock_.dt_q32 + below(1000) - 500};
    const auto here = clock_.at(index_).ns;
    if (below(4) == 0) {
      const auto missing = 1 + below(100);
      gaps = {{here, clock_.at(index_ + missing).ns, 0, 0}};
      index_ += missing;
      b.lost = below(2) * missing;
      if (b.lost > 0) b.flags = IB_BLOCK_LOST;
      lost += b.lost;
      ppg_gaps.push_back({gaps[0].from_ns, gaps[0].to_ns, b.lost});
      b.gaps = gaps;
    }
    b.n = gaps.empty() || below(2) == 0 ? 1 + below(32) : 0;
    b.anchor = {clock_.index, clock_.t_ns, clock_.dt_q32};
    b.first_index = index_;
    b.uncertainty_ns = below(3);
    std::vector<float> values;
    std::vector<std::uint8_t> flags(below(3) == 0 ? b.n : 0);
    for (std::uint32_t i = 0; i < b.n; ++i) {
      values.push_back(static_cast<float>(below(1000)));
      const auto* bytes = reinterpret_cast<const char*>(&values.back());
      ppg.push_back({clock_.at(index_ + i).ns, index_ + i, {bytes, bytes + sizeof(float)}});
    }
    index_ += b.n;
    b.settled_ns = clock_.at(index_).ns - 1;
    b.items = std::as_bytes(std::span(values));
    b.sample_flags = flags;
    recorder_->write(b);
  }

  /// Gaps in front of, between and behind the items.
  void rates_block() {
    RecordedBlock b;
    b.source = 1;
    b.n = below(5);
    std::vector<HeartRate> items(b.n);
    std::vector<std::int64_t> times;
    std::vector<ib_gap> gaps;
    for (std::uint32_t i = 0; i <= b.n; ++i) {
      if (below(3) == 0) {
        gaps.push_back({rate_t_ + 1, rate_t_ + 2 + below(1'000'000'000), i, 0});
        if (!lies_ || i < b.n) rate_t_ = gaps.back().to_ns;
        rate_gaps.push_back({gaps.back().from_ns, gaps.back().to_ns, 0});
      }
      if (i == b.n) break;
      rate_t_ += 1 + below(2'000'000'000);
      times.push_back(rate_t_);
      items[i].heart_rate_bpm = Maybe(static_cast<double>(below(100)));
    }
    b.settled_ns = rate_t_;
    b.items = std::as_bytes(std::span(items));
    b.times = times;
    b.gaps = gaps;
    for (std::uint32_t i = 0; i < b.n; ++i)
      rates.push_back({times[i], 0, {reinterpret_cast<const char*>(&items[i]), sizeof(HeartRate)}});
    recorder_->write(b);
  }

  std::mt19937 random_;
  bool lies_;  ///< gaps reach over what comes behind them
  std::unique_ptr<FileRecorder> recorder_;
  Anchor clock_ = Anchor::of_rate(25);
  std::uint64_t index_{};
  std::int64_t rate_t_{};
};

/// Gaps that touch are one, wherever blocks were cut: one place holds one gap.
std::vector<Heard::Gap> joined_gaps(const std::vector<Heard::Gap>& gaps) {
  std::vector<Heard::Gap> all;
  for (const auto& gap : gaps) {
    if (!all.empty() && gap.from <= all.back().to + 1)
      all.back().to = std::max(all.back().to, gap.to);
    else all.push_back({gap.from, gap.to, 0});
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recorded_stream)

BOOST_AUTO_TEST_CASE(any_session_is_heard_as_it_was_recorded_however_it_is_cut) {
  for (const auto seed : cases(100)) {
    const FileScratch scratch;
    const auto file = scratch.folder() / "any.ibr";
    const AnySession session(file, seed);
    for (const auto step : {Duration{300ms}, Duration{1s}, Duration{60s}}) {
      SourceBench bench;
      bench.source("a", "source", {{"uri", file.string()}})
          .hear("a", "ppg")
          .hear("a", "heart_rate");
      const auto played = bench.play(step);
      BOOST_TEST_REQUIRE(played.built, "seed " << seed << ": " << played.problems);
      const auto& ppg = played["a.ppg"];
      BOOST_TEST_REQUIRE(ppg.items.size() == session.ppg.size(),
                         "seed " << seed << ": " << played.problems << ppg.items.size() << " of "
                                 << session.ppg.size());
      BOOST_TEST((ppg.items == session.ppg), "seed " << seed << ": other samples");
      BOOST_TEST((joined_gaps(ppg.gaps) == joined_gaps(session.ppg_gaps)),
                 "seed " << seed << ": other gaps between samples");
      const auto& rates = played["a.heart_rate"];
      BOOST_TEST_REQUIRE(rates.items.size() == session.rates.size(), "seed " << seed);
      for (std::size_t i = 0; i < rates.items.size(); ++i) {
        BOOST_TEST(rates.items[i].t == session.rates[i].t, "seed " << seed);
        BOOST_TEST(rates.items[i].bytes.substr(0, 16) == session.rates[i].bytes.substr(0, 16),
                   "seed " << seed);
      }
      BOOST_TEST((joined_gaps(rates.gaps) == joined_gaps(session.rate_gaps)),
                 "seed " << seed << ": other gaps between items");
      BOOST_TEST(played.counter("a", "lost_samples") == session.lost, "seed " << seed);
      BOOST_TEST(played.counter("a", "refused_rows") == 0U, "seed " << seed);
    }
  }
}

/// A crafted session breaks no contract: the bench looks at marks and times of all that it hears.
BOOST_AUTO_TEST_CASE(what_lies_before_what_was_given_is_left_out_and_counted) {
  std::uint64_t refused = 0;
  for (const auto seed : cases(100)) {
    const FileScratch scratch;
    const auto file = scratch.folder() / "any.ibr";
    const AnySession session(file, seed, true);
    SourceBench bench;
    bench.source("a", "source", {{"uri", file.string()}}).hear("a", "ppg").hear("a", "heart_rate");
    for (const auto step : {Duration{300ms}, Duration{60s}}) {
      const auto played = bench.play(step);
      BOOST_TEST_REQUIRE(played.built, "seed " << seed << ": " << played.problems);
      const auto left_out = played.counter("a", "refused_rows");
      BOOST_TEST(played["a.heart_rate"].items.size() + left_out == session.rates.size(),
                 "seed " << seed);
      BOOST_TEST((played["a.ppg"].items == session.ppg), "seed " << seed);
      refused += left_out;
    }
  }
  BOOST_TEST_MESSAGE(refused << " items lay inside of a gap");
  BOOST_TEST(refused > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
