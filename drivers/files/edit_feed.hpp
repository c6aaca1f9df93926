// EditFeed: a file of corrections as edits. It is read whole at opening; nothing is left to go wrong
// while it plays. Thread: as Feed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "files/edits.hpp"
#include "source/feed.hpp"

namespace ib::files {

class EditFeed final : public source::Feed {
 public:
  static Result<std::unique_ptr<source::Feed>> open(const std::filesystem::path& path);

  void describe(ib_source_info& info) const override;
  source::Shape shape(source::Signal s) const override;
  source::Losses losses() const override { return {}; }

 private:
  explicit EditFeed(EditFile file);

  std::optional<double> t0_unix_;
  Time last_;
  double most_per_second_{1};
};

}  // namespace ib::files
