// RecordedBlocks: the blocks of one port of a recorded session, one after the other.
//
// Each port has a reader of its own, which passes over what is not its: so one that is silent for an hour keeps
// nobody's blocks waiting in memory, and at any time no more than one block of a port is held. Behind a hole in
// the recording, or damage, there are none.
// Thread: one at a time; blocks on the disk.
#pragma once

#include <interbeat/recording_file.hpp>

#include <cstdint>
#include <memory>
#include <utility>
#include <variant>

namespace ib::files {

class RecordedBlocks {
 public:
  /// `source`, `port`: as in the head.
  RecordedBlocks(std::unique_ptr<FileRecording> recording, std::uint32_t source, std::uint32_t port)
      : recording_(std::move(recording)), source_(source), port_(port) {}

  /// Valid until the next call; null: there are no more.
  const RecordedBlock* next() {
    while (recording_ != nullptr) {
      const Record* record = recording_->next();
      if (record == nullptr || std::holds_alternative<RecordsLost>(*record)) {
        cut_short_ = record != nullptr || !recording_->problem().empty();
        recording_.reset();
        break;
      }
      const auto* block = std::get_if<RecordedBlock>(record);
      if (block != nullptr && block->source == source_ && block->port == port_) return block;
    }
    return nullptr;
  }
  /// They ended at a hole or damage: also at one that was not there when the recording was looked through.
  bool cut_short() const { return cut_short_; }

 private:
  std::unique_ptr<FileRecording> recording_;  ///< null: at its end
  std::uint32_t source_, port_;
  bool cut_short_{};
};

}  // namespace ib::files
