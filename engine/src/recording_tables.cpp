#include "recording_tables.hpp"

#include <fmt/format.h>

namespace ib {

namespace fs = std::filesystem;

std::string migrate_recording(sqlite::Database& copy, std::int64_t from, std::int64_t to,
                              std::span<const RecordingMigration> steps) {
  for (auto version = from; version < to; ++version) {
    const RecordingMigration* step{};
    for (const auto& s : steps)
      if (s.from == version) step = &s;
    if (step == nullptr) return fmt::format("nobody ever wrote version {} of the format", version);
    if (!copy.run(step->sql))
      return fmt::format("its tables are not those of version {}: {}", version, copy.problem());
    if (copy.integer("PRAGMA user_version") != version + 1)
      return fmt::format("it can't be read as version {}", version + 1);
  }
  return {};
}

fs::path recording_part(const fs::path& first, unsigned part) {
  if (part <= 1) return first;
  return first.parent_path() /
         fmt::format("{}.{}{}", first.stem().string(), part, first.extension().string());
}

fs::path first_recording_part(const fs::path& file, unsigned part) {
  const auto stem = file.stem().string();
  const auto tail = fmt::format(".{}", part);
  if (part <= 1 || !stem.ends_with(tail)) return file;
  return file.parent_path() /
         (stem.substr(0, stem.size() - tail.size()) + file.extension().string());
}

}  // namespace ib
