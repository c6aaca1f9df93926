#include "sink/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

namespace ib {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

/// The folders of `path` that are missing, outermost first.
std::vector<std::string> missing_folders(const fs::path& path) {
  std::vector<std::string> missing;
  for (auto folder = path.parent_path(); !folder.empty() && !is_there(folder);) {
    missing.push_back(folder.string());
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  std::reverse(missing.begin(), missing.end());
  return missing;
}

}  // namespace

TextFile::~TextFile() { close(); }

std::string TextFile::prepare(const fs::path& path, Forms forms) {
  path_ = path;
  forms_ = std::move(forms);
  buffer_.reserve(reserved);
  lines_.reserve(most_lines + 2);
  folders_ = missing_folders(path);
  if (is_folder(path)) {
    return fmt::format("{} is a folder; name a file in it", path.string());
  }
  if (is_there(path)) {
    if (::access(path.c_str(), W_OK) == 0) return {};
    return fmt::format("{} can't be written: {}; choose another folder with --out", path.string(),
                       std::strerror(errno));
  }
  auto above = folders_.empty() ? path.parent_path() : fs::path(folders_.front()).parent_path();
  if (above.empty()) above = ".";
  if (!is_folder(above)) {
    return fmt::format("{} can't be made: {} is not a folder; choose another with --out",
                       path.string(), above.string());
  }
  if (::access(above.c_str(), W_OK | X_OK) == 0) return {};
  return fmt::format("{} can't be made: {}: {}; choose another folder with --out", path.string(),
                     above.string(), std::strerror(errno));
}

void TextFile::begin() {
  failed_ = false;
  if (fd_ >= 0 || !open()) return;
  put_header();
  flush();
}

bool TextFile::open() {
  for (const auto& folder : folders_) {
    if (::mkdir(folder.c_str(), 0777) == 0 || errno == EEXIST) continue;
    fail("making the folder", folder, errno);
    return false;
  }
  fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd_ < 0) fail("making", path_.native(), errno);
  return fd_ >= 0;
}

void TextFile::lose(std::uint64_t items, Time from, Time to) {
  if (pending_.items == 0) pending_ = {0, from, to};
  pending_.items += items;
  pending_.from = std::min(pending_.from, from);
  pending_.to = std::max(pending_.to, to);
}

std::string& TextFile::begin_row() {
  put_header();
  put_loss();
  return buffer_;
}

void TextFile::end_row(Time t) {
  lines_.push_back({buffer_.size(), Kind::row, 1, t, t});
  if (buffer_.size() >= write_from || lines_.size() >= most_lines) flush();
}

void TextFile::write_when_due(Time settled) {
  if (buffer_.empty() || settled - written_at_ < 1s) return;
  written_at_ = settled;
  flush();
}

void TextFile::finish() {
  put_loss();
  flush();
}

void TextFile::close() {
  if (fd_ < 0) return;  // it never ran: nothing is left behind
  finish();
  ::close(fd_);
  fd_ = -1;
}

void TextFile::put_header() {
  if (forms_.header.empty() || size_ > 0 || !lines_.empty()) return;
  buffer_ += forms_.header;
  lines_.push_back({buffer_.size(), Kind::header, 0, {}, {}});
}

void TextFile::put_loss() {
  if (pending_.items == 0) return;
  fmt::format_to(std::back_inserter(buffer_), fmt::runtime(forms_.loss), pending_.items,
                 seconds(pending_.from), seconds(pending_.to));
  lines_.push_back({buffer_.size(), Kind::loss, pending_.items, pending_.from, pending_.to});
  pending_ = {};
}

void TextFile::flush() {
  if (buffer_.empty()) return;
  const bool is_open = fd_ >= 0 || open();
  std::size_t written = 0;
  while (is_open && written < buffer_.size()) {
    const auto n = ::write(fd_, buffer_.data() + written, buffer_.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      fail("writing", path_.native(), errno);
      break;
    }
    written += static_cast<std::size_t>(n);
  }
  keep_lines_within(written);
}

/// Of what was written whole lines stay; the others become a loss, what they told of losses too.
void TextFile::keep_lines_within(std::size_t written) {
  std::size_t whole = 0;
  for (const auto& line : lines_) {
    if (line.end <= written) {
      whole = line.end;
      rows_ += line.kind == Kind::row ? 1 : 0;
      continue;
    }
    lost_rows_ += line.kind == Kind::row ? 1 : 0;
    if (line.kind != Kind::header) lose(line.items, line.from, line.to);
  }
  size_ += static_cast<std::int64_t>(whole);
  if (whole < written && ::ftruncate(fd_, size_) == 0) ::lseek(fd_, size_, SEEK_SET);
  buffer_.clear();
  lines_.clear();
}

void TextFile::fail(const char* what, std::string_view where, int why) {
  failed_ = true;
  const auto end = fmt::format_to_n(error_.data(), error_.size() - 1,
                                    "{} {} failed: {}; the rows before are kept", what, where,
                                    std::strerror(why));
  *end.out = '\0';
}

fs::path output_path(std::string_view out_dir, const std::string& path) {
  const fs::path p(path);
  return p.is_absolute() ? p : fs::path(out_dir) / p;
}

}  // namespace ib
