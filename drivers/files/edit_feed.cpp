#include "files/edit_feed.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "files/beat_items.hpp"
#include "source/event_stream.hpp"

namespace ib::files {
namespace {

class EditItems final : public source::Items<BeatEdit> {
 public:
  explicit EditItems(std::vector<TimedEdit> edits) : edits_(std::move(edits)) {}

  std::optional<source::Timed<BeatEdit>> next() override {
    if (at_ == edits_.size()) return std::nullopt;
    const auto& e = edits_[at_++];
    return source::Timed<BeatEdit>{e.t, e.edit};
  }

 private:
  std::vector<TimedEdit> edits_;
  std::size_t at_{};
};

}  // namespace

Result<std::unique_ptr<source::Feed>> EditFeed::open(const std::filesystem::path& path) {
  auto file = EditFile::read(path);
  if (!file) return {std::nullopt, std::move(file.problems)};
  return {std::unique_ptr<source::Feed>(new EditFeed(std::move(*file))), {}};
}

EditFeed::EditFeed(EditFile file) : t0_unix_(file.t0_unix) {
  EventExtent extent;
  for (const auto& e : file.edits) extent.add(e.t);
  last_ = std::max(extent.last, Time{});
  most_per_second_ = std::max(1.0, extent.most_per_second);
  add(std::make_unique<source::EventStream<BeatEdit>>(
      source::Signal::edits, std::make_unique<EditItems>(std::move(file.edits))));
}

void EditFeed::describe(ib_source_info& info) const {
  if (t0_unix_) info.utc_start_ns = std::llround(*t0_unix_ * 1e9);
  info.duration_ns = (last_ - Time{}).count();
}

source::Shape EditFeed::shape(source::Signal s) const {
  if (s != source::Signal::edits) return {};
  return {true, 0, 1, most_per_second_};
}

}  // namespace ib::files
