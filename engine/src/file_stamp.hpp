// FileStamp: whether a file is still the one that it was. Thread: [control].
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace ib {

struct FileStamp {
  std::uint64_t size{};
  std::int64_t mtime_ns{};
  std::uint64_t hash{};  ///< FNV-1a, 64 bits, of its bytes

  bool same_bytes(const FileStamp& other) const { return size == other.size && hash == other.hash; }
  /// Says "same" without reading the file again.
  bool same_look(const FileStamp& other) const {
    return size == other.size && mtime_ns == other.mtime_ns;
  }
};

/// Size and time of change, without the hash; none: the file can't be looked at.
std::optional<FileStamp> look_at(const std::filesystem::path& file);
/// With the hash.
std::optional<FileStamp> stamp_of(const std::filesystem::path& file);

}  // namespace ib
