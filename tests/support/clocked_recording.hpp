// ClockedRecording: the pulse waveform of one ring as a file, sample i is i mod 100: at a rate of its own that is not
// the declared one, and with what a recorder had no room for.
#pragma once

#include <interbeat/recording_file.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace ib::test {

struct ClockedSession {
  double declared_hz = 25, true_hz = 25;
  double second_half_hz{};  ///< 0: as the first
  std::int64_t start_ns{};
  std::uint32_t seconds = 40, samples_a_block = 25, channels = 1;
  std::uint64_t lost_from{}, lost_to{};  ///< indices of samples that the recorder had no room for
  std::vector<std::int64_t> beats_ns{};  ///< of a second port, each an item; none between lost ones
  std::function<void(RecordingHead&)> change_head{};
};

class ClockedRecording {
 public:
  ClockedRecording(const std::filesystem::path& file, const ClockedSession& session)
      : session_(session) {
    Diagnostics problems;
    recorder_ = FileRecorder::create(file, {}, problems);
    BOOST_TEST_REQUIRE((recorder_ != nullptr), problems.text());
    auto head = this->head();
    if (session.change_head) session.change_head(head);
    recorder_->begin(head);
    const auto n = static_cast<std::uint64_t>(
        std::llround(session.seconds * session.true_hz / session.samples_a_block));
    for (std::uint64_t k = 0; k < n; ++k) block(k * session.samples_a_block, k >= n / 2);
    recorder_->write(RecordingEnd{{settled_ns_}, 0});
    recorder_->commit();
    BOOST_TEST(recorder_->problem() == "");
  }

 private:
  RecordingHead head() const {
    RecordingHead h;
    h.graph = "interbeat: 1\nname: clocked\n";
    h.graph_name = "clocked";
    RecordedPort ppg{"ppg", "interbeat/ppg/1", "a.u.", IB_GRADE_RAW, 4, 1, 0, 25, 25, 25, 32, {}};
    ppg.rate_hz = session_.declared_hz;
    ppg.channels = session_.channels;
    ppg.item_bytes = 4 * session_.channels;
    ppg.max_items = session_.samples_a_block;
    RecordedPort beats{"beats", "x/beat/1", "", IB_GRADE_BEATS, 8, 1, 0, 0, 0, 5, 16, {}};
    beats.fields = {{"number", "1", IB_F64, 0, 1, {}}};
    h.sources = {
        {"anna.ring", "ring.bcl", "1.0.0", "ble:anna", "anna", 1, 0, 0, IB_NEVER, 0, {ppg, beats}}};
    h.nodes = {"anna.ring"};
    return h;
  }
  std::int64_t step_q32(bool second_half) const {
    const double hz =
        second_half && session_.second_half_hz > 0 ? session_.second_half_hz : session_.true_hz;
    return static_cast<std::int64_t>(1e9 / hz * 4294967296.0);
  }
  void block(std::uint64_t index, bool second_half) {
    const auto n = session_.samples_a_block;
    if (anchor_.dt_q32 != step_q32(second_half))
      anchor_ = {index, anchor_.dt_q32 == 0 ? session_.start_ns : time_of(index),
                 step_q32(second_half)};
    settled_ns_ = time_of(index + n - 1);
    if (index >= session_.lost_from && index < session_.lost_to) {
      ++lost_;
      return;
    }
    if (lost_ > 0) recorder_->write(RecordsLost{lost_});
    lost_ = 0;
    beats_until(time_of(index));
    std::vector<float> values;
    for (std::uint64_t i = index; i < index + n; ++i)
      values.insert(values.end(), session_.channels, static_cast<float>(i % 100));
    RecordedBlock b;
    b.n = n;
    b.first_index = index;
    b.anchor = anchor_;
    b.settled_ns = settled_ns_;
    b.items = std::as_bytes(std::span(values));
    recorder_->write(b);
  }
  void beats_until(std::int64_t ns) {
    for (; next_beat_ < session_.beats_ns.size() && session_.beats_ns[next_beat_] < ns;
         ++next_beat_) {
      const double number = static_cast<double>(next_beat_);
      const auto t = session_.beats_ns[next_beat_];
      RecordedBlock b;
      b.port = 1;
      b.n = 1;
      b.settled_ns = t;
      b.items = std::as_bytes(std::span(&number, 1));
      b.times = std::span(&t, 1);
      recorder_->write(b);
    }
  }
  std::int64_t time_of(std::uint64_t index) const {
    return Anchor{anchor_.index, anchor_.t_ns, anchor_.dt_q32}.at(index).ns;
  }

  ClockedSession session_;
  std::unique_ptr<FileRecorder> recorder_;
  ib_anchor anchor_{};
  std::int64_t settled_ns_{};
  std::uint64_t lost_{};
  std::size_t next_beat_{};
};

}  // namespace ib::test
