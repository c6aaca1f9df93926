#include "files/line_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace ib::files {
namespace {

constexpr std::size_t chunk = 64 * 1024;

std::string errno_text(int error) { return std::generic_category().message(error); }

class PlainBytes final : public ByteSource {
 public:
  explicit PlainBytes(int fd) : fd_(fd) {}
  ~PlainBytes() override { ::close(fd_); }
  PlainBytes(const PlainBytes&) = delete;
  PlainBytes& operator=(const PlainBytes&) = delete;

  std::ptrdiff_t read(char* to, std::size_t n) override {
    ssize_t got{};
    do got = ::read(fd_, to, n);
    while (got < 0 && errno == EINTR);
    if (got < 0) error_ = errno;
    return got;
  }
  std::string broken() const override { return "cannot be read: " + errno_text(error_); }

 private:
  int fd_;
  int error_{};
};

class GzipBytes final : public ByteSource {
 public:
  explicit GzipBytes(gzFile file) : file_(file) { gzbuffer(file_, chunk); }
  ~GzipBytes() override { gzclose_r(file_); }
  GzipBytes(const GzipBytes&) = delete;
  GzipBytes& operator=(const GzipBytes&) = delete;

  std::ptrdiff_t read(char* to, std::size_t n) override {
    const int got = gzread(file_, to, static_cast<unsigned>(n));
    // A stream that stops early gives its bytes first and the error with the last of them.
    if (got <= 0) gzerror(file_, &error_);
    return got == 0 && error_ != Z_OK && error_ != Z_STREAM_END ? -1 : got;
  }
  std::string broken() const override {
    return error_ == Z_BUF_ERROR ? "truncated" : "gzip data damaged";
  }

 private:
  gzFile file_;
  int error_{Z_OK};
};

class ZipBytes final : public ByteSource {
 public:
  ZipBytes(zip_t* archive, zip_file_t* entry) : archive_(archive), entry_(entry) {}
  ~ZipBytes() override {
    zip_fclose(entry_);
    zip_discard(archive_);
  }
  ZipBytes(const ZipBytes&) = delete;
  ZipBytes& operator=(const ZipBytes&) = delete;

  std::ptrdiff_t read(char* to, std::size_t n) override {
    return static_cast<std::ptrdiff_t>(zip_fread(entry_, to, n));
  }
  std::string broken() const override { return "zip data damaged"; }

 private:
  zip_t* archive_;
  zip_file_t* entry_;
};

Result<LineReader> refused(const std::filesystem::path& path, std::string what, std::string hint) {
  return {std::nullopt, {{path, 0, std::move(what), {}, std::move(hint)}}};
}

bool is_gzip(int fd) {
  unsigned char magic[2]{};
  return ::pread(fd, magic, 2, 0) == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
}

}  // namespace

Result<LineReader> LineReader::open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a pipe without a writer would wait for ever; it is refused below instead.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return refused(path, "cannot be opened: " + errno_text(errno), {});
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(fd);
    return refused(path, "is not a regular file", "name a CSV file, plain or gzip");
  }
  if (!is_gzip(fd)) return {LineReader(path, std::make_unique<PlainBytes>(fd)), {}};
  gzFile file = gzdopen(fd, "rb");
  if (file == nullptr) {
    ::close(fd);
    return refused(path, "cannot be opened as gzip", {});
  }
  return {LineReader(path, std::make_unique<GzipBytes>(file)), {}};
}

Result<LineReader> LineReader::open_entry(const std::filesystem::path& zip,
                                          const std::string& entry) {
  int error{};
  zip_t* archive = zip_open(zip.c_str(), ZIP_RDONLY, &error);
  if (archive == nullptr) return refused(zip, "cannot be opened as a zip archive", {});
  zip_file_t* file = zip_fopen(archive, entry.c_str(), 0);
  if (file == nullptr) {
    const std::string why = zip_strerror(archive);
    zip_discard(archive);
    return refused(zip / entry, "cannot be read from the archive: " + why, {});
  }
  return {LineReader(zip / entry, std::make_unique<ZipBytes>(archive, file)), {}};
}

// Room for the longest line plus one chunk, uninitialised: untouched pages cost no memory.
LineReader::LineReader(std::filesystem::path path, std::unique_ptr<ByteSource> source)
    : path_(std::move(path)),
      source_(std::move(source)),
      buffer_(new char[line_max + chunk]),
      begin_(buffer_.get()),
      end_(buffer_.get()) {}

bool LineReader::next(std::string_view& line) {
  for (;;) {
    const auto unsearched = static_cast<std::size_t>(end_ - begin_) - searched_;
    if (auto* stop = static_cast<char*>(std::memchr(begin_ + searched_, '\n', unsearched))) {
      give(line, stop);
      begin_ = stop + 1;
      searched_ = 0;
      return true;
    }
    searched_ += unsearched;
    if (ended_) return last_line(line);
    if (searched_ > line_max) {
      fail("line " + std::to_string(line_number_ + 1) + " is longer than 1 MiB",
           "is this a text file with line ends?");
      return false;
    }
    if (!refill()) return false;
  }
}

bool LineReader::last_line(std::string_view& line) {
  if (problem_ || begin_ == end_) return false;
  give(line, end_);
  begin_ = end_;
  searched_ = 0;
  return true;
}

void LineReader::give(std::string_view& line, char* stop) {
  if (stop > begin_ && stop[-1] == '\r') --stop;
  line = {begin_, static_cast<std::size_t>(stop - begin_)};
  if (line_number_++ == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
}

// False only on failure; at the end of the file `ended_` is set and the rest is a line.
bool LineReader::refill() {
  std::memmove(buffer_.get(), begin_, searched_);
  begin_ = buffer_.get();
  end_ = begin_ + searched_;
  const auto got = source_->read(end_, chunk);
  if (got < 0) {
    fail(source_->broken() + " after line " + std::to_string(line_number_) +
             "; the rows before it are kept",
         "copy the file again from its origin");
    return false;
  }
  end_ += got;
  ended_ = got == 0;
  return true;
}

void LineReader::fail(std::string what, std::string hint) {
  problem_ = Problem{path_, line_number_, std::move(what), {}, std::move(hint)};
  ended_ = true;
  begin_ = end_;
  searched_ = 0;
}

}  // namespace ib::files
