#include "file_stamp.hpp"

#include <sys/stat.h>

#include <array>
#include <fstream>

namespace ib {

std::optional<FileStamp> look_at(const std::filesystem::path& file) {
  struct stat s {};
  if (stat(file.c_str(), &s) != 0 || !S_ISREG(s.st_mode)) return std::nullopt;
  return FileStamp{static_cast<std::uint64_t>(s.st_size),
                   std::int64_t{s.st_mtim.tv_sec} * 1'000'000'000 + s.st_mtim.tv_nsec, 0};
}

std::optional<FileStamp> stamp_of(const std::filesystem::path& file) {
  auto stamp = look_at(file);
  std::ifstream in(file, std::ios::binary);
  if (!stamp || !in) return std::nullopt;
  stamp->hash = 14695981039346656037U;
  std::array<char, 65536> part;
  while (in.read(part.data(), part.size()), in.gcount() > 0) {
    for (std::streamsize i = 0; i < in.gcount(); ++i) {
      stamp->hash ^= static_cast<unsigned char>(part[static_cast<std::size_t>(i)]);
      stamp->hash *= 1099511628211U;
    }
  }
  return stamp;
}

}  // namespace ib
