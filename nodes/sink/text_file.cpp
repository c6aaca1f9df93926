#include "sink/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ib {

TextFile::~TextFile() { close(); }

std::string TextFile::open(const std::filesystem::path& path) {
  path_ = path;
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) {
    return fmt::format("the folder {} can't be made: {}; choose another with --out",
                       path.parent_path().string(), error.message());
  }
  fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd_ < 0) {
    return fmt::format("{} can't be written: {}; choose another folder with --out", path.string(),
                       std::strerror(errno));
  }
  buffer_.reserve(reserved);
  return {};
}

bool TextFile::write_when_due(std::int64_t settled_ns) {
  if (buffer_.empty()) return true;
  if (buffer_.size() < write_from && settled_ns - written_at_ns_ < 1'000'000'000) return true;
  written_at_ns_ = settled_ns;
  return flush();
}

bool TextFile::flush() {
  std::size_t done = 0;
  while (done < buffer_.size() && fd_ >= 0) {
    const auto n = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      error_ = fmt::format("writing {} failed: {}; the rows before are kept", path_.string(),
                           std::strerror(errno));
      buffer_.clear();
      return false;
    }
    done += static_cast<std::size_t>(n);
  }
  buffer_.clear();
  return true;
}

void TextFile::close() {
  if (fd_ < 0) return;
  flush();
  ::close(fd_);
  fd_ = -1;
}

std::filesystem::path output_path(std::string_view out_dir, const std::string& path) {
  const std::filesystem::path p(path);
  return p.is_absolute() ? p : std::filesystem::path(out_dir) / p;
}

}  // namespace ib
