// RecordedStream: the blocks of a recorded port as a stream of a feed: the same samples and items at the same
// times, by the pieces of the clock that were recorded, with their gaps, losses and flags.
//
// Blocks are cut where the feed asks, and joined where nothing lies between them; so neither the recorded cuts
// nor those of a run change what is heard. The recorded marks are not used but for the end: what comes next is
// known from the file. An item that would lie before what was given is left out and counted: only a damaged file
// has one.
// Thread: as Stream. No allocation of its own after construction; the reader's buffers grow to the largest block.
#pragma once

#include <cstdint>

#include "files/recorded_blocks.hpp"
#include "source/feed.hpp"

namespace ib::files {

/// From when to when a recorded port has something; own time is session time of the recording.
struct RecordedExtent {
  Time begin = forever;  ///< of the first item
  Time end = never;      ///< where the stream ends
};

class RecordedStream final : public source::Stream {
 public:
  /// `item_bytes`: of one item, or of all channels of a sample. `regular`: samples with a clock.
  RecordedStream(source::Signal signal, RecordedBlocks blocks, std::uint32_t item_bytes,
                 bool regular, RecordedExtent extent);

  void place(Time origin) override;
  Time begin() const override { return extent_.begin; }
  source::Poured pour(const source::Outlets& out, Time limit, Time now) override;
  bool gives(source::Signal s) const override { return s == signal_; }

  std::uint64_t out_of_order() const { return out_of_order_; }
  /// Samples that were lost on the way into the recording, as far as it was played.
  std::uint64_t lost_samples() const { return lost_; }
  bool cut_short() const { return blocks_.cut_short(); }

 private:
  bool find_next();
  bool has_next() const;
  void take(const RecordedBlock& block);
  void skip_passed();
  Time time_of(std::uint32_t item) const;
  Time next_time() const;
  const ib_gap* gap_here() const;
  bool must_cut(const ib_block& out) const;
  void head(ib_block& out);
  std::uint32_t fitting(const ib_block* out, Time limit) const;
  void append(ib_block& out, std::uint32_t n);

  source::Signal signal_;
  RecordedBlocks blocks_;
  std::uint32_t item_bytes_;
  bool regular_;
  RecordedExtent extent_;
  Duration shift_{};  ///< from own time to session time

  RecordedBlock hand_{};  ///< the block in hand; its spans live in the reader
  bool held_{};
  bool headed_{};          ///< what stands in front of its first item was given
  std::uint32_t at_{};     ///< its next item
  std::uint32_t gap_{};    ///< its next gap
  std::uint64_t owed_{};   ///< losses of blocks that held nothing else
  std::uint32_t marks_{};  ///< and their flags
  Time given_ = never;     ///< settled up to here
  std::uint64_t out_of_order_{}, lost_{};
};

}  // namespace ib::files
