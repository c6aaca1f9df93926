// RecordingFeed: a person of a recorded session (`.ibr`) as the feed of a source.
//
// Its time 0 is session time 0 of the recording, for everybody in it: so two people of one recording keep their
// clock to the nanosecond. Each recorded port of the person's sources is the signal of its name, if its type and
// layout are this program's; what is not is absent, with the reason.
// Bounds: one block of each port is held; an hour or a night is never in memory. Opening reads the file once.
// Thread: as Feed.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "files/problem.hpp"
#include "files/recorded_person.hpp"
#include "files/recorded_stream.hpp"
#include "files/recording_survey.hpp"
#include "source/feed.hpp"

namespace ib::files {

class RecordingFeed final : public source::Feed {
 public:
  /// `who`: as in recorded_person.hpp. Problems beside a value: where it breaks off, what is damaged.
  static Result<std::unique_ptr<source::Feed>> open(const std::filesystem::path& file,
                                                    std::string_view who);

  void describe(ib_source_info& info) const override;
  source::Shape shape(source::Signal s) const override { return shapes_[index_of(s)]; }
  std::string why_absent(source::Signal s) const override { return absent_[index_of(s)]; }
  source::Losses losses() const override;
  std::string owner() const override { return owner_; }

 private:
  RecordingFeed() = default;
  bool add_port(const FileRecording& recording, std::uint32_t source, std::uint32_t port,
                source::Signal signal, const PortOfRecording& found, std::string& problem);

  std::string owner_;
  std::int64_t zero_utc_ns_{};
  Time end_{};
  bool simulated_{}, breaks_off_{};
  source::PerSignal<source::Shape> shapes_{};
  source::PerSignal<std::string> absent_{};
  source::PerSignal<const RecordedStream*> played_{};  ///< owned by the feed
};

}  // namespace ib::files
