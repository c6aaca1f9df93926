#include "export/out_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace ib::tool {

void OutFile::write(std::string_view bytes) {
  if (file_ == nullptr || bytes.empty()) return;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) size_ += bytes.size();
  else {
    folder_.fail(fmt::format("{} can't be written: {}", name_, std::strerror(errno)));
    std::fclose(std::exchange(file_, nullptr));
  }
}

void OutFile::write_at(std::uint64_t place, std::string_view bytes) {
  if (file_ == nullptr) return;
  const auto size = size_;
  if (::fseeko(file_, static_cast<off_t>(place), SEEK_SET) != 0)
    folder_.fail(fmt::format("{} can't be written: {}", name_, std::strerror(errno)));
  write(bytes);
  size_ = size;
  if (file_ != nullptr && ::fseeko(file_, 0, SEEK_END) != 0)
    folder_.fail(fmt::format("{} can't be written: {}", name_, std::strerror(errno)));
}

void OutFile::close() {
  if (file_ != nullptr && std::fclose(std::exchange(file_, nullptr)) != 0)
    folder_.fail(fmt::format("{} can't be written: {}", name_, std::strerror(errno)));
}

/// Outermost first, so that they can be taken away from the innermost on.
void OutFolder::make_folders(const std::filesystem::path& folder) {
  std::error_code error;
  if (folder.empty() || std::filesystem::exists(folder, error)) return;
  if (folder != folder.parent_path()) make_folders(folder.parent_path());
  if (std::filesystem::create_directory(folder, error)) made_folders_.push_back(folder);
}

OutFile& OutFolder::open(const std::string& name) {
  const auto file = folder_ / name;
  std::FILE* stream = nullptr;
  if (problem_.empty()) {
    std::error_code error;
    make_folders(file.parent_path());
    const bool existed = std::filesystem::exists(std::filesystem::symlink_status(file, error));
    // Never through a link that somebody has laid there.
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (force_ ? O_TRUNC : O_EXCL);
    const int fd = ::open(file.c_str(), flags, 0600);
    const int why = errno;
    if (fd >= 0) stream = ::fdopen(fd, "wb");
    if (stream == nullptr) {
      if (fd >= 0) ::close(fd);
      taken_ = fd < 0 && why == EEXIST;
      fail(taken_ ? file.string() + " exists already"
                  : fmt::format("{} can't be written: {}", file.string(), std::strerror(why)));
    } else {
      names_.push_back(name);
      if (!existed) made_.push_back(file);
    }
  }
  return *files_.emplace_back(std::make_unique<OutFile>(*this, stream, file.string()));
}

void OutFolder::close_all() {
  for (auto& file : files_) file->close();
}

void OutFolder::take_back() {
  close_all();
  std::error_code ignored;
  for (const auto& file : made_) std::filesystem::remove(file, ignored);
  for (auto f = made_folders_.rbegin(); f != made_folders_.rend(); ++f)
    std::filesystem::remove(*f, ignored);  // an empty one: others may have put files there
  names_.clear();
}

}  // namespace ib::tool
